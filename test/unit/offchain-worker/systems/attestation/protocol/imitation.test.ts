/** Which readers an audit imitates, what a crowd weighs, and how exact a copy is. */
import { describe, expect, test } from 'vitest'
import { u32le } from '#types/bytes.ts'
import { createPrng } from '#types/domain/prng.ts'
import {
  createImitation,
  MOST_SHARE,
  PRIOR_READERS,
  PRIOR_SHARE,
  priorWeight,
  weightsOf,
} from '#worker/systems/attestation/protocol/imitation.ts'
import { habitOf, type Habit, type ReadTrace } from '#worker/systems/hosting/protocol/read-habits.ts'

const SAMPLES = 150
/** Runs of a planted reader. No reader that is made up has so long ones. */
const MARK = 60

/** A reader of so many runs of that length, 10 ms from chunk to chunk, `pauseMs` more before each later run. */
function readerOf(runs: number, length: number, pauseMs = 0): ReadTrace {
  let at = 0
  return Array.from({ length: runs * length }, (_, i) => {
    const run = Math.floor(i / length)
    at += 10 + (i % length === 0 && run > 0 ? pauseMs : 0)
    return { index: 90 * run + (i % length), at }
  })
}

const imitationOf = (seed: number, seen: readonly ReadTrace[]) => createImitation(createPrng([u32le(seed)]), seen)
const firstOf = (seed: number, seen: readonly ReadTrace[]): Habit => imitationOf(seed, seen).next()
const isMarked = ({ runs }: Habit): boolean => runs.some(({ length }) => length > MARK / 2)
const markedOf = (seen: readonly ReadTrace[]): number =>
  Array.from({ length: SAMPLES }, (_, seed) => firstOf(seed, seen)).filter(isMarked).length / SAMPLES

/** Readers that differ from each other. */
const honest = Array.from({ length: 32 }, (_, i) => readerOf(4 + 2 * i, 1 + (i % 4), 100 + 150 * (i % 7)))
const crowd = (size: number): readonly ReadTrace[] => Array.from({ length: size }, () => readerOf(3, MARK))

describe('an audit', () => {
  test('imitates a crowd of one habit hardly more often than one reader, however many stand in it', () => {
    for (const size of [1, 96]) {
      const share = markedOf([...honest, ...crowd(size)])
      expect(share, `${size} planted readers`).toBeLessThan(0.25)
      expect(share, `${size} planted readers`).toBeGreaterThan(0)
    }
    expect(markedOf([...honest, ...crowd(32)])).toBeLessThan(0.1)
  })

  test('that saw one crowd only makes most readers up', () => {
    expect(markedOf(crowd(64))).toBeLessThan(0.5)
  })

  test('makes readers up where nobody was seen, or nobody long enough', () => {
    expect(firstOf(1, []).runs.length).toBeGreaterThan(1)
    expect(firstOf(1, [[{ index: 1, at: 0 }]]).runs.length).toBeGreaterThan(1)
  })

  test('keeps no run length exactly', () => {
    const lengths = Array.from({ length: SAMPLES }, (_, seed) => firstOf(seed, [...honest, ...crowd(1)]))
      .filter(isMarked)
      .flatMap(({ runs }) => runs.slice(0, -1).map(({ length }) => length))
    expect(new Set(lengths).size).toBeGreaterThan(4)
    expect(lengths.filter((length) => length === MARK).length).toBeLessThan(lengths.length / 2)
    for (const length of lengths) expect(Math.abs(length - MARK)).toBeLessThanOrEqual(9)
  })

  test('weighs by secret numbers: the same one repeats itself, and another imitates others', () => {
    const drawn = (seed: number): number[] => {
      const imitation = imitationOf(seed, honest)
      return Array.from({ length: 8 }, () => imitation.next().runs.length)
    }
    expect(drawn(1)).toEqual(drawn(1))
    expect(new Set(Array.from({ length: 50 }, (_, seed) => String(drawn(seed)))).size).toBe(50)
  })

  test('imitates no seen reader twice before it has imitated all', () => {
    const imitation = imitationOf(3, [...honest.slice(0, 3), ...crowd(1)])
    const drawn = Array.from({ length: 1_000 }, () => imitation.next())
    // Between two copies of one of four readers come the three others.
    const marked = drawn.flatMap((habit, place) => (isMarked(habit) ? [place] : []))
    expect(marked.length).toBeGreaterThan(3)
    for (const [i, place] of marked.slice(2).entries()) expect(place - marked[i]!).toBeGreaterThan(3)
  })
})

test('the prior has its share of all weight, and that of some readers at least', () => {
  expect(priorWeight(0)).toBe(PRIOR_READERS)
  expect(priorWeight(700) / (700 + priorWeight(700))).toBeCloseTo(PRIOR_SHARE)
})

test('a crowd weighs as much as one reader, or its share of many', () => {
  const sum = (size: number, others: number): number =>
    weightsOf([...crowd(size), ...honest.slice(0, others)].map((trace) => habitOf(trace)!))
      .slice(0, size)
      .reduce((total, weight) => total + weight, 0)
  expect(sum(8, 8)).toBeCloseTo(1)
  expect(sum(96, 32)).toBeCloseTo(Math.max(1, 128 * MOST_SHARE))
})
