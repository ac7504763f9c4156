/**
 * The door of a coinflip session: which frames a member hears at all.
 *
 * Owns: the bound on frames from one member, and dropping what is not for this session or tells nothing new before its
 * signature is checked. Does not own: what a message does (coinflip-member.ts).
 */
import { equalBytes } from '#types/bytes.ts'
import type { CoinflipMessage } from '#types/domain/coinflip.ts'
import type { Ledger } from './coinflip-ledger.ts'
import { readFrame, type DropReason, type Seat } from './coinflip-messages.ts'

/** Times that a member is sent everything again in one session. */
export const MAX_RESYNCS = 32
/** Frames that a member may send in one session: resyncs and their answers, and asks and relays for each other member. */
const maxFramesFrom = (members: number): number => 8 * MAX_RESYNCS + 4 * members

/** @see Inbox.open */
export type Opened =
  | { readonly kind: 'message'; readonly rank: number; readonly message: CoinflipMessage }
  | { readonly kind: 'dropped'; readonly reason: DropReason }

const dropped = (reason: DropReason): Opened => ({ kind: 'dropped', reason })

/** The frames of one session, judged one by one. */
export class Inbox {
  readonly #seat: Seat
  readonly #ledger: Ledger
  readonly #frames: number[]

  constructor(seat: Seat, ledger: Ledger) {
    this.#seat = seat
    this.#ledger = ledger
    this.#frames = seat.session.members.map(() => 0)
  }

  /** The signed message in a frame that `from` brought, with its sender's rank; or why it is dropped. */
  open(from: Uint8Array, frame: Uint8Array, done: boolean): Opened {
    const rank = this.#ledger.rankOf(from)
    if (rank === undefined || equalBytes(from, this.#seat.self)) return dropped('unknown-sender')
    const count = this.#frames[rank]! + 1
    if (count > maxFramesFrom(this.#frames.length)) return dropped('flood')
    this.#frames[rank] = count
    const message = readFrame(this.#seat, from, frame)
    if (typeof message === 'string') return dropped(message)
    if (this.#isOld(rank, message)) return dropped('duplicate')
    if (done && !isForTheDone(message)) return dropped('out-of-phase')
    return this.#seat.reading.isSigned(message) ? { kind: 'message', rank, message } : dropped('bad-signature')
  }

  #isOld(rank: number, { payload, signature }: CoinflipMessage): boolean {
    const known = this.#ledger.of(rank)
    if (payload.tag === 'Commit') return isSame(known.commitment, signature)
    if (payload.tag === 'Echo') return isSame(known.echo, signature)
    return payload.tag === 'Reveal' && known.reveal !== undefined
  }
}

const isSame = (known: { readonly signature: Uint8Array } | undefined, signature: Uint8Array): boolean =>
  known !== undefined && equalBytes(known.signature, signature)

/** Greetings, questions and pings of those who are not done yet are heard to the last. */
const isForTheDone = ({ payload: { tag } }: CoinflipMessage): boolean =>
  tag === 'Hello' || tag === 'AskEcho' || tag === 'AskReveal' || tag === 'Ping'
