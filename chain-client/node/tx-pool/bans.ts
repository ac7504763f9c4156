/**
 * Transactions that the pool refuses for a while.
 *
 * Owns: the list and its bound. Does not own: which transactions to ban.
 * Source: sc-transaction-pool graph/rotator.rs.
 */

/** As in Substrate. */
const BAN_MS = 30 * 60_000
/** Ids in one half of the list. At least as many of the latest are kept, and at most twice as many. */
const HALF_LIST = 8_192

/**
 * Ids that are banned for `BAN_MS`. A new half takes the place of the older one, because a Map from which the oldest keys leave one by
 * one gets slow: whoever looks for its first key passes the places of those that left.
 */
export class Bans {
  readonly #now: () => number
  /** When each ban ends. */
  #later = new Map<string, number>()
  #earlier = new Map<string, number>()

  /** @param now milliseconds that never go back. */
  constructor(now: () => number) {
    this.#now = now
  }

  add(id: string): void {
    if (this.#later.size >= HALF_LIST) {
      this.#earlier = this.#later
      this.#later = new Map()
    }
    this.#later.set(id, this.#now() + BAN_MS)
  }

  clear(): void {
    this.#later.clear()
    this.#earlier.clear()
  }

  has(id: string): boolean {
    const until = this.#later.get(id) ?? this.#earlier.get(id)
    return until !== undefined && until > this.#now()
  }
}
