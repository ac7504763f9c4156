/**
 * Types inside themselves: a batch of calls is a call.
 *
 * Owns: recursion and the bound on it. Does not own: what is composed (compound.ts).
 */
import { ScaleError, type Codec } from './codec.ts'
import type { TypeRef } from './type-def.ts'

/** Deepest nesting of a type inside itself: a batch of batches. As deep as sp-runtime's MAX_EXTRINSIC_DEPTH. */
export const MAX_RECURSION_DEPTH = 256

/** A codec that may contain itself: `of` is asked for at first use, and nesting is bounded. */
export function recursive<T>(type: TypeRef, of: () => Codec<T>): Codec<T> {
  return {
    get type() {
      return type()
    },
    write: (value, out) => of().write(value, out),
    read(from) {
      if (from.depth >= MAX_RECURSION_DEPTH)
        throw new ScaleError(`nesting of at most ${MAX_RECURSION_DEPTH}`, 'deeper', from.offset)
      from.depth++
      try {
        return of().read(from)
      } finally {
        from.depth--
      }
    },
  }
}
