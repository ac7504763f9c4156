/**
 * One block of a copy: from plain bytes to leaves that only the encoder can make and everybody can read.
 *
 * Owns: the layout of an encoded block, its encoding and its decoding. Does not own: the tree over the leaves.
 *
 * A block of L bytes becomes `u32 L | plain | zeros`, a multiple of the piece length. The keyed permutation runs over it
 * all. Each piece, with a zero byte before it, goes through the inverse of RSA and becomes a leaf. The permutations have
 * one result for each input, so a block has exactly one encoding under a key.
 */
import { u32le } from '../../../bytes.ts'
import type { RsaPublic } from '../../../crypto/rsa.ts'
import { permute, unpermute } from './permutation.ts'

/** Bytes of the length before the plain bytes. */
export const LENGTH_BYTES = 4

/** Plain bytes that a leaf carries: one byte less than the modulus, so that every piece is less than it. */
const pieceBytes = (leafBytes: number): number => leafBytes - 1

/** The number of leaves of a block. @param size of the plain block in bytes @param leafBytes bytes of the modulus */
export const leavesOf = (size: number, leafBytes: number): number =>
  Math.ceil((LENGTH_BYTES + size) / pieceBytes(leafBytes))

/**
 * Encodes one block.
 * @param key of the block (keys.ts)
 * @param invert applies the inverse of RSA to as many bytes as a leaf has
 */
export function encodeBlock(
  plain: Uint8Array,
  key: Uint8Array,
  leafBytes: number,
  invert: (piece: Uint8Array) => Uint8Array,
): Uint8Array {
  const count = leavesOf(plain.length, leafBytes)
  const piece = pieceBytes(leafBytes)
  const permuted = new Uint8Array(count * piece)
  permuted.set(u32le(plain.length))
  permuted.set(plain, LENGTH_BYTES)
  permute(key, permuted)
  const encoded = new Uint8Array(count * leafBytes)
  const padded = new Uint8Array(leafBytes)
  for (let j = 0; j < count; j++) {
    padded.set(permuted.subarray(j * piece, (j + 1) * piece), 1)
    encoded.set(invert(padded), j * leafBytes)
  }
  return encoded
}

/** Why bytes are no encoding: not whole leaves; a leaf that is out of range or no piece; a wrong length or padding inside. */
export type BadEncoding = 'length' | 'leaf' | 'content'

/** A decoded block, or why it is none. */
export type DecodedBlock = { readonly plain: Uint8Array } | { readonly bad: BadEncoding }

/** The piece in a leaf; `undefined` if the leaf is out of range, or is not of a piece. */
export function pieceOf(leaf: Uint8Array, rsa: RsaPublic): Uint8Array | undefined {
  const padded = rsa.apply(leaf)
  return padded?.[0] === 0 ? padded.subarray(1) : undefined
}

/** Decodes one block. @param key of the block (keys.ts) */
export function decodeBlock(encoded: Uint8Array, key: Uint8Array, rsa: RsaPublic): DecodedBlock {
  const count = encoded.length / rsa.bytes
  if (count === 0 || !Number.isInteger(count)) return { bad: 'length' }
  const piece = pieceBytes(rsa.bytes)
  const permuted = new Uint8Array(count * piece)
  for (let j = 0; j < count; j++) {
    const found = pieceOf(encoded.subarray(j * rsa.bytes, (j + 1) * rsa.bytes), rsa)
    if (!found) return { bad: 'leaf' }
    permuted.set(found, j * piece)
  }
  unpermute(key, permuted)
  const size = new DataView(permuted.buffer).getUint32(0, true)
  const end = LENGTH_BYTES + size
  const isWhole = end <= permuted.length && leavesOf(size, rsa.bytes) === count
  if (!isWhole || permuted.subarray(end).some((byte) => byte !== 0)) return { bad: 'content' }
  return { plain: permuted.subarray(LENGTH_BYTES, end) }
}
