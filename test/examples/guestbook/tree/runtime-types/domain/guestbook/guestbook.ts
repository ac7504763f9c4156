/**
 * The guestbook as chain and workers both know it.
 *
 * Owns: encodings and field lists. Does not own: what the calls do (the pallet).
 */
import { AccountId } from '../../scale/account.ts'
import { struct } from '../../scale/compound.ts'
import { str, u32 } from '../../scale/primitives.ts'

/** A page that waits for a greeting, and the last block in which a greeter may greet it. */
export const Page = struct(
  { guest: AccountId, text: str, until: u32 },
  { path: ['assay_primitives', 'guestbook', 'Page'] },
)

/** Arguments of each call, in order. */
export const guestbookCalls = { sign: { text: str }, greet: { page: u32 } } as const

/** Fields of each event, in order. */
export const guestbookEvents = {
  Signed: { page: u32, guest: AccountId },
  Greeted: { page: u32, greeter: AccountId },
  Faded: { page: u32 },
} as const
