/**
 * Time that passes only while nothing else happens: it jumps to the next timer once all promises have run.
 *
 * Owns: the clock and driving it.
 */
import { setImmediate } from 'node:timers/promises'
import type { Clock } from '#types/clock.ts'

interface Timer {
  readonly at: number
  readonly callback: () => void
}

export interface FakeClock extends Clock {
  /** Lets time pass until `work` has settled, and gives its outcome. Fails after `limitMs` of fake time. */
  run<T>(work: Promise<T>, limitMs?: number): Promise<T>
  /** Lets `ms` pass. */
  pass(ms: number): Promise<void>
}

export function createFakeClock(): FakeClock {
  let now = 0
  const timers = new Set<Timer>()

  const nextTimer = (): Timer | undefined => {
    let first: Timer | undefined
    for (const timer of timers) if (!first || timer.at < first.at) first = timer
    return first
  }

  const clock: FakeClock = {
    now: () => now,
    setTimer(ms, callback) {
      const timer = { at: now + ms, callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    async run(work, limitMs = 3_600_000) {
      let isSettled = false
      const settle = (): void => {
        isSettled = true
      }
      work.then(settle, settle)
      const end = now + limitMs
      for (;;) {
        await setImmediate()
        if (isSettled) return work
        const timer = nextTimer()
        if (!timer) throw new Error('nothing left to wait for, and the work has not settled')
        if (timer.at > end) throw new Error(`not settled after ${limitMs} ms of fake time`)
        timers.delete(timer)
        now = timer.at
        timer.callback()
      }
    },
    async pass(ms) {
      let wake = (): void => {}
      const passed = new Promise<void>((resolve) => {
        wake = resolve
      })
      clock.setTimer(ms, () => wake())
      await clock.run(passed)
    },
  }
  return clock
}
