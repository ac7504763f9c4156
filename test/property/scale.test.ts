/** Our codecs against scale-ts both ways, and against garbage. */
import * as oracle from '@polkadot-api/substrate-bindings'
import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { AccountInfo } from '#types/scale/account.ts'
import { decode, encode, ScaleError, type Codec } from '#types/scale/codec.ts'
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
import { DispatchResult, TransactionValidity } from '#types/scale/dispatch.ts'
import { Era } from '#types/scale/era.ts'
import { Header } from '#types/scale/header.ts'
import { RuntimeMetadataPrefixed } from '#types/scale/metadata.ts'
import { MultiAddress } from '#types/scale/multi-address.ts'
import { MultiSignature } from '#types/scale/multi-signature.ts'
import {
  bool,
  bytes,
  fixedBytes,
  str,
  U128_MAX,
  u128,
  u16,
  u32,
  U64_MAX,
  u64,
  u8,
  unit,
} from '#types/scale/primitives.ts'
import { RuntimeVersion } from '#types/scale/runtime-version.ts'
import { Extrinsic, Records, smallMetadata } from '../unit/runtime-types/helpers/small-metadata.ts'

interface Theirs {
  readonly enc: (value: never) => Uint8Array
  readonly dec: (bytes: Uint8Array) => unknown
}
type Pair = readonly [name: string, ours: Codec<never>, theirs: Theirs, values: Arbitrary<unknown>]
const pair = <T>(name: string, ours: Codec<T>, theirs: Theirs, values: Arbitrary<unknown>): Pair => [
  name,
  ours as unknown as Codec<never>,
  theirs,
  values,
]

const byte = fc.nat(0xff)
const word = fc.nat(0xffff)
const int = fc.integer({ min: 0, max: 0xffff_ffff })
/** Powers of two and their neighbours, where compacts change their length, besides anything else. */
const big = (max: bigint): Arbitrary<bigint> =>
  fc.oneof(
    fc.bigInt({ min: 0n, max }),
    fc.tuple(fc.nat(127), fc.constantFrom(-1n, 0n, 1n)).map(([bit, by]) => {
      const value = (1n << BigInt(bit)) + by
      return value > max ? max : value
    }),
  )
const smallInt = big(0xffff_ffffn).map(Number)
const text = fc.string({ unit: 'grapheme', maxLength: 100 })
const blob = fc.uint8Array({ maxLength: 300 })
const exactly = (length: number): Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })
const tagged = (tag: string, value: Arbitrary<unknown>): Arbitrary<unknown> => value.map((value) => ({ tag, value }))
const nothing = fc.constant(undefined)

/** scale-ts reads no views: it must be given whole buffers (facts: it ignores the byte offset). */
const enumeration = oracle.ScaleEnum(
  { A: oracle._void, B: oracle.u32, C: oracle.Struct({ x: oracle.str }) },
  [0, 5, 200],
)

const pairs: readonly Pair[] = [
  pair('u8', u8, oracle.u8, byte),
  pair('u16', u16, oracle.u16, word),
  pair('u32', u32, oracle.u32, int),
  pair('u64', u64, oracle.u64, big(U64_MAX)),
  pair('u128', u128, oracle.u128, big(U128_MAX)),
  pair('bool', bool, oracle.bool, fc.boolean()),
  pair('str', str, oracle.str, text),
  pair('Vec<u8>', bytes, oracle.Bytes(), blob),
  pair('[u8; 20]', fixedBytes(20), oracle.Bytes(20), exactly(20)),
  pair('Compact<u32>', compactU32, oracle.compactNumber, smallInt),
  pair('Compact<u64>', compactU64, oracle.compactBn, big(U64_MAX)),
  pair('Compact<u128>', compactU128, oracle.compactBn, big(U128_MAX)),
  pair('Vec<u16>', vec(u16), oracle.Vector(oracle.u16), fc.array(word, { maxLength: 100 })),
  pair('[u16; 3]', array(u16, 3), oracle.Vector(oracle.u16, 3), fc.array(word, { minLength: 3, maxLength: 3 })),
  pair('Option<u32>', option(u32), oracle.Option(oracle.u32), fc.option(int, { nil: undefined })),
  pair('(u8, str)', tuple(u8, str), oracle.Tuple(oracle.u8, oracle.str), fc.tuple(byte, text)),
  pair(
    'struct',
    struct({ a: vec(option(str)), b: struct({ c: compactU32 }) }),
    oracle.Struct({ a: oracle.Vector(oracle.Option(oracle.str)), b: oracle.Struct({ c: oracle.compactNumber }) }),
    fc.record({ a: fc.array(fc.option(text, { nil: undefined })), b: fc.record({ c: int }) }),
  ),
  pair(
    'enum',
    variant({ A: unit, B: u32, C: struct({ x: str }) }, { indices: { A: 0, B: 5, C: 200 } }),
    enumeration,
    fc.oneof(tagged('A', nothing), tagged('B', int), tagged('C', fc.record({ x: text }))),
  ),
  pair(
    'MultiAddress',
    MultiAddress,
    oracle.ScaleEnum({
      Id: oracle.Bytes(32),
      Index: oracle._void,
      Raw: oracle.Bytes(),
      Address32: oracle.Bytes(32),
      Address20: oracle.Bytes(20),
    }),
    fc.oneof(
      tagged('Id', exactly(32)),
      tagged('Index', nothing),
      tagged('Raw', blob),
      tagged('Address20', exactly(20)),
    ),
  ),
]

describe('against scale-ts', () => {
  it.each(pairs)('%s is written and read alike', (_, ours, theirs, values) => {
    fc.assert(
      fc.property(values, (value) => {
        const encoded = encode(ours, value as never)
        expect(toHex(encoded)).toBe(toHex(theirs.enc(value as never)))
        expect(decode(ours, encoded)).toEqual(value)
        expect(theirs.dec(encoded)).toEqual(value)
      }),
    )
  })
})

const { v15 } = smallMetadata()
const strict: readonly (readonly [string, Codec<never>])[] = [
  ...pairs.map(([name, codec]) => [name, codec] as const),
  ...Object.entries({
    AccountInfo,
    DispatchResult,
    Era,
    Extrinsic,
    Header,
    MultiSignature,
    Records,
    RuntimeMetadataPrefixed,
    RuntimeVersion,
    TransactionValidity,
  }).map(([name, codec]) => [name, codec as unknown as Codec<never>] as const),
]

/** Either a value whose one encoding these bytes are, or a ScaleError. */
function expectStrict(codec: Codec<never>, input: Uint8Array): void {
  let value
  try {
    value = decode(codec, input)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ScaleError)
    return
  }
  expect(toHex(encode(codec, value))).toBe(toHex(input))
}

describe('garbage', () => {
  it.each(strict)('%s: bytes either are the one encoding of a value or a ScaleError', (_, codec) => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), (input) => expectStrict(codec, input)))
    for (const fill of [0, 1, 2, 3, 4, 0xfe, 0xff]) expectStrict(codec, new Uint8Array(64).fill(fill))
  })

  it('metadata with a flipped byte or cut short is refused, or is other metadata', () => {
    const encoded = encode(RuntimeMetadataPrefixed, { tag: 'V15', value: v15 })
    const codec = RuntimeMetadataPrefixed as unknown as Codec<never>
    fc.assert(
      fc.property(fc.nat(encoded.length - 1), byte, (at, value) => {
        const changed = encoded.slice()
        changed[at] = value
        expectStrict(codec, changed)
        expect(() => decode(codec, encoded.slice(0, at))).toThrow(ScaleError)
      }),
    )
  })
})
