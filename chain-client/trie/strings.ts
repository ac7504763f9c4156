/**
 * The two string forms in which the trie keeps its bytes, and the conversions.
 *
 * Owns: nibble paths and binary strings. Does not own: nodes.
 *
 * Why strings: a million-key state holds millions of short byte strings. V8 keeps a one-byte string in 16 bytes plus
 * its length, a Uint8Array in more than 200. Strings are also immutable, so no caller can change a trie from outside,
 * and V8 compares them natively. A *path* has one character per nibble, `0` to `f`, and sorts like the bytes. A *binary
 * string* has one character per byte, U+0000 to U+00FF.
 */

const ZERO = 0x30
const LETTER_OFFSET = 0x57
const DIGITS = '0123456789abcdef'
const STAGE_BYTES = 256
const stage = Buffer.alloc(STAGE_BYTES)

function decode(bytes: Uint8Array, encoding: 'hex' | 'latin1'): string {
  const { length } = bytes
  if (length > STAGE_BYTES) return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString(encoding)
  // Nearly all keys, values and hashes are short. Copying them into one Buffer takes half the time of making a Buffer
  // for each.
  stage.set(bytes)
  return stage.toString(encoding, 0, length)
}

/** The nibbles of a key, high nibble of each byte first. */
export const pathOf = (key: Uint8Array): string => decode(key, 'hex')

/** The key of a path of even length. */
export const keyOf = (path: string): Uint8Array => new Uint8Array(Buffer.from(path, 'hex'))

/** The nibble, 0 to 15, at `index` of a path. */
export function nibbleAt(path: string, index: number): number {
  const code = path.charCodeAt(index)
  return code < LETTER_OFFSET ? code - ZERO : code - LETTER_OFFSET
}

/** The path of one nibble. */
export const digitOf = (nibble: number): string => DIGITS.charAt(nibble)

/** How many nibbles of `partial` equal those of the path from `depth` on. */
export function commonLength(partial: string, path: string, depth: number): number {
  const end = Math.min(partial.length, path.length - depth)
  let length = 0
  while (length < end && partial.charCodeAt(length) === path.charCodeAt(depth + length)) length++
  return length
}

/** The binary string of some bytes. */
export const binaryOf = (bytes: Uint8Array): string => decode(bytes, 'latin1')

/** The bytes of a binary string, in a new array. */
export const bytesOf = (binary: string): Uint8Array => new Uint8Array(Buffer.from(binary, 'latin1'))

/** `0x` hex of a binary string, for messages. */
export const hexOf = (binary: string): string => `0x${Buffer.from(binary, 'latin1').toString('hex')}`
