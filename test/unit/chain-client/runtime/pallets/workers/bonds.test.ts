/** Bonds of pallet Workers: what a worker puts up, when it comes back, and what a charge takes. */
import { beforeEach, describe, expect, test } from 'vitest'
import { ABSENCE_WINDOW_BLOCKS } from '#types/domain/attestation/absence.ts'
import { checkParameters, DEFAULT_PARAMETERS, leastMembers } from '#types/domain/attestation/round.ts'
import { bondFor, checkBondTerms, DEFAULT_BOND_TERMS, NO_BOND, seatBond } from '#types/domain/bond.ts'
import { MAX_MEMBERS } from '#types/domain/coinflip/coinflip.ts'
import { balancesPallet } from '#chain/runtime/pallets/balances/pallet.ts'
import { developmentGenesis } from '#chain/runtime/presets.ts'
import { workersPallet } from '#chain/runtime/pallets/workers/pallet.ts'
import {
  actor,
  expectBonded,
  expectSound,
  openChain,
  outsider,
  registration,
  root,
  type AttestationChain,
} from '../../../../../helpers/attestation/chain.ts'
import { equivocation, evidenceCall, flipOf, openRound } from '../../../../../helpers/attestation/statements.ts'
import { account, callOf, palletRuntime, UNIT } from '../../../../../helpers/runtime.ts'

const UNBONDING = 20
const call = (name: string, args: Readonly<Record<string, unknown>> = {}) => callOf('Workers', name, args)
const asRoot = (inner: ReturnType<typeof callOf>) => [root, callOf('Sudo', 'sudo', { call: inner })] as const
const worker = actor('attestor0')
/** One role, and the two duties that registrations of these tests take. */
const BOND = 9n * UNIT

let chain: AttestationChain
beforeEach(() => {
  chain = openChain({ attestors: 1, bonds: { unbonding: UNBONDING } })
})

describe('the bond', () => {
  test('is reserved for each role and each duty; without the balance for it, nobody registers', () => {
    expect(chain.reserved(worker.account)).toBe(BOND)
    expect(chain.bond(worker.account)).toEqual({ ...NO_BOND, required: BOND, held: BOND })
    chain.refuses(
      outsider.keys,
      registration(chain, outsider, ['Attestor'], { capacity: 2 ** 32 - 1 }),
      'Workers.CannotBond',
    )
    chain.succeed([outsider.keys, registration(chain, outsider, ['Hoster', 'Attestor'], { capacity: 7 })])
    expect(chain.reserved(outsider.account)).toBe(2n * UNIT + 28n * UNIT)
    expectBonded(chain)
  })

  test('grows with roles and capacity at once, or the worker stays as it is', () => {
    chain.succeed([worker.keys, call('update', { roles: ['Hoster', 'Attestor'], capacity: 3 })])
    expect(chain.reserved(worker.account)).toBe(14n * UNIT)
    chain.refuses(worker.keys, call('update', { roles: ['Attestor'], capacity: 1_000_000 }), 'Workers.CannotBond')
  })

  test('that a worker gives up comes back after the time, counted from the last part', () => {
    chain.succeed([worker.keys, call('update', { roles: ['Attestor'], capacity: 1 })])
    expect(chain.bond(worker.account)).toMatchObject({ held: 5n * UNIT, unbonding: 4n * UNIT })
    chain.to(chain.number + UNBONDING - 2)
    chain.succeed([worker.keys, call('unregister')])
    expectBonded(chain)
    chain.to(chain.number + UNBONDING - 1)
    expect(chain.reserved(worker.account)).toBe(BOND)
    chain.build()
    expect(chain.event('Workers.BondReturned')).toEqual({ account: worker.account, amount: BOND })
    expect([chain.reserved(worker.account), chain.bond(worker.account)]).toEqual([0n, NO_BOND])
    expectBonded(chain)
  })

  test('that a worker gave up serves for a new registration', () => {
    chain.succeed([worker.keys, call('unregister')])
    chain.succeed([worker.keys, registration(chain, worker, ['Attestor'], { capacity: 1 })])
    expect(chain.bond(worker.account)).toMatchObject({ held: 5n * UNIT, unbonding: 4n * UNIT })
    expect(chain.reserved(worker.account)).toBe(BOND)
    expectBonded(chain)
  })

  test('follows new terms from the next registration or update on; only root sets them, within bounds', () => {
    const terms = { roleBond: 0n, capacityBond: UNIT, unbonding: 5 }
    const setting = call('setBondTerms', { changes: terms })
    chain.refuses(worker.keys, setting, 'BadOrigin')
    chain.succeed(asRoot(setting))
    expect(chain.event('Workers.BondTermsChanged')).toEqual({ changes: terms })
    expect(chain.bond(worker.account)).toMatchObject({ required: BOND, held: BOND })
    chain.succeed([worker.keys, call('update', { roles: ['Attestor'], capacity: 2 })])
    expect(chain.bond(worker.account)).toMatchObject({ required: 2n * UNIT, unbonding: 7n * UNIT })
    for (const bad of [{ unbonding: 0 }, { unbonding: 2 ** 31 }, { roleBond: 2n ** 65n }, { capacityBond: 2n ** 65n }])
      expect(checkBondTerms({ ...terms, ...bad })).toMatch(/expected/)
    chain.block(asRoot(call('setBondTerms', { changes: { unbonding: 0 } })))
    chain.succeed([worker.keys, call('update', { roles: ['Attestor'], capacity: 3 })])
    expect(chain.bond(worker.account)).toMatchObject({ required: 3n * UNIT })
  })
})

