/** Pallet Hosting: plans, the contracts that follow from them, and their end. */
import { describe, expect, test } from 'vitest'
import type { PlanTerms } from '#types/domain/hosting/plan.ts'
import { nextPiece } from '#chain/runtime/pallets/hosting/plans.ts'
import { LEAST_GIFT } from '#chain/runtime/pallets/hosting/pools.ts'
import { author } from '../../../../../helpers/attestation/chain.ts'
import { memoryFeed } from '../../../../../helpers/hosting/memory-feed.ts'
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
  TERMS,
  withdraw,
} from '../../../../../helpers/hosting/market.ts'
import { callOf } from '../../../../../helpers/runtime.ts'

const cancel = (plan: number) => hosting('cancelPlan', { plan })
const grow = (to: number) => {
  const { head, nodes } = memoryFeed(to).branchAt(feed.head.length)
  return callOf('Feeds', 'update', { head, nodes })
}

describe('a plan', () => {
  test.each<[string, Partial<PlanTerms>, string]>([
    ['without ranges', { ranges: [] }, 'BadPlan'],
    ['of an empty range', { ranges: [{ from: 3, to: 3 }] }, 'BadPlan'],
    [
      'of ranges that overlap',
      {
        ranges: [
          { from: 0, to: 5 },
          { from: 4, to: 6 },
        ],
      },
      'BadPlan',
    ],
    ['beyond the feed', { ranges: [{ from: 0, to: 13 }] }, 'OutsideFeed'],
    ['from beyond the feed', { ranges: [{ from: 13, to: undefined }] }, 'OutsideFeed'],
    ['of no copies', { copies: 0 }, 'BadPlan'],
    ['of too many copies', { copies: 17 }, 'BadPlan'],
    ['without pay for hosters', { hosterPay: 0n }, 'BadPlan'],
    ['without pay for encoders', { encoderPay: 0n }, 'BadPlan'],
    ['of an absurd price', { hosterPay: 2n ** 65n }, 'BadPlan'],
    ['of more for hosters than the chain allows', { hosterPay: PARAMETERS.mostHosterPay + 1n }, 'TooDear'],
    ['of more for encoders than the chain allows', { encoderPay: PARAMETERS.mostEncoderPay + 1n }, 'TooDear'],
    ['that is over', { until: 1 }, 'BadPlan'],
    ['for an age', { until: 2 ** 32 - 1 }, 'BadPlan'],
    ['of an unknown feed', { feed: new Uint8Array(32) }, 'UnknownFeed'],
  ])('%s is refused', (_, change, error) => {
    const market = openMarket()
    market.succeed([donor, donate()])
    market.refuses(donor, planOf(change), `Hosting.${error}`)
  })

  test('has a contract for each of its ranges, and more for what the feed grows by', () => {
    const market = openPlanned({
      ranges: [
        { from: 2, to: 5 },
        { from: 8, to: undefined },
      ],
      copies: 2,
    })
    market.to(market.number + 4)
    expect([0, 1].map((id) => market.contract(id))).toMatchObject([
      { from: 2, to: 5, copies: [0n, 1n] },
      { from: 8, to: 12, copies: [2n, 3n] },
    ])
    expect(market.plan(0)).toMatchObject({ covered: 12, contracts: 2 })
    market.succeed([author, grow(20)])
    market.to(market.number + PARAMETERS.challengeInterval)
    const grown = market.contract(2)
    expect(grown).toMatchObject({ from: 12, to: 20, tree: { length: 20 } })
    // The roots have merged, but the chain still knows what the new blocks add.
    const bytes = (blocks: readonly Uint8Array[]): bigint =>
      BigInt(blocks.reduce((sum, block) => sum + block.length, 0))
    expect(grown.mostBytes).toBe(bytes(memoryFeed(20).blocks.slice(12)))
    expectExact(market)
  })

  test('begins in its first block', () => {
    const market = openMarket()
    const from = market.number + 6
    market.succeed([donor, donate()], [donor, planOf({ from })])
    market.to(from - 1)
    expect(market.plan(0)!.contracts).toBe(0)
    market.build()
    expect(market.plan(0)!.contracts).toBe(1)
  })

  test('waits for money', () => {
    const market = openMarket()
    market.succeed([donor, donate(LEAST_GIFT)], [donor, planOf()])
    market.to(market.number + 3 * PARAMETERS.challengeInterval)
    expect(market.plan(0)!.contracts).toBe(0)
    market.succeed([donor, donate()])
    market.to(market.number + PARAMETERS.challengeInterval)
    expect(market.plan(0)!.contracts).toBe(1)
  })

  test('ends with its contracts when it is cancelled: providers are free, and all money is', () => {
    const market = openPlanned({ copies: 2 })
    market.live(0n)
    market.toState(1n, 'Assigned')
    expectExact(market)
    market.refuses(otherDonor, cancel(0), 'Hosting.NotPlanOwner')
    market.refuses(donor, cancel(1), 'Hosting.UnknownPlan')
    market.succeed([donor, cancel(0)])
    market.refuses(donor, cancel(0), 'Hosting.UnknownPlan')
    market.to(market.number + 2)
    expect(market.copies()).toEqual([])
    expect(market.plan(0)).toBeUndefined()
    expect(market.contract(0)).toMatchObject({ state: 'Ended', copies: [] })
    expect(market.pool().committed).toBe(0n)
    market.succeed([donor, withdraw(market.pool().total)])
    expectExact(market)
    market.to(market.number + 601)
    expect(() => market.contract(0)).toThrow('expected contract 0')
  })

  test('that never had a whole copy leaves a cancelled contract', () => {
    const market = openPlanned()
    market.toState(0n, 'Assigned')
    market.succeed([donor, cancel(0)])
    market.build()
    expect(market.contract(0).state).toBe('Cancelled')
    expect(market.pool()).toMatchObject({ total: GIFT, committed: 0n })
  })

  test('ends in its last block', () => {
    const until = 20
    const market = openPlanned({ until })
    market.live(0n)
    market.to(until - 1)
    expect(market.contract(0).state).toBe('Active')
    market.build()
    expect([market.contract(0).state, market.plan(0)]).toEqual(['Ended', undefined])
    expectExact(market)
  })

  test('is one of eight at most', () => {
    const market = openMarket()
    market.succeed([donor, donate()], ...Array.from({ length: 8 }, () => [donor, planOf()] as const))
    market.refuses(donor, planOf(), 'Hosting.TooManyPlans')
  })
})

test('a long range is cut into contracts of 65,536 blocks', () => {
  const pieces = []
  const length = 200_000
  for (let covered = 0, piece; (piece = nextPiece({ terms: TERMS, covered }, length)); covered = piece.to)
    pieces.push(piece)
  expect(pieces.map(({ from, to }) => [from, to])).toEqual([
    [0, 65_536],
    [65_536, 131_072],
    [131_072, 196_608],
    [196_608, 200_000],
  ])
})
