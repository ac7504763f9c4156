/** Pallet Hosting: challenges of a copy, its pay, and its repair. */
import { describe, expect, test } from 'vitest'
import { toHex, u64le } from '#types/bytes.ts'
import { priceOf } from '#types/domain/hosting/plan.ts'
import { NEWCOMER, rate, score } from '#types/domain/reputation.ts'
import { ChallengeResult } from '#types/domain/hosting/contract.ts'
import type { HostingParameters } from '#types/domain/hosting/market-parameters.ts'
import type { RuntimeCall } from '#chain/runtime/frame/terms.ts'
import { vec } from '#types/scale/compound.ts'
import { Twox64Concat } from '#types/scale/storage-key.ts'
import { outsider, root, type Signed } from '../../../../../helpers/attestation/chain.ts'
import {
  donate,
  donor,
  expectExact,
  hosters,
  offerOf,
  openPlanned,
  openMarket,
  parameterChange,
  PARAMETERS,
  planOf,
  withdraw,
  type Market,
} from '../../../../../helpers/hosting/market.ts'

const results = (market: Market, id = 0n) =>
  market.stored('Hosting', 'Results', vec(ChallengeResult), [Twox64Concat, u64le(id)])?.map(({ passed }) => passed)

describe('a challenge', () => {
  test('comes half an interval to one and a half after the last one, and is paid by reputation', async () => {
    const market = openPlanned()
    market.live(0n)
    const { hoster } = market.copy(0n)
    let reputation = NEWCOMER
    const gaps: number[] = []
    let last = market.number
    for (let passed = 1; passed <= 6; passed++) {
      gaps.push(market.copy(0n).due - last)
      market.challenged(0n)
      last = market.number
      expect(market.number).toBe(market.copy(0n).due - PARAMETERS.challengeWindow - 1)
      market.succeed(await market.answer(0n))
      const full = priceOf(market.copy(0n).segments[0]!.leaves, 10n ** 12n)
      const amount = (full * BigInt(score(reputation))) / 1_000_000n
      expect(market.event('Hosting.Paid')).toMatchObject({ who: hoster!.account, amount, for: 'Storage' })
      reputation = rate(reputation, 'success')
      expect(market.reputation(hoster!.account, 'Hoster')).toEqual(reputation)
      expect(market.copy(0n)).toMatchObject({ passes: passed, challenge: undefined, committed: full })
      expectExact(market)
    }
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(PARAMETERS.challengeInterval / 2)
    expect(Math.max(...gaps)).toBeLessThan((PARAMETERS.challengeInterval * 3) / 2)
    expect(new Set(gaps).size).toBeGreaterThan(1)
    expect(results(market)).toEqual([true, true, true, true, true, true])
  })

  test('is answered in a block that a provider floods with offers: each costs it a fee, and the chain keeps one', async () => {
    const market = openPlanned()
    market.live(0n)
    market.challenged(0n)
    const answer = await market.answer(0n)
    const offers = market.count('Hosting', 'Offers')
    const { keys, account } = hosters.find((who) => who.keys !== market.hosterOf(0n))!
    const purse = market.account(account).data.free
    const flood = Array.from({ length: 40 }, (_, i): Signed => [keys, offerOf(BigInt(i + 1), 0)])
    market.succeed(...flood.slice(0, 1))
    const fee = purse - market.account(account).data.free
    expect(fee).toBeGreaterThan(0n)
    market.succeed(...flood.slice(1), answer)
    expect(purse - market.account(account).data.free).toBeGreaterThanOrEqual(fee * BigInt(flood.length))
    expect(market.count('Hosting', 'Offers')).toBe(offers)
    expect(market.copy(0n).passes).toBe(1)
  })

  test('comes at the same time, in whichever block of its window the last one was answered', async () => {
    const market = openPlanned({}, { parameters: { challengeInterval: 40, challengeWindow: 6 } })
    market.live(0n)
    market.challenged(0n)
    const answer = await market.answer(0n)
    const dues = [0, 1, 2, 3, 4, 5].map((wait) => {
      let due = 0
      market.branch(() => {
        market.to(market.number + wait)
        market.succeed(answer)
        ;({ due } = market.copy(0n))
      })
      return due
    })
    expect(new Set(dues).size).toBe(1)
  })

  test('takes only the drawn leaves, from its hoster, in time', async () => {
    const market = openPlanned({ copies: 2 })
    market.live(0n)
    market.challenged(0n)
    const [keys, call] = await market.answer(0n)
    const spoilt = (change: object) => ({ ...call, args: { ...call.args, ...change } })
    market.refuses(outsider.keys, call, 'Hosting.NotHoster')
    market.refuses(keys, spoilt({ answer: [] }), 'Hosting.BadAnswer')
    const answer = await market.answerTo(0n)
    const [segment] = answer
    const [block] = segment!.blocks
    const wrong = { ...block!, leaves: block!.leaves.map((leaf) => leaf.with(5, leaf[5]! ^ 1)) }
    const forged = [{ ...segment!, blocks: [wrong, ...segment!.blocks.slice(1)] }]
    market.refuses(keys, spoilt({ answer: forged }), 'Hosting.BadAnswer')
    market.refuses(keys, spoilt({ generation: 1 }), 'Hosting.WrongGeneration')
    market.refuses(keys, spoilt({ copy: 7n }), 'Hosting.UnknownCopy')
    const { until } = market.copy(0n).challenge!
    market.to(until - 1)
    market.branch(() => market.succeed([keys, call]))
    market.succeed([keys, call])
    market.refuses(keys, call, 'Hosting.WrongState')
  })

  test('that is missed once comes again at once with other leaves; answered then, the copy is good', async () => {
    const market = openPlanned()
    market.live(0n)
    market.challenged(0n)
    const first = market.copy(0n).challenge!
    const [keys, late] = await market.answer(0n)
    market.to(first.until + 1)
    expect(market.copy(0n)).toMatchObject({ state: 'Suspect', misses: 1 })
    const second = market.copy(0n).challenge!
    expect(toHex(second.beacon)).not.toBe(toHex(first.beacon))
    market.refuses(keys, late, 'Hosting.BadAnswer')
    expect(market.contract(0).state).toBe('Active')
    market.succeed(await market.answer(0n))
    expect(market.copy(0n)).toMatchObject({ state: 'Live', passes: 1, misses: 1 })
    expect(results(market)).toEqual([false, true])
    expectExact(market)
  })

  test('that is missed costs the pay of its period, also where the next answer is good', async () => {
    const market = openPlanned()
    market.live(0n)
    await market.pass(0n)
    const { account } = market.copy(0n).hoster!
    const reputation = market.reputation(account, 'Hoster')
    market.challenged(0n)
    market.to(market.copy(0n).challenge!.until + 1)
    market.succeed(await market.answer(0n))
    expect(market.event('Hosting.StorageProven')).toMatchObject({ copy: 0n })
    expect(market.event('Hosting.Paid')).toBeUndefined()
    expect(market.reputation(account, 'Hoster')).toEqual(reputation)
    await market.pass(0n)
    expect(market.event('Hosting.Paid')).toMatchObject({ who: account })
    expectExact(market)
  })

  test('that is missed twice costs the copy, which another hoster gets from another encoder', () => {
    const market = openPlanned({ copies: 2 }, { hosters: 4, encoders: 6 })
    market.live(0n, 1n)
    market.until('a copy has failed', () => market.all('Hosting.CopyFailed').length > 0)
    const failed = market.event('Hosting.CopyFailed') as { copy: bigint; blamed: Uint8Array }
    expect(failed).toMatchObject({ fault: 'StorageMissed', generation: 0 })
    expect(market.copy(failed.copy)).toMatchObject({ state: 'Vacant', generation: 1, segments: [], owed: 0n })
    expect(market.contract(0).state).toBe('Repairing')
    expect(market.reputation(failed.blamed, 'Hoster')).toEqual(rate(NEWCOMER, 'failure'))
    expectExact(market)
    market.live(failed.copy)
    expect(toHex(market.copy(failed.copy).hoster!.account)).not.toBe(toHex(failed.blamed))
    expect(market.all('Hosting.CopyLive')).toMatchObject([{ copy: failed.copy, generation: 1, contract: 0 }])
    expectExact(market)
  })
})

