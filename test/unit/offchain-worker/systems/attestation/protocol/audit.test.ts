/** Every exit of the audit's state machine, and the parts of a report that each gives. */
import { beforeEach, describe, expect, test } from 'vitest'
import { u32le, utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { checkBlockProof } from '#types/domain/hosting/feed.ts'
import {
  receiptMessage,
  ReceiptRequest,
  servedWith,
  SignedReceipt,
  type Receipt,
} from '#types/domain/hosting/receipt.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { createAudit } from '#worker/systems/attestation/protocol/audit.ts'
import { planVisits, type VisitPlan } from '#worker/systems/attestation/protocol/plan.ts'
import type {
  Audit,
  AuditInput,
  AuditOptions,
  AuditOutput,
  AuditResult,
} from '#worker/systems/attestation/protocol/terms.ts'
import { measure } from '#worker/systems/attestation/protocol/metrics.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { chunksOf, memoryFeed } from '../../../../../helpers/hosting/memory-feed.ts'

const genesisHash = blake2b256(utf8('genesis'))
const feed = memoryFeed(21)
const hoster = identityOf('hoster')
const auditor = identityOf('auditor')
const nonce = blake2b256(utf8('nonce'))
const chunks = [0, 3, 7, 16, 19, 20]
const block = { number: 40, hash: blake2b256(utf8('block 40')) }
let audit: Audit
let clock: number

const options = (): AuditOptions => ({
  genesisHash,
  feed: feed.head,
  hosterKey: hoster.publicKey,
  visits: [{ auditKey: auditor.publicKey, nonce }],
  chunks,
  isRecentBlock: (number) => number >= 38 && number <= 42,
  isResumed: false,
  concurrency: 2,
  deadlineMs: 10_000,
  hurryMs: 5_000,
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
  const receipt: Receipt = {
    feed: feed.head.key,
    peer: auditor.publicKey,
    nonce,
    ...servedWith(nonce, chunksOf(feed, indices)),
    blockNumber: block.number,
    blockHash: block.hash,
    ...change,
  }
  const signature = signer.sign(receiptMessage(genesisHash, receipt))
  return { kind: 'receipt', bytes: encode(SignedReceipt, { receipt, signature }) }
}

const stranger = feed.blocks.findIndex((_, index) => !chunks.includes(index))

/** The outputs after the requested proofs, if any were requested. */
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
  expect(decode(ReceiptRequest, ask.bytes)).toEqual({ feed: feed.head.key, nonce })
  const result = exitOf(audit.step(receiptFor(chunks)))
  expect(result).toMatchObject({ kind: 'served', visits: 1, receipts: [{ receipt: { blockNumber: 40 } }] })
  expect(result.shortfall).toBeUndefined()
  expect(result.proofs.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(chunks)
  for (const proof of result.proofs) expect(checkBlockProof(feed.head, proof)).toBe(true)
  expect(result.metrics).toMatchObject({ samples: 6, lost: 0, latencyP50Us: 10_000 })
  expect(audit.step(receiptFor(chunks))).toEqual([])
})

test('partial: it counts lost chunks and proves the others', () => {
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

  test('that name a chunk before it comes are judged again when it has come', () => {
    audit.step({ kind: 'start' })
    audit.step({ kind: 'connected', at: 0 })
    // Chunks 0 and 3 are under way; whoever has none of them can sign for them now.
    given(receiptFor([0, 3], { possession: genesisHash }))
    const last = chunks.flatMap((index) => audit.step(chunkInput(index)))
    proven(last.filter(({ kind }) => kind === 'prove'))
    const result = exitOf(audit.step(receiptFor([7, 16, 19, 20])))
    expect(result).toMatchObject({ kind: 'partial', shortfall: 'bad-receipt', receiptFaults: { 'no-possession': 1 } })
    expect(result.receipts.map(({ receipt }) => receipt.chunks)).toEqual([[7, 16, 19, 20]])
    expect(result.proofs.map(({ index }) => index)).toEqual([7, 16, 19, 20])
  })

  test.each<[string, AuditInput, ...string[]]>([
    ['with a good last one', receiptFor([7, 19, 20])],
    ['with a bad last one', receiptFor([7, 19, 20], { possession: genesisHash }), 'no-possession'],
    ['with none at last', { kind: 'no-receipt', why: 'silence' }],
  ])('that were too early all count for nothing, %s', (_, ending) => {
    audit.step({ kind: 'start' })
    audit.step({ kind: 'connected', at: 0 })
    for (const index of chunks.slice(0, 3)) {
      given(receiptFor([index], { possession: genesisHash }))
      audit.step(chunkInput(index))
    }
    const last = chunks.slice(3).flatMap((index) => audit.step(chunkInput(index)))
    proven(last.filter(({ kind }) => kind === 'prove'))
    const result = exitOf(audit.step(ending))
    const named = result.receipts.flatMap(({ receipt }) => receipt.chunks)
    for (const index of chunks.slice(0, 3)) expect(named).not.toContain(index)
    expect(result.receiptFaults['no-possession']).toBeGreaterThanOrEqual(3)
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
      'wrong-leaves',
      'other leaf hashes',
      () => receiptFor(chunks, { leaves: genesisHash }),
      /its leaf hashes are not those/,
    ],
    [
      'chunk-not-asked',
      'a chunk too many, so that the digest cannot be checked',
      () =>
        receiptFor(
          [...chunks, stranger].toSorted((a, b) => a - b),
          { possession: genesisHash },
        ),
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
    ['chunk-repeated', 'a chunk twice', () => receiptFor([chunks[0]!, ...chunks]), /names chunk 0 again/],
    ['chunk-repeated', 'chunks out of order', () => receiptFor(chunks.toReversed()), /out of order/],
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

/** An audit of all chunks in three visits, as readers with two runs each. */
describe('in several visits', () => {
  const visitors = ['first', 'second', 'third'].map((label) => ({
    auditKey: identityOf(label).publicKey,
    nonce: blake2b256(utf8(label)),
  }))
  const seen = [[0, 1, 17, 18].map((index, at) => ({ index, at }))]
  const plansOf = (seed: Uint8Array): readonly VisitPlan[] =>
    planVisits({ seed, chunks, visits: 3, length: 21, concurrency: 2, seen, thinkMs: 0 })
  /** An audit also makes readers up. This is one that took after the seen reader each time, and read some cover. */
  const seed = Array.from({ length: 1_000 }, (_, number) => blake2b256(u32le(number))).find((each) =>
    plansOf(each).every(({ drawn, order }) => drawn.length === 2 && order.length > 2),
  )!
  let plans: readonly VisitPlan[]

  beforeEach(() => {
    audit = createAudit({ ...options(), visits: visitors })
    plans = plansOf(seed)
  })

  const begin = (): AuditOutput | undefined => audit.step({ kind: 'start', seed, seen }).at(-1)

  /** Serves the visit that was begun, up to its receipt; returns what it asked for. */
  function serveVisit(lost: readonly number[] = []): number[] {
    const asked: number[] = []
    const queue = [...audit.step({ kind: 'connected', at: clock })]
    for (let output = queue.shift(); output; output = queue.shift()) {
      if (output.kind === 'prove') queue.push(...proven([output]))
      if (output.kind !== 'request') continue
      const { index } = output
      asked.push(index)
      queue.push(...audit.step(lost.includes(index) ? { kind: 'lost', index, why: 'refused' } : chunkInput(index)))
    }
    return asked
  }

  const receiptOf = (visit: number, indices: readonly number[]): AuditInput => {
    const sorted = indices.toSorted((a, b) => a - b)
    const { auditKey: peer, nonce: own } = visitors[visit]!
    return receiptFor(sorted, { ...servedWith(own, chunksOf(feed, sorted)), peer, nonce: own })
  }

  test('each asks for its part under its own key; all receipts and proofs count together', () => {
    expect(plans.map(({ drawn }) => drawn.length)).toEqual([2, 2, 2])
    let next = begin()
    for (const [visit, plan] of plans.entries()) {
      if (next?.kind !== 'connect') throw new Error('expected the next visit')
      expect(next.visit).toBe(visit)
      expect(decode(ReceiptRequest, next.receiptRequest).nonce).toEqual(visitors[visit]!.nonce)
      expect(serveVisit()).toEqual(plan.order)
      ;[next] = audit.step(receiptOf(visit, plan.order))
    }
    if (next?.kind !== 'exit') throw new Error('expected the exit')
    const { kind, visits, receipts, proofs, planned, metrics } = next.result
    expect({ kind, visits }).toEqual({ kind: 'served', visits: 3 })
    expect(receipts.map(({ receipt }) => receipt.peer)).toEqual(visitors.map(({ auditKey }) => auditKey))
    expect(proofs.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(chunks)
    expect(planned).toBe(plans.reduce((sum, { order }) => sum + order.length, 0))
    expect(metrics).toMatchObject({ samples: planned, lost: 0 })
  })

  test('in a hurry cover is left out, and the next is the last', () => {
    begin()
    // Open requests stay open.
    const under = audit
      .step({ kind: 'connected', at: clock })
      .flatMap((it) => (it.kind === 'request' ? [it.index] : []))
    expect(audit.step({ kind: 'hurry' })).toEqual([])
    const asked = [...under]
    const queue = under.flatMap((index) => audit.step(chunkInput(index)))
    for (let output = queue.shift(); output; output = queue.shift()) {
      if (output.kind === 'prove') queue.push(...proven([output]))
      if (output.kind !== 'request') continue
      asked.push(output.index)
      queue.push(...audit.step(chunkInput(output.index)))
    }
    const { drawn } = plans[0]!
    expect(asked.filter((index) => !under.includes(index))).toEqual(drawn.filter((index) => !under.includes(index)))
    const [next] = audit.step(receiptOf(0, asked))
    expect(next).toMatchObject({ kind: 'connect', visit: 1 })
    const rest = plans.slice(1).flatMap((plan) => plan.drawn)
    expect(serveVisit()).toEqual(rest)
    expect(exitOf(audit.step(receiptOf(1, rest)))).toMatchObject({ kind: 'served', visits: 2 })
  })

  test('a hoster that is not there for the second falls short, and there is no third', () => {
    begin()
    serveVisit()
    audit.step(receiptOf(0, plans[0]!.order))
    const result = exitOf(audit.step({ kind: 'unreachable', why: 'gone' }))
    expect(result).toMatchObject({ kind: 'partial', shortfall: 'hoster-unreachable', visits: 2, receipts: [{}] })
    expect(result.proofs).toHaveLength(2)
    expect(result.metrics.lost).toBe(plans[1]!.order.length)
  })

  test('a receipt made out to the visitor before is bad', () => {
    begin()
    serveVisit()
    audit.step(receiptOf(0, plans[0]!.order))
    serveVisit()
    const result = exitOf(audit.step(receiptOf(0, plans[1]!.order)))
    expect(result).toMatchObject({ kind: 'partial', shortfall: 'bad-receipt', receiptFaults: { 'other-peer': 1 } })
  })

  test('cover refused in one of them leaves a drawn chunk unproven, and keeps the other proofs', () => {
    begin()
    serveVisit()
    audit.step(receiptOf(0, plans[0]!.order))
    const { drawn, order } = plans[1]!
    const cover = order.find((index) => !drawn.includes(index))!
    const asked = serveVisit([cover])
    const served = asked.filter((index) => index !== cover)
    const { proofs, ...result } = exitOf(audit.step(receiptOf(1, served)))
    expect(result).toMatchObject({ kind: 'partial', shortfall: 'chunks-lost', visits: 2 })
    expect([proofs.length > 0, proofs.length < chunks.length]).toEqual([true, true])
  })
})

test('resumed, it takes a receipt that names what a process before it had asked for', () => {
  const answered = (isResumed: boolean): AuditResult => {
    audit = createAudit({ ...options(), isResumed })
    serve()
    return exitOf(audit.step(receiptFor([...chunks, stranger].toSorted((a, b) => a - b))))
  }
  expect(answered(false)).toMatchObject({ kind: 'unserved', receiptFaults: { 'chunk-not-asked': 1 } })
  expect(answered(true)).toMatchObject({ kind: 'served', receiptFaults: {} })
})

test('an audit without chunks or without identities is refused', () => {
  expect(() => createAudit({ ...options(), chunks: [] })).toThrow(/expected 1 to 128 chunks/)
  expect(() => createAudit({ ...options(), visits: [] })).toThrow(/in 1 to 4 visits, got 6 chunks, 2 at a time, in 0/)
})

test('percentiles are by nearest rank, in microseconds; throughput is over the whole fetching', () => {
  const latenciesMs = Array.from({ length: 100 }, (_, i) => 100 - i)
  expect(measure({ latenciesMs, bytes: 5_000, elapsedMs: 250, lost: 3 })).toEqual({
    samples: 100,
    lost: 3,
    latencyP50Us: 50_000,
    latencyP95Us: 95_000,
    latencyP99Us: 99_000,
    throughputBytesPerSecond: 20_000n,
  })
  expect(measure({ latenciesMs: [], bytes: 0, elapsedMs: 0, lost: 1 })).toMatchObject({
    latencyP99Us: 0,
    throughputBytesPerSecond: 0n,
  })
})
