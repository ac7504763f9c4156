/**
 * Feldman's verifiable secret sharing, in any group of prime order.
 *
 * Owns: polynomials over the scalars, their commitments, shares and what q shares give. Does not own: who deals, and what happens to a
 * dealer that lies (the ceremony).
 *
 * A polynomial f of degree q-1 is committed to by F = (f_0 G, …, f_{q-1} G). Participant j's share is f(j), and F(j) = f(j) G checks it.
 * Any q shares give f(0); q-1 say nothing about it.
 * Source: Feldman 1987; Pedersen 1991 (the sum of dealings); Herzberg et al. 1995 (refresh); Desmedt and Jajodia 1997 (resharing).
 */
import { AssayError } from '../../errors.ts'
import { inverse, modulo, type Group, type GroupPoint } from './group.ts'

/** Ids of participants are numbers from 1 to this. The chain gives them, and never one twice. */
export const MAX_ID = 65_535

/** f(id), for coefficients from the constant one on. */
export function evaluate(group: { readonly order: bigint }, coefficients: readonly bigint[], id: number): bigint {
  const at = BigInt(id)
  return coefficients.reduceRight((value, coefficient) => modulo(group, value * at + coefficient), 0n)
}

/** The commitments to coefficients. A coefficient of 0 has the identity, which no encoding accepts. */
export function commitmentsTo<P extends GroupPoint<P>>(group: Group<P>, coefficients: readonly bigint[]): P[] {
  return coefficients.map((coefficient) => (coefficient === 0n ? group.zero : group.base.multiply(coefficient)))
}

/** F(id): what the share of `id` times the base is. */
export function evaluateCommitments<P extends GroupPoint<P>>(group: Group<P>, points: readonly P[], id: number): P {
  const at = BigInt(id)
  return points.reduceRight((value, point) => value.multiplyUnsafe(at).add(point), group.zero)
}

/** Whether this is the share of `id` in the polynomial behind the commitments. A share of 0 is one, where F(id) is the identity. */
export function isShareOf<P extends GroupPoint<P>>(
  group: Group<P>,
  points: readonly P[],
  id: number,
  share: bigint,
): boolean {
  if (share < 0n || share >= group.order) return false
  const own = share === 0n ? group.zero : group.base.multiply(share)
  return own.equals(evaluateCommitments(group, points, id))
}

/**
 * The weight of each id's share in f(0), in the order of `ids`.
 * @throws AssayError `BAD_IDS` unless they are distinct numbers from 1 to MAX_ID
 */
export function weightsAtZero(group: { readonly order: bigint }, ids: readonly number[]): bigint[] {
  const isBad = ids.some((id) => !Number.isInteger(id) || id < 1 || id > MAX_ID)
  if (isBad || new Set(ids).size !== ids.length || ids.length === 0)
    throw new AssayError('BAD_IDS', `expected distinct ids from 1 to ${MAX_ID}, got ${ids.join(', ') || 'none'}`)
  return ids.map((id) => {
    let [above, below] = [1n, 1n]
    for (const other of ids) {
      if (other === id) continue
      above = modulo(group, above * BigInt(other))
      below = modulo(group, below * BigInt(other - id))
    }
    return modulo(group, above * inverse(group, below))
  })
}

/** The weighted sum of commitments, coefficient by coefficient. All vectors have `length` points. */
export function weightedSum<P extends GroupPoint<P>>(
  group: Group<P>,
  vectors: readonly (readonly P[])[],
  weights: readonly bigint[],
  length: number,
): P[] {
  return Array.from({ length }, (_, k) =>
    vectors.reduce((sum, points, i) => sum.add(points[k]!.multiplyUnsafe(weights[i]!)), group.zero),
  )
}

/** The sum of commitments, coefficient by coefficient. */
export const sumOf = <P extends GroupPoint<P>>(
  group: Group<P>,
  vectors: readonly (readonly P[])[],
  length: number,
): P[] => Array.from({ length }, (_, k) => vectors.reduce((sum, points) => sum.add(points[k]!), group.zero))

/** f(0) from shares by id: right only where at least q shares are of one polynomial. Bytes of a key pass through here in tests only. */
export function interpolate(group: { readonly order: bigint }, shares: ReadonlyMap<number, bigint>): bigint {
  const weights = weightsAtZero(group, [...shares.keys()])
  return [...shares.values()].reduce((sum, share, i) => modulo(group, sum + share * weights[i]!), 0n)
}
