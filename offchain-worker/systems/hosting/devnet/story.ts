/**
 * Tells hosting to people, from the chain's events.
 *
 * Owns: turning Hosting events into sentences. Does not own: what the processes tell of themselves (system.ts).
 */
import { formatAmount } from '#types/domain/amount.ts'
import { hostingEvents, type CopyFaultName, type PaidForName } from '#types/domain/hosting/market.ts'
import { createTeller, type TellEvent } from '#worker/devnet/event-words.ts'
import type { EventTeller } from '#worker/devnet/scenario.ts'
import { sizeText } from '#worker/terminal/quantities.ts'
import { shortHex } from '#worker/terminal/shown.ts'

const teller = createTeller(hostingEvents)
const BITS = 8

/** Why a copy failed; what the account that is blamed did or did not do. */
const FAULTS: Readonly<Record<CopyFaultName, string>> = {
  NotAccepted: 'its encoder made no key in time',
  NotEncoded: 'its encoder told no root in time',
  NotConfirmed: 'its hoster confirmed nothing in time',
  RootsDiffer: 'encoder and hoster told different roots',
  BadEncoding: 'a complaint proved that it is no copy of the feed',
  StorageMissed: 'its hoster missed two challenges in a row',
  HosterLeft: 'its hoster left',
}

const PAID_FOR: Readonly<Record<PaidForName, string>> = {
  Storage: 'for keeping it',
  Encoding: 'for encoding it',
  EncodingProven: 'for encoding it, since the first challenge was passed',
}

