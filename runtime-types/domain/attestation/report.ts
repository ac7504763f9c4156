/**
 * An attestor's report, and all its checks that need no storage: whether it is acceptable, and whether it says
 * "served".
 *
 * Owns: the encoding and the rules. Does not own: deadlines, double reports and pay (the Attestation pallet).
 */
import { equalBytes, concatBytes, utf8 } from '../../bytes.ts'
import { blake2b256 } from '../../crypto/hash.ts'
import { verifyEd25519 } from '../../crypto/signature.ts'
import { H256 } from '../../scale/account.ts'
import { array, struct, vec } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { hideMagic, sessionId, type Session } from '../coinflip/coinflip.ts'
import { blockProofs } from '../hosting/block-proofs.ts'
import { checkBlockProof, type FeedHead } from '../hosting/feed.ts'
import { auditChunks, challengeSeed, hideAuditKeys } from './challenge.ts'
import { AttestorMetrics, checkAttestorMetrics, checkMetrics, HosterMetrics, type MetricsFault } from './metrics.ts'
import { checkReceiptSignature, SignedReceipt } from '../hosting/receipt.ts'
import { auditSlot, type AttestationParameters, type RoundRecord } from './round.ts'
import { NoiseKey, NoiseSignature } from '../worker.ts'

export const MAX_RECEIPTS = 8
/** An attestor audits a hoster in at most this many visits, each under a key of its own. */
export const MAX_VISITS = 4
export const MAX_PROOFS = 128

export const Report = struct(
  {
    /** m, the shared number. */
    magic: H256,
    /** K, the single-use keys, one for each visit that may happen. The attestor's commitment contains the hash of keys and salt. */
    auditKeys: array(NoiseKey, MAX_VISITS),
    salt: H256,
    /** Signatures over {@link auditKeyMessage} by the keys that it used, which are the first ones. */
    auditSignatures: vec(NoiseSignature, MAX_VISITS),
    receipts: vec(SignedReceipt, MAX_RECEIPTS),
    proofs: blockProofs(MAX_PROOFS),
    /** The attestor's measurement of the hoster. */
    hosterMetrics: HosterMetrics,
    /** Its measurements of the other members. */
    attestorMetrics: AttestorMetrics,
  },
  { path: ['assay_primitives', 'report', 'Report'] },
)
export type Report = ValueOf<typeof Report>

const AUDIT_KEY_CONTEXT = utf8('assay/report/audit-key/1')

/** The message that each audit key signs, so that nobody can report with another's receipts. 32 bytes. */
export const auditKeyMessage = (session: Uint8Array, member: Uint8Array): Uint8Array =>
  blake2b256(concatBytes(AUDIT_KEY_CONTEXT, session, member))

/** Why the pallet refuses a report. Each is an error of the Attestation pallet. */
export type ReportFault =
  | 'NoAgreement'
  | 'WrongMagic'
  | 'WrongAuditKey'
  | 'BadReceipt'
  | 'OutsideSlot'
  | 'BadProof'
  | 'EmptyReceipt'
  | MetricsFault

/** The facts that the checks need. */
export interface ReportContext {
  readonly genesisHash: Uint8Array
  readonly roundId: number
  readonly round: RoundRecord
  /** The reporting member's index among the members. */
  readonly rank: number
  readonly feed: Pick<FeedHead, 'length' | 'roots'>
  readonly parameters: AttestationParameters
  /** The hash of a past block; undefined once the chain has forgotten it. */
  readonly blockHashAt: (number: number) => Uint8Array | undefined
}

export type ReportFinding =
  | { readonly ok: false; readonly fault: ReportFault }
  | {
      readonly ok: true
      /** Every chunk asked for was received and is proven. */
      readonly served: boolean
      /** Chunks asked for that were received and are proven. */
      readonly proven: number
    }

/** The session that made the agreement in a round's record. */
export const sessionOf = (
  genesisHash: Uint8Array,
  roundId: number,
  round: Pick<RoundRecord, 'attempt' | 'members' | 'magicRule'>,
): Session => ({
  genesisHash,
  round: roundId,
  attempt: round.attempt,
  members: round.members.map(({ noiseKey }) => noiseKey),
  magicRule: round.magicRule,
})

/**
 * All checks of a report, in order. A report without receipts is acceptable and says "unserved". Each receipt must name a drawn chunk
 * that the report proves: any other one proves nothing.
 */
