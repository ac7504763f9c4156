/**
 * Sizes of a range of a feed, as far as the chain knows them: plain bytes, leaves, bytes of an encoded copy.
 *
 * Owns: these bounds. Does not own: what they cost (plan.ts).
 *
 * The chain knows the bytes below each root of a feed, and nothing of single blocks. Of a range that cuts a root it can say only what
 * the range has at least and at most.
 */
import { leafBounds, MAX_LEAF_BYTES, MIN_LEAF_BYTES } from './copy/segment.ts'
import { rootSpans } from './feed.ts'
import type { FeedTree } from './feed-growth.ts'

/** The blocks from `from` to before `to`. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** A range of a feed, as a contract has it. */
export interface SizedRange {
  readonly tree: FeedTree
  /** Plain bytes of the whole range, or more. */
  readonly mostBytes: bigint
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** Plain bytes of some blocks of a feed, by its roots: at least, and at most. @param span within the feed */
export function bytesByRoots({ length, roots }: FeedTree, { from, to }: Span): { least: bigint; most: bigint } {
  let least = 0n
  let most = 0n
  for (const [i, { firstBlock, blocks }] of rootSpans(length).entries()) {
    const { bytes } = roots[i]!
    if (firstBlock < to && firstBlock + blocks > from) most += bytes
    if (firstBlock >= from && firstBlock + blocks <= to) least += bytes
  }
  return { least, most }
}

const boundsOf = ({ tree, mostBytes }: SizedRange, span: Span, leafBytes: number): readonly [bigint, bigint] => {
  const { least, most } = bytesByRoots(tree, span)
  return leafBounds(span.to - span.from, { least, most: min(most, mostBytes) }, leafBytes)
}

/** The most leaves that a copy of some blocks of a range can have. */
export const mostLeaves = (range: SizedRange, span: Span, leafBytes: number): bigint =>
  boundsOf(range, span, leafBytes)[1]

/** Whether a segment of these blocks can have so many leaves. */
export function canSpanHave(leaves: bigint, range: SizedRange, span: Span, leafBytes: number): boolean {
  const [fewest, most] = boundsOf(range, span, leafBytes)
  return leaves >= fewest && leaves <= most
}

/** The most bytes that an encoded copy of some blocks of a range takes, with a modulus of any length. */
export function mostEncodedBytes(range: SizedRange, span: Span): bigint {
  const [short, long] = [MIN_LEAF_BYTES, MAX_LEAF_BYTES].map((size) => BigInt(size) * mostLeaves(range, span, size))
  return short! > long! ? short! : long!
}
