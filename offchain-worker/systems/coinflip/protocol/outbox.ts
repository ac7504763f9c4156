/**
 * A member's messages: the outputs of a step, and its earlier broadcasts.
 *
 * Owns: signing, the receivers of a message, and sending it again to a member that missed it. Does not own: when to send (the
 * member).
 */
import {
  spoilsNumber,
  type CoinflipMessage,
  type CoinflipPayload,
  type Evidence,
} from '#types/domain/coinflip/coinflip.ts'
import { signMessage, type Seat } from './messages.ts'
import type { CoinflipOutput } from './terms.ts'

const NOTHING: readonly CoinflipOutput[] = []

/** The outbox of one member in one session. */
export class Outbox {
  readonly #seat: Seat
  /** Our broadcasts, which we send again byte by byte. */
  readonly #said: CoinflipMessage[] = []
  #out: CoinflipOutput[] = []

  constructor(seat: Seat) {
    this.#seat = seat
  }

  /** The outputs since the last call. */
  take(): readonly CoinflipOutput[] {
    if (this.#out.length === 0) return NOTHING
    const out = this.#out
    this.#out = []
    return out
  }

  /** An output that is no message. */
  put(output: CoinflipOutput): void {
    this.#out.push(output)
  }

  /** Broadcasts a message, and keeps it for members that missed it. */
  say(payload: CoinflipPayload): CoinflipMessage {
    const message = this.broadcast(payload)
    this.#said.push(message)
    return message
  }

  /** Sends all kept broadcasts to one member, the same bytes. */
  repeat(to: Uint8Array): void {
    for (const message of this.#said) this.#out.push({ kind: 'send', to, message })
  }

  broadcast(payload: CoinflipPayload): CoinflipMessage {
    const message = signMessage(this.#seat, payload)
    this.#out.push({ kind: 'broadcast', message })
    return message
  }

  /**
   * Tells all others of a lie: as a fraud proof, or by relaying the false proof itself. A lie that ends the session is kept and
   * sent again; otherwise a member that was away would wait for those that have left.
   */
  expose(lie: Evidence): void {
    if (spoilsNumber(lie)) this.say({ tag: 'Fraud', value: lie })
    else if (lie.tag === 'FalseFraud') this.broadcast({ tag: 'RelayFraud', value: lie.value })
    else this.broadcast({ tag: 'Fraud', value: lie })
  }

  /** Sends to one member. All messages except greetings are signed for that member alone. */
  sendTo(to: Uint8Array, payload: CoinflipPayload): CoinflipMessage {
    const message = signMessage(this.#seat, payload, payload.tag === 'Hello' ? undefined : to)
    this.#out.push({ kind: 'send', to, message })
    return message
  }
}