export function checkReport(context: ReportContext, report: Report): ReportFinding {
  const fault =
    checkIdentity(context, report) ??
    checkFigures(context, report) ??
    checkReceipts(context, report) ??
    checkProofs(context, report)
  if (fault) return { ok: false, fault }
  const received = receivedChunks(report)
  const proven = new Set(report.proofs.map(({ index }) => index))
  const asked = auditChunks(seedOf(context, report), context.parameters.challenges, context.feed.length)
  const found = new Set(asked.filter((index) => received.has(index) && proven.has(index)))
  if (!report.receipts.every(({ receipt }) => receipt.chunks.some((index) => found.has(index))))
    return { ok: false, fault: 'EmptyReceipt' }
  return { ok: true, served: found.size === asked.length, proven: found.size }
}

function checkIdentity(context: ReportContext, report: Report): ReportFault | undefined {
  const { round, rank } = context
  const member = round.members[rank]
  const committed = round.agreement?.transcript[rank]
  if (!round.agreement || !member || !committed) return 'NoAgreement'
  if (!equalBytes(hideMagic(report.magic), round.agreement.hiddenMagic)) return 'WrongMagic'
  const sid = sessionId(sessionOf(context.genesisHash, context.roundId, round))
  if (!equalBytes(hideAuditKeys(sid, member.noiseKey, report), committed.auditKeyHash)) return 'WrongAuditKey'
  const message = auditKeyMessage(sid, member.noiseKey)
  const ownsAll = report.auditSignatures.every((signature, visit) => {
    const key = report.auditKeys[visit]
    return key !== undefined && verifyEd25519(signature, message, key)
  })
  return ownsAll ? undefined : 'WrongAuditKey'
}

/** The seed of the reporting member's challenge. */
function seedOf({ genesisHash, roundId, round, rank }: ReportContext, report: Report): Uint8Array {
  const session = sessionOf(genesisHash, roundId, round)
  return challengeSeed(sessionId(session), report.magic, session.members[rank]!, report)
}

/** These checks cost little, so they come before receipts and proofs. */
const checkFigures = ({ rank, round }: ReportContext, report: Report): MetricsFault | undefined =>
  checkMetrics(report.hosterMetrics) ?? checkAttestorMetrics(report.attestorMetrics, rank, round.members.length)

function checkReceipts(context: ReportContext, report: Report): ReportFault | undefined {
  const { round, rank, parameters } = context
  const draw = { magic: report.magic, seed: seedOf(context, report), rank, members: round.members.length }
  const slot = auditSlot(draw, round)
  const ours = report.auditKeys.slice(0, report.auditSignatures.length)
  for (const signed of report.receipts) {
    const { receipt } = signed
    const forUs = equalBytes(receipt.feed, round.feed) && ours.some((key) => equalBytes(receipt.peer, key))
    if (!forUs || !checkReceiptSignature(context.genesisHash, signed, round.hosterKey)) return 'BadReceipt'
    const known = context.blockHashAt(receipt.blockNumber)
    if (!known || !equalBytes(known, receipt.blockHash)) return 'BadReceipt'
    if (
      receipt.blockNumber < slot.from - parameters.slotTolerance ||
      receipt.blockNumber > slot.to + parameters.slotTolerance
    )
      return 'OutsideSlot'
  }
  return undefined
}

const receivedChunks = (report: Report): ReadonlySet<number> =>
  new Set(report.receipts.flatMap(({ receipt }) => receipt.chunks))

/** The feed's roots are known, so the indices of a receipt's chunks determine what the chunks hash to. */
function checkProofs(context: ReportContext, report: Report): ReportFault | undefined {
  const received = receivedChunks(report)
  const areGood = report.proofs.every((proof) => received.has(proof.index) && checkBlockProof(context.feed, proof))
  return areGood ? checkBytes(report) : 'BadProof'
}

/**
 * A receipt must be for at least the bytes of its proven chunks. Nobody can know the sizes of its other chunks here.
 */
function checkBytes({ receipts, proofs }: Report): ReportFault | undefined {
  const sizes = new Map(proofs.map(({ index, bytes }) => [index, bytes]))
  const isShort = receipts.some(({ receipt: { chunks, bytes } }) => {
    const proven = chunks.reduce((sum, index) => sum + (sizes.get(index) ?? 0), 0)
    return bytes < BigInt(proven)
  })
  return isShort ? 'BadReceipt' : undefined
}
