/**
 * Which nodes of a trie the store does not have yet, and which need not be in memory.
 *
 * Owns: the walk over unpersisted nodes, and unloading. Does not own: the writing, which the database does in one batch
 * with the block. All nodes below a persisted node are persisted, so each walk ends where the earlier blocks begin.
 */
import { HashedValue, TrieNode, type Slot } from './node.ts'
import { encodeNode, HASH_BYTES, hashOfValue, merkleValueOf } from './node-codec.ts'
import type { NodeSource } from './node-source.ts'
import { bytesOf } from './strings.ts'

/** A node or hashed value in the store: `hash` is the blake2b-256 of `bytes`. */
export interface StoredNode {
  readonly hash: Uint8Array
  readonly bytes: Uint8Array
}

function* unpersistedNodes(root: TrieNode): Generator<TrieNode, void, void> {
  const pending = [root]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.persisted) continue
    yield node
    for (const child of node.children ?? []) if (child instanceof TrieNode) pending.push(child)
  }
}

/**
 * All unpersisted nodes and values that `root` reaches; `rootHash` is its hash. A node stored inside its parent is not
 * listed.
 */
export function* unpersisted(root: TrieNode, rootHash: Uint8Array): Generator<StoredNode, void, void> {
  for (const node of unpersistedNodes(root)) {
    const merkleValue = merkleValueOf(node)
    // The root is stored by hash even if it is short.
    if (node === root) yield { hash: rootHash.slice(), bytes: encodeNode(node) }
    else if (merkleValue.length === HASH_BYTES) yield { hash: bytesOf(merkleValue), bytes: encodeNode(node) }
    const { value } = node
    if (value instanceof HashedValue && !value.persisted)
      yield { hash: bytesOf(hashOfValue(value)), bytes: bytesOf(value.bytes!) }
  }
}

/**
 * Hashes of all nodes and values that the store must have for a trie, as binary strings, each once.
 * @param seen hashes whose parts are known already. The walk adds to it, and does not go below one of them.
 */
export function* reachable(root: Slot, rootHash: string, seen: Set<string>, source: NodeSource): Generator<string> {
  const pending: { readonly slot: Slot; readonly hash: string }[] = [{ slot: root, hash: rootHash }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { slot, hash } = next
    // Shorter ones are stored inside their parent.
    const isStored = hash.length === HASH_BYTES
    if (slot === undefined || (isStored && seen.has(hash))) continue
    if (isStored) {
      seen.add(hash)
      yield hash
    }
    const node = typeof slot === 'string' ? source.node(slot) : slot
    if (node.value instanceof HashedValue) {
      const valueHash = hashOfValue(node.value)
      if (!seen.has(valueHash)) yield valueHash
      seen.add(valueHash)
    }
    for (const child of node.children ?? [])
      if (child !== undefined)
        pending.push({ slot: child, hash: typeof child === 'string' ? child : merkleValueOf(child) })
  }
}

/** Notes that the store has everything that `unpersisted` lists. */
export function markPersisted(root: TrieNode): void {
  for (const node of unpersistedNodes(root)) {
    node.persisted = true
    if (node.value instanceof HashedValue) node.value.persisted = true
  }
}

/**
 * Memory may grow by this factor between two unloads. A walk over all kept nodes for every few new ones would cost too
 * much.
 */
const GROWTH = 4 / 3

/**
 * Keeps about `maxNodes` nodes, those nearest the root. Drops persisted subtrees below them, with their values. It does
 * nothing until there are more nodes than that, and a third more than the last unload kept. So the caller may call it
 * after every block and before every read.
 */
export function unload(root: TrieNode, maxNodes: number, source: NodeSource): void {
  if (source.store === undefined || source.resident <= Math.max(maxNodes, source.kept * GROWTH)) return
  const kept = [root]
  for (const { children } of kept) {
    if (children === undefined) continue
    for (let i = 0; i < children.length; i++) {
      const child = children[i]
      if (!(child instanceof TrieNode)) continue
      const droppable = child.persisted && child.merkleValue?.length === HASH_BYTES
      if (droppable && kept.length >= maxNodes) children[i] = child.merkleValue
      else kept.push(child)
    }
  }
  source.resident = kept.length
  source.kept = kept.length
}
