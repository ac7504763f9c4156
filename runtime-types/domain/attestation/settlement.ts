/**
 * The pay of a closed round.
 *
 * Owns: the arithmetic. Does not own: the source of the money (the Attestation pallet).
 * Integer division rounds down. The requester keeps the unpaid rest, so paid and returned always add up to the deposit.
 */
import { ONE } from '../reputation.ts'
import type { AttestationParameters, VerdictName } from './round.ts'

/** The part of an accepted report that matters for pay. */
export interface PaidReport {
  readonly served: boolean
  /** The number of its receipts. */
  readonly receipts: number
}

export interface Settlement {
  /** To the hoster. */
  readonly hoster: bigint
  /** To each attestor whose report earns it ({@link earnsPay}). */
  readonly perReport: bigint
}

/**
 * Pay of a round: R·Y to the hoster on "pass", and R·Z/N for each report that earns it. R is the hoster's reputation
 * when the round opened, in millionths; N is the number of attestors drawn.
 */
export function settlement(
  verdict: VerdictName,
  reputation: number,
  drawn: number,
  { hosterReward, attestorReward }: Pick<AttestationParameters, 'hosterReward' | 'attestorReward'>,
): Settlement {
  const share = (reward: bigint): bigint => (reward * BigInt(reputation)) / BigInt(ONE)
  return {
    hoster: verdict === 'Pass' ? share(hosterReward) : 0n,
    perReport: drawn === 0 ? 0n : share(attestorReward) / BigInt(drawn),
  }
}

/** A report earns its share if it agrees with the verdict. Without a verdict, it earns if it has a receipt. */
export const earnsPay = (verdict: VerdictName, report: PaidReport): boolean =>
  verdict === 'Inconclusive' ? report.receipts > 0 : report.served === (verdict === 'Pass')
