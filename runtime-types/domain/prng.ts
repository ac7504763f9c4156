/**
 * The pseudo random number generator that members seed with their shared numbers.
 *
 * Owns: a stateful stream of draws from shared numbers. Does not own: draws by label and index, which need no state
 * (draw.ts).
 * Source: `PRNG` of datdot's "proof of performance": seed = hash(seed + x) for each number, then hash(seed + i++) from
 * draw to draw. There a draw is the seed itself, so one draw reveals all later ones. Here a draw is a separate hash
 * beside that chain.
 */
import { concatBytes, u64le, utf8 } from '../bytes.ts'
import { blake2b256Of } from '../crypto/hash.ts'
import { AssayError } from '../errors.ts'

/** A stream of draws; the same numbers in the same order give the same stream. */
export interface Prng {
  /** The next 32 bytes. */
  next(): Uint8Array
  /**
   * The next integer from 0 to `bound - 1`, each with the same probability.
   * @throws AssayError `BAD_BOUND` unless `bound` is an integer from 1 to 2^53 - 1
   */
  below(bound: number): number
  /** The items in drawn order (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[]
}

const DRAW = utf8('draw')
const RANGE = 2n ** 64n

/**
 * A generator from numbers of any length, in order. Without numbers it is a fixed stream.
 *
 *   s = H(... H(H(x0) | x1) ... | xk), i = 0
 *   next: H(s | 'draw'), then s = H(s | u64le(i)), i = i + 1
 */
export function createPrng(numbers: readonly Uint8Array[]): Prng {
  let seed: Uint8Array = new Uint8Array(0)
  for (const number of numbers) seed = blake2b256Of(concatBytes(seed, number))
  let count = 0n
  const next = (): Uint8Array => {
    const drawn = blake2b256Of(seed, DRAW)
    seed = blake2b256Of(seed, u64le(count++))
    return drawn
  }
  const below = (bound: number): number => {
    if (!Number.isSafeInteger(bound) || bound < 1)
      throw new AssayError('BAD_BOUND', `prng: expected a bound from 1 to 2^53 - 1, got ${bound}`)
    const range = BigInt(bound)
    // Draw again if the draw is above the last multiple of the bound: otherwise small results would be more likely.
    const limit = RANGE - (RANGE % range)
    for (;;) {
      const bytes = next()
      const drawn = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, false)
      if (drawn < limit) return Number(drawn % range)
    }
  }
  const shuffle = <T>(items: readonly T[]): T[] => {
    const order = [...items]
    for (let last = order.length - 1; last > 0; last--) {
      const other = below(last + 1)
      const kept = order[last]!
      order[last] = order[other]!
      order[other] = kept
    }
    return order
  }
  return { next, below, shuffle }
}
