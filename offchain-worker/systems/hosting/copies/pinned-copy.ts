/**
 * A hoster's copy of blocks of a feed: encoded on the disk, proven to the chain as they are, and served as plain blocks.
 *
 * Owns: taking blocks, answering challenges, and finding blocks that the disk has spoiled. Does not own: the Hypercore (pinned-feed.ts).
 */
import { equalBytes } from '#types/bytes.ts'
import type { Clock } from '#types/clock.ts'
import { checkBlockProof, leafHash, type BlockProof, type FeedHead } from '#types/domain/hosting/feed.ts'
import { leavesOf, type BadEncoding } from '#types/domain/hosting/copy/block.ts'
import { answerSegment, checkAnswer, drawLeaves, drawsBySegment } from '#types/domain/hosting/copy/challenge.ts'
import type { ChallengeSeed, StorageAnswer, StoredBlock } from '#types/domain/hosting/copy/challenge.ts'
import type { EncodingComplaint } from '#types/domain/hosting/copy/complaint.ts'
import type { CopyIdentity } from '#types/domain/hosting/copy/keys.ts'
import type { Segment } from '#types/domain/hosting/copy/segment.ts'
import { AssayError } from '#types/errors.ts'
import type { Feed } from '../adapters/feed-store.ts'
import type { CodecPool } from './codec-pool.ts'
import { complaintOf, type BadBlock } from './copy-complaint.ts'
import { CopyIndex, type SegmentSoFar } from './copy-index.ts'
import { claimOf, isSameCopy, partsOf, stale } from './copy-layout.ts'
import type { CopyOptions, CopyPart, CopySegments } from './copy-layout.ts'
import type { CopyLedger } from './copy-ledger.ts'
import type { Claim } from './pin-marker.ts'
import type { BlockRange, PinnedFeed } from './pinned-feed.ts'

const MS_PER_S = 1_000

/** Why a block was refused: it is not the next one; its proof does not lead to the feed; its bytes are no encoding, or that of another block. */
export type BadTake = 'order' | 'proof' | 'other' | BadEncoding

/** @see PinnedCopy.take */
export type Taken = { readonly kind: 'taken' } | { readonly kind: 'bad'; readonly why: BadTake }

/** @see PinnedCopy.check */
export interface CheckOptions {
  /** Stored bytes that the check reads in a second, at most. */
  readonly bytesPerSecond: number
}

/** @see PinnedCopy */
export interface PinnedCopyParts {
  readonly options: CopyOptions
  readonly pinned: PinnedFeed
  readonly feed: Feed
  readonly ledger: CopyLedger
  readonly pool: CodecPool
  readonly clock: Clock
  /** The side file is closed. */
  readonly onClose: () => void
}

const bad = (why: BadTake): Taken => ({ kind: 'bad', why })

