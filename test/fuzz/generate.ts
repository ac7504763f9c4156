/**
 * Inputs that get far: SCALE bytes that follow a type's own description, and ways to spoil them.
 *
 * Owns: the preference for edges (empty, one, full, the last variant, numbers next to a change of length). Does not
 * own: the use of the bytes (targets/).
 */
import { concatBytes } from '#types/bytes.ts'
import { Writer } from '#types/scale/codec.ts'
import { writeCompactLength } from '#types/scale/compact.ts'
import type { Shape, TypeDef } from '#types/scale/type-def.ts'
import type { Chance } from './chance.ts'

/** Deeper types get their first variant and empty sequences: calls may carry calls. */
const MAX_DEPTH = 12
const MAX_ELEMENTS = 4
const MAX_STRING_BYTES = 40

const WIDTH: Readonly<Record<string, number>> = {
  bool: 1,
  char: 4,
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  u128: 16,
  u256: 32,
  i8: 1,
  i16: 2,
  i32: 4,
  i64: 8,
}

/** Numbers next to where a compact integer changes its length. */
const COMPACT_EDGES = [0, 1, 63, 64, 16_383, 16_384, 2 ** 30 - 1]

function compact(value: number): Uint8Array {
  const out = new Writer()
  writeCompactLength(value, out)
  return out.finish()
}

function number(width: number, chance: Chance): Uint8Array {
  if (chance.once(3)) return new Uint8Array(width).fill(chance.pick([0x00, 0xff]))
  const bytes = chance.bytes(width)
  // Amounts that an account can have are small beside 2^128.
  return chance.once(2) ? bytes.fill(0, Math.ceil(width / 4)) : bytes
}

function compactInteger(chance: Chance): Uint8Array {
  if (chance.once(4)) return Uint8Array.of(((4 + chance.int(5)) << 2) | 3, ...chance.bytes(4 + chance.int(5)))
  return compact(chance.once(2) ? chance.pick(COMPACT_EDGES) : chance.int(1000))
}

/** Bytes for a type; for a few types whose codec knows more than its shape (eras, opaque extrinsics) not always valid ones. */
export function bytesFor(type: TypeDef, chance: Chance, depth = 0): Uint8Array {
  return ofShape(type.shape, chance, depth + 1)
}

function ofShape(shape: Shape, chance: Chance, depth: number): Uint8Array {
  const all = (types: readonly (() => TypeDef)[]): Uint8Array =>
    concatBytes(...types.map((type) => bytesFor(type(), chance, depth)))
  switch (shape.kind) {
    case 'primitive': {
      if (shape.primitive === 'bool') return Uint8Array.of(chance.int(2))
      if (shape.primitive !== 'str') return number(WIDTH[shape.primitive]!, chance)
      const length = chance.int(MAX_STRING_BYTES)
      return concatBytes(compact(length), new Uint8Array(length).fill(0x61))
    }
    case 'composite':
      return all(shape.fields.map(({ type }) => type))
    case 'tuple':
      return all(shape.elements)
    case 'compact':
      return compactInteger(chance)
    case 'variant': {
      const { variants } = shape
      if (variants.length === 0) return new Uint8Array()
      const chosen = depth > MAX_DEPTH ? variants[0]! : chance.pick(variants)
      return concatBytes(Uint8Array.of(chosen.index), all(chosen.fields.map(({ type }) => type)))
    }
    case 'array':
      return all(Array.from({ length: shape.length }, () => shape.element))
    case 'sequence': {
      const length = depth > MAX_DEPTH ? 0 : chance.int(MAX_ELEMENTS)
      return concatBytes(compact(length), all(Array.from({ length }, () => shape.element)))
    }
  }
}

const SPOILERS: readonly ((bytes: Uint8Array, chance: Chance) => Uint8Array)[] = [
  (bytes, chance) => flip(bytes, chance),
  (bytes, chance) => bytes.slice(0, chance.int(bytes.length + 1)),
  (bytes, chance) => concatBytes(bytes, chance.bytes(1 + chance.int(8))),
  (bytes, chance) => splice(bytes, chance, chance.bytes(1 + chance.int(4))),
  // A length that promises far more than there is.
  (bytes, chance) => splice(bytes, chance, Uint8Array.of(0xfe, 0xff, 0xff, 0xff)),
  (bytes, chance) => splice(bytes, chance, Uint8Array.of(0x33, ...new Uint8Array(16).fill(0xff))),
  (bytes, chance) => concatBytes(bytes, bytes.slice(chance.int(bytes.length + 1))),
]

function flip(bytes: Uint8Array, chance: Chance): Uint8Array {
  const flipped = bytes.slice()
  if (flipped.length > 0) flipped[chance.int(flipped.length)]! ^= 1 << chance.int(8)
  return flipped
}

function splice(bytes: Uint8Array, chance: Chance, into: Uint8Array): Uint8Array {
  const at = chance.int(bytes.length + 1)
  const keep = chance.once(2) ? at : Math.min(bytes.length, at + into.length)
  return concatBytes(bytes.slice(0, at), into, bytes.slice(keep))
}

/** The bytes as they are, or spoilt once or more. */
export function maybeSpoilt(bytes: Uint8Array, chance: Chance): Uint8Array {
  let spoilt = bytes
  while (chance.once(2)) spoilt = chance.pick(SPOILERS)(spoilt, chance)
  return spoilt
}
