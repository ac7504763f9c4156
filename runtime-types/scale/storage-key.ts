/**
 * Storage keys: prefixes of pallet and item, and the hashers of map keys.
 *
 * Owns: key layout, both writing and reading. Does not own: the trie.
 * Source: frame-support storage (generator/*.rs) and hash.rs.
 */
import { concatBytes, utf8 } from '../bytes.ts'
import { blake2b128, blake2b256, twox128, twox256, twox64 } from '../crypto/hash.ts'
import type { Codec, Reader } from './codec.ts'
import type { StorageHasherName } from './metadata-v14.ts'

/** Makes a part of the storage key from a map key's encoding. */
export interface StorageHasher {
  /** The name in metadata. */
  readonly name: StorageHasherName
  /** The part of the storage key for the encoded map key. */
  encode(key: Uint8Array): Uint8Array
  /** Bytes of hash before the key itself; undefined if the storage key does not contain the key. */
  readonly hashBytes: number | undefined
}

/** The key unchanged. For keys that nobody can choose. */
export const Identity: StorageHasher = { name: 'Identity', encode: (key) => key, hashBytes: 0 }
/** xxHash-64, then the key. For keys that an attacker cannot choose freely. */
export const Twox64Concat: StorageHasher = {
  name: 'Twox64Concat',
  encode: (key) => concatBytes(twox64(key), key),
  hashBytes: 8,
}
/** BLAKE2b-128, then the key. For keys that anybody may choose. */
export const Blake2_128Concat: StorageHasher = {
  name: 'Blake2_128Concat',
  encode: (key) => concatBytes(blake2b128(key), key),
  hashBytes: 16,
}
export const Blake2_128: StorageHasher = { name: 'Blake2_128', encode: blake2b128, hashBytes: undefined }
export const Blake2_256: StorageHasher = { name: 'Blake2_256', encode: blake2b256, hashBytes: undefined }
export const Twox128: StorageHasher = { name: 'Twox128', encode: twox128, hashBytes: undefined }
export const Twox256: StorageHasher = { name: 'Twox256', encode: twox256, hashBytes: undefined }

const prefixes = new Map<string, Uint8Array>()

/**
 * `twox128(pallet) ++ twox128(item)`: 32 bytes, the whole key of a plain value and the prefix of a map. Do not write
 * into it.
 */
export function storagePrefix(pallet: string, item: string): Uint8Array {
  const name = `${pallet} ${item}`
  let prefix = prefixes.get(name)
  if (!prefix) {
    prefix = concatBytes(twox128(utf8(pallet)), twox128(utf8(item)))
    prefixes.set(name, prefix)
  }
  return prefix
}

/** One key of a map entry: its encoding and its hasher. */
export type KeyPart = readonly [hasher: StorageHasher, encodedKey: Uint8Array]

/**
 * The storage key of the map entry with these keys. With fewer keys than the map has: the prefix of all entries that
 * share them.
 */
export const storageKey = (prefix: Uint8Array, parts: readonly KeyPart[]): Uint8Array =>
  concatBytes(prefix, ...parts.map(([hasher, key]) => hasher.encode(key)))

/**
 * Reads the next key of a map entry from a storage key. It does not check the hash before the key, because the state is
 * our own. Undefined if the hasher keeps no key; then no further key can be read.
 */
export function readStorageKeyPart<T>(hasher: StorageHasher, codec: Codec<T>, from: Reader): T | undefined {
  if (hasher.hashBytes === undefined) return undefined
  from.advance(hasher.hashBytes, hasher.name)
  return codec.read(from)
}
