/**
 * SHA-256, synchronous, by OpenSSL.
 *
 * Owns: the hash over several parts. Does not own: the hashes of Substrate and Hypercore (hash.ts).
 * Source: FIPS 180-4.
 */
import { createHash } from 'node:crypto'

/** SHA-256 of the concatenation of the parts, 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hasher = createHash('sha256')
  for (const part of parts) hasher.update(part)
  return hasher.digest()
}
