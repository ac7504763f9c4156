/**
 * The record of a round for tests that need only some of its fields.
 *
 * Owns: the values of the others. Does not own: rounds of a chain (chain.ts).
 */
import type { RoundRecord } from '#types/domain/attestation/round.ts'

const NOBODY = new Uint8Array(32)

/** A round whose coinflip has just begun, in block 0 and among nobody, but for these fields. */
export const roundRecord = (fields: Partial<RoundRecord> = {}): RoundRecord => ({
  order: 0,
  hoster: NOBODY,
  hosterKey: NOBODY,
  feed: NOBODY,
  phase: 'Coinflip',
  attempt: 0,
  redraw: 0,
  scheduledAt: 0,
  openedAt: 0,
  endsAt: 0,
  agreedAt: 0,
  closedAt: 0,
  auditFrom: 0,
  members: [],
  drawn: fields.members?.length ?? 0,
  agreement: undefined,
  hosterReputationPpm: 0,
  verdict: undefined,
  reason: undefined,
  shortage: undefined,
  magic: undefined,
  magicRule: 'Concat',
  ...fields,
})
