/**
 * The node's key-value store.
 *
 * Owns: the interface and the columns. Does not own: the stores in memory (memory-db.ts) and on disk (level-db.ts), nor what blocks
 * look like in them (block-store.ts). Reads are synchronous because the runtime's are; writes are batches, all or nothing.
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
export const COLUMN = {
  meta: 0,
  block: 1,
  numberToHash: 2,
  trieNode: 3,
  offchain: 4,
  stateOverride: 5,
  stateChanges: 6,
} as const

/** The key of a record in a column. */
export const columnKey = (column: number, ...key: readonly Uint8Array[]): Uint8Array =>
  concatBytes(Uint8Array.of(column), ...key)

/** Bytes as a string of as many Latin-1 characters: compact, and usable as a Map key. */
export const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
