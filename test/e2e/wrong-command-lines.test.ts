/** Command lines that are refused before anything is opened: one sentence, a code, exit code 2. */
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { refusalIn, useCommandLines } from '../helpers/command-lines.ts'

const EXIT_USAGE = 2
/** A folder that no command line may make. */
const NOWHERE = join(tmpdir(), 'assay-nowhere')

const WORKERS = [
  ['attestor', 'fault', 'lossy:0.3', 'expected bad-reveal, .* with --role attestor, got "lossy:0.3"'],
  [
    'hoster',
    'fault',
    'equivocate',
    'expected lossy:SHARE, drops:SHARE, hash-only, plain, fetches, serves-nobody with --role hoster, got "equivocate"',
  ],
  ['attestor', 'name', 'x'.repeat(33), 'expected a name of at most 32 bytes, got 33'],
  ['attestor', 'name', 'a\u001b[2J', 'expected a name of printable characters, got others'],
] as const
const workerLine = (role: string, option: string, value: string): readonly string[] => {
  const own = role === 'hoster' ? ['--publish', 'x'] : []
  const at = ['--bootstrap', '127.0.0.1:1', '--data', NOWHERE, '--suri', '//Bob']
  return ['worker', '--json', '--role', role, ...own, ...at, `--${option}`, value]
}

const CHAINS: readonly (readonly [what: string, args: readonly string[], error: string])[] = [
  ['an unknown option', ['--bogus'], '^unknown option --bogus \\[USAGE\\]'],
  ['an option misspelt, which is named once', ['--rpc-prot', '1'], '^unknown option --rpc-prot \\['],
  ['an option without its value', ['--rpc-port'], '^--rpc-port: expected a value, got none \\[USAGE\\]'],
  ['an empty value', ['--rpc-host', ''], '--rpc-host: expected a value, got an empty one \\[USAGE\\]'],
  ['an empty value after =', ['--base-path='], '--base-path: expected a value.* \\[USAGE\\]'],
  ['a second value', ['--chain', 'a', '--chain', 'b'], '--chain: expected it once.* \\[USAGE\\]'],
  ['options after --', ['--', '--rpc-port', '1'], 'nothing after it, got -- --rpc-port 1 \\[USAGE\\]'],
  ['an option negated', ['--no-chain'], '^unknown option --no-chain \\[USAGE\\]'],
  [
    'an unknown sealing',
    ['--sealing', 'nope'],
    '^--sealing: expected instant, interval or manual, got "nope" \\[USAGE\\]',
  ],
  ['two places for its data', ['--tmp', '--base-path', 'x'], 'mutually exclusive \\[USAGE\\]'],
  ['a port out of range', ['--rpc-port', '70000'], '--rpc-port: expected .*70000 \\[BAD_PORT\\]'],
  ['a port that is no number', ['--rpc-port', 'http'], '--rpc-port: .*, got "http" \\[BAD_PORT\\]'],
  ['a pool limit in words', ['--pool-limit=many'], '--pool-limit: .*, got "many" \\[USAGE\\]'],
  ['an interval in words', ['--timestampInterval', '6s'], '--timestamp-interval: .*, got "6s" \\[BAD_DURATION\\]'],
  ['a pruning by half', ['--blocks-pruning', 'half'], '--blocks-pruning: .*"half" \\[BAD_PRUNING\\]'],
  ['too few states', ['--state-pruning', '3'], '--state-pruning: .* from 16 .*"3" \\[BAD_PRUNING\\]'],
  ['equal times', ['--timestamp-interval', '0'], '--allow-same-timestamps.*\\[BAD_TIMESTAMP_INTERVAL\\]'],
  ['a block time of ages', ['--block-time', '1e99'], '--block-time: .*, got 1e\\+99 \\[BAD_DURATION\\]'],
  ['a negative delay', ['--finality-delay', '-3'], '--finality-delay: .*-3 \\[BAD_DURATION\\]'],
]
const chainLine = (args: readonly string[]): readonly string[] => ['chain', '--json', '--verify-threads', '0', ...args]

const SIMULATIONS: readonly (readonly [what: string, args: readonly string[], error: RegExp])[] = [
  ['coinflip', ['--first', 'x'], /--first: expected a whole number from 0 .*, got "x" \[USAGE\]$/],
  ['coinflip', ['--peers', 'x'], /--peers: expected a number or a range .*, got x \[BAD_COUNT\]$/],
  ['coinflip', ['--peers', '2'], /simulation: expected .* \[BAD_SERIES\]$/],
  ['round', ['--hoster', 'bad'], /--hoster: expected .*, got bad \[BAD_ROUND\]$/],
  ['coinflip', ['--strategy', 'nope'], /^--strategy: expected mixed .*, got nope.*\[UNKNOWN_STRATEGY\]$/s],
]
const simulateLine = (what: string, args: readonly string[]): readonly string[] => ['simulate', what, '--json', ...args]

const ADDRESSES: readonly (readonly [command: string, option: string, ...rest: string[]])[] = [
  ['chain', '--rpc-host', '--rpc-port=0'],
  ['dht', '--host', '--port=0'],
  ['read', '--host', '--bootstrap=127.0.0.1:1'],
  ['worker', '--host', '--bootstrap=127.0.0.1:1', '--role=attestor', '--suri=//A'],
]
const addressLine = ([command, option, ...rest]: (typeof ADDRESSES)[number]): readonly string[] => [
  command,
  '--json',
  ...rest,
  ...(command === 'worker' ? [`--data=${NOWHERE}`] : []),
  option,
  '203.0.113.1',
]

const ended = useCommandLines([
  ...WORKERS.map(([role, option, value]) => workerLine(role, option, value)),
  ...CHAINS.map(([, args]) => chainLine(args)),
  ...SIMULATIONS.map(([what, args]) => simulateLine(what, args)),
  ...ADDRESSES.map(addressLine),
])
const usage = (error: string) => ({ code: EXIT_USAGE, error: expect.stringMatching(error), stdout: '' })

describe('assay worker refuses, before it opens anything,', () => {
  test.each(WORKERS)('as an %s, the %s %j', (role, option, value, error) => {
    const refusal = refusalIn(ended(...workerLine(role, option, value)))
    expect(refusal).toEqual(usage(`--${option}: ${error} \\[USAGE\\]`))
    expect(existsSync(NOWHERE)).toBe(false)
  })
})

describe('assay chain refuses', () => {
  test.each(CHAINS)('%s', (_what, args, error) => {
    expect(refusalIn(ended(...chainLine(args)))).toEqual(usage(error))
  })
})

test.each(SIMULATIONS)('assay simulate %s refuses %j', (what, args, error) => {
  const refusal = refusalIn(ended(...simulateLine(what, args)))
  expect(refusal).toMatchObject({ code: EXIT_USAGE, error: expect.stringMatching(error) })
})

test.each(ADDRESSES)('assay %s %s refuses an address of another machine, and ends', (command, option, ...rest) => {
  const refusal = refusalIn(ended(...addressLine([command, option, ...rest])))
  const error = /^--(rpc-)?host: expected an address of this machine.*\[BAD_HOST\]$/
  expect(refusal).toMatchObject({ code: EXIT_USAGE, error: expect.stringMatching(error) })
  expect(existsSync(NOWHERE)).toBe(false)
})
