/**
 * A member's reaction to an accepted message: what it learns, what it answers, or why it drops the message.
 *
 * Owns: the meaning of each message. Does not own: accepting frames (the inbox).
 */
import {
  checkSignedCommitment,
  checkSignedEcho,
  checkSignedFraud,
  checkSignedReveal,
  convict,
  type CoinflipMessage,
  type Evidence,
  type SignedCommitment,
  type SignedEcho,
  type SignedFraud,
  type SignedReveal,
} from '#types/domain/coinflip/coinflip.ts'
import type { Confirm } from './confirm.ts'
import { MAX_RESYNCS } from './inbox.ts'
import type { Finding, Ledger } from './ledger.ts'
import type { DropReason, Seat } from './messages.ts'
import type { Outbox } from './outbox.ts'
import type { Relays } from './relays.ts'
import type { Stage } from './terms.ts'

/** The result for a message: news, the proofs of lies, or the reason to drop it. */
export type Handled = 'new' | readonly Evidence[] | DropReason

/** The parts of a member that the handlers work on. */
export interface HandlerParts {
  readonly seat: Seat
  readonly ledger: Ledger
  readonly outbox: Outbox
  readonly confirm: Confirm
  readonly relays: Relays
  readonly stage: Readonly<Stage>
  /** Sends the own number to a member; called only after the gate. */
  readonly reveal: (to: Uint8Array) => void
}

const handled = (finding: Finding<Evidence> | readonly Evidence[] | DropReason): Handled => {
  if (finding === 'known') return 'duplicate'
  return typeof finding === 'object' && 'tag' in finding ? [finding] : finding
}

/** The handlers of one member in one session. */
export class Handlers {
  readonly #parts: HandlerParts
  readonly #resyncs: number[]

  constructor(parts: HandlerParts) {
    this.#parts = parts
    this.#resyncs = parts.seat.session.members.map(() => 0)
  }

  /** Takes an accepted message of the member at `rank`. */
  handle(rank: number, { receiver, payload, signature }: CoinflipMessage): Handled {
    const { seat, ledger, confirm, relays, stage } = this.#parts
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
      case 'Ask':
        relays.onAsk(rank, payload.value)
        return 'new'
      case 'Leave':
        relays.onLeave(rank)
        return 'new'
      case 'RelayCommit':
        return this.#onRelay(payload.value.author, true, () => this.#onCommit(payload.value))
      case 'RelayEcho':
        return this.#onRelay(payload.value.author, stage.gate === 'closed', () => this.#onEcho(payload.value, false))
      case 'RelayReveal':
        return this.#onRelay(payload.value.author, stage.gate === 'passed', () => this.#onReveal(payload.value))
      case 'Ping':
      case 'Pong':
        return handled(
          confirm.hear(rank, { author, receiver: receiver!, kind: payload.tag, body: payload.value, signature }),
        )
      case 'Fraud':
        return this.#onFraud({ author, accusation: payload.value, signature })
      default:
        return this.#onRelayedFraud(payload.value)
    }
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
    if (stage.gate === 'passed') reveal(to)
    confirm.repeat(rank)
    return 'new'
  }

  /** @param isDirect whether its author brought it, as its first: then the authenticated link is enough for now. */
  #onEcho(signed: SignedEcho, isDirect: boolean): Handled {
    const { seat, ledger } = this.#parts
    if (!isDirect && !checkSignedEcho(seat.sid, seat.session.round, signed, seat.reading.isSigned))
      return 'bad-signature'
    if (!ledger.isSoundRow(signed.row)) return 'malformed'
    return handled(ledger.noteEcho(signed, !isDirect))
  }

  #onReveal(signed: SignedReveal): Handled {
    const { seat, ledger } = this.#parts
    const opens = ledger.isOpening(signed) === true
    if (!opens && !checkSignedReveal(seat.sid, seat.session.round, signed, seat.reading.isSigned))
      return 'bad-signature'
    return handled(ledger.noteReveal(signed, opens))
  }

  /** A commitment that a third member passed on. */
  #onCommit(signed: SignedCommitment): Handled {
    const { seat, ledger } = this.#parts
    const isSigned = checkSignedCommitment(seat.sid, seat.session.round, signed, seat.reading.isSigned)
    return isSigned ? handled(ledger.noteCommitment(signed)) : 'bad-signature'
  }

  /** Takes a part that was passed on, where we have asked for parts of its kind. */
  #onRelay(author: Uint8Array, isDue: boolean, take: () => Handled): Handled {
    const { ledger, stage } = this.#parts
    if (ledger.rankOf(author) === undefined) return 'malformed'
    return stage.asked && isDue ? take() : 'out-of-phase'
  }

  /** Either the accused member lied, or the author of the proof did. */
  #onFraud(signed: SignedFraud): Handled {
    const { session, reading } = this.#parts.seat
    const isTrue = convict(session, signed.accusation, reading.isSigned) !== undefined
    return [isTrue ? signed.accusation : { tag: 'FalseFraud', value: signed }]
  }

  #onRelayedFraud(signed: SignedFraud): Handled {
    const { seat, ledger } = this.#parts
    if (ledger.rankOf(signed.author) === undefined) return 'malformed'
    return checkSignedFraud(seat.sid, seat.session.round, signed, seat.reading.isSigned)
      ? this.#onFraud(signed)
      : 'bad-signature'
  }
}
