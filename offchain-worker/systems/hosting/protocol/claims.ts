/**
 * What a peer claims to hold, cut to the feed.
 *
 * Owns: the cut. Does not own: refusing what no honest peer says (frame-rules.ts).
 *
 * A peer may hold a longer feed than we know, so a claim beyond the end is no offence. Hypercore would still remember
 * it, in 8 KiB for each 32,768 blocks in which the peer claims one.
 */
import type { WireBitfield, WireRange } from 'hypercore/lib/messages.js'
import type { FeedBounds } from './frame-rules.ts'

/**
 * Claims with gaps count up to this block. That bounds what one peer makes us remember to 4 MiB. Of a longer feed,
 * Hypercore learns from a peer with gaps only the part before it.
 */
const MAX_SPARSE_BLOCKS = 2 ** 24
const BITS_PER_WORD = 32

/** The part of a range that lies in the feed; undefined if none does. */
export function cutRange({ drop, start, length }: WireRange, bounds: FeedBounds): WireRange | undefined {
  // Hypercore keeps "all blocks up to here" as one number.
  const isContiguous = start === 0 && !drop
  const end = isContiguous ? bounds.length : Math.min(bounds.length, MAX_SPARSE_BLOCKS)
  return start < end ? { drop, start, length: Math.min(length, end - start) } : undefined
}

/** The part of a bitfield that lies in the feed, copied; undefined if none does. */
export function cutBitfield({ start, bitfield }: WireBitfield, bounds: FeedBounds): WireBitfield | undefined {
  const blocks = Math.min(bounds.length, MAX_SPARSE_BLOCKS) - start
  if (blocks <= 0) return undefined
  const cut = bitfield.slice(0, Math.ceil(blocks / BITS_PER_WORD))
  const used = blocks % BITS_PER_WORD
  // Bit 0 of a word is its first block.
  if (used > 0 && cut.length === Math.ceil(blocks / BITS_PER_WORD)) cut[cut.length - 1]! &= 2 ** used - 1
  return { start, bitfield: cut }
}
