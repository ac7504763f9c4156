/**
 * What blocks include, until they are final.
 *
 * Owns: the record by block. Does not own: what watchers hear of it (pool.ts).
 */
import { latin1 } from '../db.ts'

/** A transaction in a block that became part of the best branch. */
export interface Included {
  readonly hash: Uint8Array
  /** Index in the block's body. */
  readonly index: number
  /** Tags that the state provides now. */
  readonly provides: readonly string[]
}

/** Blocks of the best branch that are not finalized, with what they include. */
export class Inclusions {
  readonly #byBlock = new Map<string, readonly Included[]>()

  add(block: Uint8Array, included: readonly Included[]): void {
    this.#byBlock.set(latin1(block), included)
  }

  /** What a block includes, for the last time. */
  take(block: Uint8Array): readonly Included[] {
    const included = this.#byBlock.get(latin1(block)) ?? []
    this.#byBlock.delete(latin1(block))
    return included
  }
}
