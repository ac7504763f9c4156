/**
 * Unsigned transactions: bare extrinsics for which a pallet vouches.
 *
 * Owns: asking the pallet, and turning its answer into one for the pool. Does not own: inherents.
 * Source: sp-runtime traits.rs (ValidateUnsigned), frame-support construct_runtime expand/unsigned.rs.
 */
import { utf8, concatBytes } from '#types/bytes.ts'
import type { TransactionSource } from '#types/scale/dispatch.ts'
import { U64_MAX } from '#types/scale/primitives.ts'
import type { RuntimeCall, TransactionError, ValidTransaction } from './terms.ts'
import type { BoundPallet } from './bind.ts'

/**
 * Asks a call's pallet whether the call may go in unsigned. Run it in the environment of the block in which the call would be.
 * Without a validator of the call: unknown, `NoUnsignedValidator`.
 */
export function validateUnsigned(
  pallets: readonly BoundPallet[],
  call: RuntimeCall,
  source: TransactionSource,
): TransactionError | ValidTransaction {
  const pallet = pallets.find(({ name }) => name === call.pallet)
  const validator = pallet?.calls.find(({ name }) => name === call.name)?.options.validateUnsigned
  if (!validator) return { kind: 'unknown', reason: 'NoUnsignedValidator' }
  const found = validator(call.args, source)
  if ('kind' in found) return found
  const prefix = utf8(call.pallet)
  const tagged = (tags: readonly Uint8Array[]) => tags.map((tag) => concatBytes(prefix, tag))
  return {
    priority: found.priority ?? 0n,
    requires: tagged(found.requires ?? []),
    provides: tagged(found.provides),
    longevity: found.longevity ?? U64_MAX,
    propagate: found.propagate ?? true,
  }
}
