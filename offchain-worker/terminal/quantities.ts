/**
 * Counts and sizes in words.
 *
 * Owns: their form, and reading sizes in the same form. Does not own: amounts of tokens (domain/amount.ts).
 */
import { UsageError } from './usage-error.ts'

const STEP = 1_024
const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const
/** Below this, a size has one decimal. */
const WHOLE_FROM = 100

/** A count with its noun, such as `1 chunk` and `2 chunks`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** A size in the largest unit of which it has at least one, such as `3.8 MiB`. */
export function sizeText(bytes: number): string {
  let [value, unit] = [bytes, 0]
  while (value >= STEP && unit < UNITS.length - 1) [value, unit] = [value / STEP, unit + 1]
  if (unit === 0) return counted(value, 'byte')
  const isWhole = Number.isInteger(value) || value >= WHOLE_FROM
  return `${value.toFixed(isWhole ? 0 : 1)} ${UNITS[unit]}`
}

/**
 * The bytes of a size such as `256MiB`, `1.5 GiB` or `4096`.
 * @param name the option, for the error
 * @throws UsageError `BAD_SIZE`
 */
export function parseSize(name: string, text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?) *([kmgt]i?b?|b|bytes)?$/i.exec(text.trim()) ?? []
  const power = unit === undefined ? 0 : ' kmgt'.indexOf(unit[0]!.toLowerCase())
  const bytes = Math.floor(Number(digits) * STEP ** Math.max(power, 0))
  if (digits !== undefined && Number.isSafeInteger(bytes) && bytes > 0) return bytes
  throw new UsageError('BAD_SIZE', `--${name}: expected a size such as 256MiB or 2GiB, got ${JSON.stringify(text)}`)
}
