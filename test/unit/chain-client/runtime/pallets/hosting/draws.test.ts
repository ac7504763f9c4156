/** Pallet Hosting: who is drawn for a copy. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { MeasuredPerformance } from '#types/domain/attestation/metrics.ts'
import type { ServiceTargets } from '#types/domain/hosting/plan.ts'
import { encode } from '#types/scale/codec.ts'
import { Blake2_128Concat, storageKey, storagePrefix } from '#types/scale/storage-key.ts'
import { actor, author, outsider, registration, root } from '../../../../../helpers/attestation/chain.ts'
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
  TERMS,
  type Market,
} from '../../../../../helpers/hosting/market.ts'
import { callOf } from '../../../../../helpers/runtime.ts'

const targets = (change: Partial<ServiceTargets>) => ({ targets: { ...TERMS.targets, ...change } })
const names = (market: Market): string[] =>
  market
    .copies()
    .flatMap(([, { hoster, encoder }]) => [hoster, encoder])
    .map((provider) => toHex(provider!.account))

/** Root writes what a round would have measured of a hoster. */
function measure(market: Market, hoster: Uint8Array, latencyP95Us: number, throughputBytesPerSecond: bigint): void {
  const speed = { attestors: 3, samples: 9, latencyP50Us: 1, latencyP95Us, latencyP99Us: latencyP95Us }
  const measured = {
    round: 0,
    attestors: 3,
    attempts: 9,
    lossPpm: 0,
    speed: { ...speed, throughputBytesPerSecond },
  }
  const key = storageKey(storagePrefix('Attestation', 'HosterPerformance'), [[Blake2_128Concat, hoster]])
  const call = callOf('System', 'setStorage', { items: [[key, encode(MeasuredPerformance, measured)]] })
  market.succeed([root, callOf('Sudo', 'sudo', { call })])
}

describe('providers of a contract', () => {
  test('are all different, and none is the feed’s publisher or the plan’s owner', () => {
    const market = openMarket({ hosters: 3, encoders: 3 })
    for (const [keys, name] of [
      [author, 'publisher'],
      [donor, 'owner'],
    ] as const) {
      const who = { ...actor(name), keys, account: keys.publicKey }
      market.succeed([keys, registration(market, who, ['Hoster', 'Encoder'], { capacity: 20 })])
      market.succeed([keys, offerOf(10n ** 9n, 10_000)])
    }
    market.succeed([donor, donate()], [donor, planOf({ copies: 3 })])
    market.to(market.number + 2)
    const all = names(market)
    expect(new Set(all).size).toBe(6)
    expect(all.toSorted()).toEqual(
      [...hosters.slice(0, 3), ...encoders.slice(0, 3)].map(({ account }) => toHex(account)).toSorted(),
    )
    expectExact(market)
  })

  test('wait in a queue where one is missing', () => {
    const market = openPlanned({ copies: 2 }, { hosters: 1, encoders: 2 })
    market.to(market.number + 20)
    const [one, other] = market.copies().map(([, copy]) => copy.state)
    expect([one, other].filter((state) => state === 'Vacant').length).toBeGreaterThan(0)
    expect(market.all('Hosting.CopyFailed').length).toBeLessThan(2)
    expectExact(market)
  })

  test('host nothing where they have no room, or offer nothing', () => {
    const market = openMarket({ hosters: 1, encoders: 1 })
    const { keys } = hosters[0]!
    market.succeed([donor, donate()], [donor, planOf()], [keys, offerOf(100n, 0)])
    market.to(market.number + 8)
    expect(market.copy(0n).state).toBe('Vacant')
    market.succeed([keys, offerOf(100_000n, 0)])
    market.toState(0n, 'Assigned')
    // What it keeps stays, and counts.
    market.succeed([keys, offerOf(0n, 0)])
    expect(market.offer(keys.publicKey)).toMatchObject({ storageBytes: 0n })
    expectExact(market)
  })

  test('encode nothing that they host, that they offer too little for, or without an offer', () => {
    const market = openMarket({ hosters: 2, encoders: 1 })
    const { keys } = encoders[0]!
    market.succeed([donor, donate()], [donor, planOf()], [keys, offerOf(0n, 0)])
    market.to(market.number + 6)
    expect(market.copy(0n).state).toBe('Vacant')
    market.succeed([keys, callOf('Workers', 'update', { roles: ['Encoder', 'Hoster'], capacity: 20 })])
    market.succeed([keys, callOf('Feeds', 'host', { feed: feed.head.key, length: 12 })], [keys, offerOf(0n, 9_000)])
    market.to(market.number + 6)
    expect(market.copy(0n).state).toBe('Vacant')
    market.succeed([keys, callOf('Feeds', 'stopHosting', { feed: feed.head.key })])
    market.toState(0n, 'Assigned')
  })
})

