/** The simulator's base: time, chance, network, the file of conditions. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { GOOD_CONDITIONS, parseConditions, readConditions, type Conditions } from '#worker/simulation/conditions.ts'
import { createNetwork, planCrashes } from '#worker/simulation/network.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { createScheduler } from '#worker/simulation/scheduler.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

describe('virtual time', () => {
  it('goes through events by time, and by the order they were put in', () => {
    const scheduler = createScheduler()
    const seen: string[] = []
    const random = chanceFrom('heap').streams('delays').at(0)
    const delays = Array.from({ length: 300 }, () => random.below(40))
    for (const [order, delay] of delays.entries()) scheduler.after(delay, () => void seen.push(`${delay}/${order}`))
    while (scheduler.step());
    const expected = delays
      .map((delay, order) => ({ delay, order }))
      .sort((a, b) => a.delay - b.delay || a.order - b.order)
    expect(seen).toEqual(expected.map(({ delay, order }) => `${delay}/${order}`))
    expect(scheduler.happened).toBe(300)
  })

  it('forgets what is cancelled, stops where it is told to, and refuses to go back', () => {
    const scheduler = createScheduler()
    const seen: number[] = []
    scheduler.after(5, () => void seen.push(5))()
    scheduler.after(10, () => void seen.push(10))
    scheduler.after(20, () => void seen.push(20))
    expect(scheduler.step(15)).toBe(true)
    expect(scheduler.step(15)).toBe(false)
    expect([seen, scheduler.now]).toEqual([[10], 10])
    expect(() => scheduler.after(-1, () => undefined)).toThrow(/0 ms or more, got -1/)
  })
})

describe('chance', () => {
  it('names streams: one more draw in one does not move another', () => {
    const first = chanceFrom('s').streams('a')
    const before = first.at(1, 2).u32()
    first.at(1, 3).bytes(100)
    expect(chanceFrom('s').streams('a').at(1, 2).u32()).toBe(before)
    const others = [
      first.at(2, 1),
      first.at(1),
      chanceFrom('s').streams('b').at(1, 2),
      chanceFrom('t').streams('a').at(1, 2),
      chanceFrom('s').part('session', 0).streams('a').at(1, 2),
    ].map((random) => random.u32())
    expect(new Set([before, ...others]).size).toBe(6)
  })

  it('is uniform enough: mean, and every value of a small range', () => {
    const random = chanceFrom('u').streams('a').at(0)
    const draws = Array.from({ length: 20_000 }, () => random.unit())
    expect(draws.reduce((sum, each) => sum + each, 0) / draws.length).toBeCloseTo(0.5, 1)
    const counts = Array.from({ length: 6 }, () => 0)
    for (let i = 0; i < 6_000; i++) counts[random.below(6)]!++
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150)
  })
})

/** Sends so many frames at once over one link and tells when they arrive. */
function arrivals(conditions: Partial<Conditions>, frames = 1_000, bytes = 100): { at: number[]; counts: unknown } {
  const scheduler = createScheduler()
  const network = createNetwork({ ...GOOD_CONDITIONS, ...conditions }, scheduler, chanceFrom('net'))
  const at: number[] = []
  for (let i = 0; i < frames; i++) network.send(0, 1, bytes, () => void at.push(scheduler.now))
  while (scheduler.step());
  return { at, counts: network.counts }
}

