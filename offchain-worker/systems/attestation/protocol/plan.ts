/**
 * What an audit reads, and how, so that the hoster sees ordinary readers: it comes in several visits, under a key each, and every visit
 * is one reader that was seen in the feed's swarm, with the drawn chunks within its runs; or a made-up one.
 *
 * Owns: how many visits, whose habit each takes on, where its runs lie, chunks asked for at a time. Does not own: which chunks are drawn
 * (#types/domain/round.ts), habits (read-habits.ts), or asking (audit-visit.ts).
 *
 * Every drawn chunk needs a run of its own, since they are drawn from the whole feed, and few readers jump as often as there are
 * challenges. So an audit that came once would be known by its jumps; one that comes as often as it takes has as many as the readers whom
 * it takes after. What it cannot hide: the address that its visits come from, and that they meet nobody but the hoster, which may have
 * planted peers in the swarm. And a hoster may send readers of its own, which auditors then take for common ones.
 */
import { createPrng, type Prng } from '#types/domain/prng.ts'
import { habitOf, madeUpHabit, type Habit, type ReadTrace } from '#worker/systems/hosting/protocol/read-habits.ts'

/** Most chunks that an audit asks for, cover included, unless more are drawn. */
export const MAX_AUDIT_CHUNKS = 160
/** Fewest requests that a reader keeps under way, where so many are allowed. */
export const LEAST_DEPTH = 2

/** What one visit asks for. */
export interface VisitPlan {
  /** Of the drawn chunks, those of this visit. */
  readonly drawn: readonly number[]
  /** They and their cover, each once, in the order of asking. */
  readonly order: readonly number[]
  /** Milliseconds to wait, with nothing under way, before asking for the chunk. */
  readonly pausesMs: ReadonlyMap<number, number>
  /** Chunks to ask for at the same time. */
  readonly depth: number
}

/** @see planVisits */
export interface PlanOptions {
  /** 32 bytes that the hoster must not know: who has them can tell the drawn chunks from their cover. */
  readonly seed: Uint8Array
  /** Drawn chunks, each below `length`. */
  readonly chunks: readonly number[]
  /** Most visits, 1 or more. */
  readonly visits: number
  /** Chunks of the feed. */
  readonly length: number
  /** Most chunks to ask for at the same time. */
  readonly concurrency: number
  /** Readers seen in the feed's swarm. Without any, a reader is made up. */
  readonly seen: readonly ReadTrace[]
  /** Most milliseconds to pause, all pauses of all visits together: longer ones are shortened in proportion. */
  readonly thinkMs: number
}

/** Readers seen, as many as have a run for each drawn chunk: the last visit that there may be takes on several of them. */
function habitsFor(prng: Prng, needed: number, most: number, seen: readonly ReadTrace[]): readonly Habit[] {
  const known = seen.map(habitOf).filter((habit) => habit !== undefined)
  if (known.length === 0) return [madeUpHabit(prng, needed + prng.below(needed + 1))]
  const habits: Habit[] = []
  for (let runs = 0; runs < needed;) {
    const habit = readOn(prng, known[prng.below(known.length)]!)
    runs += habit.runs.length
    if (habits.length < most) habits.push(habit)
    else habits.push({ ...habit, runs: [...habits.pop()!.runs, ...habit.runs] })
  }
  return habits
}

/**
 * The habit with a last run up to twice as long. A trace ends where its reader was last seen to get something, be it that the hoster
 * refused more: who copied only what refused readers got would never ask for what is refused.
 */
function readOn(prng: Prng, { depth, runs }: Habit): Habit {
  const last = runs.at(-1)!
  const more = { ...last, length: last.length + prng.below(last.length + 1) }
  return { depth, runs: [...runs.slice(0, -1), more].slice(0, MAX_AUDIT_CHUNKS) }
}

/**
 * The ways of some readers past the drawn chunks, which are taken in a drawn order. The same options give the same plan. Runs that hold
 * no drawn chunk begin where readers were seen to begin, or anywhere.
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
    // What overtook what tells the least that was under way.
    return { drawn, ...way, depth: Math.min(Math.max(depth, LEAST_DEPTH) + prng.below(2), concurrency) }
  })
  return shortened(visits, options.thinkMs)
}

/** One reader's runs, each about its place. */
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
    // A long run that has used the cover up must still come to the chunk that it is for.
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
