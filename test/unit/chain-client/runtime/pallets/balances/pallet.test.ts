import { describe, expect, it } from 'vitest'
import type { DispatchError } from '#types/scale/dispatch.ts'
import type { Origin } from '#chain/runtime/frame/origin.ts'
import { balancesPallet } from '#chain/runtime/pallets/balances/pallet.ts'
import { EXISTENTIAL_DEPOSIT as ED } from '#chain/runtime/pallets/balances/ledger.ts'
import { account, callOf, id, palletRuntime } from '../../../../../helpers/runtime.ts'

const [alice, bob, carol] = [account('alice'), account('bob'), account('carol')]
const token = (value: string): DispatchError => ({ tag: 'Token', value }) as DispatchError

function open() {
  const runtime = palletRuntime((builder, system) => builder.add(4, balancesPallet, { system }))
  const { run, pallets: balances, system, frame } = runtime
  run(() => {
    balances.mint(alice, 100n * ED)
    balances.mint(bob, 10n * ED)
  })
  const dispatch = (name: string, args: Record<string, unknown>, origin: Origin = { signed: alice }) =>
    run(() => frame.dispatcher.dispatch(callOf('Balances', name, args), origin))
  return {
    ...runtime,
    balances,
    dispatch,
    free: (who: Uint8Array) => run(() => balances.free(who)),
    info: (who: Uint8Array) => run(() => system.account(who)),
    total: () => run(() => balances.totalIssuance()),
    names: () => runtime.events().map(({ value }) => value.tag),
  }
}

type Open = ReturnType<typeof open>

function expectNothingChanged(chain: Open, act: () => unknown, error: DispatchError) {
  const [before, events] = [chain.snapshot(), chain.events().length]
  expect(act()).toMatchObject({ ok: false, error })
  expect(chain.snapshot()).toBe(before)
  expect(chain.events()).toHaveLength(events)
}

describe('transfers', () => {
  it('move free balance', () => {
    const chain = open()
    expect(chain.dispatch('transferKeepAlive', { dest: id(bob), value: 5n * ED }).ok).toBe(true)
    expect([chain.free(alice), chain.free(bob), chain.total()]).toEqual([95n * ED, 15n * ED, 110n * ED])
    expect(chain.events().at(-1)!.value).toEqual({ tag: 'Transfer', value: { from: alice, to: bob, amount: 5n * ED } })
  })

  it('make accounts', () => {
    const chain = open()
    chain.dispatch('transferAllowDeath', { dest: id(carol), value: ED })
    expect(chain.info(carol)).toMatchObject({ providers: 1, data: { free: ED } })
    expect(chain.names().slice(-3)).toEqual(['NewAccount', 'Endowed', 'Transfer'])
  })

  it('end accounts, and burn their dust', () => {
    const chain = open()
    expect(chain.dispatch('transferAllowDeath', { dest: id(bob), value: 100n * ED - 7n }).ok).toBe(true)
    expect(chain.info(alice)).toMatchObject({ providers: 0, data: { free: 0n } })
    expect(chain.total()).toBe(110n * ED - 7n)
    expect(chain.names().slice(-3)).toEqual(['KilledAccount', 'DustLost', 'Transfer'])
  })

  it.each([
    ['more than there is', 'transferAllowDeath', 101n * ED, bob, token('FundsUnavailable')],
    ['too little to make an account', 'transferAllowDeath', ED - 1n, carol, token('BelowMinimum')],
    ['all of an account to be kept alive', 'transferKeepAlive', 100n * ED, bob, token('NotExpendable')],
  ])('refuse %s', (_, name, value, to, error) => {
    const chain = open()
    expectNothingChanged(chain, () => chain.dispatch(name, { dest: id(to), value }), error)
  })

  it('refuse addresses that are no account id', () => {
    const chain = open()
    const dest = { tag: 'Index', value: undefined }
    expectNothingChanged(chain, () => chain.dispatch('transferAllowDeath', { dest, value: 1n }), {
      tag: 'CannotLookup',
      value: undefined,
    })
  })

  it('of all leave nothing, or what keeps the account alive', () => {
    const chain = open()
    chain.dispatch('transferAll', { dest: id(bob), keepAlive: true })
    expect(chain.free(alice)).toBe(ED)
    chain.dispatch('transferAll', { dest: id(bob), keepAlive: false })
    expect([chain.info(alice).providers, chain.free(bob)]).toEqual([0, 110n * ED])
  })

  it('to oneself change nothing', () => {
    const chain = open()
    const before = chain.snapshot()
    expect(chain.dispatch('transferKeepAlive', { dest: id(alice), value: ED }).ok).toBe(true)
    expect(chain.snapshot()).toBe(before)
  })
})

