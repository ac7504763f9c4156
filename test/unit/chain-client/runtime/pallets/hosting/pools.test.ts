/** Pallet Hosting: what donors give, take back, and decide. */
import { describe, expect, test } from 'vitest'
import { U128_MAX } from '#types/scale/primitives.ts'
import { EXISTENTIAL_DEPOSIT } from '#chain/runtime/pallets/balances/ledger.ts'
import { LEAST_GIFT, roundsAccount } from '#chain/runtime/pallets/hosting/pools.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { feedOf } from '#worker/systems/hosting/simulation/feed.ts'
import {
  donate,
  donor,
  expectExact,
  feed,
  GIFT,
  hosting,
  openMarket,
  openPlanned,
  otherDonor,
  PARAMETERS,
  planOf,
  withdraw,
  type Market,
} from '../../../../../helpers/hosting/market.ts'
import { author } from '../../../../../helpers/attestation/chain.ts'
import { callOf, id, UNIT } from '../../../../../helpers/runtime.ts'

const foreign = feedOf(identityOf('nobody'), [new Uint8Array(3)])

describe('a donation', () => {
  test('is in the pool, and comes back as far as nothing has committed it', () => {
    const market = openMarket()
    market.succeed([donor, donate(10n * UNIT)], [otherDonor, donate(30n * UNIT)])
    expect(market.pool()).toMatchObject({ total: 40n * UNIT, committed: 0n })
    market.refuses(donor, withdraw(10n * UNIT + 1n), 'Hosting.CannotWithdraw')
    market.succeed([donor, withdraw(10n * UNIT)])
    expect(market.donation(donor.publicKey)).toBeUndefined()
    expect(market.pool().total).toBe(30n * UNIT)
    market.refuses(donor, withdraw(1n), 'Hosting.CannotWithdraw')
    expectExact(market)
  })

  test('that copies have committed stays', () => {
    const market = openPlanned()
    market.toState(0n, 'Assigned')
    const { total, committed } = market.pool()
    expect(committed).toBeGreaterThan(0n)
    market.refuses(donor, withdraw(total - committed + 1n), 'Hosting.CannotWithdraw')
    market.succeed([donor, withdraw(total - committed)])
    expectExact(market)
  })

  test('is refused of nothing, of more than there is, to a feed that is unknown or has ended', () => {
    const market = openMarket()
    market.refuses(donor, donate(0n), 'Hosting.ZeroAmount')
    market.refuses(donor, donate(LEAST_GIFT - 1n), 'Hosting.TooLittle')
    market.refuses(donor, withdraw(0n), 'Hosting.ZeroAmount')
    market.refuses(donor, donate(2n * 10n ** 24n), 'Token.FundsUnavailable')
    market.refuses(donor, donate(U128_MAX), 'Hosting.PoolFull')
    market.refuses(donor, donate(UNIT, foreign.head.key), 'Hosting.UnknownFeed')
    market.refuses(donor, withdraw(UNIT, foreign.head.key), 'Hosting.CannotWithdraw')
    market.succeed([donor, donate(UNIT)])
    const rewritten = feedOf(identityOf('author'), feed.blocks.with(3, new Uint8Array(1)))
    const conflict = { length: 12, first: feed.branchAt(12), second: rewritten.branchAt(12) }
    market.succeed([author, callOf('Feeds', 'reportConflict', { conflict })])
    market.refuses(donor, donate(UNIT), 'Hosting.FeedEnded')
    market.refuses(donor, planOf(), 'Hosting.FeedEnded')
    market.succeed([donor, withdraw(UNIT)])
    expectExact(market)
  })
})

test('what rounds have left goes to the donors of before, and not to one that comes for it', () => {
  const market = openMarket()
  market.succeed([donor, donate(10n * UNIT)])
  // As after rounds that cost the pool half, and of which a refund came back.
  const account = roundsAccount(feed.head.key)
  const dest = id(account)
  market.succeed([author, callOf('Balances', 'transferKeepAlive', { dest, value: 6n * UNIT })])
  market.succeed([otherDonor, donate(GIFT)])
  expect(market.pool().total).toBe(GIFT + 16n * UNIT - EXISTENTIAL_DEPOSIT)
  market.refuses(otherDonor, withdraw(GIFT + 1n), 'Hosting.CannotWithdraw')
  market.succeed([otherDonor, withdraw(GIFT)])
  expectExact(market)
})

