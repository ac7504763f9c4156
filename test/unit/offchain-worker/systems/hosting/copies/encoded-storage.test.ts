/** The layer between Hypercore and its storage: no way past it. A release of Hypercore that opens one fails here. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import Hypercore from 'hypercore'
import { describe, expect, it, onTestFinished } from 'vitest'
import { equalBytes, toHex } from '#types/bytes.ts'
import { asBufferKeyPair } from '#worker/p2p/identity.ts'
import { createFeedStore, type FeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import { readFeedHead } from '#worker/systems/hosting/adapters/feed-proof.ts'
import { createCopyStore, type CopyStore } from '#worker/systems/hosting/copies/copy-store.ts'
import { createCodecPool } from '#worker/systems/hosting/copies/codec-pool.ts'
import { pinCore } from '#worker/systems/hosting/copies/pinned-feed.ts'
import type { PinnedCopy } from '#worker/systems/hosting/copies/pinned-copy.ts'
import { silentLog } from '#types/log.ts'
import { encodeSegment, openSegment, sampleBlocks, sampleFeed } from '../../../../../helpers/hosting/copy-samples.ts'
import { openCopies, stockRead, takeAll } from '../../../../../helpers/hosting/pinned.ts'
import { freshKeyPair, testDeps } from '../../../../../helpers/dht.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

const feed = sampleFeed(sampleBlocks(Array.from({ length: 13 }, (_, i) => (i * 97) % 700)))
const all = feed.blocks.map((_, index) => index)
const whole = encodeSegment(feed)
const hex = (blocks: readonly (Uint8Array | null)[]): (string | null)[] => blocks.map((block) => block && toHex(block))

/** What these tests call of a Hypercore beyond its types. */
interface Inside {
  readonly contiguousLength: number
  readonly core: {
    audit(options?: { dryRun: boolean }): Promise<object>
    readonly storage: Record<string, unknown>
    readonly state: { readonly storage: unknown }
  }
  session(options: { name: string } | { wait: boolean }): Inside & Hypercore
  snapshot(): Inside & Hypercore
  compact(): Promise<unknown>
  clear(start: number, end: number): Promise<unknown>
  truncate(length: number, options: object): Promise<void>
}
const inside = ({ feed: { core } }: PinnedCopy): Inside & Hypercore => core as unknown as Inside & Hypercore

async function pinned(): Promise<PinnedCopy> {
  const copy = await (await openCopies(await tempDir())).copies.open(openSegment(feed))
  await takeAll(copy, feed, whole)
  return copy
}

/** The methods of an object and of its class. */
const methodsOf = (object: object): string[] =>
  Object.getOwnPropertyNames(Object.getPrototypeOf(object))
    .filter((name) => name !== 'constructor')
    .toSorted()

describe('Hypercore', () => {
  it('is the one that this layer was made for', () => {
    const { version } = createRequire(import.meta.url)('hypercore/package.json') as { version: string }
    expect(version).toBe('11.37.1')
  })

  it('has no other way to a block than those that the layer changes', async () => {
    const store = Hypercore.defaultStorage(await tempDir())
    onTestFinished(() => store.close())
    const core = Hypercore.createCore(store, { key: feed.head.key })
    await core.ready()
    expect(core.state.storage).toBe(core.storage)
    // Of these, read, write, createBlockStream, snapshot, atomize, createSession and resumeSession lead to blocks. createAtomicSession
    // goes by atomize.
    expect(methodsOf(core.storage)).toEqual([
      '_addDependency',
      'atomize',
      'close',
      'compact',
      'createAtom',
      'createAtomicSession',
      'createBitfieldStream',
      'createBlockStream',
      'createLocalStream',
      'createMarkStream',
      'createSession',
      'createTreeNodeStream',
      'createUserDataStream',
      'deleteSessions',
      'dependencies',
      'findDependencyIndex',
      'getDependency',
      'getDependencyLength',
      'read',
      'readOnly',
      'resumeSession',
      'setDependencyHead',
      'snapshot',
      'snapshotted',
      'updateDependencyLength',
      'write',
    ])
    const reader = core.storage.read()
    reader.tryFlush()
    expect(methodsOf(reader).filter((name) => /block/i.test(name))).toEqual(['getBlock'])
    const writer = core.storage.write()
    expect(methodsOf(writer).filter((name) => /block/i.test(name))).toEqual([
      'deleteBlock',
      'deleteBlockRange',
      'putBlock',
    ])
    await core.close()
  })

  it('reads plain blocks by every way', async () => {
    const copy = await pinned()
    const core = inside(copy)
    const snapshot = core.snapshot()
    const session = core.session({ wait: false })
    const named = core.session({ name: 'a name' })
    for (const each of [core, snapshot, session, named]) {
      await each.ready()
      const blocks = await Promise.all(all.map((index) => each.get(index, { wait: false })))
      expect(hex(blocks)).toEqual(hex(feed.blocks))
    }
    for (const each of [snapshot, session, named]) await each.close()
    await core.compact()
    expect(hex(await stockRead(copy.feed, all))).toEqual(hex(feed.blocks))
    for (const index of all) {
      const { block } = await core.proof({ block: { index, nodes: 0 } })
      expect(equalBytes(block.value!, feed.blocks[index]!)).toBe(true)
    }
  })

  it('finds nothing wrong in its own audit, and deletes nothing', async () => {
    const copy = await pinned()
    for (const dryRun of [true, false]) {
      expect(await inside(copy).core.audit({ dryRun })).toMatchObject({
        blocks: 13,
        droppedBlocks: 0,
        droppedBits: 0,
        corrupt: false,
      })
    }
    expect(copy.next).toBeUndefined()
    expect(hex(await stockRead(copy.feed, all))).toEqual(hex(feed.blocks))
  })
})

