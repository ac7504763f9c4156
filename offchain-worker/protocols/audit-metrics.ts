/**
 * What an attestor says of a hoster's speed, from the raw samples of one audit.
 *
 * Owns: percentiles by nearest rank, and the units of the report. Does not own: taking the samples.
 */
import type { HosterMetrics } from '#types/domain/report.ts'

const U32_MAX = 0xffff_ffff
const US_PER_MS = 1_000
const MS_PER_SECOND = 1_000

/** @see measure */
export interface Samples {
  /** From request to block, one for each chunk that came. */
  readonly latenciesMs: readonly number[]
  /** Bytes of those chunks. */
  readonly bytes: number
  /** From the first request to the last chunk. */
  readonly elapsedMs: number
  readonly lost: number
}

/** The value below or at which `percent` of the sorted samples lie (nearest rank); 0 of none. */
const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.max(Math.ceil((sorted.length * percent) / 100) - 1, 0)] ?? 0

/** Microseconds that fit the report. A clock of milliseconds with fractions is finer than that; time never runs backwards. */
const micros = (ms: number): number => Math.min(Math.max(Math.round(ms * US_PER_MS), 0), U32_MAX)

/** Metrics of one audit: latencies in microseconds, throughput in bytes per second over the whole fetching. */
export function measure({ latenciesMs, bytes, elapsedMs, lost }: Samples): HosterMetrics {
  const sorted = latenciesMs.toSorted((a, b) => a - b)
  return {
    samples: sorted.length,
    lost,
    latencyP50: micros(percentile(sorted, 50)),
    latencyP95: micros(percentile(sorted, 95)),
    latencyP99: micros(percentile(sorted, 99)),
    throughput: elapsedMs > 0 ? BigInt(Math.round((bytes * MS_PER_SECOND) / elapsedMs)) : 0n,
  }
}
