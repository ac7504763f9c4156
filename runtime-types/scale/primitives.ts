/**
 * Fixed-width integers, booleans, text and byte strings.
 *
 * Owns: SCALE's primitive types. Does not own: Compact integers.
 */
import { fromUtf8, toHex, utf8 } from '../bytes.ts'
import { ScaleError, type Codec, type Reader } from './codec.ts'
import { readCompactLength, writeCompactLength } from './compact.ts'
import type { PrimitiveName, TypeDef } from './type-def.ts'

const primitive = (name: PrimitiveName): TypeDef => ({ path: [], shape: { kind: 'primitive', primitive: name } })

/** Throws ScaleError unless the value is an integer from 0 to `max`. */
export function checkNumber(value: number, max: number, name: string): void {
  if (!Number.isInteger(value) || value < 0 || value > max) throw new ScaleError(`${name} (0 to ${max})`, String(value))
}

/** Throws ScaleError unless the value is from 0 to `max`. */
export function checkBigint(value: bigint, max: bigint, name: string): void {
  if (typeof value !== 'bigint' || value < 0n || value > max)
    throw new ScaleError(`${name} (0 to ${max})`, String(value))
}

export const U64_MAX = (1n << 64n) - 1n
export const U128_MAX = (1n << 128n) - 1n

export const u8: Codec<number> = {
  type: primitive('u8'),
  write(value, out) {
    checkNumber(value, 0xff, 'u8')
    out.byte(value)
  },
  read: (from) => from.byte('u8'),
}

export const u16: Codec<number> = {
  type: primitive('u16'),
  write(value, out) {
    checkNumber(value, 0xffff, 'u16')
    const at = out.reserve(2)
    out.view.setUint16(at, value, true)
  },
  read: (from) => from.view.getUint16(from.advance(2, 'u16'), true),
}

export const u32: Codec<number> = {
  type: primitive('u32'),
  write(value, out) {
    checkNumber(value, 0xffff_ffff, 'u32')
    const at = out.reserve(4)
    out.view.setUint32(at, value, true)
  },
  read: (from) => from.view.getUint32(from.advance(4, 'u32'), true),
}

export const u64: Codec<bigint> = {
  type: primitive('u64'),
  write(value, out) {
    checkBigint(value, U64_MAX, 'u64')
    const at = out.reserve(8)
    out.view.setBigUint64(at, value, true)
  },
  read: (from) => from.view.getBigUint64(from.advance(8, 'u64'), true),
}

export const u128: Codec<bigint> = {
  type: primitive('u128'),
  write(value, out) {
    checkBigint(value, U128_MAX, 'u128')
    const at = out.reserve(16)
    // The low half is the part that fits into 64 bits. Nearly all high halves are zero, and a shift costs a bigint.
    out.view.setBigUint64(at, value, true)
    out.view.setBigUint64(at + 8, value > U64_MAX ? value >> 64n : 0n, true)
  },
  read(from) {
    const at = from.advance(16, 'u128')
    const low = from.view.getBigUint64(at, true)
    const high = from.view.getBigUint64(at + 8, true)
    return high === 0n ? low : low | (high << 64n)
  },
}

export const bool: Codec<boolean> = {
  type: primitive('bool'),
  write: (value, out) => out.byte(value ? 1 : 0),
  read(from) {
    const byte = from.byte('bool')
    if (byte > 1) throw new ScaleError('bool (0 or 1)', String(byte), from.offset - 1)
    return byte === 1
  },
}

/**
 * Reads a compact length. Throws ScaleError if the remaining bytes cannot hold so many elements, before anything is
 * allocated.
 */
export function readLength(from: Reader, minimumElementBytes: number, what: string): number {
  const start = from.offset
  const length = readCompactLength(from)
  if (length * minimumElementBytes > from.remaining) {
    throw new ScaleError(`${what} of ${length} elements`, `${from.remaining} bytes left`, start)
  }
  return length
}

/** Text: a compact length, then UTF-8. */
export const str: Codec<string> = {
  type: primitive('str'),
  write(value, out) {
    if (/\p{Surrogate}/u.test(value)) throw new ScaleError('UTF-8 text', 'text with half a surrogate pair')
    const bytes = utf8(value)
    writeCompactLength(bytes.length, out)
    out.raw(bytes)
  },
  read(from) {
    const start = from.offset
    const bytes = from.take(readLength(from, 1, 'str'), 'str')
    try {
      return fromUtf8(bytes)
    } catch {
      throw new ScaleError('UTF-8 text', toHex(bytes.subarray(0, 16)), start)
    }
  },
}

/** Bytes of any length: `Vec<u8>`. */
export const bytes: Codec<Uint8Array> = {
  type: { path: [], shape: { kind: 'sequence', element: () => u8.type } },
  write(value, out) {
    writeCompactLength(value.length, out)
    out.raw(value)
  },
  read: (from) => from.take(readLength(from, 1, 'bytes'), 'bytes'),
}

/** Exactly `length` bytes: `[u8; length]`. */
export function fixedBytes(length: number): Codec<Uint8Array> {
  const name = `[u8; ${length}]`
  return {
    type: { path: [], shape: { kind: 'array', length, element: () => u8.type } },
    write(value, out) {
      if (value.length !== length) throw new ScaleError(name, `${value.length} bytes`)
      out.raw(value)
    },
    read: (from) => from.take(length, name),
  }
}

/** At most `max` bytes: `BoundedVec<u8, ConstU32<max>>`. Longer ones are refused before they are copied. */
export function boundedBytes(max: number): Codec<Uint8Array> {
  const name = `at most ${max} bytes`
  return {
    type: {
      path: ['bounded_collections', 'bounded_vec', 'BoundedVec'],
      params: [{ name: 'T', type: () => u8.type }, { name: 'S' }],
      shape: { kind: 'composite', fields: [{ type: () => bytes.type, typeName: 'Vec<T>' }] },
    },
    write(value, out) {
      if (value.length > max) throw new ScaleError(name, `${value.length} bytes`)
      bytes.write(value, out)
    },
    read(from) {
      const start = from.offset
      const length = readLength(from, 1, name)
      if (length > max) throw new ScaleError(name, `${length} bytes`, start)
      return from.take(length, name)
    },
  }
}

/** The empty value `()`. */
export const unit: Codec<undefined> = {
  type: { path: [], shape: { kind: 'tuple', elements: [] } },
  write: () => undefined,
  read: () => undefined,
}
