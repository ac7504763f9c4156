/**
 * Pallet Session: the list of validators, for explorers.
 *
 * Owns: the list of validators. Does not own: authorship (pallet Aura). Assay's authorities never change, so the first session
 * never ends.
 * Source: pallet-session lib.rs.
 */
import { AccountId } from '#types/scale/account.ts'
import { vec } from '#types/scale/compound.ts'
import { u32, unit } from '#types/scale/primitives.ts'
import { pallet, uses } from '../frame/pallet.ts'
import { value } from '../frame/storage.ts'

export const sessionPallet = pallet({
  name: 'Session',
  docs: 'The validator set, which is the set of Aura authorities and does not change.',
  storage: {
    validators: value('The current set of validators.', vec(AccountId), []),
    currentIndex: value('Current index of the session.', u32, 0),
  },
  uses: uses<{ readonly authorities: () => readonly Uint8Array[] }>(),
  genesis: {
    config: unit,
    fallback: undefined,
    build: ({ storage, uses }) => storage.validators.put(uses.authorities()),
  },
})
