/** Draws on which chain and workers must agree: deterministic, in bounds, without bias. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex, utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { draw, drawBelow, permutation, sample, subSeed, weightedSample } from '#types/domain/draw.ts'

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })

test('a draw is BLAKE2b-256 over seed, label and index', () => {
  const zero = new Uint8Array(32)
  const bytes = Uint8Array.of(...zero, ...utf8('slot'), 5, 0, 0, 0)
  expect(toHex(draw(zero, 'slot', 5))).toBe(toHex(blake2b256(bytes)))
  expect(drawBelow(zero, 'slot', 5, 1n << 64n)).toBe(new DataView(draw(zero, 'slot', 5).buffer).getBigUint64(0, true))
  expect(toHex(subSeed('label', Uint8Array.of(1), Uint8Array.of(2)))).toBe(
    toHex(blake2b256(Uint8Array.of(...utf8('label'), 1, 2))),
  )
})

test('a permutation holds every number once', () => {
  fc.assert(
    fc.property(seed, fc.nat({ max: 64 }), (from, count) => {
      const order = permutation(from, 'p', count)
      expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i))
    }),
    { numRuns: 50 },
  )
})

test('a sample is different, ascending, in bounds, and as large as there is room for', () => {
  fc.assert(
    fc.property(seed, fc.nat({ max: 40 }), fc.nat({ max: 200 }), (from, count, below) => {
      const chosen = sample(from, 's', count, below)
      expect(chosen).toHaveLength(Math.min(count, below))
      expect(new Set(chosen).size).toBe(chosen.length)
      expect(chosen).toEqual(chosen.toSorted((a, b) => a - b))
      expect(chosen.every((index) => index >= 0 && index < below)).toBe(true)
    }),
    { numRuns: 50 },
  )
})

const hits = (below: number, choose: (at: Uint8Array) => readonly number[], draws = 2_000): number[] => {
  const counts = Array.from({ length: below }, () => 0)
  for (let i = 0; i < draws; i++) for (const chosen of choose(blake2b256(utf8(`seed ${i}`)))) counts[chosen]!++
  return counts
}

describe('no index is favoured', () => {
  test('in a sample', () => {
    // 2,000 samples of 3 out of 10: 600 expected of each; four standard deviations are 82.
    for (const count of hits(10, (at) => sample(at, 's', 3, 10))) expect(Math.abs(count - 600)).toBeLessThan(82)
  })

  test('at the first place of a permutation', () => {
    for (const count of hits(8, (at) => [permutation(at, 'p', 8)[0]!])) expect(Math.abs(count - 250)).toBeLessThan(60)
  })

  test('by a weighted sample beyond its weight', () => {
    const candidates = [1n, 2n, 5n].map((weight, id) => ({ id, weight }))
    const [one, two, five] = hits(3, (at) => weightedSample(at, 'w', candidates, 1))
    for (const [count, expected] of [
      [one!, 250],
      [two!, 500],
      [five!, 1_250],
    ] as const) {
      expect(Math.abs(count - expected)).toBeLessThan(90)
    }
  })
})

test('a weighted sample takes nobody twice, nobody of weight zero, and no more than there are', () => {
  const candidates = [1n, 0n, 5n, 2n].map((weight, id) => ({ id, weight }))
  expect(weightedSample(new Uint8Array(32), 'w', candidates, 10).toSorted((a, b) => a - b)).toEqual([0, 2, 3])
  expect(weightedSample(new Uint8Array(32), 'w', [], 3)).toEqual([])
  expect(weightedSample(new Uint8Array(32), 'w', [{ id: 1, weight: 0n }], 1)).toEqual([])
})
