/**
 * The states after blocks.
 *
 * Owns: which of them are open in memory, and which were set by hand, so that their block's header does not name their root. Does
 * not own: the records of states.
 */
import { equalBytes } from '#types/bytes.ts'
import type { Change, Trie } from '#chain/trie/trie.ts'
import { stateOverrideKey } from './block-records.ts'
import type { SetState } from './branches.ts'
import { latin1, type Db, type DbChange } from './db.ts'
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

/** See the module's header. */
export class BlockStates {
  readonly #db: Db
  readonly #known: (hash: Uint8Array) => Block
  readonly #records: StateRecords
  readonly #open = new Lru<Trie>(CACHED_STATES)
  /** Blocks' own states, which never change, for readers that go along the chain. */
  readonly #own = new Lru<Trie>(CACHED_OWN_STATES)

  /** @param known finds a block, or throws. */
  constructor(db: Db, known: (hash: Uint8Array) => Block) {
    this.#db = db
    this.#known = known
    this.#records = new StateRecords(db)
  }

  /** @throws the errors of `known`. */
  get(hash: Uint8Array): Trie {
    const key = latin1(hash)
    const open = this.#open.get(key)
    if (open) {
      open.unload(RESIDENT_TRIE_NODES)
      return open
    }
    const { header } = this.#known(hash)
    const root = this.#db.get(stateOverrideKey(hash)) ?? header.stateRoot
    // A reader that goes along the chain then pays for one block's changes per step.
    const state = this.#records.open(root, this.#open.get(latin1(header.parentHash)))
    this.#open.set(key, state)
    return state
  }

  /**
   * Records of a block's own state. They are also made where the block was stored and left aside before, with a state set by hand.
   * @param base the state it was made from, which is kept already; undefined to keep the new state as nodes.
   */
  ofNew({ hash }: Block, state: Trie, base: Trie | undefined, batch?: Set<string>): DbChange[] {
    const override = stateOverrideKey(hash)
    const before: DbChange[] = this.#db.get(override) === undefined ? [] : [[override, null]]
    return [...this.#records.of(state, base, batch), ...before]
  }

  /** Records that put a state in place of a block's own, or the own one back. */
  ofSet({ block, state }: SetState): DbChange[] {
    const isOwn = equalBytes(state.root(), this.#known(block).header.stateRoot)
    return [...this.#records.of(state, this.get(block)), [stateOverrideKey(block), isOwn ? null : state.root()]]
  }

  /** Records of a state that will be set by hand. */
  kept(state: Trie, base: Trie, batch: Set<string>): readonly DbChange[] {
    return this.#records.of(state, base, batch)
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

  /** Forgets the open state after a block: it may have changed. */
  forget(hash: Uint8Array): void {
    this.#open.delete(latin1(hash))
  }

  /** Notes that the records of a state are written. */
  written(block: Uint8Array, state: Trie): void {
    this.#records.written(state)
    state.unload(RESIDENT_TRIE_NODES)
    this.#open.set(latin1(block), state)
  }
}
