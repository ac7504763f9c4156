/**
 * The play of the guestbook: a guest signs pages, and two greeters race for them.
 *
 * Owns: who is there, what begins, and what must hold: every page is greeted once, and none fades. Does not own: the world.
 */
import type { FinalizedBlock } from '#chain/api/chain-port.ts'
import { decodeEvent, encodeCall } from '#chain/api/descriptors.ts'
import type { MakePlay, Play, Seat, World } from '#worker/simulation/play.ts'
import { faded, greeted, sign } from '../role/chain-items.ts'
import { createGreeter } from '../role/greeter.ts'

const GUEST = 'guest'
const PURSE = 10n ** 24n
const GREETERS = 2
/** Blocks for the greeters to register. */
const JOIN_BLOCKS = 4
/** Blocks that a page waits: long enough for a greeter that crashes. */
const PATIENCE = 1_000

const seat = (_: unknown, number: number): Seat => ({
  name: `greeter/${number}`,
  role: 'Greeter',
  open: () => (_account, deps) => createGreeter(deps),
})

class GuestbookPlay implements Play<number> {
  readonly balances = [[GUEST, PURSE]] as const
  readonly genesis = { guestbook: { patience: PATIENCE } }
  readonly seats = Array.from({ length: GREETERS }, seat)
  readonly #pages: number
  readonly #greeted = new Set<number>()
  #hasBegun = false

  constructor(pages: number) {
    this.#pages = pages
  }

  onBlock({ number, events }: FinalizedBlock, world: World): void {
    for (const event of events) {
      const greeting = decodeEvent(greeted, event)
      if (greeting && this.#greeted.has(greeting.page)) world.breach('greeted-twice', `page ${greeting.page}`)
      if (greeting) this.#greeted.add(greeting.page)
      const lost = decodeEvent(faded, event)
      if (lost) world.breach('faded', `page ${lost.page}`)
    }
    if (number < JOIN_BLOCKS || this.#hasBegun) return
    this.#hasBegun = true
    for (let page = 0; page < this.#pages; page++)
      void world.port(GUEST).submit(`sign/${page}`, encodeCall(sign, { text: `page ${page}` }))
  }

  isOver(): boolean {
    return this.#greeted.size === this.#pages
  }

  result(): number {
    return this.#greeted.size
  }
}

/** Plays until so many pages are greeted. The result is how many were. */
export const guestbookPlay =
  (pages: number): MakePlay<number> =>
  () =>
    new GuestbookPlay(pages)
