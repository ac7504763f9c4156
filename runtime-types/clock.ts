/**
 * Time as an argument, and the one way everything waits: with a deadline.
 *
 * Owns: the clock's interface, the machine's clock, and deadlines. Does not own: block time, slots or round deadlines.
 */
import type { AssayError } from './errors.ts'

/** Monotonic milliseconds and one-shot timers. Tests and the simulation bring their own. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. Fractions are meaningful. */
  now(): number
  /** Calls back once after `ms`; the returned function cancels and may be called any number of times. */
  setTimer(ms: number, callback: () => void): () => void
}

/** The machine's clock. Its timers hold the process open until they fire or are cancelled. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer: (ms, callback) => {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}

/**
 * The outcome of `work`, or `late()` thrown after `ms`. What arrives afterwards is ignored, also an error: whoever gives up
 * must stop the work by its own means.
 */
export function withDeadline<T>(clock: Clock, ms: number, work: Promise<T>, late: () => AssayError): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimer(ms, () => reject(late()))
    work.then(resolve, reject).finally(cancel)
  })
}
