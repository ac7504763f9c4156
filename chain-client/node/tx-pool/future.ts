/**
 * Transactions that wait for others: a nonce ahead of its account's.
 *
 * Owns: the tags for which each waits. Does not own: limits and watchers (the pool).
 * Source: sc-transaction-pool graph/future.rs.
 */
import { TagIndex } from './tag-index.ts'
import { blockOrder, type PoolTransaction } from './transaction.ts'

interface Waiting {
  readonly transaction: PoolTransaction
  readonly missing: Set<string>
}

/** See the module's header. */
export class FutureQueue {
  readonly #waiting = new Map<string, Waiting>()
  readonly #requiring = new TagIndex()
  readonly #perAccount = new Map<string, number>()
  #bytes = 0

  get size(): number {
    return this.#waiting.size
  }

  /** Length of all of them together. */
  get bytes(): number {
    return this.#bytes
  }

  /** How many transactions an account has here. */
  count(account: string): number {
    return this.#perAccount.get(account) ?? 0
  }

  get(id: string): PoolTransaction | undefined {
    return this.#waiting.get(id)?.transaction
  }

  /** In order of arrival. */
  *values(): Generator<PoolTransaction, void, void> {
    for (const { transaction } of this.#waiting.values()) yield transaction
  }

  /** @param missing the required tags that nothing provides yet; at least one. */
  insert(transaction: PoolTransaction, missing: Iterable<string>): void {
    const { id, requires, account, wire } = transaction
    this.#waiting.set(id, { transaction, missing: new Set(missing) })
    for (const tag of requires) this.#requiring.add(tag, id)
    this.#bytes += wire.length
    if (account !== undefined) this.#perAccount.set(account, this.count(account) + 1)
  }

  remove(id: string): PoolTransaction | undefined {
    const transaction = this.get(id)
    if (transaction === undefined) return undefined
    this.#waiting.delete(id)
    for (const tag of transaction.requires) this.#requiring.delete(tag, id)
    this.#bytes -= transaction.wire.length
    const { account } = transaction
    if (account !== undefined) {
      const left = this.count(account) - 1
      if (left > 0) this.#perAccount.set(account, left)
      else this.#perAccount.delete(account)
    }
    return transaction
  }

  /** Tells that these tags are provided. @returns the transactions that wait for nothing more, taken out, in order of arrival. */
  satisfy(tags: Iterable<string>): PoolTransaction[] {
    const free: PoolTransaction[] = []
    for (const tag of tags)
      for (const id of this.#requiring.get(tag)) {
        const { transaction, missing } = this.#waiting.get(id)!
        missing.delete(tag)
        if (missing.size === 0) free.push(transaction)
      }
    for (const { id } of free) this.remove(id)
    return free.sort((a, b) => a.order - b.order)
  }

  /** Tells that these tags lost their provider: it left the ready queue without getting into a block. */
  miss(tags: Iterable<string>): void {
    for (const tag of tags) for (const id of this.#requiring.get(tag)) this.#waiting.get(id)!.missing.add(tag)
  }

  /** The transaction with the least value: last in block order. */
  worst(): PoolTransaction | undefined {
    let worst: PoolTransaction | undefined
    for (const { transaction } of this.#waiting.values())
      if (worst === undefined || blockOrder(transaction, worst) > 0) worst = transaction
    return worst
  }
}
