/**
 * `assay coinflip` end to end: real processes on a private DHT, honest and not, and the files and processes after it is
 * stopped.
 */
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, type TestContext } from 'vitest'
import { startCli, type Line, type Run } from '../helpers/cli.ts'
import { refusalIn, useCommandLines } from '../helpers/command-lines.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { patiently } from '../helpers/patience.ts'

const RUN_DEADLINE_MS = patiently(60_000)
const STOP_DEADLINE_MS = patiently(15_000)
/** After an equivocation the arbiter waits for a twelfth of the window, in case there are more liars. */
const EQUIVOCATE = ['--fault', 'equivocate', '--window', String(patiently(20))]
const NUMBER = expect.stringMatching(/^0x[0-9a-f]{64}$/)

/** A coinflip whose processes keep their temporary files where nothing may be left. */
async function startCoinflip(
  { onTestFinished }: TestContext,
  ...args: readonly string[]
): Promise<{ readonly run: Run; readonly scratch: string }> {
  const scratch = join(await tempDir(onTestFinished), 'tmp')
  await mkdir(scratch)
  return { run: startCli(['coinflip', '--json', ...args], { TMPDIR: scratch }), scratch }
}

const only = (lines: readonly Line[], kind: string): readonly Line[] => lines.filter((line) => line.kind === kind)
const pids = (lines: readonly Line[]): number[] => only(lines, 'process').map(({ pid }) => Number(pid))

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** That the command ended with this code, and that nothing of it is left. */
async function expectEnd(run: Run, scratch: string, code: number): Promise<void> {
  expect(await run.exit(RUN_DEADLINE_MS), run.stderr()).toBe(code)
  expect(pids(run.lines).filter(isAlive)).toEqual([])
  expect(await readdir(scratch)).toEqual([])
}

// Members wait for each other most of the time, so two coinflips wait side by side.
describe('assay coinflip', { timeout: RUN_DEADLINE_MS + 10_000 }, () => {
  test('four processes agree on one number and one transcript, and tell how long it took', async (context) => {
    const { run, scratch } = await startCoinflip(context, '--peers', '4')
    await expectEnd(run, scratch, 0)
    expect(new Set(pids(run.lines)).size).toBe(5)
    const exits = only(run.lines, 'exit')
    expect(new Set(exits.map(({ from }) => from))).toEqual(new Set(['member-1', 'member-2', 'member-3', 'member-4']))
    const [result] = only(run.lines, 'result')
    expect(result).toMatchObject({ outcome: 'agreed', magic: NUMBER, transcriptRoot: NUMBER })
    const { magic, transcriptRoot } = result!
    for (const exit of exits) expect(exit).toMatchObject({ magic, transcriptRoot })
    const times = result!['times'] as Readonly<Record<string, { median: number; slowest: number }>>
    expect(Object.keys(times)).toEqual(['mesh', 'Join', 'Commit', 'Echo', 'Reveal', 'Confirm', 'total'])
    for (const { median, slowest } of Object.values(times)) expect(slowest).toBeGreaterThanOrEqual(median)
  })

  test('a member that commits twice is convicted and left out, and the others agree without it', async (context) => {
    // It tells its second number to two of the others. One whose connection comes late could agree on the first with all before.
    const { run, scratch } = await startCoinflip(context, '--peers', '5', ...EQUIVOCATE)
    await expectEnd(run, scratch, 0)
    expect(only(run.lines, 'attempt')).toMatchObject([
      {
        attempt: 0,
        verdict: 'dropped',
        dropped: ['member-1'],
        liars: ['member-1'],
        lies: ['Equivocation'],
        members: 5,
      },
      { attempt: 1, verdict: 'agreed', members: 4 },
    ])
    const last = only(run.lines, 'exit').filter(({ attempt }) => attempt === 1)
    expect(new Set(last.map(({ from }) => from))).toEqual(new Set(['member-2', 'member-3', 'member-4', 'member-5']))
    expect(only(run.lines, 'result')).toMatchObject([{ outcome: 'agreed', magic: last[0]!['magic'] }])
  })

  test('one that confirms a wrong number is convicted, and the number stands', async (context) => {
    const { run, scratch } = await startCoinflip(context, '--peers', '4', '--fault', 'bad-ping')
    await expectEnd(run, scratch, 0)
    const attempt = { verdict: 'agreed', liars: ['member-1'], lies: ['BadPing'] }
    expect(only(run.lines, 'attempt')).toMatchObject([attempt])
    expect(only(run.lines, 'result')).toMatchObject([{ outcome: 'agreed', magic: NUMBER, liars: ['member-1'] }])
  })

  test('a member that is killed is missed, and the others agree in another attempt', async (context) => {
    const { run, scratch } = await startCoinflip(context, '--peers', '4', '--window', '1')
    const victim = await run.line((line) => line.kind === 'process' && line['from'] === 'member-2', RUN_DEADLINE_MS)
    await run.line(({ kind, step }) => kind === 'progress' && step === 'ready', RUN_DEADLINE_MS)
    process.kill(Number(victim['pid']), 'SIGKILL')
    await expectEnd(run, scratch, 0)
    expect(only(run.lines, 'died')).toMatchObject([{ from: 'member-2' }])
    expect(only(run.lines, 'attempt').at(-1)).toMatchObject({ verdict: 'agreed' })
  })

  test('where too few are left it fails, with exit code 1', async (context) => {
    const { run, scratch } = await startCoinflip(context, '--peers', '4', ...EQUIVOCATE, '--faulty', '2')
    await expectEnd(run, scratch, 1)
    expect(only(run.lines, 'result')).toMatchObject([
      { outcome: 'failed', why: '2 of 4 members are left, fewer than 3' },
    ])
  })

  test.for(['process', 'progress'])(
    'Ctrl-C after the first "%s" leaves no process and no folder',
    async (kind, context) => {
      const { run, scratch } = await startCoinflip(context, '--peers', '4', '--fault', 'silent-at-join')
      await run.line((line) => line.kind === kind, RUN_DEADLINE_MS)
      run.process.kill('SIGINT')
      expect(await run.exit(STOP_DEADLINE_MS)).toBe(1)
      expect(only(run.lines, 'result')).toEqual([])
      await expectEnd(run, scratch, 1)
    },
  )
})

const TOO_MUCH = [
  ['--peers', '65'],
  ['--faulty', '1'],
  ['--fault', 'bad-reveal', '--faulty', '9'],
].map((args) => ['coinflip', '--json', ...args])
const ended = useCommandLines(TOO_MUCH)

test('a command line that asks for too much is refused', () => {
  for (const args of TOO_MUCH) {
    const { code, error } = refusalIn(ended(...args))
    expect([code, error]).toEqual([2, expect.stringMatching(/\[USAGE\]$/)])
  }
})
