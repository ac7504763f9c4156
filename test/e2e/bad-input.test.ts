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

describe('assay chain refuses', () => {
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
