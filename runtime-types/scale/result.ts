/**
 * `Result<T, E>`.
 *
 * Owns: the codec.
 */
import { inside, ScaleError, type Codec } from './codec.ts'

/** Either `{ ok: true, value }` or `{ ok: false, error }`. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

/** The codec of `Result<T, E>`: index 0 for Ok, 1 for Err. */
export function result<T, E>(ok: Codec<T>, err: Codec<E>): Codec<Result<T, E>> {
  return {
    type: {
      path: ['Result'],
      params: [
        { name: 'T', type: () => ok.type },
        { name: 'E', type: () => err.type },
      ],
      shape: {
        kind: 'variant',
        variants: [
          { name: 'Ok', index: 0, fields: [{ type: () => ok.type }] },
          { name: 'Err', index: 1, fields: [{ type: () => err.type }] },
        ],
      },
    },
    write(value, out) {
      out.byte(value.ok ? 0 : 1)
      try {
        if (value.ok) ok.write(value.value, out)
        else err.write(value.error, out)
      } catch (thrown) {
        throw inside(thrown, value.ok ? 'Ok' : 'Err')
      }
    },
    read(from) {
      const index = from.byte('Result')
      if (index > 1) throw new ScaleError('Result (0 or 1)', String(index), from.offset - 1)
      try {
        return index === 0 ? { ok: true, value: ok.read(from) } : { ok: false, error: err.read(from) }
      } catch (thrown) {
        throw inside(thrown, index === 0 ? 'Ok' : 'Err')
      }
    },
  }
}
