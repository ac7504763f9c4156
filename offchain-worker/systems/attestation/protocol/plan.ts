/**
 * The plan of an audit: which chunks it reads, and how, so that the hoster sees ordinary readers. The audit makes
 * several visits, each under its own key. Every visit imitates one reader seen in the feed's swarm, with the drawn
 * chunks inside its runs, or one that the auditor makes up.
 *
 * Owns: the number of visits, the reader that each imitates, the places of its runs, and how many chunks it requests at
 * a time. Does not own: readers' habits.
 *
 * Every drawn chunk needs a run of its own, because the draw covers the whole feed, and few readers jump as often as
 * there are challenges. The hoster would recognize an audit of one visit by its many jumps. An audit of several visits
 * has only as many jumps per visit as the imitated readers. It cannot hide two things: the address of its visits, and
 * that they meet nobody but the hoster, which may have planted peers in the swarm. imitation.ts says what a hoster gains
 * by readers of its own.
 */
import { createPrng, type Prng } from '#types/domain/prng.ts'
import { createImitation } from './imitation.ts'
import type { Habit, ReadTrace } from '#worker/systems/hosting/protocol/read-habits.ts'

/** Most chunks that an audit requests, including cover, unless more are drawn. */
export const MAX_AUDIT_CHUNKS = 160
/** A reader keeps at least this many requests under way, if so many are allowed. */
export const LEAST_DEPTH = 2

/** The requests of one visit. */
export interface VisitPlan {
  /** The drawn chunks of this visit. */
  readonly drawn: readonly number[]
  /** These chunks and their cover, each once, in the order of the requests. */
  readonly order: readonly number[]
  /** Milliseconds to wait, with nothing under way, before requesting the chunk. */
  readonly pausesMs: ReadonlyMap<number, number>
  /** Chunks to request at the same time. */
  readonly depth: number
}

/** @see planVisits */
export interface PlanOptions {
  /** 32 bytes that the hoster must not know: with them it could tell the drawn chunks from their cover. */
  readonly seed: Uint8Array
  /** Drawn chunks, each below `length`. */
  readonly chunks: readonly number[]
  /** Most visits, 1 or more. */
  readonly visits: number
  /** Chunks of the feed. */
  readonly length: number
  /** Most chunks to request at the same time. */
  readonly concurrency: number
  /** Readers seen in the feed's swarm. If there are none, the plan makes them up. */
  readonly seen: readonly ReadTrace[]
  /** Most milliseconds of all pauses in all visits together. Longer pauses are shortened in proportion. */
  readonly thinkMs: number
}

/**
 * Readers to imitate, enough to have a run for each drawn chunk. The last possible visit combines several of them.
 */
function habitsFor(prng: Prng, needed: number, most: number, seen: readonly ReadTrace[]): readonly Habit[] {
  const imitation = createImitation(prng, seen)
  const habits: Habit[] = []
  for (let runs = 0; runs < needed;) {
    const { depth, runs: all } = imitation.next()
    const habit = { depth, runs: all.slice(0, MAX_AUDIT_CHUNKS) }
    runs += habit.runs.length
    if (habits.length < most) habits.push(habit)
    else habits.push({ ...habit, runs: [...habits.pop()!.runs, ...habit.runs] })
  }
  return habits
}

/**
 * The reading of several readers, with the drawn chunks inside their runs in a drawn order. The same options give the
 * same plan. Runs without a drawn chunk begin where seen readers began, or anywhere.
 */
export function planVisits(options: PlanOptions): readonly VisitPlan[] {
  const { seed, chunks, length, concurrency, seen } = options
  const prng = createPrng([seed])
  const habits = habitsFor(prng, chunks.length, options.visits, seen)
  const left = prng.shuffle(chunks)
  let coverLeft = Math.max(0, MAX_AUDIT_CHUNKS - chunks.length)
  const visits = habits.map(({ runs, depth }) => {
    const drawn = left.splice(0, runs.length)
    const places = prng.shuffle([...drawn, ...coverPlaces(prng, runs.length - drawn.length, length, seen)])
    const way = layRuns(prng, { runs, places, drawn: new Set(drawn), length, coverLeft })
    coverLeft -= way.order.length - drawn.length
    // The depth of a trace is a lower bound: it counts only the requests that a later one overtook.
    return { drawn, ...way, depth: Math.min(Math.max(depth, LEAST_DEPTH) + prng.below(2), concurrency) }
  })
  return shortened(visits, options.thinkMs)
}

/** One reader's runs, each around its place. */
function layRuns(
  prng: Prng,
  options: Pick<Habit, 'runs'> & {
    readonly places: readonly number[]
    readonly drawn: ReadonlySet<number>
    readonly length: number
    readonly coverLeft: number
  },
): Pick<VisitPlan, 'order' | 'pausesMs'> {
  const { runs, places, drawn, length } = options
  let { coverLeft } = options
  const asked = new Set<number>()
  const pausesMs = new Map<number, number>()
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
    // A long run that has used the cover up must still reach its drawn chunk.
    if (drawn.has(middle)) asked.add(middle)
  }
  return { order: [...asked], pausesMs }
}

const coverPlaces = (prng: Prng, count: number, length: number, seen: readonly ReadTrace[]): number[] => {
  const read = seen.flatMap((trace) => trace.map(({ index }) => index)).filter((index) => index < length)
  return Array.from({ length: count }, () => (read.length > 0 ? read[prng.below(read.length)]! : prng.below(length)))
}

function shortened(visits: readonly VisitPlan[], most: number): readonly VisitPlan[] {
  const sum = visits.flatMap(({ pausesMs }) => [...pausesMs.values()]).reduce((total, pause) => total + pause, 0)
  if (sum <= most) return visits
  return visits.map(({ pausesMs, ...visit }) => {
    const shorter = [...pausesMs].map(([index, pause]) => [index, Math.floor((pause * most) / sum)] as const)
    return { ...visit, pausesMs: new Map(shorter.filter(([, pause]) => pause > 0)) }
  })
}
