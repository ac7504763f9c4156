/** Pallet Hosting: what its view functions answer. */
import { expect, test } from 'vitest'
import { concatBytes } from '#types/bytes.ts'
import { ChallengeResult, KEPT_RESULTS } from '#types/domain/hosting/contract.ts'
import { ContractStatus, Donor, HostingNeed, PoolStatus, Quote } from '#types/domain/hosting/market-views.ts'
import { PlanTerms, priceOf } from '#types/domain/hosting/plan.ts'
import { AccountId, H256 } from '#types/scale/account.ts'
import { decode, encode, type Codec } from '#types/scale/codec.ts'
import { option, struct, vec } from '#types/scale/compound.ts'
import { bytes, u64 } from '#types/scale/primitives.ts'
import { ViewFunctionId, ViewFunctionResult } from '#types/scale/view-function.ts'
import { viewId } from '#types/scale/view-function.ts'
import {
  donate,
  donor,
  feed,
  GIFT,
  openPlanned,
  otherDonor,
  PARAMETERS,
  TERMS,
  withdraw,
  type Market,
} from '../../../../../helpers/hosting/market.ts'
import { UNIT } from '../../../../../helpers/runtime.ts'

const { key } = feed.head

function ask<A, T>(market: Market, name: string, field: string, arg: Codec<A>, given: A, output: Codec<T>): T {
  const id = viewId('Hosting', name, { [field]: arg }, output.type)
  const queryId = { prefix: id.slice(0, 16), suffix: id.slice(16) }
  const args = encode(struct({ queryId: ViewFunctionId, input: bytes }), { queryId, input: encode(arg, given) })
  const answer = market.runtime.call(market.at, 'RuntimeViewFunction_execute_view_function', concatBytes(args))
  const result = decode(ViewFunctionResult, answer)
  if (!result.ok) throw new Error(`expected an answer of ${name}, got ${JSON.stringify(result.error)}`)
  return decode(output, result.value)
}
const status = (market: Market) => ask(market, 'status', 'feed', H256, key, PoolStatus)
const needs = (market: Market, who: Uint8Array) => ask(market, 'needs', 'account', AccountId, who, vec(HostingNeed))

test('a plan is quoted', () => {
  const market = openPlanned()
  const quote = (terms: PlanTerms) => ask(market, 'quote', 'terms', PlanTerms, terms, option(Quote))
  const one = quote(TERMS)!
  market.toState(0n, 'Assigned')
  expect(market.copy(0n).committed).toBe(one.setup + priceOf(one.leaves, TERMS.hosterPay))
  const three = quote({ ...TERMS, copies: 3 })!
  expect(three).toMatchObject({ leaves: 3n * one.leaves, setup: 3n * one.setup })
  expect(one.perThousandBlocks).toBe((priceOf(one.leaves, UNIT) * 1000n) / BigInt(PARAMETERS.challengeInterval))
  expect(quote({ ...TERMS, copies: 0 })).toBeUndefined()
  expect(quote({ ...TERMS, feed: new Uint8Array(32) })).toBeUndefined()
})

test('the money of a feed adds up, and lasts until it is used or the plan is over', async () => {
  const market = openPlanned()
  expect(status(market)).toEqual({ donated: GIFT, burned: 0n, committed: 0n, free: GIFT, lastsUntil: undefined })
  market.live(0n)
  await market.pass(0n)
  const { donated, burned, committed, free, lastsUntil } = status(market)
  expect(donated - burned).toBe(committed + free)
  expect(burned).toBeGreaterThan(0n)
  expect(lastsUntil).toBeLessThanOrEqual(TERMS.until)
  market.succeed([donor, withdraw(free)])
  // A view answers as of the next block.
  expect(status(market).lastsUntil).toBe(market.number + 1 + PARAMETERS.challengeInterval)
  market.succeed([otherDonor, donate(UNIT)])
  expect(ask(market, 'donors', 'feed', H256, key, vec(Donor))).toContainEqual(
    expect.objectContaining({ account: otherDonor.publicKey, given: UNIT, withdrawn: 0n }),
  )
})

test('a contract that is lost is told for as long as its record is kept', () => {
  const market = openPlanned({}, { encoders: 6, hosters: 4 })
  market.live(0n)
  market.until('its copy failed', () => market.copy(0n).generation === 1)
  market.heartbeats()
  market.until('it is lost', () => market.contract(0).state === 'Lost')
  const told = ask(market, 'contracts', 'feed', H256, key, vec(ContractStatus))
  expect(told).toMatchObject([{ contract: 0, wanted: 1, record: { state: 'Lost' }, slots: [] }])
})

test('contracts come with their copies, and copies with their latest challenges', async () => {
  const market = openPlanned({ copies: 2 })
  market.live(0n, 1n)
  const [status] = ask(market, 'contracts', 'feed', H256, key, vec(ContractStatus))
  expect(status).toMatchObject({ contract: 0, wanted: 2, record: { state: 'Active' } })
  expect(status!.slots.map(({ copy, record }) => [copy, record.state])).toEqual([
    [0n, 'Live'],
    [1n, 'Live'],
  ])
  await market.pass(0n)
  expect(ask(market, 'results', 'copy', u64, 0n, vec(ChallengeResult, KEPT_RESULTS))).toEqual([
    { block: market.number, passed: true },
  ])
})

test('an account is told what it must do, and by when', async () => {
  const market = openPlanned()
  market.toState(0n, 'Assigned')
  const { hoster, encoder, due } = market.copy(0n)
  const [ofHoster, ofEncoder] = [() => needs(market, hoster!.account), () => needs(market, encoder!.account)]
  expect([ofHoster(), ofEncoder()]).toEqual([[], [{ kind: 'AcceptCopy', subject: 0n, deadline: due - 1 }]])
  market.succeed(market.acceptance(0n))
  const { until } = market.event('Hosting.CopyAccepted') as { until: number }
  expect([ofHoster(), ofEncoder()]).toEqual([[], [{ kind: 'CommitSegment', subject: 0n, deadline: until }]])
  market.branch(() => {
    market.to(until)
    const deadline = until + PARAMETERS.confirmWindow
    expect(ofHoster()).toEqual([{ kind: 'SubmitCheckpoint', subject: 0n, deadline }])
  })
  market.succeed(market.commitment(0n))
  const deadline = market.number + PARAMETERS.confirmWindow
  expect([ofHoster(), ofEncoder()]).toEqual([[{ kind: 'ConfirmSegment', subject: 0n, deadline }], []])
  market.succeed(market.confirmation(0n))
  expect([ofHoster(), ofEncoder()]).toEqual([[], []])
  market.challenged(0n)
  expect(ofHoster()).toEqual([{ kind: 'AnswerStorage', subject: 0n, deadline: market.copy(0n).challenge!.until }])
  const { total, committed } = market.pool()
  market.succeed([donor, withdraw(total - committed)])
  market.succeed(await market.answer(0n))
  expect(needs(market, donor.publicKey)).toEqual([
    { kind: 'FundContract', subject: 0n, deadline: market.number + PARAMETERS.starvingGrace },
  ])
})
