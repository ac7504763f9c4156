/**
 * Why a round did not pass, in words: who found what, and who gave no report.
 *
 * Owns: these words, from the round's events and from what the attestors tell of themselves. Does not own: the verdict.
 */
import { equalBytes } from '#types/bytes.ts'
import { attestationEvents } from '#types/domain/attestation/attestation.ts'
import { quorum, type VerdictName } from '#types/domain/attestation/round.ts'
import { eventOf } from '#chain/api/descriptors.ts'
import type { Stage } from '#worker/devnet/scenario.ts'
import { counted } from '#worker/terminal/quantities.ts'

const opened = eventOf('Attestation', 'RoundOpened', attestationEvents.RoundOpened)
const agreed = eventOf('Attestation', 'CoinflipAgreed', attestationEvents.CoinflipAgreed)
const restarted = eventOf('Attestation', 'CoinflipRestarted', attestationEvents.CoinflipRestarted)
const reported = eventOf('Attestation', 'ReportAccepted', attestationEvents.ReportAccepted)

/** What an attestor's process told of its part in the round: why it gave up, or what its audit lacked. */
function ownWords(stage: Pick<Stage, 'lines'>, name: string, round: number): string {
  const ours = stage.lines(name).filter((line) => line['round'] === round)
  const audit = ours.findLast(({ kind }) => kind === 'audit-done')
  const end = ours.findLast(({ kind }) => kind === 'duty-ended')
  const why = audit ? audit['why'] : end?.['why']
  if (typeof why === 'string' && why !== '') return why
  return audit ? 'it audited, and its report came too late' : 'it began no audit'
}

/** @returns undefined for a round that passed */
export function whyNotPassed(stage: Stage, round: number, verdict: VerdictName): string | undefined {
  if (verdict === 'Pass') return undefined
  const { seen, nameOf } = stage
  const isOurs = (event: { readonly round: number }): boolean => event.round === round
  const begun = seen.all(opened).find(isOurs)
  if (!begun) return `round ${round} waited in vain for enough attestors that are free`
  const dropped = seen
    .all(restarted)
    .filter(isOurs)
    .flatMap((event) => event.dropped)
  const reports = seen.all(reported).filter(isOurs)
  const isIn = (accounts: readonly Uint8Array[], account: Uint8Array): boolean =>
    accounts.some((each) => equalBytes(each, account))
  const members = begun.members.map(({ account }) => account).filter((account) => !isIn(dropped, account))
  const told = (accounts: readonly Uint8Array[]): string =>
    accounts.map((account) => `${nameOf(account)}: ${ownWords(stage, nameOf(account), round)}`).join('; ')
  const out = dropped.length === 0 ? [] : [`${dropped.map(nameOf).join(', ')} dropped out of the coinflip`]
  if (!seen.all(agreed).some(isOurs)) return [`round ${round}: the attestors agreed on no number`, ...out].join(', ')
  const unserved = reports.filter(({ served }) => !served).map(({ attestor }) => attestor)
  const silent = members.filter(
    (account) =>
      !isIn(
        reports.map(({ attestor }) => attestor),
        account,
      ),
  )
  const parts = [
    `${reports.length - unserved.length} found that the hoster serves`,
    ...(unserved.length === 0 ? [] : [`${unserved.length} that it does not (${told(unserved)})`]),
    ...(silent.length === 0 ? [] : [`${silent.length} gave no report (${told(silent)})`]),
    ...out,
  ]
  const needed = `${quorum(members.length)} of ${counted(members.length, 'attestor')} make a verdict`
  return `round ${round}, ${verdict.toLowerCase()}: ${needed}, ${parts.join(', ')}`
}
