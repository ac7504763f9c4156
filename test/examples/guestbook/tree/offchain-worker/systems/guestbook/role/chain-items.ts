/**
 * What a greeter uses of the chain beyond what every worker does.
 *
 * Owns: the list, which is also what a chain must have for a greeter. Does not own: what the calls do (the pallet).
 */
import { callOf, eventOf, storageOf, type Requirement } from '#chain/api/descriptors.ts'
import { guestbookCalls, guestbookEvents, Page } from '#types/domain/guestbook/guestbook.ts'
import { u32 } from '#types/scale/primitives.ts'

export const sign = callOf('Guestbook', 'sign', guestbookCalls.sign)
export const greet = callOf('Guestbook', 'greet', guestbookCalls.greet)
export const signed = eventOf('Guestbook', 'Signed', guestbookEvents.Signed)
export const greeted = eventOf('Guestbook', 'Greeted', guestbookEvents.Greeted)
export const faded = eventOf('Guestbook', 'Faded', guestbookEvents.Faded)
export const waiting = storageOf('Guestbook', 'Waiting', [u32], Page)

/** What a chain must have for a greeter. */
export const greeterRequires: readonly Requirement[] = [greet, signed, waiting]
