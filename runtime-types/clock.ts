/**
 * Time as an argument, and deadlines on every wait.
 *
 * Owns: the clock's interface, the machine's clock, and deadlines. Does not own: block time.
 */
import type { AssayError } from './errors.ts'

/** Monotonic milliseconds and one-shot timers. Tests and the simulation bring their own. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. Fractions are meaningful. */
  now(): number
  /** Calls back once after `ms`. The returned function cancels; a caller may call it any number of times. */
  setTimer(ms: number, callback: () => void): () => void
}

/** The machine's clock. Its timers keep the process running until they fire or are cancelled. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer: (ms, callback) => {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}

/**
 * The outcome of `work`; after `ms` milliseconds it throws `late()`. It ignores a later result or error. The caller
 * must stop the work by its own means.
 */
export function withDeadline<T>(clock: Clock, ms: number, work: Promise<T>, late: () => AssayError): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimer(ms, () => reject(late()))
    work.then(resolve, reject).finally(cancel)
  })
}
