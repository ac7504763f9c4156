/**
 * The blocks that one follow subscription has reported and its client has not unpinned.
 *
 * Owns: which blocks are pinned, which reported blocks are not final yet, and the budget. Does not own: the blocks. The
 * node stores them for good, also pruned and reverted ones.
 *
 * Only finalized and pruned blocks count against the budget, as the specification advises: if finality stops, the
 * subscriptions must not end.
 * Source: paritytech/json-rpc-interface-spec api/chainHead_v1_follow, "Pinning".
 */
import { duplicateHashes, notPinned } from './errors.ts'

/** A client may keep this many finalized and pruned blocks pinned. Substrate has 512 for all its clients together. */
export const MAX_SETTLED_PINS = 1024

/** See the module's header. Hashes are lower-case hex. */
export class Pins {
  readonly #pinned = new Set<string>()
  /** Blocks that are reported and neither finalized nor pruned, pinned or not. */
  readonly #live = new Set<string>()
  #settled = 0

  /** Pins a block that the subscription reports as final. */
  addFinalized(hash: string): void {
    this.#pinned.add(hash)
    this.#settled++
  }

  /** Pins a block that the subscription reports as new: also one that was pruned, and that a jump brings back. */
  addLive(hash: string): void {
    if (this.#pinned.has(hash)) this.#settled--
    this.#pinned.add(hash)
    this.#live.add(hash)
  }

  /** Notes that a block was finalized or pruned. */
  settle(hash: string): void {
    if (this.#live.delete(hash) && this.#pinned.has(hash)) this.#settled++
  }

  /** Whether the subscription has reported the block and it may still become final. */
  isLive(hash: string): boolean {
    return this.#live.has(hash)
  }

  /** All blocks that may still become final as far as the client knows. */
  live(): readonly string[] {
    return [...this.#live]
  }

  /** Whether the client keeps more blocks pinned than the budget. */
  get exceeded(): boolean {
    return this.#settled > MAX_SETTLED_PINS
  }

  /** All pinned blocks. */
  all(): readonly string[] {
    return [...this.#pinned]
  }

  /** Whether the client may read the block. */
  isPinned(hash: string): boolean {
    return this.#pinned.has(hash)
  }

  /** @throws RpcError -32801 if the block is not pinned. */
  check(hash: string): void {
    if (!this.#pinned.has(hash)) throw notPinned(hash)
  }

  /**
   * Unpins all the blocks, or none if it throws.
   * @throws RpcError -32804 if a hash comes twice, -32801 if a block is not pinned.
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
