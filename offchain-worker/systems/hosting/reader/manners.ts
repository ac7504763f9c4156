/**
 * How ordinary readers of a feed read: a few kinds, from which a session is drawn.
 *
 * Owns: the kinds. No audit copies them: audits know readers only from what they see of them. Does not own: reading.
 */

/** streamer: a few long runs; browser: jumps, reads a little, thinks; seeker: many jumps to single chunks, quickly. */
export const READER_KINDS = ['streamer', 'browser', 'seeker'] as const
export type ReaderKind = (typeof READER_KINDS)[number]

/** One reader's plan of a session. */
export interface ReadingSession {
  readonly kind: ReaderKind
  /** Chunks requested at the same time. */
  readonly depth: number
  readonly runs: readonly {
    readonly begin: number
    /** Consecutive chunks, 1 or more, all within the feed. */
    readonly length: number
    /** Milliseconds to think before the run. */
    readonly pauseMs: number
  }[]
}

/** From `least` to `most`, both included. */
type Range = readonly [least: number, most: number]

interface Manner {
  readonly jumps: Range
  readonly run: Range
  readonly pauseMs: Range
  /** Of ten runs, this many come after a pause. */
  readonly pausesInTen: number
  readonly depth: Range
}

const MANNERS: Readonly<Record<ReaderKind, Manner>> = {
  streamer: { jumps: [2, 6], run: [8, 24], pauseMs: [50, 400], pausesInTen: 3, depth: [4, 8] },
  browser: { jumps: [8, 30], run: [1, 5], pauseMs: [30, 300], pausesInTen: 6, depth: [2, 8] },
  seeker: { jumps: [10, 40], run: [1, 2], pauseMs: [10, 60], pausesInTen: 2, depth: [2, 4] },
}

/** A session on a feed of `length` chunks. `below(n)` draws an integer from 0 to n - 1. */
export function drawSession(kind: ReaderKind, length: number, below: (bound: number) => number): ReadingSession {
  const manner = MANNERS[kind]
  const within = ([least, most]: Range): number => least + below(most - least + 1)
  const runs = Array.from({ length: within(manner.jumps) }, (_, place) => {
    const begin = below(length)
    const pauses = place > 0 && below(10) < manner.pausesInTen
    return {
      begin,
      length: Math.min(within(manner.run), length - begin),
      pauseMs: pauses ? within(manner.pauseMs) : 0,
    }
  })
  return { kind, depth: within(manner.depth), runs }
}
