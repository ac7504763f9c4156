/**
 * The feeds of which a hoster serves live copies.
 *
 * Owns: which blocks of each feed these copies have. Does not own: the copies (pinning.ts).
 */
import { toHex } from '#types/bytes.ts'
import type { BlockRange } from '../copies/block-terms.ts'

/** Copies of one feed, by number. */
interface CopiedFeed {
  readonly key: Uint8Array
  readonly ranges: Map<bigint, BlockRange>
}

/** See the module's header. */
export class CopiedFeeds {
  readonly #feeds = new Map<string, CopiedFeed>()

  get keys(): readonly Uint8Array[] {
    return [...this.#feeds.values()].map(({ key }) => key)
  }

  add(key: Uint8Array, copy: bigint, range: BlockRange): void {
    const feed = this.#feeds.get(toHex(key)) ?? { key, ranges: new Map<bigint, BlockRange>() }
    feed.ranges.set(copy, range)
    this.#feeds.set(toHex(key), feed)
  }

  /** @returns whether no copy of the feed is left */
  remove(key: Uint8Array, copy: bigint): boolean {
    const feed = this.#feeds.get(toHex(key))
    feed?.ranges.delete(copy)
    if (feed && feed.ranges.size > 0) return false
    this.#feeds.delete(toHex(key))
    return true
  }

  /** So many of the feed's first blocks are in the copies, without a gap. */
  covered(key: Uint8Array): number {
    const ranges = [...(this.#feeds.get(toHex(key))?.ranges.values() ?? [])].toSorted((a, b) => a.from - b.from)
    return ranges.reduce((end, { from, to }) => (from <= end ? Math.max(end, to) : end), 0)
  }
}
