/**
 * A Hypercore whose storage has encoded blocks only, and which serves plain ones.
 *
 * Owns: its one open core, the blocks in it, and the marker that says how they are encoded. Does not own: a copy (pinned-copy.ts), of
 * which one feed may have several, for different blocks.
 *
 * It never asks a peer for a block: Hypercore would then store it plain, so writing a block that nobody brought encoded is refused.
 */
import type { AppliedProof, Core } from 'hypercore'
import { equalBytes, toHex } from '#types/bytes.ts'
import type { BlockProof, FeedHead, TreeNode } from '#types/domain/hosting/feed.ts'
import { extendsTree } from '#types/domain/hosting/feed-growth.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import type { Log } from '#types/log.ts'
import { createTurnstile } from '#worker/kernel/turnstile.ts'
import { copyOf } from '#worker/p2p/identity.ts'
import { readBranch, readFeedHead } from '../adapters/feed-proof.ts'
import type { Feed } from '../adapters/feed-store.ts'
import { Terms, type BlockRange } from './block-terms.ts'
import type { CodecPool } from './codec-pool.ts'
import type { Decoded } from './codec-work.ts'
import { dropBlocks, inBatch, tellDropped } from './core-blocks.ts'
import { isSpoiled, translateBlocks, type RawBlocks } from './encoded-storage.ts'
import { blockProof, feedNodes, sameNodes, upgradeProof } from './feed-upgrade.ts'
import { markerOf, readMarker, type Claim } from './pin-marker.ts'
import { PlainBlocks } from './plain-blocks.ts'

/** @see PinnedFeed */
export interface PinnedFeedDeps {
  readonly pool: CodecPool
  readonly log: Pick<Log, 'warn'>
  /** Plain bytes that the cache keeps at most. */
  readonly cacheBytes: number
}

/** @see PinnedFeed.rewrite */
export interface Rewrite {
  readonly claims: readonly Claim[]
  readonly dropped: readonly BlockRange[]
}

/** The nodes that join the tree of the feed's first `from` blocks to a longer one (feed-growth.ts). */
export interface Joining {
  readonly from: number
  readonly nodes: readonly TreeNode[]
}

/** See the module's header. pinCore makes it. */
export class PinnedFeed {
  readonly key: Uint8Array
  readonly #core: Core
  readonly #deps: PinnedFeedDeps
  readonly #plain: PlainBlocks
  readonly #raw: RawBlocks
  /** Encoded blocks on their way into the storage, by the plain block that Hypercore verifies. */
  readonly #brought = new Map<Uint8Array, Uint8Array>()
  readonly #watchers = new Set<(index: number) => void>()
  #terms: Terms
  /** Of two calls that change length or marker, the later one waits. */
  readonly #inTurn = createTurnstile(1)

