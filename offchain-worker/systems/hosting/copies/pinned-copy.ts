/**
 * A hoster's copy of blocks of a feed: encoded on the disk, proven to the chain as they are, and served as plain blocks.
 *
 * Owns: taking blocks, answering challenges, and finding blocks that the disk has spoiled. Does not own: the Hypercore (pinned-feed.ts).
 */
import { equalBytes } from '#types/bytes.ts'
import type { Clock } from '#types/clock.ts'
import { checkBlockProof, leafHash } from '#types/domain/hosting/feed.ts'
import type { BlockProof, FeedHead, TreeNode } from '#types/domain/hosting/feed.ts'
import type { FeedTree } from '#types/domain/hosting/feed-growth.ts'
import { leavesOf } from '#types/domain/hosting/copy/block.ts'
import type { ChallengeSeed, StorageAnswer, StoredBlock } from '#types/domain/hosting/copy/challenge.ts'
import type { EncodingComplaint } from '#types/domain/hosting/copy/complaint.ts'
import type { CopyIdentity } from '#types/domain/hosting/copy/keys.ts'
import type { Segment } from '#types/domain/hosting/copy/segment.ts'
import { createTurnstile } from '#worker/kernel/turnstile.ts'
import type { Feed } from '../adapters/feed-store.ts'
import type { BlockRange } from './block-terms.ts'
import { bad, type Taken } from './block-taken.ts'
import type { CodecPool } from './codec-pool.ts'
import { answerChallenge } from './copy-answer.ts'
import { checkBlock, hashStored, Pauses, type CheckOptions } from './copy-check.ts'
import { complaintOf, type BadBlock } from './copy-complaint.ts'
import { copyClosed, copyIncomplete } from './copy-errors.ts'
import { CopyIndex, type SegmentSoFar } from './copy-index.ts'
import { claimOf, isSameCopy, partsOf, withClaim } from './copy-layout.ts'
import type { CopyOptions, CopyPart, CopySegments } from './copy-layout.ts'
import type { CopyLedger } from './copy-ledger.ts'
import type { PinnedFeed } from './pinned-feed.ts'

const MS_PER_S = 1_000

/** @see PinnedCopy */
export interface PinnedCopyParts {
  readonly options: CopyOptions
  /** The feed's tree that is stored, if it has all blocks of the copy. */
  readonly tree: FeedHead | undefined
  readonly pinned: PinnedFeed
  readonly feed: Feed
  readonly ledger: CopyLedger
  readonly pool: CodecPool
  readonly clock: Clock
  /** The side file is closed. */
  readonly onClose: () => void
}

/** See the module's header. */
export class PinnedCopy {
  /** To serve it: plain blocks under the feed's own key. It has the blocks of all copies of this feed. */
  readonly feed: Feed
  readonly range: BlockRange
  readonly #head: FeedHead
  readonly #identity: CopyOptions['identity']
  readonly #pinned: PinnedFeed
  readonly #ledger: CopyLedger
  readonly #index: CopyIndex
  readonly #pool: CodecPool
  readonly #pauses: Pauses
  readonly #onClose: () => void
  #parts: readonly CopyPart[] = []
  /** The feed's tree that is stored, once it has all blocks of the copy. */
  #tree: FeedHead | undefined
  /** Of two calls that change the copy, the later one waits. */
  readonly #inTurn = createTurnstile(1)
  #isClosed = false

  constructor({ options, tree, pinned, feed, ledger, pool, clock, onClose }: PinnedCopyParts) {
    this.feed = feed
    this.range = options.range
    this.#head = options.head
    this.#tree = tree
    this.#identity = options.identity
    this.#pinned = pinned
    this.#ledger = ledger
    this.#pool = pool
    this.#pauses = new Pauses(clock)
    const unwatch = pinned.onDropped((index) => {
      if (this.#partAt(index)) options.onSpoiled?.(index)
    })
    this.#onClose = () => {
      unwatch()
      onClose()
    }
    this.#index = new CopyIndex(options.range.from, ledger, hashStored(pinned, pool))
  }

  /** The first block that is not held; undefined where the copy is whole. It goes back where a stored block turns out to be bad. */
  get next(): number | undefined {
    return this.#pinned.firstMissing(this.range)
  }

