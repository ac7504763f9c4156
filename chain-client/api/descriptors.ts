/**
 * The parts of a chain that a worker uses, each named once with its codecs.
 *
 * Owns: descriptors of calls, events, storage items and constants, and the typed wrappers over ChainPort's bytes. Does
 * not own: the comparison with a chain (fit.ts).
 */
import { decode, encode, type Codec } from '#types/scale/codec.ts'
import { struct, type AnyCodec, type Fields, type TupleOf, type Values } from '#types/scale/compound.ts'
import type { CallRequest, ChainEventRecord, ChainPort } from './chain-port.ts'

/** A call with its arguments in order. `name` is camelCase. */
export interface CallDescriptor<F extends Fields> {
  readonly kind: 'call'
  readonly pallet: string
  readonly name: string
  readonly fields: F
}

/** An event with its fields in order. */
export interface EventDescriptor<F extends Fields> {
  readonly kind: 'event'
  readonly pallet: string
  readonly name: string
  readonly fields: F
}

/** A storage item; `keys` is empty for a plain value. */
export interface StorageDescriptor<K extends readonly AnyCodec[], V> {
  readonly kind: 'storage'
  readonly pallet: string
  readonly name: string
  readonly keys: K
  readonly value: Codec<V>
}

export interface ConstantDescriptor<V> {
  readonly kind: 'constant'
  readonly pallet: string
  readonly name: string
  readonly value: Codec<V>
}

/** An item that a chain must have, in exactly this form, for a worker to work with it. */
export type Requirement =
  | CallDescriptor<Fields>
  | EventDescriptor<Fields>
  | (Pick<StorageDescriptor<readonly AnyCodec[], unknown>, 'kind' | 'pallet' | 'name' | 'keys'> & {
      readonly value: AnyCodec
    })
  | (Pick<ConstantDescriptor<unknown>, 'kind' | 'pallet' | 'name'> & { readonly value: AnyCodec })

/** Describes a call, such as `callOf('Balances', 'transferKeepAlive', { dest: MultiAddress, value: compactU128 })`. */
export const callOf = <const F extends Fields>(pallet: string, name: string, fields: F): CallDescriptor<F> => ({
  kind: 'call',
  pallet,
  name,
  fields,
})

/** Describes an event, its fields named as the pallet names them, in camelCase. */
export const eventOf = <const F extends Fields>(pallet: string, name: string, fields: F): EventDescriptor<F> => ({
  kind: 'event',
  pallet,
  name,
  fields,
})

/** Describes a storage item, such as `storageOf('System', 'Account', [AccountId], AccountInfo)`. */
export const storageOf = <const K extends readonly AnyCodec[], V>(
  pallet: string,
  name: string,
  keys: K,
  value: Codec<V>,
): StorageDescriptor<K, V> => ({ kind: 'storage', pallet, name, keys, value })

/** Describes a constant. */
export const constantOf = <V>(pallet: string, name: string, value: Codec<V>): ConstantDescriptor<V> => ({
  kind: 'constant',
  pallet,
  name,
  value,
})

/** The call with these arguments, ready for `ChainPort.submit`. */
export const encodeCall = <F extends Fields>(
  { pallet, name, fields }: CallDescriptor<F>,
  args: Values<F>,
): CallRequest => ({
  pallet,
  call: name,
  args: encode(struct(fields), args),
})

/** The event's fields, or undefined if the record is another event. @throws ScaleError if the bytes do not fit. */
export function decodeEvent<F extends Fields>(
  { pallet, name, fields }: EventDescriptor<F>,
  record: ChainEventRecord,
): Values<F> | undefined {
  if (record.pallet !== pallet || record.name !== name) return undefined
  return decode(struct(fields), record.data)
}

const encodeKeys = (codecs: readonly AnyCodec[], keys: readonly unknown[]): Uint8Array[] =>
  keys.map((key, i) => encode(codecs[i] as Codec<unknown>, key))

/** The item's value at the latest finalized block; its default if it has one and is not set. */
export const read = <K extends readonly AnyCodec[], V>(
  port: ChainPort,
  item: StorageDescriptor<K, V>,
  ...keys: TupleOf<K>
): Promise<V | undefined> => readAt(port, undefined, item, ...keys)

/** The item's value at the block with hash `at`. */
export async function readAt<K extends readonly AnyCodec[], V>(
  port: ChainPort,
  at: Uint8Array | undefined,
  item: StorageDescriptor<K, V>,
  ...keys: TupleOf<K>
): Promise<V | undefined> {
  const value = await port.storage(item.pallet, item.name, encodeKeys(item.keys, keys), at)
  return value && decode(item.value, value)
}

/** Entries of a map, with all keys of each. */
type Entries<K extends readonly AnyCodec[], V> = readonly (readonly [keys: TupleOf<K>, value: V])[]

/** All entries of a map, decoded, at the latest finalized block or at `at`. */
export const readEntries = <K extends readonly AnyCodec[], V>(
  port: ChainPort,
  item: StorageDescriptor<K, V>,
  at?: Uint8Array,
): Promise<Entries<K, V>> => readUnder(port, item, [], at)

/** The entries of a map whose first key that is, decoded, at the latest finalized block. */
export const readEntriesOf = <K extends readonly [AnyCodec, ...AnyCodec[]], V>(
  port: ChainPort,
  item: StorageDescriptor<K, V>,
  key: TupleOf<K>[0],
): Promise<Entries<K, V>> => readUnder(port, item, encodeKeys(item.keys, [key]))

async function readUnder<K extends readonly AnyCodec[], V>(
  port: ChainPort,
  item: StorageDescriptor<K, V>,
  prefix: readonly Uint8Array[],
  at?: Uint8Array,
): Promise<Entries<K, V>> {
  const entries = await port.entries(item.pallet, item.name, prefix, at)
  return entries.map(([keys, value]) => {
    const decoded = keys.map((key, i) => decode(item.keys[i] as Codec<unknown>, key))
    return [decoded as unknown as TupleOf<K>, decode(item.value, value)] as const
  })
}

/** The constant's value. */
export const readConstant = <V>(port: ChainPort, { pallet, name, value }: ConstantDescriptor<V>): V =>
  decode(value, port.constant(pallet, name))
