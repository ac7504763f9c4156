/**
 * The tree over a segment as its encoder makes it, block by block.
 *
 * Owns: the end of a segment so far, and what it takes to go on after a restart. Does not own: the hashes (copy/tree.ts).
 */
import type { SegmentEnd } from '#types/domain/hosting/contract.ts'
import { blockNode, segmentRoot, TreeTop } from '#types/domain/hosting/copy/tree.ts'
import { H256 } from '#types/scale/account.ts'
import { struct, vec } from '#types/scale/compound.ts'
import type { ValueOf } from '#types/scale/codec.ts'
import { u32, u64 } from '#types/scale/primitives.ts'

/** A tree over up to 2^32 blocks has so many peaks. */
const MAX_PEAKS = 32

/** A tree as a journal keeps it. */
export const SegmentNotes = struct({
  /** The block after the last one in it. */
  to: u32,
  leaves: u64,
  peaks: vec(struct({ count: u32, node: H256 }), MAX_PEAKS),
})
export type SegmentNotes = ValueOf<typeof SegmentNotes>

/** See the module's header. */
export class SegmentTree {
  readonly #from: number
  readonly #top: TreeTop
  #to: number
  #leaves: bigint

  /** @param notes of the same segment, of an earlier process */
  constructor(from: number, notes: SegmentNotes = { to: from, leaves: 0n, peaks: [] }) {
    this.#from = from
    this.#top = new TreeTop(notes.peaks)
    this.#to = notes.to
    this.#leaves = notes.leaves
  }

  /** The block after the last one in it. */
  get to(): number {
    return this.#to
  }

  get notes(): SegmentNotes {
    return { to: this.#to, leaves: this.#leaves, peaks: this.#top.peaks }
  }

  /** The end of the blocks so far; `undefined` without any. */
  get end(): SegmentEnd | undefined {
    const top = this.#top.node
    const [from, to, leaves] = [this.#from, this.#to, this.#leaves]
    return top && { to, leaves, root: segmentRoot({ from, to, leaves }, top) }
  }

  /** Adds the block at `to`. @param top of the tree over its leaves */
  add(leaves: number, top: Uint8Array): void {
    this.#top.add(blockNode({ index: this.#to, start: this.#leaves, leaves }, top))
    this.#to++
    this.#leaves += BigInt(leaves)
  }
}
