/**
 * Serves a feed to everybody who connects, under the hoster's registered Noise key.
 *
 * Owns: announcing the feed, replicating it, reporting which reader got which block, the receipt channel. Does not own:
 * the storage.
 */
import { messageOf } from '#types/errors.ts'
import type { Proof, ReplicationPeer } from 'hypercore'
import type { NoiseConnection } from 'hyperdht'
import type { Clock } from '#types/clock.ts'
import type { FeedBranch, FeedConflict } from '#types/domain/hosting/feed-growth.ts'
import { readBranch, readConflict } from './feed-proof.ts'
import type { Feed } from './feed-store.ts'
import { copyOf, keyName } from '#worker/p2p/identity.ts'
import type { Log } from '#types/log.ts'
import type { JoinedTopic, PeerNetwork } from '#worker/p2p/network.ts'
import { settled } from '#worker/p2p/waiting.ts'
import { attachReceiptServer } from './receipt-channel.ts'
import type { ReceiptDropReason, ReceiptDrops, ReceiptServer, ReceiptServerOptions } from './receipt-channel.ts'
import { replicateFeed } from './replication-door.ts'
import type { FeedBounds } from '../protocol/frame-rules.ts'

/** Closing waits at most this long for bytes that were sent before. */
const FLUSH_DEADLINE_MS = 500

/** @see serveFeed */
export interface ServeOptions {
  /** The identity by which readers recognize the hoster. */
  readonly network: PeerNetwork
  readonly feed: Feed
  /** A reader was sent a block. `bytes` is its length. */
  readonly onServed?: (reader: Uint8Array, index: number, bytes: number) => void
  /** A reader has connected that accepts receipts without asking for each, by that request. */
  readonly onListening?: (reader: Uint8Array, request: Uint8Array) => void
  /** A peer has shown that the feed's key signed another tree too. Hypercore closes the feed, which cannot be served from then on. */
  readonly onConflict?: (conflict: FeedConflict) => void
  /** A reader's last connection has closed. */
  readonly onGone?: (reader: Uint8Array) => void
  /** A reader asks for a receipt; undefined refuses without an answer. */
  readonly onReceiptRequest?: (
    reader: Uint8Array,
    request: Uint8Array,
  ) => Promise<Uint8Array | undefined> | Uint8Array | undefined
}

/** @see serveFeed */
export interface ServeDeps {
  readonly clock: Clock
  readonly log: Log
}

/** A feed that is being served. */
export interface ServedFeed {
  /** Resolves once readers can find the feed by its discovery key. By the Noise key they can dial it at once. */
  announced(): Promise<void>
  /**
   * Sends a receipt to a connected reader that has not asked for this one. False if the reader is not connected or does
   * not listen.
   */
  sendReceipt(reader: Uint8Array, receipt: Uint8Array): boolean
  /** Frames from readers on the receipt channel that were dropped, by reason. */
  dropped(): ReceiptDrops
  /** A stored block, for hashing it into a receipt; undefined if it is not stored. Never asks the network. */
  readBlock(index: number): Promise<Uint8Array | undefined>
  /** The tree that is held, and its roots at a length that it has had. @throws AssayError as readBranch */
  branchAt(length: number): Promise<FeedBranch>
  /** Stops announcing and serving, and closes the readers' connections. Identity and storage stay open. */
  close(): Promise<void>
}

class Serving implements ServedFeed {
  readonly #options: ServeOptions
  readonly #deps: ServeDeps
  readonly #readers = new Map<string, ReceiptServer>()
  readonly #connections = new Set<NoiseConnection>()
  readonly #topic: JoinedTopic
  readonly #bounds: FeedBounds
  readonly #releases: (() => void)[]
  readonly #drops: Partial<Record<ReceiptDropReason, number>> = {}
  #serving = true

