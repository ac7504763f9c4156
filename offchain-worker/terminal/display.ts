/**
 * The display of a devnet for a person: one line per step, with the time since start, in colour if the terminal has it.
 *
 * Owns: layout only, and that no text of others controls the terminal. Does not own: the JSON form.
 */
import { columnsOf, hasColours, wrap } from './screen.ts'
import { printable } from './shown.ts'

const GREEN = 32
const RED = 31
const YELLOW = 33
const DIM = 2

/** Width of the name at the start of a line, in characters. */
const NAME_WIDTH = 12
const MS_PER_SECOND = 1_000
/** Width of the time at the start of a line, in characters. */
const TIME_WIDTH = 8

/** How a line should look to the reader. */
export type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'quiet'

const TONES: Readonly<Record<Tone, number | undefined>> = {
  plain: undefined,
  good: GREEN,
  bad: RED,
  warn: YELLOW,
  quiet: DIM,
}

export interface Display {
  /** A step of one part of the devnet. */
  step(name: string, sentence: string, tone?: Tone): void
  /** A block of text on lines of its own. */
  block(lines: readonly string[]): void
}

export interface DisplayOptions {
  readonly write: (text: string) => void
  /** Whether to show colours: only on a terminal, and only if nothing turns them off. */
  readonly colour: boolean
  /** Milliseconds since the start of the devnet. */
  readonly elapsed: () => number
  /** Width of a line, at which longer ones are broken; without end for a pipe. */
  readonly columns: () => number
}

/** Characters before the sentence of a step. */
const STEP_INDENT = TIME_WIDTH + 2 + NAME_WIDTH + 1
/** Characters before a line of a block. */
const BLOCK_INDENT = 2

/** A display that writes to a stream. */
export function createDisplay({ write, colour, elapsed, columns }: DisplayOptions): Display {
  const paint = (text: string, tone: Tone): string => {
    const code = TONES[tone]
    return colour && code !== undefined ? `\u001B[${code}m${text}\u001B[0m` : text
  }
  return {
    step(name, sentence, tone = 'plain') {
      const seconds = (elapsed() / MS_PER_SECOND).toFixed(1).padStart(6)
      const line = `${seconds} s  ${printable(name).padEnd(NAME_WIDTH)} ${printable(sentence)}`
      const [time, rest] = [line.slice(0, TIME_WIDTH), wrap(line, columns(), STEP_INDENT).slice(TIME_WIDTH)]
      const [before, after] = [rest.slice(0, STEP_INDENT - TIME_WIDTH), rest.slice(STEP_INDENT - TIME_WIDTH)]
      write(`${paint(time, 'quiet')}${before}${paint(after, tone)}\n`)
    },
    block(lines) {
      const indented = lines.map((line) =>
        wrap(' '.repeat(BLOCK_INDENT) + printable(line), columns(), 2 * BLOCK_INDENT),
      )
      write(`\n${indented.join('\n')}\n\n`)
    },
  }
}

/** The display on stdout. @param elapsed milliseconds since the start */
export const createStdoutDisplay = (elapsed: () => number): Display =>
  createDisplay({
    write: (text) => process.stdout.write(text),
    colour: hasColours(process.stdout),
    elapsed,
    columns: () => columnsOf(process.stdout),
  })
