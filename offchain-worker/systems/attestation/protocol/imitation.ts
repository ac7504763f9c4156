/**
 * The readers that an audit imitates: which of the seen ones, how often, and how exactly.
 *
 * Owns: the weight of each seen reader and of the auditor's own prior, and the blur of a copy. Does not own: habits (read-habits.ts).
 *
 * A hoster can plant readers. Then it supplies a part of what an auditor sees, and could serve nobody but readers of its own habit. So:
 * - Readers that read nearly alike form a crowd around each of them. A crowd weighs at most `MOST_SHARE` of all seen readers, or as much
 *   as one reader.
 * - The auditor mixes in readers of its own, drawn from a broad prior, with at least `PRIOR_SHARE` of the weight.
 * - It multiplies each weight by a secret factor, so nobody else knows its mixture.
 * - A copy has other run lengths than its reader, so no run length can be a mark that only audits repeat.
 *
 * The bound carries one assumption: honest readers read in many ways, so that few of them stand in one crowd. Then planted readers of one
 * habit get at most `MOST_SHARE` of the seen weight. There is no such bound for planted readers that differ from each other as honest ones
 * do. Whoever sees two equal halves cannot know which one is honest: each rule that favours the honest half in one world favours the
 * planted half in the mirrored world. Then a visit is of a planted habit as often as planted readers are among the seen ones.
 */
import type { Prng } from '#types/domain/prng.ts'
import {
  crowdSizes,
  habitOf,
  madeUpHabit,
  unitOf,
  type Habit,
  type ReadTrace,
} from '#worker/systems/hosting/protocol/read-habits.ts'

/** The largest share of a crowd in the number of seen readers. A crowd always weighs as much as one reader may. */
export const MOST_SHARE = 1 / 32
/** The share of the auditor's prior in all weight, at least. */
export const PRIOR_SHARE = 1 / 8
/** The prior weighs as much as this many seen readers, at least: so it prevails where all seen readers are one crowd. */
export const PRIOR_READERS = 4
/** All run lengths of a copy are multiplied by one secret factor between exp(-BLUR) and exp(BLUR). */
const BLUR = 1 / 8

/** The readers that one audit imitates. */
export interface Imitation {
  /** The next reader to imitate. No seen reader comes twice before all have come. */
  next(): Habit
}

/** Something to imitate, and its weight. Without a habit it is the prior. */
interface Choice {
  readonly habit?: Habit
  readonly weight: number
}

/**
 * The weight of each seen reader, from 0 to 1. All readers that are alike to one of them weigh at most
 * max(1, `MOST_SHARE` x all) together where they are alike to each other.
 */
export function weightsOf(habits: readonly Habit[]): readonly number[] {
  const most = Math.max(1, MOST_SHARE * habits.length)
  return crowdSizes(habits).map((size) => Math.min(1, most / size))
}

/** The weight of the prior beside seen readers of that weight. */
export const priorWeight = (seen: number): number => Math.max(PRIOR_READERS, (seen * PRIOR_SHARE) / (1 - PRIOR_SHARE))

/** The imitation of seen readers, by the secret numbers of one audit. The same `prng` gives the same one. */
export function createImitation(prng: Prng, seen: readonly ReadTrace[]): Imitation {
  const habits = seen.map(habitOf).filter((habit) => habit !== undefined)
  const weights = weightsOf(habits)
  const prior: Choice = { weight: priorWeight(weights.reduce((sum, weight) => sum + weight, 0)) }
  // Exponential factors of mean 1: on average over auditors each reader keeps its weight.
  const readers = habits.map((habit, place) => ({ habit, weight: weights[place]! * -Math.log(unitOf(prng)) }))
  let left: readonly Choice[] = readers
  return {
    next() {
      const choice = drawn(prng, [...left, prior])
      if (!choice.habit) return madeUpHabit(prng)
      left = left.length > 1 ? left.filter((other) => other !== choice) : readers
      return blurred(prng, choice.habit)
    },
  }
}

function drawn(prng: Prng, choices: readonly Choice[]): Choice {
  const sum = choices.reduce((total, { weight }) => total + weight, 0)
  let way = sum * unitOf(prng)
  return choices.find(({ weight }) => (way -= weight) <= 0) ?? choices.at(-1)!
}

/**
 * The habit with other run lengths, and with a last run up to twice as long. A trace ends at the last chunk that its
 * reader got, perhaps because the hoster refused more. A copy of only that would never request a refused chunk.
 */
function blurred(prng: Prng, { depth, runs }: Habit): Habit {
  const factor = Math.exp((2 * unitOf(prng) - 1) * BLUR)
  const last = runs.at(-1)!
  const longer = [...runs.slice(0, -1), { ...last, length: last.length + prng.below(last.length + 1) }]
  return {
    depth,
    runs: longer.map(({ length, pauseMs }) => ({ length: rounded(prng, length * factor), pauseMs })),
  }
}

/** A whole number beside `value`, 1 or more, which is `value` on average. */
const rounded = (prng: Prng, value: number): number => Math.max(1, Math.floor(value + 1 - unitOf(prng)))
