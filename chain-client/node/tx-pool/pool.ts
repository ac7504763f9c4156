/**
 * The transaction pool.
 *
 * Owns: admission to the queues, limits, bans, and the statuses that watchers see. Does not own: signatures and
 * validity (submission). All of it is synchronous, so a transaction validated against the best block is still valid when it goes
 * in.
 * Source: sc-transaction-pool graph/{base_pool,validated_pool}.rs.
 */
import { latin1 } from '../db.ts'
import type { Log } from '#types/log.ts'
import { Bans } from './bans.ts'
import { PoolError } from './errors.ts'
import { Inclusions, type Included } from './inclusions.ts'
import { overfull, type PoolLimits } from './limits.ts'
import { PoolQueues } from './queues.ts'
import type { PoolTransaction } from './transaction.ts'
import type { Ending, PoolRefusal } from '../node-interface.ts'
import { Watchers, type Watch } from './watchers.ts'

interface PoolDeps {
  /** Milliseconds that never go back. */
  readonly now: () => number
  readonly log: Log
}

const REPLACED = 'another took its place, for example one with the same nonce'
const FULL = 'the pool is full, and it had the lowest priority'

/** See the module's header. */
export class TransactionPool extends PoolQueues {
  readonly #limits: PoolLimits
  readonly #bans: Bans
  readonly #watchers: Watchers
  readonly #inclusions = new Inclusions()
  readonly #readyListeners = new Set<() => void>()
  #arrivals = 0

  constructor(limits: PoolLimits, { now, log }: PoolDeps) {
    super()
    this.#limits = limits
    this.#bans = new Bans(now)
    this.#watchers = new Watchers(log)
  }

  /** Number for the next transaction's `order`. */
  nextOrder(): number {
    return this.#arrivals++
  }

  /** Called whenever a transaction became ready; returns the way to stop. */
  onReady(listener: () => void): () => void {
    this.#readyListeners.add(listener)
    return () => this.#readyListeners.delete(listener)
  }

  /** Refuses transactions whose signature need not be verified. @throws PoolError `alreadyImported` or `temporarilyBanned`. */
  checkNew(hash: Uint8Array): void {
    const id = latin1(hash)
    if (this.get(id)) throw new PoolError({ kind: 'alreadyImported', hash })
    if (this.#bans.has(id)) throw new PoolError({ kind: 'temporarilyBanned' })
  }

  ban(id: string): void {
    this.#bans.add(id)
  }

  watch(id: string, watch: Watch): void {
    this.#watchers.add(id, watch)
  }

  unwatch(id: string, watch: Watch): void {
    this.#watchers.delete(id, watch)
  }

  /**
   * Takes in a transaction that is valid on the best block. It does not look at bans.
   * @throws PoolError `alreadyImported`, `tooLowPriority`, `cycleDetected` or `immediatelyDropped`; it is not in the pool then.
   */
  import(transaction: PoolTransaction): void {
    const { id, hash, requires } = transaction
    if (this.get(id)) throw new PoolError({ kind: 'alreadyImported', hash })
    const missing = requires.filter((tag) => !this.provides(tag))
    if (missing.length > 0) this.#importFuture(transaction, missing)
    else this.#importReady(transaction)
  }

  #importFuture(transaction: PoolTransaction, missing: readonly string[]): void {
    const { account, id, provides } = transaction
    const many = account !== undefined && this.future.count(account) >= this.#limits.futurePerAccount
    if (many) throw new PoolError({ kind: 'immediatelyDropped' })
    if (missing.some((tag) => provides.includes(tag))) throw new PoolError({ kind: 'cycleDetected' })
    this.future.insert(transaction, missing)
    this.#dropWorstFuture(id)
    this.#watchers.notify(id, { kind: 'future' })
  }

