/**
 * Bytes: hex at the edges, comparison and concatenation inside.
 *
 * Owns: helpers over Uint8Array that JavaScript lacks. Does not own: SCALE (scale/).
 */
import { AssayError } from './errors.ts'

const utf8Encoder = new TextEncoder()
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 bytes of a string. */
export const utf8 = (text: string): Uint8Array => utf8Encoder.encode(text)

/** The string of UTF-8 bytes. Throws TypeError if they are not valid UTF-8. */
export const fromUtf8 = (bytes: Uint8Array): string => utf8Decoder.decode(bytes)

/** `0x`-prefixed lower-case hex. */
export function toHex(bytes: Uint8Array): `0x${string}` {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
}

/**
 * Bytes of a `0x`-prefixed hex string, upper or lower case.
 * @throws AssayError `BAD_HEX` if the prefix is missing, the length odd or a digit wrong.
 */
export function fromHex(hex: string): Uint8Array {
  if (!/^0x(?:[0-9a-fA-F]{2})*$/.test(hex)) {
    const shown = hex.length > 40 ? `${hex.slice(0, 40)}… (${hex.length} characters)` : hex
    throw new AssayError(
      'BAD_HEX',
      `expected 0x-prefixed hex with an even number of digits, got ${JSON.stringify(shown)}`,
    )
  }
  return new Uint8Array(Buffer.from(hex.slice(2), 'hex'))
}

/** Whether two byte strings are the same. Not constant time: never for secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Lexicographic order: negative, zero or positive as `a` sorts before, with or after `b`. */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b)

/** All parts, one after the other, in a new array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Four bytes, little endian. */
export function u32le(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}

/** Eight bytes, little endian. */
export function u64le(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, value, true)
  return bytes
}
