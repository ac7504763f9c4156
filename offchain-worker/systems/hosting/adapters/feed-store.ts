/**
 * The feeds on this machine: one storage folder for all of them.
 *
 * Owns: opening, publishing a folder, copying feeds. Does not own: the format of files.
 *
 * An open Hypercore folder has write buffers in memory and a log on the disk that is as long from the start. So all feeds of a process
 * share one, and the buffers are small. The author's secret key signs and is never stored.
 */
import { mkdir } from 'node:fs/promises'
import { equalBytes } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import Hypercore from 'hypercore'
import type { Core, CoreOptions, CoreStorage } from 'hypercore'
import { withDeadline } from '#types/clock.ts'
import type { Clock } from '#types/clock.ts'
import type { FeedHead } from '#types/domain/hosting/feed.ts'
import { DEFAULT_FOLDER_LIMITS } from '../limits.ts'
import { refusePinned } from '../copies/pin-marker.ts'
import { packFolder, type FolderTotal } from './feed-files.ts'
import { readFeedHead } from './feed-proof.ts'
import { parseSize } from '#worker/terminal/quantities.ts'
import { asBufferKeyPair, copyOf, keyName } from '#worker/p2p/identity.ts'
import type { NoiseKeyPair } from '#worker/p2p/identity.ts'

const MANIFEST_VERSION = 1
/** Appending in batches is about twenty times faster than one by one. This many full blocks are 4 MiB. */
const BATCH_BLOCKS = 64
/**
 * RocksDB takes two such buffers, and as much of the disk at once. Its default of 64 MiB keeps a feed in memory until that much came.
 * Each buffer becomes a file, and a large folder has thousands of them, so it holds few of them open.
 */
const STORAGE_OPTIONS = { writeBufferSize: 8 * 2 ** 20, maxOpenFiles: 512 } as const
const COPY_DEADLINE_MS = 30_000
const COPY_BLOCK_DEADLINE_MS = 10_000
const COPY_PARALLEL = 16

/**
 * An author that truncates its feed must not delete blocks of our copy, and a longer tree comes only when we ask for it. Hypercore's
 * defaults follow the author in both.
 */
const KEEP_OURS: CoreOptions = { allowFork: false, eagerUpgrade: false }

/** A feed that is open in a store. */
export interface Feed {
  readonly key: Uint8Array
  /** The Hypercore itself, for the other modules of this folder. */
  readonly core: Hypercore
}

/** @see FeedStore.publish */
export interface PublishOptions {
  /** The author, who signs every length of the feed. */
  readonly keyPair: NoiseKeyPair
  readonly maxBytes?: number
  readonly maxFiles?: number
  readonly maxDepth?: number
  readonly onSkipped?: (path: string) => void
  readonly onListed?: (total: FolderTotal) => void
  /** Called now and then with the blocks that are in the feed and were compared or appended, and their bytes. */
  readonly onProgress?: (blocks: number, bytes: number) => void
}

/** @see FeedStore.copy */
export interface CopyOptions {
  /**
   * The blocks to copy; by default all. The copy can report the other blocks as missing, but not serve or prove them.
   */
  readonly keep?: Iterable<number>
}

/** The feeds under one folder. createFeedStore makes it. */
export class FeedStore {
  readonly #storage: CoreStorage
  readonly #clock: Clock
  readonly #open = new Map<string, Promise<{ core: Core; feed: Feed }>>()
  #closing: Promise<void> | undefined

  constructor(storage: CoreStorage, clock: Clock) {
    this.#storage = storage
    this.#clock = clock
  }

  /**
   * Appends a folder's files to the author's feed. If it has the same content, it appends nothing. If an earlier
   * publication was interrupted, it completes it. If the content begins differently from the published blocks, it
   * throws and changes nothing.
   * @throws AssayError `FEED_DIFFERS`, `FOLDER_EMPTY`, and those of packFolder
   */
  async publish(folder: string, options: PublishOptions): Promise<{ feed: Feed; head: FeedHead }> {
    const { size, files, depth } = DEFAULT_FOLDER_LIMITS
    const {
      keyPair,
      maxBytes = parseSize('max-size', size),
      maxFiles = files,
      maxDepth = depth,
      onSkipped,
      onListed,
      onProgress,
    } = options
    const { publicKey } = keyPair
    const key = Hypercore.key(publicKey)
    const manifest = { version: MANIFEST_VERSION, signers: [{ publicKey }] }
    const feed = await this.#openFeed({ key, manifest })
    const before = feed.core.length
    const signer = asBufferKeyPair(keyPair)
    let batch: Uint8Array[] = []
    let [count, bytes] = [0, 0]
    const limits = { maxBytes, maxFiles, maxDepth, ...(onSkipped && { onSkipped }), ...(onListed && { onListed }) }
    for await (const block of packFolder(folder, limits)) {
      if (count < before) await assertSameBlock(feed.core, count, block, folder)
      else batch.push(block)
      count++
      bytes += block.length
      if (count % BATCH_BLOCKS !== 0) continue
      if (batch.length > 0) await feed.core.append(batch, { keyPair: signer })
      onProgress?.(count, bytes)
      batch = []
    }
    if (count === 0) throw new AssayError('FOLDER_EMPTY', `expected files to publish in ${folder}, got none`)
    if (count < before) throw differs(folder, count)
    if (batch.length > 0) await feed.core.append(batch, { keyPair: signer })
    return { feed, head: await readFeedHead(feed.core) }
  }

  /** A feed by its key, with all its blocks on this machine, perhaps none yet. */
  open(key: Uint8Array): Promise<Feed> {
    return this.#openFeed({ key })
  }

