/** How a transfer is told: when, how fast, how long still. */
import { expect, test } from 'vitest'
import type { Clock } from '#types/clock.ts'
import { barOf, measureTransfer, transferText, type TransferState } from '#worker/terminal/transfer-progress.ts'

const MIB = 2 ** 20

/** A transfer of 100 MiB that is told every second, at times that the test gives. */
function transfer() {
  let now = 0
  const clock: Clock = { now: () => now, setTimer: () => () => undefined }
  const told: TransferState[] = []
  const progress = measureTransfer(
    { verb: 'reads', total: 100 * MIB },
    { tell: (state) => told.push(state), everyMs: 1_000, end: () => undefined },
    clock,
  )
  const at = (ms: number, done: number): void => {
    now = ms
    progress.at(done)
  }
  return { at, told }
}

test('a short transfer is not told, and a longer one no more often than is due', () => {
  const { at, told } = transfer()
  at(400, MIB)
  expect(told).toEqual([])
  at(600, 2 * MIB)
  at(700, 3 * MIB)
  at(1_599, 4 * MIB)
  expect(told).toHaveLength(1)
  at(1_600, 5 * MIB)
  expect(told.map(({ done }) => done)).toEqual([2 * MIB, 5 * MIB])
})

test('the rate is that of the last ten seconds, and the time left follows from it', () => {
  const { at, told } = transfer()
  for (let second = 1; second <= 20; second++) at(second * 1_000, second <= 5 ? 10 * MIB * second : (50 + second) * MIB)
  const first = told[1]!
  expect(first.bytesPerSecond).toBe(10 * MIB)
  expect(first.secondsLeft).toBe(8)
  const last = told.at(-1)!
  expect(last.bytesPerSecond).toBe(MIB)
  expect(last.secondsLeft).toBe(30)
})

test('nothing is promised while nothing comes', () => {
  const { at, told } = transfer()
  at(1_000, 0)
  expect(told).toEqual([{ done: 0, total: 100 * MIB, bytesPerSecond: undefined, secondsLeft: undefined }])
})

test('words and bar', () => {
  const state = { done: 12 * MIB, total: 48 * MIB, bytesPerSecond: MIB / 2, secondsLeft: 71.5 }
  expect(transferText('reads', state)).toBe('reads 12 MiB of 48 MiB (25 %), 512 KiB/s, 1 min 12 s left')
  expect(barOf(state)).toBe(`[${'#'.repeat(6)}${'-'.repeat(18)}]`)
  expect(transferText('reads', { done: 0, total: 0, bytesPerSecond: undefined, secondsLeft: undefined })).toBe(
    'reads 0 bytes of 0 bytes (100 %)',
  )
  expect(barOf({ done: 0, total: 0 })).toBe(`[${'#'.repeat(24)}]`)
})
