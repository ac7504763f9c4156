/**
 * The error every part of Assay throws: a stable code for machines, a message for people, the values it speaks of.
 *
 * Owns: the base class only. Does not own: the codes, which each module declares beside the code that throws them.
 */

/** What an error may carry besides its message: small, printable values. Never a secret. */
export type ErrorMeta = Readonly<Record<string, string | number | bigint | boolean | null | undefined>>

/** Base of all typed errors. `code` is stable and upper case (`DB_LOCKED`); `message` says expected, got, and what to do. */
export class AssayError extends Error {
  readonly code: string
  readonly meta: ErrorMeta

  constructor(code: string, message: string, meta: ErrorMeta = {}, options?: { cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.meta = meta
  }
}

/** The message of anything that was thrown, for logs and for people. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))
