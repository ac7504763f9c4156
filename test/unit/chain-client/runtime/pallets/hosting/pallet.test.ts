/** Pallet Hosting: from a donation to a paid challenge. */
import { describe, expect, test } from 'vitest'
import { NEWCOMER, score } from '#types/domain/reputation.ts'
import { expectExact, GIFT, openPlanned } from '../../../../../helpers/hosting/market.ts'

describe('a plan with money', () => {
  test('leads to a copy that is assigned, encoded, confirmed, challenged and paid', async () => {
    const market = openPlanned()
    market.build()
    expect(market.contract(0)).toMatchObject({ state: 'Queued', from: 0, to: 12, copies: [0n] })
    market.build()
    const { hoster, encoder, due } = market.copy(0n)
    expect(market.copy(0n)).toMatchObject({ state: 'Assigned', generation: 0, segments: [] })
    expect(market.contract(0).state).toBe('Setup')
    expect(due).toBe(market.number + 4)
    expect(market.pool().committed).toBe(market.copy(0n).committed)
    expectExact(market)
    market.succeed(market.acceptance(0n))
    market.succeed(market.commitment(0n))
    expectExact(market)
    const before = market.account(encoder!.account).data.free
    market.succeed(market.confirmation(0n))
    const { leaves } = market.copy(0n).segments[0]!
    const price = (leaves * 10n ** 12n + 1023n) / 1024n
    expect(market.account(encoder!.account).data.free - before).toBe(price / 2n)
    expect(market.copy(0n)).toMatchObject({ state: 'Live', owed: price - price / 2n, encoder: undefined })
    expect(market.contract(0).state).toBe('Active')
    expectExact(market)
    market.challenged(0n)
    expectExact(market)
    const answer = await market.answer(0n)
    const hosterBefore = market.account(hoster!.account).data.free
    market.succeed(answer)
    const paid = (price * BigInt(score(NEWCOMER))) / 1_000_000n
    expect(market.event('Hosting.Paid')).toMatchObject({ amount: paid, for: 'Storage' })
    expect(market.account(hoster!.account).data.free).toBeLessThan(hosterBefore + paid)
    expect(market.account(encoder!.account).data.free - before).toBe(price)
    expect(market.pool().total).toBe(GIFT - price - paid)
    expect(market.copy(0n)).toMatchObject({ state: 'Live', passes: 1, owed: 0n, committed: price })
    expectExact(market)
  })
})
