/**
 * How fast the chain makes blocks.
 *
 * Owns: measuring it by the chain's own clock. Does not own: what a role fits into the blocks that are left.
 */
import { read, readAt } from '#chain/api/descriptors.ts'
import type { ChainPort } from '#chain/api/chain-port.ts'
import { blockHash, timestamp } from './chain-items.ts'

/** Blocks over which the pace is taken. */
const PACE_BLOCKS = 8

/**
 * Milliseconds per block over the last blocks before `now`, the number of the latest finalized block. `undefined` on a chain that is too
 * young to tell, and on one whose clock stands still.
 */
export async function pace(chain: ChainPort, now: number): Promise<number | undefined> {
  const before = now > PACE_BLOCKS ? await read(chain, blockHash, now - PACE_BLOCKS) : undefined
  if (!before) return undefined
  const [then, latest] = await Promise.all([readAt(chain, before, timestamp), read(chain, timestamp)])
  if (then === undefined || latest === undefined || latest <= then) return undefined
  return Number(latest - then) / PACE_BLOCKS
}
