/** Figures from samples: percentiles, rates and losses, in whole units and within the bounds of a report. */
import { expect, test } from 'vitest'
import { checkMetrics, MAX_LATENCY_US, MAX_SAMPLES, MAX_THROUGHPUT } from '#types/domain/attestation/metrics.ts'
import { measure } from '#worker/systems/attestation/protocol/metrics.ts'
import { benchmark, compactMetrics, percentile, type Method, type Samples } from '#worker/kernel/peer-benchmark.ts'

const METHOD: Method = {
  latency: 'word-to-answer',
  throughput: 'bytes-from-first-word-to-last-answer',
  loss: 'said-and-not-answered',
}
const hundred = Array.from({ length: 100 }, (_, i) => 100 - i)

test('percentiles are by nearest rank: always one of the samples', () => {
  const sorted = hundred.toSorted((a, b) => a - b)
  expect([50, 95, 99, 100, 0].map((percent) => percentile(sorted, percent))).toEqual([50, 95, 99, 100, 1])
  expect(percentile([7], 50)).toBe(7)
  expect(percentile([], 50)).toBe(0)
})

test('each figure says how many samples it rests on and how they were taken', () => {
  expect(benchmark({ latenciesMs: hundred, bytes: 3_000_000, elapsedMs: 1_500, lost: 25 }, METHOD)).toEqual({
    latency: { p50: 50_000, p95: 95_000, p99: 99_000, samples: 100, method: METHOD.latency },
    throughput: { bytesPerSecond: 2_000_000n, samples: 100, method: METHOD.throughput },
    loss: { ppm: 200_000, samples: 125, method: METHOD.loss },
  })
})

test.each<[string, Samples]>([
  ['of nothing that came', { latenciesMs: [], bytes: 0, elapsedMs: 0, lost: 5 }],
  ['of a clock that stood still', { latenciesMs: [0, 0], bytes: 10, elapsedMs: 0, lost: 0 }],
  ['of a clock that ran backwards', { latenciesMs: [-5, 3], bytes: 10, elapsedMs: -2, lost: 0 }],
  ['of more than can be said', { latenciesMs: [1e9], bytes: 1e15, elapsedMs: 0.001, lost: 1e6 }],
  ['of very many', { latenciesMs: Array.from({ length: 20_000 }, () => 1), bytes: 1, elapsedMs: 1, lost: 3 }],
])('metrics %s are such as the chain takes', (_, samples) => {
  expect(checkMetrics(compactMetrics(benchmark(samples, METHOD)))).toBeUndefined()
})

test('what is beyond bounds is cut to them', () => {
  expect(measure({ latenciesMs: [1e9], bytes: 1e15, elapsedMs: 0.001, lost: 1e6 })).toEqual({
    samples: 1,
    lost: MAX_SAMPLES - 1,
    latencyP50Us: MAX_LATENCY_US,
    latencyP95Us: MAX_LATENCY_US,
    latencyP99Us: MAX_LATENCY_US,
    throughputBytesPerSecond: MAX_THROUGHPUT,
  })
})
