/**
 * Tells a round to people, from the chain's events.
 *
 * Owns: turning Attestation events into sentences. Does not own: what follows the last event of a round (round-end.ts).
 */
import { attestationEvents } from '#types/domain/attestation/attestation.ts'
import type { LieName } from '#types/domain/coinflip/coinflip.ts'
import { formatAmount } from '#types/domain/amount.ts'
import { createTeller, type TellEvent } from '#worker/devnet/event-words.ts'
import type { EventTeller } from '#worker/devnet/scenario.ts'
import { shortHex } from '#worker/terminal/shown.ts'
import { REASONS, shortageText } from '../reasons.ts'
import { endSteps, VERDICT_TONES } from './round-end.ts'

const teller = createTeller(attestationEvents)

const LIES: Readonly<Record<LieName, string>> = {
  Equivocation: 'committed to two numbers',
  BadReveal: 'told another number than the one that it had committed to',
  BadPing: 'confirmed a wrong number',
  FalseFraud: 'accused another member by a proof that proves nothing',
}

/** Events that are told; others are not. */
const TELLERS: ReadonlyMap<string, TellEvent> = new Map<string, TellEvent>([
  teller('RoundScheduled', {
    kind: 'round-scheduled',
    next: 'the draw, for which enough attestors must be free',
    sentence: ({ round, hoster, feed }, nameOf) =>
      `round ${round} scheduled: hoster ${nameOf(hoster)}, feed ${shortHex(feed)}`,
  }),
  teller('AttestorsAwaited', {
    kind: 'attestors-awaited',
    sentence: ({ round, until, ...shortage }) =>
      `round ${round} waits for attestors: ${shortageText(shortage)}; until block ${until} at most`,
    tone: () => 'warn',
  }),
  teller('RoundOpened', {
    kind: 'round-opened',
    next: 'the coinflip',
    sentence: ({ round, members, endsAt }, nameOf) =>
      `round ${round} open: the beacon drew ${members.map(({ account }) => nameOf(account)).join(', ')}; audits until block ${endsAt}`,
    values: ({ round, hoster, feed, openedAt, endsAt, members }, nameOf) => ({
      round,
      hoster: nameOf(hoster),
      feed,
      openedAt,
      endsAt,
      attestors: members.map(({ account }) => nameOf(account)),
    }),
  }),
  teller('CoinflipAgreed', {
    kind: 'coinflip-agreed',
    next: 'audits, then reports',
    sentence: ({ attempt, transcriptRoot }) =>
      `coinflip agreed (attempt ${attempt}), transcript ${shortHex(transcriptRoot)}`,
    tone: () => 'good',
  }),
  teller('MembersAbsent', {
    kind: 'members-absent',
    sentence: ({ attempt, members, afterGate }, nameOf) =>
      `${members.map(nameOf).join(', ')} told the chain no ${afterGate ? 'number' : 'word'} in time (attempt ${attempt})`,
    tone: () => 'warn',
    values: (event, nameOf) => ({ ...event, members: event.members.map(nameOf) }),
  }),
  teller('CoinflipRestarted', {
    kind: 'coinflip-restarted',
    next: 'the next coinflip',
    sentence: ({ attempt, dropped }, nameOf) =>
      `coinflip starts again (attempt ${attempt}) without ${dropped.map(nameOf).join(', ')}`,
    tone: () => 'warn',
    values: (event, nameOf) => ({ ...event, dropped: event.dropped.map(nameOf) }),
  }),
  teller('EvidenceAccepted', {
    kind: 'evidence-accepted',
    sentence: ({ offender, lie }, nameOf) => `evidence verified: ${nameOf(offender)} ${LIES[lie]} and is convicted`,
    tone: () => 'bad',
    values: (event, nameOf) => ({ ...event, offender: nameOf(event.offender) }),
  }),
  teller('ReportAccepted', {
    kind: 'report-accepted',
    sentence: ({ attestor, served }, nameOf) => `${nameOf(attestor)} reports: ${served ? 'served' : 'not served'}`,
    tone: ({ served }) => (served ? 'plain' : 'warn'),
    values: (event, nameOf) => ({ ...event, attestor: nameOf(event.attestor) }),
  }),
  teller('RoundClosed', {
    kind: 'round-closed',
    sentence: ({ round, verdict, served, unserved, reason }) => {
      const why = reason === 'Quorum' ? '' : `, because ${REASONS[reason]}`
      return `round ${round} closed: ${verdict.toLowerCase()}${why} (${served} served, ${unserved} unserved)`
    },
    tone: ({ verdict }) => VERDICT_TONES[verdict],
  }),
  teller('Paid', {
    kind: 'paid',
    sentence: ({ who, amount }, nameOf) => `${nameOf(who)} earned ${formatAmount(amount)}`,
    tone: () => 'good',
    values: (event, nameOf) => ({ ...event, who: nameOf(event.who) }),
  }),
])

/** Tells the events of the Attestation pallet. */
export const tellAttestation: EventTeller = async (event, block, view) => {
  const step = TELLERS.get(event.name)?.(event.data, block.number, view.nameOf)
  return [...(step ? [step] : []), ...(await endSteps(event, block, view))]
}
