/**
 * Pallet Aura: the author of each slot.
 *
 * Owns: authorities and the current slot, read from the header's digest. Several blocks may share a slot, as instant sealing needs
 * (Substrate's AllowMultipleBlocksPerSlot); time and slot must agree.
 * Source: pallet-aura lib.rs, sp-consensus-aura digests.rs.
 */
import { equalBytes } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { AccountId } from '#types/scale/account.ts'
import { decode, type Codec } from '#types/scale/codec.ts'
import { named, struct, vec } from '#types/scale/compound.ts'
import { AURA_ENGINE_ID, type DigestItem } from '#types/scale/digest.ts'
import { fixedBytes, u64 } from '#types/scale/primitives.ts'
import { constant, pallet, uses } from '../frame/pallet.ts'
import { value } from '../frame/storage.ts'
import type { System } from './system.ts'

/** Milliseconds of a slot. Clients use it as the block time. */
export const SLOT_DURATION_MS = 1000n

/** The sr25519 key of an authority. */
const AuthorityId = named(fixedBytes(32), ['sp_consensus_aura', 'sr25519', 'app_sr25519', 'Public'])
const Slot: Codec<bigint> = named(u64, ['sp_consensus_slots', 'Slot'])

/** The slot in a header's digest, if there is one. */
function slotOf(digest: readonly DigestItem[]): bigint | undefined {
  for (const { tag, value: item } of digest) {
    if (tag === 'PreRuntime' && equalBytes(item[0], AURA_ENGINE_ID)) return decode(u64, item[1])
  }
  return undefined
}

export const auraPallet = pallet({
  name: 'Aura',
  docs: 'Authorities take turns by time slots.',
  constants: { slotDuration: constant('The slot duration, in milliseconds.', u64, SLOT_DURATION_MS) },
  storage: {
    authorities: value('The current authority set.', vec(AuthorityId), []),
    currentSlot: value('The current slot of this block.', Slot, 0n),
  },
  uses: uses<{ readonly system: Pick<System, 'digest'> }>(),
  exports: ({ storage, constants }) => ({
    authorities: (): readonly Uint8Array[] => storage.authorities.get(),
    slotDuration: (): bigint => constants.slotDuration,
    /** Account of the block's author: the authority whose turn the slot is. */
    author(): Uint8Array | undefined {
      const authorities = storage.authorities.get()
      if (authorities.length === 0) return undefined
      return authorities[Number(storage.currentSlot.get() % BigInt(authorities.length))]
    },
    /** Refuses a time outside of the block's slot. */
    onTimestampSet(now: bigint): void {
      const expected = storage.currentSlot.get()
      const got = now / constants.slotDuration
      if (got !== expected) throw new AssayError('BAD_SLOT', `expected a time in slot ${expected}, got slot ${got}`)
    },
  }),
  hooks: ({ storage, uses }) => ({
    onInitialize() {
      const slot = slotOf(uses.system.digest())
      // As in pallet-aura: a block without a slot, such as one that a client only tries, leaves the slot as it is.
      if (slot === undefined) return
      const current = storage.currentSlot.get()
      if (slot < current) throw new AssayError('BAD_SLOT', `expected a slot of at least ${current}, got ${slot}`)
      storage.currentSlot.put(slot)
    },
  }),
  genesis: {
    config: struct({ authorities: vec(AccountId) }),
    build({ storage }, { authorities }) {
      if (authorities.length === 0)
        throw new AssayError('BAD_GENESIS', 'aura.authorities: expected at least one authority, got none')
      storage.authorities.put(authorities)
    },
  },
})
