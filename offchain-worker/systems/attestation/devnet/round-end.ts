/**
 * The end of a round as people see it: the figures, then verdict, number and pay at a glance.
 *
 * Owns: these steps, and finding the last event of a round. Does not own: the sentences of single events (story.ts).
 */
import { toHex } from '#types/bytes.ts'
import { formatAmount } from '#types/domain/amount.ts'
import { attestationEvents } from '#types/domain/attestation/attestation.ts'
import { RoundRecord, type VerdictName } from '#types/domain/attestation/round.ts'
import { decode } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import type { ChainEventRecord, FinalizedBlock } from '#chain/api/chain-port.ts'
import { decodeEvent, eventOf, readAt, storageOf } from '#chain/api/descriptors.ts'
import type { Step, View } from '#worker/devnet/scenario.ts'
import type { Tone } from '#worker/terminal/display.ts'
import { performanceSteps } from './performance.ts'
import { REASONS } from '../reasons.ts'

export const VERDICT_TONES: Readonly<Record<VerdictName, Tone>> = { Pass: 'good', Fail: 'bad', Inconclusive: 'warn' }

const LABEL_WIDTH = 10
const ROUND_BYTES = 4

const closed = eventOf('Attestation', 'RoundClosed', attestationEvents.RoundClosed)
const paid = eventOf('Attestation', 'Paid', attestationEvents.Paid)
const rounds = storageOf('Attestation', 'Rounds', [u32], RoundRecord)
const roundField = struct({ round: u32 })

const OF_ROUNDS = new Set(
  Object.entries(attestationEvents).flatMap(([name, fields]) => ('round' in fields ? [name] : [])),
)

/** The round of an event, which is its first field; undefined of an event that is of no round. */
const roundOf = ({ name, data }: ChainEventRecord): number | undefined =>
  OF_ROUNDS.has(name) ? decode(roundField, data.subarray(0, ROUND_BYTES)).round : undefined

/** The steps that follow the last event of a round that closes in this block; none after any other event. */
export async function endSteps(
  event: ChainEventRecord,
  block: FinalizedBlock,
  { chain, nameOf }: View,
): Promise<readonly Step[]> {
  const id = roundOf(event)
  if (id === undefined) return []
  const ours = block.events.filter(({ pallet }) => pallet === closed.pallet).filter((each) => roundOf(each) === id)
  const ending = ours.flatMap((each) => decodeEvent(closed, each) ?? [])[0]
  const record = ending && ours.at(-1) === event ? await readAt(chain, block.hash, rounds, id) : undefined
  if (!ending || !record) return []
  const payments = ours.flatMap((each) => decodeEvent(paid, each) ?? [])
  const rewards = payments.map(({ who, amount }) => `${nameOf(who)} ${formatAmount(amount)}`)
  const lines = [
    ...(ending.reason === 'Quorum' ? [] : [['reason', REASONS[ending.reason]] as const]),
    ['served', `${ending.served} of ${ending.served + ending.unserved} attestors that reported`],
    ['hoster', nameOf(record.hoster)],
    ['random', record.magic ? toHex(record.magic) : 'none: no report opened it'],
    ['rewards', rewards.length > 0 ? rewards.join(', ') : 'none'],
  ] as const
  const summary: Step = {
    notice: {
      kind: 'round-over',
      round: id,
      verdict: ending.verdict,
      reason: ending.reason,
      magic: record.magic,
      block: block.number,
    },
    sentence: `round ${id}: ${ending.verdict.toLowerCase()}`,
    tone: VERDICT_TONES[ending.verdict],
    block: lines.map(([label, value]) => `  ${label.padEnd(LABEL_WIDTH)}${value}`),
  }
  return [...(await performanceSteps(chain, block.hash, { id, record, nameOf })), summary]
}
