/**
 * Pallet Guestbook: guests sign pages, and a worker greets each page once.
 *
 * Owns: the pages, and which of them wait for a greeting. Does not own: when to greet (the greeter, a worker).
 */
import { utf8 } from '#types/bytes.ts'
import { u32 } from '#types/scale/primitives.ts'
import { Twox64Concat } from '#types/scale/storage-key.ts'
import { ensureSigned } from '#chain/runtime/frame/origin.ts'
import { call, constant, event, pallet } from '#chain/runtime/frame/pallet.ts'
import { map, value } from '#chain/runtime/frame/storage.ts'
import { refTime } from '#chain/runtime/frame/weights.ts'
import { guestbookCalls, guestbookEvents, Page } from './guestbook-terms.ts'

const MAX_TEXT_BYTES = 256

export const guestbookPallet = pallet({
  name: 'Guestbook',
  docs: 'Guests sign pages; each page is greeted once.',
  constants: { maxTextBytes: constant('Most bytes of a page’s text.', u32, MAX_TEXT_BYTES) },
  storage: {
    count: value('Number of the next page.', u32, 0),
    waiting: map('Pages that nobody has greeted.', u32, Page, { hasher: Twox64Concat }),
  },
  events: {
    Signed: event('A guest signed a page.', guestbookEvents.Signed),
    Greeted: event('A page was greeted.', guestbookEvents.Greeted),
  },
  errors: {
    TooLong: 'The text is longer than `maxTextBytes`.',
    NotWaiting: 'There is no such page, or it was greeted.',
  },
  calls: ({ constants, storage, emit, fail }) => ({
    sign: call('Sign the next page.', guestbookCalls.sign, refTime(0n, 1n, 2n), (origin, { text }) => {
      const guest = ensureSigned(origin)
      if (utf8(text).length > constants.maxTextBytes) return fail.TooLong()
      const page = storage.count.get()
      storage.count.put(page + 1)
      storage.waiting.put(page, { guest, text })
      emit.Signed({ page, guest })
    }),
    greet: call('Greet a page that waits.', guestbookCalls.greet, refTime(0n, 1n, 1n), (origin, { page }) => {
      const greeter = ensureSigned(origin)
      if (!storage.waiting.has(page)) return fail.NotWaiting()
      storage.waiting.remove(page)
      emit.Greeted({ page, greeter })
    }),
  }),
})
