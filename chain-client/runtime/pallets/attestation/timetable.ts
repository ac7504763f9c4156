/**
 * When each round of pallet Attestation is looked at next.
 *
 * Owns: the record of each round with its place in the agenda, and which rounds are open. Does not own: the effect of a look.
 */
import { dueBlock, type RoundRecord } from '#types/domain/attestation/round.ts'
import { openAgenda } from '../../frame/agenda.ts'
import type { AttestationSelf } from './state.ts'

/**
 * Most rounds at which one block looks, the earliest first. Each round is in the agenda once, so it waits at most until all others
 * had their turn.
 */
const MAX_LOOKS = 200

/** The functions by which calls and hooks change the timetable. */
export function createTimetable({ storage, block }: Pick<AttestationSelf, 'storage' | 'block'>) {
  const due = openAgenda(storage.roundsDue)
  const dueOf = (round: RoundRecord): number | undefined => dueBlock(round, storage.parameters.get())

  /** Moves a round in the agenda. */
  const lookAt = (id: number, at: number | undefined): void => {
    const before = storage.activeRounds.get(id)
    if (before === at) return
    if (before === undefined) storage.activeCount.put(storage.activeCount.get() + 1)
    else due.remove(before, id)
    if (at === undefined) {
      storage.activeRounds.remove(id)
      storage.activeCount.put(storage.activeCount.get() - 1)
    } else {
      due.insert(at, id)
      storage.activeRounds.put(id, at)
    }
  }

  /** Stores a round, and puts it into the agenda for its time. */
  const put = (id: number, round: RoundRecord): void => {
    storage.rounds.put(id, round)
    lookAt(id, dueOf(round))
  }

  /** Rounds that are not closed, by their numbers. */
  const active = (): readonly number[] => [...storage.activeRounds.keys()].map(([id]) => id).toSorted((a, b) => a - b)

  /** Moves the open rounds in the agenda after a change of parameters, which changes their deadlines. */
  const reschedule = (): void => {
    for (const id of active()) lookAt(id, dueOf(storage.rounds.get(id)!))
  }

  /** The rounds to look at in this block. A look that changes nothing leaves the round due in the next block. */
  const takeDue = (): readonly number[] => {
    const ids = due.take(block(), MAX_LOOKS).toSorted((a, b) => a - b)
    for (const id of ids) lookAt(id, block() + 1)
    return ids
  }

  return { put, active, reschedule, takeDue }
}
