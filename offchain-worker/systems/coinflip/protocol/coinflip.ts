/**
 * The coinflip, "spontaneous random number consensus": N members who trust nobody agree on one random number.
 *
 * Owns: making one member's state machine for one session, JOIN -> COMMIT -> ECHO -> GATE -> REVEAL -> MAGIC -> CONFIRM, and the reasons
 * for its design. Does not own: the inside of the machine (the member).
 *
 * Why nobody can be framed. Nobody is named for silence here: no time ends a session. A member asks, sends again and passes on, until the
 * arbiter (the chain, or the parent process of `assay coinflip`) ends the attempt. Silence is a fact of the arbiter's alone. A lie is
 * proven by the liar's own signatures.
 *
 * Two gates stand before REVEAL. On the mesh, all members have sent the same row of commitments. At the arbiter, all commitments are
 * listed and nobody objected in time. Before either of them a member tells its number to nobody. Behind either, all honest members have
 * one row, or hold the proof that its author signed two commitments. A bad reveal, a wrong ping and a false fraud proof convict their
 * authors, and the number stands.
 *
 * A killed process needs its number, its audit key and its row to come back: the same commitment has the same signed bytes, and a second
 * HELLO makes every member send its messages again. Keep number and key before `start`, and never draw them twice. The machine asks for
 * the row to be kept before it tells its number. Otherwise a storm of restarts would make all members forget the row that convicts the
 * author of another commitment.
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
