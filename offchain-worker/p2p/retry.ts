/**
 * Trying again what failed because a machine or a network was busy.
 *
 * Owns: the pauses between tries, and the deadline on all of them. Does not own: which errors pass by themselves.
 */
import type { Clock } from '#types/clock.ts'

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 4_000

/** @see retried */
export interface RetryOptions {
  readonly clock: Clock
  /** A number from 0 to 1, 1 excluded, for each pause. So processes that fail together do not try again together. */
  readonly random: () => number
  /** Time for all tries together, in milliseconds. */
  readonly withinMs: number
  /** Whether another try may do better after this error. */
  readonly isPassing: (error: unknown) => boolean
}

/**
 * The first result of `attempt`. Pauses double from try to try; each is made shorter or longer by up to a half.
 * @param attempt gets the milliseconds that are left, and must end by then
 * @throws the last error, once no time is left for another try
 */
export async function retried<T>(attempt: (leftMs: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, random, withinMs, isPassing } = options
  const end = clock.now() + withinMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await attempt(end - clock.now())
    } catch (error) {
      const waitMs = pauseMs * (0.5 + random())
      if (!isPassing(error) || clock.now() + waitMs >= end) throw error
      await new Promise<void>((resolve) => void clock.setTimer(waitMs, resolve))
    }
  }
}
