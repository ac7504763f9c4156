/**
 * What the arithmetic of committees costs, in picoseconds of the reference machine.
 *
 * Owns: these figures, measured with noble, the slower library, and rounded up.
 */
import { MOST_MEMBERS } from '#types/domain/committee/committee.ts'
import { countedOf } from '#types/domain/threshold/ceremony.ts'
import type { Ceremony, Dealing } from '#types/domain/threshold/ceremony-types.ts'
import { refTime } from '../../frame/weights.ts'

const MS = 1_000_000_000n

/** A proof in ristretto255, and the hash of a context. */
export const JOIN = 6n * MS
/** Two proofs, and the dealer's point of the standing key. */
const DEAL = 18n * MS
/** A point of a dealing: decoded, and found to be in the subgroup. */
const DEALT_POINT = 3n * MS
export const dealWeight = ({ points }: Dealing): bigint => DEAL + DEALT_POINT * BigInt(points.length)
/** A proof of two points, and the value of a polynomial of the most coefficients. */
export const DISPUTE = 60n * MS
/** A pairing, and the value of a polynomial of the most coefficients. */
export const CONFIRM = 90n * MS
/** A point that is added to the next key: decoded, and weighted in a resharing. */
const AGGREGATED_POINT = 3n * MS
/** The next key of the largest group. */
export const AGGREGATE_MOST = AGGREGATED_POINT * BigInt(MOST_MEMBERS * MOST_MEMBERS)
/** The next key of this ceremony. */
export const aggregateWeight = (ceremony: Ceremony): bigint =>
  AGGREGATED_POINT * BigInt(countedOf(ceremony).length * ceremony.terms.qNew)
/** A signature's pairing, in validation and in the call. */
export const SIGN = 70n * MS

/** To read the largest ceremony and to write it, and to end it. */
export const WORD = refTime(12n * MS, 30n, 50n)
/** To open a ceremony of the largest group, or to forget it. */
export const MEMBERSHIP = refTime(8n * MS, 50n, 60n)
