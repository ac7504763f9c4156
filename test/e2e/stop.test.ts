/** How commands end: when they are asked early or more than once, and when nobody reads their output. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { startCli, type Run } from '../helpers/cli.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { patiently } from '../helpers/patience.ts'

/** Less than the 30 s for which a node is waited for. */
const DEADLINE_MS = patiently(15_000)
/** Nothing listens there. */
const NOWHERE = ['--chain', 'ws://127.0.0.1:1', '--bootstrap', '127.0.0.1:1']

const running = new Set<Run>()

afterEach(() => {
  for (const { process } of running) process.kill('SIGKILL')
  running.clear()
})

function start(...args: Parameters<typeof startCli>): Run {
  const run = startCli(...args)
  running.add(run)
  return run
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const node = (): Run => start(['chain', '--json', '--rpc-port', '0', '--verify-threads', '0'])

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a worker that waits for its node ends at %s, and can start again at once',
  async (signal) => {
    const data = join(await tempDir(), 'worker')
    for (let i = 0; i < 2; i++) {
      const run = start(['worker', '--json', '--role', 'attestor', '--suri', '//A', '--data', data, ...NOWHERE])
      await run.line(({ kind }) => kind === 'connecting', DEADLINE_MS)
      run.process.kill(signal)
      expect(await run.exit(DEADLINE_MS), run.stderr()).toBe(0)
      expect(run.stderr()).toBe('')
    }
  },
)

test('a reader that waits for its node ends when asked to, and leaves no folder behind', async () => {
  const temporary = await tempDir()
  const run = start(['read', '--json', ...NOWHERE], { TMPDIR: temporary })
  await run.line(({ kind }) => kind === 'connecting', DEADLINE_MS)
  run.process.kill('SIGINT')
  expect(await run.exit(DEADLINE_MS), run.stderr()).toBe(0)
  expect(run.stderr()).toBe('')
  expect(await readdir(temporary)).toEqual([])
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  'the same %s twice, as under npm, is one request: a coinflip still stops its processes',
  async (signal) => {
    const run = start(['coinflip', '--json', '--peers', '3'])
    const told = (name: string) => run.line(({ kind, from }) => kind === 'process' && from === name, DEADLINE_MS)
    const [member, dht] = (await Promise.all([told('member-1'), told('dht')])).map(({ pid }) => Number(pid))
    run.process.kill(signal)
    // Then it is at it: members are stopped before the DHT.
    await expect.poll(() => isAlive(member!), { timeout: DEADLINE_MS, interval: 2 }).toBe(false)
    run.process.kill(signal)
    expect(await run.exit(DEADLINE_MS), run.stderr()).toBe(1)
    expect(isAlive(dht!)).toBe(false)
  },
)

test('a node whose reader is gone ends without a word', async () => {
  const run = node()
  run.process.stdout!.destroy()
  expect(await run.exit(DEADLINE_MS), run.stderr()).toBe(0)
  expect(run.stderr()).toBe('')
})
