/**
 * When each round of pallet Attestation is looked at next.
 *
 * Owns: the record of each round with its place in the agenda, and which rounds are open. Does not own: what a look does to a round
 * (pallet.ts).
 */
import { dueBlock, type RoundRecord } from '#types/domain/attestation/round.ts'
import { openAgenda } from '../../frame/agenda.ts'
import type { AttestationSelf } from './state.ts'

/**
 * Rounds that one block looks at, those first whose time came first. Each round is in the agenda once, so that none waits longer than
 * there are others for.
 */
const MAX_LOOKS = 200

/** What calls and hooks do to the timetable. */
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

  /** Keeps a round, and has it looked at in its time. */
  const put = (id: number, round: RoundRecord): void => {
    storage.rounds.put(id, round)
    lookAt(id, dueOf(round))
  }

  /** Rounds that are not closed, by their numbers. */
  const active = (): readonly number[] => [...storage.activeRounds.keys()].map(([id]) => id).toSorted((a, b) => a - b)

  /** Parameters have changed, and the deadlines of rounds under way with them. */
  const reschedule = (): void => {
    for (const id of active()) lookAt(id, dueOf(storage.rounds.get(id)!))
  }

  /** The rounds to look at in this block. Each is looked at in the next one too, where nothing is done that says otherwise. */
  const takeDue = (): readonly number[] => {
    const ids = due.take(block(), MAX_LOOKS).toSorted((a, b) => a - b)
    for (const id of ids) lookAt(id, block() + 1)
    return ids
  }

  return { put, active, reschedule, takeDue }
}
