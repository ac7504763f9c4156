/**
 * The store of blocks and their states: every change of the chain is written here.
 *
 * Owns: importing, choosing the best block, finalizing, pruning, and going elsewhere. Does not own: what can be asked about blocks
 * (stored-blocks.ts).
 * Building, checking and choosing blocks happen elsewhere. A block, its state's new nodes, the number index and the best pointer go into
 * one batch, and memory changes only after the batch was written. So a killed process leaves the chain before or after a block, never
 * between. Calls that write must not overlap: the node's lane sees to that.
 */
import { equalBytes } from '#types/bytes.ts'
import { EMPTY_ROOT, type Change, type Trie } from '#chain/trie/trie.ts'
import { bestChanges, blockChange, numberKey, OLDEST, POINTER, tipsChange } from './block-records.ts'
import { BlockStates } from './block-states.ts'
import { placeAt, routeBetween, type BestChange, type Place, type SetState } from './branches.ts'
import { latin1, type Db, type DbChange } from './db.ts'
import { LiveBlocks } from './live-blocks.ts'
import type { Block } from './node-interface.ts'
import { pruneRecords, type Beside, type Oldest, type PruningWork } from './pruned-records.ts'
import { trieNodeStore } from './state-records.ts'
import { StoredBlocks } from './stored-blocks.ts'
import { readPointers, type Pointers } from './stored-chain.ts'

/** Block 0 and its state. */
export interface Genesis {
  readonly block: Block
  readonly state: Trie
}

/** A chain from a dump: its head and live blocks, its blocks without the genesis, and all their records that are missing here. */
export interface LoadedChain {
  readonly place: Place
  readonly blocks: readonly Block[]
  readonly records: readonly DbChange[]
}

/** See the module's header. */
export class BlockStore extends StoredBlocks {
  readonly #states: BlockStates

  private constructor(db: Db, pointers: Pointers) {
    super(db, pointers)
    this.#states = new BlockStates(db, (hash) => this.known(hash))
    const oldest = db.get(OLDEST.state)
    if (oldest) this.#states.discardBelow(this.known(oldest).header.number)
  }

  /**
   * Opens the chain in `db`, or begins a new one with `genesis`.
   * @param genesis makes block 0; its state takes its nodes from the store given.
   * @throws AssayError `GENESIS_MISMATCH` or `DB_UNREADABLE`, TrieError where the best state is incomplete.
   */
  static async open(db: Db, genesis: (store: ReturnType<typeof trieNodeStore>) => Genesis): Promise<BlockStore> {
    const { block, state } = genesis(trieNodeStore(db))
    const pointers = readPointers(db, block)
    if (pointers) {
      const store = new BlockStore(db, pointers)
      // Loads the root node, so that a missing state is found here and not in the middle of a block.
      if (!equalBytes(pointers.best.header.stateRoot, EMPTY_ROOT))
        store.state(pointers.best.hash).keys(new Uint8Array(), undefined, 1)
      return store
    }
    const store = new BlockStore(db, { genesis: block, best: block, finalized: block })
    const changes: DbChange[] = [
      blockChange(block),
      ...store.#states.ofNew(block, state, undefined),
      [numberKey(0), block.hash],
    ]
    for (const key of Object.values(POINTER)) changes.push([key, block.hash])
    await db.write(changes, { sync: true })
    store.#states.written(block.hash, state)
    return store
  }

  /** The states after all blocks, for dumps. */
  get states(): BlockStates {
    return this.#states
  }

  /** Number of the oldest block whose state is kept besides the genesis; 0 where none was pruned. */
  get oldestState(): number {
    return this.#states.oldest
  }

