/**
 * Time as an argument of the node, which besides durations needs the time of day.
 *
 * Owns: wall time. Does not own: monotonic time (#types/clock.ts), block time or slots (sealing.ts, slots.ts).
 */
import type { Clock } from '#types/clock.ts'

/** Wall time, durations and one-shot timers, which never fire before their maker returned. */
export interface NodeClock extends Clock {
  /** Unix time, milliseconds: what goes into blocks. May jump. */
  unixMs(): number
}

/** The machine's clock. A timer of 0 ms lets pending I/O go first (setImmediate). */
export const systemClock: NodeClock = {
  unixMs: () => Date.now(),
  now: () => performance.now(),
  setTimer(ms, callback) {
    if (ms <= 0) {
      const immediate = setImmediate(callback)
      return () => clearImmediate(immediate)
    }
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}
