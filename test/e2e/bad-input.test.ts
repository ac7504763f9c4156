/** `assay chain` cannot start: it prints one sentence and a code, and harms nothing. */
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { fromHex, toHex } from '#types/bytes.ts'
import { developmentSpec, exportSpec } from '#chain/node/chain-spec.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { startCli, type Run } from '../helpers/cli.ts'
import { loadClient, transferSigner } from '../helpers/load.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { patiently } from '../helpers/patience.ts'

const DEADLINE_MS = patiently(30_000)
const EXIT_FAILED = 1
const EXIT_USAGE = 2

const alice = keypairFromSuri('//Alice')
const running = new Set<Run>()

afterEach(async () => {
  for (const run of running) {
    run.process.kill('SIGKILL')
    await run.exit(DEADLINE_MS)
  }
  running.clear()
})

function chain(...args: readonly string[]): Run {
  const run = startCli(['chain', '--json', '--verify-threads', '0', ...args])
  running.add(run)
  return run
}

type Refusal = Promise<{ code: unknown; error: string; stdout: unknown }>

const refusal = (...args: readonly string[]): Refusal => refusalOf(chain(...args))

/** How a command ends that does not start: all that it says is the error. */
async function refusalOf(run: Run): Refusal {
  const code = await run.exit(DEADLINE_MS)
  return { code, error: run.error(), stdout: run.lines }
}

const refused = (code: number, error: string) => ({ code, error: expect.stringMatching(error), stdout: [] })

/** A running node with one transfer in its chain, which is finalized. */
async function started(...args: readonly string[]) {
  const run = chain('--rpc-port', '0', '--finality-delay', '0', ...args)
  const { endpoint, genesis } = await run.line(({ kind }) => kind === 'chain-ready', DEADLINE_MS)
  const client = await loadClient(String(endpoint))
  const stop = async (): Promise<void> => {
    client.close()
    run.process.kill('SIGTERM')
    expect(await run.exit(DEADLINE_MS), run.stderr()).toBe(0)
  }
  return { client, stop, port: new URL(String(endpoint)).port, genesis: String(genesis) }
}

type Started = Awaited<ReturnType<typeof started>>

/** Puts a transfer into a block of its own, and gives that block's hash. */
async function transfer({ client, genesis }: Started): Promise<unknown> {
  const wire = transferSigner(fromHex(genesis))({ signer: alice, nonce: 0, dest: alice.accountId, value: 1n })
  const best = new Promise<unknown>((resolve) => {
    const heard = (head: unknown): void => {
      if ((head as { number: string }).number === '0x2') resolve(client.call('chain_getBlockHash', 2))
    }
    void client.subscribe('chain_subscribeNewHeads', heard)
  })
  await client.call('author_submitExtrinsic', toHex(wire))
  return best
}

describe('assay worker refuses, before it opens anything,', () => {
  test.each([
    ['attestor', 'fault', 'lossy:0.3', 'expected bad-reveal, .* with --role attestor, got "lossy:0.3"'],
    [
      'hoster',
      'fault',
      'equivocate',
      'expected lossy:SHARE, drops:SHARE, hash-only, plain, fetches, serves-nobody with --role hoster, got "equivocate"',
    ],
    ['attestor', 'name', 'x'.repeat(33), 'expected a name of at most 32 bytes, got 33'],
    ['attestor', 'name', 'a\u001b[2J', 'expected a name of printable characters, got others'],
  ])('as an %s, the %s %j', async (role, option, value, error) => {
    const own = role === 'hoster' ? ['--publish', 'x'] : []
    const at = ['--bootstrap', '127.0.0.1:1', '--data', join(await tempDir(), 'data'), '--suri', '//Bob']
    const run = startCli(['worker', '--json', '--role', role, ...own, ...at, `--${option}`, value])
    running.add(run)
    expect(await refusalOf(run)).toEqual(refused(EXIT_USAGE, `--${option}: ${error} \\[USAGE\\]`))
  })
})

