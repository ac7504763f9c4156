/**
 * The key of the next epoch, from the dealings that count.
 *
 * Owns: its commitments, a member's share of it, and the proof of that share. Does not own: which dealings count (ceremony.ts).
 *
 * Create: the sum of all polynomials. Refresh: the standing key and polynomials with constant 0. Reshare: dealers hand on their standing
 * shares, weighted so that the constant stays the key; the weights follow from the dealers that count, so a lost dealer costs nobody
 * else its dealing. Source: Herzberg et al. 1995; Desmedt and Jajodia 1997.
 */
import { concatBytes, u32le, utf8 } from '../../bytes.ts'
import { blsSign, checkBlsSignature } from '../../crypto/bls.ts'
import type { CeremonyTerms, Dealing } from './ceremony-types.ts'
import { fullPoints, keyHash, standingPoints } from './dealing.ts'
import { evaluateCommitments, sumOf, weightedSum, weightsAtZero } from './feldman.ts'
import { curveOf, modulo, scalarBytes, type CurvePoint } from './group.ts'
import { checkPossession, provePossession, type Binding } from './proofs.ts'
import { hash32 } from './transcript.ts'

/** A dealing that counts. */
export interface Counted {
  readonly dealer: number
  readonly dealing: Dealing
}

/**
 * The commitments of the next epoch, encoded. `undefined` where the key or the last coefficient would be the identity: fewer than q
 * shares, or none, would then give the key.
 */
export function nextKey(terms: CeremonyTerms, counted: readonly Counted[]): Uint8Array[] | undefined {
  const curve = curveOf(terms.curve)
  const vectors = counted.map(({ dealing }) => fullPoints(terms, dealing))
  const points = sumUp(terms, counted, vectors)
  if (points.at(-1)!.is0() || points[0]!.is0()) return undefined
  if (terms.kind !== 'Create' && !points[0]!.equals(curve.parse(terms.standing[0]!))) return undefined
  return points.map((point) => point.toBytes())
}

function sumUp(terms: CeremonyTerms, counted: readonly Counted[], vectors: readonly CurvePoint[][]): CurvePoint[] {
  const [curve, length] = [curveOf(terms.curve), terms.qNew]
  if (terms.kind === 'Create') return sumOf(curve, vectors, length)
  if (terms.kind === 'Refresh') return sumOf(curve, [standingPoints(terms), ...vectors], length)
  return weightedSum(
    curve,
    vectors,
    weightsAtZero(
      curve,
      counted.map(({ dealer }) => dealer),
    ),
    length,
  )
}

/**
 * A member's share of the next epoch.
 * @param standing its standing share, in Refresh
 * @param owed the private shares that the counted dealers owe to it, in the order of `counted`
 */
export function nextShare(
  terms: CeremonyTerms,
  counted: readonly Counted[],
  owed: readonly bigint[],
  standing: bigint | undefined,
): bigint {
  const curve = curveOf(terms.curve)
  if (terms.kind !== 'Reshare') return owed.reduce((sum, share) => modulo(curve, sum + share), standing ?? 0n)
  const weights = weightsAtZero(
    curve,
    counted.map(({ dealer }) => dealer),
  )
  return owed.reduce((sum, share, i) => modulo(curve, sum + share * weights[i]!), 0n)
}

const memberPoint = (name: CeremonyTerms['curve'], key: readonly Uint8Array[], id: number): CurvePoint => {
  const curve = curveOf(name)
  return evaluateCommitments(
    curve,
    key.map((point) => curve.parse(point)),
    id,
  )
}

/** What a member names when it confirms: the dealings that it counted, and the key that follows from them. */
export const qualHashOf = (context: Uint8Array, qualified: readonly number[], key: readonly Uint8Array[]): Uint8Array =>
  hash32('assay-dkg/qual/1', context, ...qualified.map(u32le), keyHash(key))

/** The start of every message that a confirmation signs. Committees sign nothing else that begins so. */
export const CONFIRM_PREFIX: Uint8Array = utf8('assay-dkg/confirm/1')

const confirmMessage = (context: Uint8Array, key: readonly Uint8Array[]): Uint8Array =>
  concatBytes(CONFIRM_PREFIX, context, keyHash(key))

const confirmBinding = (context: Uint8Array, key: readonly Uint8Array[], id: number): Binding => ({
  tag: 'assay-dkg/confirm/1',
  parts: [context, keyHash(key), u32le(id)],
})

/** What a confirmation is about. */
export interface ConfirmFrame {
  readonly terms: CeremonyTerms
  readonly context: Uint8Array
  /** The commitments of the next epoch. */
  readonly key: readonly Uint8Array[]
  readonly id: number
}

/** A member's proof that it holds its share: on BLS12-381 a partial signature, as the committee will make them. The share is not 0. */
export function proveShare({ terms, context, key, id }: ConfirmFrame, share: bigint): Uint8Array {
  return terms.curve === 'Bls12381'
    ? blsSign(scalarBytes(share), confirmMessage(context, key))
    : provePossession(curveOf(terms.curve), confirmBinding(context, key, id), share)
}

/** Whether the member holds its share. */
export function checkShareProof({ terms, context, key, id }: ConfirmFrame, proof: Uint8Array): boolean {
  const own = memberPoint(terms.curve, key, id)
  if (own.is0()) return false
  return terms.curve === 'Bls12381'
    ? checkBlsSignature(own.toBytes(), confirmMessage(context, key), proof)
    : checkPossession(curveOf(terms.curve), confirmBinding(context, key, id), own, proof)
}
