/**
 * A complaint about an encoding: the proof that an encoder committed to something that is no copy of the feed.
 *
 * Owns: the forms of a complaint, and its judgement. Does not own: what follows for the encoder or the complainer (pallet Hosting).
 *
 * The judge first follows every path to what the chain knows: the blocks to the root that the encoder committed, the feed's
 * leaf to the registered roots. A complainer that brings other bytes proves nothing.
 */
import { equalBytes } from '../../../bytes.ts'
import { rsaPublic } from '../../../crypto/rsa.ts'
import { H256 } from '../../../scale/account.ts'
import { compactU32, compactU64, struct, variant, vec } from '../../../scale/compound.ts'
import type { ValueOf } from '../../../scale/codec.ts'
import { boundedBytes } from '../../../scale/primitives.ts'
import { BlockProof, checkBlockProof, leafHash } from '../feed.ts'
import type { FeedTree } from '../feed-growth.ts'
import { decodeBlock, leavesOf, pieceOf } from './block.ts'
import { blockKey, copyKey, type CopyIdentity } from './keys.ts'
import { LeafBytes, type Segment } from './segment.ts'
import { blockNode, leafNode, MAX_COPY_DEPTH, segmentRoot, topBy, topOf } from './tree.ts'

const path = vec(H256, MAX_COPY_DEPTH)
/** Of an encoded block: one of 1 MiB, and what its encoding adds. */
export const MAX_ENCODED_BYTES = 2 ** 20 + 2 ** 14

/** A block of a segment, and its path to the segment's top. */
export const BlockPlace = struct(
  {
    index: compactU32,
    /** Leaves before it in the segment. */
    start: compactU64,
    leaves: compactU32,
    siblings: path,
  },
  { path: ['assay_primitives', 'hosting', 'BlockPlace'] },
)
export type BlockPlace = ValueOf<typeof BlockPlace>

const LeafComplaint = struct(
  { place: BlockPlace, at: compactU32, leaf: LeafBytes, siblings: path },
  { path: ['assay_primitives', 'hosting', 'LeafComplaint'], docs: ['A leaf that no piece of a block can have.'] },
)
const CountComplaint = struct(
  { place: BlockPlace, top: H256, proof: BlockProof },
  { path: ['assay_primitives', 'hosting', 'CountComplaint'], docs: ['A block of more or fewer leaves than its size.'] },
)
const BlockComplaint = struct(
  { place: BlockPlace, encoded: boundedBytes(MAX_ENCODED_BYTES), proof: BlockProof },
  { path: ['assay_primitives', 'hosting', 'BlockComplaint'], docs: ['A block that decodes to something else.'] },
)

export const EncodingComplaint = variant(
  { Leaf: LeafComplaint, Count: CountComplaint, Block: BlockComplaint },
  { path: ['assay_primitives', 'hosting', 'EncodingComplaint'] },
)
export type EncodingComplaint = ValueOf<typeof EncodingComplaint>

/** `unproven` where a path leads elsewhere. A complainer pays for `good` and for `unproven`. */
export type Judgement = 'bad' | 'good' | 'unproven'

/** What a complaint is judged by. */
export interface Accused {
  readonly identity: CopyIdentity
  readonly segment: Segment
  /** The feed when the contract began. */
  readonly tree: FeedTree
}

/** Whether this block, with this top over its leaves, is in the segment. */
function isInSegment(segment: Segment, { index, start, leaves, siblings }: BlockPlace, top: Uint8Array): boolean {
  const { from, to, root } = segment
  if (index < from || index >= to) return false
  const node = blockNode({ index, start, leaves }, top)
  const over = topBy(to - from, [[index - from, node]], siblings)
  return over !== undefined && equalBytes(segmentRoot(segment, over), root)
}

const isOfFeed = (tree: FeedTree, { index }: BlockPlace, proof: BlockProof): boolean =>
  proof.index === index && checkBlockProof(tree, proof)

function judgeLeaf({ segment }: Accused, { place, at, leaf, siblings }: ValueOf<typeof LeafComplaint>): Judgement {
  if (at >= place.leaves) return 'unproven'
  const top = topBy(place.leaves, [[at, leafNode(leaf)]], siblings)
  if (!top || !isInSegment(segment, place, top)) return 'unproven'
  return pieceOf(leaf, rsaPublic(segment.modulus)) ? 'good' : 'bad'
}

function judgeCount({ segment, tree }: Accused, { place, top, proof }: ValueOf<typeof CountComplaint>): Judgement {
  if (!isOfFeed(tree, place, proof) || !isInSegment(segment, place, top)) return 'unproven'
  return place.leaves === leavesOf(proof.bytes, segment.modulus.length) ? 'good' : 'bad'
}

function judgeBlock(accused: Accused, { place, encoded, proof }: ValueOf<typeof BlockComplaint>): Judgement {
  const { identity, segment, tree } = accused
  const size = segment.modulus.length
  if (place.leaves === 0 || encoded.length !== place.leaves * size || !isOfFeed(tree, place, proof)) return 'unproven'
  const leaves = Array.from({ length: place.leaves }, (_, j) => leafNode(encoded.subarray(j * size, (j + 1) * size)))
  if (!isInSegment(segment, place, topOf(leaves))) return 'unproven'
  const decoded = decodeBlock(encoded, blockKey(copyKey(identity), place.index), rsaPublic(segment.modulus))
  return 'plain' in decoded && equalBytes(leafHash(decoded.plain), proof.leaf) ? 'good' : 'bad'
}

/** Judges a complaint. @param accused `identity.modulus` is that of the segment */
export function judge(accused: Accused, complaint: EncodingComplaint): Judgement {
  if (complaint.tag === 'Leaf') return judgeLeaf(accused, complaint.value)
  if (complaint.tag === 'Count') return judgeCount(accused, complaint.value)
  return judgeBlock(accused, complaint.value)
}
