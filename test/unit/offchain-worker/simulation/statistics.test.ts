/** Intervals, binomial tails and detection against known figures. */
import { describe, expect, it } from 'vitest'
import { binomialTail, detection, observed } from '#worker/simulation/statistics.ts'

describe('statistics', () => {
  it('give the figures of the protocol text: 7 of 10, with 20, 30 and 40 % bad', () => {
    expect([0.2, 0.3, 0.4].map((p) => (100 * binomialTail(10, 7, p)).toFixed(2))).toEqual(['0.09', '1.06', '5.48'])
  })

  it('come close to 1-(1-f)^c on large feeds, and know small ones', () => {
    expect(detection(1_000_000, 50_000, 10)).toBeCloseTo(1 - 0.95 ** 10, 4)
    expect(detection(4, 2, 3)).toBe(1)
  })

  it('give an interval that narrows', () => {
    const [few, many] = [observed(5, 10), observed(500, 1_000)]
    expect([few.low < 0.5, few.high > 0.5, many.high - many.low < (few.high - few.low) / 5]).toEqual([true, true, true])
    expect(observed(0, 100).low).toBe(0)
  })
})
