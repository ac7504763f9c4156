/**
 * The last finalized blocks that a worker has seen.
 *
 * Owns: a bounded memory of numbers and hashes. Does not own: following the chain.
 */
import { equalBytes } from '#types/bytes.ts'

/** Longer than any round of the default parameters. */
const MAX_BLOCKS = 1_024

export interface BlockWindow {
  note(number: number, hash: Uint8Array): void
  /** The last block noted. */
  latest(): { readonly number: number; readonly hash: Uint8Array } | undefined
  /** Whether what we know of that number does not speak against the hash. What we have not seen may still be true. */
  agrees(number: number, hash: Uint8Array): boolean
}

export function createBlockWindow(): BlockWindow {
  /** A ring: the hash of block `n` lies at `n % MAX_BLOCKS`. */
  let hashes: (Uint8Array | undefined)[] = []
  let latest: { readonly number: number; readonly hash: Uint8Array } | undefined
  return {
    note(number, hash) {
      // Blocks come without gaps; after one, what lies in the ring would go by wrong numbers.
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
