/**
 * How the latest transactions left the pool without getting into a block.
 *
 * Owns: the list and its bound. Does not own: telling watchers.
 */
import type { Ending } from '../node-interface.ts'

/** The oldest go first. Each takes some hundred bytes. */
const MAX_ENDINGS = 4096

/** The last ending of each transaction, by its id. */
export class Endings {
  readonly #byId = new Map<string, Ending>()

  add(id: string, ending: Ending): void {
    this.#byId.delete(id)
    this.#byId.set(id, ending)
    if (this.#byId.size <= MAX_ENDINGS) return
    for (const oldest of this.#byId.keys()) {
      this.#byId.delete(oldest)
      return
    }
  }

  get(id: string): Ending | undefined {
    return this.#byId.get(id)
  }

  /** Tells that the transaction is back in the pool, or in a block. */
  forget(id: string): void {
    if (this.#byId.size > 0) this.#byId.delete(id)
  }
}
