/**
 * Inherents: calls that block authors add by themselves.
 *
 * Owns: which calls they are, and their arguments for given data. Does not own: when they run (the executive).
 * Source: frame-support inherent.rs, construct_runtime expand/inherent.rs.
 */
import type { InherentData, RuntimeCall } from './terms.ts'
import type { BoundPallet } from './bind.ts'

/** The inherents of a block, in order. */
export const inherentCalls = (pallets: readonly BoundPallet[], data: InherentData): RuntimeCall[] =>
  pallets.flatMap(({ name, inherent }) =>
    inherent ? [{ pallet: name, name: inherent.call, args: inherent.args(data) }] : [],
  )

/** Whether the call is an inherent's. */
export const isInherent = (pallets: readonly BoundPallet[], { pallet, name }: RuntimeCall): boolean =>
  pallets.some((other) => other.name === pallet && other.inherent?.call === name)
