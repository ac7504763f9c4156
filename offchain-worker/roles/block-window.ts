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
  const hashes = new Map<number, Uint8Array>()
  let latest: { number: number; hash: Uint8Array } | undefined
  return {
    note(number, hash) {
      hashes.set(number, hash)
      latest = { number, hash }
      hashes.delete(number - MAX_BLOCKS)
    },
    latest: () => latest,
    agrees(number, hash) {
      const known = hashes.get(number)
      return known === undefined || equalBytes(known, hash)
    },
  }
}
