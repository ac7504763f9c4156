/**
 * BLS signatures on BLS12-381, with public keys in G1 and signatures in G2, and their shares.
 *
 * Owns: signing with a key or a share, checking, and combining shares. Does not own: who holds shares.
 * A share of a key signs as a key does; shares of q members of one polynomial, weighted, are the key's signature.
 * Source: draft-irtf-cfrg-bls-signature-05, proof-of-possession scheme (section 4.2.3); Boldyreva 2003 for shares.
 */
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { AssayError } from '../errors.ts'
import { concatBytes, equalBytes, toHex, u32le, utf8 } from '../bytes.ts'
import { blake2b256 } from './hash.ts'

/** Bytes of an encoded signature, or of a share of one. */
export const BLS_SIGNATURE_BYTES = 96
/** Bytes of an encoded public key. */
export const BLS_KEY_BYTES = 48
const DOMAIN = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_'

const hashed = (message: Uint8Array) => bls12_381.longSignatures.hash(message, utf8(DOMAIN))

/** A signature over any bytes, by a secret key or share of 32 bytes, big endian. */
export const blsSign = (secret: Uint8Array, message: Uint8Array): Uint8Array =>
  bls12_381.longSignatures.sign(hashed(message), secret).toBytes()

function decodeSignature(bytes: Uint8Array) {
  if (bytes.length !== BLS_SIGNATURE_BYTES) return undefined
  try {
    const point = bls12_381.G2.Point.fromBytes(bytes)
    return point.is0() || !equalBytes(point.toBytes(), bytes) ? undefined : point
  } catch {
    return undefined
  }
}

/** Whether the secret key behind `publicKey` signed these bytes. Malformed input gives false, never an exception. */
export function checkBlsSignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const point = decodeSignature(signature)
  if (point === undefined || publicKey.length !== BLS_KEY_BYTES) return false
  try {
    return bls12_381.longSignatures.verify(point, hashed(message), publicKey)
  } catch {
    return false
  }
}

/** Hashes of signatures that were found right, the latest last. */
const known = new Set<string>()
const MOST_KNOWN = 256

/**
 * As {@link checkBlsSignature}, but a signature that was found right a short while ago is not checked again: a transaction's signature
 * is checked by the pool, by validation in the block, and by its call.
 */
export function checkBlsSignatureOnce(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const lengths = [publicKey, message].map(({ length }) => u32le(length))
  const name = toHex(blake2b256(concatBytes(...lengths, publicKey, message, signature)))
  if (known.has(name)) return true
  if (!checkBlsSignature(publicKey, message, signature)) return false
  known.add(name)
  if (known.size > MOST_KNOWN) known.delete(known.values().next().value!)
  return true
}

/**
 * The weighted sum of signatures: the key's signature, where the weights are those of its shares at zero.
 * @throws AssayError `BAD_SIGNATURE_SHARE` for bytes that are no point of the group
 */
export function combineBlsShares(shares: readonly Uint8Array[], weights: readonly bigint[]): Uint8Array {
  const points = shares.map((share, i) => {
    const point = decodeSignature(share)
    if (point === undefined)
      throw new AssayError('BAD_SIGNATURE_SHARE', `expected a point of G2 as signature share ${i}, got other bytes`)
    return point
  })
  const sum = points.reduce((total, point, i) => total.add(point.multiplyUnsafe(weights[i]!)), bls12_381.G2.Point.ZERO)
  return sum.toBytes()
}
