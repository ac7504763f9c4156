/**
 * The chain as it grows.
 *
 * Owns: the one lane in which blocks are added and finalized, and the events about it, in order. Does not own: storing
 * (block-store.ts), building, or when either happens. Events go out after everything that they tell of is true.
 */
import { messageOf } from '#types/errors.ts'
import type { Trie } from '#chain/trie/trie.ts'
import type { BestChange, BlockStore } from './block-store.ts'
import type { Log } from '#types/log.ts'
import type { Block, ChainEvent } from './node-interface.ts'

type Listener = (event: ChainEvent) => void

/** A block to be added, with its state. */
export interface NewBlock {
  readonly block: Block
  readonly state: Trie
}

interface ChainDeps {
  readonly store: BlockStore
  readonly log: Log
}

/** See the module's header. */
export class Chain {
  readonly #store: BlockStore
  readonly #log: Log
  readonly #listeners = new Set<Listener>()
  #lane: Promise<void> = Promise.resolve()

  constructor({ store, log }: ChainDeps) {
    this.#store = store
    this.#log = log
  }

  /** Calls back with each event; returns the way to stop. What a listener throws is logged: it must not stop the chain. */
  onEvent(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #emit(event: ChainEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        this.#log.error({ err: error, event: event.kind }, `a chain listener failed: ${messageOf(error)}`)
      }
    }
  }

  /** Runs a task when those before it are done. */
  #inLane<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#lane.then(task)
    this.#lane = turn.then(
      () => undefined,
      () => undefined,
    )
    return turn
  }

  /**
   * Adds a child of the best block and makes it the best.
   * @param build makes it, synchronously, when it is its turn; undefined for no block.
   * @param stored called when the block is best, before events go out.
   */
  extend<B extends NewBlock>(
    build: () => B | undefined,
    stored: (built: B, change: BestChange) => void,
  ): Promise<Block | undefined> {
    return this.#inLane(async () => {
      const built = build()
      if (built === undefined) return undefined
      const change = await this.#store.import(built.block, built.state, true)
      if (change) stored(built, change)
      this.#emit({ kind: 'imported', block: built.block })
      if (change) this.#emitBest(built.block, change)
      return built.block
    })
  }

  #emitBest(block: Block, { retracted }: BestChange): void {
    this.#emit({ kind: 'best', block, retracted: retracted.map(({ hash }) => hash) })
  }

  /**
   * Finalizes a block and its ancestors; does nothing where it is final. A block beside the best branch becomes the best.
   * @param enacted called when the best branch changed for it. @param final called with each block, before its event.
   * @throws AssayError `UNKNOWN_BLOCK` or `NOT_ON_FINALIZED_BRANCH`.
   */
  finalize(
    hash: Uint8Array,
    { enacted, final }: { enacted: (change: BestChange) => void; final: (block: Block) => void },
  ): Promise<void> {
    return this.#inLane(async () => {
      const blocks = this.#store.unfinalizedUpTo(hash)
      const target = blocks.at(-1)
      if (target === undefined) return
      if (!this.#store.isOnBestBranch(target)) {
        const change = await this.#store.setBest(target)
        enacted(change)
        this.#emitBest(target, change)
      }
      await this.#store.setFinalized(target)
      for (const block of blocks) {
        final(block)
        this.#emit({ kind: 'finalized', block })
      }
    })
  }

  /** Whether the block is on the best branch above the finalized one. */
  isUnfinalizedBest(block: Block): boolean {
    return block.header.number > this.#store.finalized.header.number && this.#store.isOnBestBranch(block)
  }

  /** Resolves when all that was begun is done. */
  idle(): Promise<void> {
    return this.#lane
  }
}
