/**
 * Readers' habits: they read runs of consecutive chunks, with pauses between some of them.
 *
 * Owns: deriving a reader's runs, pauses and depth from its trace, likeness of two readers, and made-up readers. Does not own: the use of
 * habits in an audit's plan.
 */
import type { Prng } from '#types/domain/prng.ts'

/** The chunks that one reader got, in that order: chunk, and milliseconds of one clock. */
export type ReadTrace = readonly { readonly index: number; readonly at: number }[]

/** One reader's habit. */
export interface Habit {
  /** Chunks that it requests at the same time, as far as the trace shows: 1 or more. */
  readonly depth: number
  readonly runs: readonly {
    /** Consecutive chunks, 1 or more. */
    readonly length: number
    /** Milliseconds that it waited before the run, with nothing under way. */
    readonly pauseMs: number
  }[]
}

/** Fewer chunks do not show a habit. */
const LEAST_READS = 4
/** With several requests under way, the chunks of a run arrive out of order, and chunks of two runs mix. */
const REORDERED_CHUNKS = 8
const OPEN_RUNS = 3
/** A gap this many times the usual one is a pause. */
const PAUSE_GAPS = 6
/**
 * What made-up readers can be, least and most, on logarithmic scales: chunks of a usual run, chunks in all, runs, and
 * milliseconds of a usual pause. Wide, because nothing is known of readers that nobody has seen.
 */
const MADE_UP = { run: [1, 16], chunks: [16, 128], runs: [2, 40], pauseMs: [20, 400] } as const
/** A made-up reader pauses before up to so many of ten runs. */
const MOST_PAUSES_IN_TEN = 7
/** Chunks that a made-up reader requests at the same time: from 2 to 8. */
const MADE_UP_DEPTH = { least: 2, most: 8 }
/** Two readers are alike if none of their measures is more than this times the other's. */
const ALIKE = 1.25
/** Added to measures that small numbers would make incomparable: the depth, which a trace shows by chance; and a pause in milliseconds. */
const DEPTH_SLACK = 8
const PAUSE_SLACK_MS = 50
const TWO_TO_32 = 2 ** 32

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** The habit behind a trace; `undefined` if the trace is too short to tell. */
export function habitOf(trace: ReadTrace): Habit | undefined {
  if (trace.length < LEAST_READS) return undefined
  const usual = median(trace.slice(1).map(({ at }, i) => at - trace[i]!.at))
  const runs: { last: number; readonly indices: number[]; readonly pauseMs: number }[] = []
  for (const [place, { index, at }] of trace.entries()) {
    const run = runs.slice(-OPEN_RUNS).find(({ last }) => Math.abs(index - last) <= REORDERED_CHUNKS)
    if (run) {
      run.last = Math.max(run.last, index)
      run.indices.push(index)
      continue
    }
    const gap = place === 0 ? 0 : at - trace[place - 1]!.at
    const isPause = gap > PAUSE_GAPS * usual
    runs.push({ last: index, indices: [index], pauseMs: isPause ? Math.round(gap - usual) : 0 })
  }
  return {
    depth: depthOf(runs),
    runs: runs.map(({ indices, pauseMs }) => ({ length: indices.length, pauseMs })),
  }
}

/**
 * If a chunk came later than one behind it in the run, both were under way together. Reordered chunks are near each
 * other.
 */
function depthOf(runs: readonly { readonly indices: readonly number[] }[]): number {
  const overtaken = runs.flatMap(({ indices }) =>
    indices.map(
      (index, place) =>
        indices.slice(place + 1, place + 1 + 2 * REORDERED_CHUNKS).filter((later) => later < index).length,
    ),
  )
  return 1 + Math.max(0, ...overtaken)
}

/** For each reader the number of readers, itself among them, that read nearly alike: runs, their lengths, pauses and depth. */
export function crowdSizes(habits: readonly Habit[]): readonly number[] {
  const measures = habits.map(measuresOf)
  return measures.map((one) => measures.filter((other) => areNear(one, other)).length)
}

/** Whether two readers read nearly alike. */
export const areAlike = (one: Habit, other: Habit): boolean => areNear(measuresOf(one), measuresOf(other))

const areNear = (one: readonly number[], other: readonly number[]): boolean =>
  one.every((measure, place) => {
    const ratio = measure / other[place]!
    return ratio <= ALIKE && ratio >= 1 / ALIKE
  })

/** Numbers of at least 1. */
function measuresOf({ depth, runs }: Habit): readonly number[] {
  const pauses = runs.map(({ pauseMs }) => pauseMs).filter((pauseMs) => pauseMs > 0)
  const chunks = runs.reduce((sum, { length }) => sum + length, 0)
  return [
    depth + DEPTH_SLACK,
    runs.length + 1,
    chunks / runs.length + 1,
    (pauses.length / runs.length + 1) ** 2,
    median(pauses) + PAUSE_SLACK_MS,
  ]
}

/** A number above 0, up to 1. */
export const unitOf = (prng: Prng): number => (prng.below(TWO_TO_32) + 1) / TWO_TO_32

/** A reader that nobody is: one usual run length and pause, from which it differs by up to a half. */
export function madeUpHabit(prng: Prng): Habit {
  const within = ([least, most]: readonly [number, number]): number => least * (most / least) ** unitOf(prng)
  const about = (usual: number): number => Math.max(1, Math.round(usual * (1 / 2 + unitOf(prng))))
  const [usual, chunks, pauseMs] = [within(MADE_UP.run), within(MADE_UP.chunks), within(MADE_UP.pauseMs)]
  const [fewest, most] = MADE_UP.runs
  const pausesInTen = prng.below(MOST_PAUSES_IN_TEN + 1)
  const count = Math.max(fewest, Math.min(most, Math.round(chunks / usual)))
  const runs = Array.from({ length: count }, (_, place) => ({
    length: about(usual),
    pauseMs: place > 0 && prng.below(10) < pausesInTen ? about(pauseMs) : 0,
  }))
  return { depth: MADE_UP_DEPTH.least + prng.below(MADE_UP_DEPTH.most - MADE_UP_DEPTH.least + 1), runs }
}
