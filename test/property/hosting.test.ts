/**
 * Donors, providers, strangers and root make any calls in any order: the pools have the money that the pallet's account has, what is
 * committed is what copies need, no coin is lost or made, no duty is left over, no copy is forgotten.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Copy } from '#types/domain/hosting/contract.ts'
import { actorOf, author, outsider, type Signed } from '../helpers/attestation/chain.ts'
import {
  donate,
  donor,
  encoders,
  expectExact,
  feed,
  feedAt,
  hosters,
  hosting,
  offerOf,
  openMarket,
  otherDonor,
  planOf,
  withdraw,
  type Market,
} from '../helpers/hosting/market.ts'
import { callOf, UNIT } from '../helpers/runtime.ts'

const { key } = feed.head

/** A deed in the next block, as calls on the present chain. */
type Deed = (market: Market) => readonly Signed[] | Promise<readonly Signed[]>

/** A copy, chosen by a number among those in a state. Nothing where there is none. */
const onCopy =
  (pick: number, states: readonly Copy['state'][], act: (market: Market, id: bigint) => ReturnType<Deed>): Deed =>
  (market) => {
    const ids = market.copies().flatMap(([id, { state }]) => (states.includes(state) ? [id] : []))
    const id = ids[pick % Math.max(1, ids.length)]
    return id === undefined ? [] : act(market, id)
  }

const number = fc.nat({ max: 5 })
const supporter = fc.constantFrom(donor, otherDonor)
const amount = fc.oneof(fc.bigInt(0n, 1_000n), fc.bigInt(1n, 50n * UNIT), fc.constantFrom(1n, 10n ** 30n))
const provider = fc.constantFrom(...hosters.slice(0, 3), ...encoders.slice(0, 4))

const gift = fc.tuple(supporter, amount).map(([who, much]): Deed => () => [[who, donate(much)]])
const back = fc.tuple(supporter, amount, fc.boolean()).map(([who, much, isAll]): Deed => (market) => {
  const { total, committed } = market.pool()
  return [[who, withdraw(isAll ? total - committed : much)]]
})
const plan = fc
  .tuple(
    supporter,
    fc.integer({ min: 1, max: 2 }),
    fc.nat({ max: 2 }),
    fc.nat({ max: 2 }),
    fc.integer({ min: 5, max: 60 }),
    amount,
  )
  .map(([who, copies, reencodeEvery, performanceEvery, blocks, pay]): Deed => (market) => {
    const until = market.number + blocks
    return [[who, planOf({ copies, reencodeEvery, performanceEvery, until, hosterPay: pay, encoderPay: pay + 1n })]]
  })
const cancel = fc.tuple(supporter, number).map(([who, id]): Deed => () => [[who, hosting('cancelPlan', { plan: id })]])
const growth = fc.integer({ min: 12, max: 24 }).map((to): Deed => (market) => {
  const from = market.registered
  if (to <= from) return []
  const { head, nodes } = feedAt(to).branchAt(from)
  return [[author, callOf('Feeds', 'update', { head, nodes })]]
})
const offer = fc
  .tuple(provider, fc.constantFrom(0n, 20_000n, 10n ** 7n), fc.constantFrom(0, 50, 10_000))
  .map(([{ keys }, bytes, rate]): Deed => () => [[keys, offerOf(bytes, rate)]])
const promise = fc.constantFrom(...hosters.slice(0, 3)).map(({ keys }): Deed => (market) => [
  [keys, callOf('Feeds', 'host', { feed: key, length: market.registered })],
])
const worker = fc
  .tuple(provider, fc.constantFrom('pause', 'resume', 'unregister'))
  .map(([{ keys }, name]): Deed => () => [[keys, callOf('Workers', name)]])

/** Every provider does at once what it has to do, except the copies of which one is silent. */
const diligent = fc.option(number).map((silent): Deed => async (market) => {
  const calls: Signed[] = []
  for (const [id, { state, challenge }] of market.copies()) {
    if (silent !== null && Number(id % 6n) === silent) continue
    if (state === 'Assigned') calls.push(market.acceptance(id))
    if (state === 'Encoding') calls.push(market.commitment(id))
    if (state === 'Confirming') calls.push(market.confirmation(id))
    if (challenge && isKnown(market, id)) calls.push(await market.answer(id))
  }
  return calls
})
const isKnown = (market: Market, id: bigint): boolean =>
  market.copy(id).segments.every((segment) => market.made(id, segment) !== undefined)

const checkpoint = fc.tuple(number, fc.integer({ min: 1, max: 12 })).map(([pick, to]): Deed =>
  onCopy(pick, ['Encoding'], (market, id) => {
    const { to: end } = market.contract(market.copy(id).contract)
    return to > end ? [] : [market.checkpoint(id, market.encode(id, Math.max(to, firstOf(market, id) + 1)))]
  }),
)
const firstOf = (market: Market, id: bigint): number => {
  const { segments, contract } = market.copy(id)
  return segments.at(-1)?.to ?? market.contract(contract).from
}
const disagreement = number.map((pick): Deed =>
  onCopy(pick, ['Confirming'], (market, id) => [
    market.confirmation(id, { ...market.copy(id).pending!, root: new Uint8Array(32) }),
  ]),
)
const leaving = number.map((pick): Deed =>
  onCopy(pick, ['Assigned', 'Encoding', 'Confirming', 'Live', 'Suspect'], (market, id) => [
    [actorOf(market.copy(id).hoster!.account).keys, hosting('leaveCopy', market.named(id))],
  ]),
)
const nonsense = number.map((pick): Deed =>
  onCopy(pick, ['Live', 'Suspect', 'Encoding', 'Assigned'], (market, id) => [
    [outsider.keys, hosting('answerStorage', { ...market.named(id), answer: [] })],
    [
      outsider.keys,
      hosting('confirmSegment', { ...market.named(id), end: { to: 1, leaves: 1n, root: new Uint8Array(32) } }),
    ],
  ]),
)
const deeds = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: gift },
    { weight: 2, arbitrary: back },
    { weight: 3, arbitrary: plan },
    { weight: 1, arbitrary: cancel },
    { weight: 1, arbitrary: growth },
    { weight: 1, arbitrary: offer },
    { weight: 1, arbitrary: worker },
    { weight: 2, arbitrary: promise },
    { weight: 14, arbitrary: diligent },
    { weight: 1, arbitrary: checkpoint },
    { weight: 1, arbitrary: disagreement },
    { weight: 2, arbitrary: leaving },
    { weight: 1, arbitrary: nonsense },
    {
      weight: 4,
      arbitrary: fc.integer({ min: 1, max: 6 }).map((blocks): Deed => (market) => {
        market.to(market.number + blocks)
        return []
      }),
    },
  ),
  { minLength: 10, maxLength: 60 },
)

const states = new Set<string>()

it('whatever they do, all money is accounted for, and every copy has its next block', async () => {
  await fc.assert(
    fc.asyncProperty(deeds, async (all) => {
      const market = openMarket()
      market.succeed(
        [donor, donate(100n * UNIT)],
        [donor, planOf({ copies: 2, until: 80, reencodeEvery: 2, performanceEvery: 1 })],
      )
      for (const deed of all) {
        market.block(...(await deed(market)))
        expectExact(market)
        for (const [, { state }] of market.copies()) states.add(state)
      }
    }),
    { numRuns: 30 },
  )
  expect([...states].toSorted()).toEqual(['Assigned', 'Confirming', 'Encoding', 'Live', 'Suspect', 'Vacant'])
}, 120_000)
