/**
 * The state: an immutable base-16 Merkle trie with structural sharing.
 *
 * Owns: the Trie, through which everything else here is used. Does not own: where nodes are kept (NodeStore) or when they are
 * written (the database, atomically with a block).
 *
 * A Trie never changes; `apply` makes another that shares all it can. So a fork, a snapshot or the state of an old block is
 * just a Trie that someone still holds, or the 32 bytes of its root. Roots are exactly Substrate's.
 */
import { blake2b256 } from '#types/crypto/hash.ts'
import { diffSides } from './diff.ts'
import { TrieError } from './errors.ts'
import { HashedValue, valueOf, type StateVersion, type TrieNode, type TrieValue } from './node.ts'
import { encodeNode, HASH_BYTES, MAX_KEY_BYTES, merkleValueOf } from './node-codec.ts'
import { NodeSource, type NodeStore } from './node-source.ts'
import { markPersisted, unload, unpersisted, type StoredNode } from './persistence.ts'
import { binaryOf, bytesOf, keyOf, pathOf } from './strings.ts'
import { edit, type Edit } from './update.ts'
import { descend, find, findDescendant, walk } from './walk.ts'

/** One change to a trie: the value a key gets, or null to remove it. */
export type Change = readonly [key: Uint8Array, value: Uint8Array | null]

/** One key whose value differs between two tries; undefined where it has none. */
export interface Difference {
  readonly key: Uint8Array
  readonly before: Uint8Array | undefined
  readonly after: Uint8Array | undefined
}

/** How a trie is kept. All tries made from one another have the same. */
export interface TrieOptions {
  /** Where persisted nodes can be read again; without it nothing is ever unloaded. */
  readonly store?: NodeStore
  /** Layout of values: 1 (default) keeps those of 33 bytes and more under their hash, 0 keeps all in their nodes. */
  readonly stateVersion?: StateVersion
}

const EMPTY_NODE = Uint8Array.of(0)

/** Root of the trie without entries: the hash of the empty node, one zero byte. */
export const EMPTY_ROOT: Uint8Array = blake2b256(EMPTY_NODE)

const emptyRootBinary = binaryOf(EMPTY_ROOT)

/** An immutable map from keys (at most `MAX_KEY_BYTES`) to values with a 32-byte root. Any read may throw TrieError for a damaged store. */
export class Trie {
  readonly #source: NodeSource
  /** The root node, its hash where it is not loaded yet, undefined for the empty trie. */
  #root: TrieNode | string | undefined
  #rootHash: Uint8Array | undefined

  private constructor(source: NodeSource, root: TrieNode | string | undefined) {
    this.#source = source
    this.#root = root
  }

  /** The trie without entries. */
  static empty({ store, stateVersion = 1 }: TrieOptions = {}): Trie {
    return new Trie(new NodeSource(store, stateVersion), undefined)
  }

  /**
   * The trie with this root (32 bytes), its nodes read from `store` as they are visited.
   * @throws TrieError `TRIE_BAD_ROOT` where the root is not 32 bytes. A root unknown to the store shows at the first read.
   */
  static open(root: Uint8Array, store: NodeStore, stateVersion: StateVersion = 1): Trie {
    if (root.length !== HASH_BYTES)
      throw new TrieError('TRIE_BAD_ROOT', `expected a state root of ${HASH_BYTES} bytes, got ${root.length}`)
    const hash = binaryOf(root)
    return new Trie(new NodeSource(store, stateVersion), hash === emptyRootBinary ? undefined : hash)
  }

  /** How values are laid out. */
  get stateVersion(): StateVersion {
    return this.#source.stateVersion
  }

