/**
 * The progress of a long simulation, for a person who watches.
 *
 * Owns: when to report it: after two seconds, then every second, on a terminal in the same line. Does not own: results,
 * which go to stdout.
 */
import { hasEscapes } from './screen.ts'

/** @see createProgress */
export interface Progress {
  /** Notes how much is done. Always true, so that a caller can use it as a callback. */
  at(done: number): true
  end(): void
}

const QUIET_MS = 2_000
const EVERY_MS = 1_000

/** Progress towards `total`, on stderr. */
export function createProgress(total: number, unit: string): Progress {
  const began = performance.now()
  let last = began + QUIET_MS - EVERY_MS
  let isTold = false
  const isTerminal = hasEscapes(process.stderr)
  return {
    at(done) {
      const now = performance.now()
      if (now - last < EVERY_MS) return true
      last = now
      isTold = true
      const rate = (done * 1000) / (now - began)
      const text = `${done} of ${total} ${unit}, ${rate.toFixed(0)}/s, ${((total - done) / rate).toFixed(0)} s left`
      process.stderr.write(isTerminal ? `\r${text}   ` : `${text}\n`)
      return true
    },
    end() {
      if (isTold && isTerminal) process.stderr.write('\n')
    },
  }
}
