/**
 * A token bucket: it limits how fast one peer may send.
 *
 * Owns: the arithmetic. Does not own: the clock.
 */

/** @see createRateLimit */
export interface RateLimitOptions {
  /** Units that the bucket regains per second. */
  readonly perSecond: number
  /** Units that a peer may spend at once. */
  readonly burst: number
}

/** Spends one unit at `now` (milliseconds); false if none is left. */
export type RateLimit = (now: number) => boolean

/** Spends some units at `now` (milliseconds). False, and nothing is spent, if fewer are left. */
export type Budget = (now: number, units: number) => boolean

/** A bucket that starts full. */
export function createBudget({ perSecond, burst }: RateLimitOptions): Budget {
  let tokens = burst
  let last: number | undefined
  return (now, units) => {
    tokens = Math.min(burst, tokens + ((now - (last ?? now)) * perSecond) / 1000)
    last = now
    if (tokens < units) return false
    tokens -= units
    return true
  }
}

/** A bucket that starts full, from which each message takes one unit. */
export function createRateLimit(options: RateLimitOptions): RateLimit {
  const spend = createBudget(options)
  return (now) => spend(now, 1)
}
