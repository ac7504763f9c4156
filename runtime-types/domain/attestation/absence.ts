/**
 * Attestors that did not report, as chain and workers both know them: the record of a round's absences, the reward for
 * reporting one, and the turn in which members report.
 *
 * Owns: the record, the window and the arithmetic. Does not own: which members count as absent (the Attestation
 * pallet).
 */
import { equalBytes } from '../../bytes.ts'
import { AccountId } from '../../scale/account.ts'
import { struct, vec } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { bool, u128, u32 } from '../../scale/primitives.ts'
import { MAX_MEMBERS } from '../coinflip/coinflip.ts'
import { permutation } from '../draw.ts'
import type { RoundRecord } from './round.ts'

/** For this many blocks after a round closed, members can report its absentees. By default the length of one round. */
export const ABSENCE_WINDOW_BLOCKS = 60
/** The first account to report an absence earns this part, in percent, of the share that the absentee did not earn. */
const REWARD_PERCENT = 10n
/** Blocks that each next attestor waits for the one before it, whose report must be included and finalized. */
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
    /** The account whose deposit pays. */
    requester: AccountId,
    /** Block at which the round closed. */
    closedAt: u32,
    /** The last block in which an absence of this round can be reported. */
    until: u32,
    /** For each absence, until `held` is used up. */
    reward: u128,
    /** The part of the requester's deposit still reserved for rewards. */
    held: u128,
    absentees: vec(Absentee, MAX_MEMBERS),
  },
  { path: ['assay_primitives', 'round', 'Absences'] },
)
export type AbsenceRecord = ValueOf<typeof AbsenceRecord>

/** The reward for reporting an absence, from an attestor's share R·Z/N; rounded down. */
export const absenceReward = (share: bigint): bigint => (share * REWARD_PERCENT) / 100n

/**
 * The block from which the member with that account should report the remaining absences. The members that reported
 * take turns in the order of their slots, so that not all report at once. `undefined` if the account is no member, or
 * is absent itself.
 */
export function absenceTurn(
  round: Pick<RoundRecord, 'members' | 'magic'>,
  { absentees, closedAt }: Pick<AbsenceRecord, 'absentees' | 'closedAt'>,
  account: Uint8Array,
): number | undefined {
  const isAbsent = (member: Uint8Array): boolean => absentees.some((other) => equalBytes(other.account, member))
  const { members, magic } = round
  // Without any report the chain does not know the number, and no member has a turn.
  if (!magic) return undefined
  const line = permutation(magic, 'slot', members.length)
    .map((rank) => members[rank]!.account)
    .filter((member) => !isAbsent(member))
  const place = line.findIndex((member) => equalBytes(member, account))
  return place === -1 ? undefined : closedAt + place * TURN_BLOCKS
}
