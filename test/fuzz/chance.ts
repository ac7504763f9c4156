/**
 * Repeatable chance: every choice in a fuzz case follows from a seed and the case's number.
 *
 * Owns: the generator (mulberry32 on a mixed seed) and the choices made with it. Does not own: the generated inputs.
 */

/** One case's source of choices. */
export interface Chance {
  /** An integer from 0 to `below` - 1. */
  int(below: number): number
  /** True once in `times`. */
  once(times: number): boolean
  pick<T>(from: readonly T[]): T
  bytes(length: number): Uint8Array
}

/** The choices of case `index` under `seed`. */
export function chanceOf(seed: number, index: number): Chance {
  let state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(index + 1, 0xc2b2_ae35)
  const next = (): number => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const int = (below: number): number => next() % below
  return {
    int,
    once: (times) => int(times) === 0,
    pick: (from) => from[int(from.length)]!,
    bytes: (length) => Uint8Array.from({ length }, () => int(256)),
  }
}
