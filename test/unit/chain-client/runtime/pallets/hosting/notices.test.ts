/** Pallet Hosting: what donors have notice of before a plan spends their money. */
import { describe, expect, test } from 'vitest'
import { author } from '../../../../../helpers/attestation/chain.ts'
import {
  donate,
  donor,
  expectExact,
  feedAt,
  GIFT,
  hosting,
  openMarket,
  otherDonor,
  PARAMETERS,
  planOf,
  TERMS,
  withdraw,
  type Market,
} from '../../../../../helpers/hosting/market.ts'
import { callOf, UNIT } from '../../../../../helpers/runtime.ts'

const planNotice = 30
const opened = (): Market => openMarket({ parameters: { planNotice } })
const grow = (market: Market, to: number) => {
  const { head, nodes } = feedAt(to).branchAt(market.registered)
  market.succeed([author, callOf('Feeds', 'update', { head, nodes })])
}
const spans = (market: Market): (readonly [from: number, to: number])[] =>
  [...new Set(market.copies().map(([, copy]) => copy.contract))].map((id) => {
    const { from, to } = market.contract(id)
    return [from, to] as const
  })

describe('a plan that its owner made when it had all of the pool', () => {
  const dear = planOf({ hosterPay: PARAMETERS.mostHosterPay, encoderPay: PARAMETERS.mostEncoderPay })

  test('spends nothing of a gift in the same block before a notice, in which its owner cannot leave', () => {
    const market = opened()
    market.succeed([donor, donate(UNIT)])
    market.succeed([donor, dear], [otherDonor, donate()])
    const at = market.number
    market.to(at + planNotice - 1)
    expect([market.pool().committed, market.copies()]).toEqual([0n, []])
    market.refuses(donor, withdraw(1n), 'Hosting.Locked')
    market.branch(() => {
      market.succeed([otherDonor, withdraw(GIFT)])
      expect(market.donation(otherDonor.publicKey)).toBeUndefined()
    })
    market.to(at + planNotice)
    expect(market.copies()).toHaveLength(1)
    market.to(at + 2 * planNotice)
    market.succeed([donor, withdraw(UNIT / 2n)])
    expectExact(market)
  })

  test('makes no further contract with a later gift before the notice is over', () => {
    const market = opened()
    market.succeed(
      [donor, donate()],
      [
        donor,
        planOf({
          ranges: [
            { from: 0, to: 4 },
            { from: 6, to: 8 },
          ],
        }),
      ],
    )
    const at = market.number
    market.build()
    expect(spans(market)).toEqual([[0, 4]])
    market.succeed([otherDonor, donate(UNIT)])
    market.to(at + planNotice - 1)
    expect(spans(market)).toEqual([[0, 4]])
    market.to(at + planNotice)
    expect(spans(market)).toHaveLength(2)
  })

  test('begins at once while its owner pays alone, and does not keep it from leaving', () => {
    const market = opened()
    market.succeed([donor, donate()], [donor, planOf()])
    market.build()
    expect(market.copies()).toHaveLength(1)
    market.succeed([donor, withdraw(UNIT)])
  })
})

describe('a feed that grows', () => {
  test('is hosted further with the money of several donors a notice after the chain told of it', () => {
    const market = opened()
    market.succeed([donor, donate(2n * GIFT)], [donor, planOf()])
    market.succeed([otherDonor, donate()])
    market.build()
    market.to(market.number + planNotice)
    expect(spans(market)).toEqual([[0, 12]])
    grow(market, 16)
    market.until('notice is given', () => market.all('Hosting.GrowthNoticed').length > 0)
    const notice = market.event('Hosting.GrowthNoticed') as { from: number }
    expect(notice).toMatchObject({ plan: 0, feed: TERMS.feed, length: 16, from: market.number + planNotice })
    // What it grows by meanwhile waits for the next notice.
    grow(market, 20)
    market.to(notice.from - 1)
    expect(spans(market)).toEqual([[0, 12]])
    market.branch(() => market.succeed([otherDonor, withdraw(GIFT / 2n)]))
    market.to(notice.from)
    expect(spans(market)).toContainEqual([12, 16])
    expect(market.contract(1).tree.length).toBe(16)
    market.until('the next notice', () => market.all('Hosting.GrowthNoticed').length > 0)
    expect(market.event('Hosting.GrowthNoticed')).toMatchObject({ length: 20 })
    expectExact(market)
  })

  test('is hosted further at once while the owner of the plan pays alone', () => {
    const market = opened()
    market.succeed([donor, donate()], [donor, planOf()])
    market.build()
    grow(market, 16)
    market.to(market.number + PARAMETERS.challengeInterval)
    expect(spans(market)).toContainEqual([12, 16])
  })
})

test('a notice goes with its plan', () => {
  const market = opened()
  market.succeed([donor, donate()], [donor, planOf()])
  expect(market.count('Hosting', 'Notices')).toBe(1)
  market.succeed([donor, hosting('cancelPlan', { plan: 0 })])
  market.to(market.number + 2)
  expect(market.count('Hosting', 'Notices')).toBe(0)
})
