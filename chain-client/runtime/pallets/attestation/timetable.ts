/**
 * When each round of pallet Attestation is looked at next.
 *
 * Owns: the record of each round with its place in the agenda, and which rounds are open. Does not own: the effect of a look.
 */
import { dueBlock, type RoundRecord } from '#types/domain/attestation/round.ts'
import { openAgenda } from '../../frame/agenda.ts'
import type { AttestationSelf } from './state.ts'

/** Most orders at a time. Each has one round that is not closed, so this bounds what one block looks at. */
export const MAX_OPEN_ORDERS = 1_000
/**
 * Rounds for which one block tries to draw attestors, those first whose time came first. A round that waits for attestors is in an
 * agenda of its own: however many wait, they delay each other only, and never the deadline of a round under way.
 */
const MAX_DRAWS = 200

/** The functions by which calls and hooks change the timetable. */
export function createTimetable({ storage, block }: Pick<AttestationSelf, 'storage' | 'block'>) {
  const deadlines = openAgenda(storage.roundsDue)
  const draws = openAgenda(storage.drawsDue)
  const agendaOf = ({ phase }: RoundRecord): typeof draws => (phase === 'Scheduled' ? draws : deadlines)
  const dueOf = (round: RoundRecord): number | undefined => dueBlock(round, storage.parameters.get())

  /** Has a round looked at in that block, or in the next one where that block has begun; `from` is the agenda that it is in. */
  const lookAt = (id: number, due: number | undefined, from: typeof draws, to = from): void => {
    const before = storage.activeRounds.get(id)
    const at = due && Math.max(due, block() + 1)
    if (before === at && from === to) return
    if (before === undefined) storage.activeCount.put(storage.activeCount.get() + 1)
    else from.remove(before, id)
    if (at === undefined) {
      storage.activeRounds.remove(id)
      storage.activeCount.put(storage.activeCount.get() - 1)
    } else {
      to.insert(at, id)
      storage.activeRounds.put(id, at)
    }
  }

  /** Stores a round, and puts it into the agenda for its time. */
  const put = (id: number, round: RoundRecord): void => {
    const before = storage.rounds.get(id) ?? round
    storage.rounds.put(id, round)
    lookAt(id, dueOf(round), agendaOf(before), agendaOf(round))
  }

  /** Rounds that are not closed, by their numbers. */
  const active = (): readonly number[] => [...storage.activeRounds.keys()].map(([id]) => id).toSorted((a, b) => a - b)

  /** Moves the open rounds in the agenda after a change of parameters, which changes their deadlines. */
  const reschedule = (): void => {
    for (const id of active()) {
      const round = storage.rounds.get(id)!
      lookAt(id, dueOf(round), agendaOf(round))
    }
  }

  const takeFrom = (agenda: typeof draws, most: number): readonly number[] => {
    const ids = agenda.take(block(), most).toSorted((a, b) => a - b)
    for (const id of ids) lookAt(id, block() + 1, agenda)
    return ids
  }

  /** The rounds to look at in this block. Each is looked at in the next one too, where nothing is done that says otherwise. */
  const takeDue = (): readonly number[] => [...takeFrom(deadlines, MAX_OPEN_ORDERS), ...takeFrom(draws, MAX_DRAWS)]

  return { put, active, reschedule, takeDue }
}
