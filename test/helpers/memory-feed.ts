/**
 * A feed in memory, with Hypercore's hashes and no Hypercore.
 *
 * Owns: its tree, head and proofs. Does not own: the hashing rules, which come from runtime-types/domain/feed.ts.
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
} from '#types/domain/feed.ts'
import { identity } from './coinflip-net.ts'

export interface MemoryFeed {
  readonly head: FeedHead
  readonly blocks: readonly Uint8Array[]
  siblings(index: number): TreeNode[]
}

/** `count` blocks of different lengths, signed by a known author. */
export function memoryFeed(count: number): MemoryFeed {
  const author = identity('author')
  const blocks = Array.from({ length: count }, (_, i) => utf8(`block ${i} `.repeat(1 + (i % 7))))
  const leaves = blocks.map((block): TreeNode => ({ hash: leafHash(block), size: BigInt(block.length) }))
  const spans = rootSpans(count)
  /** Levels of the subtree under each root, leaves first. */
  const trees = spans.map(({ firstBlock, blocks: width }) => {
    const levels = [leaves.slice(firstBlock, firstBlock + width)]
    for (let below = levels[0]!; below.length > 1; below = levels.at(-1)!) {
      levels.push(Array.from({ length: below.length / 2 }, (_, i) => parentNode(below[2 * i]!, below[2 * i + 1]!)))
    }
    return levels
  })
  const roots = trees.map((levels) => levels.at(-1)![0]!)
  const namespace = blake2b256(utf8('namespace'))
  const key = feedKey(namespace, author.publicKey)
  const signature = author.sign(headSignable(key, treeHash(count, roots), count, 0))
  return {
    head: { key, namespace, publicKey: author.publicKey, length: count, fork: 0, roots, signature },
    blocks,
    siblings(index) {
      const at = spans.findIndex(({ firstBlock, blocks: width }) => index < firstBlock + width)
      const offset = index - spans[at]!.firstBlock
      return trees[at]!.slice(0, -1).map((level, height) => level[Math.floor(offset / 2 ** height) ^ 1]!)
    },
  }
}
