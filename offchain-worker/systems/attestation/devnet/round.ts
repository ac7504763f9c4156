/**
 * A round of a devnet, from the request to its verdict.
 *
 * Owns: requesting the round, and the waits for its results. Does not own: the scenarios around it.
 */
import { fromHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { attestationCalls, attestationEvents, Order } from '#types/domain/attestation/attestation.ts'
import { RoundRecord } from '#types/domain/attestation/round.ts'
import { AssayError } from '#types/errors.ts'
import type { Fields } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import { callOf, encodeCall, eventOf, readAt, storageOf, type EventDescriptor } from '#chain/api/descriptors.ts'
import type { Seen } from '#worker/devnet/onlooker.ts'
import type { Ending, Stage } from '#worker/devnet/scenario.ts'
import { shown } from '#worker/terminal/shown.ts'
import { HOSTER } from './cast.ts'
import { whyNotPassed } from './not-passed.ts'
import { roundDeadline } from './windows.ts'

const REQUESTER = '//Alice'
/** Deadlines are in blocks, which a slow machine makes slowly. On a chain that stands still, this ends the waits. */
const STANDSTILL_MS = 3_600_000

const requestRound = callOf('Attestation', 'requestRound', attestationCalls.requestRound)
const orders = storageOf('Attestation', 'Orders', [u32], Order)
const rounds = storageOf('Attestation', 'Rounds', [u32], RoundRecord)
const scheduled = eventOf('Attestation', 'RoundScheduled', attestationEvents.RoundScheduled)
const agreed = eventOf('Attestation', 'CoinflipAgreed', attestationEvents.CoinflipAgreed)
const closed = eventOf('Attestation', 'RoundClosed', attestationEvents.RoundClosed)
const paid = eventOf('Attestation', 'Paid', attestationEvents.Paid)

type Closed = Seen<typeof closed.fields>

/** A paid round, with the rounds that are drawn again after an inconclusive one. */
export interface OrderedRound {
  /** Whether the members agreed on a number; false where the rounds ended without one. */
  agreed(): Promise<boolean>
  /** The last verdict, after which no round is drawn again. Rejects with `ROUND_OVERDUE` after a deadline. */
  readonly ending: Promise<Ending>
}

/** Pays for a round on the hoster. @throws AssayError `ROUND_REFUSED` */
export async function orderRound(stage: Stage): Promise<OrderedRound> {
  const { seen } = stage
  const { feed } = await stage.told(HOSTER.name, 'hosting')
  const client = await stage.client(REQUESTER)
  const next = 'the request in a finalized block'
  stage.tell('devnet', {
    notice: { kind: 'requesting' },
    sentence: `${REQUESTER} pays for a round on the hoster`,
    next,
  })
  const call = { hoster: keypairFromSuri(HOSTER.suri).accountId, feed: fromHex(String(feed)) }
  const outcome = await client.submit('devnet/request-round', encodeCall(requestRound, call))
  if (outcome.kind !== 'included')
    throw new AssayError('ROUND_REFUSED', `expected the round's request in a block, got ${shown(outcome)}`)
  const eventually = <F extends Fields>(
    kind: EventDescriptor<F>,
    fits: (event: Seen<F>) => boolean,
  ): Promise<Seen<F>> => {
    const probe = (): Seen<F> | undefined => seen.all(kind).find(fits) ?? checkTime(stage, outcome.number)
    return seen.until(kind.name, probe, STANDSTILL_MS)
  }
  const { order } = await eventually(scheduled, ({ block }) => block.number === outcome.number)
  const isOurs = (round: number): boolean =>
    seen.all(scheduled).some((event) => event.order === order && event.round === round)
  const nextClosed = (last: number): Promise<Closed> => eventually(closed, ({ round }) => round > last && isOurs(round))
  const ending = lastClosed(stage, order, nextClosed)
  ending.catch(() => undefined)
  return {
    ending,
    agreed: () =>
      Promise.race([eventually(agreed, ({ round }) => isOurs(round)).then(() => true), ending.then(() => false)]),
  }
}

/** @throws AssayError `ROUND_OVERDUE` where a round that was ordered in that block takes too long */
function checkTime(stage: Stage, orderedAt: number): undefined {
  const blocks = roundDeadline(stage)
  if (stage.seen.latest <= orderedAt + blocks) return
  throw new AssayError('ROUND_OVERDUE', `expected a verdict within ${blocks} blocks, got none`)
}

/** Waits until the order is over. It stays open while an inconclusive round will be drawn again. */
async function lastClosed(stage: Stage, order: number, nextClosed: (last: number) => Promise<Closed>): Promise<Ending> {
  for (let last = -1; ;) {
    const event = await nextClosed(last)
    const { hash } = event.block
    const record = await readAt(stage.chain, hash, rounds, event.round)
    if (record && !(await readAt(stage.chain, hash, orders, order))) return endingOf(stage, event, record)
    last = event.round
  }
}

function endingOf(stage: Stage, { round, verdict, reason, block }: Closed, record: RoundRecord): Ending {
  const { nameOf, seen } = stage
  const payments = seen
    .all(paid)
    .filter((event) => event.block.number <= block.number)
    .map(({ who, amount }) => ({ who: nameOf(who), amount }))
  const why = whyNotPassed(stage, round, verdict)
  const values = { round, verdict, reason, magic: record.magic, paid: payments }
  return { isPassed: verdict === 'Pass', ...(why !== undefined && { why }), values, summary: [] }
}
