/**
 * `assay read` on a real chain, hoster and DHT: ordinary readers, as a person starts them.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toSs58 } from '#types/crypto/ss58.ts'
import { startCli, type Run } from '../helpers/cli.ts'
import { refusalIn, useCommandLines } from '../helpers/command-lines.ts'
import { accountOf, startStage, type Stage } from '../helpers/attestation/live-stage.ts'
import { patiently } from '../helpers/patience.ts'

const START_MS = patiently(90_000)
const TEST_MS = patiently(40_000)
const SESSIONS = 3

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
}, START_MS)
afterAll(() => stage?.close(), START_MS)

const read = (...args: readonly string[]): Run =>
  startCli(['read', '--chain', stage.endpoint, '--bootstrap', ...stage.bootstrap, '--json', ...args])

/** An operator's command on the same chain, and what it tells. */
async function operate(...args: readonly string[]) {
  const run = startCli([...args, '--chain', stage.endpoint, '--json'])
  const code = await run.exit(TEST_MS)
  return { run, code, told: run.lines.at(-1) }
}

test('an operator lists, pauses, resumes and funds workers by their secrets', { timeout: 3 * TEST_MS }, async () => {
  const secret = '//Stage//hoster'
  const address = toSs58(accountOf('hoster'))
  const statusNow = async () => {
    const { told } = await operate('workers')
    const listed = told!['workers'] as readonly { readonly address: string; readonly status: string }[]
    return listed.find((worker) => worker.address === address)!.status
  }
  expect(await statusNow()).toBe('Active')
  expect((await operate('workers', 'pause', secret)).told).toMatchObject({ address, status: 'Paused' })
  expect(await statusNow()).toBe('Paused')
  expect((await operate('workers', 'resume', secret)).told).toMatchObject({ address, status: 'Active' })
  const [again, funded, none] = await Promise.all([
    operate('workers', 'resume', secret),
    operate('fund', address, '--amount', '2.5'),
    operate('fund', address, '--amount', 'all'),
  ])
  expect([again.code, again.run.error()]).toEqual([1, expect.stringMatching(/Workers\..* \[CALL_FAILED\]$/)])
  expect(funded.told).toMatchObject({ address, amount: '2500000000000' })
  expect([none.code, none.run.error()]).toEqual([2, '--amount: expected tokens such as 2.5, got "all" [BAD_AMOUNT]'])
})

test('a round is paid for and told by number', { timeout: 3 * TEST_MS }, async () => {
  const before = await operate('round', 'status')
  expect(before.told).toEqual({ kind: 'rounds', rounds: [] })
  const address = toSs58(accountOf('hoster'))
  expect((await operate('round', 'request')).told).toMatchObject({ kind: 'round-requested', hoster: address })
  const { told } = await operate('round', 'status', '0')
  expect(told!['rounds']).toMatchObject([{ round: 0, hoster: address, phase: expect.any(String) }])
  const unknown = await operate('round', 'status', '7')
  expect([unknown.code, unknown.run.error()]).toEqual([1, expect.stringMatching(/got 7.* \[NO_ROUND\]$/)])
  const elsewhere = await operate('round', 'request', '--hoster', '//Bob')
  expect([elsewhere.code, elsewhere.run.error()]).toEqual([1, expect.stringMatching(/\[NOT_HOSTED\]$/)])
})

test(
  'reads sessions of one kind, gets every chunk and a receipt for each, and exits 0',
  { timeout: TEST_MS },
  async () => {
    const run = read('--sessions', String(SESSIONS), '--kind', 'browser')
    expect(await run.exit(TEST_MS), run.stderr()).toBe(0)
    const sessions = run.lines.filter(({ kind }) => kind === 'read')
    expect(sessions).toHaveLength(SESSIONS)
    for (const session of sessions) {
      expect(session).toMatchObject({ reader: 'browser', receipts: 1 })
      expect(session['served']).toBe(session['asked'])
      expect(session['bytes']).toBeGreaterThan(0)
    }
  },
)

test('goes on until it is stopped, and then ends at once with exit code 0', { timeout: TEST_MS }, async () => {
  const run = read('--sessions', '0')
  await run.line(({ kind }) => kind === 'read', TEST_MS)
  run.process.kill('SIGTERM')
  expect(await run.exit(TEST_MS), run.stderr()).toBe(0)
  expect(run.lines.filter((line) => 'why' in line)).toEqual([])
})

test('a feed that nobody hosts is named, with exit code 1', { timeout: TEST_MS }, async () => {
  const run = read('--feed', `0x${'ab'.repeat(32)}`)
  expect(await run.exit(TEST_MS)).toBe(1)
  expect(run.error()).toMatch(/expected feed 0xabab.* with a hoster .* \[NOT_HOSTED\]/)
})

const REFUSED: readonly (readonly [args: readonly string[], error: RegExp])[] = [
  [['--sessions', '-1'], /--sessions: expected a whole number/],
  [['--feed', '0x12'], /--feed: expected 0x and 64 hex digits/],
  [['--kind', 'skimmer'], /^--kind: expected streamer, browser or seeker, got "skimmer" \[USAGE\]$/],
]
/** Nothing listens at these addresses. */
const refusedLine = (args: readonly string[]): readonly string[] => [
  'read',
  '--chain',
  'ws://127.0.0.1:1',
  '--bootstrap',
  '127.0.0.1:1',
  '--json',
  ...args,
]
const ended = useCommandLines(REFUSED.map(([args]) => refusedLine(args)))

test.each(REFUSED)('%s is refused before anything is opened, with exit code 2', (args, message) => {
  const { code, error } = refusalIn(ended(...refusedLine(args)))
  expect([code, error]).toEqual([2, expect.stringMatching(message)])
})
