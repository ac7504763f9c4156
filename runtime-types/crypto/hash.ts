/**
 * The hashes of Substrate and Hypercore, synchronous, on WebAssembly.
 *
 * Owns: BLAKE2b and xxHash over whole byte strings. Does not own: storage key layout.
 * The module compiles WebAssembly once, at import. Each call reuses one hasher, so no call may yield.
 * Source: sp-core hashing (substrate/primitives/crypto/hashing/src/lib.rs).
 */
import { createBLAKE2b } from 'hash-wasm'
import xxhash from 'xxhash-wasm'
import { concatBytes, u64le } from '../bytes.ts'

const [blake256, blake128, xx] = await Promise.all([createBLAKE2b(256), createBLAKE2b(128), xxhash()])

/** BLAKE2b, 32 bytes. */
export const blake2b256 = (data: Uint8Array): Uint8Array => blake256.init().update(data).digest('binary')

/**
 * Parts up to this total length are first copied together: each call into WebAssembly costs as much as hashing them.
 * Bytes.
 */
const SCRATCH_BYTES = 1_024
const scratch = new Uint8Array(SCRATCH_BYTES)

/** BLAKE2b, 32 bytes, over the concatenation of the parts. */
export function blake2b256Of(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  if (length > SCRATCH_BYTES) {
    const hasher = blake256.init()
    for (const part of parts) hasher.update(part)
    return hasher.digest('binary')
  }
  let at = 0
  for (const part of parts) {
    scratch.set(part, at)
    at += part.length
  }
  return blake2b256(scratch.subarray(0, length))
}

/** BLAKE2b, 16 bytes. */
export const blake2b128 = (data: Uint8Array): Uint8Array => blake128.init().update(data).digest('binary')

/** xxHash64 with seed 0, 8 bytes little endian. */
export const twox64 = (data: Uint8Array): Uint8Array => u64le(xx.h64Raw(data, 0n))

/** xxHash64 with seeds 0 and 1, 16 bytes: the hash of pallet and item names in storage keys. */
export const twox128 = (data: Uint8Array): Uint8Array =>
  concatBytes(u64le(xx.h64Raw(data, 0n)), u64le(xx.h64Raw(data, 1n)))

/** xxHash64 with seeds 0 to 3, 32 bytes. */
export const twox256 = (data: Uint8Array): Uint8Array =>
  concatBytes(twox128(data), u64le(xx.h64Raw(data, 2n)), u64le(xx.h64Raw(data, 3n)))
