/**
 * Encoded copies over real processes that stand still, over a chain that goes back, and after their author has gone for ever: a feed of
 * blocks of 1 byte and one of 1 MiB, which a stock Hypercore publishes.
 */
import { afterAll, beforeAll, describe, expect, onTestFailed, onTestFinished, test } from 'vitest'
import { equalBytes, toHex } from '#types/bytes.ts'
import { hostingCalls } from '#types/domain/hosting/market.ts'
import { callOf, encodeCall } from '#chain/api/descriptors.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { asRoot } from '#worker/devnet/root.ts'
import { readAsStranger } from '#worker/systems/hosting/devnet/stock-reader.ts'
import { readStanding } from '#worker/systems/hosting/operator/status.ts'
import { statusLines } from '#worker/systems/hosting/operator/status-lines.ts'
import { news } from '#types/domain/changes.ts'
import { patiently } from '../helpers/patience.ts'
import { encoderOf, HOSTING, hosterOf, LiveMarket, STEP_MS, told } from '../helpers/hosting/live-market.ts'
import { startAuthor, type StockAuthor } from '../helpers/hosting/stock-author.ts'

const START_MS = patiently(90_000)
const TEST_MS = 3 * STEP_MS
/** Longer than a checkpoint takes: the encoder tells how far it is before it makes the large block. */
const SMALL = 69
const CONTENT = [
  ...Array.from({ length: SMALL }, (_, i) => Uint8Array.of(i)),
  new Uint8Array(2 ** 20).map((_, i) => i % 251),
]
/** For which a process stands still. */
const STILL_BLOCKS = 8
const WINDOWS = { challengeInterval: 12, challengeWindow: 6, encodeWindow: 60, confirmWindow: 30, setupTries: 1 }
/** Time to drop a block before it is final. */
const FINALITY_MS = patiently(500)
const HOSTERS = ['hoster-1', 'hoster-2', 'hoster-3']

const withdraw = callOf('Hosting', 'withdraw', hostingCalls.withdraw)
const cancelPlan = callOf('Hosting', 'cancelPlan', hostingCalls.cancelPlan)

let market: LiveMarket
let author: StockAuthor
beforeAll(async () => {
  market = await LiveMarket.begin({
    cast: () => [encoderOf('encoder'), ...HOSTERS.map((name) => hosterOf(name))],
    files: [],
    parameters: WINDOWS,
    finalityMs: FINALITY_MS,
  })
  author = await startAuthor(market.bootstrap, CONTENT)
}, START_MS)
afterAll(async () => {
  await author?.close()
  await market?.close()
}, START_MS)

/** Has a process stand still for some blocks: neither side hears of the other. */
async function cutOff(name: string): Promise<void> {
  market.freeze(name, 'SIGSTOP')
  const until = market.seen.latest + STILL_BLOCKS
  await market.seen.until('blocks', () => market.seen.latest >= until || undefined, STEP_MS)
  market.freeze(name, 'SIGCONT')
}

const hosterOfCopy = async (id: bigint): Promise<string> =>
  market.workerOf((await market.after(told.live, 0, ({ copy }) => copy === id)).hoster)

/** Reads the feed as a plain Hypercore client, and compares each block. */
async function expectSame(): Promise<void> {
  const read = await readAsStranger({ key: author.head.key, bootstrap: market.bootstrap, length: CONTENT.length })
  expect(read.map((block) => toHex(block))).toEqual(CONTENT.map((block) => toHex(block)))
}

/** Builds blocks one by one, each after the last one is final, until a copy is challenged. @returns the last block's number */
async function buildToChallenge(): Promise<number> {
  const since = market.seen.latest
  for (;;) {
    const hash = await market.dev('dev_newBlock')
    const { number } = (await market.dev('chain_getHeader', hash)) as { readonly number: string }
    await expect.poll(() => market.seen.latest, { timeout: STEP_MS }).toBeGreaterThanOrEqual(Number(number))
    if (market.seen.all(told.challenged).some(({ block }) => block.number > since)) return market.seen.latest
  }
}

/** Builds blocks from here on, on a chain that builds none by itself, until the test is over or the returned function is called. */
function keepBuilding(): () => void {
  const pump = setInterval(() => void market.dev('dev_newBlock').catch(() => undefined), market.blockTimeMs)
  const stop = (): void => clearInterval(pump)
  onTestFinished(stop)
  return stop
}

const tellOnFailure = (): void => onTestFailed(() => void process.stderr.write(`${market.story()}\n`))

