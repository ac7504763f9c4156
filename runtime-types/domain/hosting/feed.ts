/**
 * A Hypercore as the chain knows it, and the proof that a block belongs to it.
 *
 * Owns: Hypercore's hashing rules, the record registered on chain, and block proofs that consist of siblings only. Does
 * not own: the growth of a feed.
 * Source: hypercore-crypto index.js, hypercore lib/merkle-tree.js and lib/caps.js (version 11).
 */
import { concatBytes, equalBytes, u64le, utf8 } from '../../bytes.ts'
import { blake2b256, blake2b256Of } from '../../crypto/hash.ts'
import { verifyEd25519 } from '../../crypto/signature.ts'
import { H256 } from '../../scale/account.ts'
import { compactU32, compactU64, struct, vec } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { u32 } from '../../scale/primitives.ts'
import { NoiseSignature } from '../worker.ts'

/** A node of the Merkle tree: its hash, and the bytes of the blocks below it. @polkadot/api renames fields called hash or size. */
export const TreeNode = struct(
  { nodeHash: H256, bytes: compactU64 },
  { path: ['assay_primitives', 'feed', 'TreeNode'] },
)
export type TreeNode = ValueOf<typeof TreeNode>

/** A tree of 2^32 blocks has at most 32 roots and paths of 32 siblings. */
export const MAX_DEPTH = 32

/**
 * The record that a publisher registers. It suffices to check any block of the feed at that length with siblings only.
 */
export const FeedHead = struct(
  {
    key: H256,
    /**
     * Namespace and public key of the only signer in the default version 1 manifest. The manifest's hash is the feed's
     * key.
     */
    namespace: H256,
    publicKey: H256,
    length: u32,
    fork: u32,
    /** Roots of the full subtrees, left to right. */
    roots: vec(TreeNode, MAX_DEPTH),
    signature: NoiseSignature,
  },
  { path: ['assay_primitives', 'feed', 'FeedHead'] },
)
export type FeedHead = ValueOf<typeof FeedHead>

/** The siblings from one block up to its root. The proof has the block's leaf hash and size. */
export const BlockProof = struct(
  { index: compactU32, leaf: H256, bytes: compactU32, siblings: vec(TreeNode, MAX_DEPTH) },
  { path: ['assay_primitives', 'feed', 'BlockProof'] },
)
export type BlockProof = ValueOf<typeof BlockProof>

const LEAF = Uint8Array.of(0)
const PARENT = Uint8Array.of(1)
const ROOTS = Uint8Array.of(2)

/** Hypercore's namespaces: `H(H("hypercore") | i)`. */
const namespaceOf = (i: number): Uint8Array => blake2b256Of(blake2b256(utf8('hypercore')), Uint8Array.of(i))
const TREE_NAMESPACE = namespaceOf(0)
const MANIFEST_NAMESPACE = namespaceOf(3)
/** Version 1, no flags, BLAKE2b, one signer of ed25519, quorum one, no namespace flags. Namespace and key follow it. */
const DEFAULT_MANIFEST_HEAD = Uint8Array.of(1, 0, 0, 1, 1, 0)

/** Hash of a block's bytes as a leaf: `H(00 | size | data)`. */
export const leafHash = (block: Uint8Array): Uint8Array => blake2b256Of(LEAF, u64le(BigInt(block.length)), block)

/** The parent of two nodes: `H(01 | sizes | left | right)`. */
export const parentNode = (left: TreeNode, right: TreeNode): TreeNode => ({
  nodeHash: blake2b256Of(PARENT, u64le(left.bytes + right.bytes), left.nodeHash, right.nodeHash),
  bytes: left.bytes + right.bytes,
})

/** Key of a feed with the default manifest of one signer. */
export const feedKey = (namespace: Uint8Array, publicKey: Uint8Array): Uint8Array =>
  blake2b256Of(MANIFEST_NAMESPACE, DEFAULT_MANIFEST_HEAD, namespace, publicKey)

/** The position of a root: the blocks it covers and its index in the flat tree. */
interface RootSpan {
  readonly firstBlock: number
  readonly blocks: number
  readonly flatIndex: bigint
}

/** The full subtrees of a feed of `length` blocks, left to right. */
export function rootSpans(length: number): RootSpan[] {
  const spans: RootSpan[] = []
  let firstBlock = 0
  while (firstBlock < length) {
    const blocks = 2 ** Math.floor(Math.log2(length - firstBlock))
    spans.push({ firstBlock, blocks, flatIndex: BigInt(2 * firstBlock + blocks - 1) })
    firstBlock += blocks
  }
  return spans
}

/** Hash over all roots, which the author signs: `H(02 | hash | flat index | size …)`. */
export function treeHash(length: number, roots: readonly TreeNode[]): Uint8Array {
  const spans = rootSpans(length)
  const parts = roots.map((root, i) => concatBytes(root.nodeHash, u64le(spans[i]!.flatIndex), u64le(root.bytes)))
  return blake2b256Of(ROOTS, ...parts)
}

/** The 112 bytes that the author signs for a length of the feed. */
export const headSignable = (key: Uint8Array, hash: Uint8Array, length: number, fork: number): Uint8Array =>
  concatBytes(TREE_NAMESPACE, key, hash, u64le(BigInt(length)), u64le(BigInt(fork)))

/**
 * Why a head is not valid, in a word; `undefined` if it is. A fork other than 0 is not valid: its author has truncated the feed, so a
 * hoster that keeps every block of its copy cannot follow.
 */
export function checkFeedHead(head: FeedHead): 'empty' | 'key' | 'roots' | 'signature' | 'fork' | undefined {
  if (head.length === 0) return 'empty'
  if (!equalBytes(feedKey(head.namespace, head.publicKey), head.key)) return 'key'
  if (head.roots.length !== rootSpans(head.length).length) return 'roots'
  const signed = headSignable(head.key, treeHash(head.length, head.roots), head.length, head.fork)
  if (!verifyEd25519(head.signature, signed, head.publicKey)) return 'signature'
  return head.fork === 0 ? undefined : 'fork'
}

/** Bytes of the whole feed. */
export const feedBytes = (head: Pick<FeedHead, 'roots'>): bigint =>
  head.roots.reduce((sum, root) => sum + root.bytes, 0n)

/** Whether the proof leads from its leaf to the root that covers it, with exactly as many siblings as that takes. */
export function checkBlockProof(head: Pick<FeedHead, 'length' | 'roots'>, proof: BlockProof): boolean {
  const spans = rootSpans(head.length)
  const at = spans.findIndex(({ firstBlock, blocks }) => proof.index >= firstBlock && proof.index < firstBlock + blocks)
  const span = spans[at]
  const root = head.roots[at]
  if (!span || !root || 2 ** proof.siblings.length !== span.blocks) return false
  let node: TreeNode = { nodeHash: proof.leaf, bytes: BigInt(proof.bytes) }
  let offset = proof.index - span.firstBlock
  for (const sibling of proof.siblings) {
    node = offset % 2 === 0 ? parentNode(node, sibling) : parentNode(sibling, node)
    offset = Math.floor(offset / 2)
  }
  return node.bytes === root.bytes && equalBytes(node.nodeHash, root.nodeHash)
}
