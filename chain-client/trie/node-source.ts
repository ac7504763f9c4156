/**
 * The nodes of a family of tries, from memory or from the store behind it.
 *
 * Owns: loading by hash with verification, and the count of nodes in memory. All tries made from one another share one
 * source. Does not own: writing.
 */
import { blake2b256 } from '#types/crypto/hash.ts'
import { TrieError } from './errors.ts'
import { HashedValue, type Slot, type StateVersion, type TrieNode, type TrieValue } from './node.ts'
import { decodeNode, hashOfValue } from './node-codec.ts'
import { binaryOf, bytesOf, hexOf } from './strings.ts'

/** Trie nodes and hashed values by their blake2b-256. */
export interface NodeStore {
  /**
   * The bytes whose blake2b-256 is `hash` (32 bytes), or undefined if there are none. The caller does not change them.
   */
  get(hash: Uint8Array): Uint8Array | undefined
}

/** Loads and verifies nodes and values for tries that share them. */
export class NodeSource {
  readonly store: NodeStore | undefined
  readonly stateVersion: StateVersion
  /** Upper bound on the nodes in memory: those that the last unload kept, and all made or loaded since. */
  resident = 0
  /** Nodes that the last unload left in memory. */
  kept = 0

  constructor(store: NodeStore | undefined, stateVersion: StateVersion) {
    this.store = store
    this.stateVersion = stateVersion
  }

  #load(hash: string, what: string): Uint8Array {
    const name = bytesOf(hash)
    const bytes = this.store?.get(name)
    if (bytes === undefined) {
      const hex = hexOf(hash)
      throw new TrieError(
        'TRIE_NODE_MISSING',
        `expected ${what} ${hex} in the store, got nothing; the state is incomplete: use a block whose state is kept, ` +
          'or restore the database',
        { hash: hex },
      )
    }
    const actual = binaryOf(blake2b256(bytes))
    if (actual !== hash) {
      const hex = hexOf(hash)
      throw new TrieError(
        'TRIE_NODE_CORRUPT',
        `expected ${what} ${hex}, got bytes that hash to ${hexOf(actual)}; the database is damaged, restore it or start ` +
          'from an empty folder',
        { hash: hex, got: hexOf(actual) },
      )
    }
    return bytes
  }

  /** Loads the node with this hash from the store. */
  node(hash: string): TrieNode {
    const node = decodeNode(this.#load(hash, 'trie node'), hash)
    node.merkleValue = hash
    return node
  }

  /** The child in a slot of a branch. If it is not in memory, loads it and leaves it in the slot. */
  child(children: Slot[], nibble: number): TrieNode | undefined {
    const slot = children[nibble]
    if (typeof slot !== 'string') return slot
    const node = this.node(slot)
    children[nibble] = node
    this.resident++
    return node
  }

  /** The bytes of a value, as a binary string. */
  value(value: TrieValue): string {
    if (!(value instanceof HashedValue)) return value
    return (value.bytes ??= binaryOf(this.#load(hashOfValue(value), 'trie value')))
  }
}
