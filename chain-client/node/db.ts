/**
 * The node's key-value store.
 *
 * Owns: the interface and the columns. Does not own: the records in it. Reads are synchronous because the runtime's are; a write is
 * a batch, all or nothing.
 */
import { concatBytes } from '#types/bytes.ts'
import type { AssayError } from '#types/errors.ts'
import { binaryOf } from '#chain/trie/strings.ts'

/** One change: the value a key gets, or null to remove it. */
export type DbChange = readonly [key: Uint8Array, value: Uint8Array | null]

/** A key-value store of one process. Neither side changes bytes afterwards that it gave or took. */
export interface Db {
  get(key: Uint8Array): Uint8Array | undefined
  /**
   * Writes all changes or none, in order; readers see them once it resolves. Without `sync` the operating system then has the
   * bytes: they survive a killed process, but perhaps not a power cut. With `sync` they are on the disk.
   * @throws AssayError `DISK_REFUSES` while the disk takes no writes, `DISK_LOST` after acknowledged writes were found missing.
   */
  write(changes: Iterable<DbChange>, options?: { readonly sync?: boolean }): Promise<void>
  /**
   * Keys of all records in a column of few changes a block, some hundred at a time; also of some that come or go meanwhile. Of blocks
   * only what an earlier process left on the disk can be asked for: a database in memory gives none.
   */
  keys(
    column: typeof COLUMN.trieNode | typeof COLUMN.nodeState | typeof COLUMN.block,
  ): AsyncIterable<readonly Uint8Array[]>
  /** Why it takes no writes at this moment; undefined where it takes them. */
  refusal(): AssayError | undefined
  /** Waits for writes under way. Idempotent. */
  close(): Promise<void>
}

/** First byte of every key: the kind of the record. Never reuse a number; a new layout raises `DB_LAYOUT_VERSION`. */
export const COLUMN = {
  meta: 0,
  block: 1,
  numberToHash: 2,
  trieNode: 3,
  offchain: 4,
  stateOverride: 5,
  stateChanges: 6,
  nodeState: 7,
} as const

/** The key of a record in a column. */
export const columnKey = (column: number, ...key: readonly Uint8Array[]): Uint8Array =>
  concatBytes(Uint8Array.of(column), ...key)

/** Bytes as a string of as many Latin-1 characters: compact, and usable as a Map key. */
export const latin1: (bytes: Uint8Array) => string = binaryOf

/** The bytes of such a string. */
export const fromLatin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
