/** Draws of pallet Workers: what share newcomers get, and that busy workers make no room for others. */
import { describe, expect, test } from 'vitest'
import { u32le } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { balancesPallet } from '#chain/runtime/pallets/balances/pallet.ts'
import { workersPallet } from '#chain/runtime/pallets/workers/pallet.ts'
import { account, palletRuntime } from '../../../../../helpers/runtime.ts'

const DRAWS = 300
const SEATS = 5
const PROVEN_AFTER = 4

/** Workers by number: those below `proven` have as many successes as a proven one needs. */
function crowd({ proven, unproven }: { readonly proven: number; readonly unproven: number }) {
  const { run, pallets: workers } = palletRuntime((builder, system) =>
    builder.add(10, workersPallet, { system, balances: builder.add(4, balancesPallet, { system }) }),
  )
  const cast = Array.from({ length: proven + unproven }, (_, i) => account(`worker ${i}`))
  const isProven = (who: Uint8Array): boolean => cast.indexOf(who) < proven
  const record = (who: Uint8Array) =>
    ({
      name: '',
      noiseKey: who,
      roles: ['Attestor'],
      capacity: 1,
      duties: 0,
      status: 'Active',
      registeredAt: 1,
      lastSeen: 1,
    }) as const
  run(() => {
    for (const who of cast) {
      workers.register.keep(who, undefined, record(who))
      for (let i = 0; isProven(who) && i < PROVEN_AFTER; i++) workers.rate(who, 'Attestor', 'success')
    }
  })
  const known = (who: Uint8Array): Uint8Array => cast.find((other) => String(other) === String(who))!
  /** The workers of a draw; undefined where it waits. */
  const draw = (seed: number, without: readonly Uint8Array[] = [], count = SEATS): readonly Uint8Array[] | undefined =>
    run(() => workers.draw({ role: 'Attestor', seed: blake2b256Of(u32le(seed)), label: 'test', count, without }))?.map(
      (drawn) => known(drawn.account),
    )
  const newcomersOf = (drawn: readonly Uint8Array[]): number => drawn.filter((who) => !isProven(who)).length
  const busy = (...numbers: readonly number[]): void =>
    run(() => numbers.forEach((number) => workers.addDuties(cast[number]!, 1)))
  const many = (count = SEATS): number[] =>
    Array.from({ length: DRAWS }, (_, seed) => newcomersOf(draw(seed, [], count)!))
  return { cast, draw, newcomersOf, busy, many }
}

const numbers = (from: number, below: number): number[] => Array.from({ length: below - from }, (_, i) => from + i)

describe('newcomers', () => {
  test('on a chain of newcomers only take all seats, at once', () => {
    expect(crowd({ proven: 0, unproven: SEATS }).draw(0)).toHaveLength(SEATS)
  })

  test('take one of five seats beside enough proven workers, however many they are', () => {
    const seats = crowd({ proven: 8, unproven: 200 }).many()
    expect(Math.max(...seats)).toBe(1)
    // Their weight is ten times that of the others, so they nearly always have the seat that is open to them.
    expect(seats.filter((count) => count === 1).length).toBeGreaterThan(0.99 * DRAWS)
  })

  test.each([1, 2, 7])('take a fifth of all seats where %i are drawn at once', (count) => {
    const seats = crowd({ proven: 9, unproven: 200 }).many(count)
    const share = seats.reduce((sum, taken) => sum + taken, 0) / (count * DRAWS)
    expect(Math.max(...seats)).toBe(Math.ceil(count / 5))
    expect(share).toBeGreaterThan(0.15)
    expect(share).toBeLessThan(0.25)
  })

  test('get no more than their part of the weight where they are few', () => {
    const seats = crowd({ proven: 40, unproven: 2 }).many()
    const mean = seats.reduce((sum, count) => sum + count, 0) / DRAWS
    // Two of weight 0.3 beside forty of 0.63 have 2.3 % of five seats.
    expect(mean).toBeGreaterThan(0.05)
    expect(mean).toBeLessThan(0.2)
  })

  test('fill the seats for which there are too few proven workers, and no others', () => {
    const { many } = crowd({ proven: 3, unproven: 50 })
    expect(new Set(many())).toEqual(new Set([2]))
  })

  test('do not fill the seats of proven workers that are busy', () => {
    const { draw, busy } = crowd({ proven: 6, unproven: 50 })
    busy(0)
    expect(draw(0)).toHaveLength(SEATS)
    busy(1, 2)
    expect(draw(0)).toBeUndefined()
  })
})

describe('busy workers', () => {
  test('let a draw wait where they are more than a third of the weight, though enough are free', () => {
    const { draw, busy } = crowd({ proven: 30, unproven: 0 })
    busy(...numbers(0, 10))
    expect(draw(0)).toHaveLength(SEATS)
    busy(10)
    expect(draw(0)).toBeUndefined()
  })

  test('count among newcomers only where newcomers have more than their share', () => {
    const among = crowd({ proven: 10, unproven: 30 })
    among.busy(...numbers(10, 40))
    expect(among.newcomersOf(among.draw(0)!)).toBe(0)
    const alone = crowd({ proven: 0, unproven: 30 })
    alone.busy(...numbers(0, 11))
    expect(alone.draw(0)).toBeUndefined()
  })
})

test('accounts that must not be drawn are not counted among the proven, nor their weight', () => {
  const { cast, draw, newcomersOf } = crowd({ proven: 5, unproven: 20 })
  for (let seed = 0; seed < 20; seed++) {
    const drawn = draw(seed, [cast[0]!, cast[1]!, cast[0]!, account('a stranger')])!
    expect(newcomersOf(drawn)).toBe(2)
    expect(drawn.some((who) => who === cast[0] || who === cast[1])).toBe(false)
    expect(new Set(drawn).size).toBe(SEATS)
  }
})
