/**
 * Encoded copies over real processes: a feed is donated for, encoded, kept, challenged and paid, and a stock client reads it from the
 * hoster when its author is gone for ever.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Hypercore from 'hypercore'
import HyperDHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { equalBytes, fromHex, toHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { hostingCalls, hostingEvents } from '#types/domain/hosting/market.ts'
import { DEFAULT_HOSTING_PARAMETERS, type HostingParameters } from '#types/domain/hosting/market-parameters.ts'
import type { CallRequest } from '#chain/api/chain-port.ts'
import { callOf, encodeCall, eventOf, read } from '#chain/api/descriptors.ts'
import { LiveStage } from '#worker/devnet/stage.ts'
import { option, worker } from '#worker/devnet/worker-process.ts'
import { packFolder } from '#worker/systems/hosting/adapters/feed-files.ts'
import { copies } from '#worker/systems/hosting/role/copy-items.ts'
import { CLI } from '../helpers/bundle.ts'
import { TERMS } from '../helpers/hosting/market.ts'
import { patiently } from '../helpers/patience.ts'

const START_MS = patiently(90_000)
const TEST_MS = patiently(90_000)
const BLOCK_TIME_MS = patiently(300)
/** A header block and a content block each. */
const FILES = 8
const BLOCKS = 2 * FILES
const UNIT = 10n ** 12n
const HOSTING: HostingParameters = {
  ...DEFAULT_HOSTING_PARAMETERS,
  challengeInterval: 20,
  challengeWindow: 10,
  challengedLeaves: 10,
  acceptWindow: 20,
  encodeWindow: 60,
  confirmWindow: 30,
  setupTries: 3,
  retryPause: 2,
  queuePause: 3,
  starvingGrace: 200,
  vettingSharePpm: 1_000_000,
  leastModulusBytes: 128,
}

const donate = callOf('Hosting', 'donate', hostingCalls.donate)
const publishPlan = callOf('Hosting', 'publishPlan', hostingCalls.publishPlan)
const copyLive = eventOf('Hosting', 'CopyLive', hostingEvents.CopyLive)
const storageProven = eventOf('Hosting', 'StorageProven', hostingEvents.StorageProven)
const paid = eventOf('Hosting', 'Paid', hostingEvents.Paid)
const accountOf = (name: string): Uint8Array => keypairFromSuri(`//Copies//${name}`).accountId

let dir: string
let stage: LiveStage
const said: string[] = []

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-copies-'))
  const docs = join(dir, 'docs')
  await mkdir(docs)
  for (let i = 0; i < FILES; i++) await writeFile(join(docs, `${i}.txt`), `file ${i} `.repeat(100 + 400 * i))
  const named = (name: string, role: string, ...options: readonly string[]) =>
    worker({ name, role, suri: `//Copies//${name}`, options })
  stage = new LiveStage(
    {
      cast: {
        genesis: { hosting: HOSTING },
        processes: [
          worker({
            name: 'author',
            role: 'hoster',
            suri: '//Copies//author',
            options: option('publish', docs),
            ready: 'hosting',
          }),
          named('encoder', 'encoder', ...option('threads', '1')),
          named('hoster-1', 'hoster', ...option('storage', '10MiB'), ...option('threads', '1')),
          named('hoster-2', 'hoster', ...option('storage', '10MiB'), ...option('threads', '1')),
        ],
      },
      folder: join(dir, 'stage'),
      rpcPort: 0,
      blockTimeMs: BLOCK_TIME_MS,
      logLevel: 'warn',
      cli: CLI,
      steps: {},
      tellers: {},
    },
    { tell: () => undefined, onSaid: (name, line) => void said.push(`${name}: ${line}`) },
  )
  await mkdir(join(dir, 'stage'))
  await stage.start()
}, START_MS)
afterAll(async () => {
  await stage?.close()
  await rm(dir, { recursive: true, force: true, maxRetries: 3 })
}, START_MS)

/** A client that knows no more than the feed's key and the DHT. */
async function readAsStranger(key: Uint8Array): Promise<readonly Uint8Array[]> {
  const bootstrap = stage.bootstrap.map((address) => {
    const [host, port] = address.split(':')
    return { host: host!, port: Number(port) }
  })
  const dht = new HyperDHT({ bootstrap, host: '127.0.0.1', firewalled: false, ephemeral: true })
  const swarm = new Hyperswarm({ dht, keyPair: HyperDHT.keyPair() })
  const core = new Hypercore(join(dir, 'reader'), key)
  await core.ready()
  swarm.on('connection', (connection) => {
    connection.on('error', () => undefined)
    core.replicate(connection)
  })
  const topic = swarm.join(core.discoveryKey, { client: true, server: false })
  await topic.flushed()
  try {
    const blocks: Uint8Array[] = []
    for (let index = 0; index < BLOCKS; index++) blocks.push((await core.get(index, { timeout: TEST_MS / 4 }))!)
    return blocks
  } finally {
    await swarm.destroy({ force: true })
    await core.close()
  }
}

const story = (): string =>
  [
    ...['author', 'encoder', 'hoster-1', 'hoster-2'].flatMap((name) => [
      name,
      ...stage.lines(name).map((line) => `  ${JSON.stringify(line)}`),
    ]),
    ...said.slice(-40),
  ].join('\n')

test('a donated feed is kept, proven and paid for, and outlives its author', { timeout: 4 * TEST_MS }, async () => {
  const feed = fromHex(String((await stage.told('author', 'hosting'))['feed']))
  const alice = await stage.client('//Alice')
  const act = async (name: string, call: CallRequest): Promise<void> => {
    expect(await alice.submit(name, call)).toMatchObject({ kind: 'included' })
  }
  try {
    await act('donate', encodeCall(donate, { feed, amount: 1_000n * UNIT }))
    await act('plan', encodeCall(publishPlan, { terms: { ...TERMS, feed } }))

    await stage.told('encoder', 'key-made')
    await stage.kill('encoder')
    await stage.restart('encoder')

    const { copy, hoster } = await stage.seen.event(copyLive, () => true, TEST_MS)
    const { segments } = (await read(stage.chain, copies, copy))!
    expect(segments).toMatchObject([{ from: 0, to: BLOCKS }])
    expect(equalBytes(segments[0]!.encoder, accountOf('encoder'))).toBe(true)
    expect([accountOf('hoster-1'), accountOf('hoster-2')].map(toHex)).toContain(toHex(hoster))

    await stage.seen.event(storageProven, (event) => equalBytes(event.hoster, hoster), TEST_MS)
    const pay = await stage.seen.event(paid, (event) => event.for === 'Storage', TEST_MS)
    expect(equalBytes(pay.who, hoster)).toBe(true)
    expect(pay.amount).toBeGreaterThan(0n)

    const name = ['hoster-1', 'hoster-2'].find((each) => equalBytes(accountOf(each), hoster))!
    await stage.kill(name)
    const killedAt = stage.seen.latest
    await stage.restart(name)
    await stage.seen.event(storageProven, ({ block }) => block.number > killedAt, TEST_MS)

    await stage.kill('author')
    await rm(join(dir, 'stage', 'author'), { recursive: true, force: true })
    const plain: Uint8Array[] = []
    const limits = { maxBytes: 2 ** 24, maxFiles: 100, maxDepth: 4 }
    for await (const block of packFolder(join(dir, 'docs'), limits)) plain.push(block)
    expect((await readAsStranger(feed)).map(toHex)).toEqual(plain.map(toHex))
  } catch (error) {
    throw new Error(story(), { cause: error })
  }
})
