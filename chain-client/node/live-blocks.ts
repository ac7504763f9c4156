/**
 * The live blocks: those above the finalized one, on every branch that may still become final.
 *
 * Owns: the set of them, their tips, and which of them a finalization prunes. Does not own: which block is best (the block store).
 */
import { latin1 } from './db.ts'
import type { Block } from './node-interface.ts'

/** See the module's header. */
export class LiveBlocks {
  /** In order of import, so that a parent comes before its children. */
  readonly #blocks: Map<string, Block>
  readonly #tips: Map<string, Block>

  /** @param blocks live blocks, parents before children. */
  constructor(blocks: Iterable<Block> = []) {
    this.#blocks = new Map()
    this.#tips = new Map()
    for (const block of blocks) this.add(block)
  }

  add(block: Block): void {
    const id = latin1(block.hash)
    this.#blocks.set(id, block)
    this.#tips.delete(latin1(block.header.parentHash))
    this.#tips.set(id, block)
  }

  has(hash: Uint8Array): boolean {
    return this.#blocks.has(latin1(hash))
  }

  all(): Block[] {
    return [...this.#blocks.values()]
  }

  /** Live blocks without children. All other live blocks are their ancestors. */
  tips(): Block[] {
    return [...this.#tips.values()]
  }

  /** The tips when `block` is added. */
  tipsWith(block: Block): Block[] {
    const parent = latin1(block.header.parentHash)
    return [...[...this.#tips].filter(([id]) => id !== parent).map(([, tip]) => tip), block]
  }

  /** The blocks that stay live when `target` is finalized, and those that can never be final then. */
  split(target: Block): { readonly live: readonly Block[]; readonly pruned: readonly Block[] } {
    const ancestors = new Set<string>()
    for (let block: Block | undefined = target; block; block = this.#blocks.get(latin1(block.header.parentHash)))
      ancestors.add(latin1(block.hash))
    const descends = new Set([latin1(target.hash)])
    const live: Block[] = []
    const pruned: Block[] = []
    for (const [id, block] of this.#blocks) {
      if (ancestors.has(id)) continue
      if (descends.has(latin1(block.header.parentHash))) {
        descends.add(id)
        live.push(block)
      } else pruned.push(block)
    }
    return { live, pruned }
  }
}
