/**
 * A feed as a reader has it: a replica in a folder, in the feed's swarm under an identity of its own.
 *
 * Owns: opening store and network together, replicating with whoever is wanted, and a block once it comes. Does not own: the feeds that
 * this machine serves (feed-server.ts).
 *
 * Hypercore checks each block against the tree that the feed's key has signed. What was verified stays in the folder and is never
 * fetched again.
 */
import type Hypercore from 'hypercore'
import type { NoiseConnection } from 'hyperdht'
import type { Clock } from '#types/clock.ts'
import type { Log } from '#types/log.ts'
import type { DhtAddress } from '#worker/p2p/dht.ts'
import { copyOf, type NoiseKeyPair } from '#worker/p2p/identity.ts'
import { createPeerNetwork, type PeerNetwork } from '#worker/p2p/network.ts'
import { blockFailed } from './feed-errors.ts'
import { createFeedStore, type FeedStore } from './feed-store.ts'
import { replicateFeed } from './replication-door.ts'

/**
 * To Hypercore: wait until the core closes. In hypercore 11.37.1 a request that timed out stays in the replicator's queue and takes the
 * turn of a later one, which is then never sent: one lost block cost another that the hoster had. So a caller that cannot wait for ever
 * ends its own waiting only.
 */
const NO_TIMEOUT = 0

/** @see openReplica */
export interface ReplicaOptions {
  readonly bootstrap: readonly DhtAddress[]
  readonly host: string
  /** The reader's identity. */
  readonly keyPair: NoiseKeyPair
  /** Of the feed. */
  readonly key: Uint8Array
  /** Folder of the replica. */
  readonly dir: string
}

/** Whom a replica meets. */
export interface JoinOptions {
  /** Blocks of the feed at most: claims of peers are cut to this. */
  readonly length: number
  /** Whether it wants a peer; by default everybody. */
  readonly wants?: (publicKey: Uint8Array) => boolean
  /** Called with each connection, over which it replicates already. */
  readonly onConnection?: (connection: NoiseConnection, publicKey: Uint8Array) => void
}

/** See the module's header. openReplica makes it. */
export class Replica {
  readonly core: Hypercore
  readonly network: PeerNetwork
  readonly #store: FeedStore
  #closing: Promise<void> | undefined

  constructor(core: Hypercore, network: PeerNetwork, store: FeedStore) {
    this.core = core
    this.network = network
    this.#store = store
  }

  /** Meets whoever serves the feed. The chain knows feeds of fork 0 only. */
  join({ length, wants = () => true, onConnection }: JoinOptions): void {
    this.network.attach({
      wants,
      onConnection: (connection, publicKey) => {
        replicateFeed(this.core, connection, { length, fork: 0 })
        onConnection?.(connection, publicKey)
      },
    })
    this.network.joinTopic(this.core.discoveryKey, { client: true, server: false })
  }

  /** A block, whenever it comes. @throws AssayError `BLOCK_FAILED`, also for those that have not come when it closes */
  async block(index: number): Promise<Uint8Array> {
    const block = await this.core.get(index, { timeout: NO_TIMEOUT }).catch((error: unknown) => {
      throw blockFailed(index, error)
    })
    if (block === null) throw blockFailed(index, new Error('got none, without a reason'))
    return copyOf(block)
  }

  /** Leaves the swarm. The folder stays. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.network.close()
    await this.#store.close()
  }
}

/**
 * Opens the replica in a folder, which meets nobody until `join`. If it fails, it leaves nothing open.
 * @throws AssayError `DHT_UNREACHABLE`, `FEED_STORE_LOCKED`, `FEED_STORE_UNREADABLE`
 */
export async function openReplica(
  { bootstrap, host, keyPair, key, dir }: ReplicaOptions,
  deps: { readonly clock: Clock; readonly log: Log },
): Promise<Replica> {
  const store = await createFeedStore({ dir }, deps)
  try {
    const { core } = await store.follow(key)
    return new Replica(core, await createPeerNetwork({ bootstrap, host, keyPair, listen: false }, deps), store)
  } catch (error) {
    await store.close()
    throw error
  }
}