describe('a plan', () => {
  test('is for the holder of more than half of the pool', () => {
    const market = openMarket()
    market.refuses(donor, planOf(), 'Hosting.NotMostOfPool')
    market.succeed([donor, donate(UNIT)], [otherDonor, donate(UNIT)])
    market.refuses(donor, planOf(), 'Hosting.NotMostOfPool')
    market.succeed([donor, donate(LEAST_GIFT)])
    market.succeed([donor, planOf()])
    market.refuses(otherDonor, hosting('cancelPlan', { plan: 0 }), 'Hosting.NotPlanOwner')
    market.succeed([otherDonor, donate(GIFT)])
    market.succeed([otherDonor, hosting('cancelPlan', { plan: 0 })])
  })
})

describe('money that decides over the money of others', () => {
  const planNotice = 10
  const cancel = hosting('cancelPlan', { plan: 0 })
  /** The pool of one donor, and of another one that has just given far more. */
  const opened = (): Market => {
    const market = openPlanned({}, { parameters: { planNotice } })
    market.live(0n)
    market.succeed([otherDonor, donate(2n * GIFT)])
    return market
  }

  test('does so only after it has been in the pool for a notice', () => {
    const market = opened()
    const since = market.number
    market.refuses(otherDonor, cancel, 'Hosting.TooNew')
    market.refuses(otherDonor, planOf(), 'Hosting.TooNew')
    market.to(since + planNotice - 2)
    market.refuses(otherDonor, cancel, 'Hosting.TooNew')
    market.to(since + planNotice - 1)
    market.succeed([otherDonor, planOf()])
  })

  test('ends the plan of another after a notice, and stays in the pool for two', () => {
    const market = opened()
    market.to(market.number + planNotice)
    market.succeed([otherDonor, cancel])
    const at = market.number
    market.refuses(otherDonor, withdraw(1n), 'Hosting.Locked')
    market.to(at + planNotice - 1)
    expect(market.plan(0)).toBeDefined()
    expect(market.copies()).not.toEqual([])
    // Others can go meanwhile.
    market.branch(() => market.succeed([donor, withdraw(GIFT / 2n)]))
    market.to(at + planNotice + 1)
    expect([market.plan(0), market.copies()]).toEqual([undefined, []])
    market.to(at + 2 * planNotice - 2)
    market.refuses(otherDonor, withdraw(1n), 'Hosting.Locked')
    market.build()
    market.succeed([otherDonor, withdraw(1n)])
    expectExact(market)
  })

  test('is not left without its copies at once by an owner that pays less than half', () => {
    const market = opened()
    market.succeed([donor, cancel])
    const at = market.number
    market.to(at + planNotice - 1)
    expect(market.copies()).not.toEqual([])
    market.to(at + planNotice + 1)
    expect([market.plan(0), market.copies()]).toEqual([undefined, []])
    expectExact(market)
  })

  test('spends nothing before the others had a notice to withdraw in', () => {
    const market = openMarket({ parameters: { planNotice } })
    market.succeed([donor, donate()], [otherDonor, donate(2n * GIFT)])
    market.to(market.number + planNotice)
    market.succeed([otherDonor, planOf({ hosterPay: PARAMETERS.mostHosterPay })])
    const at = market.number
    market.refuses(otherDonor, withdraw(1n), 'Hosting.Locked')
    market.to(at + planNotice - 1)
    expect(market.pool()).toMatchObject({ total: 3n * GIFT, committed: 0n })
    market.branch(() => market.succeed([donor, withdraw(GIFT)]))
    market.to(at + planNotice + 2)
    expect(market.copies()).toHaveLength(1)
  })
})
