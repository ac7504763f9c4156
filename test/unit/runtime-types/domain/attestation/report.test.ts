/** Every check of a report: a good one says "served", and each fault has a name. */
import { beforeEach, describe, expect, test } from 'vitest'
import { u32le, utf8 } from '#types/bytes.ts'
import { blake2b256, blake2b256Of } from '#types/crypto/hash.ts'
import { commitTo, hideMagic, magic, sessionId } from '#types/domain/coinflip/coinflip.ts'
import { leafHash, type BlockProof } from '#types/domain/hosting/feed.ts'
import {
  checkReceiptSignature,
  receiptMessage,
  servedWith,
  type Receipt,
  type SignedReceipt,
} from '#types/domain/hosting/receipt.ts'
import {
  auditKeyMessage,
  checkReport,
  Report,
  sessionOf,
  type ReportContext,
  type ReportFault,
} from '#types/domain/attestation/report.ts'
import { auditChunks, auditSalt, challengeSeed, hideAuditKeys } from '#types/domain/attestation/challenge.ts'
import { auditSlot, type RoundRecord } from '#types/domain/attestation/round.ts'
import { decode, encode } from '#types/scale/codec.ts'
import type { NoiseIdentity } from '#worker/kernel/ports.ts'
import { identityOf, sessionIdentities } from '#worker/simulation/identities.ts'
import { fullReport } from '../../../../helpers/attestation/full-report.ts'
import { bytesOf, chunksOf, memoryFeed } from '../../../../helpers/hosting/memory-feed.ts'
import { LIMITS } from '../../../../helpers/attestation/limits.ts'
import { roundRecord } from '../../../../helpers/attestation/round-record.ts'

const genesisHash = blake2b256(utf8('genesis'))
const members = sessionIdentities(4)
const hoster = identityOf('hoster')
const auditKeys = ['single use', 'another visit', 'never came', 'nor did this'].map(identityOf)
const [auditKey, secondKey] = auditKeys as [NoiseIdentity, NoiseIdentity]
const keysOf = (identities: readonly NoiseIdentity[]): Uint8Array[] => identities.map(({ publicKey }) => publicKey)
const secrets = { auditKeys: keysOf(auditKeys), salt: auditSalt(blake2b256(utf8('audit seed'))) }
const feed = memoryFeed(40)
const RANK = 2
const ROUND = 7
const METRICS = { samples: 3, lost: 0, latencyP50Us: 1, latencyP95Us: 2, latencyP99Us: 3, throughputBytesPerSecond: 4n }
const values = members.map((_, rank) => blake2b256Of(utf8('x'), u32le(rank)))
const hashAt = (number: number): Uint8Array => blake2b256Of(utf8('block'), u32le(number))

const unagreed = roundRecord({
  hoster: genesisHash,
  hosterKey: hoster.publicKey,
  feed: feed.head.key,
  phase: 'Report',
  attempt: 1,
  scheduledAt: 9,
  openedAt: 10,
  endsAt: 60,
  auditFrom: 10 + LIMITS.coinflipWindow,
  members: members.map(({ publicKey }) => ({ account: blake2b256(publicKey), noiseKey: publicKey })),
  drawn: 4,
})
const session = sessionOf(genesisHash, ROUND, unagreed)
const sid = sessionId(session)
const number = magic(sid, values)
const round: RoundRecord = {
  ...unagreed,
  agreement: {
    transcript: members.map(({ publicKey }, rank) => ({
      commitment: commitTo(sid, publicKey, values[rank]!),
      auditKeyHash: hideAuditKeys(sid, publicKey, rank === RANK ? secrets : { ...secrets, salt: publicKey }),
    })),
    hiddenMagic: hideMagic(number),
  },
}
const seed = challengeSeed(sid, number, members[RANK]!.publicKey, secrets)
const asked = auditChunks(seed, LIMITS.challenges, feed.head.length)
const slot = auditSlot({ magic: number, seed, rank: RANK, members: members.length }, round)

const context: ReportContext = {
  genesisHash,
  roundId: ROUND,
  round,
  rank: RANK,
  feed: feed.head,
  parameters: LIMITS,
  blockHashAt: (at) => (at <= 60 ? hashAt(at) : undefined),
}

function receiptOf(change: Partial<Receipt> = {}, signer = hoster, indices: readonly number[] = asked): SignedReceipt {
  const nonce = blake2b256(utf8('nonce'))
  const receipt: Receipt = {
    feed: feed.head.key,
    peer: auditKey.publicKey,
    nonce,
    ...servedWith(nonce, chunksOf(feed, indices)),
    blockNumber: slot.from,
    blockHash: hashAt(slot.from),
    ...change,
  }
  return { receipt, signature: signer.sign(receiptMessage(genesisHash, receipt)) }
}

const proofOf = (index: number): BlockProof => ({
  index,
  leaf: leafHash(feed.blocks[index]!),
  bytes: feed.blocks[index]!.length,
  siblings: feed.siblings(index),
})

