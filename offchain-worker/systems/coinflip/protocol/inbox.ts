/**
 * The door of a coinflip session: it decides which frames a member accepts.
 *
 * Owns: the bound on frames from one member, dropping frames of other sessions or without news, and which signatures are checked at
 * once. Does not own: the reaction to a message (the handlers).
 *
 * Why it does not check all signatures at once. The Noise link is authenticated, so the sender of a frame is known without a
 * signature, and a frame in another's name is dropped. A signature is proof for third parties. So a message that is never shown to
 * a third party is not verified (a greeting, a right ping or pong), and the rest only before it is shown:
 * - A commitment at once. It goes into our row, and others would drop a row with a bad signature as ours.
 * - An echo row before it is passed on. Suppose that its author signed it for some members and not for others. Those that accepted
 *   it on the link's word pass the gate, and the others wait for the arbiter's list.
 * - A number that opens its author's commitment is proven by the hash, to everybody. It needs no signature even when it is passed
 *   on. A number that does not open it is worth nothing without its signature, and is evidence with it.
 * - A wrong ping or pong before it is evidence.
 * So nobody shows a message that a third party would not believe, and evidence holds verified signatures only. The author of a bad
 * signature only counts as silent.
 */
import { equalBytes } from '#types/bytes.ts'
import type { CoinflipMessage, CoinflipPayload } from '#types/domain/coinflip/coinflip.ts'
import type { Ledger } from './ledger.ts'
import { readFrame, type DropReason, type Seat } from './messages.ts'

/** Most times that we send a member everything again in one session. */
export const MAX_RESYNCS = 32
/** Most frames of a member in one session: resyncs and their answers, questions, and parts and a lie of each other member. */
const maxFramesFrom = (members: number): number => 16 * MAX_RESYNCS + 8 * members

/** @see Inbox.open */
export type Opened =
  | { readonly kind: 'message'; readonly rank: number; readonly message: CoinflipMessage }
  | { readonly kind: 'dropped'; readonly reason: DropReason }

const dropped = (reason: DropReason): Opened => ({ kind: 'dropped', reason })

/** The frames of one session, judged one by one. */
export class Inbox {
  readonly #seat: Seat
  readonly #ledger: Ledger
  readonly #self: number | undefined
  readonly #frames: number[]

  constructor(seat: Seat, ledger: Ledger) {
    this.#seat = seat
    this.#ledger = ledger
    this.#self = ledger.rankOf(seat.self)
    this.#frames = seat.session.members.map(() => 0)
  }

  /** Reads a frame that `from` brought: the signed message with its sender's rank, or the reason to drop it. */
  open(from: Uint8Array, frame: Uint8Array, done: boolean): Opened {
    const rank = this.#ledger.rankOf(from)
    if (rank === undefined || rank === this.#self) return dropped('unknown-sender')
    const count = this.#frames[rank]! + 1
    if (count > maxFramesFrom(this.#frames.length)) return dropped('flood')
    this.#frames[rank] = count
    const message = readFrame(this.#seat, from, frame)
    if (typeof message === 'string') return dropped(message)
    if (this.#isOld(rank, message)) return dropped('duplicate')
    if (done && !isForTheDone(message)) return dropped('out-of-phase')
    if (!this.#isSignedEnough(message)) return dropped('bad-signature')
    return { kind: 'message', rank, message }
  }

  /**
   * Whether the message is signed well enough to accept it. Every message must bear a signature; some are checked here, the others
   * when they are needed.
   */
  #isSignedEnough(message: CoinflipMessage): boolean {
    if (message.signature.every((byte) => byte === 0)) return false
    return DEFERRED.has(message.payload.tag) || this.#seat.reading.isSigned(message)
  }

  #isOld(rank: number, { payload, signature }: CoinflipMessage): boolean {
    const known = this.#ledger.of(rank)
    if (payload.tag === 'Commit') return isSame(known.commitment, signature)
    if (payload.tag === 'Echo') return isSame(known.echo, signature)
    if (payload.tag !== 'Reveal' || !known.reveal) return false
    // Another number than the one that opens the commitment is a lie.
    return !known.opens || equalBytes(known.reveal.value, payload.value)
  }
}

/** Kinds that are accepted on the link's word, for the reasons above. */
const DEFERRED: ReadonlySet<CoinflipPayload['tag']> = new Set(['Hello', 'Echo', 'Reveal', 'Ping', 'Pong'])

const isSame = (known: { readonly signature: Uint8Array } | undefined, signature: Uint8Array): boolean =>
  known !== undefined && equalBytes(known.signature, signature)

/** A finished member still accepts greetings, questions and pings of members that are not done. */
const isForTheDone = ({ payload: { tag } }: CoinflipMessage): boolean =>
  tag === 'Hello' || tag === 'Ask' || tag === 'Leave' || tag === 'Ping'
