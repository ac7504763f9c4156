/**
 * The transactional storage overlay: the reads and writes of a block under construction, on top of a state.
 *
 * Owns: nested layers (begin, commit, rollback), the block's read cache, merged iteration by prefix, the final changes, the count
 * of work. Does not own: storage items, which give keys and values a meaning.
 * Layers are an undo journal over one map, so that a read costs one lookup at any depth, and a commit costs nothing.
 * Source: sp-state-machine overlayed_changes/mod.rs.
 */
import { AssayError } from '#types/errors.ts'
import { binaryOf } from '#chain/trie/strings.ts'
import type { StorageWork } from './meter.ts'

/** The state below, as the overlay needs it; `Trie` is one. */
export interface StateReader {
  get(key: Uint8Array): Uint8Array | undefined
  keys(prefix: Uint8Array, after: Uint8Array | undefined, limit: number): Uint8Array[]
}

/**
 * A storage key or prefix inside the runtime: its bytes as a latin1 string, one character a byte. A Map finds strings fastest, and
 * they sort as their bytes do.
 */
export type RawKey = string

/** The raw form of key bytes. */
export const rawKey: (bytes: Uint8Array) => RawKey = binaryOf

/** The bytes of a raw key, in Node's pool: a separate allocation would cost more than the rest of a read. */
function pooledBytes(key: RawKey): Uint8Array {
  const pooled = Buffer.from(key, 'latin1')
  return new Uint8Array(pooled.buffer, pooled.byteOffset, pooled.length)
}

/** The bytes of a raw key, in a fresh array. */
export function keyBytes(key: RawKey): Uint8Array {
  const bytes = new Uint8Array(key.length)
  Buffer.from(bytes.buffer).write(key, 'latin1')
  return bytes
}

/** A cached value. Only `value` changes: the first reader that decodes the bytes sets it. */
export interface Entry {
  /** Undefined where nothing is stored. */
  readonly bytes: Uint8Array | undefined
  readonly written: boolean
  /** The decoded value, if a reader has decoded it already. */
  value: unknown
}

/** Pallet and item prefix: twice twox128. */
const ITEM_PREFIX_LENGTH = 32
/** Keys in the first read of a walk over the state. Many walks end soon; each further read takes twice as many. */
const FIRST_PAGE_KEYS = 8
const LAST_PAGE_KEYS = 256
/** As `TRANSACTIONAL_LIMIT` in frame-support storage/transactional.rs. */
const MAX_LAYERS = 255

export class Overlay implements StorageWork {
  reads = 0
  writes = 0
  accesses = 0
  bytes = 0
  readonly #state: StateReader
  readonly #entries = new Map<RawKey, Entry>()
  /** The entries to restore, oldest first: key and former entry. */
  readonly #journal: [RawKey, Entry | undefined][] = []
  /** Length of the journal at the start of each open layer. */
  readonly #layers: number[] = []
  /** All keys ever written, by item prefix. A rollback removes none, so it is a superset. */
  readonly #writtenKeys = new Map<RawKey, Set<RawKey>>()

  constructor(state: StateReader) {
    this.#state = state
  }

