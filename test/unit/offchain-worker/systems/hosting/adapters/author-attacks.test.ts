/** An author against the hosters of its feed, over real Hypercores: it appends, truncates, and signs two trees. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Hypercore from 'hypercore'
import type { NoiseConnection } from 'hyperdht'
import { describe, expect, it, onTestFinished } from 'vitest'
import { utf8 } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import { checkBlockProof, checkFeedHead, type FeedHead } from '#types/domain/hosting/feed.ts'
import { checkFeedConflict, extendsTree, type FeedConflict } from '#types/domain/hosting/feed-growth.ts'
import { auditFeed, type AuditSession } from '#worker/systems/hosting/adapters/feed-client.ts'
import { readBranch } from '#worker/systems/hosting/adapters/feed-proof.ts'
import { serveFeed } from '#worker/systems/hosting/adapters/feed-server.ts'
import { createFeedStore, type Feed, type FeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import { asBufferKeyPair, type NoiseKeyPair } from '#worker/p2p/identity.ts'
import { freshKeyPair, joinNetwork, testDeps, useDht } from '../../../../../helpers/dht.ts'
import { until } from '../../../../../helpers/until.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'
import { patiently } from '../../../../../helpers/patience.ts'

const BLOCK_TIMEOUT_MS = patiently(5_000)
/** A Hypercore that would follow an author to a fork does so in a tenth of it. */
const MORE_MS = 1_000

/** What a vandal calls on its own Hypercore. */
interface Vandal {
  truncate(length: number, options: { fork: number; keyPair: object }): Promise<void>
  readonly peers: readonly { readonly wireData: { send(data: object): void } }[]
}
const asVandal = (core: Hypercore): Vandal => core as unknown as Vandal

async function openStore(): Promise<FeedStore> {
  const store = await createFeedStore({ dir: await tempDir() }, testDeps)
  onTestFinished(() => store.close())
  return store
}

interface Author {
  readonly keyPair: NoiseKeyPair
  readonly feed: Feed
  readonly head: FeedHead
  append(count: number): Promise<void>
}

/** A feed of 21 blocks. */
async function publish(text = 'content', keyPair = freshKeyPair()): Promise<Author> {
  const folder = await tempDir()
  for (let i = 0; i < 10; i++) await writeFile(join(folder, `file ${i}`), `${text} ${i}`.repeat(9))
  await writeFile(join(folder, 'file a'), '')
  const { feed, head } = await (await openStore()).publish(folder, { keyPair })
  expect(head.length).toBe(21)
  const append = async (count: number): Promise<void> => {
    const blocks = Array.from({ length: count }, (_, i) => utf8(`appended ${i}`))
    await feed.core.append(blocks, { keyPair: asBufferKeyPair(keyPair) })
  }
  return { keyPair, feed, head, append }
}

const held = async ({ core }: Feed): Promise<number> => {
  const has = await Promise.all(Array.from({ length: 21 }, (_, index) => core.has(index)))
  return has.filter((it) => it).length
}

/** Connects two cores. The function returned ends that. */
function connect(author: Hypercore, other: Hypercore): () => void {
  const [from, to] = [author.replicate(true, { keepAlive: false }), other.replicate(false, { keepAlive: false })]
  for (const stream of [from, to]) stream.on('error', () => {})
  from.pipe(to).pipe(from)
  return () => [from, to].forEach((stream) => stream.destroy())
}

