/** Reputation: bounded integers in which old outcomes fade. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  NEWCOMER,
  ONE,
  PROVEN,
  rate,
  score,
  SELECTION_FLOOR,
  worse,
  type Deed,
  type Reputation,
} from '#types/domain/reputation.ts'

const after = (deeds: readonly Deed[]): Reputation =>
  deeds.reduce((reputation, deed) => rate(reputation, deed), NEWCOMER)
const times = (count: number, deed: Deed): Deed[] => Array.from({ length: count }, () => deed)

test('a newcomer scores three tenths; success raises, failure lowers, malice lowers five times as much', () => {
  expect(score(NEWCOMER)).toBe(0.3 * ONE)
  expect(score(after(['success']))).toBeGreaterThan(0.3 * ONE)
  expect(score(after(['failure']))).toBeLessThan(0.3 * ONE)
  expect(score(after(['malice']))).toBeLessThan(score(after(['failure'])))
  expect(rate(NEWCOMER, 'malice').badPpm - rate(NEWCOMER, 'success').badPpm).toBe(5 * ONE)
  expect(score({ goodPpm: 0, badPpm: 0 })).toBe(0)
})

test('a liar is below the floor at once, and comes back only after good deeds', () => {
  const liar = after(['malice'])
  expect(score(liar)).toBeLessThan(SELECTION_FLOOR)
  expect(score(after(['malice', ...times(40, 'success')]))).toBeGreaterThan(SELECTION_FLOOR)
})

test('a newcomer is proven after four successes, and in disrepute after three failures', () => {
  expect([3, 4].map((count) => score(after(times(count, 'success'))) >= PROVEN)).toEqual([false, true])
  expect([2, 3].map((count) => score(after(times(count, 'failure'))) >= SELECTION_FLOOR)).toEqual([true, false])
})

test('the worse of two reputations is that with the lower score, in either order', () => {
  const [good, bad] = [after(['success']), after(['failure'])]
  expect([worse(good, bad), worse(bad, good), worse(good, good)]).toEqual([bad, bad, good])
})

test('after any deeds, the weights are u32 and the score is from 0 to 1', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom<Deed>('success', 'failure', 'malice'), { maxLength: 300 }), (deeds) => {
      const { goodPpm, badPpm } = after(deeds)
      for (const weight of [goodPpm, badPpm])
        expect(Number.isInteger(weight) && weight >= 0 && weight <= 100 * ONE + ONE).toBe(true)
      expect(score({ goodPpm, badPpm })).toBeGreaterThanOrEqual(0)
      expect(score({ goodPpm, badPpm })).toBeLessThanOrEqual(ONE)
    }),
    { numRuns: 40 },
  )
})
