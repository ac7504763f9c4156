/**
 * A storage challenge: the chain draws leaves of a copy, and the hoster answers with their raw bytes and their paths.
 *
 * Owns: the draw, the answer's encoding, making and checking it. Does not own: deadlines and what a miss costs (pallet Hosting).
 *
 * The hoster must send raw leaves, because it could keep their hashes alone. Nobody but the encoder can make a leaf again from the
 * plain block, so a hoster that has dropped it cannot answer in time, however fast it fetches.
 */
import { equalBytes, u32le, u64le, utf8 } from '../../../bytes.ts'
import { sha256 } from '../../../crypto/sha256.ts'
import { H256 } from '../../../scale/account.ts'
import { compactU32, compactU64, struct, vec } from '../../../scale/compound.ts'
import type { ValueOf } from '../../../scale/codec.ts'
import { LeafBytes, type Segment } from './segment.ts'
import { blockNode, leafNode, MAX_COPY_DEPTH, segmentRoot, siblingsOf, topBy } from './tree.ts'
import type { BlockHeader, PlacedNode } from './tree.ts'

const DOMAIN = utf8('assay/challenge/1')
const ZERO = Uint8Array.of(0)
/** Most leaves of one challenge. */
export const MAX_CHALLENGED_LEAVES = 64
const paths = vec(H256, MAX_CHALLENGED_LEAVES * MAX_COPY_DEPTH)

/** The challenged leaves of one block. */
export const BlockAnswer = struct(
  {
    index: compactU32,
    /** Leaves before this block in its segment. */
    start: compactU64,
    /** Leaves of this block. */
    count: compactU32,
    /** The raw leaves, ascending. */
    leaves: vec(LeafBytes, MAX_CHALLENGED_LEAVES),
    siblings: paths,
  },
  { path: ['assay_primitives', 'hosting', 'BlockAnswer'] },
)
export type BlockAnswer = ValueOf<typeof BlockAnswer>

/** The challenged leaves of one segment, by block, ascending. */
export const SegmentAnswer = struct(
  { blocks: vec(BlockAnswer, MAX_CHALLENGED_LEAVES), siblings: paths },
  { path: ['assay_primitives', 'hosting', 'SegmentAnswer'] },
)
export type SegmentAnswer = ValueOf<typeof SegmentAnswer>

/** The answer to a challenge: one part for each segment in which leaves were drawn, in the order of the segments. */
export const StorageAnswer = vec(SegmentAnswer, MAX_CHALLENGED_LEAVES)
export type StorageAnswer = ValueOf<typeof StorageAnswer>

/** What a challenge is drawn for. */
export interface ChallengeSeed {
  /** The beacon of a block after the one that asked, 32 bytes. */
  readonly beacon: Uint8Array
  readonly copy: bigint
  readonly generation: number
}

const totalOf = (segments: readonly Pick<Segment, 'leaves'>[]): bigint =>
  segments.reduce((sum, { leaves }) => sum + leaves, 0n)

/** The drawn leaves, ascending, each once, numbered over all segments. @param draws at most {@link MAX_CHALLENGED_LEAVES} */
export function drawLeaves(
  { beacon, copy, generation }: ChallengeSeed,
  segments: readonly Pick<Segment, 'leaves'>[],
  draws: number,
): bigint[] {
  const total = totalOf(segments)
  const drawn = new Set<bigint>()
  for (let j = 0; j < draws; j++) {
    const hash = sha256(DOMAIN, ZERO, beacon, u64le(copy), u32le(generation), u32le(j))
    drawn.add(new DataView(hash.buffer, hash.byteOffset).getBigUint64(0, true) % total)
  }
  return [...drawn].toSorted((a, b) => (a < b ? -1 : 1))
}

/** A segment and the leaves that were drawn in it, numbered from its first one. */
export interface SegmentDraw<S> {
  readonly segment: S
  readonly drawn: readonly bigint[]
}

