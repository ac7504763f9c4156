/**
 * `assay hosting` as people start it: a real chain and DHT, an author's process, readers that know the feed's key only, a supporter.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startCli, type Run } from '../helpers/cli.ts'
import { refusalIn, useCommandLines } from '../helpers/command-lines.ts'
import { patiently } from '../helpers/patience.ts'

const START_MS = patiently(30_000)
const TEST_MS = patiently(40_000)
const BIG = new Uint8Array(randomBytes(5_000_000))

let dir: string
let chain: Run
let dht: Run
let endpoint: string
let bootstrap: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-feeds-'))
  chain = startCli(['chain', '--rpc-port', '0', '--json'])
  dht = startCli(['dht', '--port', '0', '--json'])
  const ready = await chain.line(({ kind }) => kind === 'chain-ready', START_MS)
  endpoint = String(ready['endpoint'])
  const found = await dht.line(({ kind }) => kind === 'dht-ready', START_MS)
  bootstrap = (found['bootstrap'] as readonly string[])[0]!
}, START_MS)
afterAll(async () => {
  for (const run of [chain, dht]) run?.process.kill()
  await Promise.all([chain, dht].map((run) => run?.exit(START_MS)))
  await rm(dir, { recursive: true, force: true })
}, START_MS)

/** A folder to publish, and the author of its feed. */
async function newAuthor(content: Uint8Array | string = 'some content') {
  const place = await mkdtemp(join(dir, 'author-'))
  const files = join(place, 'files')
  await mkdir(join(files, 'inner'), { recursive: true })
  await writeFile(join(files, 'big'), content)
  await writeFile(join(files, 'inner/note'), 'hello')
  const run = (command: string, ...args: readonly string[]): Run =>
    startCli(['hosting', command, files, '--data', join(place, 'data'), '--chain', endpoint, '--json', ...args])
  return {
    files,
    run,
    /** Runs a command to its end, which must be good. */
    async done(command: string, ...args: readonly string[]): Promise<Run> {
      const ended = run(command, ...args)
      expect(await ended.exit(TEST_MS), ended.stderr()).toBe(0)
      return ended
    },
    /** Publishes, and serves until the test is over. */
    async serve() {
      const serving = run('publish', '--bootstrap', bootstrap)
      onTestFinished(async () => {
        serving.process.kill('SIGTERM')
        await serving.exit(TEST_MS)
      })
      await serving.line(({ kind }) => kind === 'serving', TEST_MS)
      return { serving, feed: String(told(serving, 'published')!['feed']) }
    },
  }
}
const read = (...args: readonly string[]): Run =>
  startCli(['hosting', 'read', ...args, '--bootstrap', bootstrap, '--json'])
const told = (run: Run, kind: string) => run.lines.find((line) => line.kind === kind)

test('an author publishes, and readers read', { timeout: 2 * TEST_MS }, async () => {
  const { serve } = await newAuthor(BIG)
  const { serving, feed } = await serve()
  const { blocks } = told(serving, 'published')!
  expect(told(serving, 'feed-registered')).toMatchObject({ feed, length: blocks, change: 'published' })

  const listing = read(feed)
  expect(await listing.exit(TEST_MS), listing.stderr()).toBe(0)
  expect(listing.lines.filter(({ kind }) => kind === 'file')).toMatchObject([
    { path: 'big', size: BIG.length, isWhole: true },
    { path: 'inner/note', size: 5 },
  ])

  const output = join(dir, 'part')
  const part = read(feed, 'big', '--bytes', '65530-131080', '--output', output)
  expect(await part.exit(TEST_MS), part.stderr()).toBe(0)
  expect(Buffer.compare(await readFile(output), BIG.subarray(65_530, 131_081))).toBe(0)
  expect(told(part, 'saved')).toMatchObject({ blocks: 3, fetched: 3 })

  serving.process.kill('SIGTERM')
  expect(await serving.exit(TEST_MS), serving.stderr()).toBe(0)
})

