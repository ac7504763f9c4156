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

/** A bucket that starts full. */
export function createRateLimit({ perSecond, burst }: RateLimitOptions): RateLimit {
  let tokens = burst
  let last: number | undefined
  return (now) => {
    tokens = Math.min(burst, tokens + ((now - (last ?? now)) * perSecond) / 1000)
    last = now
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
