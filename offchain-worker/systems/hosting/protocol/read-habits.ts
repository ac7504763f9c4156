/**
 * Readers' habits: they read runs of consecutive chunks, with pauses between some of them.
 *
 * Owns: deriving a reader's runs, pauses and depth from its trace, and a made-up reader for a feed where nobody is
 * seen. Does not own: the use of habits in an audit's plan.
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
/** Longest run of a made-up reader, in chunks. All lengths from 1 to this have the same probability. */
const LONGEST_RUN = 4
/** A made-up reader pauses before about every second run, for up to this long, milliseconds. */
const LONGEST_PAUSE_MS = 160
/**
 * Chunks that a made-up reader requests at the same time: the least that Hypercore's download() keeps under way with a
 * peer.
 */
const DOWNLOAD_DEPTH = 16

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

/** A reader with this many jumps: short runs, and a short pause before about every second one. */
export function madeUpHabit(prng: Prng, jumps: number): Habit {
  const run = (_: unknown, place: number): Habit['runs'][number] => ({
    length: 1 + prng.below(LONGEST_RUN),
    pauseMs: place > 0 && prng.below(2) === 0 ? 1 + prng.below(LONGEST_PAUSE_MS) : 0,
  })
  return { depth: DOWNLOAD_DEPTH, runs: Array.from({ length: jumps }, run) }
}
