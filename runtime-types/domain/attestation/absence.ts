/**
 * Attestors that did not report, as chain and workers both know them: the record of a round's absences, the reward for
 * reporting one, and the turn in which members report.
 *
 * Owns: the record, the window and the arithmetic. Does not own: which members count as absent (the Attestation
 * pallet).
 */
import { equalBytes } from '../../bytes.ts'
import { AccountId } from '../../scale/account.ts'
import { balanceOf } from '../../scale/balance.ts'
import { struct, vec } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { bool, u32 } from '../../scale/primitives.ts'
import { MAX_MEMBERS } from '../coinflip/coinflip.ts'
import { permutation } from '../draw.ts'
import type { RoundRecord } from './round.ts'

/** For this many blocks after a round closed, members can report its absentees. By default the length of one round. */
export const ABSENCE_WINDOW_BLOCKS = 60
/** For each absence that is reported, the member in its turn earns this part, in percent, of a whole share. */
const REWARD_PERCENT = 10n
/** Length of a turn in blocks: the member sees the finalized block in which the turn begins, and its report is included. */
const TURN_BLOCKS = 4

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
    reward: balanceOf,
    /** The part of the requester's deposit still reserved for rewards. */
    held: balanceOf,
    absentees: vec(Absentee, MAX_MEMBERS),
    /** The accounts whose reports counted, in the order of their slots. They take turns. */
    turns: vec(AccountId, MAX_MEMBERS),
  },
  { path: ['assay_primitives', 'round', 'Absences'] },
)
export type AbsenceRecord = ValueOf<typeof AbsenceRecord>

/** The reward for reporting an absence, from an attestor's share R·Z/N; rounded down. */
export const absenceReward = (share: bigint): bigint => (share * REWARD_PERCENT) / 100n

/** The accounts with these reports in the order of the round's slots; none where no report opened the number. */
export function turnsOf(
  { members, magic }: Pick<RoundRecord, 'members' | 'magic'>,
  reporters: readonly Uint8Array[],
): readonly Uint8Array[] {
  if (!magic) return []
  return permutation(magic, 'slot', members.length)
    .map((rank) => members[rank]!.account)
    .filter((member) => reporters.some((other) => equalBytes(other, member)))
}

/**
 * The member whose turn it is in a block; `undefined` if there is none. Only this member is paid for what is reported in that block,
 * whoever reports it. So nobody gains by a copy of its call with a higher tip. After the last turn the first one comes again.
 */
export function turnAt(
  { turns, closedAt }: Pick<AbsenceRecord, 'turns' | 'closedAt'>,
  block: number,
): Uint8Array | undefined {
  const turn = Math.floor(Math.max(0, block - closedAt - 1) / TURN_BLOCKS)
  return turns[turn % turns.length]
}
