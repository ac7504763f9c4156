/**
 * Changing a trie: it applies many edits at once, makes each node on their paths anew once, and shares the rest.
 *
 * Owns: insertion, removal, and the one shape that a set of entries has. Does not own: hashing.
 *
 * The descent distributes the edits by nibble (a radix sort), so nothing is sorted or visited twice. An edit without
 * effect (removing an absent key, writing the same value) returns the same node.
 */
import { emptySlots, HashedValue, RADIX, TrieNode, type Slot, type TrieValue } from './node.ts'
import { hashOfValue } from './node-codec.ts'
import type { NodeSource } from './node-source.ts'
import { commonLength, digitOf, nibbleAt } from './strings.ts'

/** One change: the new value of a whole path, or null to remove it. No two edits of a batch have the same path. */
export interface Edit {
  readonly path: string
  readonly value: TrieValue | null
}

function sameValue(a: TrieValue | undefined, b: TrieValue | undefined): boolean {
  if (a instanceof HashedValue && b instanceof HashedValue) return a === b || hashOfValue(a) === hashOfValue(b)
  return a === b
}

/** The node as a branch whose partial key ends at `length`, with the rest of the node as its only child. */
function splitAt({ partial, value, children }: TrieNode, length: number): TrieNode {
  const slots = emptySlots()
  slots[nibbleAt(partial, length)] = new TrieNode(partial.slice(length + 1), value, children)
  return new TrieNode(partial.slice(0, length), undefined, slots)
}

/**
 * The node with this content in the only allowed shape: no empty node, and no branch with one child and no value.
 */
function canonical(
  partial: string,
  value: TrieValue | undefined,
  children: Slot[] | undefined,
  source: NodeSource,
): TrieNode | undefined {
  let count = 0
  let last = 0
  const slots = children ?? []
  for (let i = 0; i < slots.length; i++) {
    if (slots[i] === undefined) continue
    count++
    last = i
  }
  if (count === 0 && value === undefined) return undefined
  source.resident++
  if (count === 0) return new TrieNode(partial, value, undefined)
  if (count > 1 || value !== undefined) return new TrieNode(partial, value, children)
  const only = source.child(slots, last)!
  return new TrieNode(partial + digitOf(last) + only.partial, only.value, only.children)
}

const NO_BUCKETS: readonly (Edit[] | undefined)[] = Array.from({ length: RADIX })

/** Distributes the edits by their nibble at `depth`. Leaves out the edit that ends there, if there is one. */
function deal(edits: readonly Edit[], depth: number): (Edit[] | undefined)[] {
  const buckets = NO_BUCKETS.slice()
  for (const edit of edits) {
    if (edit.path.length === depth) continue
    const nibble = nibbleAt(edit.path, depth)
    const bucket = buckets[nibble]
    if (bucket === undefined) buckets[nibble] = [edit]
    else bucket.push(edit)
  }
  return buckets
}

/** `node` after the edits. All the edits share its partial key, which ends at `depth`. */
function editNode(node: TrieNode, edits: readonly Edit[], depth: number, source: NodeSource): TrieNode | undefined {
  let value = node.value
  for (const edit of edits)
    if (edit.path.length === depth && !sameValue(value, edit.value ?? undefined)) value = edit.value ?? undefined
  let children = node.children
  const put = (nibble: number, below: readonly Edit[]): void => {
    const before = node.children && source.child(node.children, nibble)
    const after = edit(before, below, depth + 1, source)
    if (after === before) return
    if (children === node.children) children = children?.slice() ?? emptySlots()
    children![nibble] = after
  }
  if (edits.length === 1) {
    // Most of the way down there is only one edit left, and nothing to distribute.
    const { path } = edits[0]!
    if (path.length > depth) put(nibbleAt(path, depth), edits)
  } else {
    for (const [nibble, bucket] of deal(edits, depth).entries()) if (bucket !== undefined) put(nibble, bucket)
  }
  const changed = value !== node.value || children !== node.children
  return changed ? canonical(node.partial, value, children, source) : node
}

/**
 * What `node`, found at `depth` nibbles, becomes by the edits: the same node if nothing changes, undefined if nothing
 * is left.
 */
export function edit(
  node: TrieNode | undefined,
  edits: readonly Edit[],
  depth: number,
  source: NodeSource,
): TrieNode | undefined {
  if (node === undefined) {
    const inserts = edits.filter(({ value }) => value !== null)
    const first = inserts[0]
    if (first === undefined) return undefined
    source.resident++
    const leaf = new TrieNode(first.path.slice(depth), first.value!, undefined)
    return inserts.length === 1 ? leaf : edit(leaf, inserts.slice(1), depth, source)
  }
  let common = node.partial.length
  let live = edits
  for (const { path, value } of edits) {
    const length = commonLength(node.partial, path, depth)
    if (length === node.partial.length) continue
    // A removal that leaves the node's path has no effect here. Counting it would split the node for nothing.
    if (value !== null) common = Math.min(common, length)
    else if (live === edits) live = withoutStrayRemovals(edits, node.partial, depth)
  }
  if (live.length === 0) return node
  const base = common < node.partial.length ? splitAt(node, common) : node
  return editNode(base, live, depth + common, source)
}

function withoutStrayRemovals(edits: readonly Edit[], partial: string, depth: number): readonly Edit[] {
  return edits.filter(({ path, value }) => value !== null || commonLength(partial, path, depth) === partial.length)
}
