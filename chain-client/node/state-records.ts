/**
 * How states are kept: most as changes to the state from which they were made, a few as trie nodes.
 *
 * Owns: the records of a state, and opening it again from them. Does not own: which state belongs to which block. The root names a
 * state, so a record does not depend on the fate of a block. An empty block changes eight keys but two dozen nodes, so changes keep
 * a long history small. Reading an old state has a bounded cost: changes are counted since the last state kept as nodes.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { H256 } from '#types/scale/account.ts'
import { decode, encode, type ValueOf } from '#types/scale/codec.ts'
import { option, struct, tuple, vec } from '#types/scale/compound.ts'
import { bytes, u32 } from '#types/scale/primitives.ts'
import { EMPTY_ROOT, Trie, type Change } from '#chain/trie/trie.ts'
import type { NodeStore } from '#chain/trie/node-source.ts'
import { COLUMN, columnKey, latin1, type Db, type DbChange } from './db.ts'

/** Most keys changed since a state was kept as nodes; beyond it, the next state is kept as nodes. About 4,000 empty blocks. */
const MAX_CHANGES = 32768

const ChangesRecord = struct({
  base: H256,
  /** Keys changed since the last state kept as nodes, these included. */
  since: u32,
  changes: vec(tuple(bytes, option(bytes))),
})
type ChangesRecord = ValueOf<typeof ChangesRecord>

const nodeKey = (hash: Uint8Array): Uint8Array => columnKey(COLUMN.trieNode, hash)
const changesKey = (root: Uint8Array): Uint8Array => columnKey(COLUMN.stateChanges, root)

/** Removes a trie node, by its key in the database. */
export const nodeRemoval = (key: Uint8Array): DbChange => [key, null]

/** The hash of a trie node, by its key in the database. */
export const hashOfNodeKey = (key: Uint8Array): string => latin1(key.subarray(1))

/** The stored nodes, for tries to read. */
export const trieNodeStore = (db: Db): NodeStore => ({ get: (hash) => db.get(nodeKey(hash)) })

/** See the module's header. */
export class StateRecords {
  readonly #db: Db
  /** For each state with records: keys changed since a state was kept as nodes; 0 for one kept as nodes. */
  readonly #since = new WeakMap<Trie, number>()

  constructor(db: Db) {
    this.#db = db
  }

  #read(root: Uint8Array): ChangesRecord | undefined {
    const record = this.#db.get(changesKey(root))
    if (record === undefined) return undefined
    try {
      return decode(ChangesRecord, record)
    } catch (error) {
      throw new AssayError(
        'DB_UNREADABLE',
        `expected the changes of state ${toHex(root)}, got bytes that do not decode (${messageOf(error)}): the database is damaged, ` +
          'delete its folder',
        {},
        { cause: error },
      )
    }
  }

  /**
   * The records of a state that the database lacks. @param base the state from which it was made; without it the state is kept as
   * nodes.
   * @param batch roots whose records go into the same batch. A state gets no second record, because the records could then form a
   *   circle.
   */
  of(state: Trie, base?: Trie, batch?: Set<string>): readonly DbChange[] {
    const root = state.root()
    const isKept = this.#db.get(nodeKey(root)) ?? this.#db.get(changesKey(root))
    if (isKept !== undefined || equalBytes(root, EMPTY_ROOT)) return []
    if (batch?.has(latin1(root))) return []
    batch?.add(latin1(root))
    return (base && this.#changes(state, root, base)) ?? this.nodes(state)
  }

  /** Undefined where the state must be kept as nodes. */
  #changes(state: Trie, root: Uint8Array, base: Trie): readonly DbChange[] | undefined {
    const baseRoot = base.root()
    let since = this.#since.get(base) ?? this.#read(baseRoot)?.since ?? 0
    const changes: [Uint8Array, Uint8Array | undefined][] = []
    for (const { key, after } of base.diff(state)) {
      if (++since > MAX_CHANGES) return undefined
      changes.push([key, after])
    }
    this.#since.set(state, since)
    return [[changesKey(root), encode(ChangesRecord, { base: baseRoot, since, changes })]]
  }

  /** Records of a state as nodes. */
  nodes(state: Trie): readonly DbChange[] {
    this.#since.set(state, 0)
    return Array.from(state.newNodes(), ({ hash, bytes: node }) => [nodeKey(hash), node])
  }

  /** Removes the changes as which a state is kept. */
  removal(root: Uint8Array): DbChange {
    return [changesKey(root), null]
  }

  /** Whether a state is kept as nodes. */
  isNodes(root: Uint8Array): boolean {
    return this.#db.get(nodeKey(root)) !== undefined
  }

  /** Whether the records of a state, as they were made last, are its nodes. */
  isOfNodes(state: Trie): boolean {
    return this.#since.get(state) === 0
  }

  /** Notes that the records of a state are written. */
  written(state: Trie): void {
    if (this.isOfNodes(state)) state.markPersisted()
  }

  /**
   * The changes of a state to the one from which it was made, where it is kept so. They are sorted by key; a removed key has no
   * value.
   */
  changes(root: Uint8Array): { readonly base: Uint8Array; readonly changes: readonly Change[] } | undefined {
    const record = this.#read(root)
    return record && { base: record.base, changes: record.changes.map(([key, value]) => [key, value ?? null]) }
  }

  /**
   * The state with a root. @param near an open state that may be on the way: the read stops there.
   * @throws AssayError `DB_UNREADABLE`, TrieError where a record is missing or damaged.
   */
  open(root: Uint8Array, near?: Trie): Trie {
    return this.find(root, near) ?? Trie.open(root, trieNodeStore(this.#db))
  }

  /** As {@link open}. Undefined where the records of the state, or of one from which it was made, are gone. */
  find(root: Uint8Array, near?: Trie): Trie | undefined {
    const nearRoot = near?.root()
    const isNear = (base: Uint8Array): boolean => nearRoot !== undefined && equalBytes(base, nearRoot)
    const steps: ChangesRecord[] = []
    let base = root
    for (let step = this.#read(base); step !== undefined && !isNear(base); step = this.#read(base)) {
      steps.push(step)
      base = step.base
    }
    const isThere = isNear(base) || equalBytes(base, EMPTY_ROOT) || this.isNodes(base)
    if (!isThere) return undefined
    const kept = near && isNear(base) ? near : Trie.open(base, trieNodeStore(this.#db))
    if (steps.length === 0) return kept
    const changes = new Map<string, readonly [Uint8Array, Uint8Array | null]>()
    for (const step of steps.reverse())
      for (const [key, value] of step.changes) changes.set(latin1(key), [key, value ?? null])
    const state = kept.apply(changes.values())
    if (equalBytes(state.root(), root)) return state
    throw new AssayError(
      'DB_UNREADABLE',
      `expected the state with root ${toHex(root)}, got ${toHex(state.root())} from its changes: the database is damaged, delete its ` +
        'folder',
    )
  }
}
