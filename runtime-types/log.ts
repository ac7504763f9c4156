/**
 * Where every part says what happened: pino's shape, so that a pino logger fits as it is.
 *
 * Owns: the type and a silent one. Does not own: formatting or destinations. Never given a secret or a frame's content.
 */

/** Values first, then the sentence. A part that needs fewer levels asks for fewer: `Pick<Log, 'warn'>`. */
export interface Log {
  debug(values: Readonly<Record<string, unknown>>, message: string): void
  info(values: Readonly<Record<string, unknown>>, message: string): void
  warn(values: Readonly<Record<string, unknown>>, message: string): void
  error(values: Readonly<Record<string, unknown>>, message: string): void
}

/** Says nothing. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
