/** One process dumps its chain when it ends, and another process begins with the dump. */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { startCli, type Run } from '../helpers/cli.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const DEADLINE_MS = 30_000
const EXIT_FAILED = 1
const running = new Set<Run>()

afterEach(async () => {
  for (const run of running) {
    run.process.kill('SIGKILL')
    await run.exit(DEADLINE_MS)
  }
  running.clear()
})

function chain(...args: readonly string[]): Run {
  const run = startCli(['chain', '--json', '--rpc-port', '0', '--sealing', 'manual', '--verify-threads', '0', ...args])
  running.add(run)
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

it('goes on where it was dumped, and a damaged file starts nothing', async () => {
  const folder = await tempDir()
  const file = join(folder, 'chain.json')
  const first = chain('--dump-state', file)
  const { call } = await started(first)
  await call('dev_newBlock', { count: 3 })
  const hash = await call('chain_getBlockHash', 2)
  first.process.kill('SIGINT')
  expect(await first.exit(DEADLINE_MS)).toBe(0)
  expect(await readdir(folder)).toEqual(['chain.json'])

  const second = chain('--load-state', file)
  const loaded = await started(second)
  expect(loaded.ready['best']).toBe(3)
  expect(await loaded.call('chain_getBlockHash', 2)).toBe(hash)

  const text = await readFile(file, 'utf8')
  await writeFile(file, text.slice(0, -100))
  const cut = chain('--load-state', file)
  expect(await cut.exit(DEADLINE_MS)).toBe(EXIT_FAILED)
  expect(cut.stderr()).toContain(`expected a dump at ${file}`)

  const nowhere = chain('--dump-state', join(folder, 'missing', 'chain.json'))
  expect(await nowhere.exit(DEADLINE_MS)).toBe(EXIT_FAILED)
  expect(nowhere.stderr()).toContain('--dump-state: expected to write')

  const place = join(folder, 'taken')
  const taken = chain('--dump-state', place)
  await started(taken)
  await mkdir(place)
  taken.process.kill('SIGINT')
  expect(await taken.exit(DEADLINE_MS)).toBe(EXIT_FAILED)
  expect(taken.stderr()).toContain('--dump-state: expected to write')
  expect((await readdir(folder)).sort()).toEqual(['chain.json', 'taken'])
}, 60_000)
