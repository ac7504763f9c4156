/**
 * The state: an immutable base-16 Merkle trie with structural sharing.
 *
 * Owns: the Trie; other folders use the rest of this folder only through it. Does not own: the store of its nodes
 * (NodeStore).
 *
 * A Trie never changes; `apply` makes another that shares all it can. So a fork, a snapshot or the state of an old
 * block is a Trie that somebody still holds, or the 32 bytes of its root. Roots equal Substrate's exactly.
 */
import { blake2b256 } from '#types/crypto/hash.ts'
import { diffSides } from './diff.ts'
import { TrieError } from './errors.ts'
import { HashedValue, valueOf, type StateVersion, type TrieNode, type TrieValue } from './node.ts'
import { encodeNode, HASH_BYTES, MAX_KEY_BYTES, merkleValueOf } from './node-codec.ts'
import { NodeSource, type NodeStore } from './node-source.ts'
import { markPersisted, reachable, unload, unpersisted, type StoredNode } from './persistence.ts'
import { binaryOf, bytesOf, keyOf, pathOf } from './strings.ts'
import { edit, type Edit } from './update.ts'
import { descend, find, findDescendant, walk } from './walk.ts'

/** One change to a trie: the new value of a key, or null to remove it. */
export type Change = readonly [key: Uint8Array, value: Uint8Array | null]

/** One key whose values differ between two tries; undefined for a trie without a value. */
export interface Difference {
  readonly key: Uint8Array
  readonly before: Uint8Array | undefined
  readonly after: Uint8Array | undefined
}

/** How a trie keeps its nodes. All tries made from one another have the same options. */
export interface TrieOptions {
  /** The store from which persisted nodes can be read again. Without it the trie never unloads a node. */
  readonly store?: NodeStore
  /** Layout of values: 1 (default) stores values of 33 bytes and more under their hash, 0 stores all in their nodes. */
  readonly stateVersion?: StateVersion
}

const EMPTY_NODE = Uint8Array.of(0)

/** Root of the trie without entries: the hash of the empty node, one zero byte. */
export const EMPTY_ROOT: Uint8Array = blake2b256(EMPTY_NODE)

const emptyRootBinary = binaryOf(EMPTY_ROOT)

/**
 * An immutable map from keys (at most `MAX_KEY_BYTES`) to values with a 32-byte root. If the store is damaged, any read
 * may throw TrieError.
 */
export class Trie {
  readonly #source: NodeSource
  /** The root node, its hash if it is not loaded yet, undefined for the empty trie. */
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
   * The trie with this root (32 bytes). It reads nodes from `store` when it visits them.
   * @throws TrieError `TRIE_BAD_ROOT` if the root is not 32 bytes. If the store does not know the root, the first read
   *   throws.
   */
  static open(root: Uint8Array, store: NodeStore, stateVersion: StateVersion = 1): Trie {
    if (root.length !== HASH_BYTES)
      throw new TrieError('TRIE_BAD_ROOT', `expected a state root of ${HASH_BYTES} bytes, got ${root.length}`)
    const hash = binaryOf(root)
    return new Trie(new NodeSource(store, stateVersion), hash === emptyRootBinary ? undefined : hash)
  }

  /** The layout of values. */
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

  /** The value of `key` in a new array; undefined if there is none. */
  get(key: Uint8Array): Uint8Array | undefined {
    const value = find(this.#loadedRoot(), pathOf(key), this.#source)?.value
    return value === undefined ? undefined : this.#bytes(value)
  }

  /** Whether `key` has a value. */
  has(key: Uint8Array): boolean {
    return find(this.#loadedRoot(), pathOf(key), this.#source)?.value !== undefined
  }

  /**
   * The trie after the changes; the last change to a key wins. This trie does not change, not even when the method
   * throws. Returns this trie if nothing changes.
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

  /**
   * The root, 32 bytes in a new array. It hashes only the changes since the tries it was made from, and each only once.
   */
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

  /** All entries whose key starts with `prefix`, in order. It reads each one when the caller asks for it. */
  *entries(prefix: Uint8Array): Generator<[key: Uint8Array, value: Uint8Array], void, void> {
    const start = findDescendant(this.#loadedRoot(), pathOf(prefix), this.#source)
    for (const { path, node } of walk(start, undefined, this.#source)) yield [keyOf(path), this.#bytes(node.value!)]
  }

  /** The keys at which `later` differs from this trie, in order. It does not visit shared nodes. */
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
   * Merkle value of the uppermost node at or below `key`: the node's bytes if under 32, otherwise its hash; for the
   * root always its hash. Undefined if no key starts with `key`. The same as in chainHead_v1_storage. Source: trie-db
   * `lookup_first_descendant`.
   */
  closestDescendantMerkleValue(key: Uint8Array): Uint8Array | undefined {
    const root = this.#loadedRoot()
    const found = findDescendant(root, pathOf(key), this.#source)
    if (found === undefined) return undefined
    return found.node === root ? this.root() : bytesOf(merkleValueOf(found.node))
  }

  /**
   * The bytes of the nodes on the path to `key`, and of its value if that is stored apart. A proof consists of these.
   */
  *proofNodes(key: Uint8Array): Generator<Uint8Array, void, void> {
    const root = this.#loadedRoot()
    const path = pathOf(key)
    for (const node of descend(root, path, this.#source))
      if (node === root || merkleValueOf(node).length === HASH_BYTES) yield encodeNode(node)
    const value = find(root, path, this.#source)?.value
    if (value instanceof HashedValue) yield this.#bytes(value)
  }

  /**
   * Nodes and hashed values that the store does not have yet. Write them all, atomically with the block, then call
   * `markPersisted`. If the write fails, ask again. Writing one twice does no harm: the same hash always names the same
   * bytes.
   */
  *newNodes(): Generator<StoredNode, void, void> {
    // A root that is only a hash came from the store.
    if (typeof this.#root === 'object') yield* unpersisted(this.#root, this.#hash())
  }

  /**
   * Hashes under which the store must have something for this trie, as Latin-1 strings: one at a time, so that the caller may pause.
   * @param seen the hashes found so far, for several tries; what is in it is not visited again
   */
  *storedHashes(seen: Set<string>): Generator<string, void, void> {
    if (this.#root !== undefined) yield* reachable(this.#root, binaryOf(this.#hash()), seen, this.#source)
  }

  /** Notes that everything that `newNodes` lists has been written. Later tries then list only their additions. */
  markPersisted(): void {
    if (typeof this.#root !== 'object') return
    merkleValueOf(this.#root)
    markPersisted(this.#root)
  }

  /**
   * Drops persisted nodes and their values beyond about `maxNodes`, the deepest first. They load again when visited.
   * With fewer nodes it costs little, so call it after every block. Does nothing without a store.
   */
  unload(maxNodes: number): void {
    if (typeof this.#root === 'object') unload(this.#root, maxNodes, this.#source)
  }
}
