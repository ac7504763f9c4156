/**
 * BLAKE3, synchronous, in JavaScript, which is fast enough for hashing the metadata once.
 *
 * Owns: the hash.
 * Source: BLAKE3 specification; RFC-78 uses it for metadata.
 */
import { blake3 as hash } from '@noble/hashes/blake3.js'

/** BLAKE3, 32 bytes. */
export const blake3 = (data: Uint8Array): Uint8Array => hash(data)
