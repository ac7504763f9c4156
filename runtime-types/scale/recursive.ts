/**
 * Types inside themselves: a batch of calls is a call.
 *
 * Owns: recursion and the bound on it. Does not own: composition.
 */
import { ScaleError, type Codec } from './codec.ts'
import type { TypeRef } from './type-def.ts'

/**
 * Deepest nesting of a type inside itself, such as a batch of batches. The same as sp-runtime's MAX_EXTRINSIC_DEPTH.
 */
export const MAX_RECURSION_DEPTH = 256

/** A codec that may contain itself. It calls `of` at first use, and bounds the nesting. */
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
