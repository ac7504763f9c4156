/**
 * The Attestation pallet's interface: its records and the fields of its calls and events, for pallet and workers alike.
 *
 * Owns: encodings and field lists. Does not own: the effect of the calls (the Attestation pallet).
 */
import { AccountId, H256 } from '../../scale/account.ts'
import { balanceOf } from '../../scale/balance.ts'
import { option, struct, vec } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { bool, u32 } from '../../scale/primitives.ts'
import {
  CoinflipOutcome,
  Evidence,
  FlipStage,
  Lie,
  ListedWord,
  MAX_MEMBERS,
  OpenedValue,
} from '../coinflip/coinflip.ts'
import { ClosingReason } from './closing.ts'
import { HosterMetrics } from './metrics.ts'
import { Report } from './report.ts'
import { Member, ParameterChanges, Verdict } from './round.ts'

/** Arguments of each call, in order. */
export const attestationCalls = {
  requestRound: { hoster: AccountId, feed: H256 },
  scheduleRounds: { hoster: AccountId, feed: H256, rounds: u32 },
  cancelOrder: { order: u32 },
  submitCoinflipOutcome: { round: u32, attempt: u32, outcome: CoinflipOutcome },
  submitEvidence: { round: u32, attempt: u32, evidence: Evidence },
  submitReport: { round: u32, report: Report },
  setParameters: { changes: ParameterChanges },
  reportAbsent: { round: u32, attestor: AccountId },
  demandCoinflip: { round: u32, attempt: u32, words: vec(ListedWord, MAX_MEMBERS) },
  putCommitments: { round: u32, attempt: u32, words: vec(ListedWord, MAX_MEMBERS) },
  putValues: { round: u32, attempt: u32, values: vec(OpenedValue, MAX_MEMBERS) },
} as const

/** Fields of each event, in order. Those of a round have it first. */
export const attestationEvents = {
  RoundScheduled: { round: u32, order: u32, hoster: AccountId, feed: H256 },
  RoundOpened: {
    round: u32,
    hoster: AccountId,
    feed: H256,
    openedAt: u32,
    endsAt: u32,
    members: vec(Member, MAX_MEMBERS),
  },
  CoinflipAgreed: { round: u32, attempt: u32, transcriptRoot: H256, hiddenMagic: H256 },
  CoinflipRestarted: { round: u32, attempt: u32, dropped: vec(AccountId, MAX_MEMBERS) },
  EvidenceAccepted: { round: u32, attempt: u32, offender: AccountId, lie: Lie },
  ReportAccepted: { round: u32, attestor: AccountId, served: bool },
  RoundClosed: { round: u32, verdict: Verdict, served: u32, unserved: u32, reason: ClosingReason },
  Paid: { round: u32, who: AccountId, amount: balanceOf },
  AbsenceReported: { round: u32, attestor: AccountId, reporter: AccountId, reward: balanceOf, paid: option(AccountId) },
  AccusationRejected: { round: u32, attestor: AccountId, accuser: AccountId, deposit: balanceOf },
  CoinflipDemanded: { round: u32, attempt: u32, stage: FlipStage, demander: AccountId, until: u32 },
  CommitmentsPut: { round: u32, attempt: u32, sender: AccountId, members: vec(AccountId, MAX_MEMBERS) },
  ValuesPut: { round: u32, attempt: u32, sender: AccountId, members: vec(AccountId, MAX_MEMBERS) },
  MembersAbsent: { round: u32, attempt: u32, members: vec(AccountId, MAX_MEMBERS), afterGate: bool },
  NumberPublic: { round: u32, attempt: u32, magic: H256 },
  ParametersChanged: { changes: ParameterChanges },
  AttestorsAwaited: { round: u32, needed: u32, eligible: u32, areBusy: bool, until: u32 },
} as const

/** Paid rounds that have not all been held. */
export const Order = struct(
  {
    requester: AccountId,
    hoster: AccountId,
    feed: H256,
    /** Rounds still to hold, including the current one. */
    remaining: u32,
    /** Reserved for each round. */
    deposit: balanceOf,
    /** The rest of the current round's deposit. */
    left: balanceOf,
  },
  { path: ['assay_primitives', 'round', 'Order'] },
)
export type Order = ValueOf<typeof Order>

/** The part of an order's deposit that is for storage, after the order's end. */
export const StorageDeposit = struct(
  { requester: AccountId, amount: balanceOf },
  { path: ['assay_primitives', 'round', 'StorageDeposit'] },
)
export type StorageDeposit = ValueOf<typeof StorageDeposit>

/** What an attestor has of an order's present paid round, in all of its draws. */
export const Earnings = struct(
  { paid: balanceOf, /** It was drawn and gave no report: it earns nothing more. */ isForfeit: bool },
  { path: ['assay_primitives', 'round', 'Earnings'] },
)

/** A member's vote at the end of its coinflip session. */
export const Vote = struct({ attempt: u32, outcome: CoinflipOutcome }, { path: ['assay_primitives', 'round', 'Vote'] })

/** The chain's record of an accepted report. */
export const ReportSummary = struct(
  { served: bool, /** Drawn chunks that it proves. */ proven: u32, metrics: HosterMetrics },
  { path: ['assay_primitives', 'round', 'ReportSummary'] },
)
export type ReportSummary = ValueOf<typeof ReportSummary>
