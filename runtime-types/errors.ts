/**
 * The error that every part of Assay throws: a stable code for machines, a message for people, and the values in
 * question.
 *
 * Owns: the base class only. Does not own: the codes; each module declares its own beside the code that throws them.
 */

/** Values that an error carries besides its message: small and printable. Never a secret. */
export type ErrorMeta = Readonly<Record<string, string | number | bigint | boolean | null | undefined>>

/**
 * Base of all typed errors. `code` is stable and upper case (`DB_LOCKED`). `message` says what was expected, what came,
 * and what to do.
 */
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

/** The message of any thrown value, for logs and for people. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))
