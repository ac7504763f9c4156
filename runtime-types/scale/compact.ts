/**
 * Compact integers, in shortest form only.
 *
 * Owns: `Compact<T>` and the length prefix of sequences. Does not own: the fixed-width integers.
 * Source: SCALE compact/general integers, parity-scale-codec src/compact.rs.
 */
import { ScaleError, type Codec, type Reader, type Writer } from './codec.ts'

const ONE_BYTE_MAX = 0x3f
const TWO_BYTE_MAX = 0x3fff
const FOUR_BYTE_MAX = 0x3fff_ffff

function writeCompactNumber(value: number, out: Writer): void {
  if (value <= ONE_BYTE_MAX) return out.byte(value << 2)
  if (value <= TWO_BYTE_MAX) {
    const at = out.reserve(2)
    return out.view.setUint16(at, (value << 2) | 1, true)
  }
  if (value <= FOUR_BYTE_MAX) {
    const at = out.reserve(4)
    return out.view.setUint32(at, ((value << 2) | 2) >>> 0, true)
  }
  writeBig(BigInt(value), out)
}

function writeBig(value: bigint, out: Writer): void {
  let length = 4
  while (value >> BigInt(8 * length) > 0n) length++
  out.byte(((length - 4) << 2) | 3)
  const at = out.reserve(length)
  for (let i = 0; i < length; i++) out.view.setUint8(at + i, Number((value >> BigInt(8 * i)) & 0xffn))
}

/** Reads any compact up to `maxBytes` wide. It reads numbers below 2^30 without making a bigint. */
function readCompact(from: Reader, maxBytes: number, name: string): number | bigint {
  const start = from.offset
  const first = from.byte(name)
  const mode = first & 3
  if (mode === 0) return first >> 2
  if (mode === 1) {
    const value = ((from.byte(name) << 8) | first) >>> 2
    if (value <= ONE_BYTE_MAX) throw new ScaleError(`${name} in shortest form`, `${value} in two bytes`, start)
    return value
  }
  if (mode === 2) {
    from.advance(3, name)
    const value = from.view.getUint32(start, true) >>> 2
    if (value <= TWO_BYTE_MAX) throw new ScaleError(`${name} in shortest form`, `${value} in four bytes`, start)
    return value
  }
  return readBig(from, (first >> 2) + 4, maxBytes, name, start)
}

function readBig(from: Reader, length: number, maxBytes: number, name: string, start: number): bigint {
  if (length > maxBytes) throw new ScaleError(`${name} of at most ${maxBytes} bytes`, `${length} bytes`, start)
  const at = from.advance(length, name)
  let value = 0n
  for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(from.bytes[at + i]!)
  const shortest = length === 4 ? value > BigInt(FOUR_BYTE_MAX) : value >> BigInt(8 * (length - 1)) > 0n
  if (!shortest) throw new ScaleError(`${name} in shortest form`, `${value} in ${length + 1} bytes`, start)
  return value
}

/** Appends a sequence's length. */
export function writeCompactLength(length: number, out: Writer): void {
  if (!Number.isInteger(length) || length < 0 || length > 0xffff_ffff)
    throw new ScaleError('a length below 2^32', String(length))
  writeCompactNumber(length, out)
}

/** Reads a sequence's length at the cursor. Check it against the remaining bytes before you allocate (`readLength`). */
export const readCompactLength = (from: Reader): number => Number(readCompact(from, 4, 'compact length'))

/** `Compact<u8 | u16 | u32>`: a number. */
export function compactNumber(of: Codec<number>, max: number, name: string): Codec<number> {
  return {
    type: { path: [], shape: { kind: 'compact', element: () => of.type } },
    write(value, out) {
      if (!Number.isInteger(value) || value < 0 || value > max)
        throw new ScaleError(`${name} (0 to ${max})`, String(value))
      writeCompactNumber(value, out)
    },
    read(from) {
      const start = from.offset
      const value = Number(readCompact(from, 4, name))
      if (value > max) throw new ScaleError(`${name} (0 to ${max})`, String(value), start)
      return value
    },
  }
}

/** `Compact<u64 | u128>`: a bigint. `maxBytes` is the width of the integer. */
export function compactBigint(of: Codec<bigint>, maxBytes: number, name: string): Codec<bigint> {
  const limit = 1n << BigInt(8 * maxBytes)
  return {
    type: { path: [], shape: { kind: 'compact', element: () => of.type } },
    write(value, out) {
      if (typeof value !== 'bigint' || value < 0n || value >= limit)
        throw new ScaleError(`${name} (0 to ${limit - 1n})`, String(value))
      if (value <= BigInt(FOUR_BYTE_MAX)) writeCompactNumber(Number(value), out)
      else writeBig(value, out)
    },
    read: (from) => BigInt(readCompact(from, maxBytes, name)),
  }
}
