/**
 * RSA as a trapdoor permutation, without padding: everybody can apply it, only the owner of the private key can invert it.
 *
 * Owns: the moduli that are accepted, and both directions. Does not own: what is permuted.
 *
 * Nothing here encrypts or signs. Unpadded RSA does neither safely.
 * Source: RFC 8017, sections 5.1.1 and 5.1.2 (RSAEP and RSADP).
 */
import { constants, createPublicKey, privateEncrypt, publicDecrypt, type KeyObject } from 'node:crypto'
import { compareBytes } from '../bytes.ts'

/** The public exponent of every key. Smaller ones let a hoster find a part of a leaf from the rest of it. */
export const RSA_EXPONENT = 65_537
const EXPONENT_BASE64 = 'AQAB'
/** 1,024 to 4,096 bits. */
const MIN_BYTES = 128
const MAX_BYTES = 512

/** The public direction of one key. */
export interface RsaPublic {
  /** Bytes of the modulus, and of every number that is permuted: 256 for 2,048 bits. */
  readonly bytes: number
  /** `z^e mod N`, as many bytes as the modulus has; `undefined` unless `z` has that length and is less than the modulus. */
  apply(z: Uint8Array): Uint8Array | undefined
}

/** Why these bytes are no modulus of `bytes` bytes, in a word; `undefined` if they are one. Big endian. */
export function badModulus(modulus: Uint8Array, bytes: number): 'length' | 'short' | 'even' | undefined {
  if (modulus.length !== bytes || bytes < MIN_BYTES || bytes > MAX_BYTES) return 'length'
  if (modulus[0]! < 0x80) return 'short'
  return modulus.at(-1)! % 2 === 0 ? 'even' : undefined
}

/** The public direction for a modulus that `badModulus` accepts. */
export function rsaPublic(modulus: Uint8Array): RsaPublic {
  const n = Buffer.from(modulus).toString('base64url')
  const key = createPublicKey({ format: 'jwk', key: { kty: 'RSA', n, e: EXPONENT_BASE64 } })
  return {
    bytes: modulus.length,
    apply(z) {
      // OpenSSL takes numbers of fewer bytes too, which would be a second encoding of the same number.
      if (z.length !== modulus.length || compareBytes(z, modulus) >= 0) return undefined
      return publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, z)
    },
  }
}

/** `y^d mod N`: the number that `apply` takes to `y`. As many bytes as the modulus has; `y` must be less than the modulus. */
export const rsaInvert = (key: KeyObject, y: Uint8Array): Uint8Array =>
  privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, y)
