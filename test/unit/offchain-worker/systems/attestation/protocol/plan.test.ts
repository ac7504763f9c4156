/** The plan of an audit's reads, how the audit follows it, and how it imitates seen readers. */
import { describe, expect, test } from 'vitest'
import { u32le, utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { sample } from '#types/domain/draw.ts'
import { MAX_RECEIPT_CHUNKS } from '#types/domain/hosting/receipt.ts'
import { createAudit } from '#worker/systems/attestation/protocol/audit.ts'
import {
  MAX_AUDIT_CHUNKS,
  planVisits,
  type PlanOptions,
  type VisitPlan,
} from '#worker/systems/attestation/protocol/plan.ts'
import type { Audit, AuditOutput } from '#worker/systems/attestation/protocol/terms.ts'
import { habitOf, type ReadTrace } from '#worker/systems/hosting/protocol/read-habits.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { memoryFeed } from '../../../../../helpers/hosting/memory-feed.ts'

const seedOf = (label: string, index: number): Uint8Array =>
  blake2b256(new Uint8Array([...utf8(label), ...u32le(index)]))

const LENGTH = 2_000
const VISITS = 4
const plansOf = (index: number, change: Partial<PlanOptions> = {}): readonly VisitPlan[] =>
  planVisits({
    seed: seedOf('plan', index),
    chunks: sample(seedOf('magic', index), 'chunk', 15, LENGTH),
    visits: VISITS,
    length: LENGTH,
    concurrency: 8,
    seen: [],
    thinkMs: 1_000,
    ...change,
  })

/** A reader's trace: runs as [begin, length], 10 ms from chunk to chunk, `pauseMs` more before each later run. */
function traceOf(runs: readonly (readonly [begin: number, length: number])[], pauseMs = 0): ReadTrace {
  let at = 0
  return runs.flatMap(([begin, length], place) => {
    at += place === 0 ? 0 : pauseMs
    return Array.from({ length }, (_, i) => ({ index: begin + i, at: (at += 10) }))
  })
}

/** Lengths of runs in an order of asking. */
function runsIn(order: readonly number[]): number[] {
  const runs: number[] = []
  for (const [place, index] of order.entries()) {
    if (place > 0 && index === order[place - 1]! + 1) runs[runs.length - 1]!++
    else runs.push(1)
  }
  return runs
}

const jumpsIn = (order: readonly number[]): number =>
  order.filter((index, place) => place > 0 && Math.abs(index - order[place - 1]!) > 8).length

const lengthOfDrawn = ({ drawn }: VisitPlan): number => drawn.length

const orderOf = (plans: readonly VisitPlan[]): number[] => plans.flatMap(({ order }) => order)

describe('a plan', () => {
  test('holds every drawn chunk in one visit, stays within the feed and its bounds, and repeats', () => {
    for (const [count, length] of [
      [1, 1],
      [15, 20],
      [MAX_RECEIPT_CHUNKS, 5_000],
    ] as const) {
      const chunks = sample(seedOf('edge', count), 'chunk', count, length)
      for (const seen of [[], [traceOf([[0, 400]])], [traceOf([[999_999, 9]])]]) {
        const options = { chunks, length, concurrency: 1, seen }
        const plans = plansOf(count, options)
        expect(plans.flatMap(({ drawn }) => drawn).toSorted((a, b) => a - b)).toEqual(chunks)
        expect(plans.length).toBeLessThanOrEqual(VISITS)
        expect(orderOf(plans).length).toBeLessThanOrEqual(Math.max(MAX_AUDIT_CHUNKS, count))
        expect(Math.min(...orderOf(plans))).toBeGreaterThanOrEqual(0)
        expect(Math.max(...orderOf(plans))).toBeLessThan(length)
        for (const { drawn, order, depth } of plans) {
          expect(drawn.length).toBeGreaterThan(0)
          expect(order).toEqual(expect.arrayContaining([...drawn]))
          expect(new Set(order).size).toBe(order.length)
          expect(depth).toBe(1)
        }
        expect(plansOf(count, options)).toEqual(plans)
      }
    }
  })

  test('does not think longer than it may, in all its visits together, and never before it has begun', () => {
    const seen = [
      traceOf(
        Array.from({ length: 6 }, (_, i) => [90 * i, 3] as const),
        700,
      ),
    ]
    for (let index = 0; index < 100; index++) {
      const plans = plansOf(index, { thinkMs: 300, seen: index % 2 === 0 ? seen : [] })
      const pauses = plans.flatMap(({ pausesMs }) => [...pausesMs.values()])
      expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(300)
      for (const { order, pausesMs } of plans) {
        expect(pausesMs.has(order[0]!)).toBe(false)
        for (const at of pausesMs.keys()) expect(order).toContain(at)
      }
    }
  })

  test('comes as often as the readers that it takes after have too few runs, as each of them in turn', () => {
    const streamer = traceOf([
      [100, 8],
      [500, 8],
      [900, 8],
      [1_300, 8],
    ])
    const seeker = traceOf(Array.from({ length: 20 }, (_, i) => [90 * i, 1] as const))
    const drawnOf = (seen: ReadTrace): Set<string> =>
      new Set(Array.from({ length: 100 }, (_, index) => String(plansOf(index, { seen: [seen] }).map(lengthOfDrawn))))
    expect(drawnOf(seeker)).toContain('15')
    // Some audits take after the streamer in each of their visits; the others make readers up, too.
    expect(drawnOf(streamer)).toContain('4,4,4,3')
    for (let index = 0; index < 100; index++) {
      const some = plansOf(index, { seen: [streamer] })
      if (String(some.map(lengthOfDrawn)) !== '4,4,4,3') continue
      // A run that meets another goes on behind it.
      for (const { order } of some.slice(0, -1)) expect(jumpsIn(order)).toBeLessThanOrEqual(7)
    }
  })

  test('asks in the last visit that there may be for all that is left', () => {
    const plans = Array.from({ length: 100 }, (_, index) => plansOf(index, { seen: [traceOf([[5, 6]])] }))
    expect(plans.map((each) => String(each.map(lengthOfDrawn)))).toContain('1,1,1,12')
    for (const each of plans) expect(each.flatMap(({ drawn }) => drawn)).toHaveLength(15)
  })

  test('is made-up readers if nobody was seen, whose runs differ', () => {
    const plans = Array.from({ length: 100 }, (_, index) => plansOf(index))
    expect(plans.filter((each) => each.length === 1).length).toBeGreaterThan(10)
    const longest = plans.flat().map(({ order }) => Math.max(...runsIn(order)))
    expect(Math.min(...longest)).toBeLessThan(4)
    expect(Math.max(...longest)).toBeGreaterThan(12)
  })

  test('lays cover where readers read', () => {
    const seen = [traceOf(Array.from({ length: 40 }, (_, i) => [70 * i, 1] as const))]
    const chunks = [1_900]
    const far = Array.from({ length: 20 }, (_, index) => orderOf(plansOf(index, { chunks, seen })))
      .flat()
      // Runs of the copy have one chunk. The drawn chunk and the runs of made-up readers reach further.
      .filter((index) => Math.abs(index - chunks[0]!) > 24)
    expect(far.length).toBeGreaterThan(200)
    for (const index of far) expect(Math.min(index % 70, 70 - (index % 70))).toBeLessThan(24)
    expect(far.filter((index) => index % 70 === 0).length).toBeGreaterThan(far.length / 4)
  })
})

describe('a habit', () => {
  test('is the runs and pauses of a trace', () => {
    const trace = traceOf(
      [
        [5, 4],
        [300, 1],
        [40, 3],
      ],
      500,
    )
    expect(habitOf(trace)).toEqual({
      depth: 1,
      runs: [
        { length: 4, pauseMs: 0 },
        { length: 1, pauseMs: 500 },
        { length: 3, pauseMs: 500 },
      ],
    })
  })

  test('is seen through chunks that came out of order, and runs that overlap', () => {
    const indices = [5, 7, 6, 100, 8, 102, 101]
    const habit = habitOf(indices.map((index, place) => ({ index, at: 10 * place })))
    expect(habit?.runs.map(({ length }) => length)).toEqual([4, 3])
  })

  test('is as deep as chunks overtook others of their run', () => {
    const depthOf = (indices: readonly number[]) => habitOf(indices.map((index, at) => ({ index, at })))?.depth
    expect(depthOf([5, 6, 7, 8])).toBe(1)
    expect(depthOf([5, 7, 6, 8])).toBe(2)
    expect(depthOf([8, 5, 7, 6, 900, 901])).toBe(4)
    // A reader that goes backwards is one that jumps.
    expect(depthOf([900, 20, 500, 3])).toBe(1)
  })

  test('is not told from three chunks', () => {
    expect(habitOf(traceOf([[5, 3]]))).toBeUndefined()
  })
})

/** An audit on a feed of 64 chunks that follows a plan. */
const PLANNED = { chunks: [3, 20, 41, 60], concurrency: 4 }
function plannedAudit(
  seen: readonly ReadTrace[] = [],
  seed = seedOf('machine', 0),
): {
  audit: Audit
  plan: VisitPlan
  first: readonly AuditOutput[]
} {
  const feed = memoryFeed(64)
  const { chunks, concurrency } = PLANNED
  const audit = createAudit({
    genesisHash: seed,
    feed: feed.head,
    hosterKey: identityOf('hoster').publicKey,
    visits: [{ auditKey: identityOf('auditor').publicKey, nonce: seed }],
    chunks,
    isRecentBlock: () => true,
    isResumed: false,
    concurrency,
    deadlineMs: 8_000,
    hurryMs: 8_000,
    thinkMs: 1_000,
  })
  audit.step({ kind: 'start', seed, seen })
  const [plan] = planVisits({ seed, chunks, visits: 1, length: 64, concurrency, seen, thinkMs: 1_000 })
  return { audit, plan: plan!, first: audit.step({ kind: 'connected', at: 0 }) }
}

/** Answers everything and returns what was asked for, with `pause` where it paused. */
function playOut({ audit, first }: ReturnType<typeof plannedAudit>): (number | 'pause')[] {
  const feed = memoryFeed(64)
  const said: (number | 'pause')[] = []
  const queue = [...first]
  let at = 0
  for (let output = queue.shift(); output; output = queue.shift()) {
    at += 10
    if (output.kind === 'pause') {
      said.push('pause')
      queue.push(...audit.step({ kind: 'resume', at: at + output.ms }))
    } else if (output.kind === 'request') {
      const { index } = output
      said.push(index)
      const bytes = feed.blocks[index]!
      queue.push(...audit.step({ kind: 'chunk', index, bytes, latencyMs: 10, at }))
    }
  }
  return said
}

describe('an audit', () => {
  test('asks for what its plan says, as many at a time', () => {
    const { plan, first } = plannedAudit()
    const upToPause = plan.order.findIndex((index) => plan.pausesMs.has(index))
    const most = upToPause === -1 ? plan.depth : Math.min(plan.depth, upToPause)
    expect(first).toEqual(plan.order.slice(0, most).map((index) => ({ kind: 'request', index })))
  })

  test('follows the pauses of its plan, and requests all of it', () => {
    const seen = [
      traceOf(
        Array.from({ length: 20 }, (_, i) => [20 * i, 2] as const),
        400,
      ),
    ]
    // Some audits make a reader up instead, which may pause less.
    const played = Array.from({ length: 20 }, (_, index) => plannedAudit(seen, seedOf('machine', index))).find(
      ({ plan }) => plan.pausesMs.size > 3,
    )!
    const { plan } = played
    expect(playOut(played)).toEqual(
      plan.order.flatMap((index) => (plan.pausesMs.has(index) ? ['pause', index] : [index])),
    )
  })

  test('once a chunk is lost, only drawn chunks are asked for, without pauses', () => {
    const { audit, plan, first } = plannedAudit()
    let queue = [...first]
    const later: number[] = []
    for (let output = queue.shift(); output?.kind === 'request'; output = queue.shift()) {
      const more = audit.step({ kind: 'lost', index: output.index, why: 'timed out' })
      for (const next of more) if (next.kind === 'request') later.push(next.index)
      queue = [...queue, ...more]
      if (more[0]?.kind === 'exit')
        expect(more[0].result).toMatchObject({ kind: 'unserved', planned: plan.order.length })
    }
    expect(later).toEqual(plan.order.slice(first.length).filter((index) => PLANNED.chunks.includes(index)))
  })
})

test('a hoster that refuses cover alone has refused the audit: nothing is proven', () => {
  const played = plannedAudit()
  const { audit, plan } = played
  const feed = memoryFeed(64)
  const cover = plan.order.find((index) => !PLANNED.chunks.includes(index))!
  const queue = [...played.first]
  for (let output = queue.shift(); output; output = queue.shift()) {
    if (output.kind === 'pause') queue.push(...audit.step({ kind: 'resume', at: 0 }))
    if (output.kind === 'prove') {
      const siblings = new Map(output.indices.map((index) => [index, feed.siblings(index)]))
      queue.push(...audit.step({ kind: 'proofs', siblings }))
    }
    if (output.kind !== 'request') continue
    const { index } = output
    const chunk = { kind: 'chunk', index, bytes: feed.blocks[index]! } as const
    queue.push(
      ...audit.step(index === cover ? { kind: 'lost', index, why: 'refused' } : { ...chunk, latencyMs: 1, at: 0 }),
    )
  }
  const [exit] = audit.step({ kind: 'deadline' })
  expect(exit).toMatchObject({ result: { proofs: [], metrics: { lost: 1 } } })
})
