/**
 * The blocks that one peer of a feed's swarm has read, as far as it tells and has proven.
 *
 * Owns: separating newly read blocks from earlier ones, and readers from seeders and liars, how many proofs that takes,
 * and the bounds of all that. Does not own: the messages from the peer.
 *
 * To announce a block costs nothing. So an announced block counts only if the peer has handed out some of its announced
 * blocks, drawn by us: it must hold nearly all of them.
 *
 * A Hypercore announces each block when it gets it, in a range of one. A bitfield, or a range from block 0 before any
 * other message, lists the blocks that it had when we met. We know that these came earlier but not in which order, so
 * they are in no trace.
 */
import type { Prng } from '#types/domain/prng.ts'
import type { WireBitfield, WireRange } from 'hypercore/lib/messages.js'

/** A block that a reader got, and the time (milliseconds of the injected clock). */
export interface ReadSeen {
  readonly index: number
  readonly at: number
}

/** Most blocks in one reader's trace. Later ones are dropped. */
export const MAX_READS = 4096
/** Most blocks of a feed to watch, from its beginning: 128 KiB for each reader. */
export const MAX_WATCHED_BLOCKS = 2 ** 20
/** More blocks at once are blocks that a peer has, not blocks that it reads. */
const MAX_BLOCKS_AT_ONCE = 64
/** A peer that has this part of the feed before it reads anything is a seeder. */
const SEEDER_PART = 0.9
/**
 * A peer may announce this many blocks per block of the feed. It announces each block once, and all of them again after
 * the last and on each new connection. A peer that needs more only makes work.
 */
const MAX_TELLINGS = 16
/** The same for feeds of few blocks. */
const MIN_TELLINGS = 4096
const BITS_PER_WORD = 32
/** Each proven block vouches for this many times as many announced ones. */
const READS_PER_PROOF = 4

/** A peer's blocks, in the order in which they came to it. */
export class ReaderTrace {
  readonly #watched: number
  readonly #held: Uint8Array
  readonly #reads: ReadSeen[] = []
  #heldCount = 0
  #patience: number
  #proofs = 0
  #seeds = false

  /** @param length blocks of the feed */
  constructor(length: number) {
    this.#watched = Math.min(length, MAX_WATCHED_BLOCKS)
    this.#held = new Uint8Array(Math.ceil(this.#watched / 8))
    this.#patience = MAX_TELLINGS * this.#watched + MIN_TELLINGS
  }

  /**
   * In the order of arrival. Empty for a seeder or a liar, and as long as the proofs do not vouch for all of it: a part
   * of a trace would look like a reader that left earlier.
   */
  reads(): readonly ReadSeen[] {
    return this.#isReader && this.#reads.length <= this.#vouched ? this.#reads : []
  }

  /** Whether the peer has proven anything. */
  get hasProven(): boolean {
    return this.#isReader && this.#proofs > 0
  }

  /** An announced block that the peer must hand out before we believe more; `undefined` if there is none. */
  toProve(random: Pick<Prng, 'below'>): number | undefined {
    if (!this.#isReader || this.#reads.length <= this.#vouched) return undefined
    return this.#reads[random.below(this.#reads.length)]!.index
  }

  /** Whether the peer handed out the block that it was asked for. One that did not is a liar. */
  tellProof(isGood: boolean): void {
    if (isGood) this.#proofs++
    else this.disbelieve()
  }

  get #isReader(): boolean {
    return !this.#seeds && this.#patience >= 0
  }

  get #vouched(): number {
    return this.#proofs === 0 ? 0 : READS_PER_PROOF ** this.#proofs
  }

  /** The peer announces consecutive blocks. Ignores those beyond the feed. */
  tellRange({ drop, start, length }: WireRange, at: number): void {
    // It has read a block even if it drops it.
    if (drop || !this.#spend(1) || !(start >= 0 && start < this.#watched)) return
    const end = Math.min(start + length, this.#watched)
    if (!this.#spend(end - start)) return
    const fresh: number[] = []
    for (let index = start; index < end; index++) if (this.#hold(index)) fresh.push(index)
    const came = length === 1 || (fresh.length <= MAX_BLOCKS_AT_ONCE && (start > 0 || this.#reads.length > 0))
    if (came) this.#read(fresh, at)
    else this.#judge()
  }

  /** The peer announces the blocks that it has, 32 in each word. */
  tellBitfield({ start, bitfield }: WireBitfield): void {
    if (!this.#spend(1 + bitfield.length)) return
    for (const [place, word] of bitfield.entries()) {
      const first = start + place * BITS_PER_WORD
      if (first >= this.#watched) break
      if (word !== 0 && !this.#holdWord(first, word)) return
    }
    this.#judge()
  }

  /** The peer said what no reader says: it is none. */
  disbelieve(): void {
    this.#patience = -1
  }

  #holdWord(first: number, word: number): boolean {
    if (!this.#spend(BITS_PER_WORD)) return false
    for (let bit = 0; bit < BITS_PER_WORD; bit++) if ((word >>> bit) & 1) this.#hold(first + bit)
    return true
  }

  #spend(blocks: number): boolean {
    if (this.#patience >= 0) this.#patience -= blocks
    return this.#patience >= 0
  }

  /** Whether it is a block of the feed and is new. */
  #hold(index: number): boolean {
    if (!Number.isInteger(index) || index < 0 || index >= this.#watched) return false
    const byte = this.#held[index >> 3]!
    const bit = 1 << (index & 7)
    if (byte & bit) return false
    this.#held[index >> 3] = byte | bit
    this.#heldCount++
    return true
  }

  #read(indices: readonly number[], at: number): void {
    const room = MAX_READS - this.#reads.length
    for (const index of indices.slice(0, room)) this.#reads.push({ index, at })
  }

  #judge(): void {
    if (this.#reads.length === 0 && this.#heldCount >= SEEDER_PART * this.#watched) this.#seeds = true
  }
}
