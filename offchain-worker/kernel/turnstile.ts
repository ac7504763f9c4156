/**
 * A turnstile: lets a few pass at a time, in the order of their calls.
 *
 * Owns: the places and the queue.
 */

/** Runs `pass` when a place is free, and holds the place until it settles. @returns or throws as `pass` */
export type Turnstile = <T>(pass: () => Promise<T>) => Promise<T>

/** @param places those that pass at the same time, 1 or more */
export function createTurnstile(places: number): Turnstile {
  const queue: (() => void)[] = []
  let free = places
  return async (pass) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => queue.push(resolve))
    try {
      return await pass()
    } finally {
      const next = queue.shift()
      if (next) next()
      else free += 1
    }
  }
}
