/**
 * A plan: which blocks of a feed its supporters want hosted, how often, how well, and at what price.
 *
 * Owns: the encodings, and the reason why a plan is unusable. Does not own: contracts, which follow from a plan (contract.ts).
 * Times are block numbers, amounts in the smallest unit.
 */
import { AccountId, H256 } from '../../scale/account.ts'
import { balanceOf } from '../../scale/balance.ts'
import { option, struct, vec } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { u32, u64 } from '../../scale/primitives.ts'
import { ONE } from '../reputation.ts'
import { FeedTree } from './feed-growth.ts'

/** Most plans of a feed that are not cancelled or over. */
export const MAX_PLANS = 8
/** Most contracts of a plan at the same time. */
export const MAX_CONTRACTS = 1_024
/** Most ranges of a plan, and most copies of each. */
export const MAX_RANGES = 8
export const MAX_COPIES = 16
/** Prices are for so many leaves of a copy. A block of one byte has a leaf too, so prices count leaves and not bytes. */
export const PRICED_LEAVES = 1_024n
/** Above, the price of the largest copy for the longest plan could pass 128 bits. */
const MOST_PRICE = 2n ** 64n
/** Longest plan, in blocks. */
const MOST_BLOCKS = 10_000_000

export const BlockRange = struct(
  {
    from: u32,
    /** The block after the last one; none: to the end of the feed, and what it grows by. */
    to: option(u32),
  },
  { path: ['assay_primitives', 'hosting', 'BlockRange'] },
)
export type BlockRange = ValueOf<typeof BlockRange>

/** What the supporters demand of a hoster, as rounds of attestation have measured it. */
export const ServiceTargets = struct(
  {
    leastReputationPpm: u32,
    /** Of 95 in 100 requests, in microseconds. */
    highestLatencyP95Us: option(u32),
    leastThroughputBytesPerSecond: option(u64),
  },
  { path: ['assay_primitives', 'hosting', 'ServiceTargets'] },
)
export type ServiceTargets = ValueOf<typeof ServiceTargets>

export const PlanTerms = struct(
  {
    feed: H256,
    ranges: vec(BlockRange, MAX_RANGES),
    /** Copies of each block, each at another hoster. */
    copies: u32,
    from: u32,
    until: u32,
    /** To a hoster of full reputation, for {@link PRICED_LEAVES} leaves and each storage challenge that it passes. */
    hosterPay: balanceOf,
    /** To an encoder, for {@link PRICED_LEAVES} leaves. */
    encoderPay: balanceOf,
    /** A round of attestation after this many storage challenges of a copy. Zero: none. */
    performanceEvery: u32,
    /** Another encoder makes a copy anew after this many passed challenges. Zero: never. */
    reencodeEvery: u32,
    targets: ServiceTargets,
  },
  { path: ['assay_primitives', 'hosting', 'PlanTerms'], docs: ['What shall be hosted, and what that may cost.'] },
)
export type PlanTerms = ValueOf<typeof PlanTerms>

export const Plan = struct(
  {
    owner: AccountId,
    terms: PlanTerms,
    /** The length of the feed up to which contracts were made. */
    covered: u32,
    /** Plain bytes of these blocks, as far as the chain knows them. */
    coveredBytes: u64,
    /** How many of them have not ended. */
    contracts: u32,
  },
  { path: ['assay_primitives', 'hosting', 'Plan'], docs: ['Terms that the holder of most of a pool has set.'] },
)
export type Plan = ValueOf<typeof Plan>

export const Notice = struct(
  {
    /** The feed as donors know it. */
    tree: FeedTree,
    /** The block from which on the plan spends the money of several donors on these blocks. */
    from: u32,
  },
  {
    path: ['assay_primitives', 'hosting', 'Notice'],
    docs: ['What a plan may spend on, and from when. Until then, donors that do not want it withdraw.'],
  },
)
export type Notice = ValueOf<typeof Notice>

const rangeFault = ({ from, to }: BlockRange, before: BlockRange | undefined): string | undefined => {
  if (to !== undefined && to <= from) return `ranges: expected to above from, got ${from} to ${to}`
  if (before && (before.to === undefined || from < before.to))
    return 'ranges: expected each to begin after the one before'
  return undefined
}

/** The reason why terms are unusable at a block, in words; undefined if they are fine. */
export function checkPlan(terms: PlanTerms, block: number): string | undefined {
  const { ranges, copies, from, until, hosterPay, encoderPay, targets } = terms
  if (ranges.length === 0) return 'ranges: expected one or more'
  for (const [i, range] of ranges.entries()) {
    const fault = rangeFault(range, ranges[i - 1])
    if (fault !== undefined) return fault
  }
  if (copies < 1 || copies > MAX_COPIES) return `copies: expected 1 to ${MAX_COPIES}, got ${copies}`
  if (until <= Math.max(from, block) || until - from > MOST_BLOCKS)
    return `until: expected a block after ${Math.max(from, block)} and at most ${MOST_BLOCKS} after from, got ${until}`
  if (hosterPay < 1n || encoderPay < 1n || hosterPay > MOST_PRICE || encoderPay > MOST_PRICE)
    return `hosterPay and encoderPay: expected 1 to ${MOST_PRICE}, got ${hosterPay} and ${encoderPay}`
  if (targets.leastReputationPpm > ONE)
    return `leastReputationPpm: expected ${ONE} or less, got ${targets.leastReputationPpm}`
  return undefined
}

/** The price of so many leaves at a price for {@link PRICED_LEAVES}, rounded up. */
export const priceOf = (leaves: bigint, price: bigint): bigint => (leaves * price + PRICED_LEAVES - 1n) / PRICED_LEAVES
