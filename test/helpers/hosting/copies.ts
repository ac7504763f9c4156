/**
 * Copies for tests: an encoder's key that is the same in every run, and segments made with it.
 *
 * Owns: the key, from primes that anyone can find again, and encoding blocks into a segment. Does not own: a real
 * encoder, which makes a new key for each copy.
 */
import { checkPrimeSync, createHash, createPrivateKey, type KeyObject } from 'node:crypto'
import { fromHex } from '#types/bytes.ts'
import { RSA_EXPONENT, rsaInvert } from '#types/crypto/rsa.ts'
import { encodeBlock } from '#types/domain/hosting/copy/block.ts'
import { blockKey, copyKey, type CopyIdentity } from '#types/domain/hosting/copy/keys.ts'
import { segmentBy, type MadeSegment } from '#worker/systems/hosting/simulation/market/paper-copies.ts'

const E = BigInt(RSA_EXPONENT)
const BYTES = 128
const ENCODER = new Uint8Array(32).fill(0x33)

/** The first prime from the hash of a text on, with both top bits set. */
function prime(text: string): bigint {
  const hash = createHash('sha512').update(text).digest('hex')
  let x = BigInt(`0x${hash}`) | (3n << 510n) | 1n
  while ((x - 1n) % E === 0n || !checkPrimeSync(x)) x += 2n
  return x
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [r, next] = [modulus, value % modulus]
  let [t, nextT] = [0n, 1n]
  while (next !== 0n) {
    const quotient = r / next
    ;[r, next] = [next, r - quotient * next]
    ;[t, nextT] = [nextT, t - quotient * nextT]
  }
  return ((t % modulus) + modulus) % modulus
}

const bytesOf = (value: bigint, length: number): Uint8Array =>
  fromHex(`0x${value.toString(16).padStart(2 * length, '0')}`)

/** An encoder's key. */
export interface TestKey {
  /** 1,024 bits, big endian. */
  readonly modulus: Uint8Array
  readonly secret: KeyObject
}

/** A key of 1,024 bits whose primes follow from a name. The vectors have the name `key`. */
export function testKey(name = 'key'): TestKey {
  const p = prime(`assay test ${name} p`)
  const q = prime(`assay test ${name} q`)
  const d = inverse(E, (p - 1n) * (q - 1n))
  const text = (value: bigint, length: number): string => Buffer.from(bytesOf(value, length)).toString('base64url')
  const half = BYTES / 2
  const jwk = {
    kty: 'RSA',
    n: text(p * q, BYTES),
    e: 'AQAB',
    d: text(d, BYTES),
    p: text(p, half),
    q: text(q, half),
    dp: text(d % (p - 1n), half),
    dq: text(d % (q - 1n), half),
    qi: text(inverse(q, p), half),
  }
  return { modulus: bytesOf(p * q, BYTES), secret: createPrivateKey({ format: 'jwk', key: jwk }) }
}

/** Of the vectors. */
export const testIdentity = (modulus: Uint8Array): CopyIdentity => ({
  genesis: new Uint8Array(32).fill(0x22),
  feed: new Uint8Array(32).fill(0x11),
  copy: 1n,
  generation: 0,
  modulus,
})

export type TestSegment = MadeSegment

/** Encodes one block of a copy as its encoder does. */
export const encoding = (plain: Uint8Array, index: number, identity: CopyIdentity, { secret }: TestKey): Uint8Array =>
  encodeBlock(plain, blockKey(copyKey(identity), index), identity.modulus.length, (piece) => rsaInvert(secret, piece))

/** A segment over encoded blocks, whatever they are. @param from index of the first one */
export const segmentOf = (from: number, encoded: readonly Uint8Array[], modulus: Uint8Array): TestSegment =>
  segmentBy(ENCODER, from, encoded, modulus)
