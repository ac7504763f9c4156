/**
 * The main job end to end: real processes, a private DHT, real Hypercore, one round; then rounds in which a part breaks
 * or lies.
 */
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test, type TestContext } from 'vitest'
import { startCli, type Line, type Run } from '../helpers/cli.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { patiently } from '../helpers/patience.ts'

const ROUND_DEADLINE_MS = patiently(90_000)
const STOP_DEADLINE_MS = patiently(15_000)
const FILES = 60
const FILE_BYTES = 5_000

/** A folder with enough files that a hoster without 30 % of the blocks is found out. */
async function makeData(folder: string): Promise<string> {
  await mkdir(folder)
  for (let i = 0; i < FILES; i++) await writeFile(join(folder, `file-${i}.txt`), `${i} `.repeat(FILE_BYTES / 4))
  return folder
}

/** A devnet on its own folder for temporary files, in which nothing may be left. */
async function startDevnet(
  { onTestFinished }: TestContext,
  ...args: readonly string[]
): Promise<{ readonly run: Run; readonly scratch: string }> {
  const dir = await tempDir(onTestFinished)
  const data = await makeData(join(dir, 'data'))
  const scratch = join(dir, 'tmp')
  await mkdir(scratch)
  const run = startCli(
    ['devnet', '--json', '--data', data, ...(args.includes('--rpc-port') ? [] : ['--rpc-port', '0']), ...args],
    { TMPDIR: scratch },
  )
  return { run, scratch }
}

async function playOnce(
  context: TestContext,
  ...args: readonly string[]
): Promise<{ readonly lines: readonly Line[]; readonly code: number | NodeJS.Signals }> {
  const { run } = await startDevnet(context, '--once', ...args)
  return { lines: run.lines, code: await run.exit(ROUND_DEADLINE_MS) }
}

/** Processes that name `path` on their command line (Linux; none elsewhere). */
async function processesNaming(path: string): Promise<{ readonly pid: number; readonly command: string }[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number)
  const commandOf = (pid: number): Promise<string> => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const found = await Promise.all(pids.map(async (pid) => ({ pid, command: await commandOf(pid) })))
  return found.filter(({ command }) => command.includes(path))
}

const kinds = (lines: readonly Line[]): string[] => lines.map(({ kind }) => kind)
const only = (lines: readonly Line[], kind: string): readonly Line[] => lines.filter((line) => line.kind === kind)

