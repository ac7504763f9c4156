/**
 * Requests to sign: their fees, their time, and the signatures that answer them.
 *
 * Owns: their storage and agenda, and the reserved money. Does not own: whose turn it is (turns.ts of the domain).
 */
import type { Committee, SigningRequest } from '#types/domain/committee/committee.ts'
import { turnOf } from '#types/domain/committee/turns.ts'
import { openAgenda } from '../../frame/agenda.ts'
import type { Room } from '../../frame/meter.ts'
import type { CommitteeSelf } from './state.ts'

/** The functions by which calls and hooks change requests. */
export function createRequests({ storage, emit, uses, block, parentHash, attempt }: CommitteeSelf) {
  const due = openAgenda(storage.requestsDue)
  const pruned = openAgenda(storage.resultsPruned)
  const { balances } = uses

  const remove = (id: bigint, { committee, until }: SigningRequest): void => {
    storage.requests.remove(id)
    due.remove(until + 1, id)
    const left = storage.requestsOf.get(committee).filter((other) => other !== id)
    if (left.length > 0) storage.requestsOf.put(committee, left)
    else storage.requestsOf.remove(committee)
  }

  const refund = (id: bigint, request: SigningRequest): void => {
    remove(id, request)
    balances.unreserve(request.requester, request.fee)
    emit.RequestEnded({ request: id, committee: request.committee })
  }

  return {
    /** Opens a request and reserves its fee. @throws DispatchFailure InsufficientBalance */
    open(committee: number, { epoch }: Committee, requester: Uint8Array, message: Uint8Array): void {
      const { signatureFee: fee, signingWindow } = storage.parameters.get()
      balances.reserve(requester, fee)
      const id = storage.nextRequest.get()
      storage.nextRequest.put(id + 1n)
      const at = block()
      const until = at + signingWindow
      storage.requests.put(id, { committee, epoch, message, requester, fee, at, until, seed: parentHash() })
      storage.requestsOf.put(committee, [...storage.requestsOf.get(committee), id])
      due.insert(until + 1, id)
      emit.SignatureRequested({ request: id, committee, epoch, requester, until })
    },
    /** Takes the signature of an open request, which is right, and pays the member whose turn it is. */
    answer(id: bigint, request: SigningRequest, signature: Uint8Array): void {
      const { committee, epoch, message, requester, fee } = request
      const { initiatorTurn, retention } = storage.parameters.get()
      // A committee with a key has members that hold it.
      const turn = turnOf(id, request, storage.committees.get(committee)!, block(), initiatorTurn)!
      const { account: initiator } = turn.initiator
      remove(id, request)
      // An account that is gone cannot be paid.
      const failure = attempt(() => void balances.repatriateReserved(requester, initiator, fee))
      if (failure) balances.unreserve(requester, fee)
      storage.results.put(id, { committee, epoch, message, signature, initiator, at: block() })
      pruned.insert(block() + retention, id)
      emit.SignatureMade({ request: id, committee, epoch, signature, initiator })
    },
    /** Refunds all open requests of a committee. */
    close(committee: number): void {
      for (const id of storage.requestsOf.get(committee)) refund(id, storage.requests.get(id)!)
    },
    /** Refunds requests whose time is over while there is room. */
    expireDue(room: Room): void {
      for (const id of due.take(block(), room)) {
        const request = storage.requests.get(id)
        if (request) refund(id, request)
      }
    },
    /** Removes signatures that were kept long enough while there is room. */
    pruneDue(room: Room): void {
      for (const id of pruned.take(block(), room)) storage.results.remove(id)
    },
  }
}
