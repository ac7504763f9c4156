/**
 * A system of one's own, put in as test/examples/README.md tells: a copy of the source with the files of the guestbook and the few changed
 * lines passes the type check and the linter, and then the system runs: its pallet, its role, its scenario and its simulation.
 */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '#types/clock.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { silentLog } from '#types/log.ts'
import { str, u32 } from '#types/scale/primitives.ts'
import { connectChain, type ChainClient } from '#chain/api/connect.ts'
import { callOf, decodeEvent, encodeCall, eventOf } from '#chain/api/descriptors.ts'
import { startCli, type Run } from '../helpers/cli.ts'
import { until } from '../helpers/until.ts'
import { patiently } from '../helpers/patience.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const EXAMPLES = join(ROOT, 'test/examples')
/** Everything that the type check, the linter and the bundle need, and the example. */
const PARTS = [
  'chain-client',
  'offchain-worker',
  'runtime-types',
  'test/examples',
  '.config',
  'package.json',
  'tsconfig.json',
  '.oxlintrc.json',
]
const SET_UP_MS = patiently(180_000)
const PLAY_MS = patiently(90_000)
const READY_MS = patiently(30_000)

const run = promisify(execFile)

/** The commands of the first block of shell code in the README. */
async function commandsOfReadme(): Promise<string> {
  const readme = await readFile(join(EXAMPLES, 'README.md'), 'utf8')
  return /^```sh\n([^]*?)^```$/m.exec(readme)![1]!
}

describe('the sixth system', () => {
  let folder: string
  let cli: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-test-'))
    for (const part of PARTS) await cp(join(ROOT, part), join(folder, part), { recursive: true })
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    await run('sh', ['-ec', await commandsOfReadme()], { cwd: folder })
    await run(process.execPath, ['.config/bundle.mjs'], { cwd: folder })
    cli = join(folder, '.build/cli.js')
  }, SET_UP_MS)
  afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))

  const assay = (...args: readonly string[]): Run => startCli(args, {}, cli)
  const outputOf = async (...args: readonly string[]): Promise<string> => {
    const command = assay(...args)
    let output = ''
    command.process.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()))
    expect(await command.exit(PLAY_MS), command.stderr()).toBe(0)
    return output
  }

  test('changes a line and an import for its pallet, a word for its role, a line and an import for its manifest', async () => {
    const diff = await readFile(join(EXAMPLES, 'guestbook/changes.diff'), 'utf8')
    const files = [...diff.matchAll(/^\+\+\+ b\/(.*)$/gm)].map(([, file]) => file)
    expect(files).toEqual([
      'chain-client/runtime/runtime.ts',
      'offchain-worker/systems.ts',
      'runtime-types/domain/worker.ts',
    ])
    expect(diff.match(/^\+[^+]/gm)).toHaveLength(5)
    expect(diff.match(/^-[^-]/gm)).toHaveLength(2)
  })

  test('passes the type check, and the linter with its boundaries', { timeout: SET_UP_MS }, async () => {
    const own = ['offchain-worker/systems', 'chain-client/runtime/pallets', 'runtime-types/domain']
    await Promise.all([
      run(process.execPath, ['node_modules/typescript/bin/tsc'], { cwd: folder }),
      run('node_modules/.bin/oxlint', ['--type-aware', ...own], { cwd: folder }),
    ])
  })

  test('is in the help of the commands that it adds to', { timeout: PLAY_MS }, async () => {
    const helps = await Promise.all(['worker', 'devnet', 'simulate'].map((command) => outputOf(command, '--help')))
    expect(helps).toEqual([
      expect.stringMatching(/greeter {2,}greets every page/),
      expect.stringMatching(/guestbook {2,}a greeter is killed and comes back/),
      expect.stringMatching(/assay simulate guestbook/),
    ])
  })

  test('plays its scenario with real processes', { timeout: PLAY_MS }, async () => {
    const devnet = assay('devnet', '--scenario', 'guestbook', '--pages', '3', '--once', '--json', '--rpc-port', '0')
    expect(await devnet.exit(PLAY_MS), devnet.stderr()).toBe(0)
    const pages = devnet.lines.filter(({ kind }) => kind === 'greeted').map(({ page }) => page)
    expect(pages).toHaveLength(3)
    expect(new Set(pages)).toEqual(new Set([0, 1, 2]))
    expect(devnet.lines.find(({ kind }) => kind === 'result')).toMatchObject({ pages: 3, greeted: 3 })
  })

  test('plays its simulation, also while greeters crash', { timeout: PLAY_MS }, async () => {
    const faults = join(folder, 'faults.json')
    await writeFile(faults, JSON.stringify({ crashes: [{ share: 1, atMs: 26_000, downMs: 60_000 }] }))
    const play = (...more: readonly string[]): Promise<string> =>
      outputOf('simulate', 'guestbook', '--pages', '12', '--json', ...more)
    const [calm, rough, again] = await Promise.all([play(), play('--faults', faults), play('--faults', faults)])
    for (const line of [calm, rough]) expect(JSON.parse(line)).toMatchObject({ greeted: 12, breaches: [] })
    expect(again).toBe(rough)
    expect(rough).not.toBe(calm)
  })

  describe('on a chain', () => {
    const sign = callOf('Guestbook', 'sign', { text: str })
    const greet = callOf('Guestbook', 'greet', { page: u32 })
    const faded = eventOf('Guestbook', 'Faded', { page: u32 })

    /** A chain whose pages wait for two blocks, by its spec alone, and a client of it. */
    async function connect(): Promise<ChainClient> {
      const spec = JSON.parse(await outputOf('chain', 'export-spec')) as { genesis: object }
      const path = join(folder, 'spec.json')
      await writeFile(path, JSON.stringify({ ...spec, genesis: { ...spec.genesis, guestbook: { patience: 2 } } }))
      const node = assay('chain', '--chain', path, '--rpc-port', '0', '--json')
      onTestFinished(async () => {
        node.process.kill()
        await node.exit(READY_MS)
      })
      const { endpoint } = await node.line(({ kind }) => kind === 'chain-ready', READY_MS)
      const client = await connectChain(
        { endpoint: String(endpoint), keypair: keypairFromSuri('//Alice'), requires: [sign, greet, faded] },
        { clock: systemClock, random: Math.random, log: silentLog },
      )
      onTestFinished(() => client.close())
      return client
    }

    test('the pallet refuses by its own errors, and a page fades by the agenda', { timeout: PLAY_MS }, async () => {
      const client = await connect()
      const pages: number[] = []
      client.follow(async ({ events }) => {
        pages.push(...events.flatMap((event) => decodeEvent(faded, event)?.page ?? []))
      })
      const signed = (id: string, text: string) => client.submit(id, encodeCall(sign, { text }))
      expect(await signed('long', 'é'.repeat(129))).toMatchObject({ kind: 'failed', error: { name: 'TooLong' } })
      expect(await signed('first', 'é'.repeat(128))).toMatchObject({ kind: 'included' })
      const stranger = await client.submit('greet', encodeCall(greet, { page: 0 }))
      expect(stranger).toMatchObject({ kind: 'failed', error: { pallet: 'Guestbook', name: 'NotAGreeter' } })
      for (const text of ['second', 'third']) expect(await signed(text, text)).toMatchObject({ kind: 'included' })
      await until('a faded page', () => pages.length > 0)
      expect(pages).toEqual([0])
    })
  })
})
