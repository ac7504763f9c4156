/**
 * The newest end of a segment that its encoder has signed, in a hoster's journal.
 *
 * Owns: the note and its key.
 */
import { SegmentEnd } from '#types/domain/hosting/contract.ts'
import { NoiseSignature } from '#types/domain/worker.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import type { Journal } from '#worker/kernel/ports.ts'
import type { SegmentName } from '../copy-ports.ts'
import type { Checkpoint } from '../transfer/receiver.ts'

const Note = struct({ end: SegmentEnd, signature: NoiseSignature })

const keyOf = ({ copy, generation, from }: SegmentName): string => `pinning/${copy}/${generation}/${from}`

/** The checkpoint that an earlier process has kept. */
export async function loadCheckpoint(journal: Journal, name: SegmentName): Promise<Checkpoint | undefined> {
  const kept = await journal.get(keyOf(name))
  return kept && decode(Note, kept)
}

/** Resolves once a killed process would find it again. */
export const saveCheckpoint = (journal: Journal, name: SegmentName, checkpoint: Checkpoint): Promise<void> =>
  journal.put(keyOf(name), encode(Note, checkpoint))

export const forgetCheckpoint = (journal: Journal, name: SegmentName): Promise<void> => journal.delete(keyOf(name))
