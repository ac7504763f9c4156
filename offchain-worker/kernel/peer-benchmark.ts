/**
 * How fast and how reliable a peer is, worked out from raw samples. Audits and coinflips share this benchmark.
 *
 * Owns: percentiles by nearest rank, units, what each figure says of how it was taken, and the compact form for a report. Does not own:
 * taking the samples, which each protocol does.
 * Pure; times are in milliseconds of one clock, with fractions.
 */
import {
  lossPpm,
  MAX_LATENCY_US,
  MAX_SAMPLES,
  MAX_THROUGHPUT,
  type HosterMetrics,
} from '#types/domain/attestation/metrics.ts'

const US_PER_MS = 1_000
const MS_PER_SECOND = 1_000

/** Raw samples of one peer. */
export interface Samples {
  /** From asking to the answer, one for each answer that came. */
  readonly latenciesMs: readonly number[]
  /** Bytes of all answers together. */
  readonly bytes: number
  /** The time in which the answers came. */
  readonly elapsedMs: number
  /** How many answers were asked for and did not come. */
  readonly lost: number
}

/** How the figures were taken. Percentiles are by nearest rank everywhere. */
export interface Method {
  readonly latency: 'request-to-verified-block' | 'word-to-answer'
  readonly throughput: 'bytes-from-first-request-to-last-block' | 'bytes-from-first-word-to-last-answer'
  readonly loss: 'asked-and-not-served' | 'said-and-not-answered'
}

/** A benchmark of one peer: each figure with the number of samples it rests on and how it was taken. */
export interface Benchmark {
  /** In microseconds. */
  readonly latency: {
    readonly p50: number
    readonly p95: number
    readonly p99: number
    readonly samples: number
    readonly method: Method['latency']
  }
  readonly throughput: {
    readonly bytesPerSecond: bigint
    readonly samples: number
    readonly method: Method['throughput']
  }
  /** In parts of a million; `samples` counts everything that was asked for. */
  readonly loss: { readonly ppm: number; readonly samples: number; readonly method: Method['loss'] }
}

/** The value below or at which `percent` of the sorted samples lie (nearest rank); 0 where there are no samples. */
export const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.max(Math.ceil((sorted.length * percent) / 100) - 1, 0)] ?? 0

/** Whole microseconds within the report's bounds; a clock that ran backwards measures nothing. */
const micros = (ms: number): number => Math.min(Math.max(Math.round(ms * US_PER_MS), 0), MAX_LATENCY_US)

/** Bytes per second within the report's bounds; 0 where no time has passed. */
function bytesPerSecond(bytes: number, elapsedMs: number): bigint {
  if (elapsedMs <= 0) return 0n
  const rate = BigInt(Math.round((bytes * MS_PER_SECOND) / elapsedMs))
  return rate < MAX_THROUGHPUT ? rate : MAX_THROUGHPUT
}

/** The benchmark that samples make. */
export function benchmark({ latenciesMs, bytes, elapsedMs, lost }: Samples, method: Method): Benchmark {
  const sorted = latenciesMs.toSorted((a, b) => a - b)
  const samples = sorted.length
  const at = (percent: number): number => micros(percentile(sorted, percent))
  return {
    latency: { p50: at(50), p95: at(95), p99: at(99), samples, method: method.latency },
    throughput: {
      bytesPerSecond: samples === 0 ? 0n : bytesPerSecond(bytes, elapsedMs),
      samples,
      method: method.throughput,
    },
    loss: { ppm: lossPpm(samples, lost), samples: samples + lost, method: method.loss },
  }
}

/** The form that goes into a report. It leaves out the method, which follows from the place in the report. */
export function compactMetrics({ latency, throughput, loss }: Benchmark): HosterMetrics {
  const samples = Math.min(latency.samples, MAX_SAMPLES)
  return {
    samples,
    lost: Math.min(loss.samples - latency.samples, MAX_SAMPLES - samples),
    latencyP50Us: latency.p50,
    latencyP95Us: latency.p95,
    latencyP99Us: latency.p99,
    throughputBytesPerSecond: throughput.bytesPerSecond,
  }
}
