/**
 * A line of a log as a person reads it on a terminal.
 *
 * Owns: the sentence, and that a terminal gets it where another reader gets the line. Does not own: the log (logging.ts).
 */
import { parseErrorLine } from './error-report.ts'
import { columnsOf, hasColours, wrap } from './screen.ts'
import { printable, shown } from './shown.ts'

/** Width of the level at the start of a line, in characters. */
const LEVEL_WIDTH = 7
const COLOURS: Readonly<Record<string, number>> = { error: 31, warn: 33, info: 2, debug: 2 }
/** Fields of which the sentence is made, or that a person does not need on a terminal. */
const OWN_FIELDS: readonly string[] = ['level', 'time', 'msg', 'node', 'worker', 'account', 'command']

interface SentenceOptions {
  readonly columns: number
  readonly hasColours: boolean
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}

/** A line of a log, or another line that a process wrote on stderr, as a person reads it, without its end of line. */
export function logSentence(line: string, { columns, hasColours }: SentenceOptions): string {
  const error = parseErrorLine(line)
  if (error) return wrap(printable(`assay: ${error.message} [${error.code}]`), columns, LEVEL_WIDTH)
  const record = parse(line)
  const { level, msg } = record ?? {}
  if (typeof level !== 'string') return wrap(printable(line), columns, LEVEL_WIDTH)
  const who = [record!['node'] ?? record!['worker'] ?? record!['command'], record!['account']]
    .flatMap((name) => (name === undefined ? [] : shown(name)))
    .join(' ')
  const values = Object.entries(record!).filter(([name]) => !OWN_FIELDS.includes(name))
  const details = values.map(([name, value]) => `${printable(name)} ${shown(value)}`).join(', ')
  const text = `${who && `${who}: `}${shown(msg ?? '')}${details && ` (${details})`}`
  const sentence = wrap(`${printable(level).padEnd(LEVEL_WIDTH)}${text}`, columns, LEVEL_WIDTH)
  const colour = COLOURS[level]
  return hasColours && colour !== undefined ? `\u001B[${colour}m${sentence}\u001B[0m` : sentence
}

/** Writes a line of a process, of this one or of a child, to stderr: as a sentence if that is a terminal. */
export function writeLog(line: string): void {
  const { stderr } = process
  const options = { columns: columnsOf(stderr), hasColours: hasColours(stderr) }
  stderr.write(`${stderr.isTTY ? logSentence(line, options) : line}\n`)
}
