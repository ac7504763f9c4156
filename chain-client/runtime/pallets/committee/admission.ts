/**
 * Admission to pallet Committee: which calls are junk, by the state alone.
 *
 * Owns: the checks that come before any arithmetic on a member's word, which the pool makes too, and the check of a signature. Does not
 * own: the rules for words (threshold/ceremony.ts of the domain), which cost too much to be free.
 */
import { equalBytes, u64le } from '#types/bytes.ts'
import { checkBlsSignatureOnce } from '#types/crypto/bls.ts'
import type { Committee, SigningRequest } from '#types/domain/committee/committee.ts'
import type { committeeCalls } from '#types/domain/committee/interface.ts'
import type { Ceremony } from '#types/domain/threshold/ceremony-types.ts'
import type { Values } from '#types/scale/compound.ts'
import type { ValidUnsigned } from '../../frame/pallet.ts'
import type { TransactionError } from '../../frame/terms.ts'
import type { CommitteeSelf } from './state.ts'

type Args<C extends keyof typeof committeeCalls> = Values<(typeof committeeCalls)[C]>

type Failure =
  | 'UnknownCommittee'
  | 'NotOwner'
  | 'NoCeremony'
  | 'CeremonyOpen'
  | 'WrongCeremony'
  | 'WrongPhase'
  | 'NotMember'
  | 'AlreadyJoined'
  | 'AlreadyDealt'
  | 'AlreadyDisputed'
  | 'AlreadyConfirmed'
  | 'AlreadyRenounced'
  | 'KeyNotMade'

interface AdmissionDeps extends Pick<CommitteeSelf, 'storage' | 'block'> {
  readonly fail: Readonly<Record<Failure, () => never>>
}

/** A member that speaks in the ceremony under way. */
export interface Speaker {
  readonly id: number
  readonly ceremony: Ceremony
}

/** Before transactions whose tip is small. */
const SIGNATURE_PRIORITY = 1_000_000_000_000n

/** The checks by which calls begin. Each gives what the call is about, and fails with the pallet's error. */
export function createAdmission({ storage, block, fail }: AdmissionDeps) {
  const found = (id: number): Committee => storage.committees.get(id) ?? fail.UnknownCommittee()

  /** The member that sends a word for the ceremony under way, whose phase still has time. */
  const speaker = (who: Uint8Array, named: { readonly committee: number; readonly ceremony: number }): Speaker => {
    found(named.committee)
    const ceremony = storage.ceremonies.get(named.committee) ?? fail.NoCeremony()
    if (ceremony.terms.ceremony !== named.ceremony) return fail.WrongCeremony()
    const member = ceremony.terms.members.find(({ account }) => equalBytes(account, who)) ?? fail.NotMember()
    // A block whose hooks had no room has not ended the phase yet.
    return block() > ceremony.until ? fail.WrongPhase() : { id: member.id, ceremony }
  }
  const inPhase = (speaking: Speaker, phase: Ceremony['phase']): Speaker =>
    speaking.ceremony.phase === phase ? speaking : fail.WrongPhase()

  /** An open request that still has time. */
  const openRequest = (id: bigint): SigningRequest | undefined => {
    const request = storage.requests.get(id)
    return request && block() <= request.until ? request : undefined
  }
  const isSigned = (request: SigningRequest, signature: Uint8Array): boolean => {
    const key = storage.committees.get(request.committee)?.key[0]
    return key !== undefined && checkBlsSignatureOnce(key, request.message, signature)
  }

  return {
    found,
    speaker,
    openRequest,
    isSigned,

    /** The committee of an account that has no ceremony under way. */
    idle(owner: Uint8Array, id: number): Committee {
      const committee = found(id)
      if (!equalBytes(committee.owner, owner)) return fail.NotOwner()
      return storage.ceremonies.has(id) ? fail.CeremonyOpen() : committee
    },

    join(who: Uint8Array, args: Args<'join'>): void {
      const { id, ceremony } = inPhase(speaker(who, args), 'Join')
      if (ceremony.joins.some((join) => join.id === id)) fail.AlreadyJoined()
    },
    deal(who: Uint8Array, args: Args<'deal'>): void {
      const { id, ceremony } = inPhase(speaker(who, args), 'Deal')
      if (!ceremony.joins.some((join) => join.id === id && join.commitment)) fail.NotMember()
      if (ceremony.dealings.some(({ dealer }) => dealer === id)) fail.AlreadyDealt()
    },
    dispute(who: Uint8Array, { word, ...args }: Args<'dispute'>): void {
      const { id, ceremony } = inPhase(speaker(who, args), 'Settle')
      if (ceremony.disputes.some(({ dealer, recipient }) => dealer === word.dealer && recipient === id))
        fail.AlreadyDisputed()
    },
    confirm(who: Uint8Array, args: Args<'confirm'>): void {
      const { id, ceremony } = inPhase(speaker(who, args), 'Settle')
      if (ceremony.confirmed.includes(id)) fail.AlreadyConfirmed()
      if (ceremony.next.length === 0 && !args.makesKey) fail.KeyNotMade()
    },
    renounce(who: Uint8Array, args: Args<'renounce'>): void {
      const { id, ceremony } = speaker(who, args)
      if (ceremony.renounced.includes(id)) fail.AlreadyRenounced()
      if (ceremony.confirmed.includes(id)) fail.AlreadyConfirmed()
    },

    /** Whether a bare extrinsic with this signature goes in: the right one, of an open request. Two for one request have one tag. */
    signature({ request: id, signature }: Args<'submitSignature'>): ValidUnsigned | TransactionError {
      const request = openRequest(id)
      if (!request) return { kind: 'invalid', reason: id < storage.nextRequest.get() ? 'Stale' : 'Future' }
      if (!isSigned(request, signature)) return { kind: 'invalid', reason: 'BadProof' }
      return { provides: [u64le(id)], priority: SIGNATURE_PRIORITY, longevity: BigInt(request.until - block() + 1) }
    },
  }
}
