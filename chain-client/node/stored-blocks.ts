/**
 * The blocks that the chain has, and which of them are on the best branch: all that can be asked without a change.
 *
 * Owns: best, finalized, the number index, the live blocks, and the blocks kept in memory. Does not own: importing blocks (block-store.ts).
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { hashOfBlockKey, numberKey, OLDEST, readBlock } from './block-records.ts'
import type { Place } from './branches.ts'
import { COLUMN, latin1, type Db } from './db.ts'
import { Lru } from './lru.ts'
import { LiveBlocks } from './live-blocks.ts'
import type { Block } from './node-interface.ts'
import { readLive, type Pointers } from './stored-chain.ts'

/** Blocks kept decoded. Others are read again on demand. */
const CACHED_BLOCKS = 256

const notFinalized = ({ header, hash }: Block, finalized: Block): AssayError =>
  new AssayError(
    'NOT_ON_FINALIZED_BRANCH',
    `expected a live descendant of the finalized block ${finalized.header.number} (${toHex(finalized.hash)}), got block ` +
      `${header.number} (${toHex(hash)}), which is on another branch or was left aside by a revert`,
    { hash: toHex(hash) },
  )

/** See the module's header. The store that extends it changes what it holds. */
export class StoredBlocks {
  protected readonly db: Db
  protected readonly pointers: Pointers
  protected liveBlocks: LiveBlocks
  readonly #cache = new Lru<Block>(CACHED_BLOCKS)

  constructor(db: Db, pointers: Pointers) {
    this.db = db
    this.pointers = pointers
    this.liveBlocks = new LiveBlocks(readLive(db, pointers))
    this.remember(pointers.best)
  }

  get genesis(): Block {
    return this.pointers.genesis
  }

  get best(): Block {
    return this.pointers.best
  }

  get finalized(): Block {
    return this.pointers.finalized
  }

  protected remember(block: Block): Block {
    this.#cache.set(latin1(block.hash), block)
    return block
  }

  /** Any stored block. */
  block(hash: Uint8Array): Block | undefined {
    if (hash.length !== this.genesis.hash.length) return undefined
    const known = this.#cache.get(latin1(hash))
    if (known) return known
    const read = readBlock(this.db, hash)
    return read && this.remember(read)
  }

  /** Any stored block. @throws AssayError `UNKNOWN_BLOCK`. */
  known(hash: Uint8Array): Block {
    const block = this.block(hash)
    if (block) return block
    throw new AssayError('UNKNOWN_BLOCK', `expected the hash of a block of this chain, got ${toHex(hash)}`, {
      hash: toHex(hash),
    })
  }

  /** Hash of the block of that number on the best branch. */
  hashAt(number: number): Uint8Array | undefined {
    const { header, hash } = this.best
    if (number === header.number) return hash
    if (!Number.isInteger(number) || number < 0 || number > header.number) return undefined
    return this.db.get(numberKey(number))
  }

  /** Whether the block is on the best branch. */
  isOnBestBranch({ header, hash }: Block): boolean {
    const there = this.hashAt(header.number)
    return there !== undefined && equalBytes(there, hash)
  }

  /** The oldest block that is kept besides the genesis, where older ones were pruned. */
  get oldestBlock(): Block | undefined {
    const hash = this.db.get(OLDEST.block)
    return hash && this.block(hash)
  }

  /** The stored blocks beside the best branch that an earlier process left on the disk, some hundred at a time. */
  async *leftBeside(): AsyncGenerator<readonly Block[], void, void> {
    for await (const keys of this.db.keys(COLUMN.block)) {
      const stored = keys.flatMap((key) => readBlock(this.db, hashOfBlockKey(key)) ?? [])
      yield stored.filter((block) => !this.isOnBestBranch(block))
    }
  }

  /**
   * Whether finalizing the block is possible: it descends from the finalized one, or is among its ancestors.
   * @returns the blocks between, the finalized one left out, lowest first.
   * @throws AssayError `UNKNOWN_BLOCK` or `NOT_ON_FINALIZED_BRANCH`.
   */
  unfinalizedUpTo(hash: Uint8Array): Block[] {
    const target = this.known(hash)
    if (target.header.number <= this.finalized.header.number && this.isOnBestBranch(target)) return []
    const between: Block[] = []
    for (let block = this.checkLive(hash); !equalBytes(block.hash, this.finalized.hash);) {
      between.push(block)
      block = this.known(block.header.parentHash)
    }
    return between.reverse()
  }

  /** Blocks above the finalized one on every branch, parents before children. */
  live(): Block[] {
    return this.liveBlocks.all()
  }

  /**
   * A block that may get children: a live one, or the finalized one. @throws AssayError `UNKNOWN_BLOCK` or
   * `NOT_ON_FINALIZED_BRANCH`.
   */
  checkLive(hash: Uint8Array): Block {
    const block = this.known(hash)
    if (this.isLive(hash)) return block
    throw notFinalized(block, this.finalized)
  }

  /** Whether a block can still become final, or is the last one that did. */
  isLive(hash: Uint8Array): boolean {
    return this.liveBlocks.has(hash) || equalBytes(hash, this.finalized.hash)
  }

  /** The chain's present place. */
  place(): Place {
    return { best: this.best, finalized: this.finalized, live: this.live() }
  }

  /** Drops a block that is stored no more. */
  protected forget({ hash }: Block): void {
    this.#cache.delete(latin1(hash))
  }
}