/** Events that are told; others are not. */
const TELLERS: ReadonlyMap<string, TellEvent> = new Map<string, TellEvent>([
  teller('Donated', {
    kind: 'donated',
    sentence: ({ feed, donor, amount }, nameOf) =>
      `${nameOf(donor)} gave ${formatAmount(amount)} to the pool of feed ${shortHex(feed)}`,
    values: (event, nameOf) => ({ ...event, donor: nameOf(event.donor) }),
  }),
  teller('Withdrawn', {
    kind: 'withdrawn',
    sentence: ({ feed, donor, amount }, nameOf) =>
      `${nameOf(donor)} took ${formatAmount(amount)} back from the pool of feed ${shortHex(feed)}`,
    values: (event, nameOf) => ({ ...event, donor: nameOf(event.donor) }),
  }),
  teller('PlanPublished', {
    kind: 'plan-published',
    next: 'the draw of hosters and encoders',
    sentence: ({ plan, feed, owner }, nameOf) => `${nameOf(owner)} has feed ${shortHex(feed)} hosted by plan ${plan}`,
    values: (event, nameOf) => ({ ...event, owner: nameOf(event.owner) }),
  }),
  teller('PlanCancelled', { kind: 'plan-cancelled', sentence: ({ plan }) => `plan ${plan} is cancelled` }),
  teller('GrowthNoticed', {
    kind: 'growth-noticed',
    sentence: ({ plan, length, from }) =>
      `plan ${plan} hosts what its feed grew by, to block ${length}, from block ${from} on`,
  }),
  teller('Offered', {
    kind: 'offered',
    tone: () => 'quiet',
    sentence: ({ provider, storageBytes, encodingBytesPerBlock }, nameOf) => {
      const offers = [
        ...(storageBytes > 0n ? [`to keep ${sizeText(Number(storageBytes))} of copies`] : []),
        ...(encodingBytesPerBlock > 0 ? [`to encode ${sizeText(encodingBytesPerBlock)} in a block’s time`] : []),
      ]
      return `${nameOf(provider)} offers ${offers.join(' and ') || 'nothing more'}`
    },
    values: (event, nameOf) => ({ ...event, provider: nameOf(event.provider) }),
  }),
  teller('ContractChanged', {
    kind: 'contract-changed',
    sentence: ({ contract, state }) => `contract ${contract}: ${state.toLowerCase()}`,
    tone: ({ state }) => (state === 'Active' ? 'good' : state === 'Lost' || state === 'Starved' ? 'bad' : 'plain'),
  }),
  teller('CopyAssigned', {
    kind: 'copy-assigned',
    next: 'the key of an encoder',
    sentence: ({ copy, from, hoster, encoder }, nameOf) =>
      `copy ${copy}: the beacon drew ${nameOf(hoster.account)} to keep it, and ${nameOf(encoder.account)} to encode it from block ${from} on`,
    values: ({ hoster, encoder, ...event }, nameOf) => ({
      ...event,
      hoster: nameOf(hoster.account),
      encoder: nameOf(encoder.account),
    }),
  }),
  teller('CopyAccepted', {
    kind: 'copy-accepted',
    tone: () => 'quiet',
    next: 'the encoding of a copy',
    sentence: ({ copy, modulus, until }) =>
      `copy ${copy}: its encoder has a key of ${BITS * modulus.length} bits, and time until block ${until}`,
  }),
  teller('SegmentCommitted', {
    kind: 'segment-committed',
    tone: () => 'quiet',
    sentence: ({ copy, end }) => `copy ${copy}: its encoder tells the root ${shortHex(end.root)}`,
  }),
  teller('SegmentMatched', {
    kind: 'segment-matched',
    tone: () => 'good',
    sentence: ({ copy, end }) =>
      `copy ${copy}: encoder and hoster tell the same root ${shortHex(end.root)} over ${end.leaves} leaves`,
  }),
  teller('CopyLive', {
    kind: 'copy-live',
    tone: () => 'good',
    next: 'the next challenge',
    sentence: ({ copy, hoster }, nameOf) => `copy ${copy} is live at ${nameOf(hoster)}`,
    values: (event, nameOf) => ({ ...event, hoster: nameOf(event.hoster) }),
  }),
  teller('CopyFailed', {
    kind: 'copy-failed',
    tone: () => 'bad',
    next: 'the repair of a copy',
    sentence: ({ copy, fault, blamed }, nameOf) =>
      `copy ${copy} failed: ${FAULTS[fault]}${blamed ? `; ${nameOf(blamed)} loses reputation` : ''}`,
    values: (event, nameOf) => ({ ...event, blamed: event.blamed && nameOf(event.blamed) }),
  }),
  teller('CopyEnded', { kind: 'copy-ended', tone: () => 'quiet', sentence: ({ copy }) => `copy ${copy} has ended` }),
  teller('ComplaintRefuted', {
    kind: 'complaint-refuted',
    tone: () => 'bad',
    sentence: ({ copy, complainer }, nameOf) => `${nameOf(complainer)} complained of copy ${copy} and proved nothing`,
    values: (event, nameOf) => ({ ...event, complainer: nameOf(event.complainer) }),
  }),
  teller('StorageChallenged', {
    kind: 'storage-challenged',
    tone: () => 'quiet',
    next: 'the answer to a challenge',
    sentence: ({ copy, hoster, challenge }, nameOf) =>
      `${nameOf(hoster)} shall show ${challenge.draws} drawn leaves of copy ${copy} until block ${challenge.until}`,
    values: (event, nameOf) => ({ ...event, hoster: nameOf(event.hoster) }),
  }),
  teller('StorageProven', {
    kind: 'storage-proven',
    tone: () => 'good',
    sentence: ({ copy, hoster }, nameOf) => `${nameOf(hoster)} has shown the drawn leaves of copy ${copy}`,
    values: (event, nameOf) => ({ ...event, hoster: nameOf(event.hoster) }),
  }),
  teller('StorageMissed', {
    kind: 'storage-missed',
    tone: () => 'warn',
    sentence: ({ copy, hoster }, nameOf) => `${nameOf(hoster)} has not shown the drawn leaves of copy ${copy} in time`,
    values: (event, nameOf) => ({ ...event, hoster: nameOf(event.hoster) }),
  }),
  teller('Paid', {
    kind: 'paid',
    tone: () => 'good',
    sentence: ({ copy, who, amount, for: what }, nameOf) =>
      `${nameOf(who)} earned ${formatAmount(amount)} by copy ${copy}, ${PAID_FOR[what]}`,
    values: (event, nameOf) => ({ ...event, who: nameOf(event.who) }),
  }),
  teller('PayWithheld', {
    kind: 'pay-withheld',
    tone: () => 'warn',
    sentence: ({ copy, hoster }, nameOf) =>
      `${nameOf(hoster)} gets no pay for copy ${copy}: it failed its latest round, or does not serve the feed`,
    values: (event, nameOf) => ({ ...event, hoster: nameOf(event.hoster) }),
  }),
])

/** Tells the events of pallet Hosting. */
export const tellHosting: EventTeller = async (event, block, view) => {
  const step = TELLERS.get(event.name)?.(event.data, block.number, view.nameOf)
  return step ? [step] : []
}
