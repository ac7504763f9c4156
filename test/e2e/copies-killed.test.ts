/** Encoded copies over real processes that are killed, or stand still, at each step: all ends well. */
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest'
import type { Fields } from '#types/scale/compound.ts'
import type { EventDescriptor } from '#chain/api/descriptors.ts'
import { patiently } from '../helpers/patience.ts'
import { authorOf, encoderOf, hosterOf, LiveMarket, STEP_MS, told } from '../helpers/hosting/live-market.ts'

const START_MS = patiently(90_000)
const TEST_MS = 2 * STEP_MS
/** Half a mebibyte in a hundred blocks: some seconds of encoding. */
const FILES = Array.from({ length: 50 }, (_, i) => 1 + ((i * 4_001) % 20_000))
const BLOCKS = 2 * FILES.length

let market: LiveMarket
beforeAll(async () => {
  market = await LiveMarket.begin({
    cast: (docs) => [authorOf(docs), encoderOf('encoder'), hosterOf('hoster-1'), hosterOf('hoster-2')],
    files: FILES,
    parameters: { acceptWindow: 60, encodeWindow: 200, confirmWindow: 100, challengeInterval: 24, challengeWindow: 12 },
  })
}, START_MS)
afterAll(() => market?.close(), START_MS)

/** The hoster of copy 0. */
const hoster = async (): Promise<string> =>
  market.workerOf((await market.after(told.assigned, 0, ({ copy }) => copy === 0n)).hoster.account)

describe('SIGKILL', { timeout: TEST_MS }, () => {
  const line = (kind: string) => async (name: string) => void (await market.told(name, kind))
  const event =
    <F extends Fields>(kind: EventDescriptor<F>) =>
    async () =>
      void (await market.after(kind, 0))

  test('begins with a plan that is paid for', async () => {
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
  ] as const)('%s that %s is killed and goes on', async (who, _, step) => {
    onTestFailed(() => void process.stderr.write(`${market.story()}\n`))
    const name = who === 'the hoster' ? await hoster() : who.slice('the '.length)
    await step(name)
    await market.kill(name)
    await market.restart(name)
  })

  test('has cost nothing: one encoder has made all blocks, and every challenge is passed', async () => {
    onTestFailed(() => void process.stderr.write(`${market.story()}\n`))
    await market.after(told.proven, market.seen.latest)
    expect(await market.copy(0n)).toMatchObject({ state: 'Live', generation: 0, segments: [{ from: 0, to: BLOCKS }] })
    expect([market.seen.all(told.failed), market.seen.all(told.missed), market.gone]).toEqual([[], [], []])
  })
})
