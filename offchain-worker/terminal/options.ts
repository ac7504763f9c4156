/**
 * Options that several commands share, spelled once.
 *
 * Owns: names, defaults and checks of shared options. Does not own: a command's own options.
 */
import type { Options } from 'yargs'
import type { DhtAddress } from '../p2p/dht.ts'
import { LOG_LEVELS } from './logging.ts'
import { UsageError } from './usage-error.ts'

export const DEFAULT_RPC_PORT = 9944
export const DEFAULT_HOST = '127.0.0.1'
const MAX_PORT = 65_535

export const jsonOption = {
  json: { type: 'boolean', default: false, describe: 'Print one JSON line per step instead of sentences' },
} as const

export const logOption = {
  'log-level': { choices: LOG_LEVELS, default: 'warn', describe: 'Structured log on stderr' },
} as const

export const chainOption = {
  chain: {
    type: 'string',
    default: `ws://${DEFAULT_HOST}:${DEFAULT_RPC_PORT}`,
    describe: 'WebSocket address of a node',
  },
} as const

export const payerOption = {
  suri: { type: 'string', default: '//Alice', describe: 'Secret, or name such as bob, of the account that pays' },
} as const

/** Throws unless the value is a feed's key. */
export function checkFeedKey(name: string, key: string): void {
  if (!/^0x[0-9a-f]{64}$/i.test(key))
    throw new Error(`--${name}: expected 0x and 64 hex digits, got ${JSON.stringify(key)}`)
}

/** Throws unless the value is a port. */
export function checkPort(name: string, port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= MAX_PORT) return port
  throw new UsageError('BAD_PORT', `--${name}: expected a port from 0 (any free one) to ${MAX_PORT}, got ${port}`)
}

/** Throws unless the value is a whole number from `least` to `most`. */
export function checkWithin(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new Error(`--${name}: expected a whole number from ${least} to ${most}, got ${value}`)
}

/** `host:port` of a DHT node. @throws AssayError `BAD_BOOTSTRAP`. */
export function parseBootstrap(text: string): DhtAddress {
  const [, host, digits] = /^(.+):(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  if (host !== undefined && port >= 1 && port <= MAX_PORT) return { host, port }
  throw new UsageError(
    'BAD_BOOTSTRAP',
    `--bootstrap: expected host:port with a port from 1 to ${MAX_PORT}, got ${JSON.stringify(text)}`,
  )
}

/** The URL at which a program on this machine reaches a server that listens on every address, which no browser connects to. */
export const reachableUrl = (url: string): string =>
  url.replace('//0.0.0.0:', `//${DEFAULT_HOST}:`).replace('//[::]:', '//[::1]:')

/** The link that opens Polkadot.js Apps on a node. */
export const appsLink = (endpoint: string): string =>
  `https://polkadot.js.org/apps/?rpc=${encodeURIComponent(endpoint)}#/explorer`

/** The same options, which subcommands of the command do not inherit. */
export function notInherited<O extends Readonly<Record<string, Options>>>(options: O): O {
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, { ...option, global: false }])) as O
}

/** The same options; those that take a value must get one. */
export function withValues<O extends Readonly<Record<string, Options>>>(options: O): O {
  const required = Object.entries(options).map(
    ([name, option]) => [name, option.type === 'boolean' ? option : { ...option, requiresArg: true }] as const,
  )
  return Object.fromEntries(required) as O
}

/** Options that may be given more than once. */
const REPEATABLE = ['bootstrap', 'rpc-cors']

/**
 * Throws for arguments that no command understands: an empty value, such as an unset shell variable, an option given twice, or
 * something after `--`, which yargs would pass over in silence.
 */
export function checkArguments(args: readonly string[]): void {
  const seen = new Set<string>()
  const end = args.indexOf('--')
  if (end !== -1)
    throw new Error(`--: expected options before it and nothing after it, got ${args.slice(end).join(' ')}`)
  for (const [i, arg] of args.entries()) {
    const [, name, value] = /^--([^=]+)(=.*)?$/s.exec(arg) ?? []
    if (arg === '' || value === '=')
      throw new Error(`${name ? `--${name}` : args[i - 1]}: expected a value, got an empty one`)
    if (name === undefined || REPEATABLE.includes(name)) continue
    if (seen.has(name)) throw new Error(`--${name}: expected it once, got it again`)
    seen.add(name)
  }
}
