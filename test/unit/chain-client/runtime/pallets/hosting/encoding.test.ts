/** Pallet Hosting: how a copy is made, and what happens where a provider is late, silent or wrong. */
import { describe, expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { RETENTION_BLOCKS } from '#types/domain/attestation/order.ts'
import { NEWCOMER, rate } from '#types/domain/reputation.ts'
import { u32 } from '#types/scale/primitives.ts'
import { Blake2_128Concat } from '#types/scale/storage-key.ts'
import { actorOf, outsider, root } from '../../../../../helpers/attestation/chain.ts'
import { testKey } from '../../../../../helpers/hosting/copies.ts'
import {
  donor,
  expectExact,
  hosting,
  openPlanned,
  parameterChange,
  PARAMETERS,
  planOf,
  type Market,
} from '../../../../../helpers/hosting/market.ts'

const FAILED = rate(NEWCOMER, 'failure')
const accounts = (market: Market, id = 0n) => {
  const { hoster, encoder } = market.copy(id)
  return { hoster: hoster!.account, encoder: encoder?.account }
}

/** A market whose copy 0 is in that state. */
function at(state: 'Assigned' | 'Encoding' | 'Confirming', setting: Parameters<typeof openPlanned>[1] = {}): Market {
  const market = openPlanned({}, setting)
  market.toState(0n, 'Assigned')
  if (state !== 'Assigned') market.succeed(market.acceptance(0n))
  if (state === 'Confirming') market.succeed(market.commitment(0n))
  return market
}

describe('an encoder', () => {
  test('must have a key of the right length that nobody used', () => {
    const market = at('Assigned', { encoders: 6 })
    const { keys } = actorOf(market.copy(0n).encoder!.account)
    const accept = (modulus: Uint8Array) => hosting('acceptCopy', { ...market.named(0n), modulus })
    const { modulus } = testKey()
    market.refuses(keys, accept(modulus.subarray(1)), 'Hosting.BadModulus')
    market.refuses(keys, accept(new Uint8Array(200).fill(255)), 'Hosting.BadModulus')
    market.refuses(keys, accept(modulus.with(0, 0x7f)), 'Hosting.BadModulus')
    market.refuses(keys, accept(modulus.with(127, 2)), 'Hosting.BadModulus')
    market.refuses(outsider.keys, accept(modulus), 'Hosting.NotEncoder')
    market.refuses(keys, hosting('acceptCopy', { copy: 9n, generation: 0, modulus }), 'Hosting.UnknownCopy')
    market.refuses(keys, hosting('acceptCopy', { copy: 0n, generation: 1, modulus }), 'Hosting.WrongGeneration')
    market.succeed([keys, accept(modulus)])
    market.refuses(keys, accept(modulus), 'Hosting.WrongState')
    // The next encoder cannot take the same one.
    market.toState(0n, 'Assigned')
    const next = actorOf(market.copy(0n).encoder!.account).keys
    market.refuses(next, accept(modulus), 'Hosting.ModulusUsed')
  })

  test('has a key that the chain forgets some time after the copy is gone', () => {
    const market = at('Assigned')
    const { modulus } = market.keyOf(0n)
    market.live(0n)
    expect(market.count('Hosting', 'Moduli')).toBe(1)
    market.succeed([donor, hosting('cancelPlan', { plan: 0 })])
    market.build()
    expect(market.copies()).toEqual([])
    market.succeed([donor, planOf()])
    const forgotten = market.number + RETENTION_BLOCKS
    market.branch(() => {
      market.toState(1n, 'Assigned')
      const { keys } = actorOf(market.copy(1n).encoder!.account)
      market.refuses(keys, hosting('acceptCopy', { ...market.named(1n), modulus }), 'Hosting.ModulusUsed')
    })
    market.succeed([donor, hosting('cancelPlan', { plan: 1 })])
    market.to(forgotten)
    expect([market.count('Hosting', 'Moduli'), market.count('Hosting', 'ModuliPruned')]).toEqual([0, 0])
  })

  test('that makes no key is blamed, and another one takes its place', () => {
    const market = at('Assigned')
    const { hoster, encoder } = accounts(market)
    market.to(market.copy(0n).due)
    expect(market.event('Hosting.CopyFailed')).toMatchObject({ fault: 'NotAccepted', blamed: encoder, generation: 0 })
    expect(market.reputation(encoder!, 'Encoder')).toEqual(FAILED)
    expect(market.copy(0n)).toMatchObject({ state: 'Vacant', tries: 1, encoder: undefined, generation: 0 })
    expect(market.contract(0).state).toBe('Queued')
    expectExact(market)
    market.toState(0n, 'Assigned')
    const again = accounts(market)
    expect(toHex(again.hoster)).toBe(toHex(hoster))
    expect(toHex(again.encoder!)).not.toBe(toHex(encoder!))
  })

  test('has the time that its offer says, and then some', () => {
    const market = at('Encoding')
    const { until } = market.event('Hosting.CopyAccepted') as { until: number }
    expect(until).toBe(market.number + PARAMETERS.encodeWindow + 1)
    market.to(until + PARAMETERS.confirmWindow)
    expect(market.copy(0n).state).toBe('Encoding')
    market.build()
    expect(market.event('Hosting.CopyFailed')).toMatchObject({ fault: 'NotEncoded' })
    expect(market.copy(0n).state).toBe('Vacant')
    expectExact(market)
  })

  test('cannot tell another end, or leaves that these blocks cannot have', () => {
    const market = at('Encoding')
    const { keys } = actorOf(market.copy(0n).encoder!.account)
    const end = market.encode(0n)
    const commit = (change: object) => hosting('commitSegment', { ...market.named(0n), end: { ...end, ...change } })
    market.refuses(keys, commit({ to: 11 }), 'Hosting.BadSegment')
    market.refuses(keys, commit({ to: 13 }), 'Hosting.BadSegment')
    market.refuses(keys, commit({ leaves: 1n }), 'Hosting.BadSegment')
    market.refuses(keys, commit({ leaves: 2n ** 64n - 1n }), 'Hosting.BadSegment')
    market.refuses(outsider.keys, commit({}), 'Hosting.NotEncoder')
    market.succeed([keys, commit({})])
    market.refuses(keys, commit({}), 'Hosting.WrongState')
  })

  test('after too many that failed, the copy begins anew with another hoster, and the contract waits', () => {
    const market = at('Assigned', { encoders: 6, hosters: 2 })
    const { hoster } = accounts(market)
    for (let tries = 1; tries < PARAMETERS.setupTries; tries++) {
      market.to(market.copy(0n).due)
      expect(market.copy(0n)).toMatchObject({ tries, due: market.number + PARAMETERS.retryPause * 2 ** (tries - 1) })
      market.toState(0n, 'Assigned')
    }
    market.to(market.copy(0n).due)
    const due = market.number + PARAMETERS.queuePause
    expect(market.copy(0n)).toMatchObject({ state: 'Vacant', generation: 1, hoster: undefined, tries: 0, due })
    expect(market.contract(0).state).toBe('Queued')
    expect(market.pool().committed).toBe(0n)
    expectExact(market)
    market.toState(0n, 'Assigned')
    expect(toHex(accounts(market).hoster)).not.toBe(toHex(hoster))
  })
})

describe('a hoster', () => {
  test('that confirms another root is replaced with the encoder, and nobody is blamed', () => {
    const market = at('Confirming')
    const { hoster, encoder } = accounts(market)
    const pending = market.copy(0n).pending!
    market.refuses(outsider.keys, market.confirmation(0n)[1], 'Hosting.NotHoster')
    market.succeed(market.confirmation(0n, { ...pending, root: new Uint8Array(32) }))
    expect(market.event('Hosting.CopyFailed')).toMatchObject({ fault: 'RootsDiffer', blamed: undefined })
    expect(market.copy(0n)).toMatchObject({ state: 'Vacant', generation: 1, segments: [], committed: 0n })
    expect(market.reputation(hoster, 'Hoster')).toEqual(NEWCOMER)
    expectExact(market)
    market.toState(0n, 'Assigned')
    const next = accounts(market)
    expect([toHex(next.hoster), toHex(next.encoder!)]).not.toContain(toHex(hoster))
    expect([toHex(next.hoster), toHex(next.encoder!)]).not.toContain(toHex(encoder!))
  })

  test('that always confirms another root is blamed from the third time on; a whole copy ends the row', () => {
    const market = openPlanned({}, { hosters: 2, encoders: 12 })
    const dispute = (): Uint8Array => {
      market.heartbeats()
      market.toState(0n, 'Assigned')
      const { hoster } = accounts(market)
      market.succeed(market.acceptance(0n))
      market.succeed(market.commitment(0n))
      market.succeed(market.confirmation(0n, { ...market.copy(0n).pending!, root: new Uint8Array(32) }))
      return hoster
    }
    // Two hosters take turns: the one with which the copy has just failed is left out.
    const [first] = [dispute(), dispute(), dispute(), dispute()]
    expect(market.reputation(first, 'Hoster')).toEqual(NEWCOMER)
    market.branch(() => {
      expect(toHex(dispute())).toBe(toHex(first))
      expect(market.event('Hosting.CopyFailed')).toMatchObject({ fault: 'RootsDiffer', blamed: first })
      expect(market.reputation(first, 'Hoster')).toEqual(FAILED)
      expectExact(market)
    })
    market.heartbeats()
    market.live(0n)
    expect(toHex(market.copy(0n).hoster!.account)).toBe(toHex(first))
    expect(market.stored('Hosting', 'Disputes', u32, [Blake2_128Concat, first])).toBeUndefined()
  })

  test('that says nothing is blamed', () => {
    const market = at('Confirming')
    const { hoster } = accounts(market)
    market.to(market.copy(0n).due)
    expect(market.event('Hosting.CopyFailed')).toMatchObject({ fault: 'NotConfirmed', blamed: hoster })
    expect(market.reputation(hoster, 'Hoster')).toEqual(FAILED)
    expect(market.copy(0n)).toMatchObject({ state: 'Vacant', generation: 1 })
    expectExact(market)
  })
})

describe('a checkpoint', () => {
  const late = (): Market => {
    const market = at('Encoding', { encoders: 6 })
    market.to(market.copy(0n).encodesUntil)
    return market
  }

  test('of a late encoder closes its segment, and another one goes on from there, with its own key', async () => {
    const market = late()
    const first = accounts(market).encoder!
    market.succeed(market.checkpoint(0n, market.encode(0n, 5)))
    expect(market.event('Hosting.SegmentMatched')).toMatchObject({ end: { to: 5 } })
    expect(market.event('Hosting.CopyFailed')).toMatchObject({ fault: 'NotEncoded', blamed: first })
    expect(market.copy(0n)).toMatchObject({ state: 'Vacant', generation: 0, segments: [{ from: 0, to: 5 }] })
    expectExact(market)
    market.toState(0n, 'Assigned')
    expect(market.event('Hosting.CopyAssigned')).toMatchObject({ from: 5 })
    market.succeed(market.acceptance(0n))
    market.succeed(market.commitment(0n))
    market.succeed(market.confirmation(0n))
    expect(market.copy(0n)).toMatchObject({ state: 'Live', segments: [{ to: 5 }, { from: 5, to: 12 }] })
    expect(market.all('Hosting.Paid')).toHaveLength(2)
    await market.pass(0n)
    expect(market.all('Hosting.Paid').map((paid) => (paid as { for: string }).for)).toEqual([
      'EncodingProven',
      'EncodingProven',
      'Storage',
    ])
    expectExact(market)
  })

  test('comes no sooner where root makes the time of hosters longer meanwhile', () => {
    const market = at('Encoding', { encoders: 6 })
    const { encodesUntil } = market.copy(0n)
    market.succeed([root, parameterChange({ confirmWindow: PARAMETERS.confirmWindow + 10 })])
    const [keys, call] = market.checkpoint(0n, market.encode(0n, 5))
    market.to(encodesUntil - 1)
    market.refuses(keys, call, 'Hosting.TooEarly')
    market.to(encodesUntil)
    market.succeed([keys, call])
  })

  test('of all blocks makes the copy whole, and blames nobody', () => {
    const market = late()
    const { encoder } = accounts(market)
    market.succeed(market.checkpoint(0n, market.encode(0n)))
    expect(market.copy(0n)).toMatchObject({ state: 'Live', encoder: undefined })
    expect(market.reputation(encoder!, 'Encoder')).toEqual(NEWCOMER)
    expectExact(market)
  })

  test('is refused while the encoder has time, by others, of another end, and without its signature', () => {
    const market = at('Encoding')
    const [keys, call] = market.checkpoint(0n, market.encode(0n, 5))
    market.refuses(keys, call, 'Hosting.TooEarly')
    market.to(market.copy(0n).encodesUntil)
    market.refuses(outsider.keys, call, 'Hosting.NotHoster')
    const spoilt = (change: object) => ({ ...call, args: { ...call.args, ...change } })
    market.refuses(keys, spoilt({ end: { ...(call.args['end'] as object), to: 6 } }), 'Hosting.BadSignature')
    market.refuses(keys, spoilt({ end: { ...(call.args['end'] as object), to: 0 } }), 'Hosting.BadSegment')
    market.refuses(keys, spoilt({ signature: new Uint8Array(64) }), 'Hosting.BadSignature')
    market.succeed([keys, call])
  })
})