test('a feed grows, the chain follows, and an edited folder is a new feed', { timeout: 3 * TEST_MS }, async () => {
  const { files, run, done } = await newAuthor()
  const { feed, blocks } = told(await done('publish', '--once'), 'published')!
  await writeFile(join(files, 'later'), 'more')
  const grown = await done('update', '--once')
  expect(told(grown, 'feed-registered')).toMatchObject({ feed, length: Number(blocks) + 2, change: 'updated' })
  const again = await done('update', '--once')
  expect(told(again, 'feed-registered')).toMatchObject({ change: 'none' })

  await writeFile(join(files, 'inner/note'), 'edited')
  const edited = run('update', '--once')
  expect([await edited.exit(TEST_MS), edited.error()]).toEqual([1, expect.stringMatching(/\[FEED_DIFFERS\]$/)])
  const anew = await done('publish', '--republish', '--once')
  expect(told(anew, 'feed-registered')).toMatchObject({ change: 'published' })
  expect(told(anew, 'published')!['feed']).not.toBe(feed)
})

test('a feed grows while it is served', { timeout: 3 * TEST_MS }, async () => {
  const { files, run, done, serve } = await newAuthor()
  const { serving, feed } = await serve()
  const { blocks } = told(serving, 'published')!
  const second = run('publish', '--bootstrap', bootstrap)
  expect([await second.exit(TEST_MS), second.error()]).toEqual([1, expect.stringMatching(/\[FEED_STORE_LOCKED\]$/)])

  await writeFile(join(files, 'later'), 'more')
  const grown = await done('update', '--bootstrap', bootstrap)
  expect(told(grown, 'feed-registered')).toMatchObject({ feed, length: Number(blocks) + 2, change: 'updated' })
  expect(told(grown, 'served-elsewhere')).toMatchObject({ feed })
  const output = join(dir, 'later')
  const reading = read(feed, 'later', '--output', output)
  expect(await reading.exit(TEST_MS), reading.stderr()).toBe(0)
  expect(await readFile(output, 'utf8')).toBe('more')

  await writeFile(join(files, 'inner/note'), 'edited')
  const edited = run('update', '--once')
  expect([await edited.exit(TEST_MS), edited.error()]).toEqual([1, expect.stringMatching(/\[FEED_DIFFERS\]$/)])

  serving.process.kill('SIGKILL')
  await serving.exit(TEST_MS)
  await writeFile(join(files, 'inner/note'), 'hello')
  expect(told(await done('update', '--once'), 'feed-registered')).toMatchObject({ change: 'none' })
})

test('a reader that was killed fetches no block a second time', { timeout: 3 * TEST_MS }, async () => {
  const { feed } = await (await newAuthor(BIG)).serve()
  const data = ['--data', join(dir, 'reader')]
  const some = read(feed, 'big', '--bytes', '0-2000000', '--output', join(dir, 'some'), ...data)
  await some.line(({ kind }) => kind === 'saved', TEST_MS)
  some.process.kill('SIGKILL')
  await some.exit(TEST_MS)
  const fetched = Number(told(some, 'saved')!['fetched'])
  expect(fetched).toBe(31)
  const all = read(feed, 'big', '--output', join(dir, 'all'), ...data)
  expect(await all.exit(TEST_MS), all.stderr()).toBe(0)
  expect(told(all, 'saved')).toMatchObject({ blocks: 77, fetched: 77 - fetched })
  expect(Buffer.compare(await readFile(join(dir, 'all')), BIG)).toBe(0)
})

test('stdout is the content and nothing else', { timeout: 2 * TEST_MS }, async () => {
  const { feed } = await (await newAuthor()).serve()
  const run = startCli(['hosting', 'read', feed, 'inner/note', '--bootstrap', bootstrap])
  let content = ''
  run.process.stdout!.on('data', (bytes: Buffer) => (content += bytes.toString()))
  expect(await run.exit(TEST_MS), run.stderr()).toBe(0)
  expect(content).toBe('hello')
  const missing = read(feed, 'none', '--output', join(dir, 'none'))
  expect([await missing.exit(TEST_MS), missing.error()]).toEqual([1, expect.stringMatching(/\[NO_FILE\]$/)])
})

/** A supporter's command, and what it tells. */
async function support(...args: readonly string[]) {
  const run = startCli(['hosting', ...args, '--chain', endpoint, '--json'])
  const code = await run.exit(TEST_MS)
  return { code, run, told: run.lines.at(-1) }
}

