/**
 * Reads JSON that people wrote. Each error names the path, the expected and the found value.
 *
 * Owns: the checks. Does not own: which fields the conditions have.
 */
import { AssayError } from '#types/errors.ts'

/** Reads a value that stands at `path`. @throws AssayError `BAD_FAULTS`. */
export type Reader<T> = (value: unknown, path: string) => T

const MAX_SHOWN = 60

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

/** The error of a wrong value. */
export const refuse = (path: string, expected: string, value: unknown): AssayError =>
  new AssayError('BAD_FAULTS', `faults: ${path}: expected ${expected}, got ${shown(value)}`, { path })

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

/** A number from `low` to `high`, both included. */
export const number =
  (low: number, high: number): Reader<number> =>
  (value, path) => {
    if (isNumber(value) && value >= low && value <= high) return value
    throw refuse(path, high === Infinity ? `a number of ${low} or more` : `a number from ${low} to ${high}`, value)
  }

/** An integer of 0 or more, such as a peer. */
export const index: Reader<number> = (value, path) => {
  if (isNumber(value) && Number.isInteger(value) && value >= 0) return value
  throw refuse(path, 'an integer of 0 or more', value)
}

/** A list of at most `most`. */
export const list =
  <T>(item: Reader<T>, most: number): Reader<readonly T[]> =>
  (value, path) => {
    if (!Array.isArray(value) || value.length > most) throw refuse(path, `a list of at most ${most}`, value)
    return value.map((each: unknown, at) => item(each, `${path}[${at}]`))
  }

/** Two numbers, such as the ends of a range. */
export const pair =
  (item: Reader<number>): Reader<readonly [number, number]> =>
  (value, path) => {
    if (!Array.isArray(value) || value.length !== 2) throw refuse(path, 'a list of two numbers', value)
    return [item(value[0], `${path}[0]`), item(value[1], `${path}[1]`)]
  }

/** An object with no fields but these. */
export function fields(value: unknown, path: string, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(path, 'an object', value)
  const strange = Object.keys(value).find((name) => !known.includes(name))
  if (strange !== undefined) throw refuse(`${path}.${strange}`, `one of ${known.join(', ')}`, strange)
  return value as Readonly<Record<string, unknown>>
}
