/**
 * Access to storage items: from a pallet's keys and values to raw ones in the overlay.
 *
 * Owns: typed reads, writes and walks over the overlay; key building with its cache. Does not own: how to declare a storage item.
 * Returned values are shared with the block's cache: treat them as immutable, bytes too.
 * Source: frame-support storage/generator/{value,map,double_map,nmap}.rs.
 */
import { AccountId } from '#types/scale/account.ts'
import { decode, Reader, type Codec } from '#types/scale/codec.ts'
import { Identity, readStorageKeyPart, storagePrefix, type StorageHasher } from '#types/scale/storage-key.ts'
import { AssayError } from '#types/errors.ts'
import type { CurrentExternalities } from './externalities.ts'
import { rawKey, keyBytes, type RawKey } from './overlay.ts'
import { encodeSmall } from './scratch.ts'
import type { Access, AnyItem } from './storage.ts'

/** Hashed keys kept per map and place; a full cache starts over. */
const MAX_CACHED_KEYS = 8192

/** Keys that are found without encoding them. */
const RECENT_KEYS = 4

/** Builds the raw keys of one item. Hashing a key costs more than the rest of an access, so hashed keys are kept. */
class Keys {
  readonly prefix: RawKey
  readonly #item: AnyItem
  /** For each place among the keys: encoded key to hashed key. */
  readonly #hashed: readonly Map<RawKey, RawKey>[]
  /** The keys used last, by identity: a transaction asks for its few accounts many times. Do not write into keys. */
  readonly #recent: { readonly key: unknown; readonly full: RawKey }[] = []
  #turn = 0

  constructor(pallet: string, name: string, item: AnyItem) {
    this.prefix = rawKey(storagePrefix(pallet, name))
    this.#item = item
    this.#hashed = item.keys.map(() => new Map())
  }

  of(keys: readonly unknown[]): RawKey {
    const parts = this.#item.keys
    if (parts.length === 0) return this.prefix
    if (parts.length === 1) return this.single(keys[0])
    return keys.reduce<RawKey>((full, key, part) => full + this.#part(part, key), this.prefix)
  }

  /** The keys in a raw key. @throws AssayError `KEY_NOT_REVERSIBLE` where a hasher does not keep the key. */
  read(key: RawKey): unknown[] {
    const from = new Reader(keyBytes(key.slice(this.prefix.length)))
    return this.#item.keys.map(({ codec, hasher }: { codec: Codec<unknown>; hasher: StorageHasher }) => {
      if (hasher.hashBytes === undefined)
        throw new AssayError('KEY_NOT_REVERSIBLE', `expected a hasher that keeps the key, got ${hasher.name}`)
      return readStorageKeyPart(hasher, codec, from)
    })
  }

  /** As {@link of} for maps of one key. */
  single(key: unknown): RawKey {
    for (const recent of this.#recent) if (recent.key === key) return recent.full
    const full = this.prefix + this.#part(0, key)
    this.#recent[this.#turn] = { key, full }
    this.#turn = (this.#turn + 1) % RECENT_KEYS
    return full
  }

  /** The key at that place among the keys, hashed. */
  #part(part: number, key: unknown): RawKey {
    const encoded = this.#encode(part, key)
    const name = rawKey(encoded)
    const { hasher } = this.#item.keys[part]!
    if (hasher === Identity) return name
    const known = this.#hashed[part]!
    let hashed = known.get(name)
    if (hashed === undefined) {
      hashed = rawKey(hasher.encode(encoded))
      if (known.size >= MAX_CACHED_KEYS) known.clear()
      known.set(name, hashed)
    }
    return hashed
  }

  #encode(part: number, key: unknown): Uint8Array {
    const { codec } = this.#item.keys[part]!
    if ((codec as unknown) === AccountId && key instanceof Uint8Array && key.length === 32) return key
    return encodeSmall(codec, key)
  }
}

/** Values of one item under their raw keys. */
class Cells {
  readonly #current: CurrentExternalities
  readonly #codec: Codec<unknown>
  readonly #default: unknown

  constructor(current: CurrentExternalities, item: AnyItem) {
    this.#current = current
    this.#codec = item.value
    this.#default = item.default
  }

  /** The stored value, decoded once per block and write. */
  stored(key: RawKey): unknown {
    const entry = this.#current.get().overlay.entry(key)
    if (entry.bytes !== undefined && entry.value === undefined) entry.value = decode(this.#codec, entry.bytes)
    return entry.bytes === undefined ? undefined : entry.value
  }

  /** The stored value, otherwise the item's default. */
  get(key: RawKey): unknown {
    return this.stored(key) ?? this.#default
  }

  has(key: RawKey): boolean {
    return this.#current.get().overlay.get(key) !== undefined
  }

  put(key: RawKey, value: unknown): void {
    this.#current.get().overlay.put(key, encodeSmall(this.#codec, value), value)
  }

  remove(key: RawKey): void {
    this.#current.get().overlay.put(key, undefined)
  }

  /** Raw keys of all entries under a prefix. */
  under(prefix: RawKey): Generator<RawKey> {
    return this.#current.get().overlay.keys(prefix)
  }
}

type LooseAccess = Access<unknown[], unknown, unknown>

/** The access that every item has, with any number of keys. */
function plainAccess(keys: Keys, cells: Cells, arity: number): LooseAccess {
  return {
    get: (...of) => cells.get(keys.of(of)),
    has: (...of) => cells.has(keys.of(of)),
    put: (...entry) => cells.put(keys.of(entry.slice(0, arity)), entry[arity]),
    remove: (...of) => cells.remove(keys.of(of)),
    take(...of) {
      const key = keys.of(of)
      const taken = cells.get(key)
      cells.remove(key)
      return taken
    },
    mutate(...entry) {
      const key = keys.of(entry.slice(0, arity))
      const change = entry[arity] as (value: unknown) => unknown
      const changed = change(cells.get(key))
      if (changed === undefined) cells.remove(key)
      else cells.put(key, changed)
    },
    key: (...of) => keyBytes(keys.of(of)),
  }
}

/** The frequent accesses to a map of one key, without arrays of arguments. */
const singleKeyAccess = (keys: Keys, cells: Cells) => ({
  get: (key: unknown) => cells.get(keys.single(key)),
  has: (key: unknown) => cells.has(keys.single(key)),
  put: (key: unknown, value: unknown) => cells.put(keys.single(key), value),
})

/** Walks over a map. */
function mapWalks(keys: Keys, cells: Cells) {
  const walk = (first: unknown[]): Generator<RawKey> => cells.under(first.length === 0 ? keys.prefix : keys.of(first))
  return {
    *entries(...first: unknown[]) {
      for (const key of walk(first)) {
        const value = cells.stored(key)
        if (value !== undefined) yield [keys.read(key), value]
      }
    },
    *keys(...first: unknown[]) {
      for (const key of walk(first)) yield keys.read(key)
    },
    clear(...first: unknown[]) {
      const all = [...walk(first)]
      for (const key of all) cells.remove(key)
      return all.length
    },
  }
}

/** Access to one item of a pallet, in the current environment. */
export function bindItem(current: CurrentExternalities, pallet: string, name: string, item: AnyItem): unknown {
  const keys = new Keys(pallet, name, item)
  const cells = new Cells(current, item)
  const arity = item.keys.length
  const access = plainAccess(keys, cells, arity)
  if (arity === 0) return access
  return { ...access, ...(arity === 1 && singleKeyAccess(keys, cells)), ...mapWalks(keys, cells) }
}
