import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { NoiseConnection } from 'hyperdht'
import { describe, expect, it, onTestFinished } from 'vitest'
import { concatBytes, equalBytes, fromUtf8, toHex, utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { checkBlockProof, type FeedHead } from '#types/domain/hosting/feed.ts'
import { auditFeed } from '#worker/systems/hosting/adapters/feed-client.ts'
import type { AuditOptions, AuditSession } from '#worker/systems/hosting/adapters/feed-client.ts'
import { createFeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import type { Feed, FeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import { attachChannel } from '#worker/p2p/channel.ts'
import { serveFeed } from '#worker/systems/hosting/adapters/feed-server.ts'
import type { ServeOptions, ServedFeed } from '#worker/systems/hosting/adapters/feed-server.ts'
import { keyName } from '#worker/p2p/identity.ts'
import { openMesh } from '#worker/p2p/mesh.ts'
import type { PeerNetwork } from '#worker/p2p/network.ts'
import { freshKeyPair, joinNetwork, testDeps, useDht } from '../../../helpers/dht.ts'
import { until, within } from '../../../helpers/until.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'
import { patiently } from '../../../helpers/patience.ts'

const FILES = 15
const BLOCK_TIMEOUT_MS = patiently(5_000)

interface RawStorage {
  write(): { putBlock(index: number, block: Buffer): void; flush(): Promise<void> }
}

interface Hoster {
  network: PeerNetwork
  feed: Feed
  head: FeedHead
  served: ServedFeed
  uploads: { reader: string; index: number; bytes: number }[]
}

async function openStore(): Promise<FeedStore> {
  const store = await createFeedStore({ dir: await tempDir() }, testDeps)
  onTestFinished(() => store.close())
  return store
}

async function publishSample(): Promise<{ feed: Feed; head: FeedHead }> {
  const folder = await tempDir()
  for (let i = 0; i < FILES; i++) await writeFile(join(folder, `file ${i}`), `content of file ${i} `.repeat(200))
  return (await openStore()).publish(folder, { keyPair: freshKeyPair() })
}

/** Hypercore's hash of a block, computed apart from the code under test. */
function leafHash(block: Uint8Array): string {
  const size = new Uint8Array(new BigUint64Array([BigInt(block.length)]).buffer)
  return toHex(blake2b256Of(Uint8Array.of(0), size, block))
}

describe('serving and auditing', () => {
  const bootstrap = useDht()

  async function host(extra: Partial<ServeOptions> = {}, published?: { feed: Feed; head: FeedHead }): Promise<Hoster> {
    const { feed, head } = published ?? (await publishSample())
    const network = await joinNetwork(bootstrap())
    const uploads: Hoster['uploads'] = []
    const onServed = (reader: Uint8Array, index: number, bytes: number): void =>
      void uploads.push({ reader: keyName(reader), index, bytes })
    const served = serveFeed({ network, feed, onServed, ...extra }, testDeps)
    onTestFinished(() => served.close())
    return { network, feed, head, served, uploads }
  }

  async function audit(hoster: Hoster, extra: Partial<AuditOptions> = {}): Promise<AuditSession> {
    const session = await auditFeed(
      {
        bootstrap: bootstrap(),
        keyPair: freshKeyPair(),
        feed: hoster.head,
        hoster: hoster.network.publicKey,
        dir: await tempDir(),
        timeoutMs: BLOCK_TIMEOUT_MS,
        receiptRequest: utf8('receipts, please'),
        onReceipt: () => {},
        ...extra,
      },
      testDeps,
    )
    onTestFinished(() => session.close())
    return session
  }

  it('an auditor gets blocks with proofs, and the hoster learns the single-use key they went to', async () => {
    const hoster = await host()
    const keyPair = freshKeyPair()
    const session = await audit(hoster, { keyPair })
    expect(session.connectMs).toBeGreaterThan(0)
    for (const index of [0, 7, 16, 29]) {
      const { block, latencyMs } = await session.getBlock(index, BLOCK_TIMEOUT_MS)
      const proof = await session.prove(index)
      const original = await hoster.served.readBlock(index)
      expect(original !== undefined && equalBytes(block, original)).toBe(true)
      expect(latencyMs).toBeGreaterThan(0)
      expect(proof).toMatchObject({ index, bytes: block.length })
      expect(hoster.head).toMatchObject({ length: 30, fork: 0 })
      expect(toHex(proof.leaf)).toBe(leafHash(block))
      expect(checkBlockProof(hoster.head, proof)).toBe(true)
    }
    await until('all uploads are told', () => hoster.uploads.length === 4)
    expect(hoster.uploads.map(({ index }) => index)).toEqual([0, 7, 16, 29])
    expect(new Set(hoster.uploads.map(({ reader }) => reader))).toEqual(new Set([keyName(keyPair.publicKey)]))
    expect(hoster.uploads[0]?.bytes).toBe((await hoster.served.readBlock(0))?.length)
    await expect(session.getBlock(30, BLOCK_TIMEOUT_MS)).rejects.toMatchObject({ code: 'BAD_INDEX' })
  })

  it('a listener that throws does not disturb the serving', async () => {
    const onServed = (): void => {
      throw new Error('a bug in a role')
    }
    const session = await audit(await host({ onServed }))
    expect((await session.getBlock(2, BLOCK_TIMEOUT_MS)).index).toBe(2)
    expect((await session.getBlock(3, BLOCK_TIMEOUT_MS)).index).toBe(3)
  })

  it('a block asked for again keeps the latency of the first time', async () => {
    const session = await audit(await host())
    const first = await session.getBlock(3, BLOCK_TIMEOUT_MS)
    const again = await session.getBlock(3, BLOCK_TIMEOUT_MS)
    expect(again.latencyMs).toBe(first.latencyMs)
  })

  it('receipts travel: on request, unasked, refused and failing', async () => {
    const onReceiptRequest = async (reader: Uint8Array, request: Uint8Array): Promise<Uint8Array | undefined> => {
      if (fromUtf8(request) === 'refuse') return undefined
      if (fromUtf8(request) === 'fail') throw new Error('no signing key')
      return concatBytes(utf8('signed for '), reader, request)
    }
    const listening: string[][] = []
    const gone: string[] = []
    const hoster = await host({
      onReceiptRequest,
      onListening: (reader, request) => listening.push([fromUtf8(request), keyName(reader)]),
      onGone: (reader) => gone.push(keyName(reader)),
    })
    const unasked: string[] = []
    const keyPair = freshKeyPair()
    const session = await audit(hoster, { keyPair, onReceipt: (receipt) => unasked.push(fromUtf8(receipt)) })
    const receipts = await Promise.all(['1', '2'].map((text) => session.requestReceipt(utf8(text), 5_000)))
    expect(receipts.map(toHex)).toEqual(
      ['1', '2'].map((text) => toHex(concatBytes(utf8('signed for '), keyPair.publicKey, utf8(text)))),
    )
    expect(listening).toEqual([['receipts, please', keyName(keyPair.publicKey)]])
    expect(hoster.served.sendReceipt(keyPair.publicKey, utf8('by the way'))).toBe(true)
    await until('the unasked receipt arrived', () => unasked.length === 1)
    expect(unasked).toEqual(['by the way'])
    expect(hoster.served.sendReceipt(freshKeyPair().publicKey, utf8('nobody'))).toBe(false)
    for (const text of ['refuse', 'fail']) {
      await expect(session.requestReceipt(utf8(text), 100)).rejects.toMatchObject({ code: 'RECEIPT_TIMEOUT' })
    }
    await expect(async () => session.requestReceipt(new Uint8Array(70_000), 100)).rejects.toMatchObject({
      code: 'FRAME_TOO_LARGE',
    })
    const waiting = session.requestReceipt(utf8('refuse'), 5_000)
    const failed = expect(waiting).rejects.toMatchObject({ code: 'AUDIT_CLOSED' })
    await session.close()
    await failed
    await until('the hoster knows that the reader has gone', () => gone.length === 1)
    expect(gone).toEqual([keyName(keyPair.publicKey)])
    expect(hoster.served.dropped()).toEqual({ failed: 1 })
  })

  it('a block that a hoster sends before it stops serving still arrives', async () => {
    const hoster = await host()
    const got: number[] = []
    const keyPair = freshKeyPair()
    const session = await audit(hoster, { keyPair, onReceipt: (receipt) => got.push(receipt.length) })
    await session.getBlock(3, BLOCK_TIMEOUT_MS)
    for (let i = 0; i < 8; i++) hoster.served.sendReceipt(keyPair.publicKey, new Uint8Array(60_000))
    await hoster.served.close()
    await until('all of it arrived', () => got.length === 8)
    expect(new Set(got)).toEqual(new Set([60_000]))
  })

  it('frames that a reader must not send are dropped and counted by reason', async () => {
    const hoster = await host({ onReceiptRequest: () => new Promise(() => {}) })
    const network = await joinNetwork(bootstrap())
    const connected = new Promise<NoiseConnection>((resolve) =>
      network.attach({ wants: () => true, onConnection: (connection) => resolve(connection) }),
    )
    network.dial(hoster.network.publicKey)
    let opened = (): void => {}
    const open = new Promise<void>((resolve) => (opened = resolve))
    const { discoveryKey } = hoster.feed.core
    const channel = attachChannel(await connected, {
      protocol: 'assay/receipt/1',
      id: discoveryKey,
      maxFrameBytes: 100_000,
      log: testDeps.log,
      onFrame: () => {},
      onOpen: opened,
    })
    await open
    const request = Uint8Array.of(0, 1, 0, 0, 0)
    for (const frame of [Uint8Array.of(), Uint8Array.of(9, 9), Uint8Array.of(1, 0, 0, 0, 0), new Uint8Array(90_000)])
      channel.send(frame)
    for (let i = 0; i < 200; i++) channel.send(request)
    await until('all of it is counted', () => (hoster.served.dropped()['too-fast'] ?? 0) > 0)
    expect(hoster.served.dropped()).toMatchObject({
      malformed: 2,
      unexpected: 1,
      oversized: 1,
      busy: expect.any(Number),
    })
  })

  it('blocks a hoster has lost time out, and the others keep coming', async () => {
    const { feed, head } = await publishSample()
    const lossy = await (await openStore()).copy(feed, { keep: [1, 2, 4, 8, 16] })
    const session = await audit(await host({}, { feed: lossy, head }))
    const lost = [0, 29, 17].map((index) => session.getBlock(index, 400))
    const outcomes = Promise.allSettled(lost)
    for (const index of [1, 16, 8]) {
      await session.getBlock(index, BLOCK_TIMEOUT_MS)
      expect((await session.prove(index)).bytes).toBeGreaterThan(0)
    }
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ reason: { code: 'BLOCK_TIMEOUT', meta: { connected: true } } })
    }
    await expect(session.prove(0)).rejects.toMatchObject({ code: 'UNPROVABLE' })
    expect((await session.getBlock(4, BLOCK_TIMEOUT_MS)).index).toBe(4)
  })

  it('bytes that do not hash to the feed are named at once, and end the audit', async () => {
    const { feed, head } = await publishSample()
    const forged = await (await openStore()).copy(feed)
    // Behind Hypercore's back, as a hoster with its own software could.
    const storage = (forged.core as unknown as { state: { storage: RawStorage } }).state.storage
    const write = storage.write()
    write.putBlock(7, Buffer.from('not what the author signed'))
    await write.flush()
    const session = await audit(await host({}, { feed: forged, head }))
    await expect(session.getBlock(7, BLOCK_TIMEOUT_MS)).rejects.toMatchObject({ code: 'BAD_BLOCK', meta: { index: 7 } })
    await expect(session.getBlock(8, BLOCK_TIMEOUT_MS)).rejects.toMatchObject({ code: 'BAD_BLOCK', meta: { index: 7 } })
  })

  it('a hoster that is down is a typed error by the deadline, and leaves nothing behind', async () => {
    const hoster = await host()
    const dir = await tempDir()
    const attempt = audit(hoster, { hoster: freshKeyPair().publicKey, dir, timeoutMs: 700 })
    const given = within('it is given up', attempt, 4_000)
    await expect(given).rejects.toMatchObject({ code: 'HOSTER_UNREACHABLE' })
    expect(await readdir(dir)).toEqual([])
  })

  it('a hoster that vanishes in the middle is a typed error by the deadline', async () => {
    const hoster = await host()
    const session = await audit(hoster)
    await session.getBlock(0, BLOCK_TIMEOUT_MS)
    await hoster.network.close()
    await expect(session.getBlock(1, 300)).rejects.toMatchObject({
      code: 'BLOCK_TIMEOUT',
      meta: { connected: false },
    })
  })

  it('another feed than the registered one, or none, gives an error of its own', async () => {
    const hoster = await host()
    const roots = hoster.head.roots.with(0, { ...hoster.head.roots[0]!, nodeHash: new Uint8Array(32) })
    const wrongTree = { ...hoster.head, roots }
    await expect(audit(hoster, { feed: wrongTree })).rejects.toMatchObject({ code: 'FEED_MISMATCH' })
    const longer = { ...hoster.head, length: 31 }
    await expect(audit(hoster, { feed: longer, timeoutMs: patiently(600) })).rejects.toMatchObject({
      code: 'HOSTER_SILENT',
    })
    const { head } = await publishSample()
    await expect(audit(hoster, { feed: head, timeoutMs: patiently(600) })).rejects.toMatchObject({
      code: 'HOSTER_SILENT',
    })
  })

  it('close removes the replica and hangs up', async () => {
    const hoster = await host()
    const dir = await tempDir()
    const session = await audit(hoster, { dir })
    expect(await readdir(dir)).toHaveLength(1)
    await within('it has closed', session.close(), 1_000)
    expect(await readdir(dir)).toEqual([])
    await until('the hoster sees it go', () => hoster.network.connected().length === 0)
    await expect(session.getBlock(0, 100)).rejects.toMatchObject({ code: 'AUDIT_CLOSED' })
  })

  it('one identity serves a feed and sits in a mesh at the same time', async () => {
    const hoster = await host()
    const other = await joinNetwork(bootstrap())
    const members = [hoster.network.publicKey, other.publicKey]
    const got: string[] = []
    const open = (network: PeerNetwork): ReturnType<typeof openMesh> =>
      openMesh(
        network,
        {
          protocol: 'assay/test/1',
          id: utf8('beside'),
          members,
          maxFrameBytes: 100,
          onMessage: (_from, frame) => got.push(fromUtf8(frame)),
        },
        testDeps,
      )
    open(hoster.network)
    open(other).broadcast(utf8('hello'))
    const session = await audit(hoster)
    expect((await session.getBlock(5, BLOCK_TIMEOUT_MS)).index).toBe(5)
    await until('the frame arrived', () => got.length === 1)
  })

  it('three auditors at once are served independently, and nobody finds a feed that is closed', async () => {
    const hoster = await host()
    const sessions = await Promise.all([1, 2, 3].map(() => audit(hoster)))
    const blocks = await Promise.all(sessions.map((session) => session.getBlock(9, BLOCK_TIMEOUT_MS)))
    expect(new Set(blocks.map(({ block }) => leafHash(block))).size).toBe(1)
    const { network, feed } = hoster
    expect(() => serveFeed({ network, feed }, testDeps)).toThrow(expect.objectContaining({ code: 'CHANNEL_IN_USE' }))
    await until('three readers were told', () => new Set(hoster.uploads.map(({ reader }) => reader)).size === 3)
    await hoster.served.close()
    await expect(sessions[0]?.getBlock(10, 300)).rejects.toMatchObject({ code: 'BLOCK_TIMEOUT' })
  })
})
