/**
 * What commands print: JSON lines for machines, sentences for people.
 *
 * Owns: the two forms. Does not own: logs, which go to stderr (cli/logging.ts).
 */
import { toHex } from '#types/bytes.ts'

/** Something worth telling: `kind` names it, the rest are its values. */
export type Notice = { readonly kind: string } & Readonly<Record<string, unknown>>

/** Prints a notice with the sentence that a person would read. */
export type Tell = (notice: Notice, sentence: string) => void

const printable = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString()
  return value instanceof Uint8Array ? toHex(value) : value
}

/** One line of JSON: bytes as hex, bigints as decimal strings. */
export const jsonLine = (value: unknown): string => `${JSON.stringify(value, printable)}\n`

/** A `Tell` onto stdout: one JSON line per notice, or one sentence. */
export const createTell = (json: boolean): Tell =>
  json
    ? (notice) => void process.stdout.write(jsonLine(notice))
    : (_notice, sentence) => void process.stdout.write(`${sentence}\n`)

/** What a person reads while a node is waited for. */
export const connectingTo = (endpoint: string): string => `connects to the node at ${endpoint}`
