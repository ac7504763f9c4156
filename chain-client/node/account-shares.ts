/**
 * Shares of building time: which accounts had theirs, in this block or the ones before.
 *
 * Owns: the time that each account owes. Does not own: what follows for its transactions (the block builder).
 */

/** An account that owes so many milliseconds of building time goes on after all others. Each block forgives as much. */
const SHARE_MS = 25

/** See the module's header. It holds only accounts that still owe, and none for longer than its time lasts. */
export class AccountShares {
  readonly #owed = new Map<string, number>()

  /** Begins a block. */
  nextBlock(): void {
    for (const [account, owed] of this.#owed) {
      if (owed > SHARE_MS) this.#owed.set(account, owed - SHARE_MS)
      else this.#owed.delete(account)
    }
  }

  /** Whether the account had its share. */
  isOver(account: string): boolean {
    return (this.#owed.get(account) ?? 0) >= SHARE_MS
  }

  charge(account: string, ms: number): void {
    if (ms > 0) this.#owed.set(account, (this.#owed.get(account) ?? 0) + ms)
  }
}
