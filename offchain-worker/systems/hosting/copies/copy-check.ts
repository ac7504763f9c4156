/**
 * Whether the disk still has for a block what was written.
 *
 * Owns: the check of one block, and what follows from it. Does not own: when blocks are checked (pinned-copy.ts).
 */
import { equalBytes } from '#types/bytes.ts'
import type { Clock } from '#types/clock.ts'
import type { CodecPool } from './codec-pool.ts'
import type { CopyIndex, HashStored } from './copy-index.ts'
import type { CopyPart } from './copy-layout.ts'
import type { PinnedFeed } from './pinned-feed.ts'

/** How to check all blocks. */
export interface CheckOptions {
  /** Stored bytes that the check reads in a second, at most. */
  readonly bytesPerSecond: number
}

/** What it takes to check a block. */
export interface Checked {
  readonly pinned: PinnedFeed
  /** What is known of the copy's blocks. */
  readonly known: CopyIndex
  readonly pool: CodecPool
}

/** Hashes stored blocks. */
export const hashStored =
  (pinned: PinnedFeed, pool: CodecPool): HashStored =>
  async (index, leafBytes) => {
    const stored = await pinned.stored(index)
    if (stored === null || stored.length === 0 || stored.length % leafBytes !== 0) return undefined
    return { leaves: stored.length / leafBytes, top: await pool.top(stored, leafBytes) }
  }

/**
 * Checks a block, and drops it where its stored bytes are bad. A block has one encoding only, so where it decodes, the side file is what
 * is wrong: then that is made again.
 * @param part the segment that has the block
 * @returns its stored bytes; undefined where there are no good ones
 */
export async function checkBlock(
  { pinned, known, pool }: Checked,
  index: number,
  part: CopyPart | undefined,
): Promise<number | undefined> {
  const stored = await pinned.stored(index)
  if (!part || stored === null) {
    await pinned.dropBad(index, null)
    return undefined
  }
  const entry = known.at(index)
  const leafBytes = part.modulus.length
  if (entry && stored.length === entry.leaves * leafBytes) {
    if (equalBytes(await pool.top(stored, leafBytes), entry.top)) return stored.length
  }
  const decoded = await pinned.decode(index, stored)
  if (!decoded || 'bad' in decoded) {
    await pinned.dropBad(index, stored)
    return undefined
  }
  await known.forget(index, index + 1)
  await known.mend(part)
  return stored.length
}

/** The pauses of a check: none once the copy is closed. */
export class Pauses {
  readonly #clock: Clock
  #isOver = false
  #wake: () => void = () => undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  wait(ms: number): Promise<void> {
    if (this.#isOver) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = this.#clock.setTimer(ms, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
  }

  /** Ends the one that is under way, and all that would come. */
  end(): void {
    this.#isOver = true
    this.#wake()
  }
}
