/**
 * JSON with a schema: small shapes that read a value, or say where it is wrong, and print it again.
 *
 * Owns: the shapes chain specs and dumps are made of. Does not own: which fields they have (chain-spec.ts, dump-format.ts). What `print` gives, `read`
 * takes back as the same value.
 */
import { fromHex, toHex } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { fromSs58, toSs58 } from '#types/crypto/ss58.ts'

/** A kind of value: how it is read from JSON and printed to JSON. */
export interface Shape<T> {
  /** @param path where in the file, such as `genesis.sudo.key`. @throws AssayError `BAD_SPEC`. */
  read(json: unknown, path: string): T
  print(value: T): unknown
}

/** The value type of a shape. */
export type Shaped<S> = S extends Shape<infer T> ? T : never

const MAX_SHOWN = 60

/** A value in an error message: its JSON, cut short. */
function shown(json: unknown): string {
  if (json === undefined) return 'nothing'
  const text = JSON.stringify(json)
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

/** The error of every shape. */
const badSpec = (path: string, expected: string, json: unknown): AssayError =>
  new AssayError('BAD_SPEC', `expected ${expected} at ${path}, got ${shown(json)}`, { path })

const isRecord = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** Text of 1 to `max` characters. */
export const text = (max: number): Shape<string> => ({
  read(json, path) {
    if (typeof json === 'string' && json.length > 0 && json.length <= max) return json
    throw badSpec(path, `text of 1 to ${max} characters`, json)
  },
  print: (value) => value,
})

/** Text that matches a pattern. */
export const matching = (pattern: RegExp, expected: string): Shape<string> => ({
  read(json, path) {
    if (typeof json === 'string' && pattern.test(json)) return json
    throw badSpec(path, expected, json)
  },
  print: (value) => value,
})

export const oneOf = <const T extends string>(...values: readonly T[]): Shape<T> => ({
  read(json, path) {
    const found = values.find((value) => value === json)
    if (found !== undefined) return found
    throw badSpec(path, `one of ${values.join(', ')}`, json)
  },
  print: (value) => value,
})

/** A whole number in a range, both ends included. */
export const integer = (min: number, max: number): Shape<number> => ({
  read(json, path) {
    if (typeof json === 'number' && Number.isInteger(json) && json >= min && json <= max) return json
    throw badSpec(path, `a whole number from ${min} to ${max}`, json)
  },
  print: (value) => value,
})

const U128_MAX = (1n << 128n) - 1n

/** An amount in the smallest unit: decimal text, or a number that JSON holds exactly. */
export const amount: Shape<bigint> = {
  read(json, path) {
    const wanted = 'an amount in the smallest unit, as decimal text up to 2^128-1'
    if (typeof json === 'number' && Number.isSafeInteger(json) && json >= 0) return BigInt(json)
    if (typeof json !== 'string' || !/^\d{1,39}$/.test(json)) throw badSpec(path, wanted, json)
    const value = BigInt(json)
    if (value > U128_MAX) throw badSpec(path, wanted, json)
    return value
  },
  print: (value) => value.toString(),
}

const ACCOUNT_BYTES = 32

/** An account: an SS58 address, or its 32 bytes in hex. */
export const account: Shape<Uint8Array> = {
  read(json, path) {
    const wanted = 'an SS58 address or 0x and 64 hex digits'
    if (typeof json !== 'string') throw badSpec(path, wanted, json)
    try {
      const bytes = json.startsWith('0x') ? fromHex(json) : fromSs58(json)
      if (bytes.length === ACCOUNT_BYTES) return bytes
    } catch (error) {
      throw badSpec(path, `${wanted} (${messageOf(error)})`, json)
    }
    throw badSpec(path, wanted, json)
  },
  print: (value) => toSs58(value),
}

/** Exactly `length` bytes in hex. */
export const hexBytes = (length: number): Shape<Uint8Array> => ({
  read(json, path) {
    if (typeof json === 'string' && json.length === 2 + 2 * length && /^0x[0-9a-fA-F]*$/.test(json))
      return fromHex(json)
    throw badSpec(path, `0x and ${2 * length} hex digits`, json)
  },
  print: (value) => toHex(value),
})

/** At most `max` bytes in hex. */
export const hexUpTo = (max: number): Shape<Uint8Array> => ({
  read(json, path) {
    if (typeof json === 'string' && json.length <= 2 + 2 * max && /^0x(?:[0-9a-fA-F]{2})*$/.test(json))
      return fromHex(json)
    throw badSpec(path, `0x and pairs of hex digits for at most ${max} bytes`, json)
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
      throw badSpec(path, `a list of ${min} to ${max} items`, Array.isArray(json) ? `${json.length} items` : json)
    return json.map((item, index) => of.read(item, `${path}[${index}]`))
  },
  print: (values) => values.map((value) => of.print(value)),
})

/** A list of exactly two. */
export const pair = <A, B>(a: Shape<A>, b: Shape<B>): Shape<readonly [A, B]> => ({
  read(json, path) {
    if (!Array.isArray(json) || json.length !== 2) throw badSpec(path, 'a list of two', json)
    return [a.read(json[0], `${path}[0]`), b.read(json[1], `${path}[1]`)]
  },
  print: ([left, right]) => [a.print(left), b.print(right)],
})

/** A shape of whatever value. */
interface AnyShape {
  read(json: unknown, path: string): unknown
  print(value: never): unknown
}
type ObjectShapes = Readonly<Record<string, AnyShape>>

type ObjectOf<R> = { readonly [K in keyof R]: Shaped<R[K]> }

/** An object with these fields, of which those of `optional` may be absent. */
export function objectWith<const R extends ObjectShapes, const O extends ObjectShapes>(
  required: R,
  optional: O,
): Shape<ObjectOf<R> & Partial<ObjectOf<O>>> {
  const shapes: Readonly<Record<string, Shape<unknown>>> = { ...required, ...optional }
  return {
    read(json, path) {
      if (!isRecord(json)) throw badSpec(path, 'an object', json)
      // A field too many is refused, so that a misspelt one does not pass unnoticed.
      for (const key of Object.keys(json))
        if (!Object.hasOwn(shapes, key))
          throw badSpec(`${path}.${key}`, `one of the fields ${Object.keys(shapes).join(', ')}`, json[key])
      const value: Record<string, unknown> = {}
      for (const [key, shape] of Object.entries(shapes)) {
        if (json[key] === undefined && !Object.hasOwn(required, key)) continue
        value[key] = shape.read(json[key], `${path}.${key}`)
      }
      return value as ObjectOf<R> & Partial<ObjectOf<O>>
    },
    print(value) {
      const printed: Record<string, unknown> = {}
      for (const [key, shape] of Object.entries(shapes)) {
        const field = (value as Readonly<Record<string, unknown>>)[key]
        if (field !== undefined) printed[key] = shape.print(field)
      }
      return printed
    },
  }
}

/** An object with exactly these fields. */
export const object = <const R extends ObjectShapes>(required: R): Shape<ObjectOf<R>> => objectWith(required, {})