  #importReady(transaction: PoolTransaction): void {
    this.#displace(transaction, this.ready.insert(transaction))
    this.#dropWorstReady(transaction.id)
    this.#announceReady(transaction)
    this.#promote(transaction.provides)
  }

  #announceReady({ id }: PoolTransaction): void {
    this.#watchers.notify(id, { kind: 'ready' })
    for (const listener of this.#readyListeners) listener()
  }

  /** Moves the transactions that waited for these tags, and then those that waited for the moved ones. */
  #promote(tags: readonly string[]): void {
    const free = this.future.satisfy(tags)
    for (const transaction of free) {
      try {
        this.#importReady(transaction)
      } catch (error) {
        if (!(error instanceof PoolError)) throw error
        this.#watchers.notify(transaction.id, { kind: 'dropped' }, error.refusal)
      }
    }
  }

  /**
   * Transactions that a newcomer replaced are usurped. Those that depended on them, and that the newcomer does not serve, are
   * dropped.
   */
  #displace(by: PoolTransaction, removed: readonly PoolTransaction[]): void {
    this.noLongerProvided(removed)
    for (const { id, provides } of removed) {
      const replaced = provides.some((tag) => by.provides.includes(tag))
      if (replaced) this.#watchers.notify(id, { kind: 'usurped', by: by.hash }, REPLACED)
      else this.#watchers.notify(id, { kind: 'dropped' }, 'it needed one that another replaced')
    }
  }

  /** @param newcomer is refused where it is the worst itself. @throws PoolError `immediatelyDropped`. */
  #dropWorstReady(newcomer: string): void {
    while (overfull(this.ready, this.#limits.ready)) {
      const removed = this.ready.removeSubtree([this.ready.worst()!.id])
      this.noLongerProvided(removed)
      for (const { id } of removed) if (id !== newcomer) this.#watchers.notify(id, { kind: 'dropped' }, FULL)
    }
    if (!this.ready.get(newcomer)) throw new PoolError({ kind: 'immediatelyDropped' })
  }

  #dropWorstFuture(newcomer: string): void {
    while (overfull(this.future, this.#limits.future)) {
      const { id } = this.future.remove(this.future.worst()!.id)!
      if (id !== newcomer) this.#watchers.notify(id, { kind: 'dropped' }, FULL)
    }
    if (!this.future.get(newcomer)) throw new PoolError({ kind: 'immediatelyDropped' })
  }

  /** Removes transactions that turned out invalid, with all that depend on them, and bans them. Unknown ids are only banned. */
  removeInvalid(ids: Iterable<string>, why: Ending['why'] = 'it turned out invalid'): PoolTransaction[] {
    const all = [...ids]
    for (const id of all) this.#bans.add(id)
    const removed = this.takeOutTrees(all)
    for (const { id } of removed) this.#watchers.notify(id, { kind: 'invalid' }, why)
    return removed
  }

  /** Takes one out and puts it in again with the runtime's present verdict; drops it where that fails. */
  replace(transaction: PoolTransaction): void {
    this.takeOut(transaction.id)
    this.readmit(transaction)
  }

  /** Takes in a transaction whose sender does not wait for an answer: a refusal becomes the status `dropped`. */
  readmit(transaction: PoolTransaction): void {
    try {
      this.import(transaction)
    } catch (error) {
      if (!(error instanceof PoolError)) throw error
      if (error.refusal.kind !== 'alreadyImported')
        this.#watchers.notify(transaction.id, { kind: 'dropped' }, error.refusal)
    }
  }

  /** Ends the watch on a transaction that is in no queue and will not come back. */
  giveUp(id: string, kind: 'invalid' | 'dropped', why: Ending['why']): void {
    if (kind === 'invalid') this.#bans.add(id)
    this.#watchers.notify(id, { kind }, why)
  }

  /** Notes that a transaction was refused before it was in a queue. */
  refused(id: string, refusal: PoolRefusal): void {
    if (refusal.kind === 'alreadyImported' || refusal.kind === 'temporarilyBanned') return
    this.#watchers.refused(id, { kind: refusal.kind === 'validity' ? 'invalid' : 'dropped', why: refusal })
  }

  /** How a transaction that is in no queue left the pool, where it is one of the latest. */
  ending(id: string): Ending | undefined {
    return this.#watchers.ending(id)
  }

  /** Tells that a block joined the best branch. Its transactions leave the pool, and those that waited for them become ready. */
  enact(block: Uint8Array, included: readonly Included[]): void {
    this.#inclusions.add(block, included)
    for (const { hash } of included) {
      const id = latin1(hash)
      this.#bans.add(id)
      this.ready.prune(id)
      this.future.remove(id)
    }
    for (const { hash, index } of included) this.#watchers.notify(latin1(hash), { kind: 'inBlock', block, index })
    for (const { hash, provides } of included) {
      this.#removeRivals(hash, provides)
      this.#promote(provides)
    }
  }

  /** Removes transactions whose tags the state has from another one, for example one with the same nonce. */
  #removeRivals(by: Uint8Array, provides: readonly string[]): void {
    for (const tag of provides) {
      const rival = this.ready.prune(this.ready.provider(tag) ?? '')
      if (rival) this.#watchers.notify(rival.id, { kind: 'usurped', by }, REPLACED)
    }
  }

  /**
   * Tells that a block left the best branch. The caller must validate and readmit its transactions, or give them up. @returns their
   * ids.
   */
  retract(block: Uint8Array): string[] {
    const ids = this.#inclusions.take(block).map(({ hash }) => latin1(hash))
    for (const id of ids) this.#watchers.notify(id, { kind: 'retracted', block })
    return ids
  }

  /** Tells that a block was finalized. This is the last status of its transactions. */
  finalize(block: Uint8Array): void {
    for (const { hash, index } of this.#inclusions.take(block))
      this.#watchers.notify(latin1(hash), { kind: 'finalized', block, index })
  }

  /** Forgets all bans. */
  forgetBans(): void {
    this.#bans.clear()
  }

  /** Drops the transactions for which the condition holds. */
  removeAll(isUnwanted: (id: string) => boolean): void {
    const unwanted = Array.from(this.walk(), ({ id }) => id).filter(isUnwanted)
    for (const id of unwanted) {
      this.takeOut(id)
      this.#watchers.notify(id, { kind: 'dropped' }, 'the chain went back to a time before it')
    }
  }

  /** Removes transactions that may not be in any block after `best`. */
  removeExpired(best: number): void {
    const expired = Array.from(this.walk()).filter(({ validTill }) => validTill <= best)
    this.removeInvalid(
      expired.map(({ id }) => id),
      'the blocks in which it was valid are over',
    )
  }
}
