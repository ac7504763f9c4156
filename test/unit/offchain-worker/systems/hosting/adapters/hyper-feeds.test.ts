/** One round with the real network: coinflip over Hyperswarm, audits of a Hypercore. Only the chain is a fake. */
import { silentLog } from '#types/log.ts'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '#types/clock.ts'
import { createFeedStore, type Feed, type FeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import {
  chainFeedHead,
  createHyperFeedClient,
  createHyperFeedServer,
} from '#worker/systems/hosting/adapters/hyper-feeds.ts'
import { createHyperNetwork } from '#worker/kernel/hyper-network.ts'
import type { AttestationProgress } from '#worker/systems/attestation/ports.ts'
import type { FeedClient, FeedServer } from '#worker/systems/hosting/ports.ts'
import { startWorker } from '#worker/kernel/worker.ts'
import { freshKeyPair, joinNetwork, testDeps, until, useDht } from '../../../../../helpers/dht.ts'
import { TestWorker, World, type Work } from '../../../../../helpers/role-world.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

type AuditDone = Extract<AttestationProgress, { readonly kind: 'audit-done' }>

const bootstrap = useDht()

async function openStore(): Promise<FeedStore> {
  const store = await createFeedStore({ dir: await tempDir() }, { clock: systemClock })
  onTestFinished(() => store.close())
  return store
}

async function publish(store: FeedStore): Promise<Feed> {
  const folder = join(await tempDir(), 'files')
  await mkdir(folder)
  for (let i = 0; i < 9; i++) await writeFile(join(folder, `${i}.txt`), `file ${i}\n`.repeat(500 * (i + 1)))
  const { feed } = await store.publish(folder, { keyPair: freshKeyPair() })
  return feed
}

/** A worker whose network is the real one. */
async function start(
  world: World,
  name: string,
  store: FeedStore,
  workOf: (worker: TestWorker, feeds: FeedClient & FeedServer) => Work,
): Promise<TestWorker> {
  const keyPair = freshKeyPair()
  const network = await joinNetwork(bootstrap(), keyPair)
  const deps = { ...testDeps, log: silentLog }
  const hyper = createHyperNetwork({ network, keyPair }, deps)
  const client = { bootstrap: bootstrap(), host: '127.0.0.1', auditDir: await tempDir() }
  const feeds = { ...createHyperFeedClient(client, deps), ...createHyperFeedServer({ network, store }, deps) }
  const worker = new TestWorker(world, name, hyper.identity)
  const running = await startWorker(
    { account: worker.account, capacity: 1, ...workOf(worker, feeds) },
    { ...worker.deps(), network: hyper, clock: systemClock },
  )
  onTestFinished(() => running.close())
  return worker
}

test('three attestors meet, agree, audit and report; a hoster with holes is found out', async () => {
  const world = new World()
  const authorStore = await openStore()
  const published = await publish(authorStore)
  const head = await chainFeedHead(published)
  const hosterStore = await openStore()
  // Every second block is lost.
  const keep = Array.from({ length: head.length }, (_, index) => index).filter((index) => index % 2 === 0)
  await hosterStore.copy(published, { keep })
  const hoster = await start(world, 'hoster', hosterStore, (worker, feeds) =>
    worker.hosts([{ key: head.key, head }], feeds),
  )
  const audit = { chunkMs: 700, concurrency: 16 }
  const attestors: TestWorker[] = []
  for (const name of ['a', 'b', 'c']) {
    attestors.push(await start(world, name, await openStore(), (worker, feeds) => worker.attests({ audit }, feeds)))
  }
  const count = (kind: string): number => attestors.filter((attestor) => attestor.kinds().includes(kind)).length
  await world.block()
  world.openRound(1, attestors, hoster, head)
  await world.block()
  await until('all have left the coinflip', () => count('coinflip-exit') === 3, 15_000)
  await world.blocksUntil(() => world.round(1).agreement !== undefined)
  const { endsAt } = world.round(1)
  while (world.number <= endsAt) {
    await world.block()
    await until('audits that have begun are done', () => count('audit-started') === count('audit-done'), 15_000)
  }
  await world.blocksUntil(() => world.reports.length === 3)
  expect(world.refused).toEqual([])
  const results = attestors.map(
    (attestor) => attestor.progress.find(({ kind }) => kind === 'audit-done') as AuditDone | undefined,
  )
  for (const [i, result] of results.entries()) {
    const served = world.reports.find(({ attestor }) => attestor === attestors[i]!.name)!.served
    if (!result) throw new Error('expected an audit to be done')
    expect(result.received + result.lost).toBeGreaterThanOrEqual(3)
    expect(result.received + result.lost).toBeLessThanOrEqual(result.planned)
    expect(served).toBe(result.lost === 0)
    expect(result.result).toBe(result.lost === 0 ? 'served' : result.received === 0 ? 'unserved' : 'partial')
  }
}, 45_000)