/** Answers in the pool: transactions that are long enough for the leaves of a challenge. */
async function pendingAnswers(): Promise<readonly string[]> {
  const pending = (await market.dev('author_pendingExtrinsics')) as readonly string[]
  return pending.filter((wire) => wire.length > 2 * HOSTING.challengedLeaves * HOSTING.leastModulusBytes)
}

describe('a copy', { timeout: TEST_MS }, () => {
  test('gets over a hoster and an encoder that stand still in the middle of its transfer', async () => {
    tellOnFailure()
    const { head } = author
    await market.publish(head)
    await market.donate(head.key)
    await market.plan(head.key)
    const { hoster } = await market.after(told.assigned, 0)
    await market.after(told.accepted, 0)
    await cutOff(market.workerOf(hoster.account))
    await market.told('encoder', 'encoding')
    await cutOff('encoder')
    await market.after(told.live, 0)
    expect(await market.copy(0n)).toMatchObject({ generation: 0, segments: [{ from: 0, to: CONTENT.length }] })
    expect(market.seen.all(told.failed)).toEqual([])
  })

  test('of a second order for the feed goes to another hoster', async () => {
    tellOnFailure()
    await market.plan(author.head.key)
    expect(await hosterOfCopy(1n)).not.toBe(await hosterOfCopy(0n))
    expect((await market.contract(1)).plan).toBe(1)
    await market.submit(encodeCall(cancelPlan, { plan: 1 }))
    await market.after(told.contract, 0, ({ contract, state }) => contract === 1 && state === 'Ended')
  })

  test('is read by a stock client after its author has gone for ever', async () => {
    tellOnFailure()
    await author.close()
    await expectSame()
  })

  test('is proven again where a reorganisation drops the block with the answer', async () => {
    tellOnFailure()
    await market.dev('dev_setBlockBuildMode', 'Manual')
    const challenged = await buildToChallenge()
    await expect.poll(async () => (await pendingAnswers()).length, { timeout: STEP_MS }).toBe(1)
    await market.dev('dev_newBlock')
    expect(await pendingAnswers()).toEqual([])
    await market.dev('dev_reorg', 1)
    expect(await pendingAnswers()).toHaveLength(1)
    keepBuilding()
    await market.after(told.proven, challenged)
    expect([market.seen.all(told.missed), market.gone]).toEqual([[], []])
  })

  test('is proven again where the chain goes back behind the answer', async () => {
    tellOnFailure()
    const name = await hosterOfCopy(0n)
    const before = await market.dev('dev_snapshot')
    const since = market.seen.latest
    const stop = keepBuilding()
    const answers = (): number =>
      market.lines(name).filter(({ duty }) => String(duty).startsWith('hosting.answerStorage')).length
    const known = answers()
    const first = await market.after(told.proven, since)
    await expect.poll(answers, { timeout: STEP_MS }).toBeGreaterThan(known)
    await market.seen.until('a later block', () => market.seen.latest > first.block.number + 1 || undefined, STEP_MS)
    stop()
    expect(await market.dev('dev_revert', before)).toBe(true)
    const kinds = (): readonly string[] => market.lines(name).map(({ kind }) => kind)
    const isBack = (): boolean => kinds().lastIndexOf('registered') > kinds().indexOf('went-back')
    await expect.poll(() => kinds().includes('went-back') && isBack(), { timeout: STEP_MS }).toBe(true)
    keepBuilding()
    await market.after(told.proven, since, ({ block }) => !equalBytes(block.hash, first.block.hash))
    expect([market.seen.all(told.missed), market.gone]).toEqual([[], []])
  })

  test('is lost with its only hoster; the chain and its supporter’s status say so, and the money is free', async () => {
    tellOnFailure()
    keepBuilding()
    const changes = news({ ...HOSTING, ...WINDOWS }, { ...HOSTING, ...WINDOWS, encodeWindow: 6, confirmWindow: 4 })
    await asRoot(market, { pallet: 'Hosting', name: 'setParameters', args: { changes } })
    await market.kill(await hosterOfCopy(0n))
    await market.after(told.failed, 0, ({ fault }) => fault === 'StorageMissed')
    await market.after(told.contract, 0, ({ contract, state }) => contract === 0 && state === 'Lost')
    const alice = await market.client('//Alice')
    const standing = await readStanding(alice, keypairFromSuri('//Alice').accountId, author.head.key)
    expect(statusLines(standing, market.nameOf).join('\n')).toContain('contract 0 is lost')
    const [{ own, pool }] = standing.feeds as [(typeof standing.feeds)[0]]
    expect(pool.committed).toBe(0n)
    const outcome = await market.submit(encodeCall(withdraw, { feed: author.head.key, amount: own!.worth }))
    expect(outcome).toMatchObject({ kind: 'included' })
  })
})
