/**
 * Measurements of a hoster and of each other by attestors, and the one figure that the chain makes of them.
 *
 * Owns: encodings, bounds, and the median over attestors. Does not own: measuring, which workers do.
 */
import { compactU32, compactU64, option, struct, vec } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { u32, u8 } from '../../scale/primitives.ts'
import { MAX_MEMBERS } from '../coinflip/session.ts'

/**
 * One set of metrics may stand for at most this many answers and losses together: the largest number of two bytes in
 * compact form.
 */
export const MAX_SAMPLES = 16_383
/** 1,073 seconds: the largest number of microseconds that takes four bytes in compact form. */
export const MAX_LATENCY_US = 1_073_741_823
/** In bytes per second; faster than any link. */
export const MAX_THROUGHPUT = 1_000_000_000_000n

const speed = {
  /** By nearest rank over `samples`. */
  latencyP50Us: compactU32,
  latencyP95Us: compactU32,
  latencyP99Us: compactU32,
  throughputBytesPerSecond: compactU64,
}
/** Speeds are all 0 if there are no samples. */
const figures = {
  /** Answers that arrived. */
  samples: compactU32,
  /** Requests without an answer. */
  lost: compactU32,
  ...speed,
}

/** An attestor's measurement of the hoster, from request to verified block. */
export const HosterMetrics = struct(figures, { path: ['assay_primitives', 'metrics', 'HosterMetrics'] })
export type HosterMetrics = ValueOf<typeof HosterMetrics>

/** An attestor's measurement of another one in the coinflip: from a message to the answer that needs it. */
export const PeerMetrics = struct(
  { /** The other's place among the round's members. */ rank: u8, ...figures },
  { path: ['assay_primitives', 'metrics', 'PeerMetrics'] },
)
export type PeerMetrics = ValueOf<typeof PeerMetrics>

/** At most one entry for each other member. */
export const AttestorMetrics = vec(PeerMetrics, MAX_MEMBERS)
export type AttestorMetrics = ValueOf<typeof AttestorMetrics>

/** Why the pallet refuses metrics. Each is an error of the Attestation pallet. */
export type MetricsFault =
  | 'MetricsOutOfBounds'
  | 'MetricsOutOfOrder'
  | 'MetricsOfUnknownPeer'
  | 'MetricsOfSelf'
  | 'DuplicateMetrics'

/** The fault in figures about any party; undefined if there is none. */
export function checkMetrics(metrics: HosterMetrics): MetricsFault | undefined {
  const { samples, lost, latencyP50Us, latencyP95Us, latencyP99Us, throughputBytesPerSecond } = metrics
  const attempts = samples + lost
  if (attempts < 1 || attempts > MAX_SAMPLES) return 'MetricsOutOfBounds'
  if (Math.max(latencyP50Us, latencyP95Us, latencyP99Us) > MAX_LATENCY_US || throughputBytesPerSecond > MAX_THROUGHPUT)
    return 'MetricsOutOfBounds'
  if (samples === 0 && (latencyP99Us > 0 || throughputBytesPerSecond > 0n)) return 'MetricsOutOfBounds'
  return latencyP50Us <= latencyP95Us && latencyP95Us <= latencyP99Us ? undefined : 'MetricsOutOfOrder'
}

/** The fault in the figures of the member at `rank` about the others; undefined if there is none. */
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
  { /** Attestors that got answers. */ attestors: u8, /** Answers per attestor. */ samples: compactU32, ...speed },
  { path: ['assay_primitives', 'metrics', 'Speed'] },
)

/** The result of all attestors' measurements of one party in a round. Each figure is a lower median of its own. */
export const MeasuredPerformance = struct(
  {
    round: u32,
    /** The attestors that measured it. */
    attestors: u8,
    /** Answers and losses per attestor. */
    attempts: compactU32,
    /** Lost parts of a million. */
    lossPpm: compactU32,
    /** Absent if too few got answers. */
    speed: option(Speed),
  },
  { path: ['assay_primitives', 'metrics', 'MeasuredPerformance'] },
)
export type MeasuredPerformance = ValueOf<typeof MeasuredPerformance>

const PPM = 1_000_000

/** The lost part of the requests, in millionths, rounded down; 0 if there were none. */
export const lossPpm = (samples: number, lost: number): number =>
  samples + lost === 0 ? 0 : Math.floor((lost * PPM) / (samples + lost))

/**
 * The middle value, of an even number the lower of the two. It is always one of the given values, so nothing is
 * rounded. While liars are the minority, it lies between the least and the greatest honest value. Undefined of no
 * values.
 */
export function lowerMedian<T extends number | bigint>(values: readonly T[]): T | undefined {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return sorted[Math.floor((sorted.length - 1) / 2)]
}

/**
 * The medians over attestors' measurements of one party; undefined if fewer than `needed` measured it. Each set must
 * pass {@link checkMetrics}. If `needed` is a quorum of two thirds of all who could measure, and fewer than a third of
 * these lie, then the liars are always a minority of those who measured. Medians keep the order of the percentiles,
 * because they keep it place by place.
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
            latencyP50Us: median(answered, ({ latencyP50Us }) => latencyP50Us),
            latencyP95Us: median(answered, ({ latencyP95Us }) => latencyP95Us),
            latencyP99Us: median(answered, ({ latencyP99Us }) => latencyP99Us),
            throughputBytesPerSecond: median(answered, ({ throughputBytesPerSecond }) => throughputBytesPerSecond),
          },
  }
}
