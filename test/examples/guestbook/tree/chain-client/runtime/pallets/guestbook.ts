/**
 * Pallet Guestbook: guests sign pages, and a greeter greets each page once. A page that nobody greets in time fades.
 *
 * Owns: the pages that wait. Does not own: who is a greeter (pallet Workers).
 */
import { utf8 } from '#types/bytes.ts'
import { guestbookCalls, guestbookEvents, Page } from '#types/domain/guestbook/guestbook.ts'
import type { RoleName } from '#types/domain/worker.ts'
import { struct } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import { Twox64Concat } from '#types/scale/storage-key.ts'
import { agenda, openAgenda } from '../frame/agenda.ts'
import { ensureSigned } from '../frame/origin.ts'
import { call, constant, event, pallet, uses } from '../frame/pallet.ts'
import { map, value } from '../frame/storage.ts'
import { refTime } from '../frame/weights.ts'

const MAX_TEXT_BYTES = 256
/** Blocks that a page waits where the genesis says nothing else. */
const DEFAULT_PATIENCE = 50

/** What Guestbook needs of pallet Workers. */
interface Needs {
  readonly workers: { hasRole(account: Uint8Array, role: RoleName): boolean }
}

export const guestbookPallet = pallet({
  name: 'Guestbook',
  docs: 'Guests sign pages; a greeter greets each page once.',
  constants: { maxTextBytes: constant('Most bytes of a page’s text.', u32, MAX_TEXT_BYTES) },
  storage: {
    patience: value('Blocks that a page waits for its greeting.', u32, DEFAULT_PATIENCE),
    count: value('Number of the next page.', u32, 0),
    waiting: map('Pages that wait for a greeting.', u32, Page, { hasher: Twox64Concat }),
    fading: agenda('The pages that fade, by block.', u32),
  },
  events: {
    Signed: event('A guest signed a page.', guestbookEvents.Signed),
    Greeted: event('A greeter greeted a page.', guestbookEvents.Greeted),
    Faded: event('Nobody greeted a page in time.', guestbookEvents.Faded),
  },
  errors: {
    TooLong: 'The text is longer than `maxTextBytes`.',
    NotAGreeter: 'Only a registered worker with the role Greeter greets.',
    NotWaiting: 'There is no such page, or it was greeted, or it has faded.',
  },
  uses: uses<Needs>(),
  calls: ({ constants, storage, emit, fail, uses, block }) => ({
    sign: call('Sign the next page.', guestbookCalls.sign, refTime(0n, 2n, 3n), (origin, { text }) => {
      const guest = ensureSigned(origin)
      if (utf8(text).length > constants.maxTextBytes) return fail.TooLong()
      const page = storage.count.get()
      const until = block() + storage.patience.get()
      storage.count.put(page + 1)
      storage.waiting.put(page, { guest, text, until })
      openAgenda(storage.fading).insert(until + 1, page)
      emit.Signed({ page, guest })
    }),
    greet: call('Greet a page that waits.', guestbookCalls.greet, refTime(0n, 2n, 2n), (origin, { page }) => {
      const greeter = ensureSigned(origin)
      if (!uses.workers.hasRole(greeter, 'Greeter')) return fail.NotAGreeter()
      const waiting = storage.waiting.get(page)
      if (!waiting) return fail.NotWaiting()
      storage.waiting.remove(page)
      openAgenda(storage.fading).remove(waiting.until + 1, page)
      emit.Greeted({ page, greeter })
    }),
  }),
  hooks: ({ storage, emit, block }) => ({
    // As many pages as the block has room for. The next block takes the rest.
    onInitialize(meter) {
      for (const page of openAgenda(storage.fading).take(block(), meter)) {
        storage.waiting.remove(page)
        emit.Faded({ page })
      }
    },
  }),
  genesis: {
    config: struct({ patience: u32 }),
    fallback: { patience: DEFAULT_PATIENCE },
    build({ storage }, { patience }) {
      storage.patience.put(patience)
    },
  },
})