// A devnet waits for blocks most of the time, so two wait side by side.
describe('assay devnet', { timeout: ROUND_DEADLINE_MS + 10_000 }, () => {
  test('an honest round passes and pays everyone; Ctrl-C then stops every process and leaves nothing behind', async (context) => {
    const { run, scratch } = await startDevnet(context)
    const result = await run.line(({ kind }) => kind === 'result', ROUND_DEADLINE_MS)
    expect(result).toMatchObject({ verdict: 'Pass', magic: expect.stringMatching(/^0x[0-9a-f]{64}$/) })
    expect(kinds(run.lines)).toEqual(
      expect.arrayContaining(['round-scheduled', 'round-opened', 'coinflip-agreed', 'report-accepted', 'round-closed']),
    )
    expect(only(run.lines, 'paid').map(({ who }) => who)).toHaveLength(6)
    const measured = only(run.lines, 'measured')
    expect(measured.map(({ role }) => role)).toEqual(['hoster', ...Array.from({ length: 5 }, () => 'attestor')])
    for (const figures of measured) expect(figures).toMatchObject({ attestors: expect.any(Number), lossPpm: 0 })
    expect(measured[0]).toMatchObject({ who: 'hoster', speed: { latencyP50Us: expect.any(Number) } })
    run.process.kill('SIGINT')
    expect(await run.exit(STOP_DEADLINE_MS)).toBe(0)
    expect(await readdir(scratch)).toEqual([])
    expect(await processesNaming(scratch)).toEqual([])
  })

  test('attestors see what ordinary readers read, and audit as they do', async (context) => {
    const { code, lines } = await playOnce(context, '--readers', '1')
    expect(only(lines, 'result')[0]).toMatchObject({ verdict: 'Pass' })
    expect(code).toBe(0)
    const read = only(lines, 'read')
    expect(read.length).toBeGreaterThan(0)
    for (const { served, asked } of read) expect(served).toBe(asked)
    // The slot of the first may come before a reader has met it.
    const seen = only(lines, 'audit-started').map(({ readersSeen }) => Number(readersSeen))
    expect(seen.filter((count) => count > 0).length, JSON.stringify(seen)).toBeGreaterThan(2)
    const done = only(lines, 'audit-done')
    expect(done).toHaveLength(5)
    for (const { visits, received } of done) expect(Number(received)).toBeGreaterThanOrEqual(Number(visits))
  })

  test('windows that the command line makes longer are set on the chain before the round', async (context) => {
    const { code, lines } = await playOnce(context, '--attestors', '3', '--windows', '2')
    expect(only(lines, 'pace')).toMatchObject([{ slowness: 2 }])
    const [{ openedAt, endsAt }] = only(lines, 'round-opened') as [Line]
    expect(Number(endsAt) - Number(openedAt)).toBe(2 * (8 + 3 * 3))
    expect(only(lines, 'not-passed')).toEqual([])
    expect(code).toBe(0)
  })

  test('a hoster that lost 30 % of the blocks fails its round', async (context) => {
    const { code, lines } = await playOnce(context, '--scenario', 'lossy-hoster')
    expect(only(lines, 'result')[0]).toMatchObject({ verdict: 'Fail' })
    expect(only(lines, 'paid').map(({ who }) => who)).not.toContain('hoster')
    expect(code).toBe(1)
    const [{ why }] = only(lines, 'not-passed') as [Line]
    expect(why).toMatch(/^round \d+, fail: 4 of 5 attestors make a verdict, .* that it does not \(attestor-\d: /)
  })

  test('an attestor that reveals another number is exposed by evidence, and the round still closes', async (context) => {
    const { code, lines } = await playOnce(context, '--scenario', 'bad-reveal')
    expect(only(lines, 'evidence-accepted')[0]).toMatchObject({ offender: 'attestor-1', lie: 'BadReveal' })
    expect(only(lines, 'paid').map(({ who }) => who)).not.toContain('attestor-1')
    expect(only(lines, 'result')[0]).toMatchObject({ verdict: 'Pass' })
    expect(code).toBe(0)
  })

  test.for([
    ['bad-ping', 'BadPing'],
    ['forged-fraud', 'FalseFraud'],
  ] as const)(
    '%s: the number stands, the liar is convicted by its own word, the others give the verdict',
    async ([scenario, lie], context) => {
      const { code, lines } = await playOnce(context, '--scenario', scenario)
      const [{ endsAt }] = only(lines, 'round-opened') as [Line]
      const [agreed] = only(lines, 'coinflip-agreed')
      expect(agreed).toMatchObject({ attempt: 0 })
      expect(only(lines, 'coinflip-restarted')).toEqual([])
      const [evidence] = only(lines, 'evidence-accepted')
      expect(evidence).toMatchObject({ offender: 'attestor-1', lie })
      // Evidence that opens the number waits for END.
      const waits = Number(evidence?.['block']) > Number(endsAt)
      expect(waits).toBe(scenario === 'bad-ping')
      expect(only(lines, 'paid').map(({ who }) => who)).not.toContain('attestor-1')
      expect(only(lines, 'result')[0]).toMatchObject({ verdict: 'Pass' })
      expect(code).toBe(0)
    },
  )

  test('an attestor killed in the middle does not stop the verdict', async (context) => {
    const { code, lines } = await playOnce(context, '--scenario', 'killed-attestor')
    expect(only(lines, 'killed')).toHaveLength(1)
    expect(only(lines, 'report-accepted')).toHaveLength(4)
    expect(only(lines, 'result')[0]).toMatchObject({ verdict: 'Pass' })
    expect(code).toBe(0)
  })

  test('an attestor dead before the coinflip is absent before the gate and dropped; the others go on to a verdict', async (context) => {
    const { code, lines } = await playOnce(context, '--scenario', 'absent-attestor')
    expect(only(lines, 'round-opened')[0]?.['attestors']).toContain('attestor-1')
    expect(only(lines, 'coinflip-restarted')).toMatchObject([{ round: 0, attempt: 1, dropped: ['attestor-1'] }])
    const absent = { round: 0, attempt: 0, members: ['attestor-1'], afterGate: false }
    expect(only(lines, 'members-absent')).toMatchObject([absent])
    expect(only(lines, 'coinflip-agreed')).toMatchObject([{ round: 0, attempt: 1 }])
    expect(only(lines, 'report-accepted')).toHaveLength(4)
    expect(only(lines, 'round-closed')).toMatchObject([{ round: 0, verdict: 'Pass' }])
    expect(code).toBe(0)
  })

  test.runIf(process.platform === 'linux')(
    'a killed worker and a killed node come back in mid-round; Ctrl-C ends all at once, and nothing is left behind',
    async (context) => {
      const { run, scratch } = await startDevnet(context, '--restart', '--log-level', 'error')
      await run.line(({ kind }) => kind === 'round-opened', ROUND_DEADLINE_MS)
      const all = await processesNaming(scratch)
      const pidOf = (words: string): number => all.find(({ command }) => command.includes(words))!.pid
      for (const pid of [pidOf('//Attestor//1'), pidOf('--base-path')]) process.kill(pid, 'SIGKILL')
      for (const lost of ['attestor-1', 'chain'])
        await run.line(({ kind, name }) => kind === 'died' && name === lost, ROUND_DEADLINE_MS)
      const isBack = ({ kind, from }: Line): boolean => kind === 'registered' && from === 'attestor-1'
      await context.expect.poll(() => run.lines.filter(isBack).length, { timeout: ROUND_DEADLINE_MS }).toBe(2)
      const died = run.lines.findIndex(({ kind, name }) => kind === 'died' && name === 'chain')
      const isLater = (line: Line): boolean => 'block' in line && run.lines.indexOf(line) > died
      await run.line(isLater, ROUND_DEADLINE_MS)
      run.process.kill('SIGINT')
      expect(await run.exit(STOP_DEADLINE_MS)).toBe(1)
      expect(run.stderr()).toBe('')
      expect(await readdir(scratch)).toEqual([])
      expect(await processesNaming(scratch)).toEqual([])
    },
  )

  test.runIf(process.platform === 'linux')(
    'the hoster is killed in mid-round: the devnet goes on to a verdict, and --once does not pass',
    async (context) => {
      const { run, scratch } = await startDevnet(context, '--once')
      await run.line(({ kind }) => kind === 'round-opened', ROUND_DEADLINE_MS)
      const hoster = (await processesNaming(scratch)).find(({ command }) => command.includes('//Hoster'))!
      process.kill(hoster.pid, 'SIGKILL')
      const { code, message } = await run.line(({ kind }) => kind === 'died', ROUND_DEADLINE_MS)
      expect([code, message]).toEqual(['CHILD_DIED', 'hoster: expected a running process, it ended (SIGKILL)'])
      expect(await run.exit(ROUND_DEADLINE_MS)).toBe(1)
      expect(only(run.lines, 'round-closed').length).toBeGreaterThan(0)
      expect(only(run.lines, 'not-passed')[0]?.['why']).toMatch(/hoster ended before the end of the play$/)
    },
  )

  test('a port in use is told once, with its code, and nothing is left behind', async (context) => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as AddressInfo
    const { run, scratch } = await startDevnet(context, '--rpc-port', String(port))
    expect(await run.exit(STOP_DEADLINE_MS)).toBe(1)
    holder.close()
    expect(run.error()).toMatch(new RegExp(`^chain: .*${port}.* \\[PORT_IN_USE\\]$`))
    expect(await readdir(scratch)).toEqual([])
  })

  test('what a killed devnet leaves is removed by the next one, which leaves alone what is of others', async (context) => {
    const { run, scratch } = await startDevnet(context)
    await run.line(({ kind }) => kind === 'chain', ROUND_DEADLINE_MS)
    const [orphan] = await readdir(scratch)
    run.process.kill('SIGKILL')
    expect(await run.exit(STOP_DEADLINE_MS)).toBe('SIGKILL')
    // While one of its processes is still on its way out, the folder is not empty for long.
    await context.expect.poll(() => processesNaming(scratch), { timeout: STOP_DEADLINE_MS }).toEqual([])
    expect(await readdir(scratch)).toEqual([orphan])
    const ofLiving = orphan!.replace(`-${run.process.pid}-`, `-${process.pid}-`)
    const ofAnotherHost = `assay-devnet-elsewhere-${run.process.pid}-abcdef`
    for (const name of [ofLiving, ofAnotherHost]) await mkdir(join(scratch, name))
    const next = startCli(['devnet', '--json', '--rpc-port', '0'], { TMPDIR: scratch })
    await next.line(({ kind }) => kind === 'chain', ROUND_DEADLINE_MS)
    next.process.kill('SIGINT')
    await next.exit(STOP_DEADLINE_MS)
    expect((await readdir(scratch)).toSorted()).toEqual([ofLiving, ofAnotherHost].toSorted())
  })
})
