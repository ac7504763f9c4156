/**
 * Passing on what a member said to those who asked for it: rows under their authors' own signatures, numbers that open commitments.
 *
 * Owns: who waits for what of whom. Does not own: who may ask when, and when numbers may be said (coinflip-member.ts).
 */
import type { Ledger } from './ledger.ts'
import type { Seat } from './messages.ts'
import type { Voice } from './outbox.ts'

/** What can be asked for. */
export type Relayed = 'Echo' | 'Reveal'

/** What others want to know from one member in one session. */
export class Relay {
  readonly #seat: Seat
  readonly #ledger: Ledger
  readonly #voice: Voice
  /** Who waits for what of whom: `Reveal of 3` -> askers. */
  readonly #askers = new Map<string, Set<number>>()

  constructor(seat: Seat, ledger: Ledger, voice: Voice) {
    this.#seat = seat
    this.#ledger = ledger
    this.#voice = voice
  }

  /** Notes that the member at `rank` waits for something of a member of the session. */
  ask(rank: number, what: Relayed, aboutRank: number): void {
    const key = `${what} of ${aboutRank}`
    const askers = this.#askers.get(key) ?? new Set()
    this.#askers.set(key, askers.add(rank))
  }

  /** Answers those who wait, where it is known. Numbers only once our own gate has passed. */
  answer(what: Relayed, about: Uint8Array, gatePassed: boolean): void {
    const aboutRank = this.#ledger.rankOf(about)!
    if (this.#askers.size === 0) return
    const key = `${what} of ${aboutRank}`
    const askers = this.#askers.get(key)
    if (!askers) return
    const echo = what === 'Echo' ? this.#ledger.provenEcho(aboutRank) : undefined
    const { reveal } = this.#ledger.of(aboutRank)
    if (what === 'Echo' ? !echo : !reveal || !gatePassed) return
    for (const rank of askers) {
      const to = this.#seat.session.members[rank]!
      if (what === 'Echo') this.#voice.sendTo(to, { tag: 'RelayEcho', value: echo! })
      else this.#voice.sendTo(to, { tag: 'RelayReveal', value: reveal! })
    }
    this.#askers.delete(key)
  }
}
