/**
 * What a closed round pays, and to whom.
 *
 * Owns: the arithmetic. Does not own: where the money comes from (pallets/attestation.ts). Integer division rounds down; what is
 * not paid stays with the requester, so that paid and returned always add up to the deposit.
 */
import { ONE } from '../reputation.ts'
import type { AttestationParameters, VerdictName } from './round.ts'

/** An accepted report as far as pay goes. */
export interface PaidReport {
  readonly served: boolean
  /** Receipts it carried. */
  readonly receipts: number
}

export interface Settlement {
  /** To the hoster. */
  readonly hoster: bigint
  /** To each attestor whose report earns it ({@link earnsPay}). */
  readonly perReport: bigint
}

/**
 * Pay of a round: R·Y to the hoster on "pass", R·Z/N for each report that earns it, with R the hoster's reputation when the
 * round opened, in millionths, and N the attestors drawn.
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

/** A report earns its share where it says what the verdict says; without a verdict, where it carries a receipt. */
export const earnsPay = (verdict: VerdictName, report: PaidReport): boolean =>
  verdict === 'Inconclusive' ? report.receipts > 0 : report.served === (verdict === 'Pass')
