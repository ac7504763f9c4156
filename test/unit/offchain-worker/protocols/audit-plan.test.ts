/** What an audit reads, and whether a hoster can tell it from a reader of the model by its log. */
import { expect, test } from 'vitest'
import { u32le, utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { sample } from '#types/domain/draw.ts'
import { createPrng, type Prng } from '#types/domain/prng.ts'
import { MAX_RECEIPT_CHUNKS } from '#types/domain/receipt.ts'
import { createAudit } from '#worker/protocols/audit.ts'
import { planReads, type ReadPlan } from '#worker/protocols/audit-plan.ts'
import { identity } from '../../../helpers/coinflip-net.ts'
import { memoryFeed } from '../../../helpers/memory-feed.ts'
import { advantage, type Features } from '../../../helpers/naive-bayes.ts'

const LENGTH = 2_000
const CHALLENGES = 15
const CONCURRENCY = 8
const SESSIONS = 1_200

const seedOf = (label: string, index: number): Uint8Array =>
  blake2b256(new Uint8Array([...utf8(label), ...u32le(index)]))
const drawnChunks = (index: number): number[] => sample(seedOf('magic', index), 'chunk', CHALLENGES, LENGTH)

const audited = (index: number): ReadPlan =>
  planReads({ seed: seedOf('plan', index), chunks: drawnChunks(index), length: LENGTH, concurrency: CONCURRENCY })

/** Without mimicry: the drawn chunks alone, in ascending order, always as many at a time. */
const plain = (index: number): ReadPlan => ({ order: drawnChunks(index), depth: CONCURRENCY })

/** A reader that knows of no drawn chunks: jumps anywhere, reads on for one to four chunks, asks for nothing twice. */
function reader(index: number, jumps: (prng: Prng) => number): ReadPlan {
  const prng = createPrng([seedOf('reader', index)])
  const asked = new Set<number>()
  for (let left = jumps(prng); left > 0; left--) {
    const begin = prng.below(LENGTH)
    const end = Math.min(begin + 1 + prng.below(4), LENGTH)
    for (let chunk = begin; chunk < end; chunk++) asked.add(chunk)
  }
  return { order: [...asked], depth: 2 + prng.below(7) }
}

interface Line {
  readonly at: number
  readonly index: number
  readonly bytes: number
}

/** The hoster's log: every answer takes its time, and makes room for the next request. */
function logOf({ order, depth }: ReadPlan, prng: Prng): Line[] {
  const answers: number[] = []
  return order.map((index, place) => {
    const at = place < depth ? 0 : answers.toSorted((a, b) => a - b)[place - depth]!
    answers.push(at + 5 + prng.below(40))
    return { at, index, bytes: 1_000 + ((index * 7_919) % 64_000) }
  })
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const deviation = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))

/** Order, sizes and timing of a log. */
function featuresOf(log: readonly Line[]): Features {
  const steps = log.slice(1).map(({ index }, i) => index - log[i]!.index)
  const gaps = log.slice(1).map(({ at }, i) => at - log[i]!.at)
  const share = (holds: (step: number) => boolean): number => steps.filter(holds).length / steps.length
  return [
    log.length,
    share((step) => step === 1),
    share((step) => step < 0),
    mean(steps.map(Math.abs)),
    mean(log.map(({ bytes }) => bytes)),
    deviation(log.map(({ bytes }) => bytes)),
    mean(gaps),
    deviation(gaps),
    log.filter(({ at }) => at === 0).length,
  ]
}

const sessions = (label: string, plan: (index: number) => ReadPlan): Features[] =>
  Array.from({ length: SESSIONS }, (_, i) => featuresOf(logOf(plan(i), createPrng([seedOf(label, i)]))))

const asLong = sessions('a', (i) => reader(i, () => CHALLENGES))
const ofAnyLength = sessions('b', (i) => reader(i, (prng) => 8 + prng.below(17)))

test('a classifier hardly tells an audit from a reader that jumps as often', () => {
  const found = advantage(sessions('c', audited), asLong)
  expect(found, `advantage ${found}`).toBeLessThan(0.1)
})

test('the same classifier knows an audit without mimicry', () => {
  expect(advantage(sessions('c', plain), asLong)).toBeGreaterThan(0.95)
})

/** A limit, not an aim: the challenges are so many, and readers are not. Another number here means that the model has changed. */
test('how often it jumps is not hidden: readers of 8 to 24 jumps are told apart', () => {
  const found = advantage(sessions('c', audited), ofAnyLength)
  expect(found, `advantage ${found}`).toBeGreaterThan(0.4)
  expect(found, `advantage ${found}`).toBeLessThan(0.65)
})

test('a plan holds every drawn chunk once, stays within the feed and a receipt, and repeats', () => {
  for (const [count, length] of [
    [1, 1],
    [15, 20],
    [MAX_RECEIPT_CHUNKS, 5_000],
  ] as const) {
    const chunks = sample(seedOf('edge', count), 'chunk', count, length)
    const options = { seed: seedOf('plan', count), chunks, length, concurrency: 1 }
    const { order, depth } = planReads(options)
    expect(order).toEqual(expect.arrayContaining(chunks))
    expect(new Set(order).size).toBe(order.length)
    expect(order.length).toBeLessThanOrEqual(MAX_RECEIPT_CHUNKS)
    expect(Math.min(...order)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...order)).toBeLessThan(length)
    expect(depth).toBe(1)
    expect(planReads(options)).toEqual({ order, depth })
  }
})

/** An audit on a feed of 64 chunks that follows a plan. */
function plannedAudit(): { step: ReturnType<typeof createAudit>['step']; plan: ReadPlan; chunks: number[] } {
  const chunks = [3, 20, 41, 60]
  const feed = memoryFeed(64)
  const seed = seedOf('machine', 0)
  const audit = createAudit({
    genesisHash: seed,
    feed: feed.head,
    hosterKey: identity('hoster').publicKey,
    auditKey: identity('auditor').publicKey,
    chunks,
    nonce: seed,
    isRecentBlock: () => true,
    concurrency: 4,
    deadlineMs: 1_000,
  })
  audit.step({ kind: 'start', seed })
  return { step: (input) => audit.step(input), plan: planReads({ seed, chunks, length: 64, concurrency: 4 }), chunks }
}

test('an audit asks for what its plan says, as many at a time', () => {
  const { step, plan } = plannedAudit()
  const outputs = step({ kind: 'connected', at: 0 })
  expect(outputs).toEqual(plan.order.slice(0, plan.depth).map((index) => ({ kind: 'request', index })))
})

test('once a chunk is lost, only drawn chunks are asked for; lost cover counts for nothing', () => {
  const { step, plan, chunks } = plannedAudit()
  let queue = [...step({ kind: 'connected', at: 0 })]
  const later: number[] = []
  for (let output = queue.shift(); output?.kind === 'request'; output = queue.shift()) {
    const more = step({ kind: 'lost', index: output.index, why: 'timed out' })
    for (const next of more) if (next.kind === 'request') later.push(next.index)
    queue = [...queue, ...more]
    if (more[0]?.kind === 'exit') expect(more[0].result).toMatchObject({ metrics: { lost: chunks.length } })
  }
  expect(later).toEqual(plan.order.slice(plan.depth).filter((index) => chunks.includes(index)))
})