describe('a pinned feed', () => {
  const author = freshKeyPair()

  /** An author's real Hypercore, with a copy of which blocks 2 and 5 are missing. */
  async function authored(): Promise<{ core: Inside & Hypercore; copy: PinnedCopy }> {
    const core = new Hypercore(await tempDir(), Hypercore.key(Buffer.from(author.publicKey)), {
      manifest: { version: 1, signers: [{ publicKey: author.publicKey }] },
    })
    onTestFinished(() => core.close())
    await core.ready()
    await core.append(feed.blocks, { keyPair: asBufferKeyPair(author) })
    const known = { ...feed, head: await readFeedHead(core) }
    const copy = await (await openCopies(await tempDir())).copies.open(openSegment(known))
    await takeAll(copy, known, { ...whole, encoded: new Map([...encodeSegment(known).encoded].slice(0, 5)) })
    expect(copy.next).toBe(5)
    return { core: core as unknown as Inside & Hypercore, copy }
  }

  async function meet(one: Hypercore, other: Hypercore, work: () => Promise<unknown>): Promise<unknown> {
    const [from, to] = [one.replicate(true, { keepAlive: false }), other.replicate(false, { keepAlive: false })]
    for (const stream of [from, to]) stream.on('error', () => {})
    from.pipe(to).pipe(from)
    return work().finally(() => {
      from.destroy()
      to.destroy()
    })
  }

  it('stores no plain block, neither from a peer nor from its author', async () => {
    const { core, copy } = await authored()
    const got = await meet(core, copy.feed.core, () => copy.feed.core.get(5, { timeout: 1_000 }).catch(() => 'nothing'))
    expect(got).toBe('nothing')
    expect(copy.next).toBe(5)
    expect(await copy.feed.core.get(5, { wait: false })).toBeNull()
    const appended = copy.feed.core.append([Buffer.from('plain')], { keyPair: asBufferKeyPair(author) })
    await expect(appended).rejects.toMatchObject({ code: 'COPY_PLAIN_BLOCK' })
    expect(copy.feed.core.length).toBe(13)
    expect(hex(await stockRead(copy.feed, [0, 4]))).toEqual(hex([feed.blocks[0]!, feed.blocks[4]!]))
  })

  it('follows its author to no fork and to no other length', async () => {
    const { core, copy } = await authored()
    await core.truncate(3, { fork: 1, keyPair: asBufferKeyPair(author) })
    await core.append(feed.blocks.slice(0, 12), { keyPair: asBufferKeyPair(author) })
    await meet(
      core,
      copy.feed.core,
      () => new Promise((resolve) => void testDeps.clock.setTimer(1_000, () => resolve(null))),
    )
    expect([copy.feed.core.length, copy.feed.core.fork, copy.next]).toEqual([13, 0, 5])
    expect(hex(await stockRead(copy.feed, [0, 4]))).toEqual(hex([feed.blocks[0]!, feed.blocks[4]!]))
  })
})

describe('the marker', () => {
  async function open(dir: string): Promise<{ store: FeedStore; copies: CopyStore }> {
    const store = await createFeedStore({ dir: join(dir, 'feeds') }, testDeps)
    const pool = createCodecPool({ threads: 0 }, silentLog)
    onTestFinished(() => store.close())
    return { store, copies: createCopyStore({ store, dir, pool }, { ...testDeps, log: silentLog }) }
  }

  it('refuses a pinned feed to everything that would read its blocks as plain ones', async () => {
    const dir = await tempDir()
    const first = await open(dir)
    const copy = await first.copies.open(openSegment(feed))
    expect((await first.store.open(feed.head.key)).core).toBe(copy.feed.core)
    await takeAll(copy, feed, whole)
    await first.copies.close()
    await first.store.close()

    const { store, copies } = await open(dir)
    for (const read of [store.open(feed.head.key), store.follow(feed.head.key), store.copy(copy.feed)]) {
      await expect(read).rejects.toMatchObject({ code: 'FEED_PINNED' })
    }
    const again = await copies.open(openSegment(feed))
    expect(hex(await stockRead(again.feed, all))).toEqual(hex(feed.blocks))
    await copies.close()
  })

  it('is there before the first length, so that a kill leaves no feed that neither can open', async () => {
    const dir = await tempDir()
    const first = await open(dir)
    const pool = createCodecPool({ threads: 0 }, silentLog)
    await first.store.openWrapped({ key: feed.head.key }, (core) =>
      pinCore(core, { pool, cacheBytes: 0, log: silentLog }),
    )
    await first.store.close()
    const { store, copies } = await open(dir)
    await expect(store.open(feed.head.key)).rejects.toMatchObject({ code: 'FEED_PINNED' })
    expect((await copies.open(openSegment(feed))).next).toBe(0)
    await copies.close()
  })

  it('refuses to pin a feed that is open', async () => {
    const { store, copies } = await open(await tempDir())
    await store.open(feed.head.key)
    await expect(copies.open(openSegment(feed))).rejects.toMatchObject({ code: 'FEED_OPEN' })
  })

  it('refuses to pin a feed whose storage has plain blocks', async () => {
    const dir = await tempDir()
    const first = await open(dir)
    const source = await pinned()
    await first.store.copy(source.feed)
    await first.store.close()
    const { copies } = await open(dir)
    await expect(copies.open(openSegment(feed))).rejects.toMatchObject({ code: 'FEED_NOT_PINNED' })
  })
})
