/**
 * How slow a machine is for a devnet, as one number.
 *
 * Owns: the rule by which samples of work become that number, and blocks that are too slow are found. Does not own: taking samples.
 *
 * A sample is the time that a fixed piece of work takes, in units of what it takes on the quiet machine for which the times of a devnet
 * are set. A slow processor and a busy machine make it longer alike. Slowness is the number by which these times are multiplied: 1, 2, 4,
 * 8 and so on. These are few values, so that a devnet behaves alike from one run to the next.
 */

/**
 * Times that suit a quiet machine suffice where work takes this many times as long. With samples of 20 to 40, rounds passed in four times
 * the usual time, and just so.
 */
const SLACK = 4
/** Workers have times of their own, such as half a minute for an audit, which do not grow: more on the chain would not help. */
const MOST_SLOWNESS = 16
/** So many samples show that the machine has become slower. */
export const FEWEST_SAMPLES = 3
/** So many show that it has become faster: it must have been so for long, for each change costs a transaction. */
export const MOST_SAMPLES = 30
/** Blocks that come so many times slower than they should are too slow. */
const LATE_BLOCKS = 2
/** The time between blocks is taken over so many. */
const GAP_BLOCKS = 20

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 1
}

/** The present pace of the machine: the median of the last few samples, so that one outlier does nothing. */
export const latestPace = (samples: readonly number[]): number => median(samples.slice(-FEWEST_SAMPLES))

/** Whether the machine is at present so slow that no times on the chain suffice. */
export const isTooSlow = (samples: readonly number[]): boolean => latestPace(samples) > SLACK * MOST_SLOWNESS

/** The slowness of a sample: the first power of two that leaves no more than the slack, or the most. */
export function slownessOf(sample: number): number {
  let slowness = 1
  while (slowness < MOST_SLOWNESS && sample > slowness * SLACK) slowness *= 2
  return slowness
}

/**
 * The next slowness. It grows when the last few samples say so, and drops when all that are kept do.
 * @param slowness the present one. @param samples at most the last `MOST_SAMPLES`, in order
 */
export function nextSlowness(slowness: number, samples: readonly number[]): number {
  if (samples.length < FEWEST_SAMPLES) return slowness
  const latest = slownessOf(latestPace(samples))
  if (latest > slowness) return latest
  return samples.length < MOST_SAMPLES ? slowness : Math.min(slowness, slownessOf(Math.max(...samples)))
}

/** Blocks that were finalized between two looks. */
export interface BlockSpan {
  readonly blocks: number
  readonly ms: number
}

/** Whether a span is long enough to tell how fast blocks come. */
export const isTelling = ({ ms }: BlockSpan, blockTimeMs: number): boolean => ms >= GAP_BLOCKS * blockTimeMs

/** Milliseconds from one block to the next, where that is much more than it should be; undefined where it is not. */
export function lateBlocks({ blocks, ms }: BlockSpan, blockTimeMs: number): number | undefined {
  const gap = ms / Math.max(blocks, 1)
  return gap >= LATE_BLOCKS * blockTimeMs ? Math.round(gap) : undefined
}

/** A block time in round figures that is not below `ms`, such as 500, 1000 or 2000. */
export function roundBlockTime(ms: number): number {
  const power = 10 ** Math.floor(Math.log10(ms))
  return [1, 2, 5, 10].map((step) => step * power).find((each) => each >= ms)!
}
