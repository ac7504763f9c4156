import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import HyperDHT from 'hyperdht'
import type { NoiseConnection } from 'hyperdht'
import Hypercore from 'hypercore'
import caps from 'hypercore/lib/caps.js'
import messages from 'hypercore/lib/messages.js'
import Hyperswarm from 'hyperswarm'
import Protomux from 'protomux'
import { describe, expect, it, onTestFinished } from 'vitest'
import { keyName, noiseKeyPair } from '#worker/p2p/identity.ts'
import { createFeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import type { Feed, FeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import { serveFeed } from '#worker/systems/hosting/adapters/feed-server.ts'
import { observeFeed } from '#worker/systems/hosting/adapters/observer.ts'
import type { FeedHead } from '#types/domain/hosting/feed.ts'
import { createPrng } from '#types/domain/prng.ts'
import type { FeedObserver } from '#worker/systems/hosting/adapters/observer.ts'
import { freshKeyPair, joinNetwork, testDeps, useDht } from '../../../../../helpers/dht.ts'
import { until } from '../../../../../helpers/until.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'
import { patiently } from '../../../../../helpers/patience.ts'

const FILES = 200
/** A header and a block for each: more than the 256 last blocks that a Hypercore tells of unasked. */
const BLOCKS = 2 * FILES
const GET_TIMEOUT_MS = patiently(5_000)

/** Read in these pieces, one block after the other. */
const FIRST_RUNS = [10, 11, 12, 300, 301, 40]
const SECOND_RUNS = [120, 121, 122, 123, 5, 6, 390]

/** The parts of a request that ask for more than a block. */
const NOTHING_MORE = { hash: null, seek: null, upgrade: null, manifest: false, priority: 0 } as const

/** The part of Hypercore's peers that the ambient types leave out. */
interface PeerStats {
  readonly remotePublicKey: Buffer
  readonly stats: Record<'wireWant' | 'wireData' | 'wireRequest', { readonly rx: number; readonly tx: number }>
}

interface Reader {
  readonly core: Hypercore
  readonly swarm: Hyperswarm
  read(indices: readonly number[]): Promise<void>
  /** Waits until it has handed out so many blocks to the peer of that key. */
  prove(key: string, count: number): Promise<void>
  /** Goes when all that it said has been sent. */
  leave(): Promise<void>
}

const traced = (observer: FeedObserver): number[][] => observer.traces().map((reads) => reads.map(({ index }) => index))

describe('observing the readers of a feed', () => {
  const bootstrap = useDht()
  let feed: Feed
  let head: FeedHead

  async function openStore(): Promise<FeedStore> {
    const store = await createFeedStore({ dir: await tempDir() }, testDeps)
    onTestFinished(() => store.close())
    return store
  }

  async function host(): Promise<void> {
    const folder = await tempDir()
    await Promise.all(
      Array.from({ length: FILES }, (_, i) => writeFile(join(folder, `file ${1000 + i}`), `content of file ${i}`)),
    )
    const published = await (await openStore()).publish(folder, { keyPair: freshKeyPair() })
    feed = published.feed
    head = published.head
    const served = serveFeed({ network: await joinNetwork(bootstrap()), feed }, testDeps)
    onTestFinished(() => served.close())
    await served.announced()
  }

  async function observe(length = BLOCKS): Promise<{ observer: FeedObserver; key: string }> {
    const keyPair = freshKeyPair()
    const deps = { ...testDeps, random: createPrng([testDeps.randomBytes(32)]) }
    const observer = await observeFeed({ bootstrap: bootstrap(), keyPair, feed: { ...head, length } }, deps)
    onTestFinished(() => observer.close())
    return { observer, key: keyName(keyPair.publicKey) }
  }

  function joinSwarm(server: boolean, onConnection: (connection: NoiseConnection) => void): Hyperswarm {
    const dht = new HyperDHT({ bootstrap: bootstrap(), host: '127.0.0.1', firewalled: false, ephemeral: true })
    const { publicKey, secretKey } = noiseKeyPair(testDeps.randomBytes(32))
    const keyPair = { publicKey: Buffer.from(publicKey), secretKey: Buffer.from(secretKey) }
    const swarm = new Hyperswarm({ dht, keyPair })
    onTestFinished(() => swarm.destroy())
    swarm.on('connection', (connection) => {
      connection.on('error', () => {})
      onConnection(connection)
    })
    swarm.join(Hypercore.discoveryKey(feed.key), { client: !server, server })
    return swarm
  }

  /** As anybody would read: all packages as they come, connecting to everyone on the topic. Waits to have met `met`. */
  async function startReader(...met: readonly string[]): Promise<Reader> {
    const core = new Hypercore(await tempDir(), feed.key)
    await core.ready()
    onTestFinished(() => core.close())
    const connections: NoiseConnection[] = []
    const swarm = joinSwarm(false, (connection) => {
      connections.push(connection)
      core.replicate(connection)
    })
    const peers = (): readonly PeerStats[] => core.peers as unknown as readonly PeerStats[]
    const greeted = (key: string): boolean =>
      peers().some(({ remotePublicKey, stats }) => keyName(remotePublicKey) === key && stats.wireWant.rx > 0)
    await until('the reader met all', () => core.length === BLOCKS && met.every(greeted))
    return {
      core,
      swarm,
      async read(indices) {
        for (const index of indices) await core.get(index, { timeout: GET_TIMEOUT_MS })
      },
      async prove(key, count) {
        const handed = (): number | undefined =>
          peers().find(({ remotePublicKey }) => keyName(remotePublicKey) === key)?.stats.wireData.tx
        await until(`the reader has handed out ${count} blocks`, () => handed() === count)
      },
      async leave() {
        await Promise.all(connections.map((connection) => connection.flush()))
        await swarm.destroy()
      },
    }
  }

  it('sees what two readers read, in their order and with times, and asks them for two blocks each', async () => {
    await host()
    const { observer, key } = await observe()
    const readers = await Promise.all([startReader(key), startReader(key)])
    await Promise.all([readers[0].read(FIRST_RUNS), readers[1].read(SECOND_RUNS)])
    for (const { core, prove } of readers) {
      await prove(key, 2)
      const us = (core.peers as unknown as readonly PeerStats[]).find((peer) => keyName(peer.remotePublicKey) === key)
      expect(us?.stats).toMatchObject({ wireData: { rx: 0, tx: 2 }, wireRequest: { rx: 2, tx: 0 } })
    }
    expect(traced(observer)).toEqual([])
    await readers[0].leave()
    await until('the first is seen', () => traced(observer).length === 1)
    expect(traced(observer)).toEqual([FIRST_RUNS])
    await readers[1].read([7])
    await readers[1].leave()
    await until('both are seen', () => traced(observer).length === 2)
    expect(traced(observer).sort((a, b) => a.length - b.length)).toEqual([FIRST_RUNS, [...SECOND_RUNS, 7]])
    for (const reads of observer.traces()) {
      const times = reads.map(({ at }) => at)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
    }
  })

  it('no trace has blocks from before the meeting, and a seeder is no reader', async () => {
    await host()
    const early = await startReader()
    await early.read(FIRST_RUNS)
    const seeder = await startReader()
    await Promise.all(Array.from({ length: BLOCKS }, (_, index) => seeder.core.get(index, { timeout: GET_TIMEOUT_MS })))
    const { observer, key } = await observe()
    const met = ({ core }: Reader) => core.peers.some(({ remotePublicKey }) => keyName(remotePublicKey) === key)
    for (const { swarm, core } of [early, seeder])
      await swarm.join(Hypercore.discoveryKey(core.key), { client: true, server: false }).flushed()
    await until('both met the observer', () => met(early) && met(seeder))
    await early.read(SECOND_RUNS)
    await early.prove(key, 2)
    for (const gone of [early, seeder]) await gone.leave()
    await until('all is seen', () => traced(observer).flat().length === SECOND_RUNS.length)
    expect(traced(observer)).toEqual([SECOND_RUNS])
  })

  it('a liar, one that only says so, and one that does not know the feed, are no readers and harm nobody', async () => {
    await host()
    const { observer, key } = await observe(BLOCKS)
    const open = (capabilityKey: Uint8Array, say: (range: (start: number, length: number) => void) => void) => {
      let over = false
      let asked = 0
      joinSwarm(false, (connection) => {
        if (keyName(connection.remotePublicKey) !== key) return
        connection.once('close', () => (over = true))
        const { wire } = messages
        const channel = Protomux.from(connection).createChannel({
          protocol: 'hypercore/alpha',
          aliases: [],
          id: Hypercore.discoveryKey(feed.key),
          handshake: wire.handshake,
          onopen: () => {
            say((start, length) => range.send({ drop: false, start, length }))
            const block = { index: 17, nodes: 0 }
            request.send({ ...NOTHING_MORE, id: 1, fork: 0, block })
          },
          onclose: () => (over = true),
        })!
        channel.addMessage(null)
        const request = channel.addMessage({
          encoding: wire.request,
          onmessage: ({ id, block }) => {
            asked++
            const forged = { index: block!.index, value: Buffer.from('forged'), nodes: [] }
            data.send({ request: id, fork: 0, block: forged })
          },
        })
        channel.addMessage(null)
        const data = channel.addMessage({ encoding: wire.data })
        for (let type = 4; type < 8; type++) {
          if (type === 4) channel.addMessage({ encoding: wire.noData, onmessage: () => (over = true) })
          else channel.addMessage(null)
        }
        const range = channel.addMessage({ encoding: wire.range })
        const capability = caps.replicate(connection.isInitiator, capabilityKey, connection.handshakeHash)
        channel.open({ seeks: true, capability })
      })
      return { isOver: () => over, asked: () => asked }
    }
    const liar = open(feed.key, (range) => {
      range(3, 1)
      for (let i = 1; i < 200; i++) range(i, 2 ** 40)
    })
    await until('the liar is answered', liar.isOver)
    expect(traced(observer)).toEqual([])
    const stranger = open(new Uint8Array(32), (range) => range(5, 1))
    await until('the stranger is turned away', stranger.isOver)
    const planted = open(feed.key, (range) => {
      for (let i = 0; i < 40; i++) range(5 * i, 1)
    })
    await until('the planted one is asked for a block, and forges one', () => planted.asked() > 0)
    const reader = await startReader(key)
    await reader.read(FIRST_RUNS)
    await reader.prove(key, 2)
    await reader.leave()
    await until('the reader is seen', () => traced(observer).length > 0)
    expect(traced(observer)).toEqual([FIRST_RUNS])
    expect(planted.asked()).toBe(1)
  })

  it('closing hangs up and keeps the traces', async () => {
    await host()
    const { observer, key } = await observe()
    const [gone, reader] = [await startReader(key), await startReader(key)]
    await gone.read([1, 2])
    await gone.prove(key, 1)
    await gone.leave()
    await until('it is seen', () => traced(observer).flat().length === 2)
    await observer.close()
    await until('the reader sees it go', () => reader.core.peers.length === 1)
    expect(traced(observer)).toEqual([[1, 2]])
    await reader.read([3])
  })
})
