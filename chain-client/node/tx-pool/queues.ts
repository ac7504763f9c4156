/**
 * The two queues of the pool: transactions that the next block may take, and those that wait for others.
 *
 * Owns: finding a transaction in either, and keeping the waiting ones right where others leave. Does not own: who may come in (pool.ts).
 */
import { FutureQueue } from './future.ts'
import { ReadyQueue, type BestTransactions } from './ready.ts'
import type { PoolTransaction } from './transaction.ts'

/** See the module's header. The pool that extends it changes them. */
export class PoolQueues {
  protected readonly ready = new ReadyQueue()
  protected readonly future = new FutureQueue()

  get readyCount(): number {
    return this.ready.size
  }

  get(id: string): PoolTransaction | undefined {
    return this.ready.get(id) ?? this.future.get(id)
  }

  isReady(id: string): boolean {
    return this.ready.get(id) !== undefined
  }

  /** Whether a ready transaction provides the tag. */
  provides(tag: string): boolean {
    return this.ready.provider(tag) !== undefined
  }

  /** Ready transactions in block order. Take what you need at once: the pool must not change meanwhile. */
  best(): BestTransactions {
    return this.ready.best()
  }

  /** All, the ready ones first in block order, then the future ones. */
  *pending(): Generator<PoolTransaction, void, void> {
    const best = this.best()
    for (let next = best.next(); next; next = best.next()) yield next
    yield* this.future.values()
  }

  /** All, in no certain order. The pool may change meanwhile; transactions that join later come too. */
  *walk(): Generator<PoolTransaction, void, void> {
    yield* this.ready.values()
    yield* this.future.values()
  }

  /** Puts transactions that waited for these back to waiting. */
  protected noLongerProvided(removed: readonly PoolTransaction[]): void {
    for (const { provides } of removed) this.future.miss(provides.filter((tag) => !this.provides(tag)))
  }

  /** Takes a transaction out of its queue. @returns undefined for one that is in none */
  protected takeOut(id: string): PoolTransaction | undefined {
    const taken = this.future.remove(id) ?? this.ready.prune(id)
    if (taken) this.noLongerProvided([taken])
    return taken
  }

  /** Takes out transactions with all that depend on them. @returns those that were in a queue */
  protected takeOutTrees(ids: readonly string[]): PoolTransaction[] {
    const removed: PoolTransaction[] = []
    for (const id of ids) {
      const waiting = this.future.remove(id)
      if (waiting) removed.push(waiting)
      removed.push(...this.ready.removeSubtree([id]))
    }
    this.noLongerProvided(removed)
    return removed
  }
}