test('a supporter gives, plans, watches, cancels and takes back', { timeout: 5 * TEST_MS }, async () => {
  const feed = String(told(await (await newAuthor()).done('publish', '--once'), 'published')!['feed'])
  const [nothing, early] = await Promise.all([support('status'), support('plan', feed)])
  expect(nothing.told).toMatchObject({ kind: 'hosting-status', feeds: [], needs: [] })
  expect([early.code, early.run.error()]).toEqual([1, expect.stringMatching(/\[NOT_MOST_OF_POOL\]$/)])
  expect((await support('donate', feed, '5')).told).toMatchObject({ kind: 'donated', amount: '5000000000000' })
  const [{ told: quote }, { told: one }, other] = await Promise.all([
    support('plan', feed, '--copies', '3', '--quote'),
    support('plan', feed, '--copies', '1', '--quote'),
    support('plan', feed, '--suri', 'bob'),
  ])
  expect(quote).toMatchObject({ kind: 'quote', free: '5000000000000' })
  expect(BigInt(String(quote!['perThousandBlocks']))).toBeGreaterThan(2n * BigInt(String(one!['perThousandBlocks'])))
  expect([other.code, other.run.error()]).toEqual([1, expect.stringMatching(/\[NOT_MOST_OF_POOL\]$/)])
  const planned = (await support('plan', feed, '--copies', '3', '--blocks', '400')).told!
  expect(planned).toMatchObject({ kind: 'planned', feed, plan: 0, until: expect.any(Number) })

  const [{ told: status }, much, foreign] = await Promise.all([
    support('status'),
    support('withdraw', feed, '6'),
    support('cancel', '0', '--suri', 'bob'),
  ])
  expect(status).toMatchObject({
    feeds: [
      {
        feed,
        pool: { donated: '5000000000000', burned: '0' },
        own: { given: '5000000000000' },
        plans: [{ plan: 0, copies: 3, until: planned['until'] }],
      },
    ],
  })
  expect([much.code, much.run.error()]).toEqual([1, expect.stringMatching(/at most 5\.0000 ASY.*\[CANNOT_WITHDRAW\]$/)])
  expect([foreign.code, foreign.run.error()]).toEqual([1, expect.stringMatching(/\[NOT_PLAN_OWNER\]$/)])
  expect((await support('cancel', '0')).told).toMatchObject({ kind: 'cancelled', plan: 0 })
  expect((await support('withdraw', feed, '5')).told).toMatchObject({ kind: 'withdrawn', amount: '5000000000000' })
  const [none, unknown] = await Promise.all([support('cancel', '9'), support('donate', KEY, '1')])
  expect([none.code, none.run.error()]).toEqual([1, expect.stringMatching(/\[NO_PLAN\]$/)])
  expect([unknown.code, unknown.run.error()]).toEqual([1, expect.stringMatching(/\[FEED_UNKNOWN\]$/)])
})

const KEY = `0x${'ab'.repeat(32)}`
const REFUSED: readonly (readonly [args: readonly string[], error: RegExp])[] = [
  [['read', '0x12', '--bootstrap', '127.0.0.1:1'], /--feed: expected 0x and 64 hex digits/],
  [['read', KEY, 'a', '--bytes', '9-3', '--bootstrap', '127.0.0.1:1'], /--bytes: expected FROM-TO or FROM-/],
  [['read', KEY, 'a', '--bootstrap', '127.0.0.1:1'], /--json: expected --output with it/],
  [['read', KEY, '--output', 'x', '--bootstrap', '127.0.0.1:1'], /expected the path of a file/],
  [['publish', '.', '--data', 'x'], /--bootstrap: expected host:port of a DHT node, or --once/],
  [['publish', '.', '--data', 'x', '--once', '--max-size', 'much'], /--max-size: expected a size/],
  [['publish', '.', '--data', 'x', '--once', '--suri', 'nobody?'], /expected an address, a name/],
  [['donate', KEY, 'much'], /^amount: expected tokens such as 2.5, got "much" \[BAD_AMOUNT\]$/],
  [['plan', KEY, '--copies', '17'], /copies: expected 1 to 16, got 17 \[BAD_PLAN\]$/],
  [['status', '0x12'], /--feed: expected 0x and 64 hex digits/],
]
const refusedLine = (args: readonly string[]): readonly string[] => ['hosting', ...args, '--json']
const ended = useCommandLines(REFUSED.map(([args]) => refusedLine(args)))

test.each(REFUSED)('hosting %j is refused before anything is opened, with exit code 2', (args, message) => {
  const { code, error } = refusalIn(ended(...refusedLine(args)))
  expect([code, error]).toEqual([2, expect.stringMatching(message)])
})
