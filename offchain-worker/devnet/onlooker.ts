/**
 * Watches the finalized chain, and keeps its events.
 *
 * Owns: keeping events and waiting for them with a deadline.
 */
import type { ChainEventRecord, ChainPort, FinalizedBlock } from '#chain/api/chain-port.ts'
import { decodeEvent, type EventDescriptor } from '#chain/api/descriptors.ts'
import type { Clock } from '#types/clock.ts'
import { AssayError } from '#types/errors.ts'
import type { Fields, Values } from '#types/scale/compound.ts'

/** An event with its fields, and the block that has it. */
export type Seen<F extends Fields> = Values<F> & { readonly block: FinalizedBlock }

export interface OnlookerDeps {
  readonly clock: Clock
  /** Called with each block before its events are kept. An error in it ends the watch. */
  readonly onBlock: (block: FinalizedBlock) => Promise<void>
  /** Ends all waits; they throw its reason. */
  readonly signal: AbortSignal
}

/** Most events kept. A devnet may run for days, so the oldest beyond these are forgotten. */
const MOST_EVENTS = 100_000
const SHOWN_EVENTS = 8

/** @see the module's header */
export class Onlooker {
  readonly #deps: OnlookerDeps
  readonly #events: { readonly block: FinalizedBlock; readonly record: ChainEventRecord }[] = []
  readonly #looks = new Set<() => void>()
  #latest = 0
  /** Resolves when the chain client is closed; rejects with the error that ended the watch. */
  readonly done: Promise<void>

  /** Follows the chain from its last finalized block on. */
  constructor(chain: ChainPort, deps: OnlookerDeps) {
    this.#deps = deps
    this.done = this.#follow(chain)
  }

  async #follow(chain: ChainPort): Promise<void> {
    try {
      await chain.follow((block) => this.#note(block)).done
    } catch (error) {
      if (!(error instanceof AssayError && error.code === 'CHAIN_WENT_BACK')) throw error
      await this.#follow(chain)
    }
  }

  async #note(block: FinalizedBlock): Promise<void> {
    await this.#deps.onBlock(block)
    // After a chain went back, this block stands in the place of those that it left.
    while (block.number <= (this.#events.at(-1)?.block.number ?? -1)) this.#events.pop()
    this.#latest = block.number
    for (const record of block.events) this.#events.push({ block, record })
    this.#events.splice(0, this.#events.length - MOST_EVENTS)
    for (const look of this.#looks) look()
  }

  /** Number of the last finalized block. */
  get latest(): number {
    return this.#latest
  }

  /** All events of that kind, in order. */
  all<F extends Fields>(kind: EventDescriptor<F>): readonly Seen<F>[] {
    return this.#events.flatMap(({ block, record }) => {
      const values = decodeEvent(kind, record)
      return values ? [{ ...values, block }] : []
    })
  }

  /** The first event of that kind that fits; waits for it if it was not seen yet. @throws AssayError as `until` */
  event<F extends Fields>(kind: EventDescriptor<F>, fits: (event: Seen<F>) => boolean, ms: number): Promise<Seen<F>> {
    return this.until(kind.name, () => this.all(kind).find(fits), ms)
  }

  /**
   * The first answer of `probe` that is not undefined. `probe` runs at once and with every block.
   * @param what names it in the error
   * @throws AssayError `EVENT_OVERDUE` after `ms`; the reason of the signal; an error of `probe`
   */
  until<T>(what: string, probe: () => T | undefined, ms: number): Promise<T> {
    const { clock, signal } = this.#deps
    return new Promise((resolve, reject) => {
      const settle = (how: () => void): void => {
        cancel()
        this.#looks.delete(look)
        signal.removeEventListener('abort', stop)
        how()
      }
      const look = (): void => {
        try {
          const found = probe()
          if (found !== undefined) settle(() => resolve(found))
        } catch (thrown) {
          settle(() => reject(thrown))
        }
      }
      const stop = (): void => settle(() => reject(signal.reason))
      const cancel = clock.setTimer(ms, () => settle(() => reject(this.#overdue(what, ms))))
      this.#looks.add(look)
      signal.addEventListener('abort', stop)
      if (signal.aborted) stop()
      else look()
    })
  }

  #overdue(what: string, ms: number): AssayError {
    const last = this.#events.slice(-SHOWN_EVENTS)
    const names = last.map(({ block, record }) => `${block.number}:${record.pallet}.${record.name}`).join(' ')
    const seen = `got none up to block ${this.#latest}, last ${names || 'no event'}`
    return new AssayError('EVENT_OVERDUE', `expected ${what} within ${ms} ms, ${seen}`)
  }
}
