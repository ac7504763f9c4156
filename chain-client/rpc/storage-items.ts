/**
 * The storage queries of chainHead_v1_storage and archive_v1_storage, and their results.
 *
 * Owns: the `items` parameter and the JSON of results. Does not own: pages and events.
 * Source: paritytech/json-rpc-interface-spec api/{chainHead,archive}_v1_storage.
 */
import { toHex } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import type { Trie } from '#chain/trie/trie.ts'
import { RPC_CODE, RpcError } from './errors.ts'
import { bytes, oneOf, optional, type Param } from './params.ts'

export type StorageQueryType =
  | 'value'
  | 'hash'
  | 'closestDescendantMerkleValue'
  | 'descendantsValues'
  | 'descendantsHashes'

/** One element of `items`. */
export interface StorageItem {
  readonly key: Uint8Array
  readonly type: StorageQueryType
  /** Descendants are listed after this key; undefined: from the first one. */
  readonly paginationStartKey: Uint8Array | undefined
}

const queryType = oneOf('value', 'hash', 'closestDescendantMerkleValue', 'descendantsValues', 'descendantsHashes')
const startKey = optional(bytes)

/** Error -32602 for a parameter inside another one. */
export const invalidItem = (message: string): RpcError =>
  new RpcError(RPC_CODE.invalidParams, `Invalid params: ${message}`)

/** The fields of an element of `items`. @throws RpcError -32602. */
export function itemFields(value: unknown, fields: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw invalidItem(`items: expected objects with ${fields}, got ${Array.isArray(value) ? 'an array' : typeof value}`)
}

/** An element of `items`. Only archive_v1_storage knows a position at which descendants continue. */
export const storageItem = (paginated: boolean): Param<StorageItem> => ({
  optional: false,
  decode(value) {
    const fields = itemFields(value, paginated ? 'key, type and perhaps paginationStartKey' : 'key and type')
    const type = queryType.decode(fields['type'])
    const paginationStartKey = paginated ? startKey.decode(fields['paginationStartKey']) : undefined
    if (paginationStartKey && !isDescendants(type))
      throw invalidItem('items: expected paginationStartKey with descendantsValues and descendantsHashes only')
    return { key: bytes.decode(fields['key']), type, paginationStartKey }
  },
})

/** Whether a query finds the descendants of its key. */
export const isDescendants = (type: StorageQueryType): boolean =>
  type === 'descendantsValues' || type === 'descendantsHashes'

/** The results, in the order of the items, each as JSON text `{ key, value | hash | closestDescendantMerkleValue }`. */
export function* storageResults(state: Trie, items: readonly StorageItem[]): Generator<string, void, void> {
  for (const item of items) {
    if (!isDescendants(item.type)) {
      const found = single(state, item)
      if (found !== undefined) yield found
      continue
    }
    for (const [key, value] of descendants(state, item))
      yield item.type === 'descendantsValues'
        ? resultText(key, 'value', value)
        : resultText(key, 'hash', blake2b256(value))
  }
}

function single(state: Trie, { key, type }: StorageItem): string | undefined {
  if (type === 'closestDescendantMerkleValue') {
    const merkleValue = state.closestDescendantMerkleValue(key)
    return merkleValue && resultText(key, type, merkleValue)
  }
  const value = state.get(key)
  if (value === undefined) return undefined
  return type === 'hash' ? resultText(key, 'hash', blake2b256(value)) : resultText(key, 'value', value)
}

const resultText = (key: Uint8Array, field: string, value: Uint8Array): string =>
  `{"key":"${toHex(key)}","${field}":"${toHex(value)}"}`

const CHUNK_KEYS = 256

type Entry = readonly [key: Uint8Array, value: Uint8Array]

function* descendants(state: Trie, { key: prefix, paginationStartKey }: StorageItem): Generator<Entry, void, void> {
  if (paginationStartKey === undefined) return yield* state.entries(prefix)
  let after = paginationStartKey
  for (;;) {
    const keys = state.keys(prefix, after, CHUNK_KEYS)
    for (const key of keys) yield [key, state.get(key)!]
    if (keys.length < CHUNK_KEYS) return
    after = keys.at(-1)!
  }
}
