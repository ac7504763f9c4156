/**
 * An observer of a feed's swarm: it sees which chunks readers read, and when, and reads nothing itself.
 *
 * Owns: letting readers find it under a throwaway identity, one trace for each reader, and their number. Does not own:
 * a trace.
 *
 * It announces itself on the feed's topic as a server, because readers dial servers; it dials nobody. It sees a reader
 * only if the reader connects to it: not one that connects to the hoster alone. It never sends or requests stored data.
 */
import Hypercore from 'hypercore'
import type { NoiseConnection } from 'hyperdht'
import type { Clock } from '#types/clock.ts'
import { AssayError } from '#types/errors.ts'
import type { Log } from '#types/log.ts'
import type { DhtAddress } from '#worker/p2p/dht.ts'
import { attachHaveChannel } from './have-channel.ts'
import { keyName } from '#worker/p2p/identity.ts'
import type { NoiseKeyPair } from '#worker/p2p/identity.ts'
import { createPeerNetwork } from '#worker/p2p/network.ts'
import type { PeerNetwork } from '#worker/p2p/network.ts'
import { ReaderTrace } from './reader-trace.ts'
import type { ReadSeen } from './reader-trace.ts'

/** Most peers that it watches, by key. A peer that left without reading makes room. */
export const MAX_READERS = 64

/** @see observeFeed */
export interface ObserveOptions {
  readonly bootstrap: readonly DhtAddress[]
  /** IPv4 address to bind. Default loopback. */
  readonly host?: string
  /** Fresh: used for this observer only. */
  readonly keyPair: NoiseKeyPair
  /** The feed's registered key and length. */
  readonly feed: { readonly key: Uint8Array; readonly length: number }
}

/** @see observeFeed */
export interface ObserveDeps {
  readonly clock: Clock
  readonly log: Log
}

/** The readers of a feed while it is open. */
export interface FeedObserver {
  /** For each reader seen, the chunks that it got, in that order. Includes readers that have left. */
  traces(): readonly (readonly ReadSeen[])[]
  /** Closes all connections and leaves nothing behind. The traces stay. */
  close(): Promise<void>
}

class Observer implements FeedObserver {
  readonly #network: PeerNetwork
  readonly #feed: ObserveOptions['feed']
  readonly #discoveryKey: Uint8Array
  readonly #clock: Clock
  readonly #traces = new Map<string, ReaderTrace>()
  readonly #open = new Map<NoiseConnection, { readonly name: string; readonly detach: () => void }>()

  constructor(network: PeerNetwork, feed: ObserveOptions['feed'], { clock }: ObserveDeps) {
    this.#network = network
    this.#feed = feed
    this.#discoveryKey = Hypercore.discoveryKey(feed.key)
    this.#clock = clock
    network.attach({
      wants: (publicKey) => this.#traces.has(keyName(publicKey)) || this.#traces.size < MAX_READERS,
      onConnection: (connection, publicKey) => this.#watch(connection, keyName(publicKey)),
    })
  }

  /** Resolves once readers can find it. */
  announce(): Promise<void> {
    return this.#network.joinTopic(this.#discoveryKey, { server: true, client: false }).flushed()
  }

  traces(): readonly (readonly ReadSeen[])[] {
    return [...this.#traces.values()].map((trace) => [...trace.reads()]).filter((reads) => reads.length > 0)
  }

  async close(): Promise<void> {
    for (const { detach } of this.#open.values()) detach()
    this.#open.clear()
    await this.#network.close()
  }

  #watch(connection: NoiseConnection, name: string): void {
    const trace = this.#traces.get(name) ?? new ReaderTrace(this.#feed.length)
    this.#traces.set(name, trace)
    const detach = attachHaveChannel(connection, {
      feed: this.#feed,
      discoveryKey: this.#discoveryKey,
      onRange: (range) => trace.tellRange(range, this.#clock.now()),
      onBitfield: (bitfield) => trace.tellBitfield(bitfield),
      onRequest: (index) => trace.tellRequest(index, this.#clock.now()),
    })
    this.#open.set(connection, { name, detach })
    // Our own errors are those of frames that no honest peer sends.
    connection.once('error', (error) => error instanceof AssayError && trace.disbelieve())
    connection.once('close', () => {
      this.#open.delete(connection)
      const isBack = [...this.#open.values()].some((other) => other.name === name)
      if (!isBack && trace.reads().length === 0) this.#traces.delete(name)
    })
  }
}

/**
 * Watches a feed's readers until closed. Resolves once they can find the observer. If it fails, it leaves nothing
 * behind.
 * @throws AssayError `DHT_UNREACHABLE`
 */
export async function observeFeed(options: ObserveOptions, deps: ObserveDeps): Promise<FeedObserver> {
  const { bootstrap, host = '127.0.0.1', keyPair, feed } = options
  const network = await createPeerNetwork({ bootstrap, host, keyPair }, deps)
  try {
    const observer = new Observer(network, feed, deps)
    await observer.announce()
    return observer
  } catch (error) {
    await network.close()
    throw error
  }
}