describe('assay chain refuses', () => {
  test.each([
    ['an unknown option', ['--bogus'], EXIT_USAGE, '^unknown option --bogus \\[USAGE\\]'],
    ['an option misspelt, which is named once', ['--rpc-prot', '1'], EXIT_USAGE, '^unknown option --rpc-prot \\['],
    ['an option without its value', ['--rpc-port'], EXIT_USAGE, '^--rpc-port: expected a value, got none \\[USAGE\\]'],
    ['an empty value', ['--rpc-host', ''], EXIT_USAGE, '--rpc-host: expected a value, got an empty one \\[USAGE\\]'],
    ['an empty value after =', ['--base-path='], EXIT_USAGE, '--base-path: expected a value.* \\[USAGE\\]'],
    ['a second value', ['--chain', 'a', '--chain', 'b'], EXIT_USAGE, '--chain: expected it once.* \\[USAGE\\]'],
    ['options after --', ['--', '--rpc-port', '1'], EXIT_USAGE, 'nothing after it, got -- --rpc-port 1 \\[USAGE\\]'],
    ['an option negated', ['--no-chain'], EXIT_USAGE, '^unknown option --no-chain \\[USAGE\\]'],
    [
      'an unknown sealing',
      ['--sealing', 'nope'],
      EXIT_USAGE,
      '^--sealing: expected instant, interval or manual, got "nope" \\[USAGE\\]',
    ],
    ['two places for its data', ['--tmp', '--base-path', 'x'], EXIT_USAGE, 'mutually exclusive \\[USAGE\\]'],
    ['a port out of range', ['--rpc-port', '70000'], EXIT_USAGE, '--rpc-port: expected .*70000 \\[BAD_PORT\\]'],
    ['a port that is no number', ['--rpc-port', 'http'], EXIT_USAGE, '--rpc-port: .*, got "http" \\[BAD_PORT\\]'],
    ['a pool limit in words', ['--pool-limit=many'], EXIT_USAGE, '--pool-limit: .*, got "many" \\[USAGE\\]'],
    [
      'an interval in words',
      ['--timestampInterval', '6s'],
      EXIT_USAGE,
      '--timestamp-interval: .*, got "6s" \\[BAD_DURATION\\]',
    ],
    ['a pruning by half', ['--blocks-pruning', 'half'], EXIT_USAGE, '--blocks-pruning: .*"half" \\[BAD_PRUNING\\]'],
    ['too few states', ['--state-pruning', '3'], EXIT_USAGE, '--state-pruning: .* from 16 .*"3" \\[BAD_PRUNING\\]'],
    ['equal times', ['--timestamp-interval', '0'], EXIT_USAGE, '--allow-same-timestamps.*\\[BAD_TIMESTAMP_INTERVAL\\]'],
    ['a block time of ages', ['--block-time', '1e99'], EXIT_USAGE, '--block-time: .*, got 1e\\+99 \\[BAD_DURATION\\]'],
    ['a negative delay', ['--finality-delay', '-3'], EXIT_USAGE, '--finality-delay: .*-3 \\[BAD_DURATION\\]'],
  ])('%s', async (_what, args, code, error) => {
    expect(await refusal(...args)).toEqual(refused(code, error))
  })

  test('a spec file that is missing, that is no JSON, or that lacks something', async () => {
    const file = join(await tempDir(), 'spec.json')
    expect(await refusal('--chain', file)).toEqual(refused(EXIT_FAILED, 'cannot read .*ENOENT.* \\[SPEC_UNREADABLE\\]'))
    await writeFile(file, '{ "name": ')
    expect(await refusal('--chain', file)).toEqual(refused(EXIT_FAILED, 'expected JSON in .* \\[BAD_SPEC\\]'))
    await writeFile(file, '{ "name": 1 }')
    expect(await refusal('--chain', file)).toEqual(
      refused(EXIT_FAILED, `^${file}: expected text .*\\$\\.name.* \\[BAD_SPEC\\]`),
    )
  })

  test('a place for its dump that is a folder, before there is a chain to lose', async () => {
    const ended = await refusal('--rpc-port', '0', '--dump-state', await tempDir())
    expect(ended).toEqual(
      refused(EXIT_FAILED, '--dump-state: expected to write .*, got: a folder \\[DUMP_UNWRITABLE\\]'),
    )
  })

  test('a file where its folder should be, which stays as it is', async () => {
    const file = join(await tempDir(), 'file')
    await writeFile(file, 'precious')
    const ended = await refusal('--rpc-port', '0', '--base-path', file)
    expect(ended).toEqual(refused(EXIT_FAILED, `expected a database or .* at ${file}/.* \\[DB_UNREADABLE\\]`))
    expect(await readFile(file, 'utf8')).toBe('precious')
  })
})

test.each([
  ['coinflip', ['--first', 'x'], /--first: expected a whole number from 0 .*, got "x" \[USAGE\]$/],
  ['coinflip', ['--peers', 'x'], /--peers: expected a number or a range .*, got x \[BAD_COUNT\]$/],
  ['coinflip', ['--peers', '2'], /simulation: expected .* \[BAD_SERIES\]$/],
  ['round', ['--hoster', 'bad'], /--hoster: expected .*, got bad \[BAD_ROUND\]$/],
  ['coinflip', ['--strategy', 'nope'], /^--strategy: expected mixed .*, got nope.*\[UNKNOWN_STRATEGY\]$/s],
])('assay simulate %s refuses %j', async (what, args, error) => {
  const run = startCli(['simulate', what, '--json', ...args])
  running.add(run)
  expect(await run.exit(DEADLINE_MS)).toBe(EXIT_USAGE)
  expect(run.error()).toMatch(error)
})