describe('the network', () => {
  const fixed = { kind: 'fixed', value: 10 } as const

  it('loses and doubles the shares it is told to, the same frames each time', () => {
    const { at, counts } = arrivals({ loss: 0.2, duplication: 0.1 })
    expect(Math.abs(at.length - 880)).toBeLessThan(60)
    expect(arrivals({ loss: 0.2, duplication: 0.1 })).toEqual({ at, counts })
  })

  it('sends one frame after the other where bandwidth is short', () => {
    const { at } = arrivals({ latencyMs: fixed, bandwidth: 1_000 }, 3)
    expect(at).toEqual([110, 210, 310])
  })

  it('lets late frames be overtaken', () => {
    const extraMs = { kind: 'fixed', value: 500 } as const
    const { at } = arrivals({ latencyMs: fixed, reordering: { share: 0.3, extraMs } }, 100)
    expect(new Set(at)).toEqual(new Set([10, 510]))
  })

  it('parts groups for a while, and lets clocks be off', () => {
    const scheduler = createScheduler()
    const conditions = parseConditions({
      latencyMs: 1,
      partitions: [{ fromMs: 0, toMs: 100, groups: [[0, 1], [2]] }],
      clock: { offsetMs: 7, drift: 0.5 },
    })
    const network = createNetwork(conditions, scheduler, chanceFrom('p'))
    const seen: string[] = []
    const all = (when: string): void => {
      network.send(0, 1, 1, () => void seen.push(`${when}: 0 to 1`))
      network.send(0, 2, 1, () => void seen.push(`${when}: 0 to 2`))
    }
    all('parted')
    scheduler.after(100, () => all('healed'))
    network
      .clockOf(0)
      .setTimer(150, () => void seen.push(`timer at ${scheduler.now}, clock ${network.clockOf(0).now()}`))
    while (scheduler.step());
    expect(seen).toEqual(['parted: 0 to 1', 'timer at 100, clock 157', 'healed: 0 to 1', 'healed: 0 to 2'])
  })

  it('plans the crashes of one peer, or of a share of all', () => {
    const conditions = parseConditions({
      crashes: [
        { peer: 2, atMs: 5, downMs: 3 },
        { share: 0.5, atMs: 9 },
      ],
    })
    const planned = planCrashes(conditions, 200, chanceFrom('c'))
    expect(planned[0]).toEqual({ peer: 2, atMs: 5, backAtMs: 8 })
    expect(Math.abs(planned.length - 101)).toBeLessThan(30)
    expect(planned.at(-1)!.backAtMs).toBeUndefined()
  })
})

describe('a file of conditions', () => {
  it.each([
    [{ loss: 2 }, '$.loss: expected a number from 0 to 1, got 2'],
    [{ los: 0.1 }, '$.los: expected one of latencyMs, bandwidth'],
    [{ latencyMs: { normal: [1] } }, '$.latencyMs.normal: expected a list of two numbers, got [1]'],
    [{ latencyMs: { uniform: [9, 1] } }, '$.latencyMs.uniform: expected the lower end first, got [9,1]'],
    [{ latencyMs: {} }, '$.latencyMs: expected a number, or one of uniform, normal, exponential, got {}'],
    [{ links: [{ from: [0], loss: 'all' }] }, '$.links[0].loss: expected a number from 0 to 1, got "all"'],
    [{ partitions: [{ fromMs: 9, toMs: 1, groups: [] }] }, '$.partitions[0].toMs: expected at least fromMs (9), got 1'],
    [{ partitions: [{ fromMs: 0, toMs: 1, groups: [[0], [0]] }] }, '$.partitions[0].groups: expected each peer in one'],
    [{ crashes: [{ atMs: 1 }] }, '$.crashes[0]: expected either a peer or a share'],
    [{ crashes: [{ peer: -1, atMs: 1 }] }, '$.crashes[0].peer: expected an integer of 0 or more, got -1'],
    [{ clock: { drift: 3 } }, '$.clock.drift: expected a number from -0.5 to 0.5, got 3'],
    [[], '$: expected an object, got []'],
  ])('is refused with path, expected and got: %j', (conditions, message) => {
    expect(() => parseConditions(conditions)).toThrow(message)
  })

  it('is read from disk, and told where it is not there or no JSON', async () => {
    const dir = await tempDir()
    const path = join(dir, 'conditions.json')
    await writeFile(path, '{ "loss": 0.5, "links": [{ "to": [1], "loss": 0 }] }')
    const conditions = await readConditions(path)
    expect([conditions.loss, conditions.links[0]!.link.loss, conditions.duplication]).toEqual([0.5, 0, 0])
    await writeFile(path, '{')
    await expect(readConditions(path)).rejects.toMatchObject({ code: 'BAD_FAULTS' })
    await expect(readConditions(join(dir, 'none.json'))).rejects.toMatchObject({ code: 'NO_FAULTS_FILE' })
  })
})
