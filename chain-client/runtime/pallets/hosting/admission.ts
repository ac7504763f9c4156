/**
 * Admission to pallet Hosting: which calls of providers are junk, by the state alone.
 *
 * Owns: the checks that come before anything is written, which the pool makes too. Does not own: the proofs in an answer or a complaint
 * (the domain's rules for them), which cost too much to be free.
 */
import { equalBytes } from '#types/bytes.ts'
import { sha256 } from '#types/crypto/sha256.ts'
import { verifyEd25519 } from '#types/crypto/signature.ts'
import type { CopyStateName, SegmentEnd } from '#types/domain/hosting/contract.ts'
import { MAX_LEAF_BYTES, checkpointSignable } from '#types/domain/hosting/copy/segment.ts'
import type { hostingCalls } from '#types/domain/hosting/market.ts'
import { canSpanHave } from '#types/domain/hosting/sizes.ts'
import type { Values } from '#types/scale/compound.ts'
import { nextBlock, siteOf, type Site } from './sites.ts'
import type { HostingSelf } from './state.ts'

type Args<C extends keyof typeof hostingCalls> = Values<(typeof hostingCalls)[C]>

type Failure =
  | 'UnknownCopy'
  | 'WrongGeneration'
  | 'WrongState'
  | 'NotHoster'
  | 'NotEncoder'
  | 'BadModulus'
  | 'ModulusUsed'
  | 'BadSegment'
  | 'TooEarly'
  | 'TooLate'
  | 'BadSignature'

interface AdmissionDeps extends Pick<HostingSelf, 'storage' | 'uses' | 'block'> {
  readonly fail: Readonly<Record<Failure, () => never>>
}

/** Whether bytes can be a modulus of that length: its top bit set, and odd. */
const isModulus = (bytes: Uint8Array, length: number): boolean =>
  bytes.length === length && bytes[0]! >= 0x80 && bytes.at(-1)! % 2 === 1

/** The checks by which calls begin, one for each call. Each gives the copy with its contract, and fails with the pallet's error. */
export function createAdmission({ storage, uses, block, fail }: AdmissionDeps) {
  /** The copy of which a call speaks. */
  const named = ({ copy: id, generation }: { readonly copy: bigint; readonly generation: number }): Site => {
    const site = siteOf({ storage }, id) ?? fail.UnknownCopy()
    return site.copy.generation === generation ? site : fail.WrongGeneration()
  }
  const inState = (site: Site, ...states: readonly CopyStateName[]): Site =>
    states.includes(site.copy.state) ? site : fail.WrongState()
  const asHoster = (site: Site, who: Uint8Array): Site =>
    site.copy.hoster && equalBytes(site.copy.hoster.account, who) ? site : fail.NotHoster()
  const asEncoder = (site: Site, who: Uint8Array): Site =>
    site.copy.encoder && equalBytes(site.copy.encoder.account, who) ? site : fail.NotEncoder()

  /** Whether a segment that begins where the others end can end there, with so many leaves. */
  const canEnd = (site: Site, { to, leaves }: SegmentEnd): boolean => {
    const { contract, copy } = site
    const span = { from: nextBlock(site), to }
    return to > span.from && to <= contract.to && canSpanHave(leaves, contract, span, copy.modulus!.length)
  }

  return {
    named,

    /** A key that nobody has used, by the encoder of a new assignment. */
    acceptance(who: Uint8Array, { modulus, ...args }: Args<'acceptCopy'>): Site {
      const site = asEncoder(inState(named(args), 'Assigned'), who)
      const lengths = [storage.parameters.get().leastModulusBytes, MAX_LEAF_BYTES]
      if (!lengths.some((length) => isModulus(modulus, length))) return fail.BadModulus()
      return storage.moduli.has(sha256(modulus)) ? fail.ModulusUsed() : site
    },

    /** The end of the last segment, by its encoder. */
    commitment(who: Uint8Array, { end, ...args }: Args<'commitSegment'>): Site {
      const site = asEncoder(inState(named(args), 'Encoding'), who)
      return end.to === site.contract.to && canEnd(site, end) ? site : fail.BadSegment()
    },

    /** What the hoster has found of a segment that its encoder has told. */
    confirmation: (who: Uint8Array, args: Args<'confirmSegment'>): Site =>
      asHoster(inState(named(args), 'Confirming'), who),

    /** What an encoder signed before it fell silent, by the hoster, when the encoder is late. */
    checkpoint(who: Uint8Array, { end, signature, ...args }: Args<'submitCheckpoint'>): Site {
      const site = asHoster(inState(named(args), 'Encoding'), who)
      const { copy, contract, id } = site
      if (block() <= copy.encodesUntil) return fail.TooEarly()
      if (!canEnd(site, end)) return fail.BadSegment()
      const { encoder, modulus, generation } = copy
      const identity = {
        genesis: uses.system.blockHash(0)!,
        feed: contract.feed,
        copy: id,
        generation,
        modulus: modulus!,
      }
      const signed = checkpointSignable(identity, { ...end, from: nextBlock(site) })
      return verifyEd25519(signature, signed, encoder!.noiseKey) ? site : fail.BadSignature()
    },

    /** An answer to a challenge, by the hoster, in its time. */
    answer(who: Uint8Array, args: Args<'answerStorage'>): Site {
      const site = asHoster(inState(named(args), 'Live', 'Suspect'), who)
      const { challenge } = site.copy
      if (!challenge) return fail.WrongState()
      return block() <= challenge.until ? site : fail.TooLate()
    },

    /** A hoster that wants to leave. */
    leaving: (who: Uint8Array, args: Args<'leaveCopy'>): Site => asHoster(named(args), who),
  }
}
