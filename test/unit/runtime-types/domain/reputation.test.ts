/** Reputation: bounded integers in which old outcomes fade. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NEWCOMER, ONE, rate, score, SELECTION_FLOOR, type Deed, type Reputation } from '#types/domain/reputation.ts'

const after = (deeds: readonly Deed[]): Reputation =>
  deeds.reduce((reputation, deed) => rate(reputation, deed), NEWCOMER)
const times = (count: number, deed: Deed): Deed[] => Array.from({ length: count }, () => deed)

test('a newcomer scores a half; success raises, failure lowers, malice lowers five times as much', () => {
  expect(score(NEWCOMER)).toBe(ONE / 2)
  expect(score(after(['success']))).toBeGreaterThan(ONE / 2)
  expect(score(after(['failure']))).toBeLessThan(ONE / 2)
  expect(score(after(['malice']))).toBeLessThan(score(after(['failure'])))
  expect(rate(NEWCOMER, 'malice').bad - rate(NEWCOMER, 'success').bad).toBe(5 * ONE)
  expect(score({ good: 0, bad: 0 })).toBe(0)
})

test('a liar is below the floor at once, and comes back only after good deeds', () => {
  const liar = after(['malice'])
  expect(score(liar)).toBeLessThan(SELECTION_FLOOR)
  expect(score(after(['malice', ...times(40, 'success')]))).toBeGreaterThan(SELECTION_FLOOR)
})

test('after any deeds, the weights are u32 and the score is from 0 to 1', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom<Deed>('success', 'failure', 'malice'), { maxLength: 300 }), (deeds) => {
      const { good, bad } = after(deeds)
      for (const weight of [good, bad])
        expect(Number.isInteger(weight) && weight >= 0 && weight <= 100 * ONE + ONE).toBe(true)
      expect(score({ good, bad })).toBeGreaterThanOrEqual(0)
      expect(score({ good, bad })).toBeLessThanOrEqual(ONE)
    }),
    { numRuns: 40 },
  )
})
