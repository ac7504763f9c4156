/**
 * Types made of types: structs, enums, options, sequences, tuples, fixed arrays.
 *
 * Owns: composition, and the path in errors. Does not own: types inside themselves.
 */
import { compactBigint, compactNumber, writeCompactLength } from './compact.ts'
import { inside, ScaleError, type Codec, type Reader, type ValueOf, type Writer } from './codec.ts'
import { readLength, u128, u32, u64, unit } from './primitives.ts'
import type { FieldDef, TypeDef, TypeRef } from './type-def.ts'

export const compactU32 = compactNumber(u32, 0xffff_ffff, 'Compact<u32>')
export const compactU64 = compactBigint(u64, 8, 'Compact<u64>')
export const compactU128 = compactBigint(u128, 16, 'Compact<u128>')

/** `camelCase` as Rust writes it: `snake_case`. */
export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/**
 * A codec of any type, for use as a bound. `Codec` is invariant in its type; this is the part that all codecs have in
 * common.
 */
export interface AnyCodec {
  readonly type: TypeDef
  write(value: never, out: Writer): void
  read(from: Reader): unknown
}

/** Named codecs in encoding order. */
export type Fields = Readonly<Record<string, AnyCodec>>
/** The TypeScript object of a struct with these fields. */
export type Values<F> = { readonly [K in keyof F]: F[K] extends AnyCodec ? ValueOf<F[K]> : never }

/** Metadata about a type: its Rust path, generic parameters and docs. */
export interface Naming {
  readonly path?: readonly string[]
  readonly params?: NonNullable<TypeDef['params']>
  readonly docs?: readonly string[]
}

type Loose = Codec<unknown>

/** How Rust names a type in a field: by an alias, such as `BalanceOf` or `Option<BalanceOf>`, or by its own name. */
function nameInField({ path, params, typeName }: TypeDef): string | undefined {
  const alias = path[0] === 'Option' ? params?.[0]?.type?.().typeName : undefined
  return alias === undefined ? (typeName ?? path.at(-1)) : `Option<${alias}>`
}

/** The metadata description of named fields, camelCase names in Rust's snake_case. */
export const fieldDefs = (fields: Fields): FieldDef[] =>
  Object.entries(fields).map(([name, codec]) => {
    const typeName = nameInField(codec.type)
    return { name: snakeCase(name), type: () => codec.type, ...(typeName !== undefined && { typeName }) }
  })

/** Fields in the order of their declaration. Names are camelCase here and snake_case in metadata. */
export function struct<const F extends Fields>(fields: F, naming: Naming = {}): Codec<Values<F>> {
  const names = Object.keys(fields)
  const codecs = Object.values(fields) as Loose[]
  return {
    type: {
      path: naming.path ?? [],
      ...(naming.params && { params: naming.params }),
      docs: naming.docs ?? [],
      shape: { kind: 'composite', fields: fieldDefs(fields) },
    },
    write(value, out) {
      let at = 0
      try {
        for (; at < names.length; at++) codecs[at]!.write((value as Record<string, unknown>)[names[at]!], out)
      } catch (thrown) {
        throw inside(thrown, names[at]!)
      }
    },
    read(from) {
      const value: Record<string, unknown> = {}
      let at = 0
      try {
        for (; at < names.length; at++) value[names[at]!] = codecs[at]!.read(from)
      } catch (thrown) {
        throw inside(thrown, names[at]!)
      }
      return value as Values<F>
    },
  }
}

/** A value of an enum: `{ tag: 'Id', value: … }`. */
export type Tagged<V> = {
  [K in keyof V]: { readonly tag: K; readonly value: V[K] extends AnyCodec ? ValueOf<V[K]> : never }
}[keyof V]

/**
 * An enum. Each variant carries one codec (`unit` for none). The variants have numbers in the order of declaration,
 * unless `indices` says otherwise. Metadata shows a variant's `struct` as named fields, a tuple as unnamed fields, and
 * any other codec as one unnamed field.
 */
export function variant<const V extends Fields>(
  variants: V,
  naming: Naming & { readonly indices?: { readonly [K in keyof V]: number } } = {},
): Codec<Tagged<V>> {
  const entries = Object.entries(variants).map(([name, codec], at) => ({
    name,
    codec: codec as Loose,
    index: (naming.indices as Record<string, number> | undefined)?.[name] ?? at,
  }))
  const byName = new Map(entries.map((entry) => [entry.name, entry]))
  const byIndex = new Map(entries.map((entry) => [entry.index, entry]))
  const label = naming.path?.at(-1) ?? 'enum'
  const defs = entries.map(({ name, index, codec }) => ({ name, index, fields: variantFields(codec.type) }))
  return {
    type: {
      path: naming.path ?? [],
      ...(naming.params && { params: naming.params }),
      docs: naming.docs ?? [],
      shape: { kind: 'variant', variants: defs },
    },
    write(value, out) {
      const entry = byName.get(value.tag as string)
      if (!entry) throw new ScaleError(`a variant of ${label}`, String(value.tag))
      out.byte(entry.index)
      try {
        entry.codec.write(value.value, out)
      } catch (thrown) {
        throw inside(thrown, entry.name)
      }
    },
    read(from) {
      const index = from.byte(label)
      const entry = byIndex.get(index)
      if (!entry) throw new ScaleError(`a variant index of ${label}`, String(index), from.offset - 1)
      try {
        return { tag: entry.name, value: entry.codec.read(from) } as Tagged<V>
      } catch (thrown) {
        throw inside(thrown, entry.name)
      }
    },
  }
}

