/**
 * Every call of pallet Hosting where it costs most: a contract of the most copies, copies of many segments, the largest proofs.
 *
 * Owns: these states and calls. Does not own: measuring them.
 */
import { Contract, Copy } from '#types/domain/hosting/contract.ts'
import type { CopyIdentity } from '#types/domain/hosting/copy/keys.ts'
import { MAX_CHALLENGED_LEAVES } from '#types/domain/hosting/copy/challenge.ts'
import type { Segment } from '#types/domain/hosting/copy/segment.ts'
import { MAX_COPIES, MAX_PLANS, Plan } from '#types/domain/hosting/plan.ts'
import { u32le, u64le } from '#types/bytes.ts'
import { encode } from '#types/scale/codec.ts'
import { storageKey, storagePrefix, Twox64Concat } from '#types/scale/storage-key.ts'
import { feedOf } from '#worker/systems/hosting/simulation/feed.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { outsider, root, type Signed } from '../attestation/chain.ts'
import type { Case } from '../attestation/at-limits.ts'
import { account, callOf } from '../runtime.ts'
import { encoding, segmentOf, testKey } from './copies.ts'
import {
  donate,
  donor,
  feed,
  hosting,
  offerOf,
  openMarket,
  PARAMETERS,
  planOf,
  withdraw,
  type Market,
} from './market.ts'

const COPY = 0n
/** A block of the size that feeds of files have. */
const LARGE_BLOCK = 65_536
/** One after the other, so that a copy has as many segments as blocks. */
const MORE_BLOCKS = 12

const copyKey = storageKey(storagePrefix('Hosting', 'Copies'), [[Twox64Concat, u64le(COPY)]])
const planKey = storageKey(storagePrefix('Hosting', 'Plans'), [[Twox64Concat, u32le(0)]])
const contractKey = storageKey(storagePrefix('Hosting', 'Contracts'), [[Twox64Concat, u32le(0)]])

/** Root writes records as no calls made them. */
const write = (market: Market, ...items: readonly (readonly [Uint8Array, Uint8Array])[]): void =>
  market.succeed([root, callOf('Sudo', 'sudo', { call: callOf('System', 'setStorage', { items }) })])

const identity = (market: Market, modulus: Uint8Array): CopyIdentity => ({
  genesis: market.hashes[0]!,
  feed: feed.head.key,
  copy: COPY,
  generation: market.copy(COPY).generation,
  modulus,
})

/** Segments of one block each, each by another encoder. */
function segmentsTo(market: Market, end: number): readonly Segment[] {
  const key = testKey('limits')
  return feed.blocks.slice(0, end).map((plain, i) => {
    const made = segmentOf(i, [encoding(plain, i, identity(market, key.modulus), key)], key.modulus)
    const segment = { ...made.segment, encoder: account(`encoder of segment ${i}`) }
    market.keep(COPY, { ...made, segment })
    return segment
  })
}

/** The largest complaint that a good encoding refutes: about one large block, which has to be decoded. */
function largeComplaint(market: Market) {
  const plain = new Uint8Array(LARGE_BLOCK).fill(7)
  const { head } = feedOf(identityOf('author of large blocks'), [plain])
  const key = testKey('limits')
  const encoded = encoding(plain, 0, identity(market, key.modulus), key)
  const { segment } = segmentOf(0, [encoded], key.modulus)
  const tree = { length: 1, roots: head.roots }
  const contract = { ...market.contract(0), tree }
  const copy = { ...market.copy(COPY), segments: [segment] }
  write(market, [contractKey, encode(Contract, contract)], [copyKey, encode(Copy, copy)])
  const leaves = encoded.length / key.modulus.length
  const place = { index: 0, start: 0n, leaves, siblings: [] }
  const proof = { index: 0, leaf: head.roots[0]!.nodeHash, bytes: LARGE_BLOCK, siblings: [] }
  const complaint = { tag: 'Block', value: { place, encoded, proof } }
  return hosting('complain', { ...market.named(COPY), segment: 0, complaint })
}

/** The calls by their names. Answers take a while to make, so this is a promise. */
export async function hostingAtLimits(): Promise<Readonly<Record<string, Case>>> {
  const parameters = { challengedLeaves: MAX_CHALLENGED_LEAVES }
  const market = openMarket({ hosters: MAX_COPIES + 1, encoders: MAX_COPIES + 1, parameters })
  const found: Record<string, Case> = {}
  const add = ([signer, call]: Signed, name = `${call.pallet}.${call.name}`): void => {
    found[name] = { state: market.state, number: market.number + 1, origin: { signed: signer.publicKey }, call }
  }
  const ofRoot = { ...PARAMETERS }
  market.succeed([donor, donate()], [donor, planOf({ copies: MAX_COPIES })])
  add([donor, donate()])
  add([donor, withdraw(1n)])
  market.succeed(...Array.from({ length: MAX_PLANS - 2 }, (): Signed => [donor, planOf({ from: 10_000 })]))
  add([donor, planOf()])
  add([donor, hosting('cancelPlan', { plan: 0 })])
  found['Hosting.setParameters'] = {
    state: market.state,
    number: market.number + 1,
    origin: 'root',
    call: hosting('setParameters', { changes: { ...ofRoot, challengedLeaves: 1 } }),
  }
  market.toState(COPY, 'Assigned')
  add([market.hosterOf(COPY), offerOf(1n, 0)])
  add([market.hosterOf(COPY), hosting('leaveCopy', market.named(COPY))], 'Hosting.leaveCopy, before it is whole')
  add(market.acceptance(COPY))
  market.succeed(market.acceptance(COPY))
  add(market.commitment(COPY))
  // The last block of many segments.
  const many: Copy = { ...market.copy(COPY), segments: segmentsTo(market, MORE_BLOCKS - 1) }
  market.branch(() => {
    write(market, [copyKey, encode(Copy, many)])
    market.to(many.encodesUntil)
    const one = market.encode(COPY)
    add(market.checkpoint(COPY, one))
  })
  write(market, [copyKey, encode(Copy, many)])
  market.succeed(market.commitment(COPY, market.encode(COPY)))
  add(market.confirmation(COPY))
  const other = { ...market.copy(COPY).pending!, root: new Uint8Array(32) }
  add(market.confirmation(COPY, other), 'Hosting.confirmSegment, another root')
  market.succeed(market.confirmation(COPY))
  add([market.hosterOf(COPY), hosting('leaveCopy', market.named(COPY))])
  market.challenged(COPY)
  const answered = await market.answer(COPY)
  add(answered)
  const plan = market.plan(0)!
  write(market, [planKey, encode(Plan, { ...plan, terms: { ...plan.terms, performanceEvery: 1 } })])
  market.succeed([market.hosterOf(COPY), callOf('Feeds', 'host', { feed: feed.head.key, length: feed.blocks.length })])
  add(answered, 'Hosting.answerStorage, with a round due')
  add([outsider.keys, largeComplaint(market)])
  return found
}