/** Pallets Balances and Workers alone, with an account that put up the bond of two duties. */
function bonded() {
  const { run, pallets, events } = palletRuntime((builder, system) => {
    const balances = builder.add(4, balancesPallet, { system })
    return { balances, workers: builder.add(10, workersPallet, { system, balances }) }
  })
  const [charged, first, second] = [account('charged'), account('first'), account('second')]
  const { balances, workers } = pallets
  run(() => {
    for (const who of [charged, first, second]) balances.mint(who, 100n * UNIT)
    workers.bonds.cover(charged, 1, 2)
  })
  const wealth = () => run(() => [charged, first, second].map((who) => balances.free(who) + balances.reserved(who)))
  return { run, balances, workers, events, charged, first, second, wealth }
}

describe('a charge', () => {
  test('pays the payees in order and burns the rest, and never more than the bond has', () => {
    const { run, balances, workers, charged, first, second, wealth } = bonded()
    const issued = run(() => balances.totalIssuance())
    const to = [
      { account: first, amount: UNIT },
      { account: second, amount: 2n * UNIT },
    ]
    expect(run(() => workers.charge(charged, 4n * UNIT, to))).toBe(4n * UNIT)
    expect(wealth()).toEqual([96n * UNIT, 101n * UNIT, 102n * UNIT])
    expect(run(() => balances.totalIssuance())).toBe(issued - UNIT)
    // The first takes what is left of a charge that does not suffice for both.
    const most = [
      { account: second, amount: 90n * UNIT },
      { account: first, amount: UNIT },
    ]
    expect(run(() => workers.charge(charged, 90n * UNIT, most))).toBe(5n * UNIT)
    expect(wealth()).toEqual([91n * UNIT, 101n * UNIT, 107n * UNIT])
    expect(run(() => workers.charge(charged, UNIT, most))).toBe(0n)
    expect(run(() => workers.slashSeat(account('nobody'), []))).toBe(0n)
  })

  test('gives nothing to the account that it takes from, and passes over one that is gone', () => {
    const { run, workers, charged, first, wealth } = bonded()
    const to = [
      { account: charged, amount: UNIT },
      { account: account('gone'), amount: UNIT },
      { account: first, amount: UNIT },
    ]
    expect(run(() => workers.slashSeat(charged, to))).toBe(4n * UNIT)
    expect(wealth()).toEqual([96n * UNIT, 101n * UNIT, 100n * UNIT])
  })

  test('takes what the worker gave up too, until it is returned', () => {
    const { run, workers, balances, charged } = bonded()
    run(() => workers.bonds.release(charged))
    expect(run(() => workers.charge(charged, 3n * UNIT, []))).toBe(3n * UNIT)
    expect(run(() => balances.reserved(charged))).toBe(6n * UNIT)
    expect(run(() => workers.bonds.isCovered(charged))).toBe(true)
  })

  test('tells what it took, and leaves the bond short until it is topped up', () => {
    const { run, workers, events, charged } = bonded()
    run(() => workers.charge(charged, UNIT, []))
    expect(events().map(({ value }) => value)).toContainEqual({
      tag: 'BondCharged',
      value: { account: charged, amount: UNIT },
    })
    expect(run(() => workers.bonds.isCovered(charged))).toBe(false)
    run(() => workers.bonds.topUp(charged))
    expect(run(() => workers.bonds.isCovered(charged))).toBe(true)
  })
})

