/**
 * Skips encoded values of types that are known only from metadata.
 *
 * Owns: how many bytes a value takes. Does not own: strict decoding, which the codecs do.
 */
import { ScaleError, type Reader } from '#types/scale/codec.ts'
import { readCompactLength } from '#types/scale/compact.ts'
import { MAX_RECURSION_DEPTH } from '#types/scale/recursive.ts'
import type { PrimitiveName, TypeDef } from '#types/scale/type-def.ts'

const WIDTHS: Readonly<Record<Exclude<PrimitiveName, 'str'>, number>> = {
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

const widths = new WeakMap<TypeDef, number | 'varies'>()

function sum(types: readonly TypeDef[]): number | 'varies' {
  let total = 0
  for (const type of types) {
    const width = fixedWidth(type)
    if (width === 'varies') return 'varies'
    total += width
  }
  return total
}

function measure({ shape }: TypeDef): number | 'varies' {
  switch (shape.kind) {
    case 'primitive':
      return shape.primitive === 'str' ? 'varies' : WIDTHS[shape.primitive]
    case 'composite':
      return sum(shape.fields.map((field) => field.type()))
    case 'tuple':
      return sum(shape.elements.map((element) => element()))
    case 'array': {
      const width = fixedWidth(shape.element())
      return width === 'varies' ? 'varies' : width * shape.length
    }
    default:
      return 'varies'
  }
}

/**
 * The number of bytes, if every value of the type takes the same. A type contains itself only through types that vary.
 */
function fixedWidth(type: TypeDef): number | 'varies' {
  let width = widths.get(type)
  if (width === undefined) {
    width = measure(type)
    widths.set(type, width)
  }
  return width
}

function skipMany(element: TypeDef, count: number, from: Reader): void {
  const width = fixedWidth(element)
  if (width !== 'varies') {
    from.advance(width * count, 'elements')
    return
  }
  for (let i = 0; i < count; i++) skipValue(element, from)
}

/** A compact integer of any width: the low two bits of the first byte say how many bytes follow. */
function skipCompact(from: Reader): void {
  const first = from.byte('Compact')
  const mode = first & 3
  from.advance(mode === 3 ? (first >> 2) + 4 : (1 << mode) - 1, 'Compact')
}

function skipVarying({ shape }: TypeDef, from: Reader): void {
  switch (shape.kind) {
    case 'primitive':
      from.advance(readCompactLength(from), 'str')
      return
    case 'composite':
      for (const field of shape.fields) skipValue(field.type(), from)
      return
    case 'tuple':
      for (const element of shape.elements) skipValue(element(), from)
      return
    case 'array':
      return skipMany(shape.element(), shape.length, from)
    case 'sequence':
      return skipMany(shape.element(), readCompactLength(from), from)
    case 'compact':
      return skipCompact(from)
    case 'variant': {
      const index = from.byte('variant')
      const variant = shape.variants.find((candidate) => candidate.index === index)
      if (!variant) throw new ScaleError('a variant index of the metadata', String(index), from.offset - 1)
      for (const field of variant.fields) skipValue(field.type(), from)
    }
  }
}

/**
 * Moves `from` past one value of `type`.
 * @throws ScaleError if the bytes end too early, name an unknown variant or nest too deep.
 */
export function skipValue(type: TypeDef, from: Reader): void {
  const width = fixedWidth(type)
  if (width !== 'varies') {
    from.advance(width, 'value')
    return
  }
  if (from.depth >= MAX_RECURSION_DEPTH)
    throw new ScaleError(`nesting of at most ${MAX_RECURSION_DEPTH}`, 'deeper', from.offset)
  from.depth++
  skipVarying(type, from)
  from.depth--
}
