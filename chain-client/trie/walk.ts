/**
 * Reading a trie: one key, the nodes on its path, all keys below a prefix in order.
 *
 * Owns: descent and ordered iteration. Does not own: comparing two tries.
 */
import type { Slot, TrieNode } from './node.ts'
import type { NodeSource } from './node-source.ts'
import { digitOf, nibbleAt } from './strings.ts'

/** A node and the nibbles from the root to the end of its partial key. */
export interface Visit {
  readonly path: string
  readonly node: TrieNode
}

/** The nodes from the root towards `path`. The last one is at `path`, or is the one at which `path` leaves the trie. */
export function* descend(
  root: TrieNode | undefined,
  path: string,
  source: NodeSource,
): Generator<TrieNode, void, void> {
  let node = root
  let depth = 0
  while (node !== undefined) {
    yield node
    if (!path.startsWith(node.partial, depth)) return
    depth += node.partial.length
    if (depth === path.length || node.children === undefined) return
    node = source.child(node.children, nibbleAt(path, depth))
    depth++
  }
}

/** The node exactly at `path`, whether or not it has a value. */
export function find(root: TrieNode | undefined, path: string, source: NodeSource): TrieNode | undefined {
  let node = root
  let depth = 0
  while (node !== undefined) {
    if (!path.startsWith(node.partial, depth)) return undefined
    depth += node.partial.length
    if (depth === path.length) return node
    node = node.children && source.child(node.children, nibbleAt(path, depth))
    depth++
  }
  return undefined
}

/** The uppermost node at or below `path`: it contains all keys with that prefix, and no others. */
export function findDescendant(root: TrieNode | undefined, path: string, source: NodeSource): Visit | undefined {
  let node = root
  let depth = 0
  while (node !== undefined) {
    const reached = depth + node.partial.length
    if (reached >= path.length)
      return node.partial.startsWith(path.slice(depth))
        ? { path: path.slice(0, depth) + node.partial, node }
        : undefined
    if (!path.startsWith(node.partial, depth)) return undefined
    node = node.children && source.child(node.children, nibbleAt(path, reached))
    depth = reached + 1
  }
  return undefined
}

/** A slot to visit, and the path to it without the node's own partial key. */
interface Pending {
  readonly slot: Slot
  readonly path: string
}

/**
 * All nodes with values at or below `start`, in the order of their keys. With `after`, only those strictly after that
 * path. It does not load subtrees that end before `after`.
 */
export function* walk(
  start: Visit | undefined,
  after: string | undefined,
  source: NodeSource,
): Generator<Visit, void, void> {
  if (start === undefined) return
  const above = start.path.slice(0, start.path.length - start.node.partial.length)
  const pending: Pending[] = [{ slot: start.node, path: above }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const node = typeof next.slot === 'string' ? source.node(next.slot) : next.slot!
    const path = next.path + node.partial
    const leadsToAfter = after !== undefined && after.startsWith(path)
    if (after !== undefined && path < after && !leadsToAfter) continue
    if (node.value !== undefined && !leadsToAfter) yield { path, node }
    if (node.children === undefined) continue
    const from = leadsToAfter && after.length > path.length ? nibbleAt(after, path.length) : 0
    for (let i = node.children.length - 1; i >= from; i--) {
      const slot = node.children[i]
      if (slot !== undefined) pending.push({ slot, path: path + digitOf(i) })
    }
  }
}
