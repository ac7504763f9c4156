/**
 * How much of its limits a block has used.
 *
 * Owns: counting weight by class and length, and whether one more extrinsic has room. Does not own: the limits.
 * Source: frame-system extensions/check_weight.rs.
 */
import type { Weight } from '#types/scale/dispatch.ts'
import type { DispatchInfo } from './frame/terms.ts'
import { addWeights, BLOCK_LENGTH, BLOCK_WEIGHTS, classKey, ZERO_WEIGHT, type ConsumedWeight } from './frame/weights.ts'

/** The consumption of one block. */
export class Consumption {
  weight: ConsumedWeight = { normal: ZERO_WEIGHT, operational: ZERO_WEIGHT, mandatory: BLOCK_WEIGHTS.baseBlock }
  length = 0

  /** Whether an extrinsic of this length and cost has room: in its class and in the block as a whole. */
  fits(info: DispatchInfo, length: number): boolean {
    const key = classKey(info.class)
    if (this.length + length > BLOCK_LENGTH.max[key]) return false
    const { baseExtrinsic, maxTotal, reserved } = BLOCK_WEIGHTS.perClass[key]
    const added = info.weight.refTime + baseExtrinsic.refTime
    const ofClass = this.weight[key].refTime + added
    if (maxTotal && ofClass > maxTotal.refTime) return false
    const { normal, operational, mandatory } = this.weight
    const all = normal.refTime + operational.refTime + mandatory.refTime + added
    return maxTotal === undefined || all <= BLOCK_WEIGHTS.maxBlock.refTime || ofClass <= (reserved?.refTime ?? 0n)
  }

  add(dispatchClass: DispatchInfo['class'], weight: Weight): void {
    const key = classKey(dispatchClass)
    this.weight = { ...this.weight, [key]: addWeights(this.weight[key], weight) }
  }

  /** Counts an extrinsic that is in the block. */
  addExtrinsic(info: DispatchInfo, weight: Weight, length: number): void {
    this.add(info.class, addWeights(weight, BLOCK_WEIGHTS.perClass[classKey(info.class)].baseExtrinsic))
    this.length += length
  }
}
