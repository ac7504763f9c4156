/**
 * The last finalized blocks that a worker has seen.
 *
 * Owns: a bounded memory of their numbers and hashes. Does not own: following the chain (the ChainPort).
 */
import { equalBytes } from '#types/bytes.ts'

/** Longer than any round of the default parameters. */
const MAX_BLOCKS = 1_024

/** @see createBlockWindow */
export interface BlockWindow {
  /** Remembers a finalized block. */
  note(number: number, hash: Uint8Array): void
  /** The last block noted. */
  latest(): { readonly number: number; readonly hash: Uint8Array } | undefined
  /** False where the block that we saw under that number has another hash. A block that we have not seen may still be true. */
  agrees(number: number, hash: Uint8Array): boolean
}

/** A window that has seen no block. */
export function createBlockWindow(): BlockWindow {
  /** A ring: the hash of block `n` lies at `n % MAX_BLOCKS`. */
  let hashes: (Uint8Array | undefined)[] = []
  let latest: { readonly number: number; readonly hash: Uint8Array } | undefined
  return {
    note(number, hash) {
      // Blocks come without gaps. After a gap the hashes in the ring would be taken for those of other blocks.
      if (latest !== undefined && number !== latest.number && number !== latest.number + 1) hashes = []
      hashes[number % MAX_BLOCKS] = hash
      latest = { number, hash }
    },
    latest: () => latest,
    agrees(number, hash) {
      if (latest === undefined || number > latest.number || number <= latest.number - MAX_BLOCKS) return true
      const known = hashes[number % MAX_BLOCKS]
      return known === undefined || equalBytes(known, hash)
    },
  }
}
