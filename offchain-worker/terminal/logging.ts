/**
 * The log of a process on stderr, quiet by default: sentences on a terminal, JSON lines elsewhere.
 *
 * Owns: pino's configuration. Does not own: what is logged. No secret ever reaches a logger.
 */
import { createRequire } from 'node:module'
import type * as Pino from 'pino'
import type { Log } from '#types/log.ts'
import { writeLog } from './log-sentence.ts'

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const terminal: Pino.DestinationStream = { write: (line) => writeLog(line.trimEnd()) }

/** A log that says which levels it writes. */
export interface LevelledLog extends Log {
  isLevelEnabled(level: string): boolean
}

/** Loads pino. Most processes never log, and loading it takes a twentieth of a start. */
function openPino(level: LogLevel, bindings: Readonly<Record<string, string>>): Pino.Logger {
  const { pino } = createRequire(import.meta.url)('pino') as typeof Pino
  return pino(
    { level, base: bindings, formatters: { level: (label) => ({ level: label }) } },
    process.stderr.isTTY ? terminal : pino.destination({ dest: 2, sync: true }),
  )
}

/** A logger that names its process, such as `{ worker: 'attestor-1' }`. */
export function createLog(level: LogLevel, bindings: Readonly<Record<string, string>>): LevelledLog {
  let logger: Pino.Logger | undefined
  const written: readonly string[] = LOG_LEVELS.slice(1, LOG_LEVELS.indexOf(level) + 1)
  const isLevelEnabled = (asked: string): boolean => written.includes(asked)
  const at =
    (kind: Exclude<LogLevel, 'silent'>): Log['info'] =>
    (fields, message) => {
      if (isLevelEnabled(kind)) (logger ??= openPino(level, bindings))[kind](fields, message)
    }
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug'), isLevelEnabled }
}

/**
 * The log for the consoles of pallets. A developer who put a line into a pallet wants to see it, unless the process is
 * silent.
 */
export const createConsoleLog = (level: LogLevel, bindings: Readonly<Record<string, string>>): LevelledLog =>
  createLog(level === 'silent' || level === 'debug' ? level : 'info', bindings)
