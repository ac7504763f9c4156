/**
 * Hosters and encoders that cheat, as real processes: the chain finds each, and pays none of them. Four hosters and four encoders, as many
 * as the plan has copies, so that each has a part.
 */
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest'
import { equalBytes, toHex } from '#types/bytes.ts'
import { hostingCalls } from '#types/domain/hosting/market.ts'
import { callOf, encodeCall } from '#chain/api/descriptors.ts'
import { patiently } from '../helpers/patience.ts'
import { accountOf, authorOf, encoderOf, hosterOf, LiveMarket, STEP_MS, told } from '../helpers/hosting/live-market.ts'

const START_MS = patiently(90_000)
const TEST_MS = 2 * STEP_MS
const HOSTER_FAULTS = ['hash-only', 'drops:0.9', 'plain', 'fetches']
const HOSTERS = HOSTER_FAULTS.map((fault) => fault.split(':')[0]!)
/** Honest until it is started anew: then half of what it sends is junk. */
const TURNCOATS = ['turncoat-1', 'turncoat-2']
const JUNK = 'junk:0.5'
const UNIT = 10n ** 12n

const withdraw = callOf('Hosting', 'withdraw', hostingCalls.withdraw)

const turncoat = (name: string) => {
  const honest = encoderOf(name)
  return {
    ...honest,
    args: (place: Parameters<typeof honest.args>[0]) => (place.isAgain ? encoderOf(name, JUNK) : honest).args(place),
  }
}

let market: LiveMarket
beforeAll(async () => {
  market = await LiveMarket.begin({
    cast: (docs) => [
      authorOf(docs),
      ...HOSTER_FAULTS.map((fault, i) => hosterOf(HOSTERS[i]!, fault)),
      encoderOf('one-key', 'one-key'),
      encoderOf('same-copy', 'same-copy'),
      ...TURNCOATS.map(turncoat),
    ],
    files: [200, 3_000, 10_000, 20_000],
    parameters: { challengeInterval: 8, challengeWindow: 4, acceptWindow: 10, encodeWindow: 30, confirmWindow: 20 },
  })
}, START_MS)
afterAll(() => market?.close(), START_MS)

/** The first failure of that kind in which that encoder had a part. */
const failedUnder = (encoder: string, fault: string) =>
  market.after(told.failed, 0, (failed) => {
    // The block of the failure may have the assignment of the encoder that comes next.
    const before = market.seen.all(told.assigned).filter(({ block }) => block.number < failed.block.number)
    const assigned = before.findLast(({ copy, generation }) => copy === failed.copy && generation === failed.generation)
    return failed.fault === fault && assigned !== undefined && equalBytes(assigned.encoder.account, accountOf(encoder))
  })

describe('cheats', { timeout: TEST_MS }, () => {
  test('get a copy each, and all copies are live', async () => {
    onTestFailed(() => void process.stderr.write(`${market.story()}\n`))
    const feed = await market.feed()
    await market.donate(feed)
    await market.plan(feed, { copies: HOSTERS.length })
    for (const name of HOSTERS) await market.after(told.live, 0, ({ hoster }) => equalBytes(hoster, accountOf(name)))
    for (const name of TURNCOATS) {
      await market.kill(name)
      await market.restart(name)
    }
  })

  test('a supporter cannot withdraw what contracts have committed', async () => {
    const outcome = await market.submit(encodeCall(withdraw, { feed: await market.feed(), amount: 1_000n * UNIT }))
    expect(JSON.stringify(outcome)).toContain('CannotWithdraw')
  })

  test.each(HOSTERS)('the hoster of the fault %s misses two challenges, and loses its copy', async (name) => {
    onTestFailed(() => void process.stderr.write(`${market.story()}\n`))
    const isBlamed = ({
      fault,
      blamed,
    }: {
      readonly fault: string
      readonly blamed: Uint8Array | undefined
    }): boolean => fault === 'StorageMissed' && blamed !== undefined && equalBytes(blamed, accountOf(name))
    await market.after(told.failed, 0, isBlamed)
    const own = market.seen.all(told.missed).filter(({ hoster }) => equalBytes(hoster, accountOf(name)))
    expect(own.length).toBeGreaterThanOrEqual(2)
  })

  test('none has proven anything, and none is paid', () => {
    expect(market.seen.all(told.proven).map(({ hoster }) => market.workerOf(hoster))).toEqual([])
    expect(market.seen.all(told.paid).filter((paid) => paid.for === 'Storage')).toEqual([])
  })

  test('an encoder with one key cannot accept a second copy', async () => {
    onTestFailed(() => void process.stderr.write(`${market.story()}\n`))
    const { blamed } = await failedUnder('one-key', 'NotAccepted')
    expect(toHex(blamed!)).toBe(toHex(accountOf('one-key')))
  })

  test('an encoder that gives the same copy again is refused by the hoster', async () => {
    onTestFailed(() => void process.stderr.write(`${market.story()}\n`))
    await market.told('same-copy', 'block-refused')
    await Promise.race([failedUnder('same-copy', 'RootsDiffer'), failedUnder('same-copy', 'BadEncoding')])
  })

  test('an encoder that sends junk is refused by the hoster, and its copy does not count', async () => {
    onTestFailed(() => void process.stderr.write(`${market.story()}\n`))
    const refused = async (name: string): Promise<string> => {
      await market.told(name, 'block-refused')
      return name
    }
    const name = await Promise.race(TURNCOATS.map(refused))
    await Promise.race([failedUnder(name, 'RootsDiffer'), failedUnder(name, 'BadEncoding')])
  })
})
