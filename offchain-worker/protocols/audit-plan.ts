/**
 * What an audit reads, and how, so that the hoster sees an ordinary reader: the drawn chunks lie within short runs.
 *
 * Owns: the model of a reader (run lengths, order of runs, chunks asked for at a time). Does not own: which chunks are drawn
 * (#types/domain/round.ts) or asking for them (audit.ts).
 *
 * The model is made up, since an attestor outside the swarm's connections cannot see what other readers ask of a hoster: a reader
 * jumps to a place, reads on for a few chunks, jumps again, and keeps a constant number of requests under way. There are no
 * pauses: each request follows an answer, for a reader as for an audit.
 */
import { createPrng } from '#types/domain/prng.ts'
import { MAX_RECEIPT_CHUNKS } from '#types/domain/receipt.ts'

/** Longest run, in chunks. Run lengths from 1 to this are each as likely. */
export const LONGEST_RUN = 4
/** Fewest requests that a reader keeps under way, where so many are allowed. */
export const LEAST_DEPTH = 2

/** @see planReads */
export interface ReadPlan {
  /** Every drawn chunk and its cover, each once, in the order of asking. At most {@link MAX_RECEIPT_CHUNKS}. */
  readonly order: readonly number[]
  /** Chunks to ask for at the same time. */
  readonly depth: number
}

/** @see planReads */
export interface PlanOptions {
  /** 32 bytes that the hoster must not know: who has them can tell the drawn chunks from their cover. */
  readonly seed: Uint8Array
  /** Drawn chunks, each below `length`. */
  readonly chunks: readonly number[]
  /** Chunks of the feed. */
  readonly length: number
  /** Most chunks to ask for at the same time. */
  readonly concurrency: number
}

/** A reader's way past the drawn chunks, which takes them in a drawn order. The same options give the same plan. */
export function planReads({ seed, chunks, length, concurrency }: PlanOptions): ReadPlan {
  const prng = createPrng([seed])
  const drawn = new Set(chunks)
  const asked = new Set<number>()
  let coverLeft = MAX_RECEIPT_CHUNKS - drawn.size
  for (const chunk of prng.shuffle(chunks)) {
    const run = 1 + prng.below(LONGEST_RUN)
    const begin = Math.max(0, chunk - prng.below(run))
    for (let index = begin; index < Math.min(begin + run, length); index++) {
      if (asked.has(index)) continue
      if (!drawn.has(index) && coverLeft-- <= 0) continue
      asked.add(index)
    }
  }
  const least = Math.min(LEAST_DEPTH, concurrency)
  return { order: [...asked], depth: least + prng.below(concurrency - least + 1) }
}
