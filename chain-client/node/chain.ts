/**
 * The chain as it grows.
 *
 * Owns: the one lane in which blocks are added, finalized and put aside, and the events about it, in order. Does not own: storing
 * (block-store.ts), building, or when either happens. Events go out after everything that they tell of is true.
 */
import { equalBytes } from '#types/bytes.ts'
import { messageOf } from '#types/errors.ts'
import type { Change, Trie } from '#chain/trie/trie.ts'
import type { BestChange, BlockStore, Place } from './block-store.ts'
import type { Log } from '#types/log.ts'
import type { Block, ChainEvent } from './node-interface.ts'

type Listener = (event: ChainEvent) => void

/** A block to be added, with its state. */
export interface NewBlock {
  readonly block: Block
  readonly state: Trie
  /** Whether it becomes the best. Default: where it is higher than the best. */
  readonly best?: boolean | undefined
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
   * Adds a block.
   * @param build makes it, synchronously, when it is its turn; undefined for no block.
   * @param stored called when it has become the best block, before events go out.
   */
  extend<B extends NewBlock>(
    build: () => B | undefined,
    stored: (built: B, change: BestChange) => void,
  ): Promise<Block | undefined> {
    return this.#inLane(async () => {
      const built = build()
      if (built === undefined) return undefined
      const { block, state, best = block.header.number > this.#store.best.header.number } = built
      const change = await this.#store.import(block, state, best)
      if (change) stored(built, change)
      this.#emit({ kind: 'imported', block })
      if (change) this.#emitBest(block, change)
      return block
    })
  }

  /**
   * Makes a live block the best; does nothing where it is.
   * @param enacted called before the event. @throws AssayError `UNKNOWN_BLOCK` or `NOT_ON_FINALIZED_BRANCH`.
   */
  setBest(hash: Uint8Array, enacted: (change: BestChange) => void): Promise<void> {
    return this.#inLane(async () => {
      const target = this.#store.checkLive(hash)
      if (equalBytes(target.hash, this.#store.best.hash)) return
      const change = await this.#store.setBest(target)
      enacted(change)
      this.#emitBest(target, change)
    })
  }

  /** Puts the chain somewhere else, against all rules. @param to when it is its turn. @param moved called before the event. */
  move(to: () => Place | Promise<Place>, moved: (change: BestChange) => void): Promise<void> {
    return this.#inLane(async () => {
      const from = this.#store.best
      moved(await this.#store.goTo(await to()))
      this.#emit({ kind: 'reverted', from })
    })
  }

  /** Changes the state after a block. @returns the state before. @throws AssayError `UNKNOWN_BLOCK`. */
  setState(hash: Uint8Array, changes: readonly Change[]): Promise<Trie> {
    return this.#inLane(async () => {
      const before = await this.#store.overrideState(hash, changes)
      this.#emit({ kind: 'stateSet', block: this.#store.known(hash), before })
      return before
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
      const pruned = (await this.#store.setFinalized(target)).map((block) => block.hash)
      for (const block of blocks) {
        final(block)
        // Which block of several prunes a branch makes no difference to anyone who hears of all: the last one does.
        this.#emit({ kind: 'finalized', block, pruned: block === target ? pruned : [] })
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
