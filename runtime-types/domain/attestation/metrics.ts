/**
 * What attestors measured of a hoster and of each other, and the one figure that the chain makes of their many.
 *
 * Owns: encodings, bounds, and the median over attestors. Does not own: measuring (offchain-worker/protocols/peer-benchmark.ts),
 * or when a figure is stored and where (pallets/attestation-metrics.ts).
 */
import { compactU32, compactU64, option, struct, vec } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { u32, u8 } from '../../scale/primitives.ts'
import { MAX_MEMBERS } from '../coinflip/session.ts'

/** Most answers and losses together that one set of metrics may stand for: as many as two bytes count. */
export const MAX_SAMPLES = 16_383
/** 1,073 seconds: as many microseconds as four bytes count. */
export const MAX_LATENCY_US = 1_073_741_823
/** In bytes per second; beyond any link. */
export const MAX_THROUGHPUT = 1_000_000_000_000n

const speed = {
  /** Microseconds, by nearest rank over `samples`. */
  latencyP50: compactU32,
  latencyP95: compactU32,
  latencyP99: compactU32,
  /** Bytes per second. */
  throughput: compactU64,
}
/** Speeds are all 0 where there are no samples. */
const figures = {
  /** Answers that came. */
  samples: compactU32,
  /** What was asked for and did not come. */
  lost: compactU32,
  ...speed,
}

/** What an attestor measured of the hoster, from request to verified block. */
export const HosterMetrics = struct(figures, { path: ['assay_primitives', 'metrics', 'HosterMetrics'] })
export type HosterMetrics = ValueOf<typeof HosterMetrics>

/** What an attestor measured of another in the coinflip, from a word to the answer that cannot be said without it. */
export const PeerMetrics = struct(
  { /** The other's place among the round's members. */ rank: u8, ...figures },
  { path: ['assay_primitives', 'metrics', 'PeerMetrics'] },
)
export type PeerMetrics = ValueOf<typeof PeerMetrics>

/** One entry at most for each other member. */
export const AttestorMetrics = vec(PeerMetrics, MAX_MEMBERS)
export type AttestorMetrics = ValueOf<typeof AttestorMetrics>

/** Why metrics are refused. Each is an error of the Attestation pallet. */
export type MetricsFault =
  | 'MetricsOutOfBounds'
  | 'MetricsOutOfOrder'
  | 'MetricsOfUnknownPeer'
  | 'MetricsOfSelf'
  | 'DuplicateMetrics'

/** What is wrong with figures about anybody. */
export function checkMetrics(metrics: HosterMetrics): MetricsFault | undefined {
  const { samples, lost, latencyP50, latencyP95, latencyP99, throughput } = metrics
  const attempts = samples + lost
  if (attempts < 1 || attempts > MAX_SAMPLES) return 'MetricsOutOfBounds'
  if (Math.max(latencyP50, latencyP95, latencyP99) > MAX_LATENCY_US || throughput > MAX_THROUGHPUT)
    return 'MetricsOutOfBounds'
  if (samples === 0 && (latencyP99 > 0 || throughput > 0n)) return 'MetricsOutOfBounds'
  return latencyP50 <= latencyP95 && latencyP95 <= latencyP99 ? undefined : 'MetricsOutOfOrder'
}

/** What is wrong with what the member at `rank`, of so many, says of the others. */
export function checkAttestorMetrics(
  entries: AttestorMetrics,
  rank: number,
  members: number,
): MetricsFault | undefined {
  const seen = new Set<number>()
  for (const entry of entries) {
    if (entry.rank >= members) return 'MetricsOfUnknownPeer'
    if (entry.rank === rank) return 'MetricsOfSelf'
    if (seen.has(entry.rank)) return 'DuplicateMetrics'
    seen.add(entry.rank)
    const fault = checkMetrics(entry)
    if (fault) return fault
  }
  return undefined
}

/** Medians over the attestors that got answers. */
const Speed = struct(
  { /** Who got any. */ attestors: u8, /** Answers to each of them. */ samples: compactU32, ...speed },
  { path: ['assay_primitives', 'metrics', 'Speed'] },
)

/** What a round's attestors together measured of one party. Each figure is a lower median of its own. */
export const MeasuredPerformance = struct(
  {
    round: u32,
    /** Those who measured it. */
    attestors: u8,
    /** Answers and losses of each of them. */
    attempts: compactU32,
    /** Parts of a million that were lost. */
    lossPpm: compactU32,
    /** Absent where too few got answers. */
    speed: option(Speed),
  },
  { path: ['assay_primitives', 'metrics', 'MeasuredPerformance'] },
)
export type MeasuredPerformance = ValueOf<typeof MeasuredPerformance>

const PPM = 1_000_000

/** The part of what was asked for that was lost, in millionths, rounded down; 0 where nothing was asked. */
export const lossPpm = (samples: number, lost: number): number =>
  samples + lost === 0 ? 0 : Math.floor((lost * PPM) / (samples + lost))

/**
 * The middle one, of an even number the lower of the two: always a value that somebody gave, so that nothing is rounded. While
 * those who lie are the fewer, it lies between the least and the greatest honest value. Undefined of none.
 */
export function lowerMedian<T extends number | bigint>(values: readonly T[]): T | undefined {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return sorted[Math.floor((sorted.length - 1) / 2)]
}

/**
 * The medians over what attestors measured of one party, each set being sound by {@link checkMetrics}; undefined where fewer
 * than `needed` measured it. Where `needed` is a quorum of two thirds of those who could, fewer than a third of liars are
 * always the fewer among those who did. Medians keep the order of percentiles, for they do so place by place.
 */
export function aggregate(
  round: number,
  measured: readonly HosterMetrics[],
  needed: number,
): MeasuredPerformance | undefined {
  const median = <T extends number | bigint>(of: readonly HosterMetrics[], pick: (each: HosterMetrics) => T): T =>
    lowerMedian(of.map(pick))!
  if (measured.length === 0 || measured.length < needed) return undefined
  const answered = measured.filter(({ samples }) => samples > 0)
  return {
    round,
    attestors: measured.length,
    attempts: median(measured, ({ samples, lost }) => samples + lost),
    lossPpm: median(measured, ({ samples, lost }) => lossPpm(samples, lost)),
    speed:
      answered.length === 0 || answered.length < needed
        ? undefined
        : {
            attestors: answered.length,
            samples: median(answered, ({ samples }) => samples),
            latencyP50: median(answered, ({ latencyP50 }) => latencyP50),
            latencyP95: median(answered, ({ latencyP95 }) => latencyP95),
            latencyP99: median(answered, ({ latencyP99 }) => latencyP99),
            throughput: median(answered, ({ throughput }) => throughput),
          },
  }
}
