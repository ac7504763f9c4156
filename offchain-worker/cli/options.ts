/**
 * Options that several commands share, spelled once.
 *
 * Owns: names, defaults and checks of shared options. Does not own: a command's own options.
 */
import type { Options } from 'yargs'
import { AssayError } from '#types/errors.ts'
import type { DhtAddress } from '../p2p/dht.ts'
import { LOG_LEVELS } from './logging.ts'

export const DEFAULT_RPC_PORT = 9944
export const DEFAULT_HOST = '127.0.0.1'
const MAX_PORT = 65_535

export const jsonOption = {
  json: { type: 'boolean', default: false, describe: 'Print one JSON line per step instead of sentences' },
} as const

export const logOption = {
  'log-level': { choices: LOG_LEVELS, default: 'warn', describe: 'Structured log on stderr' },
} as const

/** Refuses what is not a port. */
export function checkPort(name: string, port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= MAX_PORT) return port
  throw new AssayError('BAD_PORT', `--${name}: expected a port from 0 (any free one) to ${MAX_PORT}, got ${port}`)
}

/** Refuses what is not a whole number from `least` to `most`. */
export function checkWithin(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new Error(`--${name}: expected a whole number from ${least} to ${most}, got ${value}`)
}

/** `host:port` of a DHT node. @throws AssayError `BAD_BOOTSTRAP`, `BAD_PORT`. */
export function parseBootstrap(text: string): DhtAddress {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? []
  if (host !== undefined && port !== undefined) return { host, port: checkPort('bootstrap', Number(port)) }
  throw new AssayError('BAD_BOOTSTRAP', `--bootstrap: expected host:port, got ${JSON.stringify(text)}`)
}

/** The link that opens Polkadot.js Apps on a node. */
export const appsLink = (endpoint: string): string =>
  `https://polkadot.js.org/apps/?rpc=${encodeURIComponent(endpoint)}#/explorer`

/** The same options, which subcommands of the command do not have. */
export function notInherited<O extends Readonly<Record<string, Options>>>(options: O): O {
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, { ...option, global: false }])) as O
}
