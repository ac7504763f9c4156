/**
 * Storage items: how pallets declare them, and the access that they then get.
 *
 * Owns: values, maps and maps of several keys, and the types of access to them. Does not own: the access itself.
 * Source: frame-support storage/types/{value,map,double_map,nmap}.rs.
 */
import type { Codec } from '#types/scale/codec.ts'
import { Blake2_128Concat, type StorageHasher } from '#types/scale/storage-key.ts'

/** A declared item. `K` are its keys, `V` its value, `Q` the result of a read: `V`, with undefined where there is no default. */
export interface Item<K extends readonly unknown[], V, Q> {
  readonly docs: string
  readonly keys: readonly { readonly codec: Codec<K[number]>; readonly hasher: StorageHasher }[]
  readonly value: Codec<V>
  /** With a default the item is a `ValueQuery`, otherwise an `OptionQuery`. */
  readonly default: V | undefined
  readonly query?: Q
}

/** Access to an item. Plain values have no keys. */
export interface Access<K extends readonly unknown[], V, Q> {
  /** The value; where nothing is stored, the default of the item or undefined. */
  get(...keys: K): Q
  /** Whether a value is stored; a default does not count. */
  has(...keys: K): boolean
  put(...entry: [...K, V]): void
  remove(...keys: K): void
  /** Reads and removes. */
  take(...keys: K): Q
  /** Replaces the value by the result of `change`; undefined removes it. */
  mutate(...entry: [...K, (value: Q) => V | undefined]): void
  /** The full storage key. */
  key(...keys: K): Uint8Array
}

/** The first keys of a map of several. */
type FirstKeys<K extends readonly unknown[]> = K extends readonly [...infer Head, unknown]
  ? Head | FirstKeys<Head>
  : never

/** Access to a map, and walks over it in the order of its hashed keys. `first` selects the entries with those first keys. */
export interface MapAccess<K extends readonly unknown[], V, Q> extends Access<K, V, Q> {
  entries(...first: FirstKeys<K>): Generator<[keys: K, value: V]>
  keys(...first: FirstKeys<K>): Generator<K>
  /** Removes every entry (with these first keys). Returns how many there were. */
  clear(...first: FirstKeys<K>): number
}

/** The access that a pallet gets for a declared item. */
export type AccessOf<I> =
  I extends Item<infer K, infer V, infer Q>
    ? K extends readonly []
      ? Access<[], V, Q>
      : K extends unknown[]
        ? MapAccess<K, V, Q>
        : never
    : never

/** A single value. With a default, reading it always gives a value. */
export function value<V>(docs: string, codec: Codec<V>): Item<[], V, V | undefined>
export function value<V>(docs: string, codec: Codec<V>, fallback: V): Item<[], V, V>
export function value<V>(docs: string, codec: Codec<V>, fallback?: V): Item<[], V, V | undefined> {
  return { docs, keys: [], value: codec, default: fallback }
}

interface MapOptions {
  /** Default Blake2_128Concat. Others only for keys that nobody can choose freely. */
  readonly hasher?: StorageHasher
}

/** A map. */
export function map<A, V>(
  docs: string,
  key: Codec<A>,
  codec: Codec<V>,
  options?: MapOptions,
): Item<[A], V, V | undefined>
export function map<A, V>(
  docs: string,
  key: Codec<A>,
  codec: Codec<V>,
  options: MapOptions & { default: V },
): Item<[A], V, V>
export function map<A, V>(
  docs: string,
  key: Codec<A>,
  codec: Codec<V>,
  options: MapOptions & { default?: V } = {},
): Item<[A], V, V | undefined> {
  const keys = [{ codec: key, hasher: options.hasher ?? Blake2_128Concat }]
  return { docs, keys, value: codec, default: options.default }
}

interface NMapOptions {
  /** One for each key. Default Blake2_128Concat. */
  readonly hashers?: readonly StorageHasher[]
}

type Codecs<K extends readonly unknown[]> = { readonly [I in keyof K]: Codec<K[I]> }

/** A map of several keys. Entries that share their first keys can be walked and cleared together. */
export function nMap<K extends unknown[], V>(
  docs: string,
  keys: Codecs<K>,
  codec: Codec<V>,
  options?: NMapOptions,
): Item<K, V, V | undefined>
export function nMap<K extends unknown[], V>(
  docs: string,
  keys: Codecs<K>,
  codec: Codec<V>,
  options: NMapOptions & { default: V },
): Item<K, V, V>
export function nMap<K extends unknown[], V>(
  docs: string,
  keys: Codecs<K>,
  codec: Codec<V>,
  options: NMapOptions & { default?: V } = {},
): Item<K, V, V | undefined> {
  const parts = (keys as readonly Codec<K[number]>[]).map((key, i) => ({
    codec: key,
    hasher: options.hashers?.[i] ?? Blake2_128Concat,
  }))
  return { docs, keys: parts, value: codec, default: options.default }
}

/** A map of two keys. */
export function doubleMap<A, B, V>(
  docs: string,
  keys: readonly [Codec<A>, Codec<B>],
  codec: Codec<V>,
  options?: NMapOptions,
): Item<[A, B], V, V | undefined>
export function doubleMap<A, B, V>(
  docs: string,
  keys: readonly [Codec<A>, Codec<B>],
  codec: Codec<V>,
  options: NMapOptions & { default: V },
): Item<[A, B], V, V>
export function doubleMap<A, B, V>(
  docs: string,
  keys: readonly [Codec<A>, Codec<B>],
  codec: Codec<V>,
  options: NMapOptions & { default?: V } = {},
): Item<[A, B], V, V | undefined> {
  return nMap<[A, B], V>(docs, keys, codec, options)
}

/** An item of any types, as the frame sees it. */
export type AnyItem = Item<any, any, any>
