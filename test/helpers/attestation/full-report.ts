/**
 * The largest report that an audit of fifteen chunks makes, with all its cover in all its visits, of a feed of 2^20
 * blocks of 64 KiB among 64 attestors.
 *
 * Owns: this report and the context in which it is good. Does not own: any rule (runtime-types/domain).
 */
import { u32le, utf8 } from '#types/bytes.ts'
import { blake2b256, blake2b256Of } from '#types/crypto/hash.ts'
import { commitTo, hideMagic, magic, MAX_MEMBERS, sessionId } from '#types/domain/coinflip/coinflip.ts'
import { parentNode, type BlockProof, type TreeNode } from '#types/domain/hosting/feed.ts'
import { MAX_LATENCY_US, MAX_SAMPLES, MAX_THROUGHPUT, type HosterMetrics } from '#types/domain/attestation/metrics.ts'
import { receiptMessage, type Receipt, type SignedReceipt } from '#types/domain/hosting/receipt.ts'
import {
  auditKeyMessage,
  MAX_VISITS,
  sessionOf,
  type Report,
  type ReportContext,
} from '#types/domain/attestation/report.ts'
import { auditChunks, auditSalt, challengeSeed, hideAuditKeys } from '#types/domain/attestation/challenge.ts'
import { auditSlot, DEFAULT_PARAMETERS, type RoundRecord } from '#types/domain/attestation/round.ts'
import { MAX_AUDIT_CHUNKS } from '#worker/systems/attestation/protocol/plan.ts'
import { identityOf, sessionIdentities } from '#worker/simulation/identities.ts'
import { roundRecord } from './round-record.ts'

const BLOCK_BYTES = 65_536
const DEPTH = 20
const RANK = 2
const ROUND = 7
/** What takes most bytes. */
const METRICS: HosterMetrics = {
  samples: MAX_SAMPLES,
  lost: 0,
  latencyP50Us: MAX_LATENCY_US,
  latencyP95Us: MAX_LATENCY_US,
  latencyP99Us: MAX_LATENCY_US,
  throughputBytesPerSecond: MAX_THROUGHPUT,
}

/** A feed of which only some blocks are real, and their ways to the one root; the rest of the tree is made up. */
function sparseFeed(real: readonly number[]) {
  const node = (level: number, place: number): TreeNode => {
    const isUnder = real.some((index) => index >>> level === place)
    if (isUnder && level > 0) return parentNode(node(level - 1, 2 * place), node(level - 1, 2 * place + 1))
    return {
      nodeHash: blake2b256Of(utf8('node'), u32le(level), u32le(place)),
      bytes: BigInt(BLOCK_BYTES) << BigInt(level),
    }
  }
  const proofOf = (index: number): BlockProof => ({
    index,
    leaf: node(0, index).nodeHash,
    bytes: BLOCK_BYTES,
    siblings: Array.from({ length: DEPTH }, (_, level) => node(level, (index >>> level) ^ 1)),
  })
  return { head: { length: 2 ** DEPTH, roots: [node(DEPTH, 0)] }, proofOf }
}

/** As many more chunks as an audit asks for, the highest: their indices take most bytes. */
const coverOf = (asked: readonly number[]): readonly number[] =>
  Array.from({ length: 2 * MAX_AUDIT_CHUNKS }, (_, i) => 2 ** DEPTH - 1 - i)
    .filter((index) => !asked.includes(index))
    .slice(0, MAX_AUDIT_CHUNKS - asked.length)

/** The report, and the context that finds it good and "served". */
export function fullReport(): { readonly context: ReportContext; readonly report: Report } {
  const genesisHash = blake2b256(utf8('genesis'))
  const members = sessionIdentities(MAX_MEMBERS)
  const hoster = identityOf('hoster')
  const auditKeys = Array.from({ length: MAX_VISITS }, (_, visit) => identityOf(`visit ${visit}`))
  const keys = auditKeys.map(({ publicKey }) => publicKey)
  const secrets = { auditKeys: keys, salt: auditSalt(blake2b256(utf8('audit seed'))) }
  const values = members.map((_, rank) => blake2b256Of(utf8('x'), u32le(rank)))
  const key = blake2b256(utf8('feed'))
  const unagreed = roundRecord({
    hoster: genesisHash,
    hosterKey: hoster.publicKey,
    feed: key,
    phase: 'Report',
    scheduledAt: 9,
    openedAt: 10,
    endsAt: 200,
    members: members.map(({ publicKey }) => ({ account: blake2b256(publicKey), noiseKey: publicKey })),
    drawn: MAX_MEMBERS,
    auditFrom: 20,
  })
  const sid = sessionId(sessionOf(genesisHash, ROUND, unagreed))
  const number = magic(sid, values)
  const transcript = members.map(({ publicKey }, rank) => ({
    commitment: commitTo(sid, publicKey, values[rank]!),
    auditKeyHash: hideAuditKeys(sid, publicKey, rank === RANK ? secrets : { ...secrets, salt: publicKey }),
  }))
  const round: RoundRecord = { ...unagreed, agreement: { transcript, hiddenMagic: hideMagic(number) } }
  const parameters = DEFAULT_PARAMETERS
  const seed = challengeSeed(sid, number, members[RANK]!.publicKey, secrets)
  const asked = auditChunks(seed, parameters.challenges, 2 ** DEPTH)
  const { head, proofOf } = sparseFeed(asked)
  const proofs = asked.map(proofOf)
  const blockNumber = auditSlot({ magic: number, seed, rank: RANK, members: members.length }, round).from
  const chunks = [...asked, ...coverOf(asked)]
  const receiptTo = (peer: Uint8Array, visit: number): SignedReceipt => {
    const own = chunks.filter((_, place) => place % MAX_VISITS === visit)
    const receipt: Receipt = {
      feed: key,
      peer,
      nonce: blake2b256(utf8('nonce')),
      chunks: own.toSorted((a, b) => a - b),
      leaves: genesisHash,
      possession: genesisHash,
      bytes: BigInt(own.length * BLOCK_BYTES),
      blockNumber,
      blockHash: genesisHash,
    }
    return { receipt, signature: hoster.sign(receiptMessage(genesisHash, receipt)) }
  }
  const report: Report = {
    magic: number,
    ...secrets,
    auditSignatures: auditKeys.map((each) => each.sign(auditKeyMessage(sid, members[RANK]!.publicKey))),
    receipts: keys.map(receiptTo),
    proofs,
    hosterMetrics: METRICS,
    attestorMetrics: members.flatMap((_, rank) => (rank === RANK ? [] : [{ rank, ...METRICS }])),
  }
  const blockHashAt = (): Uint8Array => genesisHash
  return { context: { genesisHash, roundId: ROUND, round, rank: RANK, feed: head, parameters, blockHashAt }, report }
}
