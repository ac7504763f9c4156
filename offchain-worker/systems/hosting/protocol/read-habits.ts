/**
 * How readers read: in runs of chunks that follow each other, with pauses between some of them.
 *
 * Owns: telling a reader's runs, pauses and depth from what came to it (its trace), and a made-up reader for where nobody is seen. Does
 * not own: seeing readers (p2p/observer.ts), or what an audit makes of their habits (audit-plan.ts).
 */
import type { Prng } from '#types/domain/prng.ts'

/** What came to one reader, in that order: chunk and milliseconds of one clock. */
export type ReadTrace = readonly { readonly index: number; readonly at: number }[]

/** One reader's way of reading. */
export interface Habit {
  /** Chunks that it asks for at the same time, as far as can be told: 1 or more. */
  readonly depth: number
  readonly runs: readonly {
    /** Chunks that follow each other, 1 or more. */
    readonly length: number
    /** Milliseconds that it waited before the run, with nothing under way. */
    readonly pauseMs: number
  }[]
}

/** Fewer chunks tell nothing of a habit. */
const LEAST_READS = 4
/** With several requests under way, chunks of a run come out of order, and those of two runs mixed. */
const REORDERED_CHUNKS = 8
const OPEN_RUNS = 3
/** A gap this many times the usual one is a pause. */
const PAUSE_GAPS = 6
/** Longest run of a made-up reader, in chunks. Lengths from 1 to this are each as likely. */
const LONGEST_RUN = 4
/** A made-up reader thinks before every second run or so, for up to this long, milliseconds. */
const LONGEST_PAUSE_MS = 160
/** Chunks that a made-up reader asks for at the same time: what Hypercore's download() keeps under way with a peer, at least. */
const DOWNLOAD_DEPTH = 16

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** The habit behind a trace; `undefined` where too little was read to tell. */
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

/** Whatever of its run came later than a chunk behind it was under way together with it. Reordered chunks are near each other. */
function depthOf(runs: readonly { readonly indices: readonly number[] }[]): number {
  const overtaken = runs.flatMap(({ indices }) =>
    indices.map(
      (index, place) =>
        indices.slice(place + 1, place + 1 + 2 * REORDERED_CHUNKS).filter((later) => later < index).length,
    ),
  )
  return 1 + Math.max(0, ...overtaken)
}

/** A reader that jumps so many times: short runs, and a short pause before every second one. */
export function madeUpHabit(prng: Prng, jumps: number): Habit {
  const run = (_: unknown, place: number): Habit['runs'][number] => ({
    length: 1 + prng.below(LONGEST_RUN),
    pauseMs: place > 0 && prng.below(2) === 0 ? 1 + prng.below(LONGEST_PAUSE_MS) : 0,
  })
  return { depth: DOWNLOAD_DEPTH, runs: Array.from({ length: jumps }, run) }
}