  constructor(options: ServeOptions, deps: ServeDeps) {
    this.#options = options
    this.#deps = deps
    const { network, feed } = options
    const { discoveryKey, length, fork } = feed.core
    this.#bounds = { length, fork, takesTrees: true }
    // The only step that may fail comes first, so that nothing is left behind.
    const unreserve = network.reserve(`feed ${keyName(discoveryKey)}`)
    this.#topic = network.joinTopic(discoveryKey, { server: true, client: false })
    const onUpload = (index: number, bytes: number, peer: ReplicationPeer): void => this.#tell(index, bytes, peer)
    const onConnection = (connection: NoiseConnection, reader: Uint8Array): void => this.#serve(connection, reader)
    const onConflict = (_length: number, _fork: number, proof: Proof): void => void this.#end(proof)
    feed.core.on('upload', onUpload)
    feed.core.on('conflict', onConflict)
    this.#releases = [
      () => feed.core.off('upload', onUpload),
      () => feed.core.off('conflict', onConflict),
      unreserve,
      network.attach({ wants: () => this.#serving, onConnection }),
      network.onClose(async () => this.#stop()),
    ]
  }

  announced(): Promise<void> {
    return this.#topic.flushed()
  }

  sendReceipt(reader: Uint8Array, receipt: Uint8Array): boolean {
    return this.#readers.get(keyName(reader))?.send(receipt) ?? false
  }

  dropped(): ReceiptDrops {
    return this.#drops
  }

  async readBlock(index: number): Promise<Uint8Array | undefined> {
    const block = await this.#options.feed.core.get(index, { wait: false })
    return block === null ? undefined : copyOf(block)
  }

  branchAt(length: number): Promise<FeedBranch> {
    return readBranch(this.#options.feed.core, length)
  }

  async close(): Promise<void> {
    if (!this.#serving) return
    this.#stop()
    // The last receipts are still on their way.
    const flushed = Promise.allSettled([...this.#connections].map((connection) => connection.flush()))
    await settled(this.#deps.clock, FLUSH_DEADLINE_MS, flushed)
    // Hypercore cannot be removed from a connection. A mesh that shares it connects again and loses nothing.
    for (const connection of this.#connections) connection.destroy()
    await this.#topic.leave()
  }

  #stop(): void {
    this.#serving = false
    for (const release of this.#releases) release()
  }

  #serve(connection: NoiseConnection, reader: Uint8Array): void {
    const { feed, onListening, onGone } = this.#options
    const name = keyName(reader)
    replicateFeed(feed.core, connection, this.#bounds)
    const terms: ReceiptServerOptions = {
      answer: (request) => this.#answer(reader, request),
      onListening: (request) => onListening?.(reader, request),
      onDropped: (reason) => (this.#drops[reason] = (this.#drops[reason] ?? 0) + 1),
    }
    const receipts = attachReceiptServer(connection, feed.core.discoveryKey, terms, this.#deps)
    this.#readers.set(name, receipts)
    this.#connections.add(connection)
    connection.once('close', () => {
      this.#connections.delete(connection)
      if (this.#readers.get(name) !== receipts) return
      this.#readers.delete(name)
      onGone?.(reader)
    })
  }

  /** A request during closing may fail because the feed is closed. That is nobody's fault, and gets no answer. */
  async #answer(reader: Uint8Array, request: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      return this.#serving ? await this.#options.onReceiptRequest?.(reader, request) : undefined
    } catch (error) {
      if (this.#serving) throw error
      return undefined
    }
  }

  /** Hypercore is about to close the feed, which cannot be served from then on. */
  async #end(proof: Proof): Promise<void> {
    const { feed, onConflict } = this.#options
    const { log } = this.#deps
    const name = keyName(feed.key)
    log.warn({ feed: name }, 'the feed’s key signed two trees that contradict each other: serving ends')
    const told = readConflict(feed.core, proof).then(
      (conflict) => onConflict?.(conflict),
      (error: unknown) => log.warn({ feed: name, error: messageOf(error) }, 'there is no evidence of the conflict'),
    )
    await Promise.all([told, this.close()])
  }

  /** Hypercore calls this while it sends: an error thrown here would end the process. */
  #tell(index: number, bytes: number, peer: ReplicationPeer): void {
    try {
      this.#options.onServed?.(copyOf(peer.remotePublicKey), index, bytes)
    } catch (error) {
      this.#deps.log.warn({ index, error: messageOf(error) }, 'onServed threw')
    }
  }
}

/**
 * Serves a feed until it is closed (or the network is). It does not answer for a block that is not stored: the reader
 * times out.
 * @throws AssayError `CHANNEL_IN_USE` if this identity serves the feed already, `NETWORK_CLOSED`
 */
export function serveFeed(options: ServeOptions, deps: ServeDeps): ServedFeed {
  return new Serving(options, deps)
}
