/**
 * How fast one peer may talk: a token bucket.
 *
 * Owns: the arithmetic. Does not own: the clock, or what happens to what is refused.
 */

/** @see createRateLimit */
export interface RateLimitOptions {
  /** Units regained in a second. */
  readonly perSecond: number
  /** Units that may be spent at once. */
  readonly burst: number
}

/** Spends one unit at `now` (milliseconds); false where none is left. */
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
