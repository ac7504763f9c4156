/**
 * Attestors who did not report, as chain and workers both know them: what is kept of a round, what telling of it earns, and
 * whose turn it is to tell.
 *
 * Owns: the record, the window and the arithmetic. Does not own: who counts as absent or where the money comes from (the
 * Attestation pallet), or when workers look (roles/absence-watch.ts).
 */
import { equalBytes } from '../../bytes.ts'
import { AccountId } from '../../scale/account.ts'
import { struct, vec } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { bool, u128, u32 } from '../../scale/primitives.ts'
import { MAX_MEMBERS } from '../coinflip/coinflip.ts'
import { permutation } from '../draw.ts'
import type { RoundRecord } from './round.ts'

/** Blocks after a round closed in which its absentees can be reported: one round's length by default. */
export const ABSENCE_WINDOW_BLOCKS = 60
/** Of the share that the absentee did not earn, this part goes to who reports it first. */
const REWARD_PERCENT = 10n
/** Blocks that the next attestor in line waits for the one before it: time to be included and finalized. */
const TURN_BLOCKS = 3

const Absentee = struct(
  { account: AccountId, reported: bool },
  {
    path: ['assay_primitives', 'round', 'Absentee'],
    docs: ['A member that did not report, and whether that was told.'],
  },
)

export const AbsenceRecord = struct(
  {
    /** Whose deposit pays. */
    requester: AccountId,
    /** Block at which the round closed. */
    closedAt: u32,
    /** The last block in which an absence of this round can be reported. */
    until: u32,
    /** For each absence, as long as `held` lasts. */
    reward: u128,
    /** Still reserved of the requester's deposit for rewards. */
    held: u128,
    absentees: vec(Absentee, MAX_MEMBERS),
  },
  { path: ['assay_primitives', 'round', 'Absences'] },
)
export type AbsenceRecord = ValueOf<typeof AbsenceRecord>

/** What reporting an absence earns, of an attestor's share R·Z/N; rounded down. */
export const absenceReward = (share: bigint): bigint => (share * REWARD_PERCENT) / 100n

/**
 * The block from which the member with that account should report what absences are left, so that not all do at once: members
 * who reported take turns, in the order of their slots. `undefined` where it is not a member, or is absent itself.
 */
export function absenceTurn(
  round: Pick<RoundRecord, 'members' | 'magic'>,
  { absentees, closedAt }: Pick<AbsenceRecord, 'absentees' | 'closedAt'>,
  account: Uint8Array,
): number | undefined {
  const isAbsent = (member: Uint8Array): boolean => absentees.some((other) => equalBytes(other.account, member))
  const { members, magic } = round
  // Without a report nobody has told the number, and nobody is there to take a turn.
  if (!magic) return undefined
  const line = permutation(magic, 'slot', members.length)
    .map((rank) => members[rank]!.account)
    .filter((member) => !isAbsent(member))
  const place = line.findIndex((member) => equalBytes(member, account))
  return place === -1 ? undefined : closedAt + place * TURN_BLOCKS
}
