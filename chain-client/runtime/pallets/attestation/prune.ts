/**
 * Removes closed rounds from the state of pallet Attestation, some time after they closed.
 *
 * Owns: when a closed round and its reports go, and when the deposit for an order's storage returns. Does not own: the records of
 * absences, which end earlier.
 */
import type { StorageDeposit } from '#types/domain/attestation/attestation.ts'
import { RETENTION_BLOCKS } from '#types/domain/attestation/order.ts'
import { openAgenda } from '../../frame/agenda.ts'
import type { Room } from '../../frame/meter.ts'
import type { AttestationSelf } from './state.ts'

/** The functions by which rounds and orders that are over leave the state. */
export function createPrune({ storage, uses, block }: AttestationSelf) {
  const rounds = openAgenda(storage.roundsPruned)
  const deposits = openAgenda(storage.depositsReturned)

  /** Keeps a round that closes in this block for some time. */
  const keepRound = (id: number): void => rounds.insert(block() + RETENTION_BLOCKS, id)

  /** Keeps the storage deposit of an order that ends in this block until the order's last round is removed. */
  const keepDeposit = (order: number, deposit: StorageDeposit): void => {
    storage.storageDeposits.put(order, deposit)
    deposits.insert(block() + RETENTION_BLOCKS, order)
  }

  const removeRound = (id: number): void => {
    storage.rounds.remove(id)
    storage.reports.clear(id)
  }

  const returnDeposit = (order: number): void => {
    const deposit = storage.storageDeposits.get(order)
    if (!deposit) return
    storage.storageDeposits.remove(order)
    uses.balances.unreserve(deposit.requester, deposit.amount)
  }

  /**
   * Removes what was kept until this block, the oldest first while there is room; the next block removes the rest. Each by itself: a
   * bug in one must not stop the others.
   */
  const removeDue = (room: Room): void => {
    for (const id of rounds.take(block(), room))
      uses.dispatcher.contained(`Removal of attestation round ${id}`, () => removeRound(id))
    for (const order of deposits.take(block(), room))
      uses.dispatcher.contained(`Storage deposit of attestation order ${order}`, () => returnDeposit(order))
  }

  return { keepRound, keepDeposit, removeDue }
}
