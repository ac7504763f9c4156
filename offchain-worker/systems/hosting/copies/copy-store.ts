/**
 * The encoded copies of a hoster: one storage for all of them.
 *
 * Owns: opening copies, and that copies of one feed share its core. Does not own: a copy (pinned-copy.ts).
 */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Manifest } from 'hypercore'
import type { Clock } from '#types/clock.ts'
import { toHex } from '#types/bytes.ts'
import { checkFeedHead, type FeedHead } from '#types/domain/hosting/feed.ts'
import { AssayError } from '#types/errors.ts'
import type { Log } from '#types/log.ts'
import { encode } from '#types/scale/codec.ts'
import { keyName } from '#worker/p2p/identity.ts'
import type { Feed, FeedStore } from '../adapters/feed-store.ts'
import type { CodecPool } from './codec-pool.ts'
import { copyOpen } from './copy-errors.ts'
import { checkApart, checkRange, claimOf, partsOf } from './copy-layout.ts'
import type { CopyOptions } from './copy-layout.ts'
import { openLedger } from './copy-ledger.ts'
import { Claim } from './pin-marker.ts'
import { pinCore, type PinnedFeed, type PinnedFeedDeps } from './pinned-feed.ts'
import { PinnedCopy } from './pinned-copy.ts'
import { DEFAULT_CACHE_BYTES } from './plain-blocks.ts'

const MANIFEST_VERSION = 1

/** @see createCopyStore */
export interface CopyStoreOptions {
  /** The Hypercores. Its opener closes it, after the copies. */
  readonly store: FeedStore
  /** Folder of the side files. */
  readonly dir: string
  readonly pool: CodecPool
  /** Plain bytes that the cache of each feed keeps at most. */
  readonly cacheBytes?: number
}

/** @see createCopyStore */
export interface CopyStoreDeps {
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
}

/** A copy on the disk. */
export interface StoredCopy {
  /** Key of the feed. */
  readonly feed: Uint8Array
  readonly copy: bigint
}

const NAME = /^([0-9a-f]{64})-(\d+)\.ledger$/
const nameOf = (feed: Uint8Array, copy: bigint): string => `${keyName(feed)}-${copy}.ledger`

interface OpenFeed {
  readonly feed: Feed
  readonly wrapped: PinnedFeed
}

/** See the module's header. createCopyStore makes it. */
export class CopyStore {
  readonly #options: CopyStoreOptions
  readonly #deps: CopyStoreDeps
  readonly #feeds = new Map<string, Promise<OpenFeed>>()
  /** The copies that are open, or about to be, by the names of their side files. */
  readonly #copies = new Map<string, Promise<PinnedCopy>>()

  constructor(options: CopyStoreOptions, deps: CopyStoreDeps) {
    this.#options = options
    this.#deps = deps
  }

  /**
   * Opens a copy, with all blocks that are on the disk, perhaps none yet. Blocks that another encoder's key made than the one that the
   * chain lists for them are dropped.
   * @throws AssayError `BAD_COPY`, `COPY_OPEN`, `COPY_OVERLAPS`, `FEED_NOT_PINNED`, `FEED_DIFFERS`, `UNSUPPORTED_FEED`
   */
  async open(options: CopyOptions): Promise<PinnedCopy> {
    const { head, identity } = options
    const name = this.#mustBeClosed(head.key, identity.copy)
    const opened = this.#openCopy(name, options)
    this.#copies.set(name, opened)
    try {
      return await opened
    } catch (error) {
      this.#copies.delete(name)
      throw error
    }
  }

  /** The copies that are on the disk, open or not, by their side files. */
  async list(): Promise<readonly StoredCopy[]> {
    const names = await readdir(this.#options.dir).catch(() => [])
    return names.flatMap((name) => {
      const [, feed, copy] = NAME.exec(name) ?? []
      return feed === undefined ? [] : [{ feed: new Uint8Array(Buffer.from(feed, 'hex')), copy: BigInt(copy!) }]
    })
  }

  /** Drops a copy that is not open, and frees what it took: one whose contract ended while this machine was off. @throws AssayError `COPY_OPEN` */
  async discard({ feed, copy }: StoredCopy): Promise<void> {
    this.#mustBeClosed(feed, copy)
    const { wrapped: pinned } = await this.#feed(feed)
    await pinned.rewrite((claims) => ({
      claims: claims.filter((each) => each.copy !== copy),
      dropped: claims.filter((each) => each.copy === copy),
    }))
    await rm(join(this.#options.dir, nameOf(feed, copy)), { force: true })
  }

  /** Closes all copies. Their feeds are served until the feed store closes. */
  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#copies.values())
    for (const result of opened) if (result.status === 'fulfilled') await result.value.close()
  }

  async #openCopy(name: string, options: CopyOptions): Promise<PinnedCopy> {
    const { head, identity, range, segments } = options
    checkRange(range, head)
    const claim = claimOf(identity, range, partsOf(range, segments))
    checkHead(head)
    const { key, publicKey, namespace } = head
    const manifest = { version: MANIFEST_VERSION, signers: [{ publicKey, namespace }] }
    const { feed, wrapped: pinned } = await this.#feed(key, manifest)
    checkApart(pinned.claims, claim)
    const tree = await pinned.reach(feed, head, range.to)
    const { dir, pool } = this.#options
    const ledger = await openLedger(join(dir, name), encode(Claim, { ...claim, segments: [] }), range.to - range.from)
    const onClose = (): void => void this.#copies.delete(name)
    const copy = new PinnedCopy({ options, tree, pinned, feed, ledger, pool, clock: this.#deps.clock, onClose })
    try {
      await copy.setSegments(segments)
      return copy
    } catch (error) {
      await copy.close()
      throw error
    }
  }

  /** @returns the name of the side file */
  #mustBeClosed(feed: Uint8Array, copy: bigint): string {
    const name = nameOf(feed, copy)
    if (!this.#copies.has(name)) return name
    throw copyOpen(copy)
  }

  #feed(key: Uint8Array, manifest?: Manifest): Promise<OpenFeed> {
    const name = keyName(key)
    let open = this.#feeds.get(name)
    if (open === undefined) {
      const { store, pool, cacheBytes = DEFAULT_CACHE_BYTES } = this.#options
      const deps: PinnedFeedDeps = { pool, cacheBytes, log: this.#deps.log }
      open = store.openWrapped({ key, ...(manifest && { manifest }) }, (core) => pinCore(core, deps))
      this.#feeds.set(name, open)
      open.catch(() => this.#feeds.delete(name))
    }
    return open
  }
}

function checkHead(head: FeedHead): void {
  const fault = checkFeedHead(head)
  if (fault === undefined) return
  const message = `expected the registered head of feed ${toHex(head.key)} to be valid, got another ${fault}`
  throw new AssayError('UNSUPPORTED_FEED', message)
}

/** The encoded copies in one storage. */
export const createCopyStore = (options: CopyStoreOptions, deps: CopyStoreDeps): CopyStore =>
  new CopyStore(options, deps)