/** See the module's header. A CopyStore opens it. */
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
  readonly #clock: Clock
  readonly #onClose: () => void
  #parts: readonly CopyPart[] = []
  /** The last call that changes the copy: the next one waits for it. */
  #changing: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor({ options, pinned, feed, ledger, pool, clock, onClose }: PinnedCopyParts) {
    this.feed = feed
    this.range = options.range
    this.#head = options.head
    this.#identity = options.identity
    this.#pinned = pinned
    this.#ledger = ledger
    this.#pool = pool
    this.#clock = clock
    this.#onClose = onClose
    this.#index = new CopyIndex(options.range.from, ledger, (index, leafBytes) => this.#hashStored(index, leafBytes))
  }

  /** The first block that is not held; undefined where the copy is whole. It goes back where a stored block turns out to be bad. */
  get next(): number | undefined {
    return this.#pinned.firstMissing(this.range)
  }

  /**
   * Goes on with the segments that the chain lists. Blocks that another key encoded than the one listed for them are dropped.
   * @throws AssayError `BAD_COPY`
   */
  setSegments(segments: CopySegments): Promise<void> {
    return this.#inTurn(async () => {
      const parts = partsOf(this.range, segments)
      const claim = claimOf(this.#identity, this.range, parts)
      const others = this.#pinned.claims.filter((each) => !isSameCopy(each, claim))
      const before = this.#pinned.claims.find((each) => isSameCopy(each, claim))
      const dropped = before ? stale(before, claim) : [this.range]
      await this.#pinned.rewrite(dropped, [...others, claim])
      for (const { from, to } of dropped) await this.#index.forget(from, to)
      this.#parts = parts
      for (const part of parts) await this.#index.mend(part)
    })
  }

  /**
   * Takes the next block: decodes it, checks that it is the feed's, and stores it encoded. It never throws for what a peer sent.
   * @param proof of the plain block against the feed's registered head
   * @throws AssayError `COPY_UNWRITTEN` where the disk fails; nothing is stored then
   */
  take(index: number, encoded: Uint8Array, proof: BlockProof): Promise<Taken> {
    return this.#inTurn(() => this.#take(index, encoded, proof))
  }

  async #take(index: number, encoded: Uint8Array, proof: BlockProof): Promise<Taken> {
    const part = this.#partAt(index)
    if (!part || index !== this.next || proof.index !== index) return bad('order')
    if (!checkBlockProof(this.#head, proof)) return bad('proof')
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
    const segments = this.#parts.flatMap(({ closed }) => closed ?? [])
    if (segments.length < this.#parts.length) throw this.#incomplete('a segment without a root')
    const drawn = drawLeaves(seed, segments, draws)
    const read = new Set<number>()
    const answer = await Promise.all(
      drawsBySegment(segments, drawn).map((draw) => {
        const blocks = this.#index.blocks(draw.segment.from, draw.segment.to)
        if (!blocks) throw this.#incomplete('blocks of which nothing is known')
        return answerSegment(draw, blocks, (index) => this.#mustRead(index, read))
      }),
    )
    if (checkAnswer(segments, drawn, answer)) return answer
    for (const index of read) await this.#isGood(index)
    throw this.#incomplete(`bad bytes in one of the blocks ${[...read].join(', ')}`)
  }

  /**
   * The complaint about the encoder of a block that was refused; undefined where none convicts it.
   * @param segment under the root that the encoder committed, or signed in a checkpoint
   * @param after all blocks of that segment behind this one
   */
  complaintFor(block: BadBlock, segment: Segment, after: readonly StoredBlock[] = []): EncodingComplaint | undefined {
    const before = this.#index.blocks(segment.from, block.index)
    if (!before) return undefined
    const identity: CopyIdentity = { ...this.#identity, feed: this.feed.key, modulus: segment.modulus }
    return complaintOf({ identity, segment, tree: this.#head }, before, block, after)
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
        const size = await this.#isGood(index)
        if (size === undefined) dropped.push(index)
        return size ?? 0
      })
      await new Promise<void>((resolve) => void this.#clock.setTimer((bytes / bytesPerSecond) * MS_PER_S, resolve))
    }
    return dropped
  }

  /** Drops all blocks when the contract ends, and frees what they took. */
  remove(): Promise<void> {
    return this.#inTurn(async () => {
      this.#isClosed = true
      const isOther = ({ copy }: Claim): boolean => copy !== this.#identity.copy
      await this.#pinned.rewrite([this.range], this.#pinned.claims.filter(isOther))
      await this.#ledger.remove()
      this.#onClose()
    })
  }

  /** Closes the side file. The feed stays open, and is served, until its store closes. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isClosed) return
      this.#isClosed = true
      await this.#ledger.close()
      this.#onClose()
    })
  }

  /** The bytes of a stored block; undefined where they are bad, and the block is dropped. Mends what is known of it. */
  async #isGood(index: number): Promise<number | undefined> {
    const part = this.#partAt(index)
    const stored = await this.#pinned.stored(index)
    if (!part || stored === null) {
      await this.#pinned.dropBad(index, null)
      return undefined
    }
    const known = this.#index.at(index)
    const leafBytes = part.modulus.length
    if (known && stored.length === known.leaves * leafBytes) {
      if (equalBytes(await this.#pool.top(stored, leafBytes), known.top)) return stored.length
    }
    // A block has one encoding only. So where it decodes, the side file is what is wrong.
    const decoded = await this.#pinned.decode(index, stored, true)
    if (!decoded || 'bad' in decoded) {
      await this.#pinned.dropBad(index, stored)
      return undefined
    }
    await this.#index.forget(index, index + 1)
    await this.#index.mend(part)
    return stored.length
  }

  async #hashStored(index: number, leafBytes: number): Promise<{ leaves: number; top: Uint8Array } | undefined> {
    const stored = await this.#pinned.stored(index)
    if (stored === null || stored.length === 0 || stored.length % leafBytes !== 0) return undefined
    return { leaves: stored.length / leafBytes, top: await this.#pool.top(stored, leafBytes) }
  }

  async #mustRead(index: number, read: Set<number>): Promise<Uint8Array> {
    read.add(index)
    const stored = await this.#pinned.stored(index)
    if (stored === null) throw this.#incomplete(`block ${index} missing`)
    return stored
  }

  #partAt(index: number): CopyPart | undefined {
    return this.#parts.find(({ from, to }) => index >= from && index < to)
  }

  #incomplete(what: string): AssayError {
    const { copy } = this.#identity
    return new AssayError('COPY_INCOMPLETE', `expected copy ${copy} to be whole, got ${what}: it cannot be proven`, {
      copy,
    })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#changing.then(work)
    this.#changing = result.catch(() => undefined)
    return result
  }
}
