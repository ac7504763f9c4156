/**
 * A log of the events in a part. It has pino's shape, so a pino logger fits without a wrapper.
 *
 * Owns: the type and a silent log. Does not own: formatting or destinations. Never log a secret or a frame's content.
 */

/** Values first, then the sentence. A part that needs fewer levels takes fewer: `Pick<Log, 'warn'>`. */
export interface Log {
  debug(values: Readonly<Record<string, unknown>>, message: string): void
  info(values: Readonly<Record<string, unknown>>, message: string): void
  warn(values: Readonly<Record<string, unknown>>, message: string): void
  error(values: Readonly<Record<string, unknown>>, message: string): void
}

/** Logs nothing. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
