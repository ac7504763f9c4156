/**
 * The coinflip, "spontaneous random number consensus": N members who trust nobody agree on one random number.
 *
 * Owns: making one member's state machine for one session, JOIN -> COMMIT -> ECHO -> GATE -> REVEAL -> MAGIC -> CONFIRM with three
 * exits, and the reasons for its design. Does not own: the inside of the machine (the member).
 *
 * Why nobody can be framed. A message that a member sends to some only still reaches the rest: echo rows carry commitments, and
 * members pass on rows and numbers on request, each under its author's signature. So exit "offline" names only a member that was
 * silent to all, and exit "malicious" only a member whose own signatures prove the lie.
 *
 * A lie ends a session only where it leaves the session without a number: two commitments, or a reveal that opens none. False
 * statements about the number or about others (a wrong ping or pong, a fraud proof that proves nothing) are noted and told to all,
 * and the number stands. Otherwise a member that dislikes the number could void it by a lie. After its exit a member convicts
 * nobody. So a commitment that is signed to two members after MAGIC, or a wrong number sent to some only, can still end one of them
 * in exit 3 where another has succeeded. Even then, honest members that succeed have the same number.
 *
 * A killed process needs only its number and audit key to come back: the same commitment has the same signed bytes, and a second
 * HELLO makes every member send its messages again. Store both before `start`, and never draw them twice.
 * Source: datdot, "Spontaneous Random Number Consensus"; the order commit, echo, gate, reveal is Assay's.
 */
import { AssayError } from '#types/errors.ts'
import { DEFAULT_PINGS } from '#types/domain/coinflip/coinflip.ts'
import { equalBytes } from '#types/bytes.ts'
import { Member } from './member.ts'
import type { Coinflip, CoinflipOptions } from './terms.ts'

const HASH_BYTES = 32

/**
 * A member at the start of a session. It sends nothing before its `start`.
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
