/**
 * The coinflip, "spontaneous random number consensus": N members who trust nobody agree on one random number.
 *
 * Owns: what goes into and comes out of one member's state machine for one session, JOIN -> COMMIT -> ECHO -> GATE -> REVEAL ->
 * MAGIC -> CONFIRM, and its three exits.
 * Does not own: the machine's inside (coinflip-member.ts), the network, timers and the chain (roles/). No I/O: an input goes in, outputs come out, and the same inputs always give the same outputs.
 *
 * Why nobody can be framed. Whatever a member says to some and not to others reaches the rest all the same: commitments travel
 * in echo rows, rows and numbers are passed on when asked for, each under its author's signature. So "offline" names the one
 * who was silent to all, and "malicious" names nobody without its own signatures proving the lie (coinflip-evidence.ts).
 *
 * A lie ends a session only where it leaves it without a number: two commitments, or a reveal that opens none. What is said falsely
 * of the number or of others (a wrong ping or pong, a fraud proof that proves nothing) is noted and told to all, and the number
 * stands: or who dislikes it could void it by a lie. Once the own exit is reached, what is heard convicts nobody any more. So a
 * commitment that is signed to two members after MAGIC, or a wrong number told to some only, can still end one of them in exit 3
 * where another has succeeded; honest members that succeed have the same number even then.
 *
 * A killed process needs no more than its number and audit key to come back: the same commitment is signed to the same
 * bytes, and a second HELLO makes every member send again what it had sent. Keep both before `start`, never draw them twice.
 * Source: datdot, "Spontaneous Random Number Consensus"; the order commit, echo, gate, reveal is Assay's.
 */
import { AssayError } from '#types/errors.ts'
import {
  DEFAULT_PINGS,
  type CoinflipMessage,
  type CoinflipPhaseName,
  type Commitment,
  type Evidence,
  type Session,
  type SpoilingLie,
  type WaitingPhaseName,
} from '#types/domain/coinflip/coinflip.ts'
import { equalBytes } from '#types/bytes.ts'
import { Member } from './member.ts'
import type { DropReason, Reading, Sign } from './messages.ts'

/** How long each phase may last, counted from entering it, in milliseconds. ECHO and REVEAL should be equal. */
export interface CoinflipTimeouts {
  readonly joinMs: number
  readonly commitMs: number
  readonly echoMs: number
  readonly revealMs: number
  /** Nobody fails for silence in CONFIRM: when this is over, the session has succeeded. */
  readonly confirmMs: number
  /** Extra time in ECHO and REVEAL for others to pass on what is missing. */
  readonly relayMs: number
  /** Every so often the members of whom something is missing are asked again. For networks that lose frames. */
  readonly resendMs: number
}

/** @see createCoinflip */
export interface CoinflipOptions {
  readonly session: Session
  /** Own Noise key, one of the members. */
  readonly self: Uint8Array
  /** x: 32 random bytes, drawn once per session and kept secret until the gate. */
  readonly value: Uint8Array
  readonly auditKeyHash: Uint8Array
  readonly timeouts: CoinflipTimeouts
  readonly sign: Sign
  /** How frames are read, where not as they go over the wire. */
  readonly reading?: Reading
  /** Members that each pings in CONFIRM, 1 to 4, default 4; the same at all members. */
  readonly pings?: number
}

export type CoinflipInput =
  | { readonly kind: 'start' }
  /** A frame, and the Noise key of the connection that brought it. */
  | { readonly kind: 'message'; readonly from: Uint8Array; readonly frame: Uint8Array }
  | { readonly kind: 'timeout'; readonly phase: CoinflipPhaseName }
  | { readonly kind: 'tick' }

/** How a session ended for this member. `lies`: one that is proven of each other member that lied, usually none. */
export type CoinflipExit =
  /** 1: the number, and the commitments that prove nobody chose it. */
  | {
      readonly kind: 'success'
      readonly magic: Uint8Array
      readonly value: Uint8Array
      readonly transcript: readonly Commitment[]
      readonly transcriptRoot: Uint8Array
      readonly lies: readonly Evidence[]
    }
  /** 2: who was missing, and in which phase. */
  | {
      readonly kind: 'offline'
      readonly absent: readonly Uint8Array[]
      readonly phase: WaitingPhaseName
      readonly lies: readonly Evidence[]
    }
  /**
   * 3: who left the session without a number, and what proves it to anybody; with the number where it was known, since others may agree
   * on it all the same. `lies` are of others than the offender.
   */
  | {
      readonly kind: 'malicious'
      readonly offender: Uint8Array
      readonly evidence: SpoilingLie
      readonly magic?: Uint8Array
      readonly lies: readonly Evidence[]
    }

export type CoinflipOutput =
  | { readonly kind: 'send'; readonly to: Uint8Array; readonly message: CoinflipMessage }
  | { readonly kind: 'broadcast'; readonly message: CoinflipMessage }
  /** Call back with `timeout` for this phase; takes the place of the timer before it. */
  | { readonly kind: 'timer'; readonly phase: CoinflipPhaseName; readonly ms: number }
  /** Call back with `tick`. */
  | { readonly kind: 'tick'; readonly ms: number }
  | { readonly kind: 'dropped'; readonly from: Uint8Array; readonly reason: DropReason }
  | { readonly kind: 'exit'; readonly exit: CoinflipExit }

/** A member of a session. After its exit it still answers those who are not done. */
export interface Coinflip {
  /** Where it is; `Done` after its exit. */
  readonly phase: CoinflipPhaseName | 'Done'
  step(input: CoinflipInput): readonly CoinflipOutput[]
}

const HASH_BYTES = 32

/**
 * A member at the start of a session. Nothing is said before its `start`.
 * @throws AssayError `BAD_COINFLIP` where the options cannot make a session
 */
export function createCoinflip(options: CoinflipOptions): Coinflip {
  const { session, self, value, auditKeyHash, pings = DEFAULT_PINGS } = options
  const refuse = (expected: string): AssayError => new AssayError('BAD_COINFLIP', `coinflip: expected ${expected}`)
  if (!session.members.some((member) => equalBytes(member, self))) throw refuse('the own Noise key among the members')
  if (value.length !== HASH_BYTES || auditKeyHash.length !== HASH_BYTES) {
    throw refuse(`a number and an audit key hash of ${HASH_BYTES} bytes each`)
  }
  if (!Number.isInteger(pings) || pings < 1 || pings > DEFAULT_PINGS)
    throw refuse(`1 to ${DEFAULT_PINGS} pings, got ${pings}`)
  return new Member(options)
}
