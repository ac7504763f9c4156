/**
 * What a hoster must not forget of its copies when it is killed.
 *
 * Owns: the notes and their keys in the journal.
 */
import { SegmentEnd } from '#types/domain/hosting/contract.ts'
import { FeedHead } from '#types/domain/hosting/feed.ts'
import { NoiseSignature } from '#types/domain/worker.ts'
import { decode, encode, type Codec } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import type { Journal } from '#worker/kernel/ports.ts'
import type { SegmentName } from '../copy-ports.ts'
import type { Checkpoint } from '../transfer/receiver.ts'

const CheckpointNote = struct({ end: SegmentEnd, signature: NoiseSignature })

const headKey = (copy: bigint): string => `pinning/${copy}/head`
const checkpointKey = ({ copy, generation, from }: SegmentName): string => `pinning/${copy}/${generation}/${from}`

async function load<T>(journal: Journal, key: string, codec: Codec<T>): Promise<T | undefined> {
  const kept = await journal.get(key)
  return kept && decode(codec, kept)
}

/** The head under which a copy was begun: the registered one may have grown since. */
export const loadHead = (journal: Journal, copy: bigint): Promise<FeedHead | undefined> =>
  load(journal, headKey(copy), FeedHead)
export const saveHead = (journal: Journal, copy: bigint, head: FeedHead): Promise<void> =>
  journal.put(headKey(copy), encode(FeedHead, head))

/** The newest end that the encoder of a segment has signed. */
export const loadCheckpoint = (journal: Journal, name: SegmentName): Promise<Checkpoint | undefined> =>
  load(journal, checkpointKey(name), CheckpointNote)
export const saveCheckpoint = (journal: Journal, name: SegmentName, checkpoint: Checkpoint): Promise<void> =>
  journal.put(checkpointKey(name), encode(CheckpointNote, checkpoint))

export const forgetHead = (journal: Journal, copy: bigint): Promise<void> => journal.delete(headKey(copy))
export const forgetCheckpoint = (journal: Journal, name: SegmentName): Promise<void> =>
  journal.delete(checkpointKey(name))
