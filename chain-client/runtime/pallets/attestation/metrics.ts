/**
 * Measurements by attestors, in pallet Attestation: kept until a round closes, then made into one figure of each party.
 *
 * Owns: the latest figures of hosters and attestors, and whose measurements count for them. Does not own: the medians.
 */
import { equalBytes } from '#types/bytes.ts'
import type { ReportSummary } from '#types/domain/attestation/attestation.ts'
import { aggregate, type AttestorMetrics } from '#types/domain/attestation/metrics.ts'
import { quorum, type RoundRecord } from '#types/domain/attestation/round.ts'
import type { AttestationSelf } from './state.ts'

/** The functions by which calls and closing rounds change metrics. */
export function createMetrics({ storage }: Pick<AttestationSelf, 'storage'>) {
  /** Keeps a reporter's measurements of the others until the round closes. */
  const keep = (id: number, reporter: Uint8Array, metrics: AttestorMetrics): void =>
    storage.peerMetrics.put(id, reporter, metrics)

  /**
   * Sets the figures of the hoster and of each member, from the reports of the members whose word counts, `credible` in number. A
   * party keeps its former figures where fewer than two thirds of the possible measurers measured it. So liars below a third cannot
   * move a figure out of the range of the honest measurements. Nobody measures itself.
   */
  const settle = (
    id: number,
    round: RoundRecord,
    reports: readonly (readonly [account: Uint8Array, report: ReportSummary])[],
    credible: number,
  ): void => {
    const measured = reports.map(([, { metrics }]) => metrics)
    const ofHoster = aggregate(id, measured, quorum(credible))
    if (ofHoster) storage.hosterPerformance.put(round.hoster, ofHoster)
    const entries = reports.flatMap(([reporter]) =>
      (storage.peerMetrics.get(id, reporter) ?? []).filter(
        ({ rank }) => !equalBytes(round.members[rank]!.account, reporter),
      ),
    )
    round.members.forEach(({ account }, rank) => {
      const isCredible = !storage.convicted.has(id, account)
      const others = credible - (isCredible ? 1 : 0)
      const ofMember = aggregate(
        id,
        entries.filter((entry) => entry.rank === rank),
        quorum(others),
      )
      if (ofMember) storage.attestorPerformance.put(account, ofMember)
    })
    storage.peerMetrics.clear(id)
  }

  return { keep, settle }
}
