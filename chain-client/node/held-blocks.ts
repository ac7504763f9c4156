/**
 * The blocks that snapshots need.
 *
 * Owns: how far back they reach on the best branch. Does not own: the snapshots. The chain may have left a snapshot's branch: then all
 * that lies above the block at which the two part is needed as well.
 */
import type { Block } from './node-interface.ts'
import type { Snapshot, Snapshots } from './dev-node.ts'

/** The blocks of the chain. */
interface Blocks {
  known(hash: Uint8Array): Block
  isOnBestBranch(block: Block): boolean
}

/** See the module's header. */
export class HeldBlocks {
  readonly #snapshots: Snapshots
  readonly #blocks: Blocks
  /** By snapshot: final blocks leave the best branch in jumps only, so that each is asked once between two of them. */
  #from = new WeakMap<Snapshot, number>()

  constructor(snapshots: Snapshots, blocks: Blocks) {
    this.#snapshots = snapshots
    this.#blocks = blocks
  }

  /** Number of the oldest block of the best branch that must stay; infinity where all may go. */
  oldest(): number {
    let oldest = Infinity
    for (const snapshot of this.#snapshots.values()) oldest = Math.min(oldest, this.#heldFrom(snapshot))
    return oldest
  }

  #heldFrom(snapshot: Snapshot): number {
    const known = this.#from.get(snapshot)
    if (known !== undefined) return known
    let block = snapshot.place.finalized
    while (!this.#blocks.isOnBestBranch(block)) block = this.#blocks.known(block.header.parentHash)
    this.#from.set(snapshot, block.header.number)
    return block.header.number
  }

  /** Tells that the chain jumped. */
  moved(): void {
    this.#from = new WeakMap()
  }
}
