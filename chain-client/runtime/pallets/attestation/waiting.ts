/**
 * Rounds of pallet Attestation that wait for attestors.
 *
 * Owns: the telling of what each lacks. Does not own: drawing, and how long a round waits (the rounds).
 *
 * A round is told once, and again whenever what it lacks has changed since the last look at it. The counts are bounded by what the
 * round needs, and a block looks at those rounds only for which it has room, so a crowd that comes and goes cannot fill blocks with
 * events.
 */
import { isSameShortage, type Shortage } from '#types/domain/attestation/closing.ts'
import type { RoundRecord } from '#types/domain/attestation/round.ts'
import type { AttestationSelf } from './state.ts'

/** The function by which the rounds tell of one that waits. */
export function createWaiting(
  { storage, emit }: Pick<AttestationSelf, 'storage' | 'emit'>,
  put: (id: number, round: RoundRecord) => void,
) {
  /** Notes and tells what a round lacks, where that is new. */
  return (id: number, round: RoundRecord, shortage: Shortage): void => {
    if (isSameShortage(round.shortage, shortage)) return
    put(id, { ...round, shortage })
    emit.AttestorsAwaited({ round: id, ...shortage, until: round.scheduledAt + storage.parameters.get().maxWait })
  }
}
