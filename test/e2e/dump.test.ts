/** One process dumps its chain when it ends, and another process begins with the dump. */
import { lstat, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, type TestContext } from 'vitest'
import { startCli, type Run } from '../helpers/cli.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { patiently } from '../helpers/patience.ts'

const DEADLINE_MS = patiently(30_000)
const EXIT_FAILED = 1

function chain({ onTestFinished }: TestContext, ...args: readonly string[]): Run {
  const run = startCli(['chain', '--json', '--rpc-port', '0', '--sealing', 'manual', '--verify-threads', '0', ...args])
  onTestFinished(async () => {
    run.process.kill('SIGKILL')
    await run.exit(DEADLINE_MS)
  })
  return run
}

async function started(run: Run) {
  const ready = await run.line(({ kind }) => kind === 'chain-ready', DEADLINE_MS)
  const url = String(ready['endpoint']).replace('ws:', 'http:')
  const call = async (method: string, ...params: readonly unknown[]): Promise<unknown> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const reply = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    return ((await reply.json()) as { result: unknown }).result
  }
  return { ready, call }
}

it.concurrent(
  'goes on where it was dumped, and a damaged file starts nothing',
  async (context) => {
    const folder = await tempDir(context.onTestFinished)
    const file = join(folder, 'chain.json')
    const first = chain(context, '--dump-state', file)
    const { call } = await started(first)
    await call('dev_newBlock', { count: 3 })
    const hash = await call('chain_getBlockHash', 2)
    first.process.kill('SIGINT')
    expect(await first.exit(DEADLINE_MS)).toBe(0)
    expect(await readdir(folder)).toEqual(['chain.json'])

    const second = chain(context, '--load-state', file)
    const loaded = await started(second)
    expect(loaded.ready['best']).toBe(3)
    expect(await loaded.call('chain_getBlockHash', 2)).toBe(hash)

    const text = await readFile(file, 'utf8')
    await writeFile(file, text.slice(0, -100))
    const cut = chain(context, '--load-state', file)
    expect(await cut.exit(DEADLINE_MS)).toBe(EXIT_FAILED)
    expect(cut.stderr()).toContain(`expected a dump at ${file}`)

    const nowhere = chain(context, '--dump-state', join(folder, 'missing', 'chain.json'))
    expect(await nowhere.exit(DEADLINE_MS)).toBe(EXIT_FAILED)
    expect(nowhere.stderr()).toContain('--dump-state: expected to write')

    const place = join(folder, 'taken')
    const taken = chain(context, '--dump-state', place)
    await started(taken)
    await mkdir(place)
    taken.process.kill('SIGINT')
    expect(await taken.exit(DEADLINE_MS)).toBe(EXIT_FAILED)
    expect(taken.stderr()).toContain('--dump-state: expected to write')
    expect((await readdir(folder)).sort()).toEqual(['chain.json', 'taken'])
  },
  patiently(60_000),
)

it.concurrent(
  'writes to what the path means: through a link, and to a device, which stays one',
  async (context) => {
    const folder = await tempDir(context.onTestFinished)
    const [file, link] = [join(folder, 'chain.json'), join(folder, 'link')]
    await symlink('chain.json', link)
    const linked = chain(context, '--dump-state', link)
    await started(linked)
    linked.process.kill('SIGINT')
    expect(await linked.exit(DEADLINE_MS), linked.stderr()).toBe(0)
    expect((await lstat(link)).isSymbolicLink()).toBe(true)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ format: 'assay-chain-dump' })

    const full = chain(context, '--dump-state', '/dev/full')
    await started(full)
    full.process.kill('SIGINT')
    expect(await full.exit(DEADLINE_MS)).toBe(EXIT_FAILED)
    expect(full.stderr()).toContain('--dump-state: expected to write /dev/full')
    expect((await lstat('/dev/full')).isCharacterDevice()).toBe(true)
  },
  patiently(60_000),
)

it.concurrent(
  'loads no dump over a chain, and says whether a folder is whole',
  async (context) => {
    const folder = await tempDir(context.onTestFinished)
    const [file, base] = [join(folder, 'chain.json'), join(folder, 'base')]
    const first = chain(context, '--dump-state', file)
    await (await started(first)).call('dev_newBlock', { count: 2 })
    first.process.kill('SIGINT')
    expect(await first.exit(DEADLINE_MS)).toBe(0)

    await writeFile(join(folder, 'bad.json'), '{}')
    const bad = chain(context, '--load-state', join(folder, 'bad.json'), '--base-path', base)
    expect(await bad.exit(DEADLINE_MS)).toBe(EXIT_FAILED)
    const loading = ['--load-state', file, '--base-path', base]
    const second = chain(context, ...loading)
    await started(second)
    second.process.kill('SIGINT')
    expect(await second.exit(DEADLINE_MS)).toBe(0)

    const again = chain(context, ...loading)
    expect(await again.exit(DEADLINE_MS)).toBe(EXIT_FAILED)
    expect(again.stderr()).toContain('expected no chain in')
    const check = startCli(['chain', 'check', '--json', '--base-path', base])
    expect(await check.line(({ kind }) => kind === 'chain-whole', DEADLINE_MS)).toMatchObject({ best: 2, blocks: 3 })
    expect(await check.exit(DEADLINE_MS)).toBe(0)
  },
  patiently(60_000),
)
