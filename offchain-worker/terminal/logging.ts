/**
 * The log of a process on stderr, quiet by default: sentences on a terminal, JSON lines elsewhere.
 *
 * Owns: pino's configuration. Does not own: what is logged. No secret ever reaches a logger.
 */
import { pino, type DestinationStream, type Logger } from 'pino'
import { writeLog } from './log-sentence.ts'

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const terminal: DestinationStream = { write: (line) => writeLog(line.trimEnd()) }

/** A logger that names its process, such as `{ worker: 'attestor-1' }`. */
export const createLog = (level: LogLevel, bindings: Readonly<Record<string, string>>): Logger =>
  pino(
    { level, base: bindings, formatters: { level: (label) => ({ level: label }) } },
    process.stderr.isTTY ? terminal : pino.destination({ dest: 2, sync: true }),
  )

/**
 * The log for the consoles of pallets. A developer who put a line into a pallet wants to see it, unless the process is
 * silent.
 */
export const createConsoleLog = (level: LogLevel, bindings: Readonly<Record<string, string>>): Logger =>
  createLog(level === 'silent' || level === 'debug' ? level : 'info', bindings)
