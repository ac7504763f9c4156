/**
 * The life and the end of a long-running command.
 *
 * Owns: signals, the parent's death, and the deadline for closing everything. Does not own: closing the parts.
 */
import { AssayError, messageOf } from '#types/errors.ts'
import { reportError } from './error-report.ts'

/** A process that is still not closed after this long ends anyway. A busy machine takes ten times as long as a quiet one. */
const CLOSE_DEADLINE_MS = 12_000
/**
 * A signal within this time is the same request: a terminal sends it to all processes, and npm or timeout(1) passes its
 * own on.
 */
const SAME_REQUEST_MS = 500
const EXIT_FAILED = 1

/**
 * Resolves when the process is asked to stop: by Ctrl-C, SIGTERM, SIGHUP, or because nobody reads its output. A second
 * request, later, ends it at once. A terminal sends Ctrl-C to all processes at once; a child of the devnet ignores it,
 * because its parent stops the children in order. A child also stops when its parent is gone.
 */
export function untilStopped(): Promise<string> {
  return new Promise((resolve) => {
    let askedAt: number | undefined
    const ask = (signal: string): void => {
      const now = performance.now()
      askedAt ??= now
      if (now - askedAt >= SAME_REQUEST_MS) process.exit(EXIT_FAILED)
      resolve(signal)
    }
    const isChild = process.send !== undefined
    process.on('SIGINT', isChild ? () => undefined : ask)
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, ask)
    if (isChild) process.once('disconnect', () => resolve('disconnect'))
    process.stdout.once('error', () => resolve('EPIPE'))
  })
}

/** Closes everything that a command opened. If this takes too long, ends the process. */
export async function closeInTime(close: () => Promise<void>): Promise<void> {
  const deadline = setTimeout(() => {
    reportError(new AssayError('STILL_OPEN', `still not closed after ${CLOSE_DEADLINE_MS} ms, ending now`))
    process.exit(EXIT_FAILED)
  }, CLOSE_DEADLINE_MS)
  try {
    await close()
  } catch (thrown) {
    const code = thrown instanceof AssayError ? thrown.code : 'CLOSING'
    reportError(new AssayError(code, `while closing: ${messageOf(thrown)}`, {}, { cause: thrown }))
    process.exitCode = EXIT_FAILED
  } finally {
    clearTimeout(deadline)
    if (process.connected) process.disconnect()
  }
}

/** How a command ends. */
export interface Ending {
  /** Work to finish first, however long it takes. A second Ctrl-C still ends the process. */
  readonly lastWork?: () => Promise<void>
  readonly close: () => Promise<void>
  /** Resolves with the reason when the command cannot go on: it closes, and ends with a code that is not 0. */
  readonly broken?: Promise<Error>
}

/**
 * Runs until the process is asked to stop, then closes.
 * @param ready announces that it runs: from then on it reacts to requests to stop.
 */
export async function runUntilStopped(ready: () => void, { lastWork, close, broken }: Ending): Promise<void> {
  const stopped = untilStopped()
  ready()
  const reason = await Promise.race(broken ? [stopped, broken] : [stopped])
  if (reason instanceof Error) process.exitCode = EXIT_FAILED
  await lastWork?.().catch((thrown: unknown) => {
    reportError(thrown)
    process.exitCode = EXIT_FAILED
  })
  await closeInTime(close)
}
