/**
 * Following finalized blocks in order, from the block at which the last run ended.
 *
 * Owns: the cursor, and which blocks come again. Does not own: connections.
 * The cursor moves only after the follower's promise has resolved. So after a crash a block may come twice, but never
 * not at all.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import { fixedBytes, u32 } from '#types/scale/primitives.ts'
import type { FinalizedBlock, Following } from './chain-port.ts'
import type { BlockRef, BlockSource } from './chain-rpc.ts'
import { type Clock } from '#types/clock.ts'
import { sleep, type Wake } from './waiting.ts'
import type { Log } from '#types/log.ts'
import { isPassing } from './rpc-error.ts'
import type { KeyValue } from './store.ts'

const CURSOR_KEY = 'cursor'
const Cursor = struct({ number: u32, hash: fixedBytes(32) })

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
  /** Fires for every new finalized block and every new connection. */
  readonly wake: Wake
  readonly clock: Clock
  readonly log: Log
}

const unknownCursor = ({ number, hash }: BlockRef): AssayError =>
  new AssayError(
    'CURSOR_UNKNOWN',
    `expected finalized block ${number} ${toHex(hash)}, the last one processed, got a chain that does not have it: the chain ` +
      `was reset or reverted. Remove this worker's data folder to begin anew, or connect to the chain it belongs to`,
    { number, hash: toHex(hash) },
  )

function readCursor(stored: Uint8Array): BlockRef {
  try {
    return decode(Cursor, stored)
  } catch (cause) {
    throw new AssayError(
      'CURSOR_CORRUPT',
      `expected a block number and hash in the database, got ${toHex(stored)}: the data folder is damaged, remove it to begin anew`,
      {},
      { cause },
    )
  }
}

/**
 * Checks that the chain still has the block at which the last run ended. The client does this before it submits
 * anything: after a reset of the chain, a worker's calls would go to the wrong chain.
 * @throws AssayError `CURSOR_UNKNOWN`, `CURSOR_CORRUPT`, and the errors of the source.
 */
export async function checkCursor({ blocks, store }: Pick<FollowDeps, 'blocks' | 'store'>): Promise<void> {
  const stored = await store.get(CURSOR_KEY)
  const cursor = stored && readCursor(stored)
  if (cursor && !(await blocks.parentHash(cursor.hash))) throw unknownCursor(cursor)
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
    const { blocks, store, wake, clock } = this.#deps
    const stored = await store.get(CURSOR_KEY)
    this.#cursor = stored && readCursor(stored)
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
    if (this.#cursor && !equalBytes(parent, this.#cursor.hash)) throw unknownCursor(this.#cursor)
    await this.#onBlock(block)
    this.#cursor = { number: block.number, hash: block.hash }
    await this.#deps.store.put(CURSOR_KEY, encode(Cursor, this.#cursor))
  }

  /**
   * The head is behind the cursor: either the node is still catching up, or it has another chain. The cursor's block
   * tells which.
   */
  async #checkBehind(cursor: BlockRef, head: BlockRef): Promise<void> {
    const { blocks, log } = this.#deps
    if (equalBytes(cursor.hash, head.hash)) return
    if (cursor.number === head.number) throw unknownCursor(cursor)
    const known = await this.#ask('header', async () => ({ parent: await blocks.parentHash(cursor.hash) }))
    if (known && !known.parent) throw unknownCursor(cursor)
    if (known) log.debug({ cursor: cursor.number, head: head.number }, 'the node is behind the cursor')
  }
}
