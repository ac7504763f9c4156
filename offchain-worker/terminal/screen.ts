/**
 * The terminal behind a stream: what it can show, and how wide it is.
 *
 * Owns: reading this from the stream and the environment, and breaking lines at words. Does not own: what is shown.
 */
import type { WriteStream } from 'node:tty'

type Stream = Pick<WriteStream, 'isTTY' | 'columns'>
type Environment = Readonly<Record<string, string | undefined>>

/** Narrower than this, broken lines are harder to read than lines that the terminal breaks. Characters. */
const FEWEST_COLUMNS = 40

/** Whether the stream is a terminal that knows escape sequences. */
export const hasEscapes = ({ isTTY }: Stream, env: Environment = process.env): boolean =>
  isTTY ? env['TERM'] !== 'dumb' : false

/** Whether to show colours there. A value in NO_COLOR turns them off (https://no-color.org). */
export const hasColours = (stream: Stream, env: Environment = process.env): boolean =>
  hasEscapes(stream, env) && !env['NO_COLOR']

/** Characters in a line of the terminal; without end for a pipe or a file. */
export const columnsOf = ({ isTTY, columns }: Stream): number =>
  isTTY && columns >= FEWEST_COLUMNS ? columns : Infinity

/**
 * Breaks a line at spaces, so that no part is longer than `columns` unless a word is.
 * @param indent spaces before the second part and those after it
 */
export function wrap(line: string, columns: number, indent: number): string {
  if (line.length <= columns) return line
  const parts: string[] = []
  let rest = line
  while (rest.length > columns) {
    const margin = parts.length > 0 ? indent : 0
    const before = rest.lastIndexOf(' ', columns)
    const at = before > Math.max(margin, rest.search(/\S/)) ? before : rest.indexOf(' ', columns)
    if (at === -1) break
    parts.push(rest.slice(0, at).trimEnd())
    rest = ' '.repeat(indent) + rest.slice(at).trimStart()
  }
  return [...parts, rest].filter((part) => part.trim() !== '').join('\n')
}
