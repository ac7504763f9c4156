/**
 * An observer of a feed's swarm: it sees which chunks readers read, and when.
 *
 * Owns: letting readers find it under a throwaway identity, one trace for each reader, their number, and asking them
 * for proofs. Does not own: a trace.
 *
 * It announces itself on the feed's topic as a server, because readers dial servers; it dials nobody. It sees a reader
 * only if the reader connects to it: not one that connects to the hoster alone. It asks each reader for a few of the blocks that
 * this reader says to have, and keeps none. It sends no stored data.
 */
import Hypercore from 'hypercore'
import type { NoiseConnection } from 'hyperdht'
import type { Clock } from '#types/clock.ts'
import { AssayError } from '#types/errors.ts'
import type { Log } from '#types/log.ts'
import type { PromisedFeed } from '#types/domain/hosting/feed-growth.ts'
import type { DhtAddress } from '#worker/p2p/dht.ts'
import type { Prng } from '#types/domain/prng.ts'
import { FairPlaces } from '../protocol/fair-places.ts'
import { attachHaveChannel } from './have-channel.ts'
import type { HaveChannelHandle } from './have-channel.ts'
import { keyName } from '#worker/p2p/identity.ts'
import type { NoiseKeyPair } from '#worker/p2p/identity.ts'
import { createPeerNetwork } from '#worker/p2p/network.ts'
import type { PeerNetwork } from '#worker/p2p/network.ts'
import { ReaderTrace } from './reader-trace.ts'
import type { ReadSeen } from './reader-trace.ts'

/** Most readers that it keeps, by key, of all that have proven a read. */
export const MAX_READERS = 64
/** Most peers that have proven nothing yet, and are watched all the same. */
const MAX_WAITING = 64
/** A reader that is still there is shown only with so many chunks: a copy of less would end where it has not ended. */
const WHOLE_READS = 256
/** A peer has so long to hand out a block that it says to have, milliseconds. */
const PROOF_MS = 5_000
/** A peer that has proven no read after this long is hung up on, milliseconds. */
const SILENCE_MS = 30_000

/** @see observeFeed */
export interface ObserveOptions {
  readonly bootstrap: readonly DhtAddress[]
  /** IPv4 address to bind. Default loopback. */
  readonly host?: string
  /** Fresh: used for this observer only. */
  readonly keyPair: NoiseKeyPair
  /** As the chain registered it. */
  readonly feed: PromisedFeed
}

/** @see observeFeed */
export interface ObserveDeps {
  readonly clock: Clock
  readonly log: Log
  /** Secret draws: who gets a place, and which blocks a reader must hand out. */
  readonly random: Pick<Prng, 'below'>
}

/** The readers of a feed while it is open. */
export interface FeedObserver {
  /**
   * For each reader that has left, the chunks that it got, in that order, as far as it has proven them. A reader that is
   * still there is among them if it has read much.
   */
  traces(): readonly (readonly ReadSeen[])[]
  /** Closes all connections and leaves nothing behind. The traces stay. */
  close(): Promise<void>
}

/** A peer that is watched, while connected and after. */
interface Watched {
  readonly trace: ReaderTrace
  /** Whether it has proven a read, and so has one of the places of readers. */
  isReader: boolean
  hasLeft: boolean
  isAsked: boolean
  /** Cancels the wait for the answer to a question. */
  cancelProof: () => void
  /** Cancels the wait for a first proof. */
  cancelSilence: () => void
}

class Observer implements FeedObserver {
  readonly #network: PeerNetwork
  readonly #feed: PromisedFeed
  readonly #discoveryKey: Uint8Array
  readonly #deps: ObserveDeps
  readonly #places: FairPlaces
  readonly #watched = new Map<string, Watched>()
  readonly #open = new Map<NoiseConnection, { readonly name: string; readonly channel: HaveChannelHandle }>()

  constructor(network: PeerNetwork, feed: PromisedFeed, deps: ObserveDeps) {
    this.#network = network
    this.#feed = feed
    this.#discoveryKey = Hypercore.discoveryKey(feed.key)
    this.#deps = deps
    this.#places = new FairPlaces(MAX_READERS, deps.random)
    network.attach({
      wants: (publicKey) => !this.#places.hasLost(keyName(publicKey)),
      onConnection: (connection, publicKey) => this.#watch(connection, keyName(publicKey)),
    })
  }

