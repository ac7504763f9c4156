/**
 * The greeter: it greets every page of the guestbook that waits.
 *
 * Owns: which pages are due. Does not own: including a duty only once, across restarts too (ChainPort).
 */
import { callOf, encodeCall, readEntries, storageOf, type Requirement } from '#chain/api/descriptors.ts'
import { u32 } from '#types/scale/primitives.ts'
import type { Role } from '#worker/kernel/role.ts'
import { createDuties, type DutiesDeps } from '#worker/kernel/duties.ts'
import { guestbookCalls, Page } from './guestbook-terms.ts'

const greet = callOf('Guestbook', 'greet', guestbookCalls.greet)
const waiting = storageOf('Guestbook', 'Waiting', [u32], Page)

/** What a chain must have for a greeter to work with it. */
export const greeterRequires: readonly Requirement[] = [greet, waiting]

/** The role of a greeter. */
export function createGreeter(deps: DutiesDeps): Role {
  const duties = createDuties(deps)
  let due: readonly number[] | undefined
  let draining = false
  return {
    start: async () => {},
    async onBlock({ events }) {
      if (draining) return
      // Events say when to look, state says what is due: so nothing is lost that was missed while the worker was away.
      if (events.some(({ pallet }) => pallet === 'Guestbook')) due = undefined
      due ??= (await readEntries(deps.chain, waiting)).map(([[page]]) => page)
      for (const page of due)
        duties.ensure(`guestbook.greet/${page}`, () => encodeCall(greet, { page }), ['NotWaiting'])
    },
    async drain() {
      draining = true
      await duties.idle()
    },
    async close() {
      draining = true
    },
  }
}
