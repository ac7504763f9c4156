/**
 * The greeter: greets every page of the guestbook that waits.
 *
 * Owns: which pages are due. Does not own: that a duty is included once, also across restarts (ChainPort).
 */
import { encodeCall, readEntries } from '#chain/api/descriptors.ts'
import { createDuties } from '#worker/kernel/duties.ts'
import type { RoleDeps } from '#worker/kernel/ports.ts'
import type { Role } from '#worker/kernel/role.ts'
import { greet, waiting } from './chain-items.ts'

/** Another greeter was faster, or the page has faded. */
const MOOT = ['NotWaiting']

/** The role of a greeter. */
export function createGreeter(deps: Pick<RoleDeps, 'chain' | 'log' | 'report'>): Role {
  const duties = createDuties(deps)
  let due: readonly number[] | undefined
  let isEnding = false
  return {
    async start() {},
    async onBlock({ events }) {
      if (isEnding) return
      // Events say when to look, and state says what is due. So a greeter that was away misses nothing.
      if (events.some(({ pallet }) => pallet === 'Guestbook')) due = undefined
      due ??= (await readEntries(deps.chain, waiting)).map(([[page]]) => page)
      for (const page of due) duties.ensure(`guestbook.greet/${page}`, () => encodeCall(greet, { page }), MOOT)
    },
    async drain() {
      isEnding = true
      await duties.idle()
    },
    async close() {
      isEnding = true
    },
  }
}
