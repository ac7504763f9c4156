/**
 * The error that ends a command, as it is told on stderr.
 *
 * Owns: its two forms, and reading the form for machines again. Does not own: exit codes.
 */
import { AssayError, messageOf } from '#types/errors.ts'
import { jsonLine } from './output.ts'
import { columnsOf, wrap } from './screen.ts'
import { printable, printableLines } from './shown.ts'

const INDENT = 2

const hintOf = (thrown: unknown): string | undefined => {
  const hint = thrown instanceof AssayError ? thrown.meta['hint'] : undefined
  return typeof hint === 'string' ? hint : undefined
}

/** One JSON line: `kind` is `error`; `code` only for an error that we know, `stack` only for another, which is a bug of ours. */
export function errorLine(thrown: unknown): string {
  const [message, hint] = [messageOf(thrown), hintOf(thrown)]
  if (thrown instanceof AssayError) return jsonLine({ kind: 'error', code: thrown.code, message, hint })
  return jsonLine({ kind: 'error', message, stack: thrown instanceof Error ? thrown.stack : undefined })
}

/**
 * Sentences for a person: the error with its code; for a wrong command line, a second line that says what was perhaps meant.
 * @param columns width of the terminal
 */
export function errorSentences(thrown: unknown, columns: number): string {
  const code = thrown instanceof AssayError ? ` [${thrown.code}]` : ''
  const hint = hintOf(thrown)
  const lines = [
    ...printableLines(`assay: ${messageOf(thrown)}${code}`).split('\n'),
    ...(hint ? [printable(hint)] : []),
  ]
  const stack = !(thrown instanceof AssayError) && thrown instanceof Error ? (thrown.stack ?? '').split('\n') : []
  return `${[...lines, ...stack.map(printable)].map((line) => wrap(line, columns, INDENT)).join('\n')}\n`
}

/** Tells the error on stderr, in JSON where the command line asks for JSON. */
export function reportError(thrown: unknown): void {
  const isJson = process.argv.includes('--json')
  process.stderr.write(isJson ? errorLine(thrown) : errorSentences(thrown, columnsOf(process.stderr)))
}

/** The error in such a JSON line, with its code; nothing for any other line. */
export function parseErrorLine(line: string): { readonly code: string; readonly message: string } | undefined {
  if (!line.startsWith('{"kind":"error"')) return undefined
  try {
    const { code, message } = JSON.parse(line) as Readonly<Record<string, unknown>>
    return typeof code === 'string' && typeof message === 'string' ? { code, message } : undefined
  } catch {
    return undefined
  }
}
