/**
 * Feeds that an encoder reads, as any reader does: under a single-use identity, from whoever has them.
 *
 * Owns: finding peers, the replica on disk, and checking each block. Does not own: reading from one hoster alone (feed-client.ts).
 *
 * The replica stays until its copy is over, so a killed encoder fetches no block twice.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { checkBlockProof, type BlockProof, type TreeNode } from '#types/domain/hosting/feed.ts'
import { joiningSpans, type PromisedFeed } from '#types/domain/hosting/feed-growth.ts'
import { AssayError } from '#types/errors.ts'
import { withDeadline, type Clock } from '#types/clock.ts'
import type { Log } from '#types/log.ts'
import type Hypercore from 'hypercore'
import { copyOf, noiseKeyPair } from '#worker/p2p/identity.ts'
import type { DhtAddress } from '#worker/p2p/dht.ts'
import { createPeerNetwork, type PeerNetwork } from '#worker/p2p/network.ts'
import type { FeedSource, FeedSources } from '../copy-ports.ts'
import { badBlock, blockFailed, blockTimeout } from './feed-errors.ts'
import { joiningOf, proveBlock } from './feed-proof.ts'
import { createFeedStore, type FeedStore } from './feed-store.ts'
import { replicateFeed } from './replication-door.ts'

/** To find somebody who has a block, and to get it. */
const BLOCK_MS = 60_000
/** Hypercore's own timeout leaves requests in its queue. Ours only ends the waiting. */
const NO_TIMEOUT = 0
const SEED_BYTES = 32

/** @see createFeedSources */
export interface FeedSourcesOptions {
  readonly bootstrap: readonly DhtAddress[]
  readonly host: string
  /** Folder of the replicas. */
  readonly dir: string
}

/** @see createFeedSources */
export interface FeedSourcesDeps {
  readonly clock: Clock
  readonly log: Log
  /** Cryptographically random bytes. */
  readonly randomBytes: (count: number) => Uint8Array
}

class Source implements FeedSource {
  readonly #feed: PromisedFeed
  readonly #core: Hypercore
  readonly #network: PeerNetwork
  readonly #store: FeedStore
  readonly #clock: Clock
  #closing: Promise<void> | undefined

  constructor(feed: PromisedFeed, core: Hypercore, network: PeerNetwork, store: FeedStore, clock: Clock) {
    this.#feed = feed
    this.#core = core
    this.#network = network
    this.#store = store
    this.#clock = clock
  }

  /** Meets whoever serves the feed. */
  join(): void {
    const { length } = this.#feed
    this.#network.attach({
      wants: () => true,
      onConnection: (connection) => replicateFeed(this.#core, connection, { length, fork: 0 }),
    })
    this.#network.joinTopic(this.#core.discoveryKey, { client: true, server: false })
  }

  async read(index: number, length: number): Promise<{ readonly plain: Uint8Array; readonly proof: BlockProof }> {
    const plain = await this.#fetch(index)
    // Hypercore has checked the block against a tree that the feed's key signed. It may have signed another one.
    const registered = await proveBlock(this.#core, index, this.#feed.length)
    if (!checkBlockProof(this.#feed, registered))
      throw badBlock(index, new Error('it is of another tree than the registered one'))
    const proof = length === this.#feed.length ? registered : await this.#prove(index, length)
    return { plain, proof }
  }

  async joining(known: number, length: number): Promise<readonly TreeNode[]> {
    if (joiningSpans(known, length).length === 0) return []
    await this.#fetch(known)
    return joiningOf(await this.#prove(known, length), length)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #prove(index: number, length: number): Promise<BlockProof> {
    if (length > this.#core.length) throw new AssayError('FEED_SHORT', shortOf(length, this.#core.length))
    return proveBlock(this.#core, index, length)
  }

  async #close(): Promise<void> {
    await this.#network.close()
    await this.#store.close()
  }

  async #fetch(index: number): Promise<Uint8Array> {
    const late = (): AssayError => blockTimeout(index, BLOCK_MS, this.#core.peers.length > 0)
    const block = await withDeadline(this.#clock, BLOCK_MS, this.#core.get(index, { timeout: NO_TIMEOUT }), late)
    if (block === null) throw blockFailed(index, new Error('got none, without a reason'))
    return copyOf(block)
  }
}

const shortOf = (wanted: number, got: number): string =>
  `expected to know the feed's tree of ${wanted} blocks, for which the hoster asks, got ${got} blocks`

/** Feeds of other machines, read under single-use identities. */
export function createFeedSources(options: FeedSourcesOptions, deps: FeedSourcesDeps): FeedSources {
  const folderOf = (copy: bigint): string => join(options.dir, String(copy))
  return {
    async open(copy, feed) {
      const { bootstrap, host } = options
      const keyPair = noiseKeyPair(deps.randomBytes(SEED_BYTES))
      const store = await createFeedStore({ dir: folderOf(copy) }, deps)
      let network: PeerNetwork | undefined
      try {
        const { core } = await store.follow(feed.key)
        network = await createPeerNetwork({ bootstrap, host, keyPair, listen: false }, deps)
        const source = new Source(feed, core, network, store, deps.clock)
        source.join()
        return source
      } catch (error) {
        await network?.close()
        await store.close()
        throw error
      }
    },
    forget: (copy) => rm(folderOf(copy), { recursive: true, force: true }),
  }
}