describe('a worker whose bond was charged', () => {
  test('gets no duty until it tops up, and is told where there is nothing to top up', () => {
    const chain = openChain({ attestors: 5, parameters: { maxRedraws: 0 } })
    const round = openRound(chain)
    const flip = flipOf(chain, round)
    const liar = flip.members[0]!
    chain.refuses(liar.keys, call('topUp'), 'Workers.NothingToTopUp')
    chain.refuses(outsider.keys, call('topUp'), 'Workers.NotRegistered')
    chain.succeed([outsider.keys, evidenceCall(round, 0, equivocation(flip, round, 0))])
    expect(chain.bond(liar.account)).toEqual({ ...NO_BOND, required: BOND, held: 5n * UNIT })
    expectSound(chain, flip.members)
    chain.succeed([liar.keys, call('topUp')])
    expect(chain.bond(liar.account)).toMatchObject({ held: BOND })
    expectSound(chain, flip.members)
  })
})

describe('time and price', () => {
  test('the default terms keep a bond for longer than a round of any parameters lasts', () => {
    const MOST_BLOCKS = 4_000
    const { answerWindow, objectionWindow } = DEFAULT_PARAMETERS
    const roundLength = MOST_BLOCKS - 3 * answerWindow - objectionWindow - 10
    const longest = { ...DEFAULT_PARAMETERS, roundLength, reportWindow: 10 }
    expect(checkParameters(longest)).toBeUndefined()
    expect(checkParameters({ ...longest, reportWindow: 11 })).toMatch(/expected 4000 or less/)
    const attempts = MAX_MEMBERS - leastMembers(MAX_MEMBERS) + 1
    expect(DEFAULT_BOND_TERMS.unbonding).toBeGreaterThan((attempts + 1) * MOST_BLOCKS + ABSENCE_WINDOW_BLOCKS)
  })

  test('a seat’s bond is four shares of the attestors’ pay, on the development chain too', () => {
    expect(DEFAULT_BOND_TERMS.capacityBond).toBe(seatBond(DEFAULT_PARAMETERS.attestorReward, 10))
    const { workers, attestation } = developmentGenesis()
    expect(workers.capacityBond).toBe(seatBond(attestation.attestorReward, attestation.attestors))
    expect(bondFor(workers, 1, 4)).toBeLessThan(100n * UNIT)
    const attempts = attestation.attestors - leastMembers(attestation.attestors) + 1
    const { roundLength, reportWindow, answerWindow, objectionWindow } = attestation
    const longest = roundLength + 3 * answerWindow + objectionWindow + reportWindow
    expect(workers.unbonding).toBeGreaterThan((attempts + 1) * longest + ABSENCE_WINDOW_BLOCKS)
  })
})
