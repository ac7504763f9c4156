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

/** A class, for a simulation has thousands of them. */
class Window implements BlockWindow {
  /** A ring: the hash of block `n` lies at `n % MAX_BLOCKS`. */
  #hashes: (Uint8Array | undefined)[] = []
  #latest: { readonly number: number; readonly hash: Uint8Array } | undefined

  note(number: number, hash: Uint8Array): void {
    const latest = this.#latest?.number
    // Blocks come without gaps. After a gap the hashes in the ring would be taken for those of other blocks.
    if (latest !== undefined && number !== latest && number !== latest + 1) this.#hashes = []
    this.#hashes[number % MAX_BLOCKS] = hash
    this.#latest = { number, hash }
  }

  latest(): { readonly number: number; readonly hash: Uint8Array } | undefined {
    return this.#latest
  }

  agrees(number: number, hash: Uint8Array): boolean {
    const latest = this.#latest?.number
    if (latest === undefined || number > latest || number <= latest - MAX_BLOCKS) return true
    const known = this.#hashes[number % MAX_BLOCKS]
    return known === undefined || equalBytes(known, hash)
  }
}

/** A window that has seen no block. */
export const createBlockWindow = (): BlockWindow => new Window()
