/**
 * The ways this folder waits: for a while, until woken, or for its turn.
 *
 * Owns: sleeping, waking, lanes. Does not own: the clock and deadlines.
 */
import { setMaxListeners } from 'node:events'
import type { Clock } from '#types/clock.ts'

/** Resolves after `ms`, or at once when `signal` aborts. Never rejects: the caller checks the signal. */
export const sleep = (clock: Clock, ms: number, signal: AbortSignal): Promise<void> =>
  wait(clock, ms, signal, new Set())

/** Waits like `sleep`, or until somebody calls the function that it adds to `wakers`. Leaves nothing registered. */
function wait(clock: Clock, ms: number, signal: AbortSignal, wakers: Set<() => void>): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = (): void => {
      cancel()
      wakers.delete(done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.setTimer(ms, done)
    wakers.add(done)
    signal.addEventListener('abort', done)
  })
}

/** A controller that many can wait on. Node warns of a leak from eleven listeners on; this one sets no limit. */
export function createStop(): AbortController {
  const stop = new AbortController()
  setMaxListeners(0, stop.signal)
  return stop
}

/**
 * Counts an event that repeats, such as a new finalized block. A caller can wait for the next one without missing any.
 */
export interface Wake {
  /** How often it has happened. */
  readonly count: number
  fire(): void
  /** Resolves once it has happened more than `seen` times, after `ms`, or when `signal` aborts. Never rejects. */
  after(seen: number, ms: number, signal: AbortSignal): Promise<void>
}

export function createWake(clock: Clock): Wake {
  let count = 0
  const wakers = new Set<() => void>()
  return {
    get count() {
      return count
    },
    fire() {
      count++
      for (const waken of wakers) waken()
    },
    async after(seen, ms, signal) {
      if (count === seen) await wait(clock, ms, signal, wakers)
    },
  }
}

/** Runs tasks one after the other, in the order of the calls. The failure of one task does not stop the next. */
export function createLane(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const turn = last.then(task, task)
    last = turn.catch(() => undefined)
    return turn
  }
}
