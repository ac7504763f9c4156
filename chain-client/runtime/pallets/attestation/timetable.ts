/**
 * When each round of pallet Attestation is looked at next.
 *
 * Owns: the record of each round with its place in the agenda, and which rounds are open. Does not own: the effect of a look.
 */
import { dueBlock, type RoundRecord } from '#types/domain/attestation/round.ts'
import { openAgenda } from '../../frame/agenda.ts'
import type { Meter, Room } from '../../frame/meter.ts'
import type { Arbitrations } from './arbitrations.ts'
import type { AttestationSelf } from './state.ts'

/** Most orders at a time. Each has one round that is not closed. */
export const MAX_OPEN_ORDERS = 1_000
/**
 * The part of a block's room that deadlines have before draws. A round that waits for attestors is in an agenda of its own: however
 * many wait, they delay each other only, and never the deadline of a round under way. Nor do deadlines keep waiting rounds out.
 */
const PARTS_PER_DEADLINES = 2

/** The functions by which calls and hooks change the timetable. */
export function createTimetable(
  { storage, block }: Pick<AttestationSelf, 'storage' | 'block'>,
  { nextLook }: Pick<Arbitrations, 'nextLook'>,
) {
  const deadlines = openAgenda(storage.roundsDue)
  const draws = openAgenda(storage.drawsDue)
  const agendaOf = ({ phase }: RoundRecord): typeof draws => (phase === 'Scheduled' ? draws : deadlines)
  /** The arbiter's look takes the place of the deadline of an attempt that is before it. Audits end in their time all the same. */
  const dueOf = (id: number, round: RoundRecord): number | undefined => {
    const due = dueBlock(round, storage.parameters.get())
    const isArbitrated = round.phase === 'Coinflip' || round.phase === 'Audit'
    const look = isArbitrated ? nextLook(id, round) : undefined
    return look === undefined || (round.phase === 'Audit' && due! < look) ? due : look
  }

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
    lookAt(id, dueOf(id, round), agendaOf(before), agendaOf(round))
  }

  /** Rounds that are not closed, by their numbers. */
  const active = (): readonly number[] => [...storage.activeRounds.keys()].map(([id]) => id).toSorted((a, b) => a - b)

  /** Moves the open rounds in the agenda after a change of parameters, which changes their deadlines. */
  const reschedule = (): void => {
    for (const id of active()) {
      const round = storage.rounds.get(id)!
      lookAt(id, dueOf(id, round), agendaOf(round))
    }
  }

  function* takeFrom(agenda: typeof draws, room: Room): Generator<number, void, void> {
    for (const id of agenda.take(block(), room)) {
      lookAt(id, block() + 1, agenda)
      yield id
    }
  }

  /**
   * The rounds to look at in this block, one at a time while there is room, those first whose time came first. Each is looked at in the
   * next one too, where nothing is done that says otherwise.
   */
  function* takeDue(meter: Meter): Generator<number, void, void> {
    yield* takeFrom(deadlines, meter.part(PARTS_PER_DEADLINES))
    yield* takeFrom(draws, meter)
  }

  return { put, active, reschedule, takeDue }
}
