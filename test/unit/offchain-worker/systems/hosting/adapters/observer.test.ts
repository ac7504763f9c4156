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
import type { FeedObserver } from '#worker/systems/hosting/adapters/observer.ts'
import { freshKeyPair, joinNetwork, testDeps, until, useDht } from '../../../../../helpers/dht.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

const FILES = 200
/** A header and a block for each: more than the 256 last blocks that a Hypercore tells of unasked. */
const BLOCKS = 2 * FILES
const GET_TIMEOUT_MS = 5_000

/** Read in these pieces, one block after the other. */
const FIRST_RUNS = [10, 11, 12, 300, 301, 40]
const SECOND_RUNS = [120, 121, 122, 123, 5, 6, 390]

/** The part of Hypercore's peers that the ambient types leave out. */
interface PeerStats {
  readonly remotePublicKey: Buffer
  readonly stats: Record<'wireWant' | 'wireData' | 'wireRequest', { readonly rx: number; readonly tx: number }>
}

interface Reader {
  readonly core: Hypercore
  readonly swarm: Hyperswarm
  read(indices: readonly number[]): Promise<void>
}

const traced = (observer: FeedObserver): number[][] => observer.traces().map((reads) => reads.map(({ index }) => index))

describe('observing the readers of a feed', () => {
  const bootstrap = useDht()
  let feed: Feed

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
    const served = serveFeed({ network: await joinNetwork(bootstrap()), feed }, testDeps)
    onTestFinished(() => served.close())
    await served.announced()
  }

  async function observe(length = BLOCKS): Promise<{ observer: FeedObserver; key: string }> {
    const keyPair = freshKeyPair()
    const observer = await observeFeed({ bootstrap: bootstrap(), keyPair, feed: { key: feed.key, length } }, testDeps)
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
    const swarm = joinSwarm(false, (connection) => core.replicate(connection))
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
    }
  }

  it('sees what two readers read, in their order and with times, and asks them for nothing', async () => {
    await host()
    const { observer, key } = await observe()
    const readers = await Promise.all([startReader(key), startReader(key)])
    await Promise.all([readers[0].read(FIRST_RUNS), readers[1].read(SECOND_RUNS)])
    await until('all is seen', () => traced(observer).flat().length === FIRST_RUNS.length + SECOND_RUNS.length)
    expect(traced(observer).sort((a, b) => a.length - b.length)).toEqual([FIRST_RUNS, SECOND_RUNS])
    for (const reads of observer.traces()) {
      const times = reads.map(({ at }) => at)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
    }
    for (const { core } of readers) {
      const us = (core.peers as unknown as readonly PeerStats[]).find((peer) => keyName(peer.remotePublicKey) === key)
      expect(us?.stats).toMatchObject({ wireData: { rx: 0, tx: 0 }, wireRequest: { rx: 0, tx: 0 } })
    }
    await readers[0].swarm.destroy()
    await readers[1].read([7])
    await until('more is seen', () => traced(observer).flat().includes(7))
    expect(observer.traces()).toHaveLength(2)
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
    await until('all is seen', () => traced(observer).flat().length === SECOND_RUNS.length)
    expect(traced(observer)).toEqual([SECOND_RUNS])
  })

  it('a liar, and one that does not know the feed, are no readers and harm nobody', async () => {
    await host()
    const { observer, key } = await observe(BLOCKS)
    const open = (capabilityKey: Uint8Array, say: (range: (start: number, length: number) => void) => void) => {
      let over = false
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
            request.send({ id: 1, fork: 0, block: { index: 17, nodes: 0 } })
          },
          onclose: () => (over = true),
        })!
        channel.addMessage(null)
        const request = channel.addMessage({ encoding: wire.request })
        for (let type = 2; type < 8; type++) {
          if (type === 4) channel.addMessage({ encoding: wire.noData, onmessage: () => (over = true) })
          else channel.addMessage(null)
        }
        const range = channel.addMessage({ encoding: wire.range })
        const capability = caps.replicate(connection.isInitiator, capabilityKey, connection.handshakeHash)
        channel.open({ seeks: true, capability })
      })
      return () => over
    }
    const liar = open(feed.key, (range) => {
      range(3, 1)
      for (let i = 1; i < 200; i++) range(i, 2 ** 40)
    })
    await until('the liar is answered', liar)
    expect(traced(observer)).toEqual([])
    const stranger = open(new Uint8Array(32), (range) => range(5, 1))
    await until('the stranger is turned away', stranger)
    const asking = open(feed.key, () => {})
    await until('who asks us is answered', asking)
    expect(traced(observer)).toEqual([[17]])
    const reader = await startReader(key)
    await reader.read(FIRST_RUNS)
    await until('the reader is seen', () => traced(observer).flat().length === 1 + FIRST_RUNS.length)
  })

  it('closing hangs up and keeps the traces', async () => {
    await host()
    const { observer, key } = await observe()
    const reader = await startReader(key)
    await reader.read([1, 2])
    await until('it is seen', () => traced(observer).flat().length === 2)
    await observer.close()
    await until('the reader sees it go', () => reader.core.peers.length === 1)
    expect(traced(observer)).toEqual([[1, 2]])
    await reader.read([3])
  })
})
