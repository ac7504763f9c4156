/**
 * Proofs that somebody knows a secret scalar, and that two points hide the same one. They tell nothing else.
 *
 * Owns: making and checking both, non-interactively. Does not own: which points a ceremony wants proven.
 * A proof is the challenge and the answer, 32 bytes each, big endian.
 * Source: Schnorr 1991; Chaum and Pedersen 1992; Fiat and Shamir 1986.
 */
import { concatBytes, equalBytes } from '../../bytes.ts'
import { decodeScalar, modulo, reducedScalar, SCALAR_BYTES, scalarBytes, type Group, type GroupPoint } from './group.ts'
import { hash64, secretScalar } from './transcript.ts'

/** Bytes of a proof of either kind. */
export const PROOF_BYTES = 2 * SCALAR_BYTES

/** What a proof is bound to: the tag of its use, and the context and ids that it is good for. */
export interface Binding {
  readonly tag: string
  readonly parts: readonly Uint8Array[]
}

const challenge = (group: { readonly order: bigint }, { tag, parts }: Binding, points: readonly Uint8Array[]): bigint =>
  reducedScalar(group, hash64(tag, ...parts, ...points))

/** Bases with, for each, the secret times that base. */
interface Statement<P> {
  readonly bases: readonly P[]
  readonly images: readonly P[]
}

const encoded = <P extends GroupPoint<P>>({ bases, images }: Statement<P>): Uint8Array[] =>
  [...bases, ...images].map((point) => point.toBytes())

function prove<P extends GroupPoint<P>>(
  group: Group<P>,
  binding: Binding,
  statement: Statement<P>,
  secret: bigint,
): Uint8Array {
  const points = encoded(statement)
  const nonce = secretScalar(group, secret, `${binding.tag}/nonce`, ...binding.parts, ...points)
  const nonces = statement.bases.map((base) => base.multiply(nonce).toBytes())
  const c = challenge(group, binding, [...points, ...nonces])
  return concatBytes(scalarBytes(c), scalarBytes(modulo(group, nonce + c * secret)))
}

function check<P extends GroupPoint<P>>(
  group: Group<P>,
  binding: Binding,
  statement: Statement<P>,
  proof: Uint8Array,
): boolean {
  if (proof.length !== PROOF_BYTES) return false
  const c = decodeScalar(group, proof.subarray(0, SCALAR_BYTES))
  const z = decodeScalar(group, proof.subarray(SCALAR_BYTES))
  if (c === undefined || z === undefined) return false
  const { bases, images } = statement
  const nonces = bases.map((base, i) => base.multiplyUnsafe(z).subtract(images[i]!.multiplyUnsafe(c)).toBytes())
  const again = challenge(group, binding, [...encoded(statement), ...nonces])
  return equalBytes(scalarBytes(again), scalarBytes(c))
}

/** Proves to know the secret of `secret * base`. The secret is not 0. */
export const provePossession = <P extends GroupPoint<P>>(
  group: Group<P>,
  binding: Binding,
  secret: bigint,
): Uint8Array => prove(group, binding, { bases: [group.base], images: [group.base.multiply(secret)] }, secret)

/** Whether the maker of the proof knew the secret behind `point`, and meant this binding. */
export const checkPossession = <P extends GroupPoint<P>>(
  group: Group<P>,
  binding: Binding,
  point: P,
  proof: Uint8Array,
): boolean => check(group, binding, { bases: [group.base], images: [point] }, proof)

/** Proves that `secret` takes the group's base to one point and `other` to another, which both follow from the secret. */
export const proveSameSecret = <P extends GroupPoint<P>>(
  group: Group<P>,
  binding: Binding,
  other: P,
  secret: bigint,
): Uint8Array => {
  const bases = [group.base, other]
  return prove(group, binding, { bases, images: bases.map((base) => base.multiply(secret)) }, secret)
}

/** Whether one secret takes the group's base to `key` and `other` to `image`. */
export const checkSameSecret = <P extends GroupPoint<P>>(
  group: Group<P>,
  binding: Binding,
  { other, key, image }: { readonly other: P; readonly key: P; readonly image: P },
  proof: Uint8Array,
): boolean => check(group, binding, { bases: [group.base, other], images: [key, image] }, proof)
