/**
 * Encoded copies over real processes, each killed at each step: a feed is donated for, encoded, kept, challenged and paid, and a stock
 * client reads it from the hoster when its author is gone for ever.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import type { Fields } from '#types/scale/compound.ts'
import type { EventDescriptor } from '#chain/api/descriptors.ts'
import { packFolder } from '#worker/systems/hosting/adapters/feed-files.ts'
import { readAsStranger } from '#worker/systems/hosting/devnet/stock-reader.ts'
import { patiently } from '../helpers/patience.ts'
import { accountOf, authorOf, encoderOf, hosterOf, LiveMarket, STEP_MS, told } from '../helpers/hosting/live-market.ts'

const START_MS = patiently(90_000)
const TEST_MS = 2 * STEP_MS
/** Half a mebibyte in a hundred blocks: some seconds of encoding. */
const FILES = Array.from({ length: 50 }, (_, i) => 1 + ((i * 4_001) % 20_000))
/** A header block and a content block each. */
const BLOCKS = 2 * FILES.length
const LIMITS = { maxBytes: 2 ** 24, maxFiles: 100, maxDepth: 4 }

let market: LiveMarket
beforeAll(async () => {
  market = await LiveMarket.begin({
    cast: (docs) => [authorOf(docs), encoderOf('encoder'), hosterOf('hoster-1'), hosterOf('hoster-2')],
    files: FILES,
    parameters: {
      acceptWindow: 60,
      encodeWindow: 200,
      confirmWindow: 100,
      challengeInterval: 44,
      challengeWindow: 22,
    },
  })
}, START_MS)
afterAll(() => market?.close(), START_MS)

const tellOnFailure = (): void => onTestFailed(() => void process.stderr.write(`${market.story()}\n`))

/** The hoster of copy 0. */
const hoster = async (): Promise<string> =>
  market.workerOf((await market.after(told.assigned, 0, ({ copy }) => copy === 0n)).hoster.account)

describe('a donated feed', { timeout: TEST_MS }, () => {
  const line = (kind: string) => async (name: string) => void (await market.told(name, kind))
  const event =
    <F extends Fields>(kind: EventDescriptor<F>) =>
    async () =>
      void (await market.after(kind, 0))

  test('has a plan', async () => {
    const feed = await market.feed()
    await market.donate(feed)
    await market.plan(feed)
  })

  test.each([
    ['the encoder', 'is assigned', line('duty-taken')],
    ['the encoder', 'has made its key', line('key-made')],
    ['the hoster', 'is assigned', line('duty-taken')],
    ['the author', 'is read from', event(told.accepted)],
    ['the hoster', 'keeps blocks', line('pinning')],
    ['the encoder', 'encodes', line('encoding')],
    ['the author', 'is still read from', line('hosting')],
    ['the encoder', 'has sent all blocks', line('encoded')],
    ['the hoster', 'has all blocks', line('pinned')],
    ['the hoster', 'must confirm', event(told.committed)],
    ['the hoster', 'has confirmed', event(told.live)],
    ['the hoster', 'is challenged', event(told.challenged)],
    ['the hoster', 'answers', line('challenged')],
  ] as const)('outlives %s, which is killed while it %s', async (who, _, step) => {
    tellOnFailure()
    const name = who === 'the hoster' ? await hoster() : who.slice('the '.length)
    await step(name)
    await market.kill(name)
    await market.restart(name)
  })

  test('has cost no try: one encoder has made all blocks, and each challenge is passed and paid', async () => {
    tellOnFailure()
    await market.after(told.proven, market.seen.latest)
    const encoder = accountOf('encoder')
    const segments = [{ from: 0, to: BLOCKS, encoder }]
    expect(await market.copy(0n)).toMatchObject({ state: 'Live', generation: 0, segments })
    expect([market.seen.all(told.failed), market.seen.all(told.missed), market.gone]).toEqual([[], [], []])
    const paid = market.seen.all(told.paid).filter((payment) => payment.for === 'Storage')
    expect(new Set(paid.map(({ who }) => toHex(who)))).toEqual(new Set([toHex(accountOf(await hoster()))]))
    expect(paid.every(({ amount }) => amount > 0n)).toBe(true)
  })

  test('outlives its author', async () => {
    tellOnFailure()
    const key = await market.feed()
    await market.kill('author')
    await rm(join(market.dir, 'stage', 'author'), { recursive: true, force: true })
    const plain: Uint8Array[] = []
    for await (const block of packFolder(join(market.dir, 'docs'), LIMITS)) plain.push(block)
    const read = await readAsStranger({ key, bootstrap: market.bootstrap, length: BLOCKS })
    expect(read.map((block) => toHex(block))).toEqual(plain.map((block) => toHex(block)))
  })
})
