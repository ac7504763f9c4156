/**
 * How much the pool holds.
 *
 * Owns: the bounds. Does not own: dropping transactions at them (the pool).
 */

import { AssayError } from '#types/errors.ts'

/** Bounds of a queue. */
interface QueueLimit {
  readonly count: number
  /** Length of all its transactions together. */
  readonly bytes: number
}

/** Bounds of the pool. */
export interface PoolLimits {
  readonly ready: QueueLimit
  readonly future: QueueLimit
  readonly futurePerAccount: number
}

/** As in Substrate. Only the bound per account is ours: it keeps one signer from filling the future queue. */
export const DEFAULT_POOL_LIMITS: PoolLimits = {
  ready: { count: 8192, bytes: 20 * 1024 * 1024 },
  future: { count: 512, bytes: 1024 * 1024 },
  futurePerAccount: 64,
}

/**
 * Limits with another count of ready transactions; Substrate's `--pool-limit`.
 * @throws AssayError `BAD_POOL_LIMIT` where that is no whole number above 0.
 */
export function poolLimits(readyCount: number | undefined, limits = DEFAULT_POOL_LIMITS): PoolLimits {
  if (readyCount === undefined) return limits
  if (!Number.isSafeInteger(readyCount) || readyCount < 1)
    throw new AssayError(
      'BAD_POOL_LIMIT',
      `expected a pool limit that is a whole number of transactions, at least 1, got ${readyCount}`,
    )
  return { ...limits, ready: { ...limits.ready, count: readyCount } }
}

/** Whether a queue holds more than it may. */
export const overfull = (queue: { readonly size: number; readonly bytes: number }, limit: QueueLimit): boolean =>
  queue.size > limit.count || queue.bytes > limit.bytes
