/**
 * The listeners that follow transactions.
 *
 * Owns: the listeners by transaction, which hear nothing after a final status. Does not own: when a status is due (the pool).
 */
import { messageOf } from '#types/errors.ts'
import type { Log } from '#types/log.ts'
import type { TransactionStatus } from '../node-interface.ts'

export type Watch = (status: TransactionStatus) => void

const FINAL: ReadonlySet<TransactionStatus['kind']> = new Set(['finalized', 'usurped', 'dropped', 'invalid'])

/** See the module's header. */
export class Watchers {
  readonly #watches = new Map<string, Set<Watch>>()
  readonly #log: Log

  constructor(log: Log) {
    this.#log = log
  }

  add(id: string, watch: Watch): void {
    const watches = this.#watches.get(id)
    if (watches) watches.add(watch)
    else this.#watches.set(id, new Set([watch]))
  }

  delete(id: string, watch: Watch): void {
    const watches = this.#watches.get(id)
    if (watches?.delete(watch) && watches.size === 0) this.#watches.delete(id)
  }

  /** Tells all listeners of a transaction. Logs their errors, which must not stop the pool. */
  notify(id: string, status: TransactionStatus): void {
    const watches = this.#watches.get(id)
    if (watches === undefined) return
    if (FINAL.has(status.kind)) this.#watches.delete(id)
    for (const watch of watches) {
      try {
        watch(status)
      } catch (error) {
        this.#log.error({ err: error, status: status.kind }, `a transaction watcher failed: ${messageOf(error)}`)
      }
    }
  }
}
