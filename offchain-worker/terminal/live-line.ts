/**
 * One line at the bottom of a terminal that tells what the command waits for, once that takes long.
 *
 * Owns: when it appears, and that it disappears before anything else is printed. Does not own: its text.
 */
import type { Clock } from '#types/clock.ts'
import { columnsOf } from './screen.ts'
import { printable } from './shown.ts'

/** A wait shorter than this needs no explanation. */
const PATIENCE_MS = 2_000
const MS_PER_S = 1_000
const INDENT = ' '.repeat(10)
const CLEAR_LINE = '\r\u001B[2K'

export interface LiveLine {
  /** Sets the text about the current work. It appears once nothing else was printed for two seconds. */
  show(text: string): void
  /** Removes the line. */
  clear(): void
}

export interface LiveLineOptions {
  readonly write: (text: string) => void
  /** Whether there is a terminal to show it on. */
  readonly isShown: boolean
  /** Width of the terminal, by default that of stdout. A longer line could not be removed. */
  readonly columns?: () => number
}

/** A line that is not visible yet. */
export function createLiveLine(
  { write, isShown, columns = () => columnsOf(process.stdout) }: LiveLineOptions,
  clock: Clock,
): LiveLine {
  let text = ''
  let since = 0
  let cancel: (() => void) | undefined
  let isOut = false
  const paint = (): void => {
    isOut = true
    const line = `${INDENT}${text}, ${Math.round((clock.now() - since) / MS_PER_S)} s`
    write(`${CLEAR_LINE}${printable(line).slice(0, columns() - 1)}`)
    cancel = clock.setTimer(MS_PER_S, paint)
  }
  return {
    show(next) {
      if (!isShown) return
      text = next
      if (cancel) return
      since = clock.now()
      cancel = clock.setTimer(PATIENCE_MS, paint)
    },
    clear() {
      cancel?.()
      cancel = undefined
      if (isOut) write(CLEAR_LINE)
      isOut = false
    },
  }
}
