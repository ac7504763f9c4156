/**
 * What a role wants to know of a block's events, worked out once for each block.
 *
 * Owns: remembering it. All workers of one process are given the same block object, and a simulated day has hundreds of workers. Does not
 * own: what an event says (the codecs of #chain/api/descriptors.ts).
 */
import type { ChainEventRecord, FinalizedBlock } from '#chain/api/chain-port.ts'

/**
 * Makes a reader that gives what `tellsOf` finds in a block's events, in their order. Keep the reader in a constant of the module: each
 * reader has a memory of its own, which holds a block's findings as long as the block itself is in use.
 * @param tellsOf what one event says; `undefined` where it is of no interest
 */
export function blockReader<T>(
  tellsOf: (event: ChainEventRecord) => T | undefined,
): (block: FinalizedBlock) => readonly T[] {
  const known = new WeakMap<FinalizedBlock, readonly T[]>()
  return (block) => {
    const found = known.get(block) ?? block.events.flatMap((event) => tellsOf(event) ?? [])
    known.set(block, found)
    return found
  }
}
