/**
 * `assay read` on a real chain, hoster and DHT: ordinary readers, as a person starts them.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCli, type Run } from '../helpers/cli.ts'
import { startStage, type Stage } from '../helpers/attestation/live-stage.ts'

const START_MS = 90_000
const TEST_MS = 40_000
const SESSIONS = 3

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
}, START_MS)
afterAll(() => stage?.close(), START_MS)

const read = (...args: readonly string[]): Run =>
  startCli(['read', '--chain', stage.endpoint, '--bootstrap', ...stage.bootstrap, '--json', ...args])

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

test.each([
  [['--sessions', '-1'], /--sessions: expected a whole number/],
  [['--feed', '0x12'], /--feed: expected 0x and 64 hex digits/],
  [['--kind', 'skimmer'], /^--kind: expected streamer, browser or seeker, got "skimmer" \[USAGE\]$/],
])('%s is refused before anything is opened, with exit code 2', async (args, message) => {
  const run = read(...args)
  expect(await run.exit(TEST_MS)).toBe(2)
  expect(run.error()).toMatch(message)
})
