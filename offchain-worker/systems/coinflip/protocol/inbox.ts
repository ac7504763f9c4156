/**
 * The door of a coinflip session: which frames a member hears at all.
 *
 * Owns: the bound on frames from one member, dropping what is not for this session or tells nothing new, and which signatures are
 * checked at once. Does not own: what a message does (handlers.ts).
 *
 * Why not all of them are. That a frame is its sender's is known without: the Noise link that brought it is authenticated, and a
 * frame in another's name is dropped. A signature is for those who were not there. So what is never shown to a third party is not
 * verified (a greeting, a right ping or pong), and the rest before it is shown:
 * - A commitment at once. It goes into our row, and a row with a bad signature would be dropped as ours.
 * - An echo row before it is passed on. Where its author signed it for some and not for others, those who took it on the link's word
 *   pass the gate and then miss those who did not; they find out, and name the author in ECHO, as the others do.
 * - A number that opens its author's commitment is proven by the hash, to everybody, and needs no signature even when it is passed on.
 *   One that does not open it is nothing without its signature, and evidence with it.
 * - A wrong ping or pong before it is evidence.
 * So nobody shows what a third party would not believe, and evidence holds verified signatures only: a bad signature gets its
 * author nothing but to have been silent.
 */
import { equalBytes } from '#types/bytes.ts'
import type { CoinflipMessage, CoinflipPayload } from '#types/domain/coinflip/coinflip.ts'
import type { Ledger } from './ledger.ts'
import { readFrame, type DropReason, type Seat } from './messages.ts'

/** Times that a member is sent everything again in one session. */
export const MAX_RESYNCS = 32
/** Frames that a member may send in one session: resyncs and their answers, and asks, relays and a lie for each other member. */
const maxFramesFrom = (members: number): number => 8 * MAX_RESYNCS + 5 * members

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

  /** The signed message in a frame that `from` brought, with its sender's rank; or why it is dropped. */
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

  /** Nothing is heard that bears no signature at all; of what bears one, it is checked now or when it is needed. */
  #isSignedEnough(message: CoinflipMessage): boolean {
    if (message.signature.every((byte) => byte === 0)) return false
    return DEFERRED.has(message.payload.tag) || this.#seat.reading.isSigned(message)
  }

  #isOld(rank: number, { payload, signature }: CoinflipMessage): boolean {
    const known = this.#ledger.of(rank)
    if (payload.tag === 'Commit') return isSame(known.commitment, signature)
    if (payload.tag === 'Echo') return isSame(known.echo, signature)
    return payload.tag === 'Reveal' && known.reveal !== undefined
  }
}

/** What is taken on the link's word, for the reasons above. */
const DEFERRED: ReadonlySet<CoinflipPayload['tag']> = new Set(['Hello', 'Echo', 'Reveal', 'Ping', 'Pong'])

const isSame = (known: { readonly signature: Uint8Array } | undefined, signature: Uint8Array): boolean =>
  known !== undefined && equalBytes(known.signature, signature)

/** Greetings, questions and pings of members that are not done yet are heard to the last. */
const isForTheDone = ({ payload: { tag } }: CoinflipMessage): boolean =>
  tag === 'Hello' || tag === 'AskEcho' || tag === 'AskReveal' || tag === 'Ping'
