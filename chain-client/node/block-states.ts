/**
 * The states after blocks.
 *
 * Owns: which of them are open in memory, and which were set by hand, so that their block's header does not name their root. Does
 * not own: the records of states.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import type { Change, Trie } from '#chain/trie/trie.ts'
import { nodeStateKey, stateOverrideKey } from './block-records.ts'
import type { SetState } from './branches.ts'
import { fromLatin1, latin1, type Db, type DbChange } from './db.ts'
import { Lru } from './lru.ts'
import type { Block } from './node-interface.ts'
import { StateRecords } from './state-records.ts'

/** States kept open. Others are opened again on demand. */
const CACHED_STATES = 64
/** Own states kept open: a few branches' ends. */
const CACHED_OWN_STATES = 4
/** Trie nodes of a state kept in memory, roughly 400 bytes each. */
const RESIDENT_TRIE_NODES = 65_536

function* changesBetween(before: Trie, after: Trie): Generator<Change, void, void> {
  for (const difference of before.diff(after)) yield [difference.key, difference.after ?? null]
}

/** Substrate's words come first. */
const discarded = (hash: Uint8Array, oldest: number): AssayError =>
  new AssayError(
    'UNKNOWN_BLOCK',
    `State already discarded for ${toHex(hash)}: expected a block from number ${oldest} on, or a node with --state-pruning archive`,
    { hash: toHex(hash) },
  )

/** See the module's header. */
export class BlockStates {
  readonly #db: Db
  readonly #known: (hash: Uint8Array) => Block
  readonly #records: StateRecords
  /** States of blocks below this number are pruned; the genesis state stays. Undefined where none ever was. */
  #oldest: number | undefined
  readonly #open = new Lru<Trie>(CACHED_STATES)
  /** Blocks' own states, which never change, for readers that go along the chain. */
  readonly #own = new Lru<Trie>(CACHED_OWN_STATES)

  /** @param known finds a block, or throws. */
  constructor(db: Db, known: (hash: Uint8Array) => Block) {
    this.#db = db
    this.#known = known
    this.#records = new StateRecords(db)
  }

  /** @throws the errors of `known`, AssayError `UNKNOWN_BLOCK` where the state is pruned. */
  get(hash: Uint8Array): Trie {
    const state = this.find(hash)
    if (state) return state
    throw discarded(hash, this.oldest)
  }

  /** Undefined where the state is pruned. @throws the errors of `known`. */
  find(hash: Uint8Array): Trie | undefined {
    const key = latin1(hash)
    const open = this.#open.get(key)
    if (open) {
      open.unload(RESIDENT_TRIE_NODES)
      return open
    }
    const { header } = this.#known(hash)
    if (header.number < this.oldest && header.number > 0) return undefined
    const root = this.#db.get(stateOverrideKey(hash)) ?? header.stateRoot
    // A reader that goes along the chain then pays for one block's changes per step.
    const near = this.#open.get(latin1(header.parentHash))
    // On a branch that the chain left, later states may lack those that they were made from.
    const state = this.#oldest === undefined ? this.#records.open(root, near) : this.#records.find(root, near)
    if (state) this.#open.set(key, state)
    return state
  }

  /**
   * Records of a block's own state. They are also made where the block was stored and left aside before, with a state set by hand.
   * @param base the state it was made from, which is kept already; undefined to keep the new state as nodes.
   */
  ofNew({ hash, header }: Block, state: Trie, base: Trie | undefined, batch?: Set<string>): DbChange[] {
    const override = stateOverrideKey(hash)
    const before: DbChange[] = this.#db.get(override) === undefined ? [] : [[override, null]]
    return [...this.#listed(header.number, state, this.#records.of(state, base, batch)), ...before]
  }

  /** The records of a state, and one that tells of it where these are its nodes. */
  #listed(number: number, state: Trie, records: readonly DbChange[]): readonly DbChange[] {
    const isOfNodes = records.length > 0 && this.#records.isOfNodes(state)
    return isOfNodes ? [...records, [nodeStateKey(number, state.root()), new Uint8Array(0)]] : records
  }

