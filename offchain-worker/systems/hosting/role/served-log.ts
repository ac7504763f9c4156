/**
 * Remembers which blocks of a feed each reader was served since its last receipt.
 *
 * Owns: that memory, and its bounds against endless readers. Does not own: receipts.
 */
import { toHex } from '#types/bytes.ts'
import { MAX_RECEIPT_CHUNKS } from '#types/domain/hosting/receipt.ts'

/** Readers remembered. */
const MAX_READERS = 1_024
/** Blocks remembered of one reader. It is served more than these, but gets no receipt for them. */
const MAX_BLOCKS_PER_READER = 4_096

/** @see createServedLog */
export interface ServedLog {
  /** Remembers that the reader was served a block. Returns how many blocks the reader has no receipt for. */
  note(reader: Uint8Array, index: number): number
  /** Takes out the first blocks that a reader was served, as many as one receipt holds, in ascending order. */
  take(reader: Uint8Array): number[]
}

/** A log of a feed that nobody was served yet. */
export function createServedLog(): ServedLog {
  /** In the order in which readers were last served; the log forgets the first of them first. */
  const readers = new Map<string, Set<number>>()
  return {
    note(reader, index) {
      const key = toHex(reader)
      const served = readers.get(key) ?? new Set()
      readers.delete(key)
      readers.set(key, served)
      if (served.size < MAX_BLOCKS_PER_READER) served.add(index)
      const [oldest] = readers.keys()
      if (readers.size > MAX_READERS && oldest !== undefined) readers.delete(oldest)
      return served.size
    },
    take(reader) {
      const served = readers.get(toHex(reader))
      if (!served) return []
      const taken = [...served].slice(0, MAX_RECEIPT_CHUNKS)
      for (const index of taken) served.delete(index)
      return taken.toSorted((a, b) => a - b)
    },
  }
}
