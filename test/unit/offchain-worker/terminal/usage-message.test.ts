/** A wrong command line: what is wrong in one line, what was perhaps meant in a second. */
import { expect, test } from 'vitest'
import { errorLine, errorSentences, parseErrorLine } from '#worker/terminal/error-report.ts'
import { AssayError } from '#types/errors.ts'
import { nearest, NO_COMMAND, usageProblem, withTyped } from '#worker/terminal/usage-message.ts'

const HELP = `assay chain

Run a chain node

Commands:
  assay chain export-spec  Print the chain spec as JSON

Options:
      --rpc-port  Port                      [number] [default: 9944]
      --sealing   When blocks are made                      [string]
  -h, --help      Show help                                [boolean]
`
const LEAF = 'assay dht\n\nOptions:\n      --port  Port  [number]\n'

test.each([
  [
    'Unknown arguments: rpc-prot, rpcProt',
    HELP,
    ['chain', '--rpc-prot', '1'],
    'unknown option --rpc-prot',
    '--rpc-port',
  ],
  ['Unknown argument: bogus', HELP, ['chain', '--bogus=1'], 'unknown option --bogus', undefined],
  ['Unknown argument: x', HELP, ['chain', '-x'], 'unknown option -x', undefined],
  ['Unknown arguments: a, b', HELP, ['chain', '--a', '--b'], 'unknown options --a, --b', undefined],
  ['Unknown argument: export-spek', HELP, ['chain', 'export-spek'], 'unknown command export-spek', 'export-spec'],
  ['Unknown argument: now', LEAF, ['dht', 'now'], 'expected options only, got "now"', undefined],
  [
    'Invalid values:\n  Argument: sealing, Given: "instnat", Choices: "instant", "interval", "manual"',
    HELP,
    ['chain', '--sealing', 'instnat'],
    '--sealing: expected instant, interval or manual, got "instnat"',
    'instant',
  ],
  ['Not enough arguments following: rpc-port', HELP, [], '--rpc-port: expected a value, got none', undefined],
  ['Missing required arguments: data, role', HELP, [], 'expected --data and --role, got none', undefined],
  ['--seed: our own words', HELP, [], '--seed: our own words', undefined],
  [NO_COMMAND, HELP, [], NO_COMMAND, undefined],
])('%s', (said, help, args, message, meant) => {
  const error = usageProblem(said, help, args)
  const what = /command/.test(message) ? 'commands' : 'options'
  const hint = `${meant ? `Did you mean ${meant}? ` : ''}All ${what}: ${help === LEAF ? 'assay dht' : 'assay chain'} --help`
  expect(error).toMatchObject({ code: 'USAGE', message, meta: { hint } })
  expect(errorSentences(error, Infinity)).toBe(`assay: ${message} [USAGE]\n${hint}\n`)
  expect(JSON.parse(errorLine(error))).toEqual({ kind: 'error', code: 'USAGE', message, hint })
})

test.each([
  ['--first: expected a number, got NaN', ['--first', 'x', '--last', 'y'], '--first: expected a number, got "x"'],
  ['--first: expected a number, got NaN', ['--first=$&'], '--first: expected a number, got "$&"'],
  ['--pool-limit: expected a number, got NaN', ['--poolLimit', '1k'], '--pool-limit: expected a number, got "1k"'],
  ['--first: expected a number, got 7', ['--first', '7'], '--first: expected a number, got 7'],
  ['--first: expected a number, got NaN', [], '--first: expected a number, got NaN'],
  ['got NaN', ['--first', 'x'], 'got NaN'],
])('%s, typed as %j', (message, args, told) => expect(withTyped(message, args)).toBe(told))

test('a word is taken for another only where few characters differ', () => {
  const known = ['--rpc-port', '--rpc-host', '--sealing']
  expect(nearest('--rcp-port', known)).toBe('--rpc-port')
  expect(nearest('--RPC-HOST', known)).toBe('--rpc-host')
  expect(nearest('--cleaning', known)).toBe('--sealing')
  expect(nearest('--colour', known)).toBeUndefined()
  expect(nearest('x', ['y'])).toBeUndefined()
})

test('an error with a code is read again from its JSON line, and no other line is taken for one', () => {
  const error = new AssayError('PORT_IN_USE', 'taken\u001b[2J')
  expect(parseErrorLine(errorLine(error))).toEqual({ code: 'PORT_IN_USE', message: 'taken\u001b[2J' })
  expect(errorSentences(error, Infinity)).toBe('assay: taken\\u001b[2J [PORT_IN_USE]\n')
  expect(JSON.parse(errorLine(new TypeError('ours')))).toMatchObject({ message: 'ours', stack: expect.any(String) })
  for (const line of ['assay: taken [PORT_IN_USE]', '{"kind":"error"', '{"kind":"error","message":"x"}'])
    expect(parseErrorLine(line)).toBeUndefined()
})
