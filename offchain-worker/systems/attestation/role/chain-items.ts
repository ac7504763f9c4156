/**
 * The calls, events and storage items of the chain that an attestor uses beyond those of every worker.
 *
 * Owns: the list, and what of the chain an attestor needs. Does not own: what the calls do (the pallet).
 */
import { callOf, eventOf, storageOf, type Requirement } from '#chain/api/descriptors.ts'
import { AbsenceRecord } from '#types/domain/attestation/absence.ts'
import { attestationCalls, attestationEvents } from '#types/domain/attestation/attestation.ts'
import { AttestationParameters, RoundRecord } from '#types/domain/attestation/round.ts'
import { Arbitration } from '#types/domain/coinflip/coinflip.ts'
import { FeedTree } from '#types/domain/hosting/feed-growth.ts'
import { u32 } from '#types/scale/primitives.ts'
import { blockHash, timestamp } from '#worker/kernel/chain-items.ts'

export const submitCoinflipOutcome = callOf(
  'Attestation',
  'submitCoinflipOutcome',
  attestationCalls.submitCoinflipOutcome,
)
export const submitEvidence = callOf('Attestation', 'submitEvidence', attestationCalls.submitEvidence)
export const demandCoinflip = callOf('Attestation', 'demandCoinflip', attestationCalls.demandCoinflip)
export const putCommitments = callOf('Attestation', 'putCommitments', attestationCalls.putCommitments)
export const putValues = callOf('Attestation', 'putValues', attestationCalls.putValues)
export const submitReport = callOf('Attestation', 'submitReport', attestationCalls.submitReport)
export const reportAbsent = callOf('Attestation', 'reportAbsent', attestationCalls.reportAbsent)

export const roundOpened = eventOf('Attestation', 'RoundOpened', attestationEvents.RoundOpened)
export const coinflipRestarted = eventOf('Attestation', 'CoinflipRestarted', attestationEvents.CoinflipRestarted)
export const roundClosed = eventOf('Attestation', 'RoundClosed', attestationEvents.RoundClosed)

export const rounds = storageOf('Attestation', 'Rounds', [u32], RoundRecord)
/** Rounds that are not closed, and the block in which the chain looks at each next. */
export const activeRounds = storageOf('Attestation', 'ActiveRounds', [u32], u32)
/** Attempts of coinflips that are before the chain. */
export const arbitrations = storageOf('Attestation', 'Arbitrations', [u32], Arbitration)
/** What the hoster of a round under way promised to serve. */
export const promises = storageOf('Attestation', 'Promises', [u32], FeedTree)
export const absences = storageOf('Attestation', 'Absences', [u32], AbsenceRecord)
export const parameters = storageOf('Attestation', 'Parameters', [], AttestationParameters)

/** What a chain must have for an attestor. */
export const attestorRequires: readonly Requirement[] = [
  submitCoinflipOutcome,
  submitEvidence,
  demandCoinflip,
  putCommitments,
  putValues,
  submitReport,
  reportAbsent,
  roundOpened,
  coinflipRestarted,
  roundClosed,
  rounds,
  activeRounds,
  arbitrations,
  absences,
  parameters,
  promises,
  blockHash,
  timestamp,
]
