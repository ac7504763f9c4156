/**
 * Following finalized blocks in order, from the block at which the last run ended.
 *
 * Owns: which blocks come, and which come again. Does not own: what is kept of them (progress.ts).
 * The cursor moves only after the follower's promise has resolved. So after a crash a block may come twice, but never
 * not at all.
 */
import { equalBytes } from '#types/bytes.ts'
import { messageOf } from '#types/errors.ts'
import type { FinalizedBlock, Following } from './chain-port.ts'
import type { BlockRef, BlockSource } from './chain-rpc.ts'
import { type Clock } from '#types/clock.ts'
import { sleep, type Wake } from './waiting.ts'
import type { Log } from '#types/log.ts'
import { keepCursor, readCursor, wentBack } from './progress.ts'
import { isPassing } from './rpc-error.ts'
import type { KeyValue } from './store.ts'

/** Blocks fetched at once while catching up. This bounds the memory and the load on the node. */
const BATCH_BLOCKS = 16
/**
 * The follower asks for the head this often even if nothing wakes it: a subscription can die silently. Milliseconds.
 */
const POLL_MS = 6_000
const RETRY_MS = 1_000

/** Where the first run begins: at the latest finalized block, at block 1, or at the given block number. */
export type FollowFrom = 'finalized' | 'genesis' | number

export interface FollowDeps {
  readonly blocks: BlockSource
  readonly store: KeyValue
  /** Goes back to the last processed block that the chain still has. Called before a following begins. */
  readonly goBack: () => Promise<void>
  /** Fires for every new finalized block and every new connection. */
  readonly wake: Wake
  readonly clock: Clock
  readonly log: Log
}

/** Follows until stopped. See {@link Following} for how it ends. */
export function followFinalized(
  from: FollowFrom,
  onBlock: (block: FinalizedBlock) => Promise<void>,
  deps: FollowDeps,
): Following {
  const stopping = new AbortController()
  const done = new Follower(onBlock, deps, stopping.signal).run(from)
  const ended = done.catch(() => undefined)
  return {
    done,
    async stop() {
      stopping.abort()
      await ended
    },
  }
}

/** A finalized block with its parent's hash, which ties it to the block before. */
type Fetched = FinalizedBlock & { readonly parent: Uint8Array }

class Follower {
  readonly #onBlock: (block: FinalizedBlock) => Promise<void>
  readonly #deps: FollowDeps
  readonly #signal: AbortSignal
  /** The last block that the follower has processed. */
  #cursor: BlockRef | undefined

  constructor(onBlock: (block: FinalizedBlock) => Promise<void>, deps: FollowDeps, signal: AbortSignal) {
    this.#onBlock = onBlock
    this.#deps = deps
    this.#signal = signal
  }

  async run(from: FollowFrom): Promise<void> {
    const { blocks, store, wake, clock, goBack } = this.#deps
    await this.#ask('answer whether the chain went back', goBack)
    this.#cursor = await readCursor(store)
    let first = from === 'genesis' ? 1 : from
    while (!this.#signal.aborted) {
      const seen = wake.count
      const head = await this.#ask('finalized head', () => blocks.finalizedHead())
      if (!head) return
      if (first === 'finalized') first = head.number
      if (this.#cursor && head.number <= this.#cursor.number) await this.#checkBehind(this.#cursor, head)
      const next = this.#cursor ? this.#cursor.number + 1 : first
      if (next > head.number) await wake.after(seen, POLL_MS, this.#signal)
      else if (!(await this.#processBatch(next, head))) await sleep(clock, RETRY_MS, this.#signal)
    }
  }

  /** Asks until the node answers; undefined once stopped. Repeats only after errors that may pass by themselves. */
  async #ask<T>(what: string, question: () => Promise<T>): Promise<T | undefined> {
    const { clock, log } = this.#deps
    while (!this.#signal.aborted) {
      try {
        return await question()
      } catch (thrown) {
        if (this.#signal.aborted) return undefined
        if (!isPassing(thrown)) throw thrown
        log.warn({ error: messageOf(thrown) }, `no ${what} yet, trying again`)
        await sleep(clock, RETRY_MS, this.#signal)
      }
    }
    return undefined
  }

  async #fetch(number: number, head: BlockRef): Promise<Fetched | undefined> {
    const { blocks } = this.#deps
    const hash = number === head.number ? head.hash : await blocks.blockHash(number)
    if (!hash) return undefined
    const [parent, events] = await Promise.all([blocks.parentHash(hash), blocks.events(hash)])
    return parent && { number, hash, parent, events }
  }

  /** Processes at most {@link BATCH_BLOCKS} blocks from `next` on. False if it got none. */
  async #processBatch(next: number, head: BlockRef): Promise<boolean> {
    const count = Math.min(head.number - next + 1, BATCH_BLOCKS)
    const numbers = Array.from({ length: count }, (_, i) => next + i)
    const fetched = await this.#ask('finalized blocks', () =>
      Promise.all(numbers.map((number) => this.#fetch(number, head))),
    )
    for (const block of fetched ?? []) {
      // Undefined if the node is changing chains at this moment. The next look at the head shows which chain it is on.
      if (!block || this.#signal.aborted) break
      await this.#process(block)
    }
    return this.#cursor !== undefined && this.#cursor.number >= next
  }

  async #process({ parent, ...block }: Fetched): Promise<void> {
    if (this.#cursor && !equalBytes(parent, this.#cursor.hash)) throw wentBack(this.#cursor)
    await this.#onBlock(block)
    this.#cursor = { number: block.number, hash: block.hash }
    await keepCursor(this.#deps.store, this.#cursor)
  }

  /**
   * The head is behind the cursor: either finality is late, or the chain has left the cursor's block. The node's best
   * chain tells which.
   */
  async #checkBehind(cursor: BlockRef, head: BlockRef): Promise<void> {
    const { blocks, log } = this.#deps
    if (equalBytes(cursor.hash, head.hash)) return
    if (cursor.number === head.number) throw wentBack(cursor)
    const there = await this.#ask('block hash', async () => ({ hash: await blocks.blockHash(cursor.number) }))
    if (!there) return
    if (!there.hash || !equalBytes(there.hash, cursor.hash)) throw wentBack(cursor)
    log.debug({ cursor: cursor.number, head: head.number }, 'the node is behind the cursor')
  }
}
