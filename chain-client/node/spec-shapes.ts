/**
 * JSON with a schema: small shapes that read a value, or tell where it is wrong, and print it again.
 *
 * Owns: the shapes of which chain specs and dumps are made. Does not own: which fields those have. `read` takes back the output of
 * `print` as the same value.
 */
import { fromHex, toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { isRecord, shown } from '#chain/runtime/genesis-json.ts'

/** A kind of value: how to read it from JSON and print it to JSON. */
export interface Shape<T> {
  /** @param path where in the file, such as `genesis.sudo.key`. @throws AssayError `BAD_SPEC`. */
  read(json: unknown, path: string): T
  print(value: T): unknown
}

/** The value type of a shape. */
export type Shaped<S> = S extends Shape<infer T> ? T : never

/** The error of every shape. `got` describes the value. */
export const badSpec = (path: string, expected: string, got: string): AssayError =>
  new AssayError('BAD_SPEC', `expected ${expected} at ${path}, got ${got}`, { path })

const wrong = (path: string, expected: string, json: unknown): AssayError => badSpec(path, expected, shown(json))

/** Text of 1 to `max` characters. */
export const text = (max: number): Shape<string> => ({
  read(json, path) {
    if (typeof json === 'string' && json.length > 0 && json.length <= max) return json
    throw wrong(path, `text of 1 to ${max} characters`, json)
  },
  print: (value) => value,
})

/** Text that matches a pattern. */
export const matching = (pattern: RegExp, expected: string): Shape<string> => ({
  read(json, path) {
    if (typeof json === 'string' && pattern.test(json)) return json
    throw wrong(path, expected, json)
  },
  print: (value) => value,
})

export const oneOf = <const T extends string>(...values: readonly T[]): Shape<T> => ({
  read(json, path) {
    const found = values.find((value) => value === json)
    if (found !== undefined) return found
    throw wrong(path, `one of ${values.join(', ')}`, json)
  },
  print: (value) => value,
})

/** A whole number in a range, both ends included. */
export const integer = (min: number, max: number): Shape<number> => ({
  read(json, path) {
    if (typeof json === 'number' && Number.isInteger(json) && json >= min && json <= max) return json
    throw wrong(path, `a whole number from ${min} to ${max}`, json)
  },
  print: (value) => value,
})

/** Exactly `length` bytes in hex. */
export const hexBytes = (length: number): Shape<Uint8Array> => ({
  read(json, path) {
    if (typeof json === 'string' && json.length === 2 + 2 * length && /^0x[0-9a-fA-F]*$/.test(json))
      return fromHex(json)
    throw wrong(path, `0x and ${2 * length} hex digits`, json)
  },
  print: (value) => toHex(value),
})

/** At most `max` bytes in hex. */
export const hexUpTo = (max: number): Shape<Uint8Array> => ({
  read(json, path) {
    if (typeof json === 'string' && json.length <= 2 + 2 * max && /^0x(?:[0-9a-fA-F]{2})*$/.test(json))
      return fromHex(json)
    throw wrong(path, `0x and pairs of hex digits for at most ${max} bytes`, json)
  },
  print: (value) => toHex(value),
})

/** Null, or a value. */
export const nullable = <T>(of: Shape<T>): Shape<T | null> => ({
  read: (json, path) => (json === null ? null : of.read(json, path)),
  print: (value) => (value === null ? null : of.print(value)),
})

/** A list of `min` to `max` items. */
export const list = <T>(of: Shape<T>, { min = 0, max }: { min?: number; max: number }): Shape<readonly T[]> => ({
  read(json, path) {
    if (!Array.isArray(json) || json.length < min || json.length > max)
      throw wrong(path, `a list of ${min} to ${max} items`, Array.isArray(json) ? `${json.length} items` : json)
    return json.map((item, index) => of.read(item, `${path}[${index}]`))
  },
  print: (values) => values.map((value) => of.print(value)),
})

/** A list of exactly two. */
export const pair = <A, B>(a: Shape<A>, b: Shape<B>): Shape<readonly [A, B]> => ({
  read(json, path) {
    if (!Array.isArray(json) || json.length !== 2) throw wrong(path, 'a list of two', json)
    return [a.read(json[0], `${path}[0]`), b.read(json[1], `${path}[1]`)]
  },
  print: ([left, right]) => [a.print(left), b.print(right)],
})

/** A shape of any value. */
interface AnyShape {
  read(json: unknown, path: string): unknown
  print(value: never): unknown
}
type ObjectShapes = Readonly<Record<string, AnyShape>>

type ObjectOf<R> = { readonly [K in keyof R]: Shaped<R[K]> }

/** An object with exactly these fields. */
export const object = <const R extends ObjectShapes>(shapes: R): Shape<ObjectOf<R>> => ({
  read(json, path) {
    if (!isRecord(json)) throw wrong(path, 'an object', json)
    // Refuses unknown fields, so that a misspelt one does not pass unnoticed.
    for (const key of Object.keys(json))
      if (!Object.hasOwn(shapes, key))
        throw wrong(`${path}.${key}`, `one of the fields ${Object.keys(shapes).join(', ')}`, json[key])
    const fields = Object.entries(shapes).map(([key, shape]) => [key, shape.read(json[key], `${path}.${key}`)])
    return Object.fromEntries(fields) as ObjectOf<R>
  },
  print(value) {
    const values = value as Readonly<Record<string, never>>
    return Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, shape.print(values[key]!)]))
  },
})
