/**
 * Congestion of blocks: whether one had room for what members must bring to the arbiter in time.
 *
 * Owns: this judgement of one block. Does not own: the windows that wait (the arbiter of the domain).
 *
 * Operational transactions alone can congest a block: ordinary ones never fill it. The pool takes no operational junk, so congestion
 * means that many attempts came before the chain at the same time.
 */
import { BLOCK_WEIGHTS, type ConsumedWeight } from '../../frame/weights.ts'

const { maxBlock, perClass } = BLOCK_WEIGHTS
const RESERVE = perClass.operational.reserved!.refTime

/** Picoseconds that the largest of these calls declares, evidence, with the base weight of its extrinsic. */
const LARGEST_CALL = 110_000_000_000n

/** Whether a block that used this much had no room for one more call of that size. */
export function isCongested({ normal, operational, mandatory }: ConsumedWeight): boolean {
  const all = normal.refTime + operational.refTime + mandatory.refTime
  return all + LARGEST_CALL > maxBlock.refTime && operational.refTime + LARGEST_CALL > RESERVE
}
