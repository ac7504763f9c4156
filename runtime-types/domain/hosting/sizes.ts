/**
 * Sizes of a range of a feed, as far as its roots tell them: plain bytes, leaves, bytes of an encoded copy.
 *
 * Owns: these bounds. Does not own: what they cost (plan.ts).
 *
 * The chain knows the bytes below each root of a feed, and nothing of single blocks. Of a range that cuts a root it can say only what
 * the range has at least and at most.
 */
import { MAX_LEAF_BYTES, leafBounds } from './copy/segment.ts'
import { rootSpans } from './feed.ts'
import type { FeedTree } from './feed-growth.ts'

/** The shortest modulus, and so the shortest leaf: 1,024 bits, for tests. */
export const MIN_LEAF_BYTES = 128

/** The blocks from `from` to before `to`. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Plain bytes of some blocks of a feed: at least, and at most. @param span within the feed */
export function bytesOfSpan({ length, roots }: FeedTree, { from, to }: Span): { least: bigint; most: bigint } {
  let least = 0n
  let most = 0n
  for (const [i, { firstBlock, blocks }] of rootSpans(length).entries()) {
    const { bytes } = roots[i]!
    if (firstBlock < to && firstBlock + blocks > from) most += bytes
    if (firstBlock >= from && firstBlock + blocks <= to) least += bytes
  }
  return { least, most }
}

/** The most leaves that a copy of some blocks can have. */
export const mostLeaves = (tree: FeedTree, span: Span, leafBytes: number): bigint =>
  leafBounds(span.to - span.from, bytesOfSpan(tree, span), leafBytes)[1]

/** Whether a segment can have so many leaves. */
export function canSpanHave(leaves: bigint, tree: FeedTree, span: Span, leafBytes: number): boolean {
  const [fewest, most] = leafBounds(span.to - span.from, bytesOfSpan(tree, span), leafBytes)
  return leaves >= fewest && leaves <= most
}

/** The most bytes that an encoded copy of some blocks takes, with a modulus of any length. */
export function mostEncodedBytes(tree: FeedTree, span: Span): bigint {
  const [short, long] = [MIN_LEAF_BYTES, MAX_LEAF_BYTES].map((size) => BigInt(size) * mostLeaves(tree, span, size))
  return short! > long! ? short! : long!
}
