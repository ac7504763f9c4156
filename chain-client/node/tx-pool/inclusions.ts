/**
 * The transactions that blocks include, until the blocks are final.
 *
 * Owns: the record by block. Does not own: telling watchers.
 */
import { latin1 } from '../db.ts'

/** A transaction in a block that became part of the best branch. */
export interface Included {
  readonly hash: Uint8Array
  /** Index in the block's body. */
  readonly index: number
  /** Tags that the state provides after it. */
  readonly provides: readonly string[]
}

/** Blocks of the best branch that are not finalized, with their transactions. */
export class Inclusions {
  readonly #byBlock = new Map<string, readonly Included[]>()

  add(block: Uint8Array, included: readonly Included[]): void {
    this.#byBlock.set(latin1(block), included)
  }

  /** Removes a block, and gives its transactions. */
  take(block: Uint8Array): readonly Included[] {
    const included = this.#byBlock.get(latin1(block)) ?? []
    this.#byBlock.delete(latin1(block))
    return included
  }
}
