/**
 * The chain as it grows.
 *
 * Owns: the one lane in which the node adds, finalizes and puts aside blocks, and the events about it, in order. Does not own: the
 * block store. An event goes out only after everything that it tells is true.
 */
import { equalBytes } from '#types/bytes.ts'
import { messageOf } from '#types/errors.ts'
import type { Change, Trie } from '#chain/trie/trie.ts'
import type { BlockStore, LoadedChain } from './block-store.ts'
import type { BestChange, Place, SetState } from './branches.ts'
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

/** Callbacks and options of a finalization. */
export interface Finalizing {
  readonly enacted: (change: BestChange) => void | Promise<void>
  readonly final: (block: Block) => void
  readonly onlyIfBest?: boolean
}

/** The goal of a move: a place that the store knows, with states to put back, or a place that comes with its blocks. */
export type Move = { readonly place: Place; readonly states?: readonly SetState[] } | LoadedChain

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

  /** Calls back with each event; returns the way to stop. The chain logs an error of a listener and goes on. */
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

  /** Runs a task when those before it are done, so that it finds the chain at rest. */
  inTurn<T>(task: () => T | Promise<T>): Promise<T> {
    const turn = this.#lane.then(task)
    this.#lane = turn.then(
      () => undefined,
      () => undefined,
    )
    return turn
  }

  /** Lets other parts follow a stored change. Their errors are logged, because the events must still go out. */
  async #follow(follow: () => void | Promise<void>): Promise<void> {
    try {
      await follow()
    } catch (error) {
      this.#log.error({ err: error }, `a part of the node did not follow the chain: ${messageOf(error)}`)
    }
  }

  /**
   * Adds a block. A block that is live already is not added again; it becomes the best where `best` says so.
   * @param build makes the block, synchronously, at its turn in the lane; undefined for no block.
   * @param stored called after the block is stored and before its events, with the change where it became the best block.
   */
  extend<B extends NewBlock>(
    build: () => B | undefined,
    stored: (built: B, change: BestChange | undefined) => void | Promise<void>,
  ): Promise<Block | undefined> {
    return this.inTurn(async () => {
      const built = build()
      if (built === undefined) return undefined
      const { block, state, best = block.header.number > this.#store.best.header.number } = built
      const isNew = !this.#store.isLive(block.hash)
      const change = isNew ? await this.#store.import(block, state, best) : await this.#again(block, best)
      await this.#follow(() => stored(built, change))
      if (isNew) this.#emit({ kind: 'imported', block })
      if (change) this.#emitBest(block, change)
      return block
    })
  }

  async #again(block: Block, best: boolean): Promise<BestChange | undefined> {
    return best && !equalBytes(block.hash, this.#store.best.hash) ? this.#store.setBest(block) : undefined
  }

  /**
   * Makes a live block the best; does nothing where it is.
   * @param enacted called before the event. @throws AssayError `UNKNOWN_BLOCK` or `NOT_ON_FINALIZED_BRANCH`.
   */
  setBest(hash: Uint8Array, enacted: (change: BestChange) => void | Promise<void>): Promise<void> {
    return this.inTurn(() => this.#setBest(this.#store.checkLive(hash), enacted))
  }

  async #setBest(target: Block, enacted: (change: BestChange) => void | Promise<void>): Promise<void> {
    if (equalBytes(target.hash, this.#store.best.hash)) return
    const change = await this.#store.setBest(target)
    await this.#follow(() => enacted(change))
    this.#emitBest(target, change)
  }

  /**
   * Puts the chain at another place, against all rules.
   * @param to called at its turn; undefined for no move. @param moved called before the event. @returns whether it moved.
   */
  move(to: () => Move | undefined, moved: (change: BestChange) => void): Promise<boolean> {
    return this.inTurn(async () => {
      const from = this.#store.best
      const target = to()
      if (target === undefined) return false
      const change =
        'records' in target ? await this.#store.load(target) : await this.#store.goTo(target.place, target.states)
      await this.#follow(() => moved(change))
      this.#emit({ kind: 'reverted', from })
      return true
    })
  }

  /**
   * Changes the state after a block. @param hash called at its turn. @param changesOf makes the changes, from the state at that
   * moment.
   * @param set called with the state before, before the event. @returns the block's hash.
   * @throws AssayError `UNKNOWN_BLOCK`, TrieError for a key that is too long; the errors of `changesOf`.
   */
  setState(
    hash: () => Uint8Array,
    changesOf: (state: Trie) => readonly Change[],
    set: (block: Block, before: Trie) => void,
  ): Promise<Uint8Array> {
    return this.inTurn(async () => {
      const block = this.#store.known(hash())
      const before = await this.#store.overrideState(block.hash, changesOf(this.#store.state(block.hash)))
      await this.#follow(() => set(block, before))
      this.#emit({ kind: 'stateSet', block, before })
      return block.hash
    })
  }

  #emitBest(block: Block, { retracted }: BestChange): void {
    this.#emit({ kind: 'best', block, retracted: retracted.map(({ hash }) => hash) })
  }

  /**
   * Finalizes a block and its ancestors; does nothing where it is final. A block beside the best branch becomes the best; with
   * `onlyIfBest` it is skipped.
   * @param enacted called when the best branch changed for it. @param final called with each block, before its event.
   * @throws AssayError `UNKNOWN_BLOCK` or `NOT_ON_FINALIZED_BRANCH`.
   */
  finalize(hash: Uint8Array, { enacted, final, onlyIfBest = false }: Finalizing): Promise<void> {
    return this.inTurn(async () => {
      if (onlyIfBest && !this.#store.isOnBestBranch(this.#store.known(hash))) return
      const blocks = this.#store.unfinalizedUpTo(hash)
      const target = blocks.at(-1)
      if (target === undefined) return
      if (!this.#store.isOnBestBranch(target)) await this.#setBest(target, enacted)
      const pruned = (await this.#store.setFinalized(target)).map((block) => block.hash)
      for (const block of blocks) {
        await this.#follow(() => final(block))
        // Listeners hear of all these blocks, so it suffices that the last one names the pruned blocks.
        this.#emit({ kind: 'finalized', block, pruned: block === target ? pruned : [] })
      }
    })
  }

  /** Resolves when all tasks that were begun are done. */
  idle(): Promise<void> {
    return this.#lane
  }
}
