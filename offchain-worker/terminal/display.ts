/**
 * The display of a devnet for a person: one line per step, with the time since start, in colour if the terminal has it.
 *
 * Owns: layout only. Does not own: the JSON form.
 */

const GREEN = 32
const RED = 31
const YELLOW = 33
const DIM = 2

/** Width of the name at the start of a line, in characters. */
const NAME_WIDTH = 12
const MS_PER_SECOND = 1_000

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
}

/** A display that writes to a stream. */
export function createDisplay({ write, colour, elapsed }: DisplayOptions): Display {
  const paint = (text: string, tone: Tone): string => {
    const code = TONES[tone]
    return colour && code !== undefined ? `\u001B[${code}m${text}\u001B[0m` : text
  }
  return {
    step(name, sentence, tone = 'plain') {
      const seconds = (elapsed() / MS_PER_SECOND).toFixed(1).padStart(6)
      write(`${paint(`${seconds} s`, 'quiet')}  ${name.padEnd(NAME_WIDTH)} ${paint(sentence, tone)}\n`)
    },
    block(lines) {
      write(`\n${lines.map((line) => `  ${line}`).join('\n')}\n\n`)
    },
  }
}
