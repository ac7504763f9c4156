/**
 * A feed whose blocks follow from a seed, with Hypercore's hashes and without Hypercore.
 *
 * Owns: its blocks, tree, head and proofs. Does not own: the hashing rules.
 */
import { utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import {
  feedKey,
  headSignable,
  leafHash,
  parentNode,
  rootSpans,
  treeHash,
  type FeedHead,
  type TreeNode,
} from '#types/domain/hosting/feed.ts'
import { joiningSpans, type FeedBranch } from '#types/domain/hosting/feed-growth.ts'
import type { NoiseIdentity } from '#worker/kernel/ports.ts'
import type { Random } from '#worker/simulation/random.ts'

/** A feed with all its blocks. */
export interface SimulatedFeed {
  readonly head: FeedHead
  readonly blocks: readonly Uint8Array[]
  /** The siblings on the way up from a block to its root. */
  siblings(index: number): TreeNode[]
  /** The whole tree, and its roots at a smaller length. */
  branchAt(length: number): FeedBranch
}

const NAMESPACE = blake2b256(utf8('assay/simulation/feed'))

/** Levels of a full subtree, leaves first. */
function levelsOver(leaves: readonly TreeNode[]): readonly (readonly TreeNode[])[] {
  const levels = [leaves]
  for (let below = leaves; below.length > 1; below = levels.at(-1)!)
    levels.push(Array.from({ length: below.length / 2 }, (_, i) => parentNode(below[2 * i]!, below[2 * i + 1]!)))
  return levels
}

/** A feed of `count` blocks of a given size, signed by its author. */
export const simulatedFeed = (
  author: NoiseIdentity,
  count: number,
  blockBytes: number,
  random: Random,
): SimulatedFeed =>
  feedOf(
    author,
    Array.from({ length: count }, () => random.bytes(blockBytes)),
  )

/** The feed of these blocks, signed by its author. */
export function feedOf(author: NoiseIdentity, blocks: readonly Uint8Array[]): SimulatedFeed {
  const count = blocks.length
  const leaves = blocks.map((block): TreeNode => ({ nodeHash: leafHash(block), bytes: BigInt(block.length) }))
  const spans = rootSpans(count)
  const trees = spans.map(({ firstBlock, blocks: width }) => levelsOver(leaves.slice(firstBlock, firstBlock + width)))
  const roots = trees.map((levels) => levels.at(-1)![0]!)
  const { publicKey } = author
  const key = feedKey(NAMESPACE, publicKey)
  const signature = author.sign(headSignable(key, treeHash(count, roots), count, 0))
  const head = { key, namespace: NAMESPACE, publicKey, length: count, fork: 0, roots, signature }
  const treeOver = (index: number): number =>
    spans.findIndex(({ firstBlock, blocks: width }) => index < firstBlock + width)
  const nodeOver = ({ firstBlock, blocks: width }: { firstBlock: number; blocks: number }): TreeNode => {
    const at = treeOver(firstBlock)
    return trees[at]![Math.log2(width)]![(firstBlock - spans[at]!.firstBlock) / width]!
  }
  return {
    head,
    blocks,
    branchAt: (length) => ({
      head,
      roots: rootSpans(length).map(nodeOver),
      nodes: joiningSpans(length, count).map(nodeOver),
    }),
    siblings(index) {
      const at = treeOver(index)
      const offset = index - spans[at]!.firstBlock
      return trees[at]!.slice(0, -1).map((level, height) => level[Math.floor(offset / 2 ** height) ^ 1]!)
    },
  }
}
