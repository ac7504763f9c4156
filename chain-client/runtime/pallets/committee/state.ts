/**
 * The storage and events of pallet Committee, and its needs of other pallets.
 *
 * Owns: these declarations, from which metadata follows.
 */
import {
  Committee,
  MOST_OPEN_REQUESTS,
  NO_OFFENCES,
  Offences,
  SigningRequest,
  SigningResult,
} from '#types/domain/committee/committee.ts'
import { committeeEvents } from '#types/domain/committee/interface.ts'
import { CommitteeParameters, DEFAULT_COMMITTEE_PARAMETERS } from '#types/domain/committee/parameters.ts'
import { Ceremony } from '#types/domain/threshold/ceremony-types.ts'
import type { RoleName } from '#types/domain/worker.ts'
import { AccountId } from '#types/scale/account.ts'
import { vec } from '#types/scale/compound.ts'
import { bool, u32, u64 } from '#types/scale/primitives.ts'
import { Blake2_128Concat, Twox64Concat } from '#types/scale/storage-key.ts'
import { agenda } from '../../frame/agenda.ts'
import { event, type Self } from '../../frame/pallet.ts'
import { doubleMap, map, value } from '../../frame/storage.ts'

/** The parts of other pallets that Committee needs. */
export interface Needs {
  readonly system: { blockHash(number: number): Uint8Array | undefined }
  readonly dispatcher: {
    /** Runs `act` in a storage layer; an exception undoes it, and a bug is logged. Gives the failure. */
    contained(where: string, act: () => void): unknown
  }
  readonly balances: {
    reserve(who: Uint8Array, amount: bigint): void
    unreserve(who: Uint8Array, amount: bigint): bigint
    repatriateReserved(from: Uint8Array, to: Uint8Array, amount: bigint): bigint
  }
  readonly workers: { hasRole(account: Uint8Array, role: RoleName): boolean }
}

/** The storage of the pallet. */
export const storage = {
  parameters: value('Windows and prices.', CommitteeParameters, DEFAULT_COMMITTEE_PARAMETERS),
  nextCommittee: value('Number of the next committee.', u32, 0),
  nextRequest: value('Number of the next request.', u64, 0n),
  committees: map('Committees that are not disbanded.', u32, Committee, { hasher: Twox64Concat }),
  committeesOf: doubleMap(
    'The committees of which an account is a member, or will be if a resharing under way succeeds.',
    [AccountId, u32],
    bool,
    { hashers: [Blake2_128Concat, Twox64Concat] },
  ),
  ceremonies: map('The ceremony under way in a committee.', u32, Ceremony, { hasher: Twox64Concat }),
  ceremoniesDue: agenda('Committees, by the block in which the phase of their ceremony is over.', u32),
  offences: doubleMap('Proven lies in the ceremonies of a committee. They stay.', [u32, AccountId], Offences, {
    hashers: [Twox64Concat, Blake2_128Concat],
    default: NO_OFFENCES,
  }),
  requests: map('Requests to which there is no signature yet.', u64, SigningRequest, { hasher: Twox64Concat }),
  requestsOf: map('The open requests of a committee.', u32, vec(u64, MOST_OPEN_REQUESTS), {
    hasher: Twox64Concat,
    default: [],
  }),
  requestsDue: agenda('Open requests, by the block in which their time is over.', u64),
  results: map('Signatures, for some time.', u64, SigningResult, { hasher: Twox64Concat }),
  resultsPruned: agenda('Signatures, by the block in which each is removed.', u64),
}

/** The events of the pallet. */
export const events = {
  Created: event('An account formed a committee. Its members make a key.', committeeEvents.Created),
  CeremonyOpened: event('The members of a committee have a ceremony.', committeeEvents.CeremonyOpened),
  PhaseBegan: event(
    'A ceremony is in this phase, which lasts to the block `until` at most.',
    committeeEvents.PhaseBegan,
  ),
  WordTaken: event('A member has spoken in a ceremony.', committeeEvents.WordTaken),
  OffenceProven: event('Arithmetic on the chain’s data proves that a member lied.', committeeEvents.OffenceProven),
  Switched: event(
    'All members that stay have proven their shares. The committee is in its next epoch.',
    committeeEvents.Switched,
  ),
  Aborted: event(
    'A ceremony ended without a key. The committee keeps the one that it has. `silent` members did not speak, which proves nothing.',
    committeeEvents.Aborted,
  ),
  SignatureRequested: event(
    'An account wants a signature and has reserved the fee.',
    committeeEvents.SignatureRequested,
  ),
  SignatureMade: event(
    'The committee has signed. The member whose turn it was has the fee.',
    committeeEvents.SignatureMade,
  ),
  RequestEnded: event(
    'There was no signature in time, or the committee is disbanded. The requester has its fee again.',
    committeeEvents.RequestEnded,
  ),
  Disbanded: event('A committee is no more. Its owner has the deposit again.', committeeEvents.Disbanded),
  ParametersChanged: event('Root set these parameters to new values.', committeeEvents.ParametersChanged),
}

/** The part of the pallet that its other files get. */
export type CommitteeSelf = Pick<
  Self<object, typeof storage, typeof events, object, Needs>,
  'storage' | 'emit' | 'uses' | 'block' | 'parentHash' | 'attempt'
>