  /** Records that put a state in place of a block's own, or the own one back. */
  ofSet({ block, state }: SetState): DbChange[] {
    const { header } = this.#known(block)
    const isOwn = equalBytes(state.root(), header.stateRoot)
    const records = this.#listed(header.number, state, this.#records.of(state, this.get(block)))
    return [...records, [stateOverrideKey(block), isOwn ? null : state.root()]]
  }

  /** Records of a state that will be set by hand. */
  kept({ header }: Block, state: Trie, base: Trie, batch: Set<string>): readonly DbChange[] {
    return this.#listed(header.number, state, this.#records.of(state, base, batch))
  }

  /** A block's own state, even where another was set by hand. */
  own({ header, hash }: Block): Trie {
    const key = latin1(hash)
    const known = this.#own.get(key)
    if (known) return known
    const state = this.#records.open(header.stateRoot, this.#own.get(latin1(header.parentHash)))
    state.unload(RESIDENT_TRIE_NODES)
    this.#own.set(key, state)
    return state
  }

  /** Changes from the parent's own state to the block's own. */
  ownChanges(block: Block, parent: Block): Iterable<Change> {
    const kept = this.#records.changes(block.header.stateRoot)
    if (kept && equalBytes(kept.base, parent.header.stateRoot)) return kept.changes
    return changesBetween(this.own(parent), this.own(block))
  }

  /** The state that was set by hand after a block: its root, and its changes to the block's own state. */
  override(block: Block): { readonly root: Uint8Array; readonly changes: Iterable<Change> } | undefined {
    const root = this.#db.get(stateOverrideKey(block.hash))
    return root && { root, changes: changesBetween(this.own(block), this.#records.open(root, this.own(block))) }
  }

  /** Notes that the states of the blocks below this number are pruned, and maybe others on branches that the chain left. */
  discardBelow(number: number): void {
    this.#oldest = number
  }

  /** Forgets the open states of some blocks. */
  forgetWhere(isMeant: (hash: Uint8Array) => boolean): void {
    for (const key of [...this.#open.keys(), ...this.#own.keys()]) {
      const hash = fromLatin1(key)
      if (isMeant(hash)) this.forget(hash)
    }
  }

  get oldest(): number {
    return this.#oldest ?? 0
  }

  /** A block's own state, and the one that was set by hand after it. */
  all(block: Block): readonly Trie[] {
    const state = this.get(block.hash)
    return equalBytes(state.root(), block.header.stateRoot) ? [state] : [state, this.own(block)]
  }

  #roots({ hash, header }: Block): readonly Uint8Array[] {
    const set = this.#db.get(stateOverrideKey(hash))
    return set ? [header.stateRoot, set] : [header.stateRoot]
  }

  /** Records that keep the states after a block as nodes, so that no earlier state is needed for them. */
  asNodes(block: Block): DbChange[] {
    const kept = this.all(block).filter((state) => !this.#records.isNodes(state.root()))
    const { number } = block.header
    return kept.flatMap((state) => [
      ...this.#listed(number, state, this.#records.nodes(state)),
      this.#records.removal(state.root()),
    ])
  }

  /** Removes the states after a block, where they are kept as changes; nodes may serve others. */
  removal(block: Block): DbChange[] {
    return [...this.#roots(block).map((root) => this.#records.removal(root)), [stateOverrideKey(block.hash), null]]
  }

  /** Notes that the records of {@link asNodes} are written. */
  keptAsNodes(block: Block): void {
    for (const state of this.all(block)) this.#records.written(state)
  }

  /** Forgets the open state after a block: it may have changed. */
  forget(hash: Uint8Array): void {
    this.#open.delete(latin1(hash))
    this.#own.delete(latin1(hash))
  }

  /** Notes that the records of a state are written. */
  written(block: Uint8Array, state: Trie): void {
    this.#records.written(state)
    state.unload(RESIDENT_TRIE_NODES)
    this.#open.set(latin1(block), state)
  }
}
