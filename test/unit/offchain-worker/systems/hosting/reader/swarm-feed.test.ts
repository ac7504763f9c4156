/** Reading a feed from its swarm by its key alone. */
import { mkdir, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '#types/clock.ts'
import { serveFeed, type ServedFeed } from '#worker/systems/hosting/adapters/feed-server.ts'
import { createFeedStore, type Feed, type FeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import { openSwarmFeed, type SwarmFeed } from '#worker/systems/hosting/reader/swarm-feed.ts'
import { freshKeyPair, joinNetwork, testDeps, useDht } from '../../../../../helpers/dht.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

const bootstrap = useDht()

async function openStore(): Promise<FeedStore> {
  const store = await createFeedStore({ dir: await tempDir() }, { clock: systemClock })
  onTestFinished(() => store.close())
  return store
}

/** A feed of a header and seven blocks, and its author. */
async function publish() {
  const store = await openStore()
  const folder = join(await tempDir(), 'files')
  await mkdir(folder)
  await writeFile(join(folder, 'a'), randomBytes(7 * 65_536))
  const keyPair = freshKeyPair()
  const { feed } = await store.publish(folder, { keyPair })
  const grow = async (): Promise<void> => {
    await writeFile(join(folder, 'b'), 'more')
    await store.publish(folder, { keyPair })
  }
  return { store, feed, grow }
}

/** Serves a feed, and notes which blocks went out. */
async function serve(feed: Feed): Promise<{ served: number[]; serving: ServedFeed }> {
  const served: number[] = []
  const network = await joinNetwork(bootstrap())
  const serving = serveFeed({ network, feed, onServed: (_reader, index) => served.push(index) }, testDeps)
  await serving.announced()
  return { served, serving }
}

async function open(key: Uint8Array, dir: string, findMs?: number): Promise<SwarmFeed> {
  const options = { bootstrap: bootstrap(), host: '127.0.0.1', key, dir, keyPair: freshKeyPair() }
  const feed = await openSwarmFeed({ ...options, ...(findMs && { findMs }) }, testDeps)
  onTestFinished(() => feed.close())
  return feed
}

test('only the blocks that are asked for come, and none of them twice, also from another server', async () => {
  const { feed } = await publish()
  const author = await serve(feed)
  const dir = await tempDir()
  const first = await open(feed.key, dir)
  expect(first.length).toBe(8)
  expect(await first.heldIn(0, 8)).toBe(0)
  const blocks = [await first.getBlock(3), await first.getBlock(0)]
  await first.close()
  expect(new Set(author.served)).toEqual(new Set([0, 3]))

  const store = await openStore()
  const hoster = await serve(await store.copy(feed))
  await author.serving.close()
  const second = await open(feed.key, dir)
  expect(await second.heldIn(0, 8)).toBe(2)
  expect([await second.getBlock(3), await second.getBlock(0)]).toEqual(blocks)
  await second.getBlock(7)
  expect(hoster.served).toEqual([7])
})

test('without a server, what is in the folder is still read; an empty folder says that nobody serves', async () => {
  const { feed } = await publish()
  const author = await serve(feed)
  const dir = await tempDir()
  const first = await open(feed.key, dir)
  const block = await first.getBlock(1)
  await first.close()
  await author.serving.close()
  const second = await open(feed.key, dir, 300)
  expect(second.length).toBe(8)
  expect(await second.getBlock(1)).toEqual(block)
  await second.close()
  await expect(open(feed.key, await tempDir(), 300)).rejects.toMatchObject({ code: 'FEED_UNREACHABLE' })
})

test('a reader that comes again sees what the feed has grown by', async () => {
  const { feed, grow } = await publish()
  await serve(feed)
  const dir = await tempDir()
  const first = await open(feed.key, dir)
  await first.close()
  await grow()
  expect((await open(feed.key, dir)).length).toBe(10)
})

test('a wait without any block ends, and says how to go on', async () => {
  const { feed } = await publish()
  const store = await openStore()
  await serve(await store.copy(feed, { keep: [0, 1] }))
  let fast = 1
  const clock = {
    now: () => systemClock.now() * fast,
    setTimer: (ms: number, callback: () => void) => systemClock.setTimer(ms / fast, callback),
  }
  const options = { bootstrap: bootstrap(), host: '127.0.0.1', key: feed.key, dir: await tempDir() }
  const reader = await openSwarmFeed({ ...options, keyPair: freshKeyPair() }, { ...testDeps, clock })
  onTestFinished(() => reader.close())
  await reader.getBlock(1)
  fast = 60
  await expect(reader.getBlock(5)).rejects.toMatchObject({
    code: 'FEED_STALLED',
    message: expect.stringContaining('run the command again with the same --data'),
  })
})
