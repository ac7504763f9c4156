/** Every exit of the audit's state machine, and what each gives to a report. */
import { beforeEach, describe, expect, test } from 'vitest'
import { utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { checkBlockProof, leafHash } from '#types/domain/feed.ts'
import { possessionDigest, receiptMessage, ReceiptRequest, SignedReceipt, type Receipt } from '#types/domain/receipt.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { createAudit } from '#worker/protocols/audit.ts'
import type { Audit, AuditInput, AuditOptions, AuditOutput, AuditResult } from '#worker/protocols/audit-words.ts'
import { measure } from '#worker/protocols/audit-metrics.ts'
import { identity } from '../../../helpers/coinflip-net.ts'
import { bytesOf, memoryFeed } from '../../../helpers/memory-feed.ts'

const genesisHash = blake2b256(utf8('genesis'))
const feed = memoryFeed(21)
const hoster = identity('hoster')
const auditor = identity('auditor')
const chunks = [0, 3, 7, 16, 19, 20]
const block = { number: 40, hash: blake2b256(utf8('block 40')) }
let audit: Audit
let clock: number

const options = (): AuditOptions => ({
  genesisHash,
  feed: feed.head,
  hosterKey: hoster.publicKey,
  auditKey: auditor.publicKey,
  chunks,
  nonce: blake2b256(utf8('nonce')),
  isRecentBlock: (number) => number >= 38 && number <= 42,
  concurrency: 2,
  deadlineMs: 10_000,
  thinkMs: 0,
})

beforeEach(() => {
  audit = createAudit(options())
  clock = 0
})

const chunkInput = (index: number, bytes = feed.blocks[index]!): AuditInput => {
  clock += 10
  return { kind: 'chunk', index, bytes, latencyMs: 10, at: clock }
}

function receiptFor(indices: readonly number[], change: Partial<Receipt> = {}, signer = hoster): AuditInput {
  const { nonce } = options()
  const receipt: Receipt = {
    feed: feed.head.key,
    peer: auditor.publicKey,
    nonce,
    chunks: indices.map((index) => ({ index, leaf: leafHash(feed.blocks[index]!) })),
    possession: possessionDigest(
      nonce,
      indices.map((index) => feed.blocks[index]!),
    ),
    bytes: bytesOf(feed, indices),
    blockNumber: block.number,
    blockHash: block.hash,
    ...change,
  }
  const signature = signer.sign(receiptMessage(genesisHash, receipt))
  return { kind: 'receipt', bytes: encode(SignedReceipt, { receipt, signature }) }
}

const stranger = feed.blocks.findIndex((_, index) => !chunks.includes(index))

/** What comes after the proofs that were asked for, where they were. */
function proven(outputs: readonly AuditOutput[]): readonly AuditOutput[] {
  const [prove] = outputs
  if (prove?.kind !== 'prove') return outputs
  return audit.step({ kind: 'proofs', siblings: new Map(prove.indices.map((index) => [index, feed.siblings(index)])) })
}

/** Serves every request but those lost, and returns what comes after the last. */
function serve(lost: readonly number[] = []): readonly AuditOutput[] {
  audit.step({ kind: 'start' })
  let outputs = audit.step({ kind: 'connected', at: 0 })
  const queue: number[] = []
  for (;;) {
    for (const output of outputs) if (output.kind === 'request') queue.push(output.index)
    const index = queue.shift()
    if (index === undefined) return proven(outputs)
    outputs = audit.step(lost.includes(index) ? { kind: 'lost', index, why: 'timed out' } : chunkInput(index))
  }
}

const exitOf = (outputs: readonly AuditOutput[]): AuditResult => {
  const [output] = outputs
  if (outputs.length !== 1 || output?.kind !== 'exit')
    throw new Error(`expected an exit, got ${outputs.map(({ kind }) => kind).join(', ')}`)
  return output.result
}

test('asks for no more chunks at a time than it may, and for each once', () => {
  audit.step({ kind: 'start' })
  expect(audit.step({ kind: 'connected', at: 0 })).toEqual([
    { kind: 'request', index: 0 },
    { kind: 'request', index: 3 },
  ])
  expect(audit.step(chunkInput(3))).toEqual([{ kind: 'request', index: 7 }])
  expect(audit.step(chunkInput(3))).toEqual([])
})

test('served: receipt, proofs of all chunks, metrics', () => {
  const [ask] = serve()
  if (ask?.kind !== 'ask-receipt') throw new Error('expected a receipt to be asked for')
  expect(decode(ReceiptRequest, ask.bytes)).toEqual({ feed: feed.head.key, nonce: options().nonce })
  const result = exitOf(audit.step(receiptFor(chunks)))
  expect(result).toMatchObject({ kind: 'served', receipts: [{ receipt: { blockNumber: 40 } }] })
  expect(result.shortfall).toBeUndefined()
  expect(result.proofs.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(chunks)
  for (const proof of result.proofs) expect(checkBlockProof(feed.head, proof)).toBe(true)
  expect(result.metrics).toMatchObject({ samples: 6, lost: 0, latencyP50: 10_000 })
  expect(audit.step(receiptFor(chunks))).toEqual([])
})

test('partial: what was lost is counted, what came is proven', () => {
  serve([7, 20])
  const result = exitOf(audit.step(receiptFor([0, 3, 16, 19])))
  expect(result).toMatchObject({ kind: 'partial', shortfall: 'chunks-lost', metrics: { samples: 4, lost: 2 } })
  expect(result.why).toMatch(/2 of 6 chunks; chunk 7: timed out/)
  expect(result.planned).toBe(6)
  expect(result.proofs).toHaveLength(4)
})

test('a receipt that also names a chunk which came too late is good', () => {
  serve([7])
  expect(exitOf(audit.step(receiptFor(chunks)))).toMatchObject({ kind: 'partial', receipts: [{}] })
})

test('a receipt that leaves a chunk out is a hoster’s shortfall, and proves the others', () => {
  serve()
  const result = exitOf(audit.step(receiptFor(chunks.slice(1))))
  expect(result).toMatchObject({ kind: 'partial', shortfall: 'bad-receipt', receiptFaults: { 'chunk-missing': 1 } })
  expect(result.why).toMatch(/no receipt names chunk 0/)
  expect(result.proofs).toHaveLength(5)
})

describe('receipts given unasked', () => {
  const given = (input: AuditInput): void => {
    if (input.kind !== 'receipt') throw new Error('expected a receipt')
    expect(audit.step({ ...input, kind: 'given' })).toEqual([])
  }

  test('count together with the one asked for', () => {
    serve()
    given(receiptFor([0, 3, 7]))
    const result = exitOf(audit.step(receiptFor([16, 19, 20])))
    expect(result).toMatchObject({ kind: 'served', receipts: [{}, {}], receiptFaults: {} })
    expect(result.proofs).toHaveLength(6)
  })

  test('that are bad are counted, do no harm, and are bounded', () => {
    serve()
    for (let i = 0; i < 5; i++) given(receiptFor([0], { nonce: genesisHash }))
    given({ kind: 'receipt', bytes: new Uint8Array(9) })
    for (const index of [0, 3, 7, 16, 19, 20]) given(receiptFor([index]))
    given(receiptFor([3]))
    const result = exitOf(audit.step(receiptFor([])))
    expect(result).toMatchObject({
      kind: 'served',
      receiptFaults: { 'other-nonce': 5, undecodable: 1, 'chunk-repeated': 1 },
    })
    expect(result.receipts).toHaveLength(6)
  })

  test('keep their worth when the hoster then falls silent', () => {
    serve()
    given(receiptFor(chunks))
    expect(exitOf(audit.step({ kind: 'deadline' }))).toMatchObject({ kind: 'partial', receipts: [{}] })
  })
})

describe('unserved', () => {
  const none = { kind: 'unserved', receipts: [], proofs: [] }

  test('the hoster is not found', () => {
    audit.step({ kind: 'start' })
    const result = exitOf(audit.step({ kind: 'unreachable', why: 'no answer' }))
    expect(result).toMatchObject({ ...none, shortfall: 'hoster-unreachable', why: 'no answer', metrics: { lost: 6 } })
  })

  test('nothing is served', () => {
    expect(exitOf(serve(chunks))).toMatchObject({ ...none, shortfall: 'nothing-served' })
  })

  test('a chunk that does not hash into the feed counts as lost', () => {
    audit = createAudit({ ...options(), chunks: [4] })
    audit.step({ kind: 'start' })
    audit.step({ kind: 'connected', at: 0 })
    const result = exitOf(proven(audit.step(chunkInput(4, utf8('something else')))))
    expect(result).toMatchObject({ ...none, shortfall: 'nothing-served' })
    expect(result.why).toMatch(/does not hash into the feed/)
  })

  test('a chunk that cannot be proven counts as lost, and the others are proven', () => {
    audit = createAudit({ ...options(), chunks: [3, 4] })
    audit.step({ kind: 'start' })
    audit.step({ kind: 'connected', at: 0 })
    audit.step(chunkInput(3))
    expect(audit.step(chunkInput(4))).toEqual([{ kind: 'prove', indices: [3, 4] }])
    const [ask] = audit.step({ kind: 'proofs', siblings: new Map([[3, feed.siblings(3)]]) })
    expect(ask).toMatchObject({ kind: 'ask-receipt' })
    const result = exitOf(audit.step(receiptFor([3, 4])))
    expect(result).toMatchObject({ kind: 'partial', shortfall: 'chunks-lost', metrics: { samples: 1, lost: 1 } })
    expect(result.proofs.map(({ index }) => index)).toEqual([3])
    expect(audit.step({ kind: 'proofs', siblings: new Map() })).toEqual([])
  })

  test('no receipt comes', () => {
    serve()
    expect(exitOf(audit.step({ kind: 'no-receipt', why: 'timeout' }))).toMatchObject({
      ...none,
      shortfall: 'no-receipt',
    })
  })

  test.each<[string, string, () => AuditInput, RegExp]>([
    ['undecodable', 'garbage', () => ({ kind: 'receipt', bytes: new Uint8Array(3) }), /expected/],
    ['other-feed', 'another feed', () => receiptFor(chunks, { feed: genesisHash }), /another feed/],
    ['other-peer', 'another peer', () => receiptFor(chunks, { peer: hoster.publicKey }), /another peer/],
    ['other-nonce', 'an old nonce', () => receiptFor(chunks, { nonce: genesisHash }), /another nonce/],
    ['bad-signature', 'another signer', () => receiptFor(chunks, {}, auditor), /did not sign/],
    ['no-recent-block', 'an old block', () => receiptFor(chunks, { blockNumber: 12 }), /block 12 is not a recent one/],
    [
      'wrong-leaf',
      'a chunk other than it came',
      () => receiptFor(chunks, { chunks: chunks.map((index) => ({ index, leaf: genesisHash })) }),
      /does not name chunk 0 as it came/,
    ],
    [
      'chunk-not-asked',
      'a chunk too many, so that the digest cannot be checked',
      () => receiptFor([...chunks, stranger], { possession: genesisHash }),
      /was not asked for/,
    ],
    [
      'no-possession',
      'a digest without the bytes',
      () => receiptFor(chunks, { possession: genesisHash }),
      /did not have them/,
    ],
    ['wrong-bytes', 'too few bytes', () => receiptFor(chunks, { bytes: 5n }), /is for 5 bytes, and its chunks have/],
    ['wrong-bytes', 'too many bytes', () => receiptFor(chunks, { bytes: 1n << 40n }), /and its chunks have/],
    ['chunk-repeated', 'a chunk twice', () => receiptFor([...chunks, chunks[0]!]), /names chunk 0 again/],
  ])('the receipt is bad and counted as %s: %s', (fault, _, input, why) => {
    serve()
    const result = exitOf(audit.step(input()))
    expect(result).toMatchObject({ ...none, shortfall: 'bad-receipt', receiptFaults: { [fault]: 1 } })
    expect(result.why).toMatch(why)
  })

  test('the deadline passes, in any state, once', () => {
    audit.step({ kind: 'start' })
    audit.step({ kind: 'connected', at: 0 })
    expect(exitOf(audit.step({ kind: 'deadline' }))).toMatchObject({ ...none, shortfall: 'deadline' })
    expect(audit.step({ kind: 'deadline' })).toEqual([])
    expect(audit.step(chunkInput(0))).toEqual([])
  })
})

test('an audit of nothing is refused', () => {
  expect(() => createAudit({ ...options(), chunks: [] })).toThrow(/expected 1 to 128 chunks/)
})

test('percentiles are by nearest rank, in microseconds; throughput is over the whole fetching', () => {
  const latenciesMs = Array.from({ length: 100 }, (_, i) => 100 - i)
  expect(measure({ latenciesMs, bytes: 5_000, elapsedMs: 250, lost: 3 })).toEqual({
    samples: 100,
    lost: 3,
    latencyP50: 50_000,
    latencyP95: 95_000,
    latencyP99: 99_000,
    throughput: 20_000n,
  })
  expect(measure({ latenciesMs: [], bytes: 0, elapsedMs: 0, lost: 1 })).toMatchObject({ latencyP99: 0, throughput: 0n })
})