describe('a contract', () => {
  test('is lost when its only copy is, and nobody can encode it again', () => {
    const market = openPlanned({}, { encoders: 6, hosters: 4 })
    market.live(0n)
    market.until('its copy failed', () => market.copy(0n).generation === 1)
    expect(market.contract(0).state).toBe('Repairing')
    market.heartbeats()
    market.until('it is lost', () => market.contract(0).state === 'Lost')
    expect(market.copies()).toEqual([])
    expect(market.pool().committed).toBe(0n)
    expectExact(market)
  })

  test('whose pool runs short pays less, starves, and ends', async () => {
    const market = openPlanned({ copies: 2 })
    market.live(0n, 1n)
    const { total, committed } = market.pool()
    market.succeed([donor, withdraw(total - committed)])
    const id = market.copies().toSorted(([, a], [, b]) => a.due - b.due)[0]![0]
    await market.pass(id)
    expect(market.copy(id).committed).toBeLessThan(priceOf(market.copy(id).segments[0]!.leaves, 10n ** 12n))
    const since = market.contract(0).starvingSince
    expect(since).toBe(market.number)
    expectExact(market)
    market.branch(() => {
      market.succeed([donor, donate()])
      market.until('it has enough again', () => market.contract(0).starvingSince === 0 || market.copies().length === 0)
    })
    while (market.contract(0).state !== 'Starved') {
      // The contract may end in the block that has the answer.
      const asked = market.copies().find(([, { challenge }]) => challenge)
      if (asked) market.block(await market.answer(asked[0]))
      else market.build()
      expectExact(market)
    }
    expect(market.number).toBeGreaterThan(since + PARAMETERS.starvingGrace)
    expect(market.copies()).toEqual([])
  })

  test('whose money is withdrawn before its copies have committed it waits, and starves', () => {
    const market = openMarket()
    market.succeed([donor, donate()], [donor, planOf({ copies: 2 })])
    // Between the block that makes the contract and the one that draws.
    market.succeed([donor, withdraw(market.pool().total)])
    market.build()
    const since = market.number
    expect(market.contract(0)).toMatchObject({ state: 'Queued', starvingSince: since })
    expect(market.copies().every(([, { state }]) => state === 'Vacant')).toBe(true)
    market.branch(() => {
      market.succeed([donor, donate()])
      market.to(market.number + PARAMETERS.queuePause)
      expect(market.contract(0)).toMatchObject({ state: 'Setup', starvingSince: 0 })
    })
    market.until('it is starved', () => market.contract(0).state === 'Starved')
    expect(market.number).toBeGreaterThan(since + PARAMETERS.starvingGrace)
    expectExact(market)
  })
})

test('root changes parameters, within bounds', () => {
  const market = openMarket()
  const asRoot = (changes: Partial<HostingParameters>) => {
    market.succeed([root, parameterChange(changes)])
    return market.event('Sudo.Sudid')
  }
  const { call } = parameterChange({ challengeWindow: 2 }).args
  market.refuses(donor, call as RuntimeCall, 'BadOrigin')
  for (const changes of [{ challengeWindow: 0 }, { challengeInterval: 5 }, { leastModulusBytes: 129 }])
    expect(asRoot(changes)).toMatchObject({ sudoResult: { ok: false, error: { tag: 'Module' } } })
  expect(market.event('Hosting.ParametersChanged')).toBeUndefined()
  expect(asRoot({ challengeWindow: 2 })).toMatchObject({ sudoResult: { ok: true } })
  expect(market.event('Hosting.ParametersChanged')).toMatchObject({ changes: { challengeWindow: 2 } })
})
