/** One round with the real network: coinflip over Hyperswarm, audits of a Hypercore. Only the chain is a fake. */
import { silentLog } from '#types/log.ts'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '#types/clock.ts'
import { createFeedStore, type Feed, type FeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import { chainFeedHead, createHyperNetwork } from '#worker/systems/hosting/adapters/hyper-network.ts'
import { startWorker, type RoleOptions } from '#worker/kernel/worker.ts'
import { freshKeyPair, joinNetwork, testDeps, until, useDht } from '../../../../../helpers/dht.ts'
import { TestWorker, World } from '../../../../../helpers/role-world.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

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
async function start(world: World, name: string, store: FeedStore, work: RoleOptions): Promise<TestWorker> {
  const keyPair = freshKeyPair()
  const network = await joinNetwork(bootstrap(), keyPair)
  const options = { network, keyPair, bootstrap: bootstrap(), host: '127.0.0.1', store, auditDir: await tempDir() }
  const hyper = createHyperNetwork(options, { ...testDeps, log: silentLog })
  const worker = new TestWorker(world, name, hyper.identity)
  const deps = { ...worker.deps(), network: hyper, clock: systemClock }
  const running = await startWorker({ account: worker.account, capacity: 1, work }, deps)
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
  const hoster = await start(world, 'hoster', hosterStore, { role: 'hoster', feeds: [{ key: head.key, head }] })
  const audit = { chunkMs: 700, concurrency: 16 }
  const attestors: TestWorker[] = []
  for (const name of ['a', 'b', 'c']) {
    attestors.push(await start(world, name, await openStore(), { role: 'attestor', audit }))
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
  const results = attestors.map((attestor) => attestor.progress.find((progress) => progress.kind === 'audit-done'))
  for (const [i, result] of results.entries()) {
    const served = world.reports.find(({ attestor }) => attestor === attestors[i]!.name)!.served
    if (result?.kind !== 'audit-done') throw new Error('expected an audit to be done')
    expect(result.received + result.lost).toBeGreaterThanOrEqual(3)
    expect(result.received + result.lost).toBeLessThanOrEqual(result.planned)
    expect(served).toBe(result.lost === 0)
    expect(result.result).toBe(result.lost === 0 ? 'served' : result.received === 0 ? 'unserved' : 'partial')
  }
}, 45_000)
