/**
 * The storage and events of pallet Attestation, and its needs of other pallets.
 *
 * Owns: these declarations, from which metadata follows.
 */
import { AbsenceRecord } from '#types/domain/attestation/absence.ts'
import {
  attestationEvents,
  Earnings,
  Order,
  ReportSummary,
  StorageDeposit,
  Vote,
} from '#types/domain/attestation/attestation.ts'
import { MAX_APART } from '#types/domain/attestation/order.ts'
import { Arbitration, NO_ARBITRATION, type IsSigned } from '#types/domain/coinflip/coinflip.ts'
import type { FeedHead } from '#types/domain/hosting/feed.ts'
import { FeedTree } from '#types/domain/hosting/feed-growth.ts'
import { AttestorMetrics, MeasuredPerformance } from '#types/domain/attestation/metrics.ts'
import type { Deed } from '#types/domain/reputation.ts'
import {
  AttestationParameters,
  DEFAULT_PARAMETERS,
  PastFlip,
  RoundRecord,
  type Member,
} from '#types/domain/attestation/round.ts'
import type { RoleName, WorkerRecord } from '#types/domain/worker.ts'
import { AccountId, H256 } from '#types/scale/account.ts'
import { vec } from '#types/scale/compound.ts'
import { bool, u32 } from '#types/scale/primitives.ts'
import { Blake2_128Concat, Identity, Twox64Concat } from '#types/scale/storage-key.ts'
import { agenda } from '../../frame/agenda.ts'
import { event, type Self } from '../../frame/pallet.ts'
import { doubleMap, map, value } from '../../frame/storage.ts'
import type { Available, Draw } from '../workers/selection.ts'

/** A part of a charge, and its receiver. */
interface Share {
  readonly account: Uint8Array
  readonly amount: bigint
}

/** The parts of other pallets that Attestation needs. */
export interface Needs {
  readonly coinflip: {
    /** Whether a member signed a message of its coinflip. */
    readonly isSigned: IsSigned
  }
  readonly system: { blockHash(number: number): Uint8Array | undefined }
  readonly dispatcher: {
    /** Runs `act` in a storage layer; an exception undoes it, and a bug is logged. */
    contained(where: string, act: () => void): unknown
  }
  readonly randomness: { at(block: number): Uint8Array | undefined; mix(bytes: Uint8Array): void }
  readonly balances: {
    reserve(who: Uint8Array, amount: bigint): void
    unreserve(who: Uint8Array, amount: bigint): bigint
    slashReserved(who: Uint8Array, amount: bigint): bigint
    repatriateReserved(from: Uint8Array, to: Uint8Array, amount: bigint): bigint
    canWithdraw(who: Uint8Array, amount: bigint): boolean
    burn(who: Uint8Array, amount: bigint, preservation: 'preserve'): void
  }
  readonly workers: {
    find(account: Uint8Array): WorkerRecord | undefined
    reputation(account: Uint8Array, role: RoleName): number
    draw(draw: Draw): readonly Member[] | undefined
    available(draw: Draw): Available
    addDuties(account: Uint8Array, change: 1 | -1): void
    rate(account: Uint8Array, role: RoleName, deed: Deed): void
    /** Takes at most `amount` of a seat's bond: it pays `to` in order, and the rest is burned. Returns the taken amount. */
    charge(account: Uint8Array, amount: bigint, to: readonly Share[]): bigint
    /** Takes the whole bond of a seat in the same way. */
    slashSeat(account: Uint8Array, to: readonly Share[]): bigint
  }
  readonly feeds: {
    head(feed: Uint8Array): FeedHead | undefined
    publisherOf(feed: Uint8Array): Uint8Array | undefined
    promised(feed: Uint8Array, hoster: Uint8Array): FeedTree | undefined
    hasEnded(feed: Uint8Array): boolean
  }
}

