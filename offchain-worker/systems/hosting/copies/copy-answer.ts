/**
 * Answering a challenge of the chain from what a hoster has on its disk.
 *
 * Owns: the answer, and trying it as the chain will. Does not own: its form (challenge.ts).
 */
import { answerSegment, checkAnswer, drawLeaves, drawsBySegment } from '#types/domain/hosting/copy/challenge.ts'
import type { ChallengeSeed, SegmentAnswer, StorageAnswer, StoredBlock } from '#types/domain/hosting/copy/challenge.ts'
import type { Segment } from '#types/domain/hosting/copy/segment.ts'

/** What a hoster has. */
export interface Holding {
  /** All segments of the copy, with their roots. */
  readonly segments: readonly Segment[]
  /** All blocks of a segment; undefined where one of them is not known. */
  readonly blocks: (segment: Segment) => readonly StoredBlock[] | undefined
  /** The stored bytes of a block; null where there are none. */
  readonly stored: (index: number) => Promise<Uint8Array | null>
}

/** An answer that the chain accepts; or the drawn blocks that were read for one that it would not accept. */
export type Answered = { readonly answer: StorageAnswer } | { readonly doubtful: readonly number[] }

/** Answers a challenge of `draws` leaves. */
export async function answerChallenge(holding: Holding, seed: ChallengeSeed, draws: number): Promise<Answered> {
  const { segments, blocks, stored } = holding
  const drawn = drawLeaves(seed, segments, draws)
  const read: number[] = []
  let isWhole = true
  const bytesOf = async (index: number): Promise<Uint8Array> => {
    read.push(index)
    const bytes = await stored(index)
    isWhole &&= bytes !== null
    return bytes ?? new Uint8Array()
  }
  const answer: SegmentAnswer[] = []
  for (const draw of drawsBySegment(segments, drawn)) {
    const known = blocks(draw.segment)
    if (!known) return { doubtful: read }
    answer.push(await answerSegment(draw, known, bytesOf))
  }
  return isWhole && checkAnswer(segments, drawn, answer) ? { answer } : { doubtful: read }
}
