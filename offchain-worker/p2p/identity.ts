/**
 * Noise identities: the ed25519 key pairs by which Hyperswarm and the chain know a peer.
 *
 * Owns: deriving them and signing with them. Does not own: the account keys of the chain.
 * HyperDHT's Noise keys are plain ed25519 pairs (Noise_IK on Ed25519 points). So a signature made here is an ordinary
 * RFC 8032 signature, and anybody can verify it with the public key on chain.
 */
import HyperDHT from 'hyperdht'
import crypto from 'hypercore-crypto'
import { AssayError } from '#types/errors.ts'

/** Bytes of a seed. */
const NOISE_SEED_BYTES = 32

/** An ed25519 pair in libsodium's form: 32 bytes public, 64 bytes secret (seed, then public key). */
export interface NoiseKeyPair {
  readonly publicKey: Uint8Array
  readonly secretKey: Uint8Array
}

/**
 * The pair of a seed of 32 bytes: always the same. For a single-use key, give it fresh random bytes.
 * @throws AssayError `BAD_SEED`
 */
export function noiseKeyPair(seed: Uint8Array): NoiseKeyPair {
  if (seed.length !== NOISE_SEED_BYTES) {
    throw new AssayError('BAD_SEED', `expected a seed of ${NOISE_SEED_BYTES} bytes, got ${seed.length} bytes`)
  }
  return HyperDHT.keyPair(seed)
}

/**
 * ed25519 signature, 64 bytes, over the message itself. For a proof of possession the message must contain genesis and
 * account.
 */
export function signWithNoiseKey(keyPair: NoiseKeyPair, message: Uint8Array): Uint8Array {
  return new Uint8Array(crypto.sign(message, keyPair.secretKey))
}

/** The same pair in the form of Holepunch's modules: Buffers over the same memory. */
export const asBufferKeyPair = (keyPair: NoiseKeyPair): { publicKey: Buffer; secretKey: Buffer } => ({
  publicKey: asBuffer(keyPair.publicKey),
  secretKey: asBuffer(keyPair.secretKey),
})

/** A Buffer over the same memory. */
export const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** A plain copy that shares no memory. Holepunch's buffers are views into larger slabs. */
export const copyOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes)

/** Lower-case hex without a prefix: the key of maps over public keys. */
export const keyName = (bytes: Uint8Array): string => asBuffer(bytes).toString('hex')
