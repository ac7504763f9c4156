/**
 * The name of a worker, which its operator chose.
 *
 * Owns: its bounds. Does not own: who has which name.
 *
 * A name proves nothing: two workers may have the same. So people are shown the address beside it.
 */
import { utf8 } from '../bytes.ts'
import { UNPRINTABLE } from '../printable.ts'

/** Bytes of UTF-8. */
export const MAX_WORKER_NAME_BYTES = 32

/** The reason why a text is no name of a worker, in words; `undefined` if it is one. The empty text is: a worker needs no name. */
export function checkWorkerName(name: string): string | undefined {
  const { length } = utf8(name)
  if (length > MAX_WORKER_NAME_BYTES) return `expected a name of at most ${MAX_WORKER_NAME_BYTES} bytes, got ${length}`
  if (UNPRINTABLE.test(name)) return 'expected a name of printable characters, got others'
  return name.trim() === name ? undefined : 'expected a name without space at its ends, got some'
}
