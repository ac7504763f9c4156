/**
 * Absentees of closed rounds in pallet Attestation: the money kept back for rewards, and the effect of a true or false
 * report.
 *
 * Owns: the record of a round's absences from its closing to the end of the window, and the money that it holds. Does not own:
 * which members are absent (the rounds).
 */
import { equalBytes } from '#types/bytes.ts'
import {
  ABSENCE_WINDOW_BLOCKS,
  absenceReward,
  turnAt,
  turnsOf,
  type AbsenceRecord,
} from '#types/domain/attestation/absence.ts'
import type { RoundRecord } from '#types/domain/attestation/round.ts'
import { wholeShare } from '#types/domain/attestation/settlement.ts'
import { openAgenda } from '../../frame/agenda.ts'
import type { Room } from '../../frame/meter.ts'
import type { AttestationSelf } from './state.ts'

/** The functions by which calls, hooks and closing rounds change absences. */
export function createAbsences({ storage, emit, uses, block, attempt }: AttestationSelf) {
  const ending = openAgenda(storage.absencesEnding)

  /**
   * Begins the window of a closing round with `absent` members and these `reporters`. Returns the part of `left`, the rest of the
   * requester's deposit, that stays reserved; zero where nobody is absent, or nobody can earn it.
   */
  const open = (
    id: number,
    round: RoundRecord,
    absent: readonly Uint8Array[],
    reporters: readonly Uint8Array[],
    requester: Uint8Array,
    left: bigint,
  ): bigint => {
    if (absent.length === 0) return 0n
    const turns = turnsOf(round, reporters)
    const reward =
      turns.length === 0
        ? 0n
        : absenceReward(wholeShare(round.hosterReputationPpm, round.drawn, storage.parameters.get()))
    const wanted = reward * BigInt(absent.length)
    const held = wanted < left ? wanted : left
    const until = block() + ABSENCE_WINDOW_BLOCKS
    const absentees = absent.map((account) => ({ account, reported: false }))
    storage.absences.put(id, { requester, closedAt: block(), until, reward, held, absentees, turns })
    ending.insert(until + 1, id)
    return held
  }

  /** Pays a reward to that account, and returns the paid amount: 0 where the account is gone, which must not keep an absence untold. */
  const pay = ({ requester, reward, held }: AbsenceRecord, who: Uint8Array | undefined): bigint => {
    let paid = 0n
    const due = reward < held ? reward : held
    if (!who || due === 0n) return paid
    attempt(() => {
      paid = uses.balances.repatriateReserved(requester, who, due)
    })
    return paid
  }

  /** Lowers an absentee's reputation, and pays the member whose turn it is. */
  const tell = (id: number, record: AbsenceRecord, attestor: Uint8Array, reporter: Uint8Array): void => {
    const paid = turnAt(record, block())
    const reward = pay(record, paid)
    const absentees = record.absentees.map((absentee) =>
      equalBytes(absentee.account, attestor) ? { ...absentee, reported: true } : absentee,
    )
    let held = record.held - reward
    if (held > 0n && absentees.every(({ reported }) => reported)) {
      uses.balances.unreserve(record.requester, held)
      held = 0n
    }
    storage.absences.put(id, { ...record, held, absentees })
    uses.workers.rate(attestor, 'Attestor', 'failure')
    emit.AbsenceReported({ round: id, attestor, reporter, reward, paid })
  }

  /**
   * Burns the deposit of an account that accused an attestor which did report. It is burned so that nobody gains by being accused,
   * not even a liar convicted later. Reports are on the chain, and a closed round takes none, so a false accusation is never an
   * honest mistake.
   */
  const reject = (id: number, attestor: Uint8Array, accuser: Uint8Array): void => {
    const { accusationDeposit } = storage.parameters.get()
    uses.balances.burn(accuser, accusationDeposit, 'preserve')
    emit.AccusationRejected({ round: id, attestor, accuser, deposit: accusationDeposit })
  }

  /** Ends a round's window: money that nobody earned goes back to the requester. */
  const end = (id: number): void => {
    const record = storage.absences.get(id)
    if (!record) return
    storage.absences.remove(id)
    if (record.held > 0n) uses.balances.unreserve(record.requester, record.held)
  }

  /**
   * Ends the windows that are over with this block, the oldest first while there is room; the others end in the next block. Each by
   * itself: a bug in one must not stop the others.
   */
  const endDue = (room: Room): void => {
    for (const id of ending.take(block(), room))
      uses.dispatcher.contained(`Absences of attestation round ${id}`, () => end(id))
  }

  return { open, tell, reject, endDue }
}
