/**
 * The meaning of storage keys and values, by the pallets' declarations.
 *
 * Owns: the way back from raw keys and bytes to pallet, item, map keys and value, as a trace shows them. Does not own: the way
 * there (storage access).
 */
import { toHex } from '#types/bytes.ts'
import { decode, Reader, type Codec } from '#types/scale/codec.ts'
import { readStorageKeyPart, storagePrefix, type StorageHasher } from '#types/scale/storage-key.ts'
import { pascalCase, type BoundPallet } from './bind.ts'
import { keyBytes, rawKey, type RawKey } from './overlay.ts'
import { render, type Json } from './render.ts'
import type { AnyItem } from './storage.ts'
import type { TracePlace } from './trace.ts'

/** Pallet and item prefix of a storage key. */
const PREFIX_LENGTH = 32

/** A storage item and its pallet. */
interface KnownItem {
  readonly pallet: string
  readonly name: string
  readonly item: AnyItem
}

/** Items by their prefix. */
function itemTable(pallets: readonly BoundPallet[]): ReadonlyMap<RawKey, KnownItem> {
  const entries = pallets.flatMap(({ name: pallet, items }) =>
    Object.entries(items).map(([key, item]): [RawKey, KnownItem] => {
      const name = pascalCase(key)
      return [rawKey(storagePrefix(pallet, name)), { pallet, name, item }]
    }),
  )
  return new Map(entries)
}

/** The map keys in a storage key or prefix. Stops where a hasher does not keep the key, or where the bytes are no such key. */
function mapKeys({ item }: KnownItem, key: RawKey): Json[] {
  const from = new Reader(keyBytes(key.slice(PREFIX_LENGTH)))
  const found: Json[] = []
  for (const { codec, hasher } of item.keys as readonly { codec: Codec<unknown>; hasher: StorageHasher }[]) {
    if (from.remaining === 0 || hasher.hashBytes === undefined) break
    try {
      found.push(render(readStorageKeyPart(hasher, codec, from), codec.type))
    } catch {
      // Root may write to any key. Showing such a key must not break root's call.
      break
    }
  }
  return found
}

/** The places that a runtime's pallets declare. */
export class StoragePlaces {
  readonly #items: ReadonlyMap<RawKey, KnownItem>

  constructor(pallets: readonly BoundPallet[]) {
    this.#items = itemTable(pallets)
  }

  /** The place of a full key or a prefix. */
  place(key: RawKey): TracePlace {
    const known = this.#items.get(key.slice(0, PREFIX_LENGTH))
    const hex = toHex(keyBytes(key))
    return known
      ? { key: hex, pallet: known.pallet, item: known.name, keys: mapKeys(known, key) }
      : { key: hex, keys: [] }
  }

  /** The decoded value. Gives the bytes where they are no value of the item: somebody may have set them by hand. */
  value(key: RawKey, bytes: Uint8Array | undefined): Json {
    if (!bytes) return null
    const codec: Codec<unknown> | undefined = this.#items.get(key.slice(0, PREFIX_LENGTH))?.item.value
    if (!codec) return toHex(bytes)
    try {
      return render(decode(codec, bytes), codec.type)
    } catch {
      return toHex(bytes)
    }
  }
}
