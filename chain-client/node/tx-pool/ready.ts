/**
 * Transactions that can go into the next block.
 *
 * Owns: their dependencies by tags, replacement by priority, and the order for the block builder. Does not own: limits, bans and
 * watchers (the pool). The state, or another transaction here, provides every tag that a transaction here requires.
 * Source: sc-transaction-pool graph/ready.rs.
 */
import { PoolError } from './errors.ts'
import { Heap } from './heap.ts'
import { TagIndex } from './tag-index.ts'
import { blockOrder, type PoolTransaction } from './transaction.ts'

/** Transactions in block order, each after all that it depends on. The queue must not change meanwhile. */
export interface BestTransactions {
  next(): PoolTransaction | undefined
  /** Tells that the last one did not go in: skips all that depend on it. */
  skip(): void
  /** Gives the last one again, after all that do not depend on it. False where it was put off before; it is not put off again. */
  postpone(): boolean
  /** Operational ones that were not given yet. */
  readonly operationalLeft: number
}

/** See the module's header. */
export class ReadyQueue {
  readonly #transactions = new Map<string, PoolTransaction>()
  readonly #providers = new Map<string, string>()
  readonly #requiring = new TagIndex()
  /** Transactions that depend on none here. */
  readonly #roots = new Set<string>()
  #bytes = 0
  #operational = 0

  get size(): number {
    return this.#transactions.size
  }

  /** Length of all of them together. */
  get bytes(): number {
    return this.#bytes
  }

  get(id: string): PoolTransaction | undefined {
    return this.#transactions.get(id)
  }

  /** In order of arrival. */
  values(): IterableIterator<PoolTransaction> {
    return this.#transactions.values()
  }

  /** Id of the transaction here that provides the tag. */
  provider(tag: string): string | undefined {
    return this.#providers.get(tag)
  }

  #isRoot({ requires }: PoolTransaction): boolean {
    return !requires.some((tag) => this.#providers.has(tag))
  }

  /** These and all that depend on them, unless through one of the tags in `except`. */
  #subtree(ids: Iterable<string>, except: ReadonlySet<string>): Set<string> {
    const found = new Set(ids)
    for (const id of found)
      for (const tag of this.#transactions.get(id)!.provides)
        if (!except.has(tag)) for (const dependent of this.#requiring.get(tag)) found.add(dependent)
    return found
  }

  /**
   * Takes a transaction in. It replaces others that provide the same tags, if its priority is above the sum of theirs.
   * @returns the replaced ones and their dependants. @throws PoolError `tooLowPriority` or `cycleDetected`; nothing changes then.
   */
  insert(transaction: PoolTransaction): PoolTransaction[] {
    const { requires, provides, priority } = transaction
    const tags = new Set(provides)
    const conflicting = new Set(provides.flatMap((tag) => this.#providers.get(tag) ?? []))
    const gone = this.#subtree(conflicting, tags)
    const after = this.#subtree(
      provides.flatMap((tag) => [...this.#requiring.get(tag)]),
      new Set(),
    )
    const needsItself = requires.some((tag) => {
      const provider = this.#providers.get(tag) ?? ''
      return tags.has(tag) || gone.has(provider) || after.has(provider)
    })
    if (needsItself) throw new PoolError({ kind: 'cycleDetected' })
    if (conflicting.size > 0) {
      let old = 0n
      for (const id of conflicting) old += this.#transactions.get(id)!.priority
      if (priority <= old) throw new PoolError({ kind: 'tooLowPriority', old, new: priority })
    }
    const removed = Array.from(gone, (id) => this.#delete(id))
    this.#add(transaction)
    return removed
  }

  #add(transaction: PoolTransaction): void {
    const { id, requires, provides, wire } = transaction
    this.#transactions.set(id, transaction)
    this.#bytes += wire.length
    if (transaction.extrinsic.isOperational) this.#operational++
    for (const tag of requires) this.#requiring.add(tag, id)
    if (this.#isRoot(transaction)) this.#roots.add(id)
    for (const tag of provides) {
      this.#providers.set(tag, id)
      for (const dependent of this.#requiring.get(tag)) this.#roots.delete(dependent)
    }
  }

  #delete(id: string): PoolTransaction {
    const transaction = this.#transactions.get(id)!
    this.#transactions.delete(id)
    this.#roots.delete(id)
    this.#bytes -= transaction.wire.length
    if (transaction.extrinsic.isOperational) this.#operational--
    for (const tag of transaction.requires) this.#requiring.delete(tag, id)
    for (const tag of transaction.provides) this.#providers.delete(tag)
    for (const tag of transaction.provides)
      for (const dependent of this.#requiring.get(tag))
        if (this.#isRoot(this.#transactions.get(dependent)!)) this.#roots.add(dependent)
    return transaction
  }

  /** Takes one out alone: the state provides its tags after this. */
  prune(id: string): PoolTransaction | undefined {
    return this.#transactions.has(id) ? this.#delete(id) : undefined
  }

  /** Takes out these and all that depend on them; ignores unknown ids. */
  removeSubtree(ids: Iterable<string>): PoolTransaction[] {
    const known = [...ids].filter((id) => this.#transactions.has(id))
    return Array.from(this.#subtree(known, new Set()), (id) => this.#delete(id))
  }

  /** The transaction with the least value: last in block order. */
  worst(): PoolTransaction | undefined {
    let worst: PoolTransaction | undefined
    for (const transaction of this.#transactions.values())
      if (worst === undefined || blockOrder(transaction, worst) > 0) worst = transaction
    return worst
  }

  /** All of them in block order. */
  best(): BestTransactions {
    const heap = new Heap(
      Array.from(this.#roots, (id) => this.#transactions.get(id)!),
      blockOrder,
    )
    const waitingFor = new Map<string, number>()
    const late = new Set<PoolTransaction>()
    let operationalLeft = this.#operational
    let last: PoolTransaction | undefined
    let isLate = false
    const unlock = ({ provides }: PoolTransaction): void => {
      for (const tag of provides)
        for (const id of this.#requiring.get(tag)) {
          const dependent = this.#transactions.get(id)!
          const waiting = waitingFor.get(id) ?? dependent.requires.filter((tag) => this.#providers.has(tag)).length
          if (waiting === 1) heap.push(dependent)
          else waitingFor.set(id, waiting - 1)
        }
    }
    return {
      next() {
        if (last) unlock(last)
        last = heap.pop()
        isLate = last === undefined
        if (isLate) {
          ;[last] = late
          if (last) late.delete(last)
        } else if (last?.extrinsic.isOperational) operationalLeft--
        return last
      },
      skip() {
        last = undefined
      },
      postpone() {
        if (isLate || !last) return false
        late.add(last)
        last = undefined
        return true
      },
      get operationalLeft() {
        return operationalLeft
      },
    }
  }
}
