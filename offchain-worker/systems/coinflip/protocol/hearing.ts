/**
 * What a member makes of a message that the inbox let in: what it learns, whom it answers, or why nothing comes of it.
 *
 * Owns: the meaning of each message. Does not own: which frames are heard at all (coinflip-inbox.ts), the phases that follow from what
 * is known (coinflip-member.ts), or where it is kept (coinflip-ledger.ts, coinflip-confirm.ts).
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
import type { Relay } from './relay.ts'
import type { Voice } from './outbox.ts'

/** Where a member is in its session. */
export interface Stage {
  phase: CoinflipPhaseName | 'Done'
  /** From here on the own number may be said. */
  gatePassed: boolean
  /** The phase's time is over, and all were asked for what is missing. */
  asked: boolean
}

/** What a message was: news, the proof of a lie, or why it was dropped. */
export type Heard = Exclude<Finding<Evidence>, 'known'> | DropReason

/** The parts of a member that hearing works on. */
export interface HearingParts {
  readonly seat: Seat
  readonly ledger: Ledger
  readonly voice: Voice
  readonly relay: Relay
  readonly confirm: Confirm
  readonly stage: Readonly<Stage>
  /** Says the own number to a member; asked only after the gate. */
  readonly reveal: (to: Uint8Array) => void
}

const heard = (finding: Finding<Evidence> | DropReason): Heard => (finding === 'known' ? 'duplicate' : finding)

/** The hearing of one member in one session. */
export class Hearing {
  readonly #parts: HearingParts
  readonly #resyncs: number[]

  constructor(parts: HearingParts) {
    this.#parts = parts
    this.#resyncs = parts.seat.session.members.map(() => 0)
  }

  /** Takes a message of the member at `rank`, as the inbox let it in. */
  hear(rank: number, { receiver, payload, signature }: CoinflipMessage): Heard {
    const { seat, ledger, confirm, stage } = this.#parts
    const author = seat.session.members[rank]!
    switch (payload.tag) {
      case 'Hello':
        return this.#hearHello(rank)
      case 'Commit':
        return heard(ledger.noteCommitment({ author, body: payload.value, signature }))
      case 'Echo':
        return this.#hearEcho({ author, row: payload.value, signature }, !ledger.hasEchoed(rank))
      case 'Reveal':
        return this.#hearReveal({ author, receiver: receiver!, value: payload.value, signature })
      case 'AskReveal':
      case 'AskEcho':
        return this.#hearAsk(rank, payload.tag === 'AskReveal' ? 'Reveal' : 'Echo', payload.value)
      case 'RelayReveal':
        return this.#hearRelay('Reveal', payload.value.author, () => this.#hearReveal(payload.value))
      case 'RelayEcho':
        return this.#hearRelay('Echo', payload.value.author, () => this.#hearEcho(payload.value, false))
      case 'Ping':
      case 'Pong':
        if (stage.phase === 'Done' && !confirm.agreement) return 'out-of-phase'
        return heard(
          confirm.hear(rank, { author, receiver: receiver!, kind: payload.tag, body: payload.value, signature }),
        )
      case 'Fraud':
        return this.#hearFraud({ author, accusation: payload.value, signature })
      default:
        return this.#hearRelayedFraud(payload.value)
    }
  }

  /** The first greeting is news; a second one means that its sender lacks something of ours. */
  #hearHello(rank: number): Heard {
    const { seat, ledger, voice, confirm, stage, reveal } = this.#parts
    if (!ledger.of(rank).hello) {
      ledger.noteHello(rank)
      return 'new'
    }
    if (++this.#resyncs[rank]! > MAX_RESYNCS) return 'duplicate'
    const to = seat.session.members[rank]!
    voice.repeat(to)
    if (stage.gatePassed) reveal(to)
    confirm.repeat(rank)
    return 'new'
  }

  /** @param isDirect whether its author brought it, and none before it: then the link's word is enough for now. */
  #hearEcho(signed: SignedEcho, isDirect: boolean): Heard {
    const { seat, ledger, relay, stage } = this.#parts
    if (!isDirect && !checkSignedEcho(seat.sid, seat.session.round, signed, seat.reading.isSigned))
      return 'bad-signature'
    if (!ledger.isSoundRow(signed.row)) return 'malformed'
    const finding = ledger.noteEcho(signed, !isDirect)
    if (finding === 'new') relay.answer('Echo', signed.author, stage.gatePassed)
    return heard(finding)
  }

  #hearReveal(signed: SignedReveal): Heard {
    const { seat, ledger, relay, stage } = this.#parts
    const opens = ledger.isOpening(signed) === true
    if (!opens && !checkSignedReveal(seat.sid, seat.session.round, signed, seat.reading.isSigned))
      return 'bad-signature'
    const finding = ledger.noteReveal(signed, opens)
    if (finding === 'new') relay.answer('Reveal', signed.author, stage.gatePassed)
    return heard(finding)
  }

  #hearAsk(rank: number, what: 'Echo' | 'Reveal', about: Uint8Array): Heard {
    const { ledger, relay, stage } = this.#parts
    const aboutRank = ledger.rankOf(about)
    if (aboutRank === undefined) return 'malformed'
    relay.ask(rank, what, aboutRank)
    relay.answer(what, about, stage.gatePassed)
    return 'new'
  }

  #hearRelay(what: CoinflipPhaseName, author: Uint8Array, take: () => Heard): Heard {
    const { ledger, stage } = this.#parts
    if (ledger.rankOf(author) === undefined) return 'malformed'
    return stage.asked && stage.phase === what ? take() : 'out-of-phase'
  }

  /** Either the one it is about lied, or its author did. */
  #hearFraud(signed: SignedFraud): Heard {
    const { session, reading } = this.#parts.seat
    const isTrue = convict(session, signed.accusation, reading.isSigned) !== undefined
    return isTrue ? signed.accusation : { tag: 'FalseFraud', value: signed }
  }

  #hearRelayedFraud(signed: SignedFraud): Heard {
    const { seat, ledger } = this.#parts
    if (ledger.rankOf(signed.author) === undefined) return 'malformed'
    return checkSignedFraud(seat.sid, seat.session.round, signed, seat.reading.isSigned)
      ? this.#hearFraud(signed)
      : 'bad-signature'
  }
}
