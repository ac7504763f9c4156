/**
 * The listeners that follow transactions.
 *
 * Owns: the listeners by transaction, which hear nothing after a final status, and noting the endings. Does not own: when a status is due (the pool).
 */
import { messageOf } from '#types/errors.ts'
import type { Log } from '#types/log.ts'
import type { Ending, TransactionStatus } from '../node-interface.ts'
import { Endings } from './endings.ts'

export type Watch = (status: TransactionStatus) => void

const FINAL: ReadonlySet<TransactionStatus['kind']> = new Set(['finalized', 'usurped', 'dropped', 'invalid'])

/** See the module's header. */
export class Watchers {
  readonly #watches = new Map<string, Set<Watch>>()
  readonly #endings = new Endings()
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

  /** How a transaction that is in no queue left the pool. */
  ending(id: string): Ending | undefined {
    return this.#endings.get(id)
  }

  /** Notes how a transaction ended that was never in a queue. */
  refused(id: string, ending: Ending): void {
    this.#endings.add(id, ending)
  }

  /**
   * Tells all listeners of a transaction. Logs their errors, which must not stop the pool.
   * @param why the reason, for one that leaves the pool without getting into a block
   */
  notify(id: string, status: TransactionStatus, why: Ending['why'] = ''): void {
    const { kind } = status
    if (kind === 'dropped' || kind === 'invalid') this.#endings.add(id, { kind, why })
    else if (kind === 'usurped') this.#endings.add(id, { kind, why, by: status.by })
    else this.#endings.forget(id)
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