  /**
   * Removes blocks and states before the oldest that shall stay. The chain may go on while it looks for them.
   * @param beside blocks beside the best branch, which go as well
   * @returns false where the chain moved meanwhile, so that nothing was removed
   */
  async prune(oldest: Oldest, beside: readonly Beside[], work: PruningWork): Promise<boolean> {
    const stored = { blocks: this, states: this.#states, db: this.db }
    const gone = await pruneRecords(oldest, beside, stored, work)
    for (const block of gone ?? []) this.forget(block)
    return gone !== undefined
  }

  /** State after the block. @throws AssayError `UNKNOWN_BLOCK`. */
  state(hash: Uint8Array): Trie {
    return this.#states.get(hash)
  }

  /**
   * Changes the state after a block; its header stays as it is. @returns the state before.
   * @throws AssayError `UNKNOWN_BLOCK`, TrieError for a key that is too long.
   */
  async overrideState(hash: Uint8Array, changes: readonly Change[]): Promise<Trie> {
    const before = this.state(hash)
    const state = before.apply(changes)
    await this.db.write(this.#states.ofSet({ block: hash, state }))
    this.#states.written(hash, state)
    return before
  }

  #route(to: Block): BestChange {
    return routeBetween(this.best, to, (hash) => this.known(hash))
  }

  /**
   * Stores a block and its state; its parent must be stored.
   * @param best whether it becomes the best block. @returns the changes on the best branch; undefined where `best` is false.
   */
  async import(block: Block, state: Trie, best: boolean): Promise<BestChange | undefined> {
    const changes: DbChange[] = [
      blockChange(block),
      ...this.#states.ofNew(block, state, this.state(block.header.parentHash)),
    ]
    const route = best ? this.#route(block) : undefined
    if (route) changes.push(...bestChanges(block, route))
    changes.push(tipsChange(this.liveBlocks.tipsWith(block)))
    await this.db.write(changes)
    this.liveBlocks.add(block)
    this.remember(block)
    this.#states.written(block.hash, state)
    if (route) this.pointers.best = block
    return route
  }

  /** Makes a stored block the best one. */
  async setBest(block: Block): Promise<BestChange> {
    const route = this.#route(block)
    await this.db.write(bestChanges(block, route))
    this.pointers.best = block
    return route
  }

  /**
   * Moves the finalized pointer and syncs it to disk: all blocks up to it survive a power cut.
   * @returns the blocks that can never become final after this.
   */
  async setFinalized(block: Block): Promise<readonly Block[]> {
    const { live, pruned } = this.liveBlocks.split(block)
    const next = new LiveBlocks(live)
    await this.db.write([[POINTER.finalized, block.hash], tipsChange(next.tips())], { sync: true })
    this.pointers.finalized = block
    this.liveBlocks = next
    return pruned
  }

  /**
   * The place whose head is a stored block. The block becomes final too where it does not descend from the finalized one.
   * @throws AssayError `UNKNOWN_BLOCK` where its state is pruned
   */
  placeAt(head: Block): Place {
    this.state(head.hash)
    return placeAt(head, this.place(), this)
  }

  /** Puts the chain at a place, against all rules: it may undo final blocks. @param states to set by hand on the way. */
  async goTo(place: Place, states: readonly SetState[] = []): Promise<BestChange> {
    const records = states.flatMap((set) => this.#states.ofSet(set))
    const route = await this.#put(place, this.#route(place.best), records)
    for (const { block, state } of states) this.#states.written(block, state)
    return route
  }

  /** Puts the chain at a place whose blocks come with it, all in one batch. */
  async load({ place, blocks, records }: LoadedChain): Promise<BestChange> {
    const loaded = new Map(blocks.map((block) => [latin1(block.hash), block]))
    const known = (hash: Uint8Array): Block => loaded.get(latin1(hash)) ?? this.known(hash)
    const route = await this.#put(place, routeBetween(this.best, place.best, known), records, true)
    for (const { hash } of [this.genesis, ...blocks]) this.#states.forget(hash)
    return route
  }

  /** @param bringsStates whether the states of all blocks from the genesis on are among the records, or kept. */
  async #put(
    { best, finalized, live }: Place,
    route: BestChange,
    records: readonly DbChange[],
    bringsStates = false,
  ): Promise<BestChange> {
    const next = new LiveBlocks(live)
    const pointers: DbChange[] = [tipsChange(next.tips()), [POINTER.finalized, finalized.hash]]
    const oldest = this.db.get(OLDEST.state)
    // Below it only the genesis has a state. The states of a chain that goes on from there are all kept.
    const isLeft = bringsStates || route.retracted.some(({ hash }) => oldest && equalBytes(hash, oldest))
    const isWhole = oldest !== undefined && isLeft
    if (isWhole) pointers.push([OLDEST.state, this.genesis.hash])
    await this.db.write([...records, ...bestChanges(best, route), ...pointers], { sync: true })
    if (isWhole) this.#states.discardBelow(0)
    this.pointers.best = best
    this.pointers.finalized = finalized
    this.liveBlocks = next
    return route
  }
}
