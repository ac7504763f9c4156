/**
 * The guestbook as chain and workers both know it. In the repository this would be runtime-types/domain/guestbook.ts.
 *
 * Owns: encodings and field lists. Does not own: the effect of the calls (the pallet).
 */
import { AccountId } from '#types/scale/account.ts'
import { struct } from '#types/scale/compound.ts'
import { str, u32 } from '#types/scale/primitives.ts'

/** A page that a guest signed. */
export const Page = struct({ guest: AccountId, text: str }, { path: ['assay_primitives', 'guestbook', 'Page'] })

/** Arguments of each call, in order. */
export const guestbookCalls = { sign: { text: str }, greet: { page: u32 } } as const

/** Fields of each event, in order. */
export const guestbookEvents = {
  Signed: { page: u32, guest: AccountId },
  Greeted: { page: u32, greeter: AccountId },
} as const
