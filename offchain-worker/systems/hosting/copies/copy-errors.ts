/**
 * The errors of a copy that cannot do what it is asked.
 *
 * Owns: their codes and words.
 */
import { AssayError } from '#types/errors.ts'

/** The copy was closed or removed. `copy` is its number on chain. */
export const copyClosed = (copy: bigint): AssayError =>
  new AssayError('COPY_CLOSED', `expected copy ${copy} to be open, got a closed one: open it again`, { copy })

/** Another user of the folder has the copy open. */
export const copyOpen = (copy: bigint): AssayError =>
  new AssayError('COPY_OPEN', `expected copy ${copy} not to be open, got an open one: close it first`, { copy })

/** @param what the copy lacks */
export const copyIncomplete = (copy: bigint, what: string): AssayError =>
  new AssayError('COPY_INCOMPLETE', `expected copy ${copy} to be whole, got ${what}: it cannot be proven`, { copy })
