/**
 * The coinflip, "spontaneous random number consensus": N members who trust nobody agree on one random number.
 *
 * Owns: making one member's state machine for one session, JOIN -> COMMIT -> ECHO -> GATE -> REVEAL -> MAGIC -> CONFIRM with three exits,
 * and why it is as it is. Does not own: the machine's inside (member.ts).
 *
 * Why nobody can be framed. Whatever a member says to some and not to others reaches the rest all the same: commitments travel
 * in echo rows, rows and numbers are passed on when asked for, each under its author's signature. So "offline" names only a member
 * that was silent to all, and "malicious" names nobody without its own signatures proving the lie.
 *
 * A lie ends a session only where it leaves it without a number: two commitments, or a reveal that opens none. What is said falsely
 * of the number or of others (a wrong ping or pong, a fraud proof that proves nothing) is noted and told to all, and the number
 * stands: otherwise a member that dislikes the number could void it by a lie. Once a member has reached its exit, what it hears convicts
 * nobody any more. So a commitment that is signed to two members after MAGIC, or a wrong number told to some only, can still end one of
 * them in exit 3 where another has succeeded; honest members that succeed have the same number even then.
 *
 * A killed process needs no more than its number and audit key to come back: the same commitment is signed to the same
 * bytes, and a second HELLO makes every member send again what it had sent. Keep both before `start`, never draw them twice.
 * Source: datdot, "Spontaneous Random Number Consensus"; the order commit, echo, gate, reveal is Assay's.
 */
import { AssayError } from '#types/errors.ts'
import { DEFAULT_PINGS } from '#types/domain/coinflip/coinflip.ts'
import { equalBytes } from '#types/bytes.ts'
import { Member } from './member.ts'
import type { Coinflip, CoinflipOptions } from './terms.ts'

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