let good: Report
beforeEach(() => {
  good = {
    magic: number,
    ...secrets,
    auditSignatures: [auditKey, secondKey].map((key) => key.sign(auditKeyMessage(sid, members[RANK]!.publicKey))),
    receipts: [receiptOf()],
    proofs: asked.map(proofOf),
    hosterMetrics: METRICS,
    attestorMetrics: [0, 1, 3].map((rank) => ({ rank, ...METRICS })),
  }
})

const fault = (report: Report, change: Partial<ReportContext> = {}): ReportFault | undefined => {
  const finding = checkReport({ ...context, ...change }, report)
  return finding.ok ? undefined : finding.fault
}

test('a good report says served, and comes back from bytes as it was', () => {
  expect(checkReport(context, good)).toEqual({ ok: true, served: true, proven: 3 })
  expect(decode(Report, encode(Report, good))).toEqual(good)
})

test('a full report of fifteen chunks of 64 KiB, all their cover and metrics of 63 others is good, and stays below 16 kB', () => {
  const full = fullReport()
  const bytes = encode(Report, full.report)
  expect(full.report.proofs.map((proof) => proof.bytes)).toEqual(Array.from({ length: 15 }, () => 65_536))
  expect(full.report.receipts.map(({ receipt }) => receipt.chunks.length)).toEqual([40, 40, 40, 40])
  expect(bytes.length, `${bytes.length} bytes`).toBeLessThan(16_000)
  expect(checkReport(full.context, decode(Report, bytes))).toEqual({ ok: true, served: true, proven: 15 })
})

test('a report of two visits, with a receipt of each, says served', () => {
  const [first, second] = [asked.slice(0, 2), asked.slice(2)]
  const receipts = [receiptOf({}, hoster, first), receiptOf({ peer: secondKey.publicKey }, hoster, second)]
  expect(checkReport(context, { ...good, receipts })).toEqual({ ok: true, served: true, proven: 3 })
  // The second key was committed to, and did not come.
  expect(fault({ ...good, receipts, auditSignatures: good.auditSignatures.slice(0, 1) })).toBe('BadReceipt')
})

describe('acceptable, and says unserved', () => {
  test('without receipts', () => {
    expect(checkReport(context, { ...good, receipts: [], proofs: [] })).toEqual({ ok: true, served: false, proven: 0 })
  })

  test('with a requested chunk that is not proven, or not in a receipt', () => {
    const one = { ...good, proofs: good.proofs.slice(1) }
    expect(checkReport(context, one)).toEqual({ ok: true, served: false, proven: 2 })
    const fewer = asked.slice(1)
    const partial = { ...good, receipts: [receiptOf({}, hoster, fewer)], proofs: fewer.map(proofOf) }
    expect(checkReport(context, partial)).toEqual({ ok: true, served: false, proven: 2 })
  })
})

