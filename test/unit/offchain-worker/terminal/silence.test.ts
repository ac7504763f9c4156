/** A word after three silent seconds, and every ten after that. */
import { expect, test } from 'vitest'
import type { Clock } from '#types/clock.ts'
import { createSilence, whileWaiting } from '#worker/terminal/silence.ts'

/** A clock that a test moves. */
function fakeClock() {
  let now = 0
  const timers = new Map<() => void, number>()
  const clock: Clock = {
    now: () => now,
    setTimer(ms, callback) {
      const ring = (): void => callback()
      timers.set(ring, now + ms)
      return () => void timers.delete(ring)
    },
  }
  const pass = (ms: number): void => {
    const until = now + ms
    for (;;) {
      const [next] = [...timers].filter(([, at]) => at <= until).toSorted((a, b) => a[1] - b[1])
      if (!next) break
      now = next[1]
      timers.delete(next[0])
      next[0]()
    }
    now = until
  }
  return { clock, pass, pending: () => timers.size }
}

test('a word comes after three seconds, then every ten, and not while something is told', () => {
  const { clock, pass } = fakeClock()
  const said: number[] = []
  const silence = createSilence(clock, (seconds) => said.push(seconds))
  pass(2_900)
  silence.heard()
  pass(2_900)
  expect(said).toEqual([])
  pass(21_000)
  expect(said).toEqual([3, 13, 23])
  silence.heard()
  pass(3_000)
  expect(said).toEqual([3, 13, 23, 3])
  silence.end()
  silence.heard()
  pass(60_000)
  expect(said).toHaveLength(4)
})

test('a wait is told by what it is for, and leaves no timer behind', async () => {
  const { clock, pass, pending } = fakeClock()
  const told: unknown[] = []
  let arrive = (): void => undefined
  const work = new Promise<void>((resolve) => (arrive = resolve))
  const waiting = whileWaiting('the node', work, clock, (notice, sentence) => told.push(notice, sentence))
  pass(3_000)
  expect(told).toEqual([{ kind: 'waits', what: 'the node', seconds: 3 }, 'waits for the node, 3 s'])
  arrive()
  await waiting
  expect(pending()).toBe(0)
  const failing = whileWaiting('the DHT', Promise.reject(new Error('gone')), clock, () => undefined)
  await expect(failing).rejects.toThrow('gone')
  expect(pending()).toBe(0)
})
