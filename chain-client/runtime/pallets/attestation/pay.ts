/**
 * The pay of closed rounds in pallet Attestation: who gets how much of the deposit of an order.
 *
 * Owns: payments, and what each attestor has earned in the draws of a paid round. Does not own: the arithmetic of shares.
 *
 * A paid round may be drawn several times. In all of its draws together an attestor earns at most what its best report is worth.
 * An attestor that was drawn and gave no report, although the round went on without it, earns nothing in the redraws. Otherwise
 * its silence could turn a "fail" into a redraw that pays more.
 */
import { equalBytes } from '#types/bytes.ts'
import type { Order, ReportSummary } from '#types/domain/attestation/attestation.ts'
import type { Member, RoundRecord, VerdictName } from '#types/domain/attestation/round.ts'
import { earnsPay, settlement } from '#types/domain/attestation/settlement.ts'
import type { AttestationSelf } from './state.ts'

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** The functions by which closing rounds pay. */
export function createPay({ storage, emit, uses, attempt }: AttestationSelf) {
  /** Pays out of an order's deposit, and returns the paid amount: 0 where the account is gone, which must not keep a round open. */
  const move = (id: number, order: Order, who: Uint8Array, amount: bigint): bigint => {
    let moved = 0n
    if (amount === 0n) return moved
    attempt(() => {
      moved = uses.balances.repatriateReserved(order.requester, who, amount)
    })
    if (moved > 0n) emit.Paid({ round: id, who, amount: moved })
    return moved
  }

  /** What an attestor may still earn of `pay` in this paid round. */
  const owed = (order: number, who: Uint8Array, pay: bigint): bigint => {
    const earned = storage.earnings.get(order, who)
    if (!earned) return pay
    return earned.isForfeit || earned.paid >= pay ? 0n : pay - earned.paid
  }

  /**
   * Pays hoster and attestors from the round's deposit, by the verdict and the credible reports. Returns the rest of the deposit.
   * Where the deposit is too small, all reports get the same part of what they earned.
   */
  const settle = (
    id: number,
    round: RoundRecord,
    order: Order,
    verdict: VerdictName,
    reports: readonly (readonly [account: Uint8Array, report: ReportSummary])[],
  ): bigint => {
    const { hoster, perReport } = settlement(verdict, round.hosterReputationPpm, round.drawn, storage.parameters.get())
    const forReports = order.left - move(id, order, round.hoster, min(hoster, order.left))
    const earners = reports
      .filter(([, report]) => earnsPay(verdict, report))
      .map(([account]) => ({ account, due: owed(round.order, account, perReport) }))
    const wanted = earners.reduce((sum, { due }) => sum + due, 0n)
    let left = forReports
    for (const { account, due } of earners) {
      const paid = move(id, order, account, wanted <= forReports ? due : (due * forReports) / wanted)
      const before = storage.earnings.get(round.order, account)?.paid ?? 0n
      if (paid > 0n) storage.earnings.put(round.order, account, { paid: before + paid, isForfeit: false })
      left -= paid
    }
    return left
  }

  /** The members that were drawn, but are not among `reporters`: dropped from the coinflip, convicted, or without a report. */
  const withoutReport = (id: number, round: RoundRecord, reporters: readonly Uint8Array[]): readonly Member[] => {
    const drawn = storage.pastFlips.get(id, 0)?.members ?? round.members
    return drawn.filter(({ account }) => !reporters.some((other) => equalBytes(other, account)))
  }

  /**
   * Excludes from the pay of a round's redraws the members that gave no report.
   * @param reporters members that did what they could: those with a credible report, or all credible ones of a round that did not
   *   come to its reports
   */
  const forfeit = (id: number, round: RoundRecord, reporters: readonly Uint8Array[]): void => {
    for (const { account } of withoutReport(id, round, reporters)) {
      const paid = storage.earnings.get(round.order, account)?.paid ?? 0n
      storage.earnings.put(round.order, account, { paid, isForfeit: true })
    }
  }

  return { settle, forfeit }
}
