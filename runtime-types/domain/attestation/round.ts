/**
 * A proof-of-performance round as chain and workers both know it: record, seats, timing and verdict.
 *
 * Owns: encodings and the pure rules of time and counting; it re-exports the parameters. Does not own: which account may do what when
 * (the Attestation pallet).
 * All times are block numbers.
 */
import { AccountId, H256 } from '../../scale/account.ts'
import { option, struct, vec } from '../../scale/compound.ts'
import { enumeration } from '../../scale/enumeration.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { u32 } from '../../scale/primitives.ts'
import { Commitment, demandUntil, MagicRule, MAX_MEMBERS } from '../coinflip/coinflip.ts'
import { drawBelow, permutation } from '../draw.ts'
import { NoiseKey } from '../worker.ts'
import { ClosingReason, Shortage, type ClosingReasonName } from './closing.ts'
import type { AttestationParameters } from './parameters.ts'

export * from './parameters.ts'

export const RoundPhase = enumeration(['Scheduled', 'Open', 'Coinflip', 'Audit', 'Report', 'Closed'], {
  path: ['assay_primitives', 'round', 'Phase'],
})
export type RoundPhaseName = ValueOf<typeof RoundPhase>

export const Verdict = enumeration(['Pass', 'Fail', 'Inconclusive'], { path: ['assay_primitives', 'round', 'Verdict'] })
export type VerdictName = ValueOf<typeof Verdict>

export const Member = struct(
  { account: AccountId, noiseKey: NoiseKey },
  { path: ['assay_primitives', 'round', 'Member'] },
)
export type Member = ValueOf<typeof Member>

/** The result on which the members agreed in the coinflip. */
export const Agreement = struct(
  { transcript: vec(Commitment, MAX_MEMBERS), hiddenMagic: H256 },
  { path: ['assay_primitives', 'round', 'Agreement'] },
)
export type Agreement = ValueOf<typeof Agreement>

export const RoundRecord = struct(
  {
    order: u32,
    hoster: AccountId,
    hosterKey: NoiseKey,
    feed: H256,
    phase: RoundPhase,
    /**
     * Failed tries of the coinflip so far. Each excludes the members that were proven malicious or absent.
     */
    attempt: u32,
    /** How often this order's round was drawn again after an inconclusive one. */
    redraw: u32,
    /** Block in which the round was requested. The next block's beacon draws the attestors. */
    scheduledAt: u32,
    /** NOW. */
    openedAt: u32,
    /** END. */
    endsAt: u32,
    /** Block in which a majority had agreed on the number; 0 before. */
    agreedAt: u32,
    /** Block in which the round closed; 0 before. */
    closedAt: u32,
    /** Present attestors, ascending by Noise key. */
    members: vec(Member, MAX_MEMBERS),
    /** N: attestors drawn. */
    drawn: u32,
    agreement: option(Agreement),
    /** R of the hoster when the round opened. */
    hosterReputationPpm: u32,
    verdict: option(Verdict),
    /** Why it closed with this verdict. */
    reason: option(ClosingReason),
    /** What it waits for, or waited for in vain, as the chain told it last; absent once its attestors are drawn. */
    shortage: option(Shortage),
    /** The shared number, once a report has opened it. */
    magic: option(H256),
    /** The rule of this attempt's coinflip: that of the parameters when the attempt began. */
    magicRule: MagicRule,
    /** Block from which audits are held. It is final once the members have agreed and the time to ask for the number is over. */
    auditFrom: u32,
  },
  { path: ['assay_primitives', 'round', 'Round'] },
)
export type RoundRecord = ValueOf<typeof RoundRecord>

/** A failed try of a round's coinflip: the other values of its session. */
export const PastFlip = struct(
  { members: vec(Member, MAX_MEMBERS), magicRule: MagicRule },
  { path: ['assay_primitives', 'round', 'PastFlip'] },
)
export type PastFlip = ValueOf<typeof PastFlip>

/** The blocks in which an attestor audits, both ends included. */
export interface Slot {
  readonly from: number
  readonly to: number
}

const MILLI = 1_000
/** A slot's start moves by up to a fifth of its length in either direction. */
const JITTER_PERMILLE = 200

/** The facts that decide a member's place in time. */
export interface SlotDraw {
  /** The shared number, 32 bytes. */
  readonly magic: Uint8Array
  /** The seed of the member's challenge, 32 bytes. */
  readonly seed: Uint8Array
  /** The member's index among the members. */
  readonly rank: number
  readonly members: number
}

/**
 * The slot of a member. A permutation by the shared number gives the order, and jitter from the member's challenge moves the start.
 * Audits fill `auditFrom` to END.
 */
export function auditSlot(
  { magic, seed, rank, members }: SlotDraw,
  round: { readonly auditFrom: number; readonly endsAt: number },
): Slot {
  const begin = round.auditFrom * MILLI
  const end = round.endsAt * MILLI
  const length = Math.floor((end - begin) / members)
  const place = permutation(magic, 'slot', members).indexOf(rank)
  const reach = Math.floor((length * JITTER_PERMILLE) / MILLI)
  const jitter = Number(drawBelow(seed, 'jitter', 0, BigInt(2 * reach + 1))) - reach
  const start = Math.min(Math.max(begin + place * length + jitter, begin), end - MILLI)
  const from = Math.floor(start / MILLI)
  return { from, to: Math.min(from + Math.ceil(length / MILLI), round.endsAt) }
}

/**
 * The first block in which a round's phase is over by its time, with whose start the chain moves it on; undefined of a closed round.
 * A scheduled round tries for attestors from then on.
 */
export function dueBlock(
  { phase, scheduledAt, openedAt, endsAt }: Pick<RoundRecord, 'phase' | 'scheduledAt' | 'openedAt' | 'endsAt'>,
  parameters: Pick<AttestationParameters, 'coinflipWindow' | 'answerWindow' | 'reportWindow'>,
): number | undefined {
  switch (phase) {
    // The beacon that draws is that of the block after the request, which is known when that block ends.
    case 'Scheduled':
      return scheduledAt + 2
    case 'Open':
      return openedAt + 1
    case 'Coinflip':
      return demandUntil(openedAt, parameters) + 1
    case 'Audit':
      return endsAt + 1
    case 'Report':
      return endsAt + parameters.reportWindow + 1
    case 'Closed':
      return undefined
  }
}

/** Votes needed among `members` for a verdict: two thirds, rounded up. */
export const quorum = (members: number): number => Math.ceil((2 * members) / 3)

/** Votes needed among `members` to agree on a coinflip: more than half. */
export const majority = (members: number): number => Math.floor(members / 2) + 1

/** A coinflip goes on with at least this many of the `drawn` attestors. */
export const leastMembers = (drawn: number): number => Math.max(3, Math.ceil(drawn / 2) + 1)

/** The verdict of a closed round. */
export function verdictOf(members: number, served: number, unserved: number): VerdictName {
  if (served >= quorum(members)) return 'Pass'
  return unserved >= quorum(members) ? 'Fail' : 'Inconclusive'
}

/** Why {@link verdictOf} says so. */
export function reasonOf(members: number, served: number, unserved: number): ClosingReasonName {
  if (verdictOf(members, served, unserved) !== 'Inconclusive') return 'Quorum'
  return served + unserved < quorum(members) ? 'TooFewReports' : 'ReportsDisagree'
}
