/**
 * The node's key-value store, and the one in memory.
 *
 * Owns: the interface, the columns and the in-memory store. Does not own: the one on disk (level-db.ts) nor what blocks look
 * like in it (block-store.ts). Reads are synchronous because the runtime's are; writes are batches, all or nothing.
 */
import { concatBytes } from '#types/bytes.ts'

/** One change: the value a key gets, or null to remove it. */
export type DbChange = readonly [key: Uint8Array, value: Uint8Array | null]

/** A key-value store of one process. Bytes given and taken are not changed afterwards by either side. */
export interface Db {
  get(key: Uint8Array): Uint8Array | undefined
  /**
   * Writes all changes or none, in order; readers see them once it resolves. Without `sync` the bytes are with the operating
   * system then: a killed process loses nothing, a power cut may. With `sync` they are on the disk.
   */
  write(changes: Iterable<DbChange>, options?: { readonly sync?: boolean }): Promise<void>
  /** Waits for writes under way. Idempotent. */
  close(): Promise<void>
}

/** First byte of every key: what kind of record it is. Never reuse a number; a new layout raises `DB_LAYOUT_VERSION`. */
export const COLUMN = { meta: 0, block: 1, numberToHash: 2, trieNode: 3, offchain: 4, stateOverride: 5 } as const

/** The key of a record in a column. */
export const columnKey = (column: number, ...key: readonly Uint8Array[]): Uint8Array =>
  concatBytes(Uint8Array.of(column), ...key)

/** Bytes as a string of as many Latin-1 characters: compact, and usable as a Map key. */
export const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

/**
 * A store that ends with the process. Keeps strings, which cost a third of as many small Uint8Arrays: the whole history of a
 * chain lives here under `--tmp`.
 */
export function createMemoryDb(): Db {
  const entries = new Map<string, string>()
  return {
    get(key) {
      const value = entries.get(latin1(key))
      return value === undefined ? undefined : new Uint8Array(Buffer.from(value, 'latin1'))
    },
    async write(changes) {
      for (const [key, value] of changes) {
        if (value === null) entries.delete(latin1(key))
        else entries.set(latin1(key), latin1(value))
      }
    },
    close: async () => undefined,
  }
}
