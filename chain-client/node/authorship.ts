/**
 * Blocks by this node: from the pool into the chain.
 *
 * Owns: one step, from the best block to its child, and finalizing. Does not own: when (sealing.ts, finality.ts).
 */
import { toHex } from '#types/bytes.ts'
import { messageOf } from '#types/errors.ts'
import type { Runtime } from '#chain/runtime/runtime-interface.ts'
import { buildBlock, type BuiltBlock } from './block-builder.ts'
import type { BlockStore } from './block-store.ts'
import type { Chain } from './chain.ts'
import type { NodeClock } from './clock.ts'
import type { Authority } from './keystore.ts'
import type { Log } from '#types/log.ts'
import type { Block } from './node-interface.ts'
import type { PoolUpkeep } from './pool-upkeep.ts'
import type { TransactionPool } from './tx-pool/pool.ts'

interface AuthorshipDeps {
  readonly runtime: Runtime
  readonly store: BlockStore
  readonly chain: Chain
  readonly pool: TransactionPool
  readonly upkeep: PoolUpkeep
  readonly authority: Authority
  readonly slotDurationMs: bigint
  readonly clock: NodeClock
  readonly log: Log
}

/** See the module's header. */
export class Authorship {
  readonly #deps: AuthorshipDeps

  constructor(deps: AuthorshipDeps) {
    this.#deps = deps
  }

  /**
   * Builds and stores a child of the best block.
   * @returns undefined where it would be empty and `createEmpty` is false.
   */
  author(createEmpty: boolean): Promise<Block | undefined> {
    const { chain, upkeep } = this.#deps
    return chain.extend(
      () => this.#build(createEmpty),
      (built, change) => upkeep.bestChanged(change, built),
    )
  }

  #build(createEmpty: boolean): BuiltBlock | undefined {
    const { runtime, store, pool, authority, slotDurationMs, clock, log } = this.#deps
    if (!createEmpty && pool.readyCount === 0) return undefined
    const parent = store.best
    const began = clock.now()
    const built = buildBlock(parent, store.state(parent.hash), pool.best(), {
      runtime,
      authority,
      slotDurationMs,
      unixMs: clock.unixMs,
      now: clock.now,
    })
    pool.removeInvalid(built.invalid)
    const { block, included, invalid } = built
    if (!createEmpty && included.length === 0) return undefined
    log.debug(
      {
        number: block.header.number,
        hash: toHex(block.hash),
        transactions: included.length,
        invalid: invalid.length,
        ms: Math.round(clock.now() - began),
      },
      'built a block',
    )
    return built
  }

  /** As `author`, for sealing: false, and a line in the log, where it failed. */
  async attempt(createEmpty: boolean): Promise<boolean> {
    try {
      await this.author(createEmpty)
      return true
    } catch (error) {
      this.#deps.log.error({ err: error }, `no block could be built: ${messageOf(error)}`)
      return false
    }
  }

  /** @throws AssayError `UNKNOWN_BLOCK` or `NOT_ON_FINALIZED_BRANCH`. */
  finalize(hash: Uint8Array): Promise<void> {
    const { chain, upkeep, pool } = this.#deps
    return chain.finalize(hash, {
      enacted: (change) => upkeep.bestChanged(change),
      final: (block) => pool.finalize(block.hash),
    })
  }

  /** As `finalize`, for the delay: passes over blocks that left the best branch, and logs what fails. */
  async follow(block: Block): Promise<void> {
    if (!this.#deps.chain.isUnfinalizedBest(block)) return
    try {
      await this.finalize(block.hash)
    } catch (error) {
      this.#deps.log.error(
        { err: error, number: block.header.number },
        `a block was not finalized: ${messageOf(error)}`,
      )
    }
  }
}