  /** Resolves once readers can find it. */
  announce(): Promise<void> {
    return this.#network.joinTopic(this.#discoveryKey, { server: true, client: false }).flushed()
  }

  traces(): readonly (readonly ReadSeen[])[] {
    return [...this.#watched.values()].flatMap(({ trace, hasLeft, isReader }) => {
      const reads = isReader ? trace.reads() : []
      return reads.length > 0 && (hasLeft || reads.length >= WHOLE_READS) ? [[...reads]] : []
    })
  }

  async close(): Promise<void> {
    for (const { channel } of this.#open.values()) channel.close()
    for (const watched of this.#watched.values()) cancelWaits(watched)
    this.#open.clear()
    await this.#network.close()
  }

  #watch(connection: NoiseConnection, name: string): void {
    const watched = this.#watched.get(name) ?? this.#begin(name)
    const { trace } = watched
    const { clock } = this.#deps
    const channel = attachHaveChannel(connection, {
      feed: this.#feed,
      discoveryKey: this.#discoveryKey,
      onRange: (range) => {
        trace.tellRange(range, clock.now())
        this.#prove(watched, channel)
      },
      onBitfield: (bitfield) => trace.tellBitfield(bitfield),
      onProof: (isGood) => this.#take(name, watched, channel, isGood),
    })
    watched.hasLeft = false
    this.#open.set(connection, { name, channel })
    // Our own errors are those of frames that no honest peer sends.
    connection.once('error', (error) => error instanceof AssayError && trace.disbelieve())
    connection.once('close', () => {
      this.#open.delete(connection)
      if ([...this.#open.values()].some((other) => other.name === name)) return
      watched.cancelProof()
      watched.isAsked = false
      watched.hasLeft = true
      if (!watched.isReader) this.#forget(name)
    })
  }

  /** A newcomer waits for its first proof. Where too many wait, a drawn one makes room, so nobody can wait for ever. */
  #begin(name: string): Watched {
    const waiting = [...this.#watched].filter(([, { isReader }]) => !isReader)
    if (waiting.length >= MAX_WAITING) this.#forget(waiting[this.#deps.random.below(waiting.length)]![0])
    const watched: Watched = {
      trace: new ReaderTrace(this.#feed.length),
      isReader: false,
      hasLeft: false,
      isAsked: false,
      cancelProof: () => undefined,
      cancelSilence: this.#deps.clock.setTimer(SILENCE_MS, () => this.#forget(name)),
    }
    this.#watched.set(name, watched)
    return watched
  }

  /** Asks for one more block, if the trace needs a proof and no answer is due. */
  #prove(watched: Watched, channel: HaveChannelHandle): void {
    const index = watched.isAsked ? undefined : watched.trace.toProve(this.#deps.random)
    if (index === undefined) return
    watched.isAsked = true
    watched.cancelProof = this.#deps.clock.setTimer(PROOF_MS, () => watched.trace.tellProof(false))
    channel.ask(index)
  }

  #take(name: string, watched: Watched, channel: HaveChannelHandle, isGood: boolean): void {
    if (this.#watched.get(name) !== watched) return
    watched.cancelProof()
    watched.isAsked = false
    watched.trace.tellProof(isGood)
    if (!watched.isReader && watched.trace.hasProven) this.#admit(name, watched)
    this.#prove(watched, channel)
  }

  /** Only a proven reader competes for a place: claims displace nobody. */
  #admit(name: string, watched: Watched): void {
    const { hasPlace, loser } = this.#places.arrive(name)
    watched.cancelSilence()
    watched.isReader = hasPlace
    if (!hasPlace) this.#forget(name)
    if (loser !== undefined) this.#forget(loser)
  }

  #forget(name: string): void {
    const watched = this.#watched.get(name)
    if (!watched) return
    this.#watched.delete(name)
    cancelWaits(watched)
    for (const [connection, open] of this.#open) if (open.name === name) connection.destroy()
  }
}

const cancelWaits = ({ cancelProof, cancelSilence }: Watched): void => {
  cancelProof()
  cancelSilence()
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
