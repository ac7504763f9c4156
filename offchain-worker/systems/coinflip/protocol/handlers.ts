/**
 * A member's reaction to an accepted message: what it learns, what it answers, or why it drops the message.
 *
 * Owns: the meaning of each message, and passing on rows and numbers to members that asked for them. Does not own: accepting frames
 * (the inbox).
 */
import {
  checkSignedEcho,
  checkSignedFraud,
  checkSignedReveal,
  convict,
  type CoinflipMessage,
  type CoinflipPhaseName,
  type Evidence,
  type SignedEcho,
  type SignedFraud,
  type SignedReveal,
} from '#types/domain/coinflip/coinflip.ts'
import type { Confirm } from './confirm.ts'
import { MAX_RESYNCS } from './inbox.ts'
import type { Finding, Ledger } from './ledger.ts'
import type { DropReason, Seat } from './messages.ts'
import type { Outbox } from './outbox.ts'

/** The stage of a member in its session. */
export interface Stage {
  phase: CoinflipPhaseName | 'Done'
  /** Whether the member may send its own number. */
  gatePassed: boolean
  /** Whether the phase's time is over and the member has asked all others for the missing parts. */
  asked: boolean
}

/** The result for a message: news, the proof of a lie, or the reason to drop it. */
export type Handled = Exclude<Finding<Evidence>, 'known'> | DropReason

/** The parts of a member that the handlers work on. */
export interface HandlerParts {
  readonly seat: Seat
  readonly ledger: Ledger
  readonly outbox: Outbox
  readonly confirm: Confirm
  readonly stage: Readonly<Stage>
  /** Sends the own number to a member; called only after the gate. */
  readonly reveal: (to: Uint8Array) => void
}

/** A question between members: for the row or the number of a third. */
type Asked = 'Echo' | 'Reveal'

const handled = (finding: Finding<Evidence> | DropReason): Handled => (finding === 'known' ? 'duplicate' : finding)

/** The handlers of one member in one session. */
export class Handlers {
  readonly #parts: HandlerParts
  readonly #resyncs: number[]
  /** Members that wait for a row or number, by rank: `Reveal of 3` -> askers. */
  readonly #askers = new Map<string, Set<number>>()

  constructor(parts: HandlerParts) {
    this.#parts = parts
    this.#resyncs = parts.seat.session.members.map(() => 0)
  }

  /** Takes an accepted message of the member at `rank`. */
  handle(rank: number, { receiver, payload, signature }: CoinflipMessage): Handled {
    const { seat, ledger, confirm, stage } = this.#parts
    const author = seat.session.members[rank]!
    switch (payload.tag) {
      case 'Hello':
        return this.#onHello(rank)
      case 'Commit':
        return handled(ledger.noteCommitment({ author, body: payload.value, signature }))
      case 'Echo':
        return this.#onEcho({ author, row: payload.value, signature }, !ledger.hasEchoed(rank))
      case 'Reveal':
        return this.#onReveal({ author, receiver: receiver!, value: payload.value, signature })
      case 'AskReveal':
      case 'AskEcho':
        return this.#onAsk(rank, payload.tag === 'AskReveal' ? 'Reveal' : 'Echo', payload.value)
      case 'RelayReveal':
        return this.#onRelay('Reveal', payload.value.author, () => this.#onReveal(payload.value))
      case 'RelayEcho':
        return this.#onRelay('Echo', payload.value.author, () => this.#onEcho(payload.value, false))
      case 'Ping':
      case 'Pong':
        if (stage.phase === 'Done' && !confirm.agreement) return 'out-of-phase'
        return handled(
          confirm.hear(rank, { author, receiver: receiver!, kind: payload.tag, body: payload.value, signature }),
        )
      case 'Fraud':
        return this.#onFraud({ author, accusation: payload.value, signature })
      default:
        return this.#onRelayedFraud(payload.value)
    }
  }