  #loadedRoot(): TrieNode | undefined {
    if (typeof this.#root === 'string') {
      const hash = this.#root
      this.#root = this.#source.node(hash)
      this.#source.resident++
      this.#rootHash = bytesOf(hash)
    }
    return this.#root
  }

  #bytes(value: TrieValue): Uint8Array {
    return bytesOf(this.#source.value(value))
  }

  /** The value of `key`, fresh bytes; undefined where there is none. */
  get(key: Uint8Array): Uint8Array | undefined {
    const value = find(this.#loadedRoot(), pathOf(key), this.#source)?.value
    return value === undefined ? undefined : this.#bytes(value)
  }

  /** Whether `key` has a value. */
  has(key: Uint8Array): boolean {
    return find(this.#loadedRoot(), pathOf(key), this.#source)?.value !== undefined
  }

  /**
   * The trie after the changes, of which a later one to the same key wins. This trie is not changed, also when it throws.
   * Gives back this trie where nothing changes.
   * @throws TrieError `TRIE_KEY_TOO_LONG` for a key above `MAX_KEY_BYTES`.
   */
  apply(changes: Iterable<Change>): Trie {
    const latest = new Map<string, Uint8Array | null>()
    for (const [key, value] of changes) {
      if (key.length > MAX_KEY_BYTES)
        throw new TrieError(
          'TRIE_KEY_TOO_LONG',
          `expected a storage key of at most ${MAX_KEY_BYTES} bytes, got ${key.length}; use a hashing storage hasher`,
          { length: key.length },
        )
      latest.set(pathOf(key), value)
    }
    const edits: Edit[] = []
    for (const [path, value] of latest)
      edits.push({ path, value: value === null ? null : valueOf(binaryOf(value), this.#source.stateVersion) })
    const root = this.#loadedRoot()
    const changed = edits.length === 0 ? root : edit(root, edits, 0, this.#source)
    return changed === root ? this : new Trie(this.#source, changed)
  }

  /** The root, 32 fresh bytes. Only what changed since the tries it was made from is hashed, and only once. */
  root(): Uint8Array {
    return this.#hash().slice()
  }

  #hash(): Uint8Array {
    if (this.#rootHash !== undefined) return this.#rootHash
    if (this.#root === undefined) return EMPTY_ROOT
    if (typeof this.#root === 'string') return (this.#rootHash = bytesOf(this.#root))
    const merkleValue = bytesOf(merkleValueOf(this.#root))
    return (this.#rootHash = merkleValue.length === HASH_BYTES ? merkleValue : blake2b256(merkleValue))
  }

  /** Up to `limit` keys that start with `prefix`, in order, strictly after `after`. */
  keys(prefix: Uint8Array, after: Uint8Array | undefined, limit: number): Uint8Array[] {
    const found: Uint8Array[] = []
    if (limit <= 0) return found
    const start = findDescendant(this.#loadedRoot(), pathOf(prefix), this.#source)
    for (const { path } of walk(start, after && pathOf(after), this.#source)) {
      found.push(keyOf(path))
      if (found.length >= limit) break
    }
    return found
  }

  /** All entries whose key starts with `prefix`, in order, read as they are asked for. */
  *entries(prefix: Uint8Array): Generator<[key: Uint8Array, value: Uint8Array], void, void> {
    const start = findDescendant(this.#loadedRoot(), pathOf(prefix), this.#source)
    for (const { path, node } of walk(start, undefined, this.#source)) yield [keyOf(path), this.#bytes(node.value!)]
  }

  /** The keys at which `later` differs from this trie, in order; what the two share is not visited. */
  *diff(later: Trie): Generator<Difference, void, void> {
    const side = (trie: Trie) => ({ slot: trie.#loadedRoot(), skip: 0, source: trie.#source })
    for (const { path, before, after } of diffSides('', side(this), side(later)))
      yield {
        key: keyOf(path),
        before: before === undefined ? undefined : this.#bytes(before),
        after: after === undefined ? undefined : later.#bytes(after),
      }
  }

  /**
   * Merkle value of the uppermost node at or below `key`: the node's bytes where under 32, else its hash; the root always by
   * hash. Undefined where no key starts with `key`. As chainHead_v1_storage has it. Source: trie-db `lookup_first_descendant`.
   */
  closestDescendantMerkleValue(key: Uint8Array): Uint8Array | undefined {
    const root = this.#loadedRoot()
    const found = findDescendant(root, pathOf(key), this.#source)
    if (found === undefined) return undefined
    return found.node === root ? this.root() : bytesOf(merkleValueOf(found.node))
  }

  /** The bytes of what is stored on the path to `key`, its value where that is stored apart included: what a proof consists of. */
  *proofNodes(key: Uint8Array): Generator<Uint8Array, void, void> {
    const root = this.#loadedRoot()
    const path = pathOf(key)
    for (const node of descend(root, path, this.#source))
      if (node === root || merkleValueOf(node).length === HASH_BYTES) yield encodeNode(node)
    const value = find(root, path, this.#source)?.value
    if (value instanceof HashedValue) yield this.#bytes(value)
  }

  /**
   * Nodes and hashed values that are not in the store yet. Write them all, atomically with the block, then `markPersisted`;
   * where the write failed, ask again. Writing one twice does no harm: the same hash always names the same bytes.
   */
  *newNodes(): Generator<StoredNode, void, void> {
    // A root that is still only a hash came from the store.
    if (typeof this.#root === 'object') yield* unpersisted(this.#root, this.#hash())
  }

  /** Takes note that everything `newNodes` lists has been written; later tries then list only what they add. */
  markPersisted(): void {
    if (typeof this.#root !== 'object') return
    merkleValueOf(this.#root)
    markPersisted(this.#root)
  }

  /**
   * Lets go of persisted nodes and their values beyond about `maxNodes`, the deepest first; they load again when visited.
   * Cheap while there are fewer, so call it after every block. Does nothing without a store.
   */
  unload(maxNodes: number): void {
    if (typeof this.#root === 'object') unload(this.#root, maxNodes, this.#source)
  }
}
