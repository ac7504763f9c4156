/**
 * The copies of pallet Hosting: their records, the agenda that looks at them, and the providers and money that each has.
 *
 * Owns: storing a copy with its place in the agenda; engaging and dismissing providers. Does not own: when a copy changes its state.
 */
import { equalBytes } from '#types/bytes.ts'
import { sha256 } from '#types/crypto/sha256.ts'
import { RETENTION_BLOCKS } from '#types/domain/attestation/order.ts'
import type { Copy, Offer, Provider } from '#types/domain/hosting/contract.ts'
import { mostEncodedBytes } from '#types/domain/hosting/sizes.ts'
import { openAgenda } from '../../frame/agenda.ts'
import type { Room } from '../../frame/meter.ts'
import type { Pools } from './pools.ts'
import type { Site } from './sites.ts'
import type { HostingSelf } from './state.ts'

/** A copy that nobody works on. */
const VACANT = {
  state: 'Vacant',
  hoster: undefined,
  encoder: undefined,
  encodeBlocks: 0,
  encodesUntil: 0,
  modulus: undefined,
  segments: [],
  pending: undefined,
  challenge: undefined,
  tries: 0,
  passes: 0,
  misses: 0,
  owed: 0n,
} as const satisfies Partial<Copy>

/** The functions by which steps change copies. */
export function createCopies({ storage, emit, uses, block }: HostingSelf, pools: Pools) {
  const due = openAgenda(storage.copiesDue)
  const moduli = openAgenda(storage.moduliPruned)

  /** Stores a copy. It is looked at in its `due` block, which is one to come. */
  const put = (id: bigint, copy: Copy): void => {
    const before = storage.copies.get(id)
    if (before?.due !== copy.due) {
      // An entry of this block, or of one before, is taken, or will be found to be out of date.
      if (before && before.due > block()) due.remove(before.due, id)
      due.insert(copy.due, id)
    }
    storage.copies.put(id, copy)
  }

  /** Makes a copy of a contract, for which the next block draws providers. Returns its number. */
  const make = (contract: number, replaces?: bigint): bigint => {
    const id = storage.nextCopy.get()
    storage.nextCopy.put(id + 1n)
    const place = { contract, generation: 0, due: block() + 1, replaces, isLeaving: false, committed: 0n }
    put(id, { ...VACANT, ...place })
    return id
  }

  const keepOffer = (account: Uint8Array, offer: Offer): void => {
    const isEmpty = offer.storageBytes === 0n && offer.usedBytes === 0n && offer.encodingBytesPerBlock === 0
    if (isEmpty) storage.offers.remove(account)
    else storage.offers.put(account, offer)
  }

  /** Counts a duty of a provider up or down. */
  const engage = (id: bigint, { account }: Provider, sign: 1 | -1): void => {
    uses.workers.addDuties(account, sign)
    if (sign === 1) storage.copiesOf.put(account, id, true)
    else storage.copiesOf.remove(account, id)
  }

  /** Has the chain forget a modulus some time after its copy needs it. The same key makes other bytes of any other copy or generation. */
  const release = (modulus: Uint8Array): void => moduli.insert(block() + RETENTION_BLOCKS, sha256(modulus))

  const engageHoster = ({ id, contract }: Site, hoster: Provider, sign: 1 | -1): void => {
    engage(id, hoster, sign)
    const offer = storage.offers.get(hoster.account)
    const bytes = BigInt(sign) * mostEncodedBytes(contract, contract)
    keepOffer(hoster.account, { ...offer, usedBytes: offer.usedBytes + bytes })
    const hosted = storage.hosted.get(contract.feed, hoster.account) + sign
    if (hosted === 0) storage.hosted.remove(contract.feed, hoster.account)
    else storage.hosted.put(contract.feed, hoster.account, hosted)
  }

  /** The copy after its encoder has nothing more to do with it. It keeps a modulus of which it has a segment. */
  const dismissEncoder = ({ id, copy }: Site): Copy => {
    const { encoder, modulus, segments } = copy
    if (encoder) engage(id, encoder, -1)
    if (modulus && !segments.some((segment) => equalBytes(segment.modulus, modulus))) release(modulus)
    return { ...copy, encoder: undefined, encodeBlocks: 0, encodesUntil: 0, modulus: undefined, pending: undefined }
  }

  /** The copy without providers and money, in its next generation. */
  const vacated = (site: Site): Copy => {
    const copy = dismissEncoder(site)
    if (copy.hoster) engageHoster(site, copy.hoster, -1)
    for (const { modulus } of copy.segments) release(modulus)
    const { contract, generation, due: at, replaces, isLeaving } = copy
    const { committed } = pools.commit(site.contract.feed, copy, 0n)
    return { ...VACANT, contract, generation: generation + 1, due: at, replaces, isLeaving, committed }
  }

  return {
    put,
    make,
    keepOffer,
    engageHoster,
    engageEncoder: ({ id }: Site, encoder: Provider): void => engage(id, encoder, 1),
    dismissEncoder,
    vacated,
    /** Ends a copy. Its contract forgets it. */
    end(site: Site): void {
      const { id, copy } = site
      vacated(site)
      due.remove(copy.due, id)
      storage.copies.remove(id)
      storage.results.remove(id)
      storage.barred.remove(id)
      storage.rounds.remove(id)
      emit.CopyEnded({ copy: id, generation: copy.generation, contract: copy.contract })
    },
    /** Forgets moduli that copies let go long ago, while there is room. */
    pruneDue(room: Room): void {
      for (const modulus of moduli.take(block(), room)) storage.moduli.remove(modulus)
    },
    /**
     * The copies to look at in this block, one at a time while there is room, the oldest first. A look must give the copy another
     * block, or end it.
     */
    takeDue: (room: Room): Generator<bigint, void, void> => due.take(block(), room),
  }
}

/** @see createCopies */
export type Copies = ReturnType<typeof createCopies>
