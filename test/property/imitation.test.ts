/**
 * Readers that a hoster plants, in any number and of any habits: no reader and no crowd gets more weight than the cap,
 * claims without proof add nothing, and nobody's place is safer than another's.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createPrng } from '#types/domain/prng.ts'
import { MOST_SHARE, weightsOf } from '#worker/systems/attestation/protocol/imitation.ts'
import { ReaderTrace } from '#worker/systems/hosting/adapters/reader-trace.ts'
import { FairPlaces } from '#worker/systems/hosting/protocol/fair-places.ts'
import { areAlike, type Habit } from '#worker/systems/hosting/protocol/read-habits.ts'

const SLACK = 1e-9
const habit: fc.Arbitrary<Habit> = fc.record({
  depth: fc.integer({ min: 1, max: 16 }),
  runs: fc.array(
    fc.record({ length: fc.integer({ min: 1, max: 200 }), pauseMs: fc.oneof(fc.constant(0), fc.nat({ max: 5_000 })) }),
    { minLength: 1, maxLength: 30 },
  ),
})
/** Habits of which some come many times, as a hoster would plant them. */
const habits = fc
  .array(fc.tuple(habit, fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 4 })
  .map((crowds) => crowds.flatMap(([one, size]) => Array.from({ length: size }, () => one)))

it('no reader weighs more than one, and no crowd of readers that are alike more than its cap', () => {
  fc.assert(
    fc.property(habits, (seen) => {
      const weights = weightsOf(seen)
      for (const weight of weights) expect(weight > 0 && weight <= 1).toBe(true)
      for (const first of new Set(seen)) {
        const crowd: number[] = []
        for (const [place, other] of seen.entries())
          if (
            areAlike(first, other) &&
            crowd.every((member) => seen[member] === other || areAlike(seen[member]!, other))
          )
            crowd.push(place)
        const sum = crowd.reduce((total, place) => total + weights[place]!, 0)
        expect(sum).toBeLessThanOrEqual(Math.max(1, MOST_SHARE * seen.length) + SLACK)
      }
    }),
    { numRuns: 40 },
  )
})

it('a peer that announces anything and proves nothing has read nothing', () => {
  const range = fc.record({ drop: fc.boolean(), start: fc.nat({ max: 300 }), length: fc.nat({ max: 80 }) })
  fc.assert(
    fc.property(fc.array(range), fc.integer({ min: 1, max: 300 }), (ranges, length) => {
      const trace = new ReaderTrace(length)
      for (const [at, told] of ranges.entries()) trace.tellRange(told, at)
      expect(trace.hasProven).toBe(false)
      expect(trace.reads()).toEqual([])
    }),
  )
})

it('keeps each comer with the same probability, first or last, whoever comes again', () => {
  const ROUNDS = 3_000
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 15 }),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      (most, more, seed) => {
        const prng = createPrng([seed])
        const kept = Array.from({ length: most + more }, () => 0)
        for (let round = 0; round < ROUNDS; round++) {
          const places = new FairPlaces(most, prng)
          const holders = new Set<string>()
          for (let comer = 0; comer < kept.length; comer++)
            // Everybody comes again and again; it changes nothing.
            for (const name of [String(comer), '0']) {
              const { hasPlace, loser } = places.arrive(name)
              if (hasPlace) holders.add(name)
              if (loser !== undefined) holders.delete(loser)
            }
          expect(holders.size).toBe(most)
          for (const name of holders) kept[Number(name)]!++
        }
        const share = most / kept.length
        // Six standard deviations: by chance once in 500 million.
        const most6 = 6 * Math.sqrt((share * (1 - share)) / ROUNDS)
        for (const count of kept) expect(Math.abs(count / ROUNDS - share)).toBeLessThanOrEqual(most6)
      },
    ),
    { numRuns: 8 },
  )
})
