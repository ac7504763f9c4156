/**
 * The pay of a closed round.
 *
 * Owns: the arithmetic, and which report earns. Does not own: the source of the money (the Attestation pallet).
 * Integer division rounds down. The requester keeps the unpaid rest, so paid and returned always add up to the deposit.
 */
import { ONE } from '../reputation.ts'
import type { AttestationParameters, VerdictName } from './round.ts'

/**
 * Attestors are paid as if the hoster had at least this reputation, in millionths. The audit of a hoster without reputation is as
 * much work as any other.
 */
export const ATTESTOR_PAY_FLOOR = 500_000

/** The part of an accepted report that matters for pay. */
export interface PaidReport {
  readonly served: boolean
  /** The number of drawn chunks that it proves. */
  readonly proven: number
}

export interface Settlement {
  /** To the hoster. */
  readonly hoster: bigint
  /** To each attestor whose report earns it ({@link earnsPay}). In redraws of a round, this is what it has earned in all of them. */
  readonly perReport: bigint
}

type Rewards = Pick<AttestationParameters, 'hosterReward' | 'attestorReward'>

const part = (reward: bigint, reputation: number): bigint => (reward * BigInt(reputation)) / BigInt(ONE)

/**
 * The whole share of an attestor: R·Z/N. R is the hoster's reputation when the round opened, in millionths, but at least
 * {@link ATTESTOR_PAY_FLOOR}; N is the number of attestors drawn.
 */
export const wholeShare = (reputation: number, drawn: number, { attestorReward }: Rewards): bigint =>
  drawn === 0 ? 0n : part(attestorReward, Math.max(reputation, ATTESTOR_PAY_FLOOR)) / BigInt(drawn)

/** Half of a share: the pay of reports where the verdict is not "pass". */
const half = (amount: bigint): bigint => amount / 2n

/** Pay of a round: R·Y to the hoster on "pass", and to each report that earns it a share on "pass", else half a share. */
export function settlement(verdict: VerdictName, reputation: number, drawn: number, rewards: Rewards): Settlement {
  const share = wholeShare(reputation, drawn, rewards)
  return verdict === 'Pass'
    ? { hoster: part(rewards.hosterReward, reputation), perReport: share }
    : { hoster: 0n, perReport: half(share) }
}

/**
 * Whether a report earns the pay of its round's verdict.
 *
 * - "Pass": it says "served", so it proves every drawn chunk.
 * - "Fail": always. Nobody can prove that it was not served, so such a report earns half. A member that was served earns the same.
 *   Otherwise it would earn more by a lie.
 * - "Inconclusive": it proves a drawn chunk. It earns no more than in a "fail", so that nobody gains by making one of the other.
 */
export function earnsPay(verdict: VerdictName, { served, proven }: PaidReport): boolean {
  if (verdict === 'Pass') return served
  return verdict === 'Fail' || proven > 0
}

/**
 * Reserved for a round: the most that it and all its redraws can cost. Each inconclusive draw pays at most half of the
 * attestors' reward.
 */
export const roundDeposit = ({
  hosterReward,
  attestorReward,
  maxRedraws,
}: Rewards & Pick<AttestationParameters, 'maxRedraws'>): bigint =>
  hosterReward + attestorReward + BigInt(maxRedraws) * half(attestorReward)