function variantFields(type: TypeDef): readonly FieldDef[] {
  if (type.path.length === 0 && type.shape.kind === 'composite') return type.shape.fields
  if (type.shape.kind === 'tuple') return type.shape.elements.map((element) => ({ type: element }))
  return [{ type: () => type, ...(type.path.length > 0 && { typeName: type.path.at(-1)! }) }]
}

/**
 * `Option<T>`: the value or `undefined`. Not for `Option<Option<T>>`, because its two empty values would be the same
 * here.
 */
export function option<T>(of: Codec<T>): Codec<T | undefined> {
  const element: TypeRef = () => of.type
  return {
    type: {
      path: ['Option'],
      params: [{ name: 'T', type: element }],
      shape: {
        kind: 'variant',
        variants: [
          { name: 'None', index: 0, fields: [] },
          { name: 'Some', index: 1, fields: [{ type: element }] },
        ],
      },
    },
    write(value, out) {
      if (value === undefined) return out.byte(0)
      out.byte(1)
      of.write(value, out)
    },
    read(from) {
      const flag = from.byte('Option')
      if (flag > 1) throw new ScaleError('Option (0 or 1)', String(flag), from.offset - 1)
      return flag === 1 ? of.read(from) : undefined
    },
  }
}

const MAX_EMPTY_ELEMENTS = 65_536

function readElements<T>(of: Codec<T>, count: number, from: Reader): T[] {
  const values: T[] = []
  try {
    while (values.length < count) values.push(of.read(from))
  } catch (thrown) {
    throw inside(thrown, `[${values.length}]`)
  }
  return values
}

function writeElements<T>(of: Codec<T>, values: readonly T[], out: Writer): void {
  let at = 0
  try {
    for (; at < values.length; at++) of.write(values[at]!, out)
  } catch (thrown) {
    throw inside(thrown, `[${at}]`)
  }
}

/** `Vec<T>`, with at most `max` elements if given (metadata shows `BoundedVec` as a plain sequence here). */
export function vec<T>(of: Codec<T>, max: number = 0xffff_ffff): Codec<readonly T[]> {
  return {
    type: { path: [], shape: { kind: 'sequence', element: () => of.type } },
    write(values, out) {
      if (values.length > max) throw new ScaleError(`at most ${max} elements`, String(values.length))
      writeCompactLength(values.length, out)
      writeElements(of, values, out)
    },
    read(from) {
      const start = from.offset
      const count = readLength(from, of === (unit as Codec<unknown>) ? 0 : 1, 'sequence')
      const bound = of === (unit as Codec<unknown>) ? Math.min(max, MAX_EMPTY_ELEMENTS) : max
      if (count > bound) throw new ScaleError(`at most ${bound} elements`, String(count), start)
      return readElements(of, count, from)
    },
  }
}

/** `[T; length]`. */
export function array<T>(of: Codec<T>, length: number): Codec<readonly T[]> {
  return {
    type: { path: [], shape: { kind: 'array', length, element: () => of.type } },
    write(values, out) {
      if (values.length !== length) throw new ScaleError(`${length} elements`, String(values.length))
      writeElements(of, values, out)
    },
    read: (from) => readElements(of, length, from),
  }
}

/** The tuple of these codecs' values. */
export type TupleOf<C extends readonly AnyCodec[]> = { readonly [K in keyof C]: ValueOf<C[K]> }

/** `(A, B, …)`. */
export function tuple<const C extends readonly AnyCodec[]>(...of: C): Codec<TupleOf<C>> {
  const codecs = of as unknown as readonly Loose[]
  return {
    type: { path: [], shape: { kind: 'tuple', elements: codecs.map((codec) => () => codec.type) } },
    write(values, out) {
      let at = 0
      try {
        for (; at < codecs.length; at++) codecs[at]!.write((values as readonly unknown[])[at], out)
      } catch (thrown) {
        throw inside(thrown, String(at))
      }
    },
    read(from) {
      const values: unknown[] = []
      try {
        for (const codec of codecs) values.push(codec.read(from))
      } catch (thrown) {
        throw inside(thrown, String(values.length))
      }
      return values as unknown as TupleOf<C>
    },
  }
}

/** The same encoding under another name in metadata, such as a 32-byte array that is an `AccountId32`. */
export function named<T>(of: Codec<T>, path: readonly string[], docs: readonly string[] = []): Codec<T> {
  return {
    type: { path, docs, shape: { kind: 'composite', fields: [{ type: () => of.type }] } },
    write: (value, out) => of.write(value, out),
    read: (from) => of.read(from),
  }
}
