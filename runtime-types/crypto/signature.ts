/**
 * Verification of the signatures that Substrate's runtime accepts.
 *
 * Owns: sr25519, ed25519 and ecdsa verification of untrusted input: malformed input gives false, never an exception.
 * Does not own: signing (suri.ts).
 * Like the runtime, it does not unwrap wrapped messages (`<Bytes>…</Bytes>`).
 * Source: sp-runtime lib.rs (MultiSignature::verify), sp-core sr25519.rs (context "substrate"), ed25519.rs, ecdsa.rs.
 * Deviation: OpenSSL verifies ed25519 by RFC 8032, sp-core by ZIP 215. They differ only for keys and points of small
 * order, and for encodings that no honest signer makes.
 */
import { createPublicKey, verify as verifyWithKey, type KeyObject } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { sr25519Verify, waitReady } from '@polkadot/wasm-crypto'
import { equalBytes } from '../bytes.ts'
import type { MultiSignature } from '../scale/multi-signature.ts'
import { blake2b256 } from './hash.ts'

await waitReady()

const KEY_BYTES = 32
const SIGNATURE_BYTES = 64
const RECOVERABLE_SIGNATURE_BYTES = 65

/** Parsed Ed25519 keys to keep: importing one costs as much as verifying with it. */
const MAX_CACHED_KEYS = 512
const cachedKeys = new Map<string, KeyObject>()

/** SubjectPublicKeyInfo of an Ed25519 key, up to the key itself (RFC 8410). */
const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

function ed25519Key(publicKey: Uint8Array): KeyObject {
  const id = Buffer.from(publicKey).toString('latin1')
  let key = cachedKeys.get(id)
  cachedKeys.delete(id)
  key ??= createPublicKey({ key: Buffer.concat([ED25519_SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' })
  cachedKeys.set(id, key)
  if (cachedKeys.size > MAX_CACHED_KEYS) {
    for (const oldest of cachedKeys.keys()) {
      cachedKeys.delete(oldest)
      break
    }
  }
  return key
}

/** Whether `signature` (64 bytes) over `message` is by the Ed25519 key `publicKey` (32 bytes), such as a Noise key. */
export function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES || publicKey.length !== KEY_BYTES) return false
  try {
    return verifyWithKey(null, message, ed25519Key(publicKey), signature)
  } catch {
    return false
  }
}

function verifySr25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES || publicKey.length !== KEY_BYTES) return false
  return sr25519Verify(signature, message, publicKey)
}

/** Recovery ids are 0 to 3 or, from Ethereum's tools, 27 to 30. sp-core accepts both. */
const recoveryId = (byte: number): number => (byte > 26 ? byte - 27 : byte)

/**
 * In JavaScript, although wasm-crypto is four times as fast. Its recovery traps on a signature that fits no key, and
 * each trap loses stack of the only WebAssembly instance. After some hundred traps the instance is dead.
 */
function verifyEcdsa(signature: Uint8Array, message: Uint8Array, account: Uint8Array): boolean {
  if (signature.length !== RECOVERABLE_SIGNATURE_BYTES) return false
  const recovery = recoveryId(signature[SIGNATURE_BYTES]!)
  if (recovery > 3) return false
  try {
    const recoverable = secp256k1.Signature.fromBytes(signature.subarray(0, SIGNATURE_BYTES), 'compact')
    const key = recoverable.addRecoveryBit(recovery).recoverPublicKey(blake2b256(message))
    return equalBytes(blake2b256(key.toBytes(true)), account)
  } catch {
    return false
  }
}

const verifiers = { Sr25519: verifySr25519, Ed25519: verifyEd25519, Ecdsa: verifyEcdsa } as const

/**
 * Whether `account` (32 bytes) made `signature` over `message`. The account is the public key for sr25519 and ed25519.
 * For ecdsa it is the BLAKE2b-256 of the compressed public key; that key signs the BLAKE2b-256 of the message.
 */
export const verify = (signature: MultiSignature, message: Uint8Array, account: Uint8Array): boolean =>
  verifiers[signature.tag](signature.value, message, account)