  /** A feed that grows with what its peers offer: for a reader that keeps nothing. */
  follow(key: Uint8Array): Promise<Feed> {
    return this.#openFeed({ key, eagerUpgrade: true })
  }

  /**
   * A feed whose blocks are stored in another form than plain ones. It stays open until the store closes, and `open` then gives it too.
   * @param wrap puts that form between Hypercore and its storage, before anybody can read
   * @throws AssayError `FEED_OPEN` where it is open already, and what `wrap` throws
   */
  async openWrapped<T>(
    options: CoreOptions & { key: Uint8Array },
    wrap: (core: Core) => Promise<T>,
  ): Promise<{ feed: Feed; wrapped: T }> {
    const name = keyName(options.key)
    if (this.#open.has(name)) throw new AssayError('FEED_OPEN', `expected feed ${name} not to be open, got an open one`)
    let wrapped: T | undefined
    const feed = await this.#openFeed(options, async (core) => void (wrapped = await wrap(core)))
    return { feed, wrapped: wrapped! }
  }

  /**
   * Copies a feed, or only some of its blocks, from another store of this process. A copy with gaps behaves like a
   * hoster that has lost the rest: it proves every block that it has. (Hypercore's own clear() would also remove tree
   * nodes that other blocks need.)
   * @throws AssayError `COPY_FAILED`
   */
  async copy(source: Feed, { keep }: CopyOptions = {}): Promise<Feed> {
    const feed = await this.#openFeed({ key: source.key })
    const from = source.core.replicate(true, { keepAlive: false })
    const to = feed.core.replicate(false, { keepAlive: false })
    // Destroying them below is an error for their far ends.
    for (const stream of [from, to]) stream.on('error', () => {})
    from.pipe(to).pipe(from)
    const late = (): AssayError => new AssayError('COPY_FAILED', `expected to copy within ${COPY_DEADLINE_MS} ms`)
    try {
      const { length } = source.core
      if (feed.core.length < length) {
        await withDeadline(this.#clock, COPY_DEADLINE_MS, feed.core.update({ wait: true }), late)
      }
      await fetchBlocks(feed.core, keep ?? Array.from({ length }, (_, index) => index))
      return feed
    } catch (error) {
      if (error instanceof AssayError) throw error
      throw new AssayError('COPY_FAILED', `copying a feed failed: ${messageOf(error)}`, {}, { cause: error })
    } finally {
      from.destroy()
      to.destroy()
    }
  }

  /** Closes all feeds and unlocks the folder. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const opened = await Promise.allSettled(this.#open.values())
    for (const result of opened) {
      if (result.status === 'rejected') continue
      await result.value.feed.core.close()
      await result.value.core.close()
    }
    await this.#storage.close()
  }

  async #openFeed(options: CoreOptions & { key: Uint8Array }, wrap: Wrap = refusePinned): Promise<Feed> {
    if (this.#closing !== undefined)
      throw new AssayError('FEED_STORE_CLOSED', 'expected an open feed store, got a closed one')
    const name = keyName(options.key)
    let opened = this.#open.get(name)
    if (opened === undefined) {
      opened = openCore(this.#storage, options, wrap)
      this.#open.set(name, opened)
      opened.catch(() => this.#open.delete(name))
    }
    return (await opened).feed
  }
}

/** Sees each core before a session can read it. */
type Wrap = (core: Core) => Promise<void>

async function openCore(
  storage: CoreStorage,
  options: CoreOptions & { key: Uint8Array },
  wrap: Wrap,
): Promise<{ core: Core; feed: Feed }> {
  const core = Hypercore.createCore(storage, { ...KEEP_OURS, ...options })
  await core.ready()
  try {
    await wrap(core)
  } catch (error) {
    await core.close()
    throw error
  }
  const session = new Hypercore({ core })
  await session.ready()
  return { core, feed: { key: copyOf(options.key), core: session } }
}

async function fetchBlocks(core: Hypercore, indices: Iterable<number>): Promise<void> {
  const pending = indices[Symbol.iterator]()
  const worker = async (): Promise<void> => {
    for (let next = pending.next(); next.done !== true; next = pending.next()) {
      await core.get(next.value, { timeout: COPY_BLOCK_DEADLINE_MS })
    }
  }
  await Promise.all(Array.from({ length: COPY_PARALLEL }, worker))
}

async function assertSameBlock(core: Hypercore, index: number, block: Uint8Array, folder: string): Promise<void> {
  const held = await core.get(index, { wait: false })
  if (held === null || !equalBytes(held, block)) throw differs(folder, index)
}

const differs = (folder: string, index: number): AssayError =>
  new AssayError(
    'FEED_DIFFERS',
    `expected ${folder} to begin as it was published, got other content from block ${index} on: a feed only grows; start with --republish, which makes a new feed of the folder`,
    { folder, index },
  )

/**
 * Opens the feed storage in a folder, and makes the folder if it does not exist.
 * @throws AssayError `FEED_STORE_LOCKED` if another store has it open, `FEED_STORE_UNREADABLE`
 */
export async function createFeedStore({ dir }: { dir: string }, { clock }: { clock: Clock }): Promise<FeedStore> {
  try {
    await mkdir(dir, { recursive: true })
    const storage = Hypercore.defaultStorage(dir, STORAGE_OPTIONS)
    await storage.ready()
    return new FeedStore(storage, clock)
  } catch (error) {
    const locked = messageOf(error).includes('could not be locked')
    const message = locked
      ? `expected the feed folder ${dir} to be free, got a lock: another process uses it`
      : `the feed folder ${dir} cannot be opened: ${messageOf(error)}`
    throw new AssayError(locked ? 'FEED_STORE_LOCKED' : 'FEED_STORE_UNREADABLE', message, { dir }, { cause: error })
  }
}
