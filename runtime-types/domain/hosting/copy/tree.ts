/**
 * The Merkle trees over a copy: one over the leaves of each block, one over the blocks of each segment.
 *
 * Owns: their hashes, their shape, and proofs of several nodes at once. Does not own: which nodes a proof is about.
 *
 * All hashes are SHA-256. A first byte tells the kinds apart, so that no node can stand for one of another kind.
 * Source: RFC 6962, section 2.1 (the shape: a left subtree is the largest power of two that leaves a right one).
 */
import { u32le, u64le } from '../../../bytes.ts'
import { sha256 } from '../../../crypto/sha256.ts'

const LEAF = Uint8Array.of(0)
const PARENT = Uint8Array.of(1)
const BLOCK = Uint8Array.of(2)
const SEGMENT = Uint8Array.of(3)

/** Of the raw bytes of a leaf. */
export const leafNode = (leaf: Uint8Array): Uint8Array => sha256(LEAF, leaf)

const parentOf = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(PARENT, left, right)

/** A block of a segment, as the segment's tree has it. */
export interface BlockHeader {
  /** Of the block in the feed. */
  readonly index: number
  /** Leaves before it in the segment. */
  readonly start: bigint
  /** Its own leaves. */
  readonly leaves: number
}

/** The node of a block. @param top of the tree over its leaves */
export const blockNode = ({ index, start, leaves }: BlockHeader, top: Uint8Array): Uint8Array =>
  sha256(BLOCK, u64le(BigInt(index)), u64le(start), u32le(leaves), top)

/** A segment: the blocks from `from` to before `to`, and the leaves of them all. */
export interface SegmentSpan {
  readonly from: number
  readonly to: number
  readonly leaves: bigint
}

/** Most siblings of one node, in a tree of up to 2^32 nodes. */
export const MAX_COPY_DEPTH = 32

/** The root of a segment, which goes on chain. @param top of the tree over its blocks */
export const segmentRoot = ({ from, to, leaves }: SegmentSpan, top: Uint8Array): Uint8Array =>
  sha256(SEGMENT, u64le(BigInt(from)), u64le(BigInt(to)), u64le(leaves), top)

/** Nodes of the left subtree of so many nodes, two or more. */
const leftOf = (count: number): number => 2 ** (31 - Math.clz32(count - 1))

/** The top of a full subtree, and how many nodes are below it. */
export interface TreePeak {
  readonly count: number
  readonly node: Uint8Array
}

/** The top over nodes that come one by one. It keeps one node for each level. */
export class TreeTop {
  readonly #peaks: TreePeak[]

  /** @param peaks of the tree that it goes on with; by default an empty one */
  constructor(peaks: readonly TreePeak[] = []) {
    this.#peaks = [...peaks]
  }

  /** Full subtrees, from left to right, each smaller than the one before it: all that it takes to go on. */
  get peaks(): readonly TreePeak[] {
    return [...this.#peaks]
  }

  add(node: Uint8Array): void {
    let peak = { count: 1, node }
    for (let left = this.#peaks.at(-1); left?.count === peak.count; left = this.#peaks.at(-1)) {
      peak = { count: 2 * peak.count, node: parentOf(left.node, peak.node) }
      this.#peaks.pop()
    }
    this.#peaks.push(peak)
  }

  /** The top over all nodes so far; `undefined` without any. */
  get node(): Uint8Array | undefined {
    return this.#peaks.reduceRight<Uint8Array | undefined>(
      (right, { node }) => (right ? parentOf(node, right) : node),
      undefined,
    )
  }
}

/** The top over one node or more. */
export function topOf(nodes: readonly Uint8Array[]): Uint8Array {
  const top = new TreeTop()
  for (const node of nodes) top.add(node)
  return top.node!
}

/** Places of a subtree: from `from`, `count` of them. */
type Visit<T> = (from: number, count: number) => T

/** Walks a tree from the top: `whole` gets each subtree without a wanted node, `wanted` each wanted node, in order from the left. */
function walk<T>(
  count: number,
  places: readonly number[],
  visit: { readonly whole: Visit<T>; readonly wanted: (at: number) => T; readonly join: (left: T, right: T) => T },
): T {
  let next = 0
  const go = (from: number, size: number): T => {
    const place = places[next]
    if (place === undefined || place >= from + size) return visit.whole(from, size)
    if (size === 1) {
      next++
      return visit.wanted(from)
    }
    const left = leftOf(size)
    return visit.join(go(from, left), go(from + left, size - left))
  }
  return go(0, count)
}

/**
 * The nodes that lead from some nodes of a tree to its top, in the order of a walk from the left.
 * @param places of the proven nodes, ascending, each once
 */
export function siblingsOf(nodes: readonly Uint8Array[], places: readonly number[]): readonly Uint8Array[] {
  const siblings: Uint8Array[] = []
  walk<void>(nodes.length, places, {
    whole: (from, count) => void siblings.push(topOf(nodes.slice(from, from + count))),
    wanted: () => undefined,
    join: () => undefined,
  })
  return siblings
}

/** A node of a tree, by its place from the left. */
export type PlacedNode = readonly [place: number, node: Uint8Array]

/**
 * The top of a tree of `count` nodes by some of them and their siblings; `undefined` unless the proof has just the
 * nodes that it needs, in the order of their places. Its work grows with the number of nodes given, never with `count`.
 * @param nodes at least one
 */
export function topBy(
  count: number,
  nodes: readonly PlacedNode[],
  siblings: readonly Uint8Array[],
): Uint8Array | undefined {
  let taken = 0
  let given = 0
  const top = walk<Uint8Array | undefined>(
    count,
    nodes.map(([place]) => place),
    {
      whole: () => siblings[taken++],
      wanted: (at) => {
        const [place, node] = nodes[given++]!
        return place === at ? node : undefined
      },
      join: (left, right) => left && right && parentOf(left, right),
    },
  )
  return taken === siblings.length && given === nodes.length ? top : undefined
}
