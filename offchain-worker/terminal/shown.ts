/**
 * Values in the form in which a person reads them on a terminal.
 *
 * Owns: the one form of bytes, and that no character of a value controls the terminal. Does not own: JSON (output.ts).
 */
import { toHex } from '#types/bytes.ts'
import { toSs58 } from '#types/crypto/ss58.ts'
import { UNPRINTABLE } from '#types/printable.ts'

const UNSAFE = new RegExp(UNPRINTABLE, 'gu')
/** Enough to recognise a hash or a key. */
const SHOWN_BYTES = 8
const HEX_DIGITS = 4
const ADDRESS_HEAD = 6
const ADDRESS_TAIL = 4

const escaped = (character: string): string => `\\u${character.codePointAt(0)!.toString(16).padStart(HEX_DIGITS, '0')}`

/** The text in one line, with its control characters as escapes such as `\u001b`. Every text of others is shown through this. */
export const printable = (text: string): string => text.replaceAll(UNSAFE, escaped)

/** The same for a text of several lines. The later lines are indented, so that none of them passes for a line of ours. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n  ')

/** The first bytes in hex, enough to recognise them. Takes hex too, in which processes tell bytes. */
export function shortHex(bytes: Uint8Array | string): string {
  const hex = typeof bytes === 'string' ? bytes : toHex(bytes)
  const most = 2 + 2 * SHOWN_BYTES
  return printable(hex.length > most ? `${hex.slice(0, most)}…` : hex)
}

/** An account by the ends of its address, such as `5FLSig…mLAx`. */
export function shortAddress(account: Uint8Array): string {
  const address = toSs58(account)
  return `${address.slice(0, ADDRESS_HEAD)}…${address.slice(-ADDRESS_TAIL)}`
}

/** Any value, bytes in it by their first. */
export function shown(value: unknown): string {
  if (value instanceof Uint8Array) return shortHex(value)
  if (Array.isArray(value)) return value.map(shown).join(', ')
  if (typeof value !== 'object' || value === null) return printable(String(value))
  const fields = Object.entries(value).map(([name, field]) => `${name} ${shown(field)}`)
  return printable(fields.join(', '))
}
