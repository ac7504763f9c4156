import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '#types/bytes.ts'
import { decode, encode, ScaleError, withWriter, type Codec } from '#types/scale/codec.ts'
import {
  array,
  compactU128,
  compactU32,
  compactU64,
  option,
  struct,
  tuple,
  variant,
  vec,
} from '#types/scale/compound.ts'
import { enumeration } from '#types/scale/enumeration.ts'
import { bool, boundedBytes, bytes, fixedBytes, str, u128, u16, u32, u64, u8, unit } from '#types/scale/primitives.ts'
import { MAX_RECURSION_DEPTH, recursive } from '#types/scale/recursive.ts'
import { result } from '#types/scale/result.ts'

const refusal = (act: () => unknown): string => {
  try {
    act()
  } catch (thrown) {
    if (thrown instanceof ScaleError) return thrown.message
    throw thrown
  }
  return 'nothing was thrown'
}
const decodeHex = <T>(codec: Codec<T>, hex: string): T => decode(codec, fromHex(hex))

describe('errors', () => {
  const shape = struct({
    head: u8,
    items: vec(struct({ flag: option(bool) })),
    kind: variant({ A: unit, B: tuple(u16) }),
  })

  it('name the path, the offset, what was expected and what was got', () => {
    expect(refusal(() => decodeHex(shape, '0x07080102'))).toBe(
      'items.[0].flag at byte 3: expected bool (0 or 1), got 2',
    )
    expect(refusal(() => decodeHex(shape, '0x07000100'))).toBe(
      'kind.B.0 at byte 3: expected 2 bytes for u16, got 1 bytes',
    )
    expect(refusal(() => decodeHex(shape, '0x070009'))).toBe('kind at byte 2: expected a variant index of enum, got 9')
  })

  it('name the path of a value that cannot be written', () => {
    const value = { head: 256, items: [], kind: { tag: 'A', value: undefined } } as const
    expect(refusal(() => encode(shape, value))).toBe('head: expected u8 (0 to 255), got 256')
  })

  it('name the first trailing byte', () => {
    expect(refusal(() => decodeHex(u8, '0x0102'))).toBe('expected end of value, got 1 trailing bytes')
  })
})

describe('bounds', () => {
  it('reads views of larger buffers at their own offset', () => {
    const whole = fromHex('0xffffffff78563412ffff')
    expect(decode(u32, whole.subarray(4, 8))).toBe(0x12345678)
    expect(decode(u32, Buffer.from(whole).subarray(4, 8))).toBe(0x12345678)
  })

  it('copies the bytes it hands out', () => {
    const input = fromHex('0x0c010203')
    const value = decode(bytes, input)
    input.fill(0xff)
    expect(toHex(value)).toBe('0x010203')
  })

  it.each([
    ['a sequence', vec(u32), '0xfeffffff01', 'sequence of 1073741823 elements'],
    ['bytes', bytes, '0x03ffffffff', 'bytes of 4294967295 elements'],
    ['text', str, '0x0861', 'str of 2 elements'],
    ['empty elements', vec(unit), '0xfeffffff', 'at most 65536 elements'],
    ['bounded bytes', boundedBytes(2), '0x0c010203', 'at most 2 bytes'],
    ['a bounded sequence', vec(u8, 1), '0x080102', 'at most 1 elements'],
  ] as const)('refuses %s that is longer than it may be, before allocating', (_, codec, hex, expected) => {
    expect(refusal(() => decodeHex(codec as Codec<unknown>, hex))).toContain(`expected ${expected}`)
  })

  it('refuses nesting beyond its limit and takes nesting up to it', () => {
    interface Nest {
      readonly inner: Nest | undefined
    }
    const nest: Codec<Nest> = recursive(
      () => unit.type,
      () => struct({ inner: option(nest) }),
    )
    const nested = (depth: number): Uint8Array => new Uint8Array(depth).fill(1, 0, depth - 1)
    expect(() => decode(nest, nested(MAX_RECURSION_DEPTH))).not.toThrow()
    expect(refusal(() => decode(nest, nested(MAX_RECURSION_DEPTH + 1)))).toContain('nesting of at most 256')
  })
})

