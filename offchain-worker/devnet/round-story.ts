/**
 * A round told from the chain's events: what a person follows, and what the devnet waits for.
 *
 * Owns: turning Attestation events into sentences. Does not own: where events come from (ChainPort) or how they are shown.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { toSs58 } from '#types/crypto/ss58.ts'
import { attestationEvents } from '#types/domain/attestation.ts'
import type { VerdictName } from '#types/domain/round.ts'
import { decode } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import type { ChainEventRecord, FinalizedBlock } from '#chain/api/chain-port.ts'
import type { Notice } from '../cli/output.ts'
import type { Tone } from './display.ts'

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

const codecs = {
  RoundScheduled: struct(attestationEvents.RoundScheduled),
  RoundOpened: struct(attestationEvents.RoundOpened),
  CoinflipAgreed: struct(attestationEvents.CoinflipAgreed),
  CoinflipRestarted: struct(attestationEvents.CoinflipRestarted),
  EvidenceAccepted: struct(attestationEvents.EvidenceAccepted),
  ReportAccepted: struct(attestationEvents.ReportAccepted),
  RoundClosed: struct(attestationEvents.RoundClosed),
  Paid: struct(attestationEvents.Paid),
} as const

const TOKEN_DECIMALS = 12
const SHOWN_DECIMALS = 4

/** An amount in tokens, to four places. */
export function formatAmount(amount: bigint): string {
  const unit = 10n ** BigInt(TOKEN_DECIMALS - SHOWN_DECIMALS)
  const digits = (amount / unit).toString().padStart(SHOWN_DECIMALS + 1, '0')
  return `${digits.slice(0, -SHOWN_DECIMALS)}.${digits.slice(-SHOWN_DECIMALS)} ASY`
}

type Tellers = { readonly [K in keyof typeof codecs]: (data: Uint8Array, block: number) => Step }

const VERDICT_TONES: Readonly<Record<VerdictName, Tone>> = { Pass: 'good', Fail: 'bad', Inconclusive: 'warn' }

function createTellers(nameOf: NameOf, onClosed: (closing: Closing) => void): Tellers {
  const step = (kind: string, block: number, values: object, sentence: string, tone: Tone = 'plain'): Step => ({
    notice: { kind, block, ...values },
    sentence: `#${block} ${sentence}`,
    tone,
  })
  return {
    RoundScheduled: (data, block) => {
      const event = decode(codecs.RoundScheduled, data)
      return step(
        'round-scheduled',
        block,
        event,
        `round ${event.round} scheduled: hoster ${nameOf(event.hoster)}, feed ${shortHash(event.feed)}`,
      )
    },
    RoundOpened: (data, block) => {
      const event = decode(codecs.RoundOpened, data)
      const attestors = event.members.map(({ account }) => nameOf(account))
      const values = { round: event.round, openedAt: event.openedAt, endsAt: event.endsAt, attestors }
      return step(
        'round-opened',
        block,
        values,
        `round ${event.round} open: the beacon drew ${attestors.join(', ')}; audits until block ${event.endsAt}`,
      )
    },
    CoinflipAgreed: (data, block) => {
      const event = decode(codecs.CoinflipAgreed, data)
      return step(
        'coinflip-agreed',
        block,
        event,
        `coinflip agreed (attempt ${event.attempt}), transcript ${shortHash(event.transcriptRoot)}; the number stays hidden until the end`,
        'good',
      )
    },
    CoinflipRestarted: (data, block) => {
      const event = decode(codecs.CoinflipRestarted, data)
      const dropped = event.dropped.map(nameOf)
      return step(
        'coinflip-restarted',
        block,
        { ...event, dropped },
        `coinflip starts again (attempt ${event.attempt}) without ${dropped.join(', ')}`,
        'warn',
      )
    },
    EvidenceAccepted: (data, block) => {
      const event = decode(codecs.EvidenceAccepted, data)
      const offender = nameOf(event.offender)
      return step(
        'evidence-accepted',
        block,
        { ...event, offender },
        `evidence verified: ${offender} lied and is convicted`,
        'bad',
      )
    },
    ReportAccepted: (data, block) => {
      const event = decode(codecs.ReportAccepted, data)
      const attestor = nameOf(event.attestor)
      return step(
        'report-accepted',
        block,
        { ...event, attestor },
        `${attestor} reports: ${event.served ? 'served' : 'not served'}`,
        event.served ? 'plain' : 'warn',
      )
    },
    RoundClosed: (data, block) => {
      const event = decode(codecs.RoundClosed, data)
      onClosed(event)
      const counts = `${event.served} served, ${event.unserved} unserved`
      return step(
        'round-closed',
        block,
        event,
        `round ${event.round} closed: ${event.verdict.toLowerCase()} (${counts})`,
        VERDICT_TONES[event.verdict],
      )
    },
    Paid: (data, block) => {
      const event = decode(codecs.Paid, data)
      const who = nameOf(event.who)
      return step('paid', block, { ...event, who }, `${who} earned ${formatAmount(event.amount)}`, 'good')
    },
  }
}

/** Follows the rounds of a chain. */
export function createRoundStory(nameOf: NameOf): RoundStory {
  let closing: Closing | undefined
  const tellers: Partial<Record<string, Tellers[keyof Tellers]>> = createTellers(
    nameOf,
    ({ round, verdict }) => (closing = { round, verdict }),
  )
  const stepOf = (event: ChainEventRecord, block: number): Step | undefined =>
    event.pallet === 'Attestation' ? tellers[event.name]?.(event.data, block) : undefined
  return {
    onBlock: (block) => block.events.flatMap((event) => stepOf(event, block.number) ?? []),
    closing: () => closing,
  }
}