describe('two plans over the same blocks', () => {
  const range = (from: number, to: number) => ({ ranges: [{ from, to }] })

  test('wait where the only hoster keeps some of them, and go to another one', () => {
    const market = openMarket({ hosters: 1, parameters: { challengeInterval: 1_000 } })
    market.succeed([donor, donate()], [donor, planOf(range(0, 8))])
    market.live(0n)
    market.succeed([donor, planOf(range(7, 12))])
    market.to(market.number + 12)
    expect(market.copy(1n).state).toBe('Vacant')
    const other = hosters[1]!
    market.succeed([other.keys, registration(market, other, ['Hoster'], { capacity: 20 })])
    market.succeed([other.keys, offerOf(10_000_000n, 0)])
    expect(market.toState(1n, 'Assigned').hoster!.account).toEqual(other.account)
    expectExact(market)
  })

  test('go to one hoster where they only meet', () => {
    const market = openMarket({ hosters: 1 })
    market.succeed([donor, donate()], [donor, planOf(range(0, 8))])
    market.live(0n)
    market.succeed([donor, planOf(range(8, 12))])
    expect(market.toState(1n, 'Assigned').hoster!.account).toEqual(hosters[0]!.account)
  })

  test('never give a hoster a block twice, whatever the plans are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(11), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 2 })), {
          minLength: 2,
          maxLength: 5,
        }),
        (plans) => {
          const market = openMarket({ hosters: 3, encoders: 6 })
          market.succeed([donor, donate()])
          for (const [from, blocks, copies] of plans)
            market.succeed([donor, planOf({ ...range(from, Math.min(from + blocks, 12)), copies })])
          const kept = new Set<string>()
          for (let block = 0; block < 6; block++) {
            market.to(market.number + 1)
            kept.clear()
            for (const [, { hoster, contract }] of market.copies()) {
              if (!hoster) continue
              const { from, to } = market.contract(contract)
              for (let index = from; index < to; index++) {
                const name = `${toHex(hoster.account)} ${index}`
                expect(kept).not.toContain(name)
                kept.add(name)
              }
            }
          }
          expect(kept.size).toBeGreaterThan(0)
        },
      ),
      { numRuns: 15 },
    )
  })
})

test('an encoder so slow that it would have long to be silent in is not drawn', () => {
  const market = openPlanned({}, { parameters: { leastEncodingBytesPerBlock: 10_001 } })
  market.to(market.number + 6)
  expect(market.copy(0n).state).toBe('Vacant')
  const other = openPlanned({}, { parameters: { leastEncodingBytesPerBlock: 10_000 } })
  other.toState(0n, 'Assigned')
})

describe('a hoster is drawn', () => {
  test('by its reputation', () => {
    const market = openPlanned(targets({ leastReputationPpm: 300_001 }))
    market.to(market.number + 12)
    expect(market.copy(0n).state).toBe('Vacant')
    const other = openPlanned(targets({ leastReputationPpm: 300_000 }))
    other.toState(0n, 'Assigned')
  })

  test.each<[string, Partial<ServiceTargets>, boolean]>([
    ['fast enough', { highestLatencyP95Us: 50, leastThroughputBytesPerSecond: 900n }, true],
    ['too slow to answer', { highestLatencyP95Us: 49 }, false],
    ['too slow', { leastThroughputBytesPerSecond: 1_001n }, false],
  ])('by what rounds have measured: %s', (_, change, isFit) => {
    const market = openMarket({ hosters: 1 })
    measure(market, hosters[0]!.account, 50, 1_000n)
    market.succeed([donor, donate()], [donor, planOf(targets(change))])
    market.to(market.number + 12)
    expect(market.copyOf(0n)?.hoster !== undefined || market.copy(0n).tries > 0).toBe(isFit)
  })

  test('that no round has measured in the share of draws for that', () => {
    const never = openPlanned(targets({ highestLatencyP95Us: 50 }), { parameters: { vettingSharePpm: 0 } })
    never.to(never.number + 20)
    expect(never.copy(0n).state).toBe('Vacant')
    const always = openPlanned(targets({ highestLatencyP95Us: 50 }))
    always.toState(0n, 'Assigned')
  })
})

test('only workers of the role offer what it takes', () => {
  const market = openMarket()
  market.refuses(outsider.keys, offerOf(1n, 0), 'Hosting.NotAProvider')
  market.refuses(hosters[0]!.keys, offerOf(1n, 1), 'Hosting.NotAProvider')
  market.refuses(encoders[0]!.keys, offerOf(1n, 1), 'Hosting.NotAProvider')
  market.succeed([outsider.keys, hosting('offer', { storageBytes: 0n, encodingBytesPerBlock: 0 })])
})
