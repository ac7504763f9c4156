/**
 * What an audit reads, and how, so that the hoster sees an ordinary reader: the drawn chunks lie within the runs of a reader that
 * was seen in the feed's swarm, or of a made-up one.
 *
 * Owns: whose habit an audit takes on, where its runs lie, chunks asked for at a time. Does not own: which chunks are drawn
 * (#types/domain/round.ts), habits (read-habits.ts), or asking (audit.ts).
 *
 * A hoster can refuse a request only by what it has seen before it. So an audit begins as any one of the readers seen, each as likely,
 * and goes on as another where that one has not jumped as often as there are challenges: every drawn chunk needs a run of its own,
 * since they are drawn from the whole feed. What it cannot hide: that its whole session, looked at afterwards, has so many jumps, and
 * no run longer than its cover. And a hoster may send readers of its own, which auditors then take for common ones.
 */
import { createPrng, type Prng } from '#types/domain/prng.ts'
import { habitOf, madeUpHabit, type Habit, type ReadTrace } from './read-habits.ts'

/** Most chunks that an audit asks for, cover included, unless more are drawn: each takes 34 bytes of a report. */
export const MAX_AUDIT_CHUNKS = 64
/** Fewest requests that a reader keeps under way, where so many are allowed. */
export const LEAST_DEPTH = 2

/** @see planReads */
export interface ReadPlan {
  /** Every drawn chunk and its cover, each once, in the order of asking. */
  readonly order: readonly number[]
  /** Milliseconds to wait, with nothing under way, before asking for the chunk. */
  readonly pausesMs: ReadonlyMap<number, number>
  /** Chunks to ask for at the same time. */
  readonly depth: number
}

/** @see planReads */
export interface PlanOptions {
  /** 32 bytes that the hoster must not know: who has them can tell the drawn chunks from their cover. */
  readonly seed: Uint8Array
  /** Drawn chunks, each below `length`. */
  readonly chunks: readonly number[]
  /** Chunks of the feed. */
  readonly length: number
  /** Most chunks to ask for at the same time. */
  readonly concurrency: number
  /** Readers seen in the feed's swarm. Without any, a reader is made up. */
  readonly seen: readonly ReadTrace[]
  /** Most milliseconds to pause, all pauses together: longer ones are shortened in proportion. */
  readonly thinkMs: number
}

/** A reader seen, and others after it until there is a run for each drawn chunk. */
function habitFor(prng: Prng, needed: number, most: number, seen: readonly ReadTrace[]): Habit {
  const habits = seen.map(habitOf).filter((habit) => habit !== undefined)
  if (habits.length === 0) return madeUpHabit(prng, needed + prng.below(needed + 1))
  const runs: Habit['runs'][number][] = []
  while (runs.length < needed) runs.push(...readOn(prng, habits[prng.below(habits.length)]!).runs)
  return { runs: runs.slice(0, Math.max(needed, most)) }
}

/**
 * The habit with a last run up to twice as long. A trace ends where its reader was last seen to get something, be it that the hoster
 * refused more: who copied only what refused readers got would never ask for what is refused.
 */
function readOn(prng: Prng, { runs }: Habit): Habit {
  const last = runs.at(-1)!
  return { runs: [...runs.slice(0, -1), { ...last, length: last.length + prng.below(last.length + 1) }] }
}

/**
 * A reader's way past the drawn chunks, which takes them in a drawn order. The same options give the same plan. Its runs that hold no
 * drawn chunk begin where readers were seen to begin, or anywhere.
 */
export function planReads({ seed, chunks, length, concurrency, seen, thinkMs }: PlanOptions): ReadPlan {
  const prng = createPrng([seed])
  const most = Math.max(MAX_AUDIT_CHUNKS, chunks.length)
  const { runs } = habitFor(prng, chunks.length, most, seen)
  const drawn = new Set(chunks)
  const asked = new Set<number>()
  const pausesMs = new Map<number, number>()
  let coverLeft = most - drawn.size
  const places = prng.shuffle([...chunks, ...coverPlaces(prng, runs.length - chunks.length, length, seen)])
  for (const [place, { length: run, pauseMs }] of runs.entries()) {
    const middle = places[place]!
    const begin = Math.max(0, middle - prng.below(run))
    let isFirst = true
    for (let index = begin; index < Math.min(begin + run, length); index++) {
      if (asked.has(index) || (!drawn.has(index) && coverLeft-- <= 0)) continue
      asked.add(index)
      if (isFirst && pauseMs > 0 && asked.size > 1) pausesMs.set(index, pauseMs)
      isFirst = false
    }
    // A long run that has used the cover up must still come to the chunk that it is for.
    if (drawn.has(middle)) asked.add(middle)
  }
  const least = Math.min(LEAST_DEPTH, concurrency)
  return {
    order: [...asked],
    pausesMs: shortened(pausesMs, thinkMs),
    depth: least + prng.below(concurrency - least + 1),
  }
}

const coverPlaces = (prng: Prng, count: number, length: number, seen: readonly ReadTrace[]): number[] => {
  const read = seen.flatMap((trace) => trace.map(({ index }) => index)).filter((index) => index < length)
  return Array.from({ length: count }, () => (read.length > 0 ? read[prng.below(read.length)]! : prng.below(length)))
}

function shortened(pausesMs: ReadonlyMap<number, number>, most: number): ReadonlyMap<number, number> {
  const sum = [...pausesMs.values()].reduce((total, pause) => total + pause, 0)
  if (sum <= most) return pausesMs
  const shorter = [...pausesMs].map(([index, pause]) => [index, Math.floor((pause * most) / sum)] as const)
  return new Map(shorter.filter(([, pause]) => pause > 0))
}
