/** Pallet Hosting: hosters that leave in order, and copies that are encoded anew. */
import { describe, expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { NEWCOMER, rate } from '#types/domain/reputation.ts'
import { actorOf, outsider } from '../../../../../helpers/attestation/chain.ts'
import { expectExact, hosting, openPlanned, type Market } from '../../../../../helpers/hosting/market.ts'
import { callOf } from '../../../../../helpers/runtime.ts'

const leave = (market: Market, id = 0n) => hosting('leaveCopy', market.named(id))
const six = { hosters: 4, encoders: 6 }

describe('a hoster that leaves', () => {
  test('serves and is paid until another one has the copy that takes its place', async () => {
    const market = openPlanned({}, six)
    market.live(0n)
    const leaver = market.copy(0n).hoster!.account
    const { keys } = actorOf(leaver)
    market.refuses(outsider.keys, leave(market), 'Hosting.NotHoster')
    market.refuses(keys, callOf('Workers', 'unregister'), 'Workers.HasDuties')
    market.succeed([keys, leave(market)])
    market.refuses(keys, leave(market), 'Hosting.AlreadyLeaving')
    expect(market.contract(0)).toMatchObject({ state: 'Active', copies: [0n, 1n] })
    expect(market.copy(1n)).toMatchObject({ state: 'Vacant', replaces: 0n })
    await market.pass(0n)
    expect(market.event('Hosting.Paid')).toMatchObject({ who: leaver, for: 'Storage' })
    market.live(1n)
    expect(market.event('Hosting.CopyEnded')).toEqual({ copy: 0n, generation: 0, contract: 0 })
    expect(market.contract(0)).toMatchObject({ state: 'Active', copies: [1n] })
    expect(toHex(market.copy(1n).hoster!.account)).not.toBe(toHex(leaver))
    expectExact(market)
    market.succeed([keys, callOf('Workers', 'unregister')])
  })

  test('and falls silent before that loses its name for it, and the other copy is made all the same', () => {
    const market = openPlanned({}, { ...six, parameters: { setupTries: 16 } })
    market.live(0n)
    const leaver = market.copy(0n).hoster!.account
    market.succeed([market.hosterOf(0n), leave(market)])
    market.until('its copy is given up', () => market.copyOf(0n) === undefined)
    expect(market.reputation(leaver, 'Hoster')).toEqual(rate(NEWCOMER, 'failure'))
    expectExact(market)
    market.live(1n)
    expect(market.contract(0)).toMatchObject({ state: 'Active', copies: [1n] })
  })

  test('before its copy is whole is blamed, and the copy begins anew', () => {
    const market = openPlanned({}, six)
    market.toState(0n, 'Assigned')
    const leaver = market.copy(0n).hoster!.account
    market.succeed([market.hosterOf(0n), leave(market)])
    expect(market.event('Hosting.CopyFailed')).toMatchObject({ fault: 'HosterLeft', blamed: leaver })
    expect(market.copy(0n)).toMatchObject({ state: 'Vacant', generation: 1 })
    expectExact(market)
  })
})

test('a plan has its copies encoded anew after so many passed challenges', async () => {
  const market = openPlanned({ reencodeEvery: 2 }, six)
  market.live(0n)
  await market.pass(0n)
  expect(market.contract(0).copies).toEqual([0n])
  await market.pass(0n)
  expect(market.contract(0).copies).toEqual([0n, 1n])
  market.live(1n)
  expect(market.contract(0)).toMatchObject({ state: 'Active', copies: [1n] })
  expectExact(market)
})
