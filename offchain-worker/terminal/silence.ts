/**
 * A word to a person whenever nothing was told for three seconds.
 *
 * Owns: when the word is due. Does not own: the line at the bottom of a terminal (live-line.ts).
 */
import type { Clock } from '#types/clock.ts'
import type { Tell } from './output.ts'

/** A person who reads nothing for this long asks whether anything still happens. */
const SILENCE_MS = 3_000
/** Until the next word about the same wait. */
const AGAIN_MS = 10_000
const MS_PER_S = 1_000

export interface Silence {
  /** Something was told: the silence begins anew. */
  heard(): void
  /** Nothing more is due. */
  end(): void
}

/** @param say called after three seconds of silence, then every ten, with the seconds since something was told */
export function createSilence(clock: Clock, say: (seconds: number) => void): Silence {
  let since = clock.now()
  let hasEnded = false
  const speak = (): void => {
    say(Math.round((clock.now() - since) / MS_PER_S))
    if (!hasEnded) cancel = clock.setTimer(AGAIN_MS, speak)
  }
  let cancel = clock.setTimer(SILENCE_MS, speak)
  return {
    heard() {
      if (hasEnded) return
      cancel()
      since = clock.now()
      cancel = clock.setTimer(SILENCE_MS, speak)
    },
    end() {
      hasEnded = true
      cancel()
    },
  }
}

/** Waits for `work`, and tells what is waited for whenever that takes long. @returns or throws as `work` */
export async function whileWaiting<T>(what: string, work: Promise<T>, clock: Clock, tell: Tell): Promise<T> {
  const say = (seconds: number): void => tell({ kind: 'waits', what, seconds }, `waits for ${what}, ${seconds} s`)
  const silence = createSilence(clock, say)
  try {
    return await work
  } finally {
    silence.end()
  }
}
