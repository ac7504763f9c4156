/**
 * Reputation of a worker in a role: a beta reputation in integers.
 *
 * Owns: the change that an outcome makes. Does not own: which outcomes count (the pallets).
 * a' = 0.95 a + (1+v)/2, b' = 0.95 b + (1-v)/2, R = a / (a+b), after Storj's audit score; all in millionths.
 */
import { struct } from '../scale/compound.ts'
import type { ValueOf } from '../scale/codec.ts'
import { u32 } from '../scale/primitives.ts'

/** One, in millionths. */
export const ONE = 1_000_000

export const Reputation = struct(
  { goodPpm: u32, badPpm: u32 },
  {
    path: ['assay_primitives', 'Reputation'],
    docs: ['Weights of good and bad deeds. The reputation is the part of the good ones.'],
  },
)
export type Reputation = ValueOf<typeof Reputation>

/**
 * A newcomer: R = 0.3. A worker whose name is worse than that is close to the floor. So nobody gains much by leaving a bad name behind.
 */
export const NEWCOMER: Reputation = { goodPpm: 1.5 * ONE, badPpm: 3.5 * ONE }
/** From here on a worker counts as proven in draws. Millionths. A newcomer is there after four successes. */
export const PROVEN = 600_000
/** A draw does not select a worker below this. Millionths. */
export const SELECTION_FLOOR = 200_000
/**
 * The least weight of an eligible worker in a draw, in millionths, so that newcomers and unlucky workers have a chance.
 */
export const LEAST_WEIGHT = 50_000

const MEMORY_PERCENT = 95
const MALICE_WEIGHT = 5 * ONE

/** R in millionths. */
export const score = ({ goodPpm, badPpm }: Reputation): number =>
  goodPpm + badPpm === 0 ? 0 : Math.floor((goodPpm * ONE) / (goodPpm + badPpm))

/** A kind of outcome. `malice` is a provable lie and weighs five times a failure. */
export type Deed = 'success' | 'failure' | 'malice'

/** The one of two reputations with the lower score. */
export const worse = (a: Reputation, b: Reputation): Reputation => (score(b) < score(a) ? b : a)

/** The reputation after one more deed. Never overflows: the sum tends to at most 20 plus the malice weight. */
export function rate({ goodPpm, badPpm }: Reputation, deed: Deed): Reputation {
  const fade = (weight: number): number => Math.floor((weight * MEMORY_PERCENT) / 100)
  return {
    goodPpm: fade(goodPpm) + (deed === 'success' ? ONE : 0),
    badPpm: fade(badPpm) + (deed === 'failure' ? ONE : deed === 'malice' ? MALICE_WEIGHT : 0),
  }
}