/** The segments in which leaves were drawn. @param drawn ascending */
export function drawsBySegment<S extends Pick<Segment, 'leaves'>>(
  segments: readonly S[],
  drawn: readonly bigint[],
): SegmentDraw<S>[] {
  let first = 0n
  return segments.flatMap((segment) => {
    const start = first
    first += segment.leaves
    const own = drawn.filter((leaf) => leaf >= start && leaf < first).map((leaf) => leaf - start)
    return own.length > 0 ? [{ segment, drawn: own }] : []
  })
}

/** A block as a hoster keeps it. */
export interface StoredBlock extends BlockHeader {
  /** The top of the tree over its leaves. */
  readonly top: Uint8Array
}

/** Answers for one segment. @param read the encoded bytes of a block */
export async function answerSegment(
  { segment, drawn }: SegmentDraw<Pick<Segment, 'from' | 'modulus'>>,
  blocks: readonly StoredBlock[],
  read: (index: number) => Promise<Uint8Array>,
): Promise<SegmentAnswer> {
  const size = segment.modulus.length
  const isIn = ({ start, leaves }: BlockHeader, leaf: bigint): boolean => leaf >= start && leaf < start + BigInt(leaves)
  const hit = blocks.filter((block) => drawn.some((leaf) => isIn(block, leaf)))
  const answers = await Promise.all(
    hit.map(async (block): Promise<BlockAnswer> => {
      const encoded = await read(block.index)
      const leafAt = (place: number): Uint8Array => encoded.subarray(place * size, (place + 1) * size)
      const places = drawn.filter((leaf) => isIn(block, leaf)).map((leaf) => Number(leaf - block.start))
      const nodes = Array.from({ length: block.leaves }, (_, place) => leafNode(leafAt(place)))
      const { index, start, leaves: count } = block
      return { index, start, count, leaves: places.map(leafAt), siblings: siblingsOf(nodes, places) }
    }),
  )
  const nodes = blocks.map((block) => blockNode(block, block.top))
  const places = hit.map(({ index }) => index - segment.from)
  return { blocks: answers, siblings: siblingsOf(nodes, places) }
}

/** The node of an answered block; `undefined` where its leaves are not just those that were drawn. */
function answeredNode(answer: BlockAnswer, drawn: readonly bigint[], leafBytes: number): Uint8Array | undefined {
  const { index, start, count, leaves, siblings } = answer
  if (drawn.length === 0 || leaves.length !== drawn.length) return undefined
  if (leaves.some((leaf) => leaf.length !== leafBytes)) return undefined
  const placed = leaves.map((leaf, i): PlacedNode => [Number(drawn[i]! - start), leafNode(leaf)])
  const top = topBy(count, placed, siblings)
  return top && blockNode({ index, start, leaves: count }, top)
}

/** Whether one part of an answer has just the drawn leaves of its segment, and leads to the segment's root. */
function checkSegment({ segment, drawn }: SegmentDraw<Segment>, answer: SegmentAnswer): boolean {
  const nodes: PlacedNode[] = []
  let answered = 0
  for (const block of answer.blocks) {
    const place = block.index - segment.from
    if (place <= (nodes.at(-1)?.[0] ?? -1) || block.index >= segment.to) return false
    const end = block.start + BigInt(block.count)
    const own = drawn.slice(answered).filter((leaf) => leaf >= block.start && leaf < end)
    if (own[0] !== drawn[answered]) return false
    const node = answeredNode(block, own, segment.modulus.length)
    if (!node) return false
    nodes.push([place, node])
    answered += own.length
  }
  if (answered < drawn.length) return false
  const top = topBy(segment.to - segment.from, nodes, answer.siblings)
  return top !== undefined && equalBytes(segmentRoot(segment, top), segment.root)
}

/** Whether an answer has just the drawn leaves, and each leads to the root of its segment. @param drawn ascending, each once, at least one */
export function checkAnswer(segments: readonly Segment[], drawn: readonly bigint[], answer: StorageAnswer): boolean {
  const draws = drawsBySegment(segments, drawn)
  return draws.length === answer.length && draws.every((draw, i) => checkSegment(draw, answer[i]!))
}