  constructor(key: Uint8Array, core: Core, claims: readonly Claim[], deps: PinnedFeedDeps) {
    this.key = key
    this.#core = core
    this.#deps = deps
    this.#terms = new Terms(key, claims)
    const { pool, cacheBytes } = deps
    this.#plain = new PlainBlocks({
      width: pool.width,
      cacheBytes,
      decode: (index, encoded) => this.decode(index, encoded),
      onBad: (index, encoded) => this.#onBad(index, encoded),
    })
    this.#raw = translateBlocks(core.storage, {
      plain: (index, read) => this.#plain.get(index, read),
      encoded: (index, plain) => this.#encodedOf(index, plain),
    })
  }

  get claims(): readonly Claim[] {
    return this.#terms.claims
  }

  has(index: number): boolean {
    return this.#core.bitfield.get(index)
  }

  /** The first block of a range that is not held; undefined where all are. */
  firstMissing({ from, to }: BlockRange): number | undefined {
    const first = this.#core.bitfield.firstUnset(from)
    return first >= 0 && first < to ? first : undefined
  }

  /** The stored bytes of a block; null where there are none, or the disk has spoiled them. */
  async stored(index: number): Promise<Buffer | null> {
    try {
      return this.has(index) ? await this.#raw(index) : null
    } catch (error) {
      if (!isSpoiled(error)) throw error
      return null
    }
  }

  /** Decodes a block, and hashes its leaves if `withTop`; undefined where no copy has it. */
  async decode(index: number, encoded: Uint8Array, withTop = false): Promise<Decoded | undefined> {
    const terms = this.#terms.at(index)
    return terms && this.#deps.pool.decode(encoded, terms.key, terms.modulus, withTop)
  }

  /** Calls back with each block that is dropped because its stored bytes are bad. Returns how to end that. */
  onDropped(watch: (index: number) => void): () => void {
    this.#watchers.add(watch)
    return () => void this.#watchers.delete(watch)
  }

  /** Blocks of the feed's tree that is stored. */
  get length(): number {
    return this.#core.state.length
  }

  /**
   * Stores the tree of a head, unless the stored one has all blocks before `to`.
   * @param joining by whoever has them: no other nodes lead from the one tree to the other. None may be needed
   * @returns the stored tree, if it has these blocks; undefined where it cannot be joined to the head's
   * @throws AssayError `FEED_DIFFERS`, `COPY_UNWRITTEN`, and `COPY_CHANGED` where the stored tree has grown meanwhile
   */
  reach(feed: Feed, head: FeedHead, to: number, joining?: Joining): Promise<FeedHead | undefined> {
    return this.#inTurn(() => this.#reach(feed, head, to, joining))
  }

  async #reach({ core }: Feed, head: FeedHead, to: number, joining?: Joining): Promise<FeedHead | undefined> {
    const { state } = this.#core
    if (state.length >= to) {
      // A tree that went past this head at once does not have its roots.
      const known = state.length >= head.length ? await readBranch(core, head.length).catch(() => undefined) : undefined
      if (known && !sameNodes(known.roots, head.roots)) throw this.#differs(head)
      return readFeedHead(core)
    }
    const held = { length: state.length, roots: feedNodes(state.roots) }
    const { from, nodes } = joining ?? { from: held.length, nodes: [] }
    if (from !== held.length) {
      const message = `expected to go on from ${from} blocks of pinned feed ${toHex(this.key)}, got ${held.length}: another copy has gone on; ask for the nodes again`
      throw new AssayError('COPY_CHANGED', message, { from, held: held.length })
    }
    if (!extendsTree(held, head, nodes)) return undefined
    await this.#apply('the length', upgradeProof(from, head, nodes))
    return head
  }

  /** Stores a block. @param proof checked against the tree @param plain what `encoded` decodes to @throws AssayError `COPY_UNWRITTEN` */
  async put(proof: BlockProof, plain: Uint8Array, encoded: Uint8Array): Promise<void> {
    const value = Buffer.from(plain)
    this.#brought.set(value, encoded)
    try {
      await this.#apply(`block ${proof.index}`, blockProof(proof, value))
    } finally {
      this.#brought.delete(value)
    }
  }

  /** Resolves when all that was stored survives a loss of power. Until then a kill alone takes nothing. @throws AssayError `COPY_UNWRITTEN` */
  async persist(): Promise<void> {
    try {
      await this.#core.storage.db.flush()
    } catch (cause) {
      throw this.#unwritten('all blocks', cause)
    }
  }

  /**
   * Changes what is in the storage, and drops blocks in the same batch.
   * @param change by the copies that are in it
   * @returns the dropped blocks
   */
  rewrite(change: (claims: readonly Claim[]) => Rewrite): Promise<readonly BlockRange[]> {
    return this.#inTurn(async () => {
      const { claims, dropped } = change(this.#terms.claims)
      await inBatch(this.#core, async (batch) => {
        batch.putUserData(...markerOf(claims))
        await dropBlocks(this.#core, batch, dropped)
      })
      this.#terms = new Terms(this.key, claims)
      for (const range of dropped) await this.#forget(range)
      return dropped
    })
  }

  /** Drops a block whose stored bytes are still those that were bad. @param bad null: the disk has spoiled them */
  async dropBad(index: number, bad: Uint8Array | null): Promise<void> {
    const range = { from: index, to: index + 1 }
    const isDropped = await inBatch(this.#core, async (batch) => {
      const stored = await this.stored(index)
      const isSame = stored === null || bad === null ? stored === bad : equalBytes(stored, bad)
      if (!isSame || !this.has(index)) return false
      await dropBlocks(this.#core, batch, [range])
      return true
    })
    if (!isDropped) return
    await this.#forget(range)
    this.#deps.log.warn({ feed: toHex(this.key), index }, 'the stored bytes of a block are bad: it is dropped')
    for (const watch of this.#watchers) watch(index)
  }

  /** A block that is not held may be asked for: that is nothing bad. */
  #onBad(index: number, encoded: Buffer | null): void {
    if (!this.has(index)) return
    this.dropBad(index, encoded).catch((error: unknown) => {
      this.#deps.log.warn({ feed: toHex(this.key), index, error: messageOf(error) }, 'a bad block could not be dropped')
    })
  }

  #encodedOf(index: number, plain: Uint8Array): Uint8Array {
    const encoded = this.#brought.get(plain)
    if (encoded) return encoded
    throw new AssayError(
      'COPY_PLAIN_BLOCK',
      `expected block ${index} of pinned feed ${toHex(this.key)} with its encoding, got a plain block: give it to the copy`,
      { feed: toHex(this.key), index },
    )
  }

  async #forget(range: BlockRange): Promise<void> {
    this.#plain.forget(range.from, range.to)
    await tellDropped(this.#core, range)
  }

  async #apply(what: string, proof: AppliedProof): Promise<void> {
    try {
      if (!(await this.#core.verify(proof))) throw new Error('the tree has changed')
    } catch (cause) {
      throw this.#unwritten(what, cause)
    }
  }

  #unwritten(what: string, cause: unknown): AssayError {
    const feed = toHex(this.key)
    const message = `expected ${what} of pinned feed ${feed} to be stored, got: ${messageOf(cause)}: make room on the disk if it is full, and open the store again`
    return new AssayError('COPY_UNWRITTEN', message, { feed }, { cause })
  }

  #differs({ length }: FeedHead): AssayError {
    return new AssayError(
      'FEED_DIFFERS',
      `expected the tree of pinned feed ${toHex(this.key)} at length ${length} to be the registered one, got another one: its author signed two`,
      { feed: toHex(this.key), length },
    )
  }
}

/** Opens the core of a feed for encoded blocks. @throws AssayError `FEED_NOT_PINNED` where its storage has plain blocks */
export async function pinCore(core: Core, deps: PinnedFeedDeps): Promise<PinnedFeed> {
  const key = copyOf(core.key)
  const claims = await readMarker(core)
  if (claims === undefined && core.state.length > 0) {
    throw new AssayError(
      'FEED_NOT_PINNED',
      `expected no blocks of feed ${toHex(key)}, or encoded ones, got plain ones: keep the copy in another folder`,
      { feed: toHex(key) },
    )
  }
  // Before its first length: a core with a length and without the marker has plain blocks.
  if (claims === undefined) await inBatch(core, async (batch) => batch.putUserData(...markerOf([])))
  return new PinnedFeed(key, core, claims ?? [], deps)
}
