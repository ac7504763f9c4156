/**
 * A round told from the chain's events: what a person follows, and what the devnet waits for.
 *
 * Owns: turning Attestation events into sentences. Does not own: where events come from (ChainPort) or how they are shown.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { toSs58 } from '#types/crypto/ss58.ts'
import { attestationEvents } from '#types/domain/attestation/attestation.ts'
import type { VerdictName } from '#types/domain/attestation/round.ts'
import { decode } from '#types/scale/codec.ts'
import { struct, type Values } from '#types/scale/compound.ts'
import type { ChainEventRecord, FinalizedBlock } from '#chain/api/chain-port.ts'
import type { Notice } from '#worker/terminal/output.ts'
import type { Tone } from '#worker/terminal/display.ts'

/** One event as both a machine and a person want it. */
export interface Step {
  readonly notice: Notice
  readonly sentence: string
  readonly tone: Tone
}

/** What is known of a closed round. */
export interface Closing {
  readonly round: number
  readonly verdict: VerdictName
}

export interface RoundStory {
  /** The steps that a block's events make. */
  readonly onBlock: (block: FinalizedBlock) => readonly Step[]
  /** The last round that closed. */
  readonly closing: () => Closing | undefined
}

/** A known account by its name, any other by the start of its SS58 address. */
export type NameOf = (account: Uint8Array) => string

const SHOWN_HASH_CHARACTERS = 18
const SHOWN_ADDRESS_CHARACTERS = 10

/** The first characters of a hash, enough to tell it by. */
export const shortHash = (hash: Uint8Array): string => `${toHex(hash).slice(0, SHOWN_HASH_CHARACTERS)}…`

/** Names for the accounts of a devnet. */
export const createNameOf =
  (known: readonly (readonly [account: Uint8Array, name: string])[]): NameOf =>
  (account) =>
    known.find(([other]) => equalBytes(other, account))?.[1] ?? `${toSs58(account).slice(0, SHOWN_ADDRESS_CHARACTERS)}…`

const TOKEN_DECIMALS = 12
const SHOWN_DECIMALS = 4

/** An amount in tokens, to four places. */
export function formatAmount(amount: bigint): string {
  const unit = 10n ** BigInt(TOKEN_DECIMALS - SHOWN_DECIMALS)
  const digits = (amount / unit).toString().padStart(SHOWN_DECIMALS + 1, '0')
  return `${digits.slice(0, -SHOWN_DECIMALS)}.${digits.slice(-SHOWN_DECIMALS)} ASY`
}

const VERDICT_TONES: Readonly<Record<VerdictName, Tone>> = { Pass: 'good', Fail: 'bad', Inconclusive: 'warn' }

type EventName = keyof typeof attestationEvents
type EventValues<K extends EventName> = Values<(typeof attestationEvents)[K]>

/** How one event is told. */
interface Telling<V> {
  /** Of the JSON line. */
  readonly kind: string
  readonly sentence: (event: V, nameOf: NameOf) => string
  /** `plain` where absent. */
  readonly tone?: (event: V) => Tone
  /** What the JSON line says in place of the event's own values, such as names for accounts. */
  readonly values?: (event: V, nameOf: NameOf) => object
}

type Tell = (data: Uint8Array, block: number, nameOf: NameOf) => Step

function teller<K extends EventName>(name: K, telling: Telling<EventValues<K>>): readonly [K, Tell] {
  const codec = struct(attestationEvents[name])
  const tell: Tell = (data, block, nameOf) => {
    const event: EventValues<K> = decode(codec, data)
    return {
      notice: { ...(telling.values?.(event, nameOf) ?? event), kind: telling.kind, block },
      sentence: `#${block} ${telling.sentence(event, nameOf)}`,
      tone: telling.tone?.(event) ?? 'plain',
    }
  }
  return [name, tell]
}

/** Events that are told; others are not. */
const TELLERS: ReadonlyMap<string, Tell> = new Map<string, Tell>([
  teller('RoundScheduled', {
    kind: 'round-scheduled',
    sentence: ({ round, hoster, feed }, nameOf) =>
      `round ${round} scheduled: hoster ${nameOf(hoster)}, feed ${shortHash(feed)}`,
  }),
  teller('RoundOpened', {
    kind: 'round-opened',
    sentence: ({ round, members, endsAt }, nameOf) =>
      `round ${round} open: the beacon drew ${members.map(({ account }) => nameOf(account)).join(', ')}; audits until block ${endsAt}`,
    values: ({ round, openedAt, endsAt, members }, nameOf) => ({
      round,
      openedAt,
      endsAt,
      attestors: members.map(({ account }) => nameOf(account)),
    }),
  }),
  teller('CoinflipAgreed', {
    kind: 'coinflip-agreed',
    sentence: ({ attempt, transcriptRoot }) =>
      `coinflip agreed (attempt ${attempt}), transcript ${shortHash(transcriptRoot)}; the number stays hidden until the end`,
    tone: () => 'good',
  }),
  teller('CoinflipRestarted', {
    kind: 'coinflip-restarted',
    sentence: ({ attempt, dropped }, nameOf) =>
      `coinflip starts again (attempt ${attempt}) without ${dropped.map(nameOf).join(', ')}`,
    tone: () => 'warn',
    values: (event, nameOf) => ({ ...event, dropped: event.dropped.map(nameOf) }),
  }),
  teller('EvidenceAccepted', {
    kind: 'evidence-accepted',
    sentence: ({ offender }, nameOf) => `evidence verified: ${nameOf(offender)} lied and is convicted`,
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
    sentence: ({ round, verdict, served, unserved }) =>
      `round ${round} closed: ${verdict.toLowerCase()} (${served} served, ${unserved} unserved)`,
    tone: ({ verdict }) => VERDICT_TONES[verdict],
  }),
  teller('Paid', {
    kind: 'paid',
    sentence: ({ who, amount }, nameOf) => `${nameOf(who)} earned ${formatAmount(amount)}`,
    tone: () => 'good',
    values: (event, nameOf) => ({ ...event, who: nameOf(event.who) }),
  }),
])

const roundClosed = struct(attestationEvents.RoundClosed)

/** Follows the rounds of a chain. */
export function createRoundStory(nameOf: NameOf): RoundStory {
  let closing: Closing | undefined
  const stepOf = ({ pallet, name, data }: ChainEventRecord, block: number): Step | undefined => {
    if (pallet !== 'Attestation') return undefined
    if (name === 'RoundClosed') closing = decode(roundClosed, data)
    return TELLERS.get(name)?.(data, block, nameOf)
  }
  return {
    onBlock: (block) => block.events.flatMap((event) => stepOf(event, block.number) ?? []),
    closing: () => closing && { round: closing.round, verdict: closing.verdict },
  }
}
