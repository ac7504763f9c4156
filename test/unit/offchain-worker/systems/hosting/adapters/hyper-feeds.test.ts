/** One round with the real network: coinflip over Hyperswarm, audits of a Hypercore. Only the node is left out: the test makes the blocks. */
import { silentLog } from '#types/log.ts'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import { createFeedStore, type Feed, type FeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import { createHyperFeedClient, createHyperFeedServer } from '#worker/systems/hosting/adapters/hyper-feeds.ts'
import { readFeedHead } from '#worker/systems/hosting/adapters/feed-proof.ts'
import { createHyperNetwork } from '#worker/kernel/hyper-network.ts'
import type { FeedClient, FeedServer } from '#worker/systems/hosting/ports.ts'
import type { MakeRole } from '#worker/kernel/role.ts'
import { startWorker } from '#worker/kernel/worker.ts'
import { find, kindsOf, type Party } from '../../../../../helpers/attestation/parties.ts'
import { Stage } from '../../../../../helpers/attestation/stage.ts'
import { freshKeyPair, joinNetwork, testDeps, useDht } from '../../../../../helpers/dht.ts'
import { until } from '../../../../../helpers/until.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'
import { patiently } from '../../../../../helpers/patience.ts'

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

/** Starts a worker whose network and clock are the real ones. */
async function start(
  stage: Stage,
  party: Party,
  store: FeedStore,
  makeRole: (feeds: FeedClient & FeedServer) => MakeRole,
): Promise<void> {
  const keyPair = freshKeyPair()
  const network = await joinNetwork(bootstrap(), keyPair)
  const deps = { ...testDeps, log: silentLog }
  const hyper = createHyperNetwork({ network, keyPair }, deps)
  const client = { bootstrap: bootstrap(), host: '127.0.0.1', auditDir: await tempDir() }
  const feeds = { ...createHyperFeedClient(client, deps), ...createHyperFeedServer({ network, store }, deps) }
  const { account } = party
  const role = party === stage.hoster ? 'Hoster' : 'Attestor'
  const ports = { ...stage.world.lend(party.peer), network: hyper, clock: systemClock }
  const starting = startWorker({ account, capacity: 1, role, makeRole: makeRole(feeds) }, ports)
  // The registration takes a block; what the role then opens takes real time.
  await stage.blocks(2)
  const running = await starting
  onTestFinished(() => running.close())
}

test(
  'three attestors meet, agree, audit and report; a hoster with holes is found out',
  async () => {
    const authorStore = await openStore()
    const published = await publish(authorStore)
    const head = await readFeedHead(published.core)
    const hosterStore = await openStore()
    // Every second block is lost.
    const keep = Array.from({ length: head.length }, (_, index) => index).filter((index) => index % 2 === 0)
    await hosterStore.copy(published, { keep })
    const stage = new Stage({ attestors: ['a', 'b', 'c'], feed: { head } })
    const { attestors, hoster } = stage
    await start(stage, hoster, hosterStore, (feeds) => stage.parties.hosts(feeds))
    const audit = { chunkMs: 700, concurrency: 16 }
    for (const attestor of attestors)
      await start(stage, attestor, await openStore(), (feeds) => stage.parties.attests(feeds, { audit }))
    const count = (kind: string): number => attestors.filter((attestor) => kindsOf(attestor).includes(kind)).length
    await stage.blocksUntil(() => stage.isHosting())
    await stage.order()
    await stage.block()
    await until('all have left the coinflip', () => count('coinflip-exit') === 3, 15_000)
    await stage.blocksUntil(() => stage.round(0).agreement !== undefined)
    const { endsAt } = stage.round(0)
    while (stage.number <= endsAt) {
      await stage.block()
      await until('audits that have begun are done', () => count('audit-started') === count('audit-done'), 15_000)
    }
    await stage.blocksUntil(() => stage.reports.length === 3)
    expect(stage.refused()).toEqual([])
    for (const attestor of attestors) {
      const result = find(attestor, 'audit-done')
      const served = stage.reports.find((report) => report.attestor === toHex(attestor.account))!.served
      if (!result) throw new Error('expected an audit to be done')
      expect(result.received + result.lost).toBeGreaterThanOrEqual(3)
      expect(result.received + result.lost).toBeLessThanOrEqual(result.planned)
      expect(served).toBe(result.lost === 0)
      expect(result.result).toBe(result.lost === 0 ? 'served' : result.received === 0 ? 'unserved' : 'partial')
    }
  },
  patiently(45_000),
)
