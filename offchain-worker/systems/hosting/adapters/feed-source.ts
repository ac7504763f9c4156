/**
 * Feeds that an encoder reads, as any reader does: under a single-use identity, from whoever has them.
 *
 * Owns: checking each block against the registered tree, and its deadline. Does not own: the replica (replica.ts).
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
import { noiseKeyPair } from '#worker/p2p/identity.ts'
import type { DhtAddress } from '#worker/p2p/dht.ts'
import type { FeedSource, FeedSources } from '../copy-ports.ts'
import { badBlock, blockTimeout } from './feed-errors.ts'
import { joiningOf, proveBlock } from './feed-proof.ts'
import { openReplica, type Replica } from './replica.ts'

/** To find somebody who has a block, and to get it. */
const BLOCK_MS = 60_000
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
  readonly #replica: Replica
  readonly #clock: Clock

  constructor(feed: PromisedFeed, replica: Replica, clock: Clock) {
    this.#feed = feed
    this.#replica = replica
    this.#clock = clock
  }

  async read(index: number, length: number): Promise<{ readonly plain: Uint8Array; readonly proof: BlockProof }> {
    const { core } = this.#replica
    const plain = await this.#fetch(index)
    // Hypercore has checked the block against a tree that the feed's key signed. It may have signed another one.
    const registered = await proveBlock(core, index, this.#feed.length)
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
    return this.#replica.close()
  }

  async #prove(index: number, length: number): Promise<BlockProof> {
    const { core } = this.#replica
    if (length > core.length) throw new AssayError('FEED_SHORT', shortOf(length, core.length))
    return proveBlock(core, index, length)
  }

  #fetch(index: number): Promise<Uint8Array> {
    const late = (): AssayError => blockTimeout(index, BLOCK_MS, this.#replica.core.peers.length > 0)
    return withDeadline(this.#clock, BLOCK_MS, this.#replica.block(index), late)
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
      const replica = await openReplica({ bootstrap, host, keyPair, key: feed.key, dir: folderOf(copy) }, deps)
      replica.join({ length: feed.length })
      return new Source(feed, replica, deps.clock)
    },
    forget: (copy) => rm(folderOf(copy), { recursive: true, force: true }),
  }
}
