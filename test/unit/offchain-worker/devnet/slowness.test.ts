/** The rule of slowness: samples of work become one of a few numbers, and late blocks are found. */
import { expect, test } from 'vitest'
import {
  isTelling,
  isTooSlow,
  lateBlocks,
  MOST_SAMPLES,
  nextSlowness,
  roundBlockTime,
  slownessOf,
} from '#worker/devnet/slowness.ts'

const steady = (sample: number): number[] => Array.from({ length: MOST_SAMPLES }, () => sample)

test.each([
  [0.3, 1],
  [4, 1],
  [4.1, 2],
  [8, 2],
  [15, 4],
  [23, 8],
  [64, 16],
  [1_000, 16],
])('work that takes %d times as long makes a slowness of %d', (sample, slowness) => {
  expect(slownessOf(sample)).toBe(slowness)
})

test('it grows with the median of the last three samples, and not by one outlier', () => {
  expect(nextSlowness(1, [30, 30])).toBe(1)
  expect(nextSlowness(1, [1, 1, 30])).toBe(1)
  expect(nextSlowness(1, [1, 15, 90])).toBe(4)
  expect(nextSlowness(4, [...steady(1).slice(3), 20, 20, 20])).toBe(8)
})

test('it drops when all kept samples say so, and stays where one does not', () => {
  expect(nextSlowness(8, steady(1))).toBe(1)
  expect(nextSlowness(8, [6, ...steady(1).slice(1)])).toBe(2)
  expect(nextSlowness(8, steady(1).slice(1))).toBe(8)
  expect(nextSlowness(8, steady(40))).toBe(16)
  expect(nextSlowness(8, steady(30))).toBe(8)
})

test('a machine is too slow where the longest times do not suffice, and not by one outlier', () => {
  expect(isTooSlow([64, 64, 64])).toBe(false)
  expect(isTooSlow([1, 1, 90])).toBe(false)
  expect(isTooSlow([1, 90, 90])).toBe(true)
})

test('blocks are late where they come at half the pace or less', () => {
  expect(isTelling({ blocks: 0, ms: 9_999 }, 500)).toBe(false)
  expect(isTelling({ blocks: 0, ms: 10_000 }, 500)).toBe(true)
  expect(lateBlocks({ blocks: 8, ms: 4_000 }, 500)).toBeUndefined()
  expect(lateBlocks({ blocks: 4, ms: 4_000 }, 500)).toBe(1_000)
  expect(lateBlocks({ blocks: 0, ms: 5_000 }, 500)).toBe(5_000)
})

test.each([
  [500, 500],
  [501, 1_000],
  [1_300, 2_000],
  [5_100, 10_000],
  [20, 20],
])('%d ms is %d ms as a round block time', (ms, round) => {
  expect(roundBlockTime(ms)).toBe(round)
})
