/** Pallet Hosting: rounds of attestation on hosters, paid by the pool, and pay that depends on them. */
import { expect, test } from 'vitest'
import { ORDER_FEE, ORDER_STORAGE_DEPOSIT, RETENTION_BLOCKS } from '#types/domain/attestation/order.ts'
import { roundDeposit } from '#types/domain/attestation/settlement.ts'
import { Blake2_128Concat, Identity, storageKey, storagePrefix } from '#types/scale/storage-key.ts'
import { EXISTENTIAL_DEPOSIT } from '#chain/runtime/pallets/balances/ledger.ts'
import { roundsAccount } from '#chain/runtime/pallets/hosting/pools.ts'
import { actorOf, PARAMETERS as ROUNDS, root } from '../../../../../helpers/attestation/chain.ts'
import {
  donor,
  expectExact,
  feed,
  hosting,
  openPlanned,
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
