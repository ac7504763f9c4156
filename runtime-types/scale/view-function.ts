/**
 * Calls of view functions.
 *
 * Owns: the codecs of their ids and errors. Does not own: the functions (the pallets).
 * Source: frame-support view_functions.rs.
 */
import type { ValueOf } from './codec.ts'
import { struct, variant } from './compound.ts'
import { bytes, fixedBytes, unit } from './primitives.ts'
import { result } from './result.ts'

/** The two halves of an id: one for the pallet, one for the function. */
export const ViewFunctionId = struct(
  { prefix: fixedBytes(16), suffix: fixedBytes(16) },
  { path: ['frame_support', 'view_functions', 'ViewFunctionId'] },
)
export type ViewFunctionId = ValueOf<typeof ViewFunctionId>

/** Why there is no answer. `Codec` means that the input does not encode the arguments. */
export const ViewFunctionDispatchError = variant(
  { NotImplemented: unit, NotFound: ViewFunctionId, Codec: unit },
  { path: ['frame_support', 'view_functions', 'ViewFunctionDispatchError'] },
)

/** The encoded answer. */
export const ViewFunctionResult = result(bytes, ViewFunctionDispatchError)