describe('refused', () => {
  test('before an agreement, or by an account outside the round', () => {
    expect(fault(good, { round: unagreed })).toBe('NoAgreement')
    expect(fault(good, { rank: 9 })).toBe('NoAgreement')
  })

  test('with another number', () => {
    expect(fault({ ...good, magic: genesisHash })).toBe('WrongMagic')
  })

  test('by a member that did not commit to its keys and salt', () => {
    expect(fault(good, { rank: 1 })).toBe('WrongAuditKey')
  })

  test('with a salt to which the attestor did not commit: its seed, its number, or that of another member', () => {
    const theirs = auditSalt(blake2b256(utf8('another seed')))
    for (const salt of [theirs, blake2b256(utf8('audit seed')), values[RANK]!, number, members[1]!.publicKey])
      expect(fault({ ...good, salt, receipts: [], proofs: [] })).toBe('WrongAuditKey')
  })

  test('with other audit keys than those committed to, or not owned', () => {
    const stranger = identityOf('stranger')
    const signed = stranger.sign(auditKeyMessage(sid, members[RANK]!.publicKey))
    const [, , third, fourth] = auditKeys as [NoiseIdentity, NoiseIdentity, NoiseIdentity, NoiseIdentity]
    for (const keys of [
      [stranger, ...auditKeys.slice(1)],
      [auditKey, secondKey, third, stranger],
      [secondKey, auditKey, third, fourth],
      [auditKey, secondKey, fourth, third],
      [auditKey],
      [...auditKeys, stranger],
    ])
      expect(fault({ ...good, auditKeys: keysOf(keys), auditSignatures: [] })).toBe('WrongAuditKey')
    for (const keys of [auditKeys.slice(1), [...auditKeys, stranger]])
      expect(() => encode(Report, { ...good, auditKeys: keysOf(keys) })).toThrow(/expected 4/)
    expect(fault({ ...good, auditSignatures: [signed] })).toBe('WrongAuditKey')
    expect(fault({ ...good, auditSignatures: [...good.auditSignatures, signed] })).toBe('WrongAuditKey')
    const forAnother = auditKey.sign(auditKeyMessage(sid, members[1]!.publicKey))
    expect(fault({ ...good, auditSignatures: [forAnother] })).toBe('WrongAuditKey')
    const all = auditKeys.map((key) => key.sign(auditKeyMessage(sid, members[RANK]!.publicKey)))
    expect(fault({ ...good, auditSignatures: all })).toBeUndefined()
    // One more than there are keys.
    expect(fault({ ...good, auditSignatures: [...all, all[0]!] })).toBe('WrongAuditKey')
  })

  test.each<[string, ReportFault, () => SignedReceipt]>([
    ['for another feed', 'BadReceipt', () => receiptOf({ feed: genesisHash })],
    ['made out to another', 'BadReceipt', () => receiptOf({ peer: hoster.publicKey })],
    ['made out to a key that was not come with', 'BadReceipt', () => receiptOf({ peer: auditKeys[2]!.publicKey })],
    ['that the hoster did not sign', 'BadReceipt', () => receiptOf({}, auditKey)],
    ['for fewer bytes than are proven', 'BadReceipt', () => receiptOf({ bytes: bytesOf(feed, asked) - 1n })],
    ['with a block that is not of this chain', 'BadReceipt', () => receiptOf({ blockHash: genesisHash })],
    ['with a block that is not yet there', 'BadReceipt', () => receiptOf({ blockNumber: 61, blockHash: hashAt(61) })],
    ['too early', 'OutsideSlot', () => receiptAt(slot.from - LIMITS.slotTolerance - 1)],
    ['too late', 'OutsideSlot', () => receiptAt(slot.to + LIMITS.slotTolerance + 1)],
  ])('with a receipt %s', (_, expected, receipt) => {
    expect(
      fault({ ...good, receipts: [receipt()] }, { blockHashAt: (at) => (at === 61 ? undefined : hashAt(at)) }),
    ).toBe(expected)
  })

  test('not with a receipt at either edge of what the slot allows', () => {
    for (const at of [slot.from - LIMITS.slotTolerance, slot.to + LIMITS.slotTolerance]) {
      expect(fault({ ...good, receipts: [receiptAt(at)] }, { blockHashAt: hashAt })).toBeUndefined()
    }
  })

  test('with a receipt of other chunks than those drawn, of none, or without a proof: it proves nothing', () => {
    const others = [0, 1, 2, 3, 4, 5].filter((index) => !asked.includes(index)).slice(0, 3)
    const picked = receiptOf({}, hoster, others)
    expect(fault({ ...good, receipts: [picked], proofs: others.map(proofOf) })).toBe('EmptyReceipt')
    expect(fault({ ...good, receipts: [receiptOf({}, hoster, [])], proofs: [] })).toBe('EmptyReceipt')
    expect(fault({ ...good, receipts: [receiptOf()], proofs: [] })).toBe('EmptyReceipt')
    // Beside a good one too.
    expect(fault({ ...good, receipts: [receiptOf(), picked] })).toBe('EmptyReceipt')
  })

  test('with a proof of a chunk that no receipt names, of another leaf, or that leads nowhere', () => {
    const other = [0, 1, 2, 3].find((index) => !asked.includes(index))!
    expect(fault({ ...good, proofs: [proofOf(other)] })).toBe('BadProof')
    expect(fault({ ...good, proofs: [{ ...good.proofs[0]!, leaf: genesisHash }] })).toBe('BadProof')
    expect(fault({ ...good, proofs: [{ ...good.proofs[0]!, bytes: 1 }] })).toBe('BadProof')
  })
})

test.each<[string, ReportFault, (good: Report) => Partial<Report>]>([
  ['of the hoster out of order', 'MetricsOutOfOrder', () => ({ hosterMetrics: { ...METRICS, latencyP50Us: 9 } })],
  ['of the hoster out of bounds', 'MetricsOutOfBounds', () => ({ hosterMetrics: { ...METRICS, samples: 0 } })],
  [
    'of a peer out of order',
    'MetricsOutOfOrder',
    () => ({ attestorMetrics: [{ rank: 0, ...METRICS, latencyP95Us: 9 }] }),
  ],
  ['of nobody in the round', 'MetricsOfUnknownPeer', () => ({ attestorMetrics: [{ rank: 4, ...METRICS }] })],
  ['of oneself', 'MetricsOfSelf', () => ({ attestorMetrics: [{ rank: RANK, ...METRICS }] })],
  [
    'of one peer twice',
    'DuplicateMetrics',
    (it) => ({ attestorMetrics: [...it.attestorMetrics, ...it.attestorMetrics] }),
  ],
])('refused with metrics %s', (_, expected, change) => {
  expect(fault({ ...good, ...change(good) })).toBe(expected)
})

const receiptAt = (at: number): SignedReceipt => receiptOf({ blockNumber: at, blockHash: hashAt(at) })

test('a receipt is for one chain only', () => {
  expect(checkReceiptSignature(genesisHash, receiptOf(), hoster.publicKey)).toBe(true)
  expect(checkReceiptSignature(blake2b256(utf8('another chain')), receiptOf(), hoster.publicKey)).toBe(false)
})