describe('root', () => {
  it.each(['forceTransfer', 'forceUnreserve', 'forceSetBalance'])('alone may %s', (name) => {
    const chain = open()
    const args = { source: id(bob), dest: id(alice), value: 1n, who: id(bob), amount: 1n, newFree: 1n }
    expectNothingChanged(chain, () => chain.dispatch(name, args), { tag: 'BadOrigin', value: undefined })
  })

  it('moves and sets balances, total issuance following', () => {
    const chain = open()
    chain.dispatch('forceTransfer', { source: id(bob), dest: id(alice), value: ED }, 'root')
    chain.dispatch('forceSetBalance', { who: id(carol), newFree: 50n * ED }, 'root')
    chain.dispatch('forceSetBalance', { who: id(bob), newFree: ED - 1n }, 'root')
    expect([chain.free(alice), chain.free(bob), chain.free(carol)]).toEqual([101n * ED, 0n, 50n * ED])
    expect([chain.total(), chain.info(bob).providers]).toEqual([151n * ED, 0])
  })
})

describe('reserves', () => {
  it('set funds aside and give them back', () => {
    const chain = open()
    chain.run(() => chain.balances.reserve(alice, 30n * ED))
    expect(chain.info(alice)).toMatchObject({ consumers: 1, data: { free: 70n * ED, reserved: 30n * ED } })
    expect(chain.run(() => chain.balances.unreserve(alice, 50n * ED))).toBe(30n * ED)
    expect(chain.info(alice)).toMatchObject({ consumers: 0, data: { free: 100n * ED, reserved: 0n } })
    expect(chain.total()).toBe(110n * ED)
  })

  it('need the funds, and leave the account alive', () => {
    const chain = open()
    const attempt = (amount: bigint) => () => chain.run(() => chain.balances.reserve(alice, amount))
    expect(attempt(101n * ED)).toThrowError(/Balances.InsufficientBalance/)
    expect(attempt(100n * ED)).toThrowError(/ConsumerRemaining/)
  })

  it('keep an account from being emptied', () => {
    const chain = open()
    chain.run(() => chain.balances.reserve(alice, 30n * ED))
    expectNothingChanged(
      chain,
      () => chain.dispatch('transferAllowDeath', { dest: id(bob), value: 70n * ED }),
      token('OnlyProvider'),
    )
  })

  it('can be slashed and given to others', () => {
    const chain = open()
    const { balances, run } = chain
    run(() => balances.reserve(alice, 30n * ED))
    expect(run(() => balances.slashReserved(alice, 10n * ED))).toBe(10n * ED)
    expect(run(() => balances.repatriateReserved(alice, bob, 5n * ED))).toBe(5n * ED)
    expect(run(() => balances.repatriateReserved(alice, bob, 5n * ED, 'Reserved'))).toBe(5n * ED)
    expect(run(() => balances.repatriateReserved(alice, alice, 5n * ED))).toBe(5n * ED)
    expect(chain.info(alice).data).toMatchObject({ free: 75n * ED, reserved: 5n * ED })
    expect(chain.info(bob)).toMatchObject({ consumers: 1, data: { free: 15n * ED, reserved: 5n * ED } })
    expect(chain.total()).toBe(100n * ED)
    expect(() => run(() => balances.repatriateReserved(alice, carol, ED))).toThrowError(/DeadAccount/)
  })
})

describe('burning and minting', () => {
  it('change total issuance', () => {
    const chain = open()
    expect(chain.dispatch('burn', { value: 10n * ED, keepAlive: true }).ok).toBe(true)
    expect([chain.free(alice), chain.total()]).toEqual([90n * ED, 100n * ED])
  })

  it('refuse what would leave or make a dead account, or overflow', () => {
    const chain = open()
    expectNothingChanged(
      chain,
      () => chain.dispatch('burn', { value: 100n * ED, keepAlive: true }),
      token('NotExpendable'),
    )
    expect(() => chain.run(() => chain.balances.mint(carol, ED - 1n))).toThrowError(/BelowMinimum/)
    expect(() => chain.run(() => chain.balances.mint(carol, (1n << 128n) - 1n))).toThrowError(/Arithmetic.Overflow/)
  })
})
