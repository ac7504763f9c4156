/**
 * How a long-running command lives and ends.
 *
 * Owns: signals, the parent's death, and the deadline by which everything must be closed. Does not own: what is closed.
 */
import { messageOf } from '#types/errors.ts'

/** After this long a process that still has not closed ends anyway. */
const CLOSE_DEADLINE_MS = 8_000
/** Sooner, a signal is the same request once more: a terminal sends it to all, and npm or timeout(1) hands its own on. */
const SAME_REQUEST_MS = 500
const EXIT_FAILED = 1

/**
 * Resolves when the process is asked to stop: Ctrl-C, SIGTERM, SIGHUP, or nobody reads on what it tells. Asked again later, it ends
 * at once. A child of the devnet leaves Ctrl-C, which a terminal sends to all processes at once, to its parent, who stops them in
 * order; and it stops when the parent is gone.
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

/** Closes what a command opened. A close that takes too long ends the process. */
export async function closeInTime(close: () => Promise<void>): Promise<void> {
  const deadline = setTimeout(() => {
    process.stderr.write(`assay: still not closed after ${CLOSE_DEADLINE_MS} ms, ending now\n`)
    process.exit(EXIT_FAILED)
  }, CLOSE_DEADLINE_MS)
  try {
    await close()
  } catch (thrown) {
    process.stderr.write(`assay: while closing: ${messageOf(thrown)}\n`)
    process.exitCode = EXIT_FAILED
  } finally {
    clearTimeout(deadline)
    if (process.connected) process.disconnect()
  }
}

/** How a command ends. */
export interface Ending {
  /** What must be done first, however long it takes; a second Ctrl-C ends the process all the same. */
  readonly lastWork?: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Runs until the process is asked to stop, then closes. @param ready tells that it runs: from then on it hears who asks. */
export async function runUntilStopped(ready: () => void, { lastWork, close }: Ending): Promise<void> {
  const stopped = untilStopped()
  ready()
  await stopped
  await lastWork?.().catch((thrown: unknown) => {
    process.stderr.write(`assay: ${messageOf(thrown)}\n`)
    process.exitCode = EXIT_FAILED
  })
  await closeInTime(close)
}