  /** Blocks of the feed's tree in which the copy takes proofs: the one that is stored, or the one that it needs. */
  get length(): number {
    return (this.#tree ?? this.#head).length
  }

  /** Blocks of the stored tree, where it does not have all blocks of the copy, which takes none then. Otherwise undefined. */
  get joinsFrom(): number | undefined {
    return this.#tree ? undefined : this.#pinned.length
  }

  /**
   * Stores the tree that the copy needs.
   * @param from blocks of the stored tree @param nodes that join it to the needed one, by whoever has them
   * @returns whether they do; nothing changes where they do not
   * @throws AssayError `COPY_CLOSED`, `COPY_CHANGED`, `FEED_DIFFERS`, `COPY_UNWRITTEN`
   */
  join(from: number, nodes: readonly TreeNode[]): Promise<boolean> {
    return this.#whileOpen(async () => {
      this.#tree ??= await this.#pinned.reach(this.feed, this.#head, this.range.to, { from, nodes })
      return this.#tree !== undefined
    })
  }

  /**
   * Goes on with the segments that the chain lists. Blocks that another key encoded than the one listed for them are dropped.
   * @throws AssayError `BAD_COPY`, `COPY_OVERLAPS`, `COPY_CLOSED`
   */
  setSegments(segments: CopySegments): Promise<void> {
    return this.#whileOpen(async () => {
      const parts = partsOf(this.range, segments)
      const claim = claimOf(this.#identity, this.range, parts)
      const dropped = await this.#pinned.rewrite((claims) => withClaim(claims, claim))
      for (const { from, to } of dropped)
        await this.#index.forget(Math.max(from, this.range.from), Math.min(to, this.range.to))
      this.#parts = parts
      for (const part of parts) await this.#index.mend(part)
    })
  }

  /**
   * Takes the next block: decodes it, checks that it is the feed's, and stores it encoded. It never throws for what a peer sent.
   * @param proof of the plain block in the feed's tree of `length` blocks
   * @throws AssayError `COPY_CLOSED`; `COPY_UNWRITTEN` where the disk fails: the storage then takes no block until it is opened again
   */
  take(index: number, encoded: Uint8Array, proof: BlockProof): Promise<Taken> {
    return this.#whileOpen(() => this.#take(index, encoded, proof))
  }

  async #take(index: number, encoded: Uint8Array, proof: BlockProof): Promise<Taken> {
    const part = this.#partAt(index)
    if (!part || index !== this.next || proof.index !== index) return bad('order')
    if (!this.#tree) return bad('nodes')
    if (!checkBlockProof(this.#tree, proof)) return bad('proof')
    const leafBytes = part.modulus.length
    if (encoded.length !== leavesOf(proof.bytes, leafBytes) * leafBytes) return bad('length')
    const decoded = await this.#pinned.decode(index, encoded, true)
    if (!decoded) return bad('order')
    if ('bad' in decoded) return bad(decoded.bad)
    const { plain, top } = decoded
    if (plain.length !== proof.bytes || !equalBytes(leafHash(plain), proof.leaf)) return bad('other')
    await this.#pinned.put(proof, plain, encoded)
    await this.#index.add(index, part, { leaves: encoded.length / leafBytes, top: top! })
    await this.#index.mendBehind(index, part)
    return { kind: 'taken' }
  }

  /**
   * Resolves when all that is held survives a loss of power: the only place where a hoster waits for its disk, before it tells the chain
   * what it has.
   * @throws AssayError `COPY_CLOSED`, `COPY_UNWRITTEN`
   */
  persist(): Promise<void> {
    return this.#whileOpen(async () => {
      await this.#pinned.persist()
      await this.#ledger.sync()
    })
  }

  /** A segment as far as it is held: the one that is being made, or the last one. undefined where none of its blocks are held. */
  segmentSoFar(): SegmentSoFar | undefined {
    const part = this.#parts.at(-1)!
    return this.segmentAt(part.from, Math.min(this.next ?? part.to, part.to))
  }

  /** The segment that begins with block `from`, up to before block `to`; undefined where those blocks are not known. */
  segmentAt(from: number, to: number): SegmentSoFar | undefined {
    const part = this.#parts.find((each) => each.from === from && to <= each.to)
    return part && this.#index.rootAt(part, to)
  }

  /**
   * Answers a challenge of the chain.
   * @throws AssayError `COPY_INCOMPLETE` where not all segments are closed, or a drawn block is not held: then the hoster reports a miss
   */
  async answer(seed: ChallengeSeed, draws: number): Promise<StorageAnswer> {
    const { copy } = this.#identity
    const segments = this.#parts.flatMap(({ closed }) => closed ?? [])
    if (segments.length < this.#parts.length) throw copyIncomplete(copy, 'a segment without a root')
    const holding = {
      segments,
      blocks: (segment: Segment) => this.#index.blocks(segment.from, segment.to),
      stored: (index: number) => this.#pinned.stored(index),
    }
    const answered = await answerChallenge(holding, seed, draws)
    if ('answer' in answered) return answered.answer
    const missing: number[] = []
    for (const index of answered.doubtful) {
      if ((await this.#inTurn(() => this.#check(index))) === undefined) missing.push(index)
    }
    const what = missing.length > 0 ? `no good bytes of blocks ${missing.join(', ')}` : 'blocks that are not known'
    throw copyIncomplete(copy, what)
  }

  /**
   * The complaint about the encoder of a block that was refused; undefined where none convicts it.
   * @param segment under the root that the encoder committed, or signed in a checkpoint
   * @param tree by which the chain judges: that of the contract, which may be shorter than ours
   * @param after all blocks of that segment behind this one
   */
  complaintFor(
    block: BadBlock,
    segment: Segment,
    tree: FeedTree,
    after: readonly StoredBlock[] = [],
  ): EncodingComplaint | undefined {
    const before = this.#index.blocks(segment.from, block.index)
    if (!before) return undefined
    const identity: CopyIdentity = { ...this.#identity, feed: this.feed.key, modulus: segment.modulus }
    return complaintOf({ identity, segment, tree }, before, block, after)
  }

  /**
   * Reads all held blocks once, and drops those whose stored bytes are bad, so that they can be taken again.
   * @returns the blocks that it dropped
   */
  async check({ bytesPerSecond }: CheckOptions): Promise<readonly number[]> {
    const dropped: number[] = []
    for (let index = this.range.from; index < this.range.to && !this.#isClosed; index++) {
      if (!this.#pinned.has(index)) continue
      const bytes = await this.#inTurn(async () => {
        const size = await this.#check(index)
        if (size === undefined) dropped.push(index)
        return size ?? 0
      })
      await this.#pauses.wait((bytes / bytesPerSecond) * MS_PER_S)
    }
    return dropped
  }

  /**
   * Drops all blocks when the contract ends, and frees what they took. Where the disk fails, the copy is closed, and can be opened or
   * discarded later.
   * @throws AssayError `COPY_CLOSED`; the error of the disk
   */
  remove(): Promise<void> {
    this.#pauses.end()
    return this.#whileOpen(async () => {
      this.#isClosed = true
      try {
        await this.#drop()
        await this.#ledger.remove()
      } catch (error) {
        await this.#ledger.close()
        throw error
      } finally {
        this.#onClose()
      }
    })
  }

  async #drop(): Promise<void> {
    const own = claimOf(this.#identity, this.range, this.#parts)
    await this.#pinned.rewrite((claims) => ({
      claims: claims.filter((each) => !isSameCopy(each, own)),
      dropped: [this.range],
    }))
  }

  /** Closes the side file. The feed stays open, and is served, until its store closes. */
  close(): Promise<void> {
    this.#pauses.end()
    return this.#inTurn(async () => {
      if (this.#isClosed) return
      this.#isClosed = true
      await this.#ledger.close()
      this.#onClose()
    })
  }

  #check(index: number): Promise<number | undefined> {
    return checkBlock({ pinned: this.#pinned, known: this.#index, pool: this.#pool }, index, this.#partAt(index))
  }

  #partAt(index: number): CopyPart | undefined {
    return this.#parts.find(({ from, to }) => index >= from && index < to)
  }

  #whileOpen<T>(work: () => Promise<T>): Promise<T> {
    return this.#inTurn(() => {
      if (this.#isClosed) throw copyClosed(this.#identity.copy)
      return work()
    })
  }
}
