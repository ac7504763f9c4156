/**
 * A minority of attestors lies in any way: each figure stays between the least and the greatest measurement of honest
 * ones.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  aggregate,
  checkMetrics,
  lossPpm,
  MAX_LATENCY_US,
  MAX_SAMPLES,
  MAX_THROUGHPUT,
  type HosterMetrics,
} from '#types/domain/attestation/metrics.ts'
import { quorum } from '#types/domain/attestation/round.ts'

/** Anything that the chain takes and that stands for answers. */
const anything: fc.Arbitrary<HosterMetrics> = fc
  .record({
    samples: fc.integer({ min: 1, max: MAX_SAMPLES }),
    lost: fc.nat({ max: MAX_SAMPLES }),
    latencies: fc.array(fc.nat({ max: MAX_LATENCY_US }), { minLength: 3, maxLength: 3 }),
    throughputBytesPerSecond: fc.bigInt({ min: 0n, max: MAX_THROUGHPUT }),
  })
  .map(({ samples, lost, latencies, throughputBytesPerSecond }) => {
    const [latencyP50Us, latencyP95Us, latencyP99Us] = latencies.toSorted((a, b) => a - b) as [number, number, number]
    return {
      samples,
      lost: Math.min(lost, MAX_SAMPLES - samples),
      latencyP50Us,
      latencyP95Us,
      latencyP99Us,
      throughputBytesPerSecond,
    }
  })

/** Extreme values on purpose, as a liar would send them. */
const lie = fc.oneof(
  anything,
  fc.constantFrom<HosterMetrics>(
    {
      samples: 1,
      lost: 0,
      latencyP50Us: 0,
      latencyP95Us: 0,
      latencyP99Us: 0,
      throughputBytesPerSecond: MAX_THROUGHPUT,
    },
    {
      samples: 1,
      lost: MAX_SAMPLES - 1,
      latencyP50Us: MAX_LATENCY_US,
      latencyP95Us: MAX_LATENCY_US,
      latencyP99Us: MAX_LATENCY_US,
      throughputBytesPerSecond: 0n,
    },
    { samples: 0, lost: MAX_SAMPLES, latencyP50Us: 0, latencyP95Us: 0, latencyP99Us: 0, throughputBytesPerSecond: 0n },
  ),
)

function expectWithin(value: number | bigint, honest: readonly (number | bigint)[]): void {
  expect(honest.some((least) => least <= value) && honest.some((most) => most >= value)).toBe(true)
}

/** Honest and lying attestors, the liars being the fewer; in an order that chance decides on. */
const parties = fc.integer({ min: 1, max: 40 }).chain((honest) =>
  fc.record({
    honest: fc.array(anything, { minLength: honest, maxLength: honest }),
    lies: fc.array(lie, { maxLength: honest - 1 }),
    rotation: fc.nat(),
  }),
)

it('a minority shifts no figure out of the honest range', () => {
  fc.assert(
    fc.property(parties, ({ honest, lies, rotation }) => {
      const all = [...honest, ...lies]
      for (const metrics of all) expect(checkMetrics(metrics)).toBeUndefined()
      const from = rotation % all.length
      const measured = aggregate(1, [...all.slice(from), ...all.slice(0, from)], 1)!
      expectWithin(
        measured.lossPpm,
        honest.map(({ samples, lost }) => lossPpm(samples, lost)),
      )
      expectWithin(
        measured.attempts,
        honest.map(({ samples, lost }) => samples + lost),
      )
      const { speed } = measured
      for (const figure of [
        'samples',
        'latencyP50Us',
        'latencyP95Us',
        'latencyP99Us',
        'throughputBytesPerSecond',
      ] as const)
        expectWithin(
          speed![figure],
          honest.map((each) => each[figure]),
        )
      expect(speed!.latencyP50Us <= speed!.latencyP95Us && speed!.latencyP95Us <= speed!.latencyP99Us).toBe(true)
    }),
    { numRuns: 500 },
  )
})

it('less than a third of liars among the members cannot do it by others’ silence either: below a quorum there is no figure', () => {
  const rounds = fc.integer({ min: 3, max: 40 }).chain((members) =>
    fc.record({
      members: fc.constant(members),
      honest: fc.array(anything, { maxLength: members }),
      lies: fc.array(lie, { maxLength: Math.ceil(members / 3) - 1 }),
    }),
  )
  fc.assert(
    fc.property(rounds, ({ members, honest, lies }) => {
      const present = honest.slice(0, members - lies.length)
      const measured = aggregate(1, [...lies, ...present], quorum(members))
      if (lies.length + present.length < quorum(members)) expect(measured).toBeUndefined()
      if (!measured) return
      expectWithin(
        measured.lossPpm,
        present.map(({ samples, lost }) => lossPpm(samples, lost)),
      )
      if (measured.speed)
        expectWithin(
          measured.speed.latencyP50Us,
          present.map(({ latencyP50Us }) => latencyP50Us),
        )
    }),
    { numRuns: 500 },
  )
})
