/**
 * The arbiter in random worlds of honest members within the bounds and any liars: nobody honest is charged, there is one number, and an
 * attempt ends in time.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ARBITER } from '../helpers/coinflip/arbiter.ts'
import { playAttempt, type WorldEnd, type WorldOptions } from '../helpers/coinflip/arbiter-world.ts'

const { coinflipWindow: C, answerWindow: A, objectionWindow: O } = ARBITER

const worlds = fc
  .record({
    members: fc.integer({ min: 3, max: 8 }),
    share: fc.nat(),
    seed: fc.nat(),
    congested: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3 * A })),
  })
  .map(({ share, ...world }) => ({ ...world, liars: 1 + (share % Math.ceil(world.members / 2 - 1)) }))

test('no honest member is charged, held numbers stand, and each attempt ends in time for a reason', () => {
  fc.assert(
    fc.property(worlds, (options) => {
      const end = playAttempt(options)
      expect(end.framed).toEqual([])
      expect(end.isSplit).toBe(false)
      expect(end.blocks).toBeLessThanOrEqual(C + 3 * A + O + 1 + options.congested)
      // Where no demand has room in time, the attempt is over, and nobody is charged.
      expect(['agreed', 'voted', 'restart', ...(options.congested > 0 ? ['over'] : [])]).toContain(end.kind)
      if (end.kind === 'restart') expect(end.charged + end.convicted).toBeGreaterThan(0)
      // Only the author of two words can fell a number that is held, and that convicts it.
      if (end.kind === 'restart' && end.convicted === 0) expect(end.isHeld).toBe(false)
    }),
    { numRuns: 400 },
  )
})

describe('the same worlds with too short a window', () => {
  const firstBad = (world: Partial<WorldOptions>, isBad: (end: WorldEnd) => boolean): boolean =>
    Array.from({ length: 3_000 }, (_, seed) => seed).some((seed) =>
      isBad(playAttempt({ members: 3 + (seed % 3), liars: 1, seed, ...world })),
    )

  test('have an attempt in which a liar makes its word last, where nobody has time to object', () => {
    expect(firstBad({ parameters: { objectionWindow: 0 } }, ({ isSplit }) => isSplit)).toBe(true)
  })

  test('have an attempt in which an honest member is charged, where its answer may come too late', () => {
    expect(firstBad({ parameters: { answerWindow: 4 } }, ({ framed }) => framed.length > 0)).toBe(true)
  })

  test('have such an attempt too where windows go on while blocks have no room for answers', () => {
    expect(firstBad({ congested: A, countsCongestion: false }, ({ framed }) => framed.length > 0)).toBe(true)
  })
})

test('the worlds have every end, with and without the chain', () => {
  const ends = Array.from({ length: 400 }, (_, seed) => playAttempt({ members: 5, liars: 2, seed }))
  const count = (isSo: (end: WorldEnd) => boolean): number => ends.filter(isSo).length
  expect(count(({ kind }) => kind === 'agreed')).toBeGreaterThan(20)
  expect(count(({ kind, hasDemand }) => kind === 'voted' && hasDemand)).toBeGreaterThan(10)
  expect(count(({ kind, hasDemand }) => kind === 'voted' && !hasDemand)).toBeGreaterThan(20)
  expect(count(({ charged }) => charged > 0)).toBeGreaterThan(20)
  expect(count(({ convicted }) => convicted > 0)).toBeGreaterThan(20)
})
