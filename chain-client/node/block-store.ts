/**
 * The blocks: all that were ever imported, which of them are on the best branch, and the state after each.
 *
 * Owns: best, finalized, the number index, the live blocks as the database has them, the blocks and states kept in memory. Does not
 * own: building, checking or choosing blocks (service.ts), nor the records (block-records.ts). A block, its state's new nodes, the number index and the best pointer
 * go into one batch, and memory changes only after it was written: a killed process leaves the chain before or after a block,
 * never between. Calls that write must not overlap: the node's lane sees to that.
 */
import { concatBytes, equalBytes, toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { EMPTY_ROOT, Trie, type Change } from '#chain/trie/trie.ts'
import {
  blockChange,
  numberKey,
  POINTER,
  readBlock,
  stateChanges,
  stateOverrideKey,
  TIPS,
  trieNodeStore,
} from './block-records.ts'
import { latin1, type Db, type DbChange } from './db.ts'
import { Lru } from './lru.ts'
import { LiveBlocks } from './live-blocks.ts'
import type { Block } from './node-interface.ts'

/** Blocks kept decoded, and states kept open. Older ones are read again when asked for. */
const CACHED_BLOCKS = 256
const CACHED_STATES = 64
/** Trie nodes of the best state kept in memory, roughly 400 bytes each. */
const RESIDENT_TRIE_NODES = 65_536

/** What became of the branches when the best block changed: what left the best one, highest first; what joined it, lowest first. */
export interface BestChange {
  readonly retracted: readonly Block[]
  readonly enacted: readonly Block[]
}

interface Pointers {
  readonly genesis: Block
  best: Block
  finalized: Block
}

/** Where block 0 comes from. */
export interface Genesis {
  readonly block: Block
  readonly state: Trie
}

const damaged = (what: string): AssayError =>
  new AssayError(
    'DB_UNREADABLE',
    `expected ${what} in the database, got none: it is damaged, delete its folder to begin anew`,
  )

const notFinalized = ({ header, hash }: Block, finalized: Block): AssayError =>
  new AssayError(
    'NOT_ON_FINALIZED_BRANCH',
    `expected a descendant of the finalized block ${finalized.header.number} (${toHex(finalized.hash)}), got block ` +
      `${header.number} (${toHex(hash)}), which is none`,
    { hash: toHex(hash) },
  )

/** The block that a pointer names. Undefined where there is no such pointer. */
function pointed(db: Db, key: Uint8Array, name: string): Block | undefined {
  const hash = db.get(key)
  if (hash === undefined) return undefined
  const block = readBlock(db, hash)
  if (block === undefined || !equalBytes(block.hash, hash)) throw damaged(`the ${name} block ${toHex(hash)}`)
  return block
}

function readPointers(db: Db, genesis: Block): Pointers | undefined {
  const hash = db.get(POINTER.genesis)
  if (hash === undefined) return undefined
  if (!equalBytes(hash, genesis.hash))
    throw new AssayError(
      'GENESIS_MISMATCH',
      `expected a database of the chain with genesis ${toHex(genesis.hash)}, got one of ${toHex(hash)}: the chain spec or the ` +
        'runtime changed since. Use the former one, another --base-path, or delete the folder',
      { expected: toHex(genesis.hash), got: toHex(hash) },
    )
  const best = pointed(db, POINTER.best, 'best')
  const finalized = pointed(db, POINTER.finalized, 'finalized')
  if (!best || !finalized) throw damaged('best and finalized block')
  return { genesis, best, finalized }
}

const HASH_BYTES = 32

/** The live blocks of a database: all between its tips and the finalized block. */
function readLive(db: Db, { best, finalized }: Pointers): Block[] {
  const tips = db.get(TIPS) ?? best.hash
  const found = new Map<string, Block>()
  for (let at = 0; at < tips.length; at += HASH_BYTES) {
    let hash: Uint8Array = tips.slice(at, at + HASH_BYTES)
    while (!equalBytes(hash, finalized.hash) && !found.has(latin1(hash))) {
      const block = readBlock(db, hash)
      if (block === undefined || block.header.number <= finalized.header.number)
        throw damaged(`the live block ${toHex(hash)}, above the finalized one,`)
      found.set(latin1(hash), block)
      hash = block.header.parentHash
    }
  }
  return [...found.values()].sort((a, b) => a.header.number - b.header.number)
}

const tipsChange = (tips: readonly Block[]): DbChange => [TIPS, concatBytes(...tips.map(({ hash }) => hash))]

/** A place that the chain can be put back to: nothing in it is a copy. */
export interface Place {
  readonly best: Block
  readonly finalized: Block
  /** Parents before children. */
  readonly live: readonly Block[]
}

/** See the module's header. */
export class BlockStore {
  readonly #db: Db
  readonly #pointers: Pointers
  #live: LiveBlocks
  readonly #blocks = new Lru<Block>(CACHED_BLOCKS)
  readonly #states = new Lru<Trie>(CACHED_STATES)

  private constructor(db: Db, pointers: Pointers) {
    this.#db = db
    this.#pointers = pointers
    this.#live = new LiveBlocks(readLive(db, pointers))
    this.#remember(pointers.best)
  }

  /**
   * Opens the chain in `db`, or begins it with `genesis`.
   * @param genesis makes block 0; its state takes its nodes from the store given.
   * @throws AssayError `GENESIS_MISMATCH` or `DB_UNREADABLE`, TrieError where the best state is incomplete.
   */
  static async open(db: Db, genesis: (store: ReturnType<typeof trieNodeStore>) => Genesis): Promise<BlockStore> {
    const { block, state } = genesis(trieNodeStore(db))
    const pointers = readPointers(db, block)
    if (pointers) {
      const store = new BlockStore(db, pointers)
      // Loads the root node: a state that is missing shows now and not in the middle of a block.
      if (!equalBytes(pointers.best.header.stateRoot, EMPTY_ROOT))
        store.state(pointers.best.hash).keys(new Uint8Array(), undefined, 1)
      return store
    }
    const changes: DbChange[] = [blockChange(block), ...stateChanges(state), [numberKey(0), block.hash]]
    for (const key of Object.values(POINTER)) changes.push([key, block.hash])
    await db.write(changes, { sync: true })
    state.markPersisted()
    const store = new BlockStore(db, { genesis: block, best: block, finalized: block })
    store.#states.set(latin1(block.hash), state)
    return store
  }

  get genesis(): Block {
    return this.#pointers.genesis
  }

  get best(): Block {
    return this.#pointers.best
  }

  get finalized(): Block {
    return this.#pointers.finalized
  }

  #remember(block: Block): Block {
    this.#blocks.set(latin1(block.hash), block)
    return block
  }

  /** Any stored block. */
  block(hash: Uint8Array): Block | undefined {
    if (hash.length !== this.genesis.hash.length) return undefined
    const known = this.#blocks.get(latin1(hash))
    if (known) return known
    const read = readBlock(this.#db, hash)
    return read && this.#remember(read)
  }

  /** Any stored block. @throws AssayError `UNKNOWN_BLOCK`. */
  known(hash: Uint8Array): Block {
    const block = this.block(hash)
    if (block) return block
    throw new AssayError('UNKNOWN_BLOCK', `expected the hash of a block of this chain, got ${toHex(hash)}`, {
      hash: toHex(hash),
    })
  }

  /** Hash of the block of that number on the best branch. */
  hashAt(number: number): Uint8Array | undefined {
    const { header, hash } = this.best
    if (number === header.number) return hash
    if (!Number.isInteger(number) || number < 0 || number > header.number) return undefined
    return this.#db.get(numberKey(number))
  }

  /** Whether the block is on the best branch. */
  isOnBestBranch({ header, hash }: Block): boolean {
    const there = this.hashAt(header.number)
    return there !== undefined && equalBytes(there, hash)
  }

  /** State after the block. @throws AssayError `UNKNOWN_BLOCK`. */
  state(hash: Uint8Array): Trie {
    const key = latin1(hash)
    const open = this.#states.get(key)
    if (open) {
      open.unload(RESIDENT_TRIE_NODES)
      return open
    }
    const root = this.#db.get(stateOverrideKey(hash)) ?? this.known(hash).header.stateRoot
    const state = Trie.open(root, trieNodeStore(this.#db))
    this.#states.set(key, state)
    return state
  }

  /**
   * Changes the state after a block; its header stays as it is. @returns the state before.
   * @throws AssayError `UNKNOWN_BLOCK`, TrieError for a key that is too long.
   */
  async overrideState(hash: Uint8Array, changes: readonly Change[]): Promise<Trie> {
    const before = this.state(hash)
    await this.putState(hash, before.apply(changes))
    return before
  }

  /** Puts a state in place of a block's. */
  async putState(hash: Uint8Array, state: Trie): Promise<void> {
    const same = equalBytes(state.root(), this.known(hash).header.stateRoot)
    await this.#db.write([...stateChanges(state), [stateOverrideKey(hash), same ? null : state.root()]])
    state.markPersisted()
    this.#states.set(latin1(hash), state)
  }

  /** The way from the best block to another one. */
  #route(to: Block): BestChange {
    const retracted: Block[] = []
    const enacted: Block[] = []
    let from = this.best
    while (!equalBytes(from.hash, to.hash)) {
      if (to.header.number >= from.header.number) {
        enacted.unshift(to)
        to = this.known(to.header.parentHash)
      } else {
        retracted.push(from)
        from = this.known(from.header.parentHash)
      }
    }
    return { retracted, enacted }
  }

  /**
   * Stores a block and its state; its parent must be stored.
   * @param best whether it becomes the best block. @returns what that changed, undefined where `best` is false.
   */
  async import(block: Block, state: Trie, best: boolean): Promise<BestChange | undefined> {
    const changes: DbChange[] = [blockChange(block), ...stateChanges(state)]
    const route = best ? this.#route(block) : undefined
    if (route) changes.push(...this.#bestChanges(block, route))
    changes.push(tipsChange(this.#live.tipsWith(block)))
    await this.#db.write(changes)
    this.#live.add(block)
    state.markPersisted()
    state.unload(RESIDENT_TRIE_NODES)
    this.#remember(block)
    this.#states.set(latin1(block.hash), state)
    if (route) this.#pointers.best = block
    return route
  }

  #bestChanges(block: Block, { retracted, enacted }: BestChange): DbChange[] {
    return [
      ...retracted.map(({ header }): DbChange => [numberKey(header.number), null]),
      ...enacted.map(({ header, hash }): DbChange => [numberKey(header.number), hash]),
      [POINTER.best, block.hash],
    ]
  }

  /** Makes a stored block the best one. */
  async setBest(block: Block): Promise<BestChange> {
    const route = this.#route(block)
    await this.#db.write(this.#bestChanges(block, route))
    this.#pointers.best = block
    return route
  }

  /**
   * Whether finalizing the block is possible: it descends from the finalized one, or is among its ancestors.
   * @returns the blocks between, the finalized one left out, lowest first.
   * @throws AssayError `UNKNOWN_BLOCK` or `NOT_ON_FINALIZED_BRANCH`.
   */
  unfinalizedUpTo(hash: Uint8Array): Block[] {
    const target = this.known(hash)
    if (target.header.number <= this.finalized.header.number && this.isOnBestBranch(target)) return []
    const between: Block[] = []
    let block = target
    for (; block.header.number > this.finalized.header.number; block = this.known(block.header.parentHash))
      between.unshift(block)
    if (equalBytes(block.hash, this.finalized.hash)) return between
    throw notFinalized(target, this.finalized)
  }

  /** Blocks above the finalized one on every branch, parents before children. */
  live(): Block[] {
    return this.#live.all()
  }

  /** A live block, or the finalized one: what may get children. @throws AssayError `UNKNOWN_BLOCK` or `NOT_ON_FINALIZED_BRANCH`. */
  checkLive(hash: Uint8Array): Block {
    const block = this.known(hash)
    if (this.isLive(hash)) return block
    throw notFinalized(block, this.finalized)
  }

  /** Whether a block can still become final, or is the last one that did. */
  isLive(hash: Uint8Array): boolean {
    return this.#live.has(hash) || equalBytes(hash, this.finalized.hash)
  }

  /**
   * Moves the finalized pointer, on disk for good: everything up to it survives a power cut.
   * @returns the blocks that can never be final now.
   */
  async setFinalized(block: Block): Promise<readonly Block[]> {
    const { live, pruned } = this.#live.split(block)
    const next = new LiveBlocks(live)
    await this.#db.write([[POINTER.finalized, block.hash], tipsChange(next.tips())], { sync: true })
    this.#pointers.finalized = block
    this.#live = next
    return pruned
  }

  /** Where the chain is now. */
  place(): Place {
    return { best: this.best, finalized: this.finalized, live: this.live() }
  }

  /** The place whose head is a stored block: final too where that does not descend from the finalized one. */
  placeAt(head: Block): Place {
    if (this.isLive(head.hash)) return { ...this.place(), best: head }
    const path: Block[] = []
    for (let block = head; block.header.number > this.finalized.header.number;) {
      path.unshift(block)
      block = this.known(block.header.parentHash)
      // Left aside by an earlier revert: it is alive again.
      if (this.isLive(block.hash)) return { best: head, finalized: this.finalized, live: [...this.live(), ...path] }
    }
    return { best: head, finalized: head, live: [] }
  }

  /** Puts the chain at a place, against all rules: what was final may be so no more. */
  async goTo({ best, finalized, live }: Place): Promise<BestChange> {
    const route = this.#route(best)
    const next = new LiveBlocks(live)
    const changes = [...this.#bestChanges(best, route), tipsChange(next.tips())]
    await this.#db.write([...changes, [POINTER.finalized, finalized.hash]], { sync: true })
    this.#pointers.best = best
    this.#pointers.finalized = finalized
    this.#live = next
    return route
  }
}
