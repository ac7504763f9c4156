/**
 * The differences between two tries, found without visiting shared nodes.
 *
 * Owns: the parallel descent. Does not own: walking one trie.
 */
import { HashedValue, RADIX, TrieNode, type Slot, type TrieValue } from './node.ts'
import { hashOfValue, merkleValueOf } from './node-codec.ts'
import type { NodeSource } from './node-source.ts'
import { commonLength, digitOf, nibbleAt } from './strings.ts'

/** One path whose values differ between the sides; undefined for a side without a value. */
export interface ValueChange {
  readonly path: string
  readonly before: TrieValue | undefined
  readonly after: TrieValue | undefined
}

/**
 * One side of the comparison: a node, how much of its partial key lies above the compared point, and the source of its
 * children.
 */
interface Side {
  readonly slot: Slot
  readonly skip: number
  readonly source: NodeSource
}

const merkleValue = (slot: Slot): string | undefined => (slot instanceof TrieNode ? merkleValueOf(slot) : slot)

const identical = (a: Side, b: Side): boolean =>
  a.slot === b.slot ? a.skip === b.skip : a.skip === 0 && b.skip === 0 && merkleValue(a.slot) === merkleValue(b.slot)

function sameValue(a: TrieValue | undefined, b: TrieValue | undefined): boolean {
  if (a instanceof HashedValue && b instanceof HashedValue) return hashOfValue(a) === hashOfValue(b)
  return a === b
}

/** The part of a side below one nibble, after `length` nibbles of its partial key. */
function below(node: TrieNode | undefined, { skip, source }: Side, length: number, nibble: number): Side {
  if (node === undefined) return { slot: undefined, skip: 0, source }
  const at = skip + length
  if (at === node.partial.length) return { slot: node.children?.[nibble], skip: 0, source }
  return nibbleAt(node.partial, at) === nibble
    ? { slot: node, skip: at + 1, source }
    : { slot: undefined, skip: 0, source }
}

/** All paths at or below `path` at which the two sides differ, in order. */
export function* diffSides(path: string, before: Side, after: Side): Generator<ValueChange, void, void> {
  if (identical(before, after)) return
  const load = ({ slot, source }: Side): TrieNode | undefined => (typeof slot === 'string' ? source.node(slot) : slot)
  const a = load(before)
  const b = load(after)
  const restA = a?.partial.slice(before.skip)
  const restB = b?.partial.slice(after.skip)
  const shared = restA ?? restB ?? ''
  const length = restA !== undefined && restB !== undefined ? commonLength(restA, restB, 0) : shared.length
  const here = path + shared.slice(0, length)
  const valueA = restA?.length === length ? a?.value : undefined
  const valueB = restB?.length === length ? b?.value : undefined
  if (!sameValue(valueA, valueB)) yield { path: here, before: valueA, after: valueB }
  const areAligned = (restA ?? shared).length === length && (restB ?? shared).length === length
  for (let i = 0; i < RADIX; i++) {
    // Nearly all children are shared or missing. To descend into one costs far more than this look.
    if (areAligned && a?.children?.[i] === b?.children?.[i]) continue
    yield* diffSides(here + digitOf(i), below(a, before, length, i), below(b, after, length, i))
  }
}
