/**
 * Hashes of threshold ceremonies: every part with its length before it, and a tag of its own for every use.
 *
 * Owns: how parts become one input. Does not own: which parts bind a word to one ceremony (dealing.ts).
 * Lengths are written because Fiat-Shamir inputs without them are ambiguous, which broke deployed threshold signers (TSSHOCK, 2023).
 */
import { createHash, createHmac, hkdfSync } from 'node:crypto'
import { concatBytes, u32le, utf8 } from '../../bytes.ts'
import { blake2b256 } from '../../crypto/hash.ts'
import { reducedScalar, scalarBytes } from './group.ts'

/** One input of all parts, each after its length in four bytes, little endian. */
const framed = (tag: string, parts: readonly Uint8Array[]): Uint8Array =>
  concatBytes(...[utf8(tag), ...parts].flatMap((part) => [u32le(part.length), part]))

/** 32 bytes: BLAKE2b-256. */
export const hash32 = (tag: string, ...parts: readonly Uint8Array[]): Uint8Array => blake2b256(framed(tag, parts))

/** 64 bytes: SHA-512, from which scalars and pads are taken. */
export const hash64 = (tag: string, ...parts: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(createHash('sha512').update(framed(tag, parts)).digest())

/**
 * A scalar that only the owner of `secret` can make, the same for the same parts: nonces of proofs. With a nonce of its own for each
 * challenge nobody learns the secret, and a restarted worker makes the very same proof.
 */
export function secretScalar(
  group: { readonly order: bigint },
  secret: bigint,
  tag: string,
  ...parts: readonly Uint8Array[]
): bigint {
  const keyed = createHmac('sha512', scalarBytes(secret)).update(framed(tag, parts)).digest()
  return reducedScalar(group, new Uint8Array(keyed))
}

/** Uniform bytes from which a scalar is reduced. */
const WIDE_BYTES = 64

/** 64 bytes that follow from a seed, for one use in one context, by HKDF (RFC 5869). */
export const expandSeed = (seed: Uint8Array, context: Uint8Array, use: string, index: number): Uint8Array =>
  new Uint8Array(hkdfSync('sha512', seed, context, concatBytes(utf8(use), u32le(index)), WIDE_BYTES))
