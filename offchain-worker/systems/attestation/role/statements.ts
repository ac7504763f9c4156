/**
 * What an attestor says to the chain of its part in a round: outcome, evidence, appeals and report.
 *
 * Owns: making the statements out of notes, and submitting them. Does not own: when which one is due.
 */
import type { CallRequest } from '#chain/api/chain-port.ts'
import { encodeCall } from '#chain/api/descriptors.ts'
import { toHex } from '#types/bytes.ts'
import { accusedBy, hideMagic, opensNumber, sessionId } from '#types/domain/coinflip/coinflip.ts'
import { auditSalt } from '#types/domain/attestation/challenge.ts'
import { auditKeyMessage, sessionOf, type Report } from '#types/domain/attestation/report.ts'
import type { RoundRecord } from '#types/domain/attestation/round.ts'
import type { Appeal } from '#worker/systems/coinflip/protocol/appeals.ts'
import type { CoinflipExit } from '#worker/systems/coinflip/protocol/terms.ts'
import type { Attempt, AttemptNotes } from './notes.ts'
import {
  demandCoinflip,
  putCommitments,
  putValues,
  submitCoinflipOutcome,
  submitEvidence,
  submitReport,
} from './chain-items.ts'
import type { RoleDeps } from '#worker/kernel/ports.ts'
import type { Duties } from '#worker/kernel/duties.ts'
import { auditKeysOf } from './audit-secrets.ts'

/** Errors which say that the round went on, or that the liar was convicted, before our word counted. */
const MOOT = ['WrongPhase', 'WrongAttempt', 'AlreadyConvicted']

/** What is kept of a session's end, in the form in which it goes to the chain. */
export const outcomeNotes = ({ transcript, magic }: CoinflipExit): Pick<AttemptNotes, 'outcome' | 'magic'> => ({
  outcome: { tag: 'Agreed', value: { transcript, hiddenMagic: hideMagic(magic) } },
  magic,
})

/**
 * Submits what the chain may know by now of how our sessions of a round ended, the present one and those of earlier attempts, unless it
 * is on its way or settled. Evidence that opens a number waits until END is over, unless that attempt was given up: before, it would tell
 * the hoster who audits when. This holds even where we have no audit, since every member that found the number has one.
 * @param now number of the latest finalized block; `undefined` where the record may be older than that
 */
export function ensureFlips(
  duties: Duties,
  round: number,
  record: RoundRecord,
  attempts: readonly Attempt[],
  now: number | undefined,
): void {
  const isOver = now !== undefined && now > record.endsAt
  for (const each of attempts) {
    const { attempt } = each
    const mayOpen = isOver || attempt < record.attempt
    for (const evidence of each.notes.lies) {
      if (!mayOpen && opensNumber(evidence)) continue
      const duty = `attestation.evidence/${round}/${attempt}/${toHex(accusedBy(evidence))}/${evidence.tag}`
      duties.ensure(duty, () => encodeCall(submitEvidence, { round, attempt, evidence }), MOOT)
    }
  }
  const { attempt, agreement } = record
  const outcome = attempts.find((each) => each.attempt === attempt)?.notes.outcome
  if (!outcome || agreement) return
  const args = { round, attempt, outcome }
  duties.ensure(`attestation.outcome/${round}/${attempt}`, () => encodeCall(submitCoinflipOutcome, args), MOOT)
}

/** Errors which say that others brought it before us, or that the stage is over. */
const LATE_APPEAL = [...MOOT, 'AlreadyDemanded', 'NothingNew', 'Spoilt', 'TooLateToDemand']

/** Submits what is due before the chain as the arbiter of an attempt, unless it is on its way or settled. */
export function ensureAppeal(duties: Duties, round: number, attempt: number, appeal: Appeal): void {
  const about = { round, attempt }
  const ranks = (entries: readonly { readonly rank: number }[]): string => entries.map(({ rank }) => rank).join('.')
  const name = `attestation.${appeal.kind}/${round}/${attempt}`
  switch (appeal.kind) {
    case 'demand': {
      // A demand for the number comes after one for words.
      const id = `${name}/${appeal.words.length === 0 ? 'number' : 'words'}`
      return duties.ensure(id, () => encodeCall(demandCoinflip, { ...about, words: appeal.words }), LATE_APPEAL)
    }
    case 'words': {
      const { words } = appeal
      const id = `${name}/${ranks(words)}`
      return duties.ensure(id, () => encodeCall(putCommitments, { ...about, words }), LATE_APPEAL)
    }
    default: {
      const { values } = appeal
      const id = `${name}/${ranks(values)}`
      return duties.ensure(id, () => encodeCall(putValues, { ...about, values }), LATE_APPEAL)
    }
  }
}

/** Notes that a report can be made of: on a number that was agreed on and an audit that is done. */
export interface ReportableNotes extends AttemptNotes {
  readonly magic: Uint8Array
  readonly audit: NonNullable<AttemptNotes['audit']>
}

/** Whether a report can be made of the notes. */
export const isReportable = (notes: AttemptNotes): notes is ReportableNotes =>
  notes.magic !== undefined && notes.audit !== undefined

/** @see ensureReport */
export interface ReportOptions {
  readonly round: number
  readonly record: RoundRecord
  /** Our place among the members. */
  readonly rank: number
  readonly notes: ReportableNotes
}

/** @see ensureReport */
export interface ReportDeps {
  readonly chain: Pick<RoleDeps['chain'], 'genesisHash'>
  readonly network: Pick<RoleDeps['network'], 'singleUse'>
  readonly duties: Duties
}

/** Submits the report of our audit, unless it is on its way or settled. It tells the number, so it must wait until END is over. */
export function ensureReport({ chain, network, duties }: ReportDeps, options: ReportOptions): void {
  const { round, record } = options
  const call = (): CallRequest => encodeCall(submitReport, { round, report: reportOf(options, { chain, network }) })
  duties.ensure(`attestation.report/${round}/${record.attempt}`, call)
}

/** The report, which shows that it is by the member that committed, and that we audited under the keys that we hid in the commitment. */
function reportOf(
  { round, record, rank, notes }: ReportOptions,
  { chain, network }: Pick<ReportDeps, 'chain' | 'network'>,
): Report {
  const { magic, auditSeed, peers } = notes
  const { visits, receipts, proofs, metrics } = notes.audit
  const session = sessionOf(chain.genesisHash, round, record)
  const message = auditKeyMessage(sessionId(session), session.members[rank]!)
  const auditKeys = auditKeysOf(auditSeed, network)
  return {
    magic,
    auditKeys: auditKeys.map(({ publicKey }) => publicKey),
    salt: auditSalt(auditSeed),
    auditSignatures: auditKeys.slice(0, visits).map((key) => key.sign(message)),
    // The chain takes no other ones: a visit in which no drawn chunk was proven leaves a receipt of its cover only.
    receipts: receipts.filter(({ receipt }) => proofs.some(({ index }) => receipt.chunks.includes(index))),
    proofs,
    hosterMetrics: metrics,
    attestorMetrics: peers,
  }
}
