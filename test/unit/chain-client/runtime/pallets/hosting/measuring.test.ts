/** Pallet Hosting: rounds of attestation on hosters, paid by the pool, and pay that depends on them. */
import { expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { ORDER_FEE, ORDER_STORAGE_DEPOSIT, RETENTION_BLOCKS } from '#types/domain/attestation/order.ts'
import { roundDeposit } from '#types/domain/attestation/settlement.ts'
import { Blake2_128Concat, Identity, storageKey, storagePrefix } from '#types/scale/storage-key.ts'
import { EXISTENTIAL_DEPOSIT } from '#chain/runtime/pallets/balances/ledger.ts'
import { roundsAccount } from '#chain/runtime/pallets/hosting/pools.ts'
import {
  actor,
  actorOf,
  PARAMETERS as ROUNDS,
  registration,
  root,
  type Signed,
} from '../../../../../helpers/attestation/chain.ts'
import {
  donate,
  donor,
  encoders,
  expectExact,
  feed,
  hosters,
  hosting,
  offerOf,
  openMarket,
  openPlanned,
  planOf,
  withdraw,
  type Market,
} from '../../../../../helpers/hosting/market.ts'
import { callOf } from '../../../../../helpers/runtime.ts'

const { key } = feed.head
const COST = roundDeposit(ROUNDS) + ORDER_FEE + ORDER_STORAGE_DEPOSIT
const promise = callOf('Feeds', 'host', { feed: key, length: 12 })

/** Root writes the verdict of a round. */
function judge(market: Market, hoster: Uint8Array, passed: boolean): void {
  const at = storageKey(storagePrefix('Attestation', 'Verdicts'), [
    [Blake2_128Concat, hoster],
    [Identity, key],
  ])
  const call = callOf('System', 'setStorage', { items: [[at, Uint8Array.of(passed ? 1 : 0)]] })
  market.succeed([root, callOf('Sudo', 'sudo', { call })])
}

const paid = (market: Market): boolean =>
  market.all('Hosting.Paid').some((event) => (event as { for: string }).for === 'Storage')

test('a hoster is paid while it promises the feed to readers and has not failed its latest round', async () => {
  const market = openPlanned({ performanceEvery: 100 })
  market.live(0n)
  const { account, keys } = actorOf(market.copy(0n).hoster!.account)
  await market.pass(0n)
  expect(paid(market)).toBe(false)
  expect(market.event('Hosting.PayWithheld')).toMatchObject({ copy: 0n, hoster: account })
  expect(market.reputation(account, 'Hoster').goodPpm).toBeGreaterThan(1_500_000)
  market.succeed([keys, promise])
  await market.pass(0n)
  expect(paid(market)).toBe(true)
  expect(market.all('Attestation.RoundScheduled')).toEqual([])
  judge(market, account, false)
  await market.pass(0n)
  expect([paid(market), market.all('Attestation.RoundScheduled').length]).toEqual([false, 1])
  judge(market, account, true)
  await market.pass(0n)
  expect(paid(market)).toBe(true)
  expectExact(market)
})

test('a round is ordered every so many passed challenges, and what it leaves returns to the pool', async () => {
  const market = openPlanned({ performanceEvery: 2 })
  market.live(0n)
  const { account, keys } = actorOf(market.copy(0n).hoster!.account)
  market.succeed([keys, promise])
  await market.pass(0n)
  expect(market.all('Attestation.RoundScheduled')).toEqual([])
  const { total } = market.pool()
  await market.pass(0n)
  const pay = market.event('Hosting.Paid') as { amount: bigint }
  expect(market.event('Attestation.RoundScheduled')).toMatchObject({ hoster: account, feed: key })
  expect(total - market.pool().total).toBe(COST + EXISTENTIAL_DEPOSIT + pay.amount)
  expectExact(market)
  // Nobody attests, so that the round closes without a verdict.
  market.until('the order is over', () => market.order(0) === undefined)
  market.succeed([donor, hosting('cancelPlan', { plan: 0 })])
  market.to(market.number + RETENTION_BLOCKS + 1)
  const before = market.pool().total
  market.succeed([donor, withdraw(1n)])
  const rest = market.pool().total + 1n - before
  expect(rest).toBe(COST - ORDER_FEE)
  expect(market.account(roundsAccount(key)).data).toMatchObject({ free: EXISTENTIAL_DEPOSIT, reserved: 0n })
  expectExact(market)
})

test('without the money for it there is no round, and the hoster is paid all the same', async () => {
  const market = openPlanned({ performanceEvery: 1 })
  market.live(0n)
  market.succeed([actorOf(market.copy(0n).hoster!.account).keys, promise])
  const { total, committed } = market.pool()
  market.succeed([donor, withdraw(total - committed - COST)])
  await market.pass(0n)
  expect([paid(market), market.all('Attestation.RoundScheduled').length]).toEqual([true, 0])
  expectExact(market)
})

test('nobody attests who owns the plan, has a part in a copy of the feed, or has the Noise key of such an account', async () => {
  const market = openMarket({ hosters: 2, encoders: 2, parameters: { challengeInterval: 40, challengeWindow: 20 } })
  const owner = { ...actor('plan owner'), keys: donor, account: donor.publicKey }
  const heir = { ...hosters[16]!, noise: owner.noise }
  const attest = callOf('Workers', 'update', { roles: ['Hoster', 'Encoder', 'Attestor'], capacity: 20 })
  const free = hosters.slice(3, 3 + ROUNDS.attestors)
  market.succeed([donor, registration(market, owner, ['Attestor'])])
  market.succeed([donor, callOf('Workers', 'unregister')])
  market.succeed([heir.keys, registration(market, heir, ['Attestor'])])
  market.succeed([donor, donate()], [donor, planOf({ copies: 2, performanceEvery: 1 })])
  market.live(0n, 1n)
  // Another plan of the feed, whose hoster has no part in the first one's contract.
  const third = hosters[2]!
  market.succeed(...hosters.slice(0, 2).map(({ keys }): Signed => [keys, offerOf(0n, 0)]))
  market.succeed([third.keys, registration(market, third, ['Hoster'], { capacity: 20 })])
  market.succeed([third.keys, offerOf(10_000_000n, 0)], [donor, planOf({ ranges: [{ from: 0, to: 1 }] })])
  market.live(2n)
  const busy = [...hosters.slice(0, 3), ...encoders.slice(0, 2)]
  market.succeed(...busy.map(({ keys }): Signed => [keys, attest]), [market.hosterOf(0n), promise])
  market.succeed(...free.slice(1).map((who): Signed => [who.keys, registration(market, who, ['Attestor'])]))
  await market.pass(0n)
  market.to(market.number + 2)
  expect(market.round(0)).toMatchObject({ phase: 'Scheduled', shortage: { eligible: ROUNDS.attestors - 1 } })
  market.succeed([free[0]!.keys, registration(market, free[0]!, ['Attestor'])])
  market.until('the round is open', () => market.round(0).phase !== 'Scheduled')
  const members = market.round(0).members.map(({ account }) => toHex(account))
  expect(members.toSorted()).toEqual(free.map(({ account }) => toHex(account)).toSorted())
  expect(market.count('Attestation', 'Apart')).toBe(1)
  market.until('the order is over', () => market.order(0) === undefined)
  expect(market.count('Attestation', 'Apart')).toBe(0)
})
