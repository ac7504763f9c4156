/**
 * Blocks by this node: from the pool into the chain.
 *
 * Owns: one step, from a live block to its child, and finalizing. Does not own: when a block is built (sealing).
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import type { Runtime } from '#chain/runtime/runtime-interface.ts'
import { AccountShares } from './account-shares.ts'
import { buildBlock, type BuiltBlock } from './block-builder.ts'
import type { BlockStore } from './block-store.ts'
import type { Chain } from './chain.ts'
import type { DevTime, NodeClock } from './clock.ts'
import type { Authority } from './keystore.ts'
import type { Log } from '#types/log.ts'
import type { Block, SealRequest } from './node-interface.ts'
import type { PoolUpkeep } from './pool-upkeep.ts'
import { checkTime, timestampOf } from './slots.ts'
import type { Submission, Verified } from './submission.ts'
import type { TransactionPool } from './tx-pool/pool.ts'

interface AuthorshipDeps {
  readonly runtime: Runtime
  readonly store: BlockStore
  readonly chain: Chain
  readonly pool: TransactionPool
  readonly upkeep: PoolUpkeep
  readonly submission: Submission
  readonly authority: Authority
  readonly slotDurationMs: bigint
  readonly clock: NodeClock
  readonly time: DevTime
  readonly log: Log
}

/** Block numbers are u32. */
const MAX_NUMBER = 2 ** 32

/** See the module's header. */
export class Authorship {
  readonly #deps: AuthorshipDeps
  readonly #shares = new AccountShares()

  constructor(deps: AuthorshipDeps) {
    this.#deps = deps
  }

  /**
   * Builds and stores a block.
   * @returns undefined where it would be empty and `createEmpty` is false.
   * @throws AssayError `UNKNOWN_BLOCK`, `NOT_ON_FINALIZED_BRANCH` for a parent that is not alive, `BAD_BLOCK_NUMBER`,
   *   `TIME_GOES_BACK`, `TRANSACTION_REFUSED`; PoolError or ScaleError where bytes given in `transactions` are no transaction.
   */
  async author({ createEmpty = true, transactions, ...request }: SealRequest): Promise<Block | undefined> {
    const { chain, upkeep, submission, store, time } = this.#deps
    const parentHash = request.parent ?? store.best.hash
    const exactly = transactions && (await submission.verifyAll(transactions, store.checkLive(parentHash)))
    const built = await chain.extend(
      () => {
        // Another block may be built before the lane reaches this one.
        const parent = request.parent ? store.checkLive(request.parent) : store.best
        return this.#build(parent, { ...request, createEmpty }, exactly)
      },
      async (made, change) => {
        if (request.timestampMs === undefined) time.used()
        if (change === undefined) return
        time.afterBlock(made.timestampMs)
        await upkeep.bestChanged(change, exactly ? undefined : made)
      },
    )
    return built
  }

  #build(
    parent: Block,
    { createEmpty, timestampMs, number, best }: SealRequest,
    exactly: readonly Verified[] | undefined,
  ): (BuiltBlock & { readonly best: boolean | undefined }) | undefined {
    const { runtime, store, pool, authority, slotDurationMs, time, clock, log } = this.#deps
    if (!exactly && !createEmpty && pool.readyCount === 0) return undefined
    if (number !== undefined && !(Number.isInteger(number) && number > parent.header.number && number < MAX_NUMBER))
      throw new AssayError(
        'BAD_BLOCK_NUMBER',
        `expected a block number above its parent's (${parent.header.number}), got ${number}`,
      )
    const state = store.state(parent.hash)
    const unixMs = timestampMs ?? time.unixMs(Number(timestampOf(state)))
    if (timestampMs !== undefined) checkTime(state, timestampMs, runtime.minimumPeriodMs)
    const began = clock.now()
    // The pool's transactions are validated for the best block only.
    const onBest = equalBytes(parent.hash, store.best.hash)
    const filling = exactly || !onBest ? { exactly: exactly ?? [] } : { from: pool.best() }
    const now = time.isVirtual ? () => began : clock.now
    const built = buildBlock(parent, state, filling, {
      runtime,
      authority,
      slotDurationMs,
      unixMs,
      number,
      now,
      shares: this.#shares,
    })
    for (const [id, error] of built.invalid) pool.removeInvalid([id], { kind: 'validity', error })
    const { block, included, invalid } = built
    if (!createEmpty && !exactly && included.length === 0) return undefined
    log.debug(
      {
        number: block.header.number,
        hash: toHex(block.hash),
        transactions: exactly?.length ?? included.length,
        invalid: invalid.size,
        ms: Math.round(clock.now() - began),
      },
      'built a block',
    )
    return { ...built, best: best ?? (onBest || undefined) }
  }

  /** @throws AssayError `UNKNOWN_BLOCK` or `NOT_ON_FINALIZED_BRANCH`. */
  setBest(hash: Uint8Array): Promise<void> {
    const { chain, upkeep } = this.#deps
    return chain.setBest(hash, (change) => upkeep.bestChanged(change))
  }

  /** The database has told of a disk that refuses writes already, in one line however long it lasts. */
  #logFailure(error: unknown, doing: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (error instanceof AssayError && (error.code === 'DISK_REFUSES' || error.code === 'DISK_LOST')) return
    this.#deps.log.error({ err: error, ...fields }, `the node could not ${doing} a block: ${messageOf(error)}`)
  }

  /** As `author`, for sealing: a failure is logged and gives false. */
  async attempt(createEmpty: boolean): Promise<boolean> {
    try {
      await this.author({ createEmpty })
      return true
    } catch (error) {
      this.#logFailure(error, 'build')
      return false
    }
  }

  /** @throws AssayError `UNKNOWN_BLOCK` or `NOT_ON_FINALIZED_BRANCH`. */
  finalize(hash: Uint8Array, onlyIfBest = false): Promise<void> {
    const { chain, upkeep, pool } = this.#deps
    return chain.finalize(hash, {
      enacted: (change) => upkeep.bestChanged(change),
      final: (block) => pool.finalize(block.hash),
      onlyIfBest,
    })
  }

  /** As `finalize`, for the delay: skips blocks that left the best branch; a failure is logged and gives false. */
  async follow(block: Block): Promise<boolean> {
    try {
      await this.finalize(block.hash, true)
      return true
    } catch (error) {
      this.#logFailure(error, 'finalize', { number: block.header.number })
      return false
    }
  }
}
