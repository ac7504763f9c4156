/**
 * What the arithmetic of committees costs, in picoseconds of the reference machine.
 *
 * Owns: these figures. They are of noble, the slower library: the time measured on a development machine, times 2.5. With this factor a
 * block of such calls takes no longer than six times a block of transfers, which is what all calls of the runtime keep to.
 */
import { MOST_POINTS } from '#types/domain/committee/committee.ts'
import { countedOf } from '#types/domain/threshold/ceremony.ts'
import type { Ceremony, Dealing } from '#types/domain/threshold/ceremony-types.ts'
import { refTime } from '../../frame/weights.ts'

const MS = 1_000_000_000n

/** A proof in ristretto255, and the hash of a context. */
export const JOIN = 8n * MS
/** Two proofs, and the dealer's point of the standing key. */
const DEAL = 30n * MS
/** A point of a dealing: decoded, and found to be in the subgroup. */
const DEALT_POINT = 6n * MS
export const dealWeight = ({ points }: Dealing): bigint => DEAL + DEALT_POINT * BigInt(points.length)
/** A proof of two points, and the value of a polynomial of the most coefficients. */
export const DISPUTE = 100n * MS
/** A pairing, and the value of a polynomial of the most coefficients. */
export const CONFIRM = 150n * MS
/** A point that is added to the next key: decoded, and weighted in a resharing. */
const AGGREGATED_POINT = 6n * MS
/** The next key of the most commitments. */
export const AGGREGATE_MOST = AGGREGATED_POINT * BigInt(MOST_POINTS)
/** The next key of this ceremony. */
export const aggregateWeight = (ceremony: Ceremony): bigint =>
  AGGREGATED_POINT * BigInt(countedOf(ceremony).length * ceremony.terms.qNew)
/** A signature's pairing, in validation and in the call. */
export const SIGN = 100n * MS

/** To read the largest ceremony and to write it, and to end it. */
export const WORD = refTime(12n * MS, 30n, 50n)
/** To open a ceremony of the largest group, or to forget it. */
export const MEMBERSHIP = refTime(8n * MS, 50n, 60n)
