/**
 * The blocks that one follow subscription has reported and its client has not unpinned.
 *
 * Owns: which blocks are pinned, which of those reported are not final yet, and the budget. Does not own: the blocks, which the
 * node stores for good, also when they are pruned or reverted.
 *
 * Only blocks that are finalized or pruned count against the budget, as the specification advises: a chain whose finality stands
 * still must not end its subscriptions.
 * Source: paritytech/json-rpc-interface-spec api/chainHead_v1_follow, "Pinning".
 */
import { duplicateHashes, notPinned } from './errors.ts'

/** Finalized and pruned blocks that a client may leave pinned. Substrate has 512 for all its clients together. */
export const MAX_SETTLED_PINS = 1024

/** See the module's header. Hashes are lower-case hex. */
export class Pins {
  readonly #pinned = new Set<string>()
  /** Reported and neither finalized nor pruned, pinned or not. */
  readonly #live = new Set<string>()
  #settled = 0

  /** Pins a block that is reported as final already. */
  addFinalized(hash: string): void {
    this.#pinned.add(hash)
    this.#settled++
  }

  /** Pins a block that is reported as new. */
  addLive(hash: string): void {
    this.#pinned.add(hash)
    this.#live.add(hash)
  }

  /** Takes note that a block was finalized or pruned. */
  settle(hash: string): void {
    if (this.#live.delete(hash) && this.#pinned.has(hash)) this.#settled++
  }

  /** Whether the block was reported and may still become final. */
  isLive(hash: string): boolean {
    return this.#live.has(hash)
  }

  /** Whether more blocks are left pinned than may be. */
  get exceeded(): boolean {
    return this.#settled > MAX_SETTLED_PINS
  }

  /** @throws RpcError -32801 where the block is not pinned. */
  check(hash: string): void {
    if (!this.#pinned.has(hash)) throw notPinned(hash)
  }

  /**
   * Unpins all of the blocks or, where it throws, none.
   * @throws RpcError -32804 where a hash comes twice, -32801 where a block is not pinned.
   */
  unpin(hashes: readonly string[]): void {
    const seen = new Set<string>()
    for (const hash of hashes) {
      if (seen.has(hash)) throw duplicateHashes(hash)
      seen.add(hash)
    }
    for (const hash of hashes) this.check(hash)
    for (const hash of hashes) {
      this.#pinned.delete(hash)
      if (!this.#live.has(hash)) this.#settled--
    }
  }
}