  /** The cached entry of a key, read from the state at first use. */
  entry(key: RawKey): Entry {
    this.accesses++
    let entry = this.#entries.get(key)
    if (!entry) {
      this.reads++
      entry = { bytes: this.#state.get(pooledBytes(key)), written: false, value: undefined }
      this.bytes += entry.bytes?.length ?? 0
      this.#entries.set(key, entry)
    }
    return entry
  }

  get(key: RawKey): Uint8Array | undefined {
    return this.entry(key).bytes
  }

  /** As {@link get}, but neither caches the value nor counts, nor tells a trace. */
  peek(key: RawKey): Uint8Array | undefined {
    const entry = this.#entries.get(key)
    return entry ? entry.bytes : this.#state.get(pooledBytes(key))
  }

  /** Stores bytes; undefined removes them. `value` is the decoded form, where the caller has it. */
  put(key: RawKey, bytes: Uint8Array | undefined, value?: unknown): void {
    this.accesses++
    this.bytes += bytes?.length ?? 0
    const before = this.#entries.get(key)
    if (this.#layers.length > 0) this.#journal.push([key, before])
    this.#entries.set(key, { bytes, written: true, value })
    if (before?.written === true) return
    this.writes++
    this.#noteWritten(key)
  }

  #noteWritten(key: RawKey): void {
    const item = key.slice(0, ITEM_PREFIX_LENGTH)
    const keys = this.#writtenKeys.get(item)
    if (keys) keys.add(key)
    else this.#writtenKeys.set(item, new Set([key]))
  }

  /** Opens a layer. @throws AssayError `LAYER_LIMIT` beyond 255. */
  begin(): void {
    if (this.#layers.length >= MAX_LAYERS)
      throw new AssayError('LAYER_LIMIT', `expected at most ${MAX_LAYERS} nested storage layers, got one more`)
    this.#layers.push(this.#journal.length)
  }

  /** Closes the innermost layer and keeps its writes. */
  commit(): void {
    this.#close()
    if (this.#layers.length === 0) this.#journal.length = 0
  }

  /** Closes the innermost layer and undoes its writes. */
  rollback(): void {
    const start = this.#close()
    for (let i = this.#journal.length - 1; i >= start; i--) {
      const [key, entry] = this.#journal[i]!
      if (entry) this.#entries.set(key, entry)
      else this.#entries.delete(key)
    }
    this.#journal.length = start
  }

  /** How many layers are open. */
  get depth(): number {
    return this.#layers.length
  }

  /** All keys under a prefix in order, state and overlay merged. The walk may or may not see keys written meanwhile. */
  *keys(prefix: RawKey): Generator<RawKey> {
    const written = this.#writtenUnder(prefix)
    let next = 0
    for (const key of this.#stateKeys(prefix)) {
      while (next < written.length && written[next]! < key) yield* this.#present(written[next++]!)
      if (written[next] === key) next++
      yield* this.#present(key)
    }
    while (next < written.length) yield* this.#present(written[next++]!)
  }

  /**
   * Every write that stands, for `Trie.apply`; null removes. The bytes are views into shared memory: copy those that you keep.
   * @throws AssayError `OPEN_LAYER` while a layer is open.
   */
  changes(): (readonly [Uint8Array, Uint8Array | null])[] {
    if (this.#layers.length > 0)
      throw new AssayError('OPEN_LAYER', `expected all storage layers closed, got ${this.#layers.length} open`)
    const changes: (readonly [Uint8Array, Uint8Array | null])[] = []
    for (const [key, entry] of this.#entries) if (entry.written) changes.push([pooledBytes(key), entry.bytes ?? null])
    return changes
  }

  #close(): number {
    const start = this.#layers.pop()
    if (start === undefined) throw new AssayError('NO_LAYER', 'expected an open storage layer, got none')
    return start
  }

  *#present(key: RawKey): Generator<RawKey> {
    if (this.#entries.get(key)?.written === true && this.#entries.get(key)?.bytes === undefined) return
    yield key
  }

  *#stateKeys(prefix: RawKey): Generator<RawKey> {
    const prefixBytes = keyBytes(prefix)
    let after: Uint8Array | undefined
    for (let size = FIRST_PAGE_KEYS; ; size = Math.min(2 * size, LAST_PAGE_KEYS)) {
      const page = this.#state.keys(prefixBytes, after, size)
      this.reads++
      this.accesses += page.length
      for (const key of page) yield rawKey(key)
      if (page.length < size) return
      after = page.at(-1)
    }
  }

  #writtenUnder(prefix: RawKey): RawKey[] {
    const found: RawKey[] = []
    const sets =
      prefix.length < ITEM_PREFIX_LENGTH
        ? this.#writtenKeys.values()
        : [this.#writtenKeys.get(prefix.slice(0, ITEM_PREFIX_LENGTH)) ?? []]
    for (const keys of sets) {
      for (const key of keys) {
        if (key.startsWith(prefix) && this.#entries.get(key)?.written === true) found.push(key)
      }
    }
    return found.sort()
  }
}