describe('an author', () => {
  const bootstrap = useDht()

  async function host(feed: Feed, onConflict?: (conflict: FeedConflict) => void) {
    const network = await joinNetwork(bootstrap())
    const served = serveFeed({ network, feed, ...(onConflict && { onConflict }) }, testDeps)
    onTestFinished(() => served.close())
    return { served, hoster: network.publicKey }
  }

  async function audit(hoster: Uint8Array, feed: FeedHead, timeoutMs = BLOCK_TIMEOUT_MS): Promise<AuditSession> {
    const session = await auditFeed(
      {
        bootstrap: bootstrap(),
        keyPair: freshKeyPair(),
        feed,
        hoster,
        dir: await tempDir(),
        timeoutMs,
        receiptRequest: utf8('receipts, please'),
        onReceipt: () => {},
      },
      testDeps,
    )
    onTestFinished(() => session.close())
    return session
  }

  it('that appends blocks, before or in an audit, spoils no proof of the promised length', async () => {
    for (const appended of [1, 11, 43]) {
      const author = await publish()
      await author.append(appended)
      const { hoster } = await host(author.feed)
      const session = await audit(hoster, author.head)
      for (const index of [20, 0, 15, 16, 7]) {
        expect((await session.getBlock(index, BLOCK_TIMEOUT_MS)).index).toBe(index)
        const proof = await session.prove(index)
        expect(checkBlockProof(author.head, proof), `block ${index} of 21 + ${appended}`).toBe(true)
        await author.append(1)
      }
      await expect(session.getBlock(21, BLOCK_TIMEOUT_MS)).rejects.toMatchObject({ code: 'BAD_INDEX' })
    }
  })

  it('proves that its feed begins with what an outsider registered at an old length', async () => {
    const author = await publish()
    await author.append(9)
    for (const old of [1, 7, 21, 30]) {
      const { roots, nodes, head } = await readBranch(author.feed.core, old)
      expect(head.length).toBe(30)
      expect(checkFeedHead(head)).toBeUndefined()
      expect(extendsTree({ length: old, roots }, head, nodes)).toBe(true)
      if (old === 21) expect(roots).toEqual(author.head.roots)
    }
  })

  it('that serves another tree than the promised one is found out by the first block, be its tree longer', async () => {
    const author = await publish()
    const liar = await publish('other', author.keyPair)
    await liar.append(3)
    const { hoster } = await host(liar.feed)
    const session = await audit(hoster, author.head)
    await expect(session.getBlock(3, BLOCK_TIMEOUT_MS)).rejects.toMatchObject({ code: 'BAD_BLOCK' })
    await expect(session.getBlock(20, BLOCK_TIMEOUT_MS)).rejects.toMatchObject({ code: 'BAD_BLOCK' })
  })

  it('that truncates its feed takes no block from a hoster, which serves on', async () => {
    const author = await publish()
    const copy = await (await openStore()).copy(author.feed)
    // By the library's defaults the copy would be lost.
    const storage = Hypercore.defaultStorage(await tempDir())
    await storage.ready()
    const naive = Hypercore.createCore(storage, { key: author.feed.key })
    const follower = new Hypercore({ core: naive })
    await follower.ready()
    onTestFinished(async () => {
      await follower.close()
      await naive.close()
      await storage.close()
    })
    const hangUp = connect(author.feed.core, follower)
    await until('the follower has the feed', () => follower.length === 21)
    hangUp()
    await asVandal(author.feed.core).truncate(7, { fork: 1, keyPair: asBufferKeyPair(author.keyPair) })
    const began = systemClock.now()
    const ends = [copy.core, follower].map((core) => connect(author.feed.core, core))
    await until('the follower is led astray', () => follower.fork === 1)
    // The copy has twice the time that this took, and a second more.
    await new Promise<void>((resolve) => void systemClock.setTimer(systemClock.now() - began + MORE_MS, resolve))
    for (const end of ends) end()
    expect([follower.length, follower.fork]).toEqual([7, 1])
    expect([copy.core.length, copy.core.fork, await held(copy)]).toEqual([21, 0, 21])
    const { hoster } = await host(copy)
    const session = await audit(hoster, author.head)
    for (const index of [0, 7, 20]) expect((await session.getBlock(index, BLOCK_TIMEOUT_MS)).index).toBe(index)
  })

  it('that shows a hoster another tree gives it the evidence, at whichever lengths the two trees were signed', async () => {
    for (const [appended, at] of [
      [0, 21],
      [3, 8],
      [11, 21],
    ] as const) {
      const author = await publish()
      const copy = await (await openStore()).copy(author.feed)
      const found: FeedConflict[] = []
      const { hoster } = await host(copy, (conflict) => found.push(conflict))
      const liar = await publish('other', author.keyPair)
      await liar.append(appended)
      const network = await joinNetwork(bootstrap())
      network.attach({
        wants: () => true,
        onConnection: (connection: NoiseConnection) => void liar.feed.core.replicate(connection),
      })
      network.dial(hoster)
      const { core } = liar.feed
      await until('the liar meets the hoster', () => core.peers.length > 0)
      const proof = await core.proof({ upgrade: { start: 0, length: at } })
      asVandal(core).peers[0]!.wireData.send({ request: 0, ...proof })
      await until('the hoster has the evidence', () => found.length > 0)
      expect(checkFeedConflict(found[0]!), `${at} of 21 + ${appended}`).toBe(true)
      expect([found[0]!.first.head, found[0]!.second.head.length]).toEqual([author.head, 21 + appended])
      await until('the hoster has hung up', () => core.peers.length === 0)
      await expect(audit(hoster, author.head, 500)).rejects.toMatchObject({
        code: expect.stringMatching(/^HOSTER_(UNREACHABLE|SILENT)$/),
      })
    }
  })

  it('that pushes its longer tree to a hoster spoils no proof of the promised length', async () => {
    const author = await publish()
    const copy = await (await openStore()).copy(author.feed)
    const conflicts: FeedConflict[] = []
    const { hoster } = await host(copy, (conflict) => conflicts.push(conflict))
    await author.append(11)
    const network = await joinNetwork(bootstrap())
    network.attach({
      wants: () => true,
      onConnection: (connection: NoiseConnection) => void author.feed.core.replicate(connection),
    })
    network.dial(hoster)
    const { core } = author.feed
    await until('the author meets the hoster', () => core.peers.length > 0)
    for (const [start, length] of [
      [21, 11],
      [0, 32],
      [0, 21],
    ] as const) {
      const proof = await core.proof({ upgrade: { start, length } })
      asVandal(core).peers[0]?.wireData.send({ request: 0, ...proof })
    }
    const session = await audit(hoster, author.head)
    for (const index of [0, 7, 20]) {
      expect((await session.getBlock(index, BLOCK_TIMEOUT_MS)).index).toBe(index)
      expect(checkBlockProof(author.head, await session.prove(index))).toBe(true)
    }
    // The hoster was shown true trees, so it neither hangs up nor lets them grow its copy.
    expect([conflicts, await held(copy), copy.core.length, core.peers.length]).toEqual([[], 21, 21, 1])
  })
})