  /** Answers the members that wait for this, where it is known. Passes numbers on only after our own gate. */
  answer(what: Asked, aboutRank: number): void {
    if (this.#askers.size === 0) return
    const { seat, ledger, outbox, stage } = this.#parts
    const key = `${what} of ${aboutRank}`
    const askers = this.#askers.get(key)
    if (!askers) return
    const echo = what === 'Echo' ? ledger.provenEcho(aboutRank) : undefined
    const { reveal } = ledger.of(aboutRank)
    if (what === 'Echo' ? !echo : !reveal || !stage.gatePassed) return
    for (const rank of askers) {
      const to = seat.session.members[rank]!
      if (what === 'Echo') outbox.sendTo(to, { tag: 'RelayEcho', value: echo! })
      else outbox.sendTo(to, { tag: 'RelayReveal', value: reveal! })
    }
    this.#askers.delete(key)
  }

  /** The first greeting is news. A second one means that its sender lacks a message of ours. */
  #onHello(rank: number): Handled {
    const { seat, ledger, outbox, confirm, stage, reveal } = this.#parts
    if (!ledger.of(rank).hello) {
      ledger.noteHello(rank)
      return 'new'
    }
    if (++this.#resyncs[rank]! > MAX_RESYNCS) return 'duplicate'
    const to = seat.session.members[rank]!
    outbox.repeat(to)
    if (stage.gatePassed) reveal(to)
    confirm.repeat(rank)
    return 'new'
  }

  /** @param isDirect whether its author brought it, as its first: then the authenticated link is enough for now. */
  #onEcho(signed: SignedEcho, isDirect: boolean): Handled {
    const { seat, ledger } = this.#parts
    if (!isDirect && !checkSignedEcho(seat.sid, seat.session.round, signed, seat.reading.isSigned))
      return 'bad-signature'
    if (!ledger.isSoundRow(signed.row)) return 'malformed'
    const finding = ledger.noteEcho(signed, !isDirect)
    if (finding === 'new') this.answer('Echo', ledger.rankOf(signed.author)!)
    return handled(finding)
  }

  #onReveal(signed: SignedReveal): Handled {
    const { seat, ledger } = this.#parts
    const opens = ledger.isOpening(signed) === true
    if (!opens && !checkSignedReveal(seat.sid, seat.session.round, signed, seat.reading.isSigned))
      return 'bad-signature'
    const finding = ledger.noteReveal(signed, opens)
    if (finding === 'new') this.answer('Reveal', ledger.rankOf(signed.author)!)
    return handled(finding)
  }

  #onAsk(rank: number, what: Asked, about: Uint8Array): Handled {
    const aboutRank = this.#parts.ledger.rankOf(about)
    if (aboutRank === undefined) return 'malformed'
    const key = `${what} of ${aboutRank}`
    const askers = this.#askers.get(key) ?? new Set()
    this.#askers.set(key, askers.add(rank))
    this.answer(what, aboutRank)
    return 'new'
  }

  #onRelay(what: Asked, author: Uint8Array, take: () => Handled): Handled {
    const { ledger, stage } = this.#parts
    if (ledger.rankOf(author) === undefined) return 'malformed'
    return stage.asked && stage.phase === what ? take() : 'out-of-phase'
  }

  /** Either the accused member lied, or the author of the proof did. */
  #onFraud(signed: SignedFraud): Handled {
    const { session, reading } = this.#parts.seat
    const isTrue = convict(session, signed.accusation, reading.isSigned) !== undefined
    return isTrue ? signed.accusation : { tag: 'FalseFraud', value: signed }
  }

  #onRelayedFraud(signed: SignedFraud): Handled {
    const { seat, ledger } = this.#parts
    if (ledger.rankOf(signed.author) === undefined) return 'malformed'
    return checkSignedFraud(seat.sid, seat.session.round, signed, seat.reading.isSigned)
      ? this.#onFraud(signed)
      : 'bad-signature'
  }
}