/** The storage of the pallet. */
export const storage = {
  parameters: value('Sizes, windows and rewards.', AttestationParameters, DEFAULT_PARAMETERS),
  nextOrder: value('Number of the next order.', u32, 0),
  nextRound: value('Number of the next round.', u32, 0),
  orders: map('Rounds paid for that have not all been held.', u32, Order, { hasher: Twox64Concat }),
  apart: map(
    'Accounts that attest in no round of an order beside those that never do, because they have a part in what it measures.',
    u32,
    vec(AccountId, MAX_APART),
    { hasher: Twox64Concat, default: [] },
  ),
  rounds: map('Rounds, until some time after they closed.', u32, RoundRecord, { hasher: Twox64Concat }),
  promises: map(
    'What the hoster had promised to serve when its round was placed, until the round closes.',
    u32,
    FeedTree,
    { hasher: Twox64Concat },
  ),
  activeRounds: map('Rounds that are not closed, and the block in which each is looked at next.', u32, u32, {
    hasher: Twox64Concat,
  }),
  activeCount: value('How many rounds are not closed.', u32, 0),
  roundsDue: agenda('Rounds under way, by the block in which each is looked at next.', u32),
  drawsDue: agenda('Rounds that wait for attestors, by the block in which a draw is tried next.', u32),
  votes: doubleMap('What members said of their coinflip, until the round closes.', [u32, AccountId], Vote, {
    hashers: [Twox64Concat, Blake2_128Concat],
  }),
  convicted: doubleMap('Members that evidence convicted, until the round closes.', [u32, AccountId], bool, {
    hashers: [Twox64Concat, Blake2_128Concat],
  }),
  pastFlips: doubleMap(
    'Coinflips that were given up, by round and attempt, for evidence of them, until the round closes.',
    [u32, u32],
    PastFlip,
    { hashers: [Twox64Concat, Twox64Concat] },
  ),
  reports: doubleMap('Accepted reports, kept as long as their rounds.', [u32, AccountId], ReportSummary, {
    hashers: [Twox64Concat, Blake2_128Concat],
  }),
  earnings: doubleMap(
    'What attestors earned of the present paid round of an order, in all of its draws.',
    [u32, AccountId],
    Earnings,
    { hashers: [Twox64Concat, Blake2_128Concat] },
  ),
  peerMetrics: doubleMap(
    'What reporters measured of the other members, until the round closes.',
    [u32, AccountId],
    AttestorMetrics,
    { hashers: [Twox64Concat, Blake2_128Concat] },
  ),
  hosterPerformance: map(
    'How fast and reliable hosters are: medians over the attestors of the latest round that measured it.',
    AccountId,
    MeasuredPerformance,
    { hasher: Blake2_128Concat },
  ),
  attestorPerformance: map(
    'How fast and reliable attestors answer: medians over the other attestors of the latest round that measured it.',
    AccountId,
    MeasuredPerformance,
    { hasher: Blake2_128Concat },
  ),
  absences: map('Closed rounds in which members did not report, while that can be told.', u32, AbsenceRecord, {
    hasher: Twox64Concat,
  }),
  absencesEnding: agenda('The rounds whose absences can no more be told from that block on.', u32),
  ordersOf: map('How many open orders an account has.', AccountId, u32, { hasher: Blake2_128Concat, default: 0 }),
  storageDeposits: map('What orders that are over hold for the records of their rounds.', u32, StorageDeposit, {
    hasher: Twox64Concat,
  }),
  roundsPruned: agenda('Closed rounds, by the block in which each is removed.', u32),
  depositsReturned: agenda('Orders that are over, by the block in which the deposit for storage returns.', u32),
  congestion: value('Blocks so far that had no room for one more proof of a lie, or entry in a coinflip.', u32, 0),
  arbitrations: map('Attempts of coinflips that are before the chain, until they end.', u32, Arbitration, {
    hasher: Twox64Concat,
    default: NO_ARBITRATION,
  }),
  verdicts: doubleMap(
    'The latest round with a verdict on a hoster of a feed: whether it passed.',
    [AccountId, H256],
    bool,
    { hashers: [Blake2_128Concat, Identity] },
  ),
}

/** The events of the pallet. */
export const events = {
  RoundScheduled: event(
    'A round was paid for; the next block’s beacon draws its attestors.',
    attestationEvents.RoundScheduled,
  ),
  RoundOpened: event(
    'The chain drew these attestors. They audit the hoster until the round’s end.',
    attestationEvents.RoundOpened,
  ),
  CoinflipAgreed: event(
    'A majority agreed on a number, which stays hidden until the end.',
    attestationEvents.CoinflipAgreed,
  ),
  CoinflipRestarted: event('The coinflip starts again without these members.', attestationEvents.CoinflipRestarted),
  EvidenceAccepted: event(
    'Signatures of a member prove that it lied in a coinflip.',
    attestationEvents.EvidenceAccepted,
  ),
  ReportAccepted: event(
    'The proofs in an attestor’s report hold, and the report counts.',
    attestationEvents.ReportAccepted,
  ),
  RoundClosed: event('A round is over, with this verdict for this reason.', attestationEvents.RoundClosed),
  Paid: event('A reward was paid from the requester’s deposit.', attestationEvents.Paid),
  AbsenceReported: event(
    'The first account told that an attestor did not report. The member whose turn it was is paid for it.',
    attestationEvents.AbsenceReported,
  ),
  AccusationRejected: event(
    'An account that accused an attestor which did report lost its deposit, which is burned.',
    attestationEvents.AccusationRejected,
  ),
  CoinflipDemanded: event(
    'A member brought a coinflip before the chain. The chain takes commitments or numbers until the block `until`.',
    attestationEvents.CoinflipDemanded,
  ),
  CommitmentsPut: event('Signed commitments of these members are on the chain.', attestationEvents.CommitmentsPut),
  ValuesPut: event('Numbers of these members are on the chain.', attestationEvents.ValuesPut),
  MembersAbsent: event(
    'The chain waited in vain for the commitments of these members, or for their numbers where all had committed. The coinflip starts again without them.',
    attestationEvents.MembersAbsent,
  ),
  NumberPublic: event('Everybody knows the number of a round before its end.', attestationEvents.NumberPublic),
  ParametersChanged: event('Root set these parameters to new values.', attestationEvents.ParametersChanged),
  AttestorsAwaited: event(
    'A round waits, because too few attestors could be drawn, or too many are busy. It closes without a verdict if that lasts beyond the block `until`.',
    attestationEvents.AttestorsAwaited,
  ),
}

/** The part of the pallet that its other files get. */
export type AttestationSelf = Pick<
  Self<object, typeof storage, typeof events, object, Needs>,
  'storage' | 'emit' | 'uses' | 'block' | 'parentHash' | 'attempt'
>