describe('one encoding for a value', () => {
  it.each([
    ['0x0100', compactU32],
    ['0xfd00', compactU32],
    ['0x02000000', compactU32],
    ['0xfeff0000', compactU32],
    ['0x03ffffff3f', compactU32],
    ['0x0700000000', compactU64],
    ['0x07ffffffff00', compactU64],
    ['0x33ffffffffffffffffffffffffffffff0f00', compactU128],
  ] as const)('refuses compact %s, which is not shortest or incomplete', (hex, codec) => {
    expect(() => decodeHex(codec as Codec<unknown>, hex)).toThrow(ScaleError)
  })

  it('refuses compacts wider than their type', () => {
    expect(refusal(() => decodeHex(compactU32, '0x070000000001'))).toContain('at most 4 bytes')
    expect(refusal(() => decodeHex(compactU64, '0x17000000000000000001'))).toContain('at most 8 bytes')
  })

  it.each([
    ['0x02', bool],
    ['0x0200', option(u8)],
    ['0x02', result(unit, unit)],
    ['0x02', enumeration(['A', 'B'])],
    ['0x02', variant({ A: unit, B: unit })],
    ['0x08c328', str],
  ] as const)('refuses %s', (hex, codec) => {
    expect(() => decodeHex(codec as Codec<unknown>, hex)).toThrow(ScaleError)
  })
})

describe('a writer', () => {
  const long = new Uint8Array(100_000).fill(7)

  it('is its own while another value is encoded within, and after a value that could not be', () => {
    const outer = withWriter((out) => {
      out.byte(1)
      expect(toHex(encode(u16, 0x0302))).toBe('0x0203')
      expect(() => encode(u8, 256)).toThrow(ScaleError)
      out.byte(4)
      return toHex(out.written(1)) + toHex(out.finish())
    })
    expect(outer).toBe('0x040x0104')
    expect(() => encode(u8, -1)).toThrow(ScaleError)
    expect(toHex(encode(u8, 5))).toBe('0x05')
  })

  it('gives values that later ones do not change, long or short', () => {
    const [short, first] = [encode(u32, 1), encode(bytes, long)]
    encode(u32, 2)
    encode(bytes, new Uint8Array(100_000))
    expect([toHex(short), first.length, first[99_999]]).toEqual(['0x01000000', 100_004, 7])
  })
})

describe('values out of range', () => {
  it.each([
    ['u8', () => encode(u8, -1)],
    ['u16', () => encode(u16, 65536)],
    ['u32', () => encode(u32, 1.5)],
    ['u32 NaN', () => encode(u32, Number.NaN)],
    ['u64', () => encode(u64, 1n << 64n)],
    ['u64 as number', () => encode(u64, 1 as unknown as bigint)],
    ['u128', () => encode(u128, -1n)],
    ['Compact<u32>', () => encode(compactU32, 2 ** 32)],
    ['Compact<u64>', () => encode(compactU64, 1n << 64n)],
    ['[u8; 2]', () => encode(fixedBytes(2), new Uint8Array(3))],
    ['[u8; 2] of numbers', () => encode(array(u8, 2), [1])],
    ['bounded bytes', () => encode(boundedBytes(2), new Uint8Array(3))],
    ['bounded sequence', () => encode(vec(u8, 1), [1, 2])],
    ['variant', () => encode(variant({ A: unit }), { tag: 'B' } as never)],
    ['enumeration', () => encode(enumeration(['A']), 'B' as never)],
    ['half a surrogate pair', () => encode(str, '\ud800')],
  ])('are refused: %s', (_, act) => {
    expect(act).toThrow(ScaleError)
  })
})

it('text keeps its byte order mark', () => {
  expect(decode(str, encode(str, '\ufeffa'))).toBe('\ufeffa')
})
