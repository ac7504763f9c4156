/**
 * The output of commands: JSON lines for machines, sentences for people.
 *
 * Owns: the two forms. Does not own: logs, which go to stderr.
 */
import { toHex } from '#types/bytes.ts'
import { columnsOf, wrap } from './screen.ts'
import { printable } from './shown.ts'

const INDENT = 2

/** A fact to report: `kind` names it, the other fields are its values. */
export type Notice = { readonly kind: string } & Readonly<Record<string, unknown>>

/** Prints a notice, or the sentences for a person, each on a line of its own. */
export type Tell = (notice: Notice, ...sentences: readonly string[]) => void

const jsonValue = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString()
  return value instanceof Uint8Array ? toHex(value) : value
}

/** One line of JSON: bytes as hex, bigints as decimal strings. */
export const jsonLine = (value: unknown): string => `${JSON.stringify(value, jsonValue)}\n`

const line = (sentence: string): string => wrap(printable(sentence), columnsOf(process.stdout), INDENT)

/** A `Tell` that writes to stdout: one JSON line per notice, or its sentences. */
export const createTell = (json: boolean): Tell =>
  json
    ? (notice) => void process.stdout.write(jsonLine(notice))
    : (_notice, ...sentences) => void process.stdout.write(`${sentences.map(line).join('\n')}\n`)

/** The sentence that a person reads while a command waits for a node. */
export const connectingTo = (endpoint: string): string => `connects to the node at ${endpoint}`
