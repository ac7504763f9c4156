/**
 * Signed transactions whose call a pallet refuses before it is dispatched.
 *
 * Owns: asking the pallet. Does not own: calls within calls, such as those of a batch, which the pallet refuses when they run.
 */
import type { BoundPallet } from './bind.ts'
import type { RuntimeCall, TransactionError } from './terms.ts'

/**
 * The reason why a call's pallet does not take it from that signer; undefined if it does, or does not care. Run it in the environment
 * of the block in which the call would be.
 * @param fee that the signer will have paid when the call runs, in the smallest unit
 */
export function validateSigned(
  pallets: readonly BoundPallet[],
  call: RuntimeCall,
  signer: Uint8Array,
  fee: bigint,
): TransactionError | undefined {
  const pallet = pallets.find(({ name }) => name === call.pallet)
  return pallet?.calls.find(({ name }) => name === call.name)?.options.validateSigned?.(call.args, signer, fee)
}
