/**
 * The proofs that a Hypercore takes, made of what the chain knows of a feed and of a block's siblings.
 *
 * Owns: their form in Hypercore. Does not own: what the chain knows (feed.ts).
 *
 * The chain has a feed's roots and the author's signature, which is all that a Hypercore needs to have the feed's length without a
 * peer. So a sender has no say in the tree.
 * Source: hypercore lib/merkle-tree.js (verifyTree, verifyUpgrade) and lib/multisig.js.
 */
import type { AppliedProof, TreeNode as CoreNode } from 'hypercore'
import { concatBytes, equalBytes } from '#types/bytes.ts'
import { rootSpans, type BlockProof, type FeedHead, type TreeNode } from '#types/domain/hosting/feed.ts'
import { joiningSpans } from '#types/domain/hosting/feed-growth.ts'
import { asBuffer, copyOf } from '#worker/p2p/identity.ts'

/** One signature, of signer 0, without a patch. */
const SIGNATURE_HEAD = Uint8Array.of(1, 0)
const SIGNATURE_TAIL = Uint8Array.of(0, 0)

interface Span {
  readonly firstBlock: number
  readonly blocks: number
}

const coreNode = ({ firstBlock, blocks }: Span, { nodeHash, bytes }: TreeNode): CoreNode => ({
  index: 2 * firstBlock + blocks - 1,
  size: Number(bytes),
  hash: asBuffer(copyOf(nodeHash)),
})

/** Nodes of a Hypercore as the chain has them. */
export const feedNodes = (nodes: readonly CoreNode[]): TreeNode[] =>
  nodes.map(({ hash, size }) => ({ nodeHash: copyOf(hash), bytes: BigInt(size) }))

/** Whether these are the same nodes. */
export const sameNodes = (some: readonly TreeNode[], others: readonly TreeNode[]): boolean =>
  some.length === others.length &&
  some.every(({ nodeHash, bytes }, i) => bytes === others[i]!.bytes && equalBytes(nodeHash, others[i]!.nodeHash))

/**
 * Takes a Hypercore from `length` blocks to a head.
 * @param joining the nodes that join the roots of its length to the head's (feed-growth.ts); none for an empty core
 */
export function upgradeProof(length: number, head: FeedHead, joining: readonly TreeNode[]): AppliedProof {
  const joined = joiningSpans(length, head.length).map((span, i) => coreNode(span, joining[i]!))
  const added = rootSpans(head.length).flatMap((span, i) =>
    span.firstBlock >= length ? [coreNode(span, head.roots[i]!)] : [],
  )
  const signature = asBuffer(concatBytes(SIGNATURE_HEAD, head.signature, SIGNATURE_TAIL))
  const upgrade = {
    start: length,
    length: head.length - length,
    nodes: [...joined, ...added],
    additionalNodes: [],
    signature,
  }
  return { fork: 0, block: null, hash: null, seek: null, upgrade, manifest: null }
}

/** Puts a block into a Hypercore that has the tree. @param value the plain block: Hypercore passes this very object on to its storage */
export function blockProof({ index, siblings }: BlockProof, value: Buffer): AppliedProof {
  const nodes = siblings.map((sibling, height) => {
    const blocks = 2 ** height
    const own = Math.floor(index / blocks)
    const other = own % 2 === 0 ? own + 1 : own - 1
    return coreNode({ firstBlock: other * blocks, blocks }, sibling)
  })
  return { fork: 0, block: { index, value, nodes }, hash: null, seek: null, upgrade: null, manifest: null }
}
