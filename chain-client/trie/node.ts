/**
 * The trie in memory: nodes, values, and slots, which hold a node or only its hash.
 *
 * Owns: the shapes, and which parts of them may change. Does not own: their bytes.
 *
 * A node's partial key, value and children never change meaning once a Trie can reach it, so any number of tries share
 * it. Only caches change: the first reader fills in `merkleValue`, `persisted` turns true once, and a slot may change
 * from a hash to the node it names and back.
 */

/**
 * 0 stores every value in its node; 1 stores values of 33 bytes and more under their hash. Substrate: `StateVersion`.
 */
export type StateVersion = 0 | 1

/** Values this long or longer are stored by hash in version 1. Source: sp-core `TRIE_VALUE_NODE_THRESHOLD`. */
const VALUE_HASH_THRESHOLD_BYTES = 33

/** Children of a branch: base 16. */
export const RADIX = 16

/** A value stored apart from its node. At least one of `hash` and `bytes` is always known. */
export class HashedValue {
  hash: string | undefined
  bytes: string | undefined
  /** Whether the store has `bytes` under `hash`. */
  persisted: boolean

  constructor(hash: string | undefined, bytes: string | undefined, persisted: boolean) {
    this.hash = hash
    this.bytes = bytes
    this.persisted = persisted
  }
}

/** A value as its node holds it: the bytes (a binary string), or a value stored apart. */
export type TrieValue = string | HashedValue

/**
 * A branch's slot at one nibble: empty, a node in memory, or the hash (32-character binary string) of a node in the
 * store.
 */
export type Slot = TrieNode | string | undefined

/** A leaf (no children) or a branch (`RADIX` slots, at least one not empty). */
export class TrieNode {
  /** Path below the parent's nibble. */
  partial: string
  readonly value: TrieValue | undefined
  readonly children: Slot[] | undefined
  /**
   * The value that a parent holds of this node: the encoding if it is under 32 bytes, otherwise its hash. A binary
   * string.
   */
  merkleValue: string | undefined
  /** Whether the store has this node and all below it. */
  persisted: boolean

  constructor(partial: string, value: TrieValue | undefined, children: Slot[] | undefined, persisted = false) {
    this.partial = partial
    this.value = value
    this.children = children
    this.merkleValue = undefined
    this.persisted = persisted
  }
}

const NO_CHILDREN: readonly Slot[] = Array.from({ length: RADIX })

/** Sixteen empty slots. Copying an array is many times faster than making one of a length. */
export const emptySlots = (): Slot[] => NO_CHILDREN.slice()

/** The value in the form that its version stores. */
export function valueOf(binary: string, version: StateVersion): TrieValue {
  return version === 1 && binary.length >= VALUE_HASH_THRESHOLD_BYTES
    ? new HashedValue(undefined, binary, false)
    : binary
}