test.each([
  ['chain', '--rpc-host', '--rpc-port=0'],
  ['dht', '--host', '--port=0'],
  ['read', '--host', '--bootstrap=127.0.0.1:1'],
  ['worker', '--host', '--bootstrap=127.0.0.1:1', '--role=attestor', '--suri=//A'],
])('assay %s %s refuses an address of another machine, and ends', async (command, option, ...rest) => {
  const data = command === 'worker' ? [`--data=${await tempDir()}`] : []
  const run = startCli([command, '--json', ...rest, ...data, option, '203.0.113.1'])
  running.add(run)
  expect(await run.exit(DEADLINE_MS)).toBe(EXIT_USAGE)
  expect(run.error()).toMatch(/^--(rpc-)?host: expected an address of this machine.*\[BAD_HOST\]$/)
})

test('--version says the version of the package', async () => {
  const run = startCli(['chain', '--version'])
  running.add(run)
  let told = ''
  run.process.stdout!.on('data', (chunk: Buffer) => (told += chunk.toString()))
  expect(await run.exit(DEADLINE_MS)).toBe(0)
  expect(told).toBe(`assay ${packageJson.version}\n`)
})

test('a wrong command line is told in two lines; the help only when it is asked for', async () => {
  const run = startCli(['chain', '--rpc-prot', '1'])
  running.add(run)
  expect(await run.exit(DEADLINE_MS)).toBe(EXIT_USAGE)
  expect(run.stderr()).toBe(
    'assay: unknown option --rpc-prot [USAGE]\nDid you mean --rpc-port? All options: assay chain --help\n',
  )
})

describe('beside a node that runs', { timeout: 3 * DEADLINE_MS }, () => {
  test('a second one is refused its port and its folder, and the first goes on', async () => {
    const folder = ['--base-path', await tempDir()]
    const first = await started(...folder)
    const onPort = await refusal('--rpc-port', first.port)
    expect(onPort).toEqual(refused(EXIT_FAILED, `${first.port}.* \\[PORT_IN_USE\\]`))
    const onFolder = await refusal('--rpc-port', '0', ...folder)
    expect(onFolder).toEqual(refused(EXIT_FAILED, 'lock held by another process.* \\[DB_LOCKED\\]'))
    const block = await transfer(first)
    await first.stop()

    const again = await started(...folder)
    expect(await again.client.call('chain_getBlockHash', 2)).toEqual(block)
    await again.stop()
  })
})

describe('a database', { timeout: 3 * DEADLINE_MS }, () => {
  test('of another chain is refused, and stays as it is', async () => {
    const dir = await tempDir()
    const first = await started('--base-path', dir)
    const block = await transfer(first)
    await first.stop()

    const spec = join(dir, 'spec.json')
    const other = JSON.parse(exportSpec(developmentSpec())) as { genesis: { balances: unknown[] } }
    other.genesis.balances.pop()
    await writeFile(spec, JSON.stringify(other))
    const ended = await refusal('--rpc-port', '0', '--base-path', dir, '--chain', spec)
    expect(ended).toEqual(refused(EXIT_FAILED, `got one of ${first.genesis}.* \\[GENESIS_MISMATCH\\]`))

    const again = await started('--base-path', dir)
    expect(await again.client.call('chain_getBlockHash', 2)).toEqual(block)
    await again.stop()
  })

  test('that is damaged is refused, and whole again when the damage is undone', async () => {
    const dir = await tempDir()
    const first = await started('--base-path', dir)
    const block = await transfer(first)
    await first.stop()

    const folder = join(dir, 'chains', 'assay_dev', 'db')
    const manifest = join(
      folder,
      (await readdir(folder)).find((name) => name.startsWith('MANIFEST'))!,
    )
    await copyFile(manifest, join(dir, 'kept'))
    await writeFile(manifest, 'garbage')
    const ended = await refusal('--rpc-port', '0', '--base-path', dir)
    expect(ended).toEqual(refused(EXIT_FAILED, `expected a database or .* at ${folder}.* \\[DB_UNREADABLE\\]`))
    await copyFile(join(dir, 'kept'), manifest)

    const again = await started('--base-path', dir)
    expect(await again.client.call('chain_getBlockHash', 2)).toEqual(block)
    await again.stop()
  })
})
