/**
 * The main job end to end: real processes, a private DHT, real Hypercore, one round; and rounds in which a part breaks or lies.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startCli, type Line, type Run } from '../helpers/cli.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const ROUND_DEADLINE_MS = 90_000
const STOP_DEADLINE_MS = 15_000
const FILES = 60
const FILE_BYTES = 5_000

/** A folder with enough files that a hoster without 30 % of the blocks is found out. */
async function makeData(folder: string): Promise<string> {
  await mkdir(folder)
  for (let i = 0; i < FILES; i++) await writeFile(join(folder, `file-${i}.txt`), `${i} `.repeat(FILE_BYTES / 4))
  return folder
}

/** A devnet on its own folder for temporary files, in which nothing may be left. */
async function startDevnet(...args: readonly string[]): Promise<{ readonly run: Run; readonly scratch: string }> {
  const dir = await tempDir()
  const data = await makeData(join(dir, 'data'))
  const scratch = join(dir, 'tmp')
  await mkdir(scratch)
  const run = startCli(['devnet', '--json', '--rpc-port', '0', '--data', data, ...args], { TMPDIR: scratch })
  return { run, scratch }
}

async function playOnce(
  ...args: readonly string[]
): Promise<{ readonly lines: readonly Line[]; readonly code: number | NodeJS.Signals }> {
  const { run } = await startDevnet('--once', ...args)
  return { lines: run.lines, code: await run.exit(ROUND_DEADLINE_MS) }
}

/** Processes that name `path` on their command line (Linux; none elsewhere). */
async function processesNaming(path: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return commands.filter((command) => command.includes(path))
}

const kinds = (lines: readonly Line[]): string[] => lines.map(({ kind }) => kind)
const only = (lines: readonly Line[], kind: string): readonly Line[] => lines.filter((line) => line.kind === kind)

describe('assay devnet', { timeout: ROUND_DEADLINE_MS + 10_000 }, () => {
  test('an honest round passes and pays everyone; Ctrl-C then stops every process and leaves nothing behind', async () => {
    const { run, scratch } = await startDevnet()
    const result = await run.line(({ kind }) => kind === 'result', ROUND_DEADLINE_MS)
    expect(result).toMatchObject({ verdict: 'Pass', magic: expect.stringMatching(/^0x[0-9a-f]{64}$/) })
    expect(kinds(run.lines)).toEqual(
      expect.arrayContaining(['round-scheduled', 'round-opened', 'coinflip-agreed', 'report-accepted', 'round-closed']),
    )
    expect(only(run.lines, 'paid').map(({ who }) => who)).toHaveLength(6)
    run.process.kill('SIGINT')
    expect(await run.exit(STOP_DEADLINE_MS)).toBe(0)
    expect(await readdir(scratch)).toEqual([])
    expect(await processesNaming(scratch)).toEqual([])
  })

  test('a hoster that lost 30 % of the blocks fails its round', async () => {
    const { code, lines } = await playOnce('--scenario', 'lossy-hoster')
    expect(only(lines, 'result')[0]).toMatchObject({ verdict: 'Fail' })
    expect(only(lines, 'paid').map(({ who }) => who)).not.toContain('hoster')
    expect(code).toBe(1)
  })

  test('an attestor that reveals another number is exposed by evidence, and the round still closes', async () => {
    const { code, lines } = await playOnce('--scenario', 'bad-reveal')
    expect(only(lines, 'evidence-accepted')[0]).toMatchObject({ offender: 'attestor-1' })
    expect(only(lines, 'paid').map(({ who }) => who)).not.toContain('attestor-1')
    expect(only(lines, 'result')[0]).toMatchObject({ verdict: 'Pass' })
    expect(code).toBe(0)
  })

  test('an attestor killed in the middle does not stop the verdict', async () => {
    const { code, lines } = await playOnce('--scenario', 'killed-attestor')
    expect(only(lines, 'killed')).toHaveLength(1)
    expect(only(lines, 'report-accepted')).toHaveLength(4)
    expect(only(lines, 'result')[0]).toMatchObject({ verdict: 'Pass' })
    expect(code).toBe(0)
  })
})
