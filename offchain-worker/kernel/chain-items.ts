/**
 * What workers use of the chain: every call, event, storage item and constant, with the codecs of the domain.
 *
 * Owns: the list, which is also what a chain must have for a worker to work with it. Does not own: what they mean (the
 * pallets) or the comparison with a chain (#chain/api/fit.ts).
 */
import { callOf, constantOf, eventOf, storageOf, type Requirement } from '#chain/api/descriptors.ts'
import { AbsenceRecord } from '#types/domain/attestation/absence.ts'
import { attestationCalls, attestationEvents } from '#types/domain/attestation/attestation.ts'
import { feedCalls, FeedHead } from '#types/domain/hosting/feed.ts'
import { AttestationParameters, RoundRecord } from '#types/domain/attestation/round.ts'
import { workerCalls, WorkerRecord } from '#types/domain/worker.ts'
import { AccountId, H256 } from '#types/scale/account.ts'
import { u32, u64 } from '#types/scale/primitives.ts'

export const submitCoinflipOutcome = callOf(
  'Attestation',
  'submitCoinflipOutcome',
  attestationCalls.submitCoinflipOutcome,
)
export const submitEvidence = callOf('Attestation', 'submitEvidence', attestationCalls.submitEvidence)
export const submitReport = callOf('Attestation', 'submitReport', attestationCalls.submitReport)
export const reportAbsent = callOf('Attestation', 'reportAbsent', attestationCalls.reportAbsent)

export const roundOpened = eventOf('Attestation', 'RoundOpened', attestationEvents.RoundOpened)
export const coinflipRestarted = eventOf('Attestation', 'CoinflipRestarted', attestationEvents.CoinflipRestarted)
export const roundClosed = eventOf('Attestation', 'RoundClosed', attestationEvents.RoundClosed)

export const rounds = storageOf('Attestation', 'Rounds', [u32], RoundRecord)
/** Rounds that are not closed, and the block in which the chain looks at each next. */
export const activeRounds = storageOf('Attestation', 'ActiveRounds', [u32], u32)
export const absences = storageOf('Attestation', 'Absences', [u32], AbsenceRecord)
export const parameters = storageOf('Attestation', 'Parameters', [], AttestationParameters)

export const register = callOf('Workers', 'register', workerCalls.register)
export const update = callOf('Workers', 'update', workerCalls.update)
export const heartbeat = callOf('Workers', 'heartbeat', workerCalls.heartbeat)
export const workers = storageOf('Workers', 'Workers', [AccountId], WorkerRecord)
export const heartbeatInterval = constantOf('Workers', 'HeartbeatInterval', u32)

export const publishFeed = callOf('Feeds', 'publish', feedCalls.publish)
export const hostFeed = callOf('Feeds', 'host', feedCalls.host)
export const feedHeads = storageOf('Feeds', 'Heads', [H256], FeedHead)
export const hosting = storageOf('Feeds', 'Hosting', [H256, AccountId], u32)

/** Hashes of past blocks, as far back as the chain remembers. */
export const blockHash = storageOf('System', 'BlockHash', [u32], H256)
/** Milliseconds of Unix time. */
export const timestamp = storageOf('Timestamp', 'Now', [], u64)
/** The number of the block whose state is read. */
export const blockNumber = storageOf('System', 'Number', [], u32)

const common: readonly Requirement[] = [register, update, heartbeat, workers, heartbeatInterval, feedHeads, blockNumber]

/** What a chain must have for a worker of each role. */
export const requirements: Readonly<Record<'hoster' | 'attestor', readonly Requirement[]>> = {
  hoster: [...common, publishFeed, hostFeed, hosting],
  attestor: [
    ...common,
    submitCoinflipOutcome,
    submitEvidence,
    submitReport,
    reportAbsent,
    roundOpened,
    coinflipRestarted,
    roundClosed,
    rounds,
    activeRounds,
    absences,
    parameters,
    blockHash,
    timestamp,
  ],
}
