/** Metrics: their bounds, each fault by name, and the medians that the chain makes of them. */
import { describe, expect, test } from 'vitest'
import { MAX_MEMBERS } from '#types/domain/coinflip/coinflip.ts'
import {
  aggregate,
  AttestorMetrics,
  checkAttestorMetrics,
  checkMetrics,
  HosterMetrics,
  lossPpm,
  lowerMedian,
  MAX_LATENCY_US,
  MAX_SAMPLES,
  MAX_THROUGHPUT,
  type MetricsFault,
} from '#types/domain/attestation/metrics.ts'
import { decode, encode } from '#types/scale/codec.ts'

const GOOD = {
  samples: 3,
  lost: 1,
  latencyP50Us: 10,
  latencyP95Us: 20,
  latencyP99Us: 30,
  throughputBytesPerSecond: 1_000n,
}
const LARGEST: HosterMetrics = {
  samples: MAX_SAMPLES,
  lost: 0,
  latencyP50Us: MAX_LATENCY_US,
  latencyP95Us: MAX_LATENCY_US,
  latencyP99Us: MAX_LATENCY_US,
  throughputBytesPerSecond: MAX_THROUGHPUT,
}
const NOTHING_CAME = {
  samples: 0,
  lost: 15,
  latencyP50Us: 0,
  latencyP95Us: 0,
  latencyP99Us: 0,
  throughputBytesPerSecond: 0n,
}

test('sound metrics come back from few bytes as they were', () => {
  for (const metrics of [GOOD, LARGEST, NOTHING_CAME]) {
    expect(checkMetrics(metrics)).toBeUndefined()
    expect(decode(HosterMetrics, encode(HosterMetrics, metrics))).toEqual(metrics)
  }
  expect(encode(HosterMetrics, LARGEST).length).toBeLessThanOrEqual(22)
  const typical = {
    samples: 4,
    lost: 0,
    latencyP50Us: 9_000,
    latencyP95Us: 15_000,
    latencyP99Us: 15_000,
    throughputBytesPerSecond: 60_000n,
  }
  expect(encode(AttestorMetrics, [{ rank: 3, ...typical }]).length).toBeLessThanOrEqual(17)
})

test.each<[string, MetricsFault, Partial<HosterMetrics>]>([
  ['of nothing', 'MetricsOutOfBounds', { ...NOTHING_CAME, lost: 0 }],
  ['of too many samples', 'MetricsOutOfBounds', { samples: MAX_SAMPLES, lost: 1 }],
  ['with a latency beyond measure', 'MetricsOutOfBounds', { latencyP99Us: MAX_LATENCY_US + 1 }],
  ['with the first percentile beyond measure', 'MetricsOutOfBounds', { latencyP50Us: MAX_LATENCY_US + 1 }],
  ['with a throughput beyond measure', 'MetricsOutOfBounds', { throughputBytesPerSecond: MAX_THROUGHPUT + 1n }],
  ['with a latency of nothing that came', 'MetricsOutOfBounds', { ...NOTHING_CAME, latencyP99Us: 1 }],
  ['with a throughput of nothing that came', 'MetricsOutOfBounds', { ...NOTHING_CAME, throughputBytesPerSecond: 1n }],
  ['with p50 above p95', 'MetricsOutOfOrder', { latencyP50Us: 21 }],
  ['with p95 above p99', 'MetricsOutOfOrder', { latencyP95Us: 31 }],
])('metrics %s are refused', (_, fault, change) => {
  expect(checkMetrics({ ...GOOD, ...change })).toBe(fault)
  expect(checkAttestorMetrics([{ rank: 1, ...GOOD, ...change }], 0, 3)).toBe(fault)
})

describe('metrics of other attestors', () => {
  const of = (...ranks: readonly number[]): AttestorMetrics => ranks.map((rank) => ({ rank, ...GOOD }))

  test('may be of each of them, in any order, or of none', () => {
    expect(checkAttestorMetrics(of(2, 0), 1, 3)).toBeUndefined()
    expect(checkAttestorMetrics([], 1, 3)).toBeUndefined()
  })

  test.each<[string, MetricsFault, readonly number[]]>([
    ['somebody who is no member', 'MetricsOfUnknownPeer', [0, 3]],
    ['oneself', 'MetricsOfSelf', [0, 1]],
    ['the same one twice', 'DuplicateMetrics', [0, 2, 0]],
  ])('not of %s', (_, fault, ranks) => {
    expect(checkAttestorMetrics(of(...ranks), 1, 3)).toBe(fault)
  })

  test('are bounded before they are read', () => {
    const many = of(...Array.from({ length: MAX_MEMBERS + 1 }, (_, rank) => rank))
    expect(() => encode(AttestorMetrics, many)).toThrow(/at most 64/)
    const full = encode(AttestorMetrics, many.slice(1))
    // 65 elements, as a compact of two bytes; the rest is as before and one more.
    const forged = Uint8Array.of(0x05, 0x01, ...full.subarray(2), ...full.subarray(2, 12))
    expect(() => decode(AttestorMetrics, forged)).toThrow(/at most 64/)
  })
})

test('the lower median is a value that was given', () => {
  expect(lowerMedian([3, 1, 2])).toBe(2)
  expect(lowerMedian([4n, 1n, 3n, 2n])).toBe(2n)
  expect(lowerMedian([10, 9])).toBe(9)
  expect(lowerMedian([])).toBeUndefined()
})

test('loss is in millionths, rounded down', () => {
  expect([lossPpm(3, 1), lossPpm(2, 1), lossPpm(0, 5), lossPpm(5, 0), lossPpm(0, 0)]).toEqual([
    250_000, 333_333, 1_000_000, 0, 0,
  ])
})

describe('the figures of a round', () => {
  const slow = {
    samples: 1,
    lost: 1,
    latencyP50Us: 40,
    latencyP95Us: 50,
    latencyP99Us: 60,
    throughputBytesPerSecond: 10n,
  }

  test('are medians of each by itself', () => {
    const fast = {
      samples: 15,
      lost: 0,
      latencyP50Us: 1,
      latencyP95Us: 2,
      latencyP99Us: 3,
      throughputBytesPerSecond: 5_000n,
    }
    expect(aggregate(7, [slow, GOOD, fast], 2)).toEqual({
      round: 7,
      attestors: 3,
      attempts: 4,
      lossPpm: 250_000,
      speed: {
        attestors: 3,
        samples: 3,
        latencyP50Us: 10,
        latencyP95Us: 20,
        latencyP99Us: 30,
        throughputBytesPerSecond: 1_000n,
      },
    })
  })

  test('take speed from those who got answers, for a loss is not a latency of nothing', () => {
    const some = aggregate(7, [NOTHING_CAME, slow, slow], 2)
    expect(some).toMatchObject({ attestors: 3, lossPpm: 500_000, speed: { attestors: 2, latencyP50Us: 40 } })
    expect(aggregate(7, [NOTHING_CAME, NOTHING_CAME, slow], 2)).toMatchObject({ lossPpm: 1_000_000, speed: undefined })
  })

  test('are none if too few attestors measured', () => {
    expect(aggregate(7, [GOOD], 2)).toBeUndefined()
    expect(aggregate(7, [], 0)).toBeUndefined()
  })
})
