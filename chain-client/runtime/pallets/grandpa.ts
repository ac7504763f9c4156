/**
 * Pallet Grandpa: a sign to explorers that blocks become final.
 *
 * Owns: the id of the authority set. Does not own: finality, which the node decides by delay. No votes and no justifications exist.
 * Source: pallet-grandpa lib.rs.
 */
import { u64 } from '#types/scale/primitives.ts'
import { pallet } from '../frame/pallet.ts'
import { value } from '../frame/storage.ts'

export const grandpaPallet = pallet({
  name: 'Grandpa',
  docs: 'Finality. On this chain the node finalizes after a delay; there are no votes.',
  storage: { currentSetId: value('The number of changes in the authority set: always zero.', u64, 0n) },
})
