/**
 * How a long-running command lives and ends.
 *
 * Owns: signals, the parent's death, and the deadline by which everything must be closed. Does not own: what is closed.
 */
import { messageOf } from '#types/errors.ts'

/** After this long a process that still has not closed ends anyway. */
const CLOSE_DEADLINE_MS = 8_000
const EXIT_FAILED = 1

/**
 * Resolves when the process is asked to stop: Ctrl-C, SIGTERM, SIGHUP. A child of the devnet leaves Ctrl-C, which a terminal sends
 * to all processes at once, to its parent, who stops them in order; and it stops when the parent is gone.
 */
export function untilStopped(): Promise<string> {
  return new Promise((resolve) => {
    const isChild = process.send !== undefined
    if (isChild) process.on('SIGINT', () => undefined)
    else process.once('SIGINT', resolve)
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve)
    if (isChild) process.once('disconnect', () => resolve('disconnect'))
  })
}

/** Closes what a command opened. A second Ctrl-C, or a close that takes too long, ends the process at once. */
export async function closeInTime(close: () => Promise<void>): Promise<void> {
  const endNow = (): never => process.exit(EXIT_FAILED)
  process.once('SIGINT', endNow)
  const deadline = setTimeout(() => {
    process.stderr.write(`assay: still not closed after ${CLOSE_DEADLINE_MS} ms, ending now\n`)
    endNow()
  }, CLOSE_DEADLINE_MS)
  try {
    await close()
  } catch (thrown) {
    process.stderr.write(`assay: while closing: ${messageOf(thrown)}\n`)
    process.exitCode = EXIT_FAILED
  } finally {
    clearTimeout(deadline)
    process.removeListener('SIGINT', endNow)
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
