/**
 * Changes of a record: a new value for each field that changes, and none for the others.
 *
 * Owns: the fields of such a change, and its effect on a record.
 */
import type { Codec, ValueOf } from '../scale/codec.ts'
import { option, type Fields } from '../scale/compound.ts'

/** A change of a record. */
export type Changes<T> = { readonly [K in keyof T]: T[K] | undefined }

type Optional<F> = { readonly [K in keyof F]: Codec<ValueOf<F[K]> | undefined> }

/** The fields of a change of a record with these fields. None of them may be an option, whose absence would say nothing. */
export const optional = <const F extends Fields>(fields: F): Optional<F> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, codec]) => [name, option(codec as Codec<unknown>)]),
  ) as unknown as Optional<F>

const mapFields = <T extends object, V>(record: T, value: (name: keyof T) => V): Record<keyof T, V> =>
  Object.fromEntries(Object.keys(record).map((name) => [name, value(name as keyof T)])) as Record<keyof T, V>

/** The record after a change. */
export const changed = <T extends object>(record: T, changes: Changes<T>): T =>
  mapFields(record, (name) => changes[name] ?? record[name]) as T

/** The part of a change that gives a field another value than it has, by `===`; undefined where there is none. */
export function news<T extends object>(record: T, changes: Changes<T>): Changes<T> | undefined {
  const found = mapFields(record, (name) => (changes[name] === record[name] ? undefined : changes[name]))
  return Object.values(found).some((value) => value !== undefined) ? (found as Changes<T>) : undefined
}
