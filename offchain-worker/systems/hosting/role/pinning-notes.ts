/**
 * What a hoster must not forget of its copies when it is killed.
 *
 * Owns: the notes and their keys in the journal.
 */
import { SegmentEnd } from '#types/domain/hosting/contract.ts'
import { FeedHead } from '#types/domain/hosting/feed.ts'
import { NoiseSignature } from '#types/domain/worker.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import type { Journal } from '#worker/kernel/ports.ts'
import type { SegmentName } from '../copy-ports.ts'
import type { Checkpoint } from '../transfer/receiver.ts'

const Note = struct({ end: SegmentEnd, signature: NoiseSignature })

const headKey = (copy: bigint): string => `pinning/${copy}/head`
const keyOf = ({ copy, generation, from }: SegmentName): string => `pinning/${copy}/${generation}/${from}`

/** The feed's head under which a copy was begun: the registered one may have grown since. */
export async function loadHead(journal: Journal, copy: bigint): Promise<FeedHead | undefined> {
  const kept = await journal.get(headKey(copy))
  return kept && decode(FeedHead, kept)
}
export const saveHead = (journal: Journal, copy: bigint, head: FeedHead): Promise<void> =>
  journal.put(headKey(copy), encode(FeedHead, head))
export const forgetHead = (journal: Journal, copy: bigint): Promise<void> => journal.delete(headKey(copy))

/** The newest end of a segment that its encoder has signed. */
export async function loadCheckpoint(journal: Journal, name: SegmentName): Promise<Checkpoint | undefined> {
  const kept = await journal.get(keyOf(name))
  return kept && decode(Note, kept)
}
export const saveCheckpoint = (journal: Journal, name: SegmentName, checkpoint: Checkpoint): Promise<void> =>
  journal.put(keyOf(name), encode(Note, checkpoint))

export const forgetCheckpoint = (journal: Journal, name: SegmentName): Promise<void> => journal.delete(keyOf(name))
