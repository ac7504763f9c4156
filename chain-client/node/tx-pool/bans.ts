/**
 * Transactions that the pool refuses for a while.
 *
 * Owns: the list and its bound. Does not own: which transactions to ban.
 * Source: sc-transaction-pool graph/rotator.rs.
 */

/** As in Substrate. */
const BAN_MS = 30 * 60_000
/** Ids kept; the oldest go first. */
const MAX_BANS = 16_384

/** Ids that are banned for `BAN_MS`. */
export class Bans {
  readonly #now: () => number
  /** When each ban ends; in that order. */
  readonly #until = new Map<string, number>()

  /** @param now milliseconds that never go back. */
  constructor(now: () => number) {
    this.#now = now
  }

  add(id: string): void {
    this.#until.delete(id)
    this.#until.set(id, this.#now() + BAN_MS)
    for (const [oldest, until] of this.#until) {
      if (this.#until.size <= MAX_BANS && until > this.#now()) return
      this.#until.delete(oldest)
    }
  }

  clear(): void {
    this.#until.clear()
  }

  has(id: string): boolean {
    const until = this.#until.get(id)
    return until !== undefined && until > this.#now()
  }
}
