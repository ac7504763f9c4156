/**
 * Pallet Committee: members that hold shares of one BLS key, the ceremonies that make and renew it, and signatures on request.
 *
 * Owns: which account may do what, and when. Does not own: the rules of a ceremony (threshold/ceremony.ts of the domain).
 *
 *   create -> ceremony -> key -> requestSignature -> submitSignature
 *                          refresh, reshare: a ceremony, and the same key under new shares
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { changed, news } from '#types/domain/changes.ts'
import { LEAST_SHARES, MOST_MEMBERS, MOST_OPEN_REQUESTS, MOST_POINTS } from '#types/domain/committee/committee.ts'
import { committeeCalls } from '#types/domain/committee/interface.ts'
import {
  checkCommitteeParameters,
  CommitteeParameters,
  DEFAULT_COMMITTEE_PARAMETERS,
} from '#types/domain/committee/parameters.ts'
import { confirm, deal, dispute, join, renounce } from '#types/domain/threshold/ceremony.ts'
import type { Ceremony, CeremonyStep } from '#types/domain/threshold/ceremony-types.ts'
import { MAX_ID } from '#types/domain/threshold/feldman.ts'
import { CONFIRM_PREFIX } from '#types/domain/threshold/next-key.ts'
import { AssayError } from '#types/errors.ts'
import { u32 } from '#types/scale/primitives.ts'
import { ensureNone, ensureRoot, ensureSigned } from '../../frame/origin.ts'
import { call, constant, pallet, uses } from '../../frame/pallet.ts'
import type { PostDispatchInfo } from '../../frame/terms.ts'
import { refTime } from '../../frame/weights.ts'
import { createAdmission, type Speaker } from './admission.ts'
import { createCeremonies, type Speech } from './ceremonies.ts'
import { createRequests } from './requests.ts'
import { events, storage, type CommitteeSelf, type Needs } from './state.ts'
import { holdersOf, numbered } from './terms.ts'
import { createViews } from './views.ts'
import {
  AGGREGATE_MOST,
  aggregateWeight,
  CONFIRM,
  dealWeight,
  DISPUTE,
  JOIN,
  MEMBERSHIP,
  WORD,
  SIGN,
} from './weights.ts'

/** The parts of a block's room in which phases end and requests expire, before old signatures have the rest. */
const PARTS_PER_CEREMONIES = 2
const PARTS_PER_REQUESTS = 2

/** A member pays no fee for a word that is taken. */
const FREE: PostDispatchInfo = { paysFee: 'No' }

const beginsWith = (bytes: Uint8Array, start: Uint8Array): boolean => equalBytes(bytes.subarray(0, start.length), start)

const hasNextKey = ({ next }: Ceremony): boolean => next.length > 0

/** The rooms of the pallet. */
function createRooms(self: CommitteeSelf) {
  return { ceremonies: createCeremonies(self), requests: createRequests(self) }
}

export const committeePallet = pallet({
  name: 'Committee',
  docs: 'Committees whose members hold shares of one BLS key and sign together.',
  constants: {
    mostMembers: constant('Members of a committee, at most.', u32, MOST_MEMBERS),
    mostPoints: constant('q times the dealers of a ceremony, at most.', u32, MOST_POINTS),
    mostOpenRequests: constant('Open requests of a committee, at most.', u32, MOST_OPEN_REQUESTS),
  },
  storage,
  events,
  errors: {
    UnknownCommittee: 'There is no such committee, or it is disbanded.',
    NotOwner: 'Only the owner of the committee may do this.',
    TooFewShares: 'Expected q of 2 or more: one member would have the key alone.',
    TooManyShares: 'Expected q of at most as many as there are members.',
    TooManySpare: 'Expected q and spare together to be at most as many as there are members.',
    TooManyPoints:
      'Expected q times the number of dealers to be at most mostPoints (a constant): a block has no time for more.',
    DuplicateMember: 'Expected each member once.',
    NotAResponder: 'Expected registered workers with the role Responder as new members.',
    IdsUsedUp: 'The committee has given all of its 65535 ids. Form another one.',
    NoKey: 'The committee has no key yet. Its owner opens another ceremony by refresh.',
    CeremonyOpen: 'The committee has a ceremony under way. It ends by its deadlines.',
    NoCeremony: 'The committee has no ceremony under way.',
    WrongCeremony: 'The call is for another ceremony than the one under way.',
    WrongPhase: 'The ceremony is in another phase, or the time of this one is over.',
    NotMember: 'The account has no part in the ceremony, or not this one.',
    NotJoined: 'The member did not join, or left.',
    AlreadyJoined: 'The member has joined.',
    AlreadyDealt: 'The dealer has dealt.',
    AlreadyDisputed: 'The member has disputed this dealer.',
    AlreadyConfirmed: 'The member has confirmed.',
    AlreadyRenounced: 'The member has left the ceremony.',
    NoDealing: 'The dealer has no dealing that counts.',
    WrongLength: 'Expected just the parts that the ceremony asks of this member: see its terms.',
    BadPoint: 'Expected canonical encodings of points of the group, and not of the identity.',
    BadOpening: 'The dealing is not the one that the dealer committed to.',
    BadProof: 'A proof does not hold for this member in this ceremony.',
    KeyReused: 'Another member has used this key in the ceremony.',
    NotBound: 'The dealing does not hand on the dealer’s standing share.',
    StaleQual: 'The member counts other dealings than the chain.',
    KeyNotMade: 'No member has confirmed since the last conviction. The first one says makesKey.',
    BadPartial: 'The proof is not by the member’s share of the next key.',
    ReservedMessage: 'The message begins as confirmations of ceremonies do. Committees do not sign it.',
    TooManyRequests: 'The committee has mostOpenRequests (a constant) open requests.',
    UnknownRequest: 'There is no such request, or it is answered or over.',
    BadSignature: 'The signature is not the committee’s over the message.',
    OnlyUnsigned: 'A signature comes in a bare extrinsic, which costs nothing.',
    BadParameters: 'The parameters leave no time, or cost nothing.',
  },
  uses: uses<Needs>(),
  exports: createRooms,
  calls: ({ storage, emit, fail, uses, block, used }, own) => {
    const admission = createAdmission({ storage, block, fail })

    /** Takes a member's word, and lets it pay only where it lied. */
    const speak = (
      { ceremony, id }: Speaker,
      word: Speech['word'],
      step: (frame: ReturnType<typeof own.ceremonies.frameOf>) => CeremonyStep,
    ): PostDispatchInfo => {
      const taken = step(own.ceremonies.frameOf(ceremony))
      const fault = own.ceremonies.take(ceremony, taken, { member: id, word })
      if (fault) return fail[fault]()
      return taken.kind !== 'refused' && taken.offence?.kind === 'FalseComplaint' ? {} : FREE
    }

    /** Refuses a group that could not sign, or that so many dealers could not make. */
    const checkGroup = (members: readonly Uint8Array[], dealers: number, q: number, spare: number): void => {
      if (q < LEAST_SHARES) fail.TooFewShares()
      if (q > members.length) fail.TooManyShares()
      if (q + spare > members.length) fail.TooManySpare()
      if (q * dealers > MOST_POINTS) fail.TooManyPoints()
      if (new Set(members.map(toHex)).size < members.length) fail.DuplicateMember()
    }
    const checkResponders = (members: readonly Uint8Array[]): void => {
      if (members.some((account) => !uses.workers.hasRole(account, 'Responder'))) fail.NotAResponder()
    }

    return {
      create: call(
        'Form a committee of workers with the role Responder, which make a key at once. `q` of them sign, and `spare` more may be down. A deposit is reserved.',
        committeeCalls.create,
        MEMBERSHIP,
        (origin, { members: accounts, q, spare, strict }) => {
          const owner = ensureSigned(origin)
          checkGroup(accounts, accounts.length, q, spare)
          checkResponders(accounts)
          const { deposit } = storage.parameters.get()
          uses.balances.reserve(owner, deposit)
          const id = storage.nextCommittee.get()
          storage.nextCommittee.put(id + 1)
          const { members, nextId } = numbered({ members: [], nextId: 1 }, accounts)
          emit.Created({ committee: id, owner, q, spare })
          own.ceremonies.open(id, {
            owner,
            q,
            spare,
            strict,
            members: members.map((member) => ({ ...member, isStale: true })),
            nextId,
            epoch: 0,
            key: [],
            ceremony: 0,
            unconfirmed: [],
            deposit,
          })
        },
      ),
      join: call(
        'Join the ceremony of your committee. A member that receives gives the key to which its shares are encrypted; a member that deals commits to its dealing.',
        committeeCalls.join,
        { weight: JOIN + WORD, computation: JOIN, class: 'Operational', validate: admission.join },
        (origin, { word, ...named }) => {
          const speaker = admission.speaker(ensureSigned(origin), named)
          return speak(speaker, 'Join', (frame) => join(speaker.ceremony, frame, speaker.id, word))
        },
      ),
      deal: call(
        'Deal: open what you committed to, with an encrypted share for each member that joined.',
        committeeCalls.deal,
        {
          weight: ({ dealing }) => dealWeight(dealing) + WORD,
          computation: ({ dealing }) => dealWeight(dealing),
          class: 'Operational',
          validate: admission.deal,
        },
        (origin, { dealing, ...named }) => {
          const speaker = admission.speaker(ensureSigned(origin), named)
          return speak(speaker, 'Deal', (frame) => deal(speaker.ceremony, frame, speaker.id, dealing))
        },
      ),
      dispute: call(
        'Show that a dealer sent you a wrong share. Its dealing then counts no more. If the share is right, the complaint is recorded against you, and costs its fee.',
        committeeCalls.dispute,
        { weight: DISPUTE + WORD, computation: DISPUTE, class: 'Operational', validate: admission.dispute },
        (origin, { word, ...named }) => {
          const speaker = admission.speaker(ensureSigned(origin), named)
          return speak(speaker, 'Dispute', (frame) => dispute(speaker.ceremony, frame, speaker.id, word))
        },
      ),
      confirm: call(
        'Prove that you hold your share of the next key. The first member to confirm has the chain compute this key. The last one switches to it.',
        committeeCalls.confirm,
        {
          weight: ({ makesKey }) => CONFIRM + (makesKey ? AGGREGATE_MOST : 0n) + WORD,
          class: 'Operational',
          validate: admission.confirm,
        },
        (origin, { word, makesKey, ...named }) => {
          const before = used()
          const speaker = admission.speaker(ensureSigned(origin), named)
          const { ceremony, id } = speaker
          if (!hasNextKey(ceremony) && !makesKey) return fail.KeyNotMade()
          const post = speak(speaker, 'Confirm', (frame) => confirm(ceremony, frame, id, word))
          const computation = CONFIRM + (hasNextKey(ceremony) ? 0n : aggregateWeight(ceremony))
          return { ...post, actualWeight: { refTime: computation + used() - before, proofSize: 0n } }
        },
      ),
      renounce: call(
        'Leave a ceremony whose secrets you have lost. It is no fault. What you dealt still counts.',
        committeeCalls.renounce,
        { weight: WORD, computation: 0n, class: 'Operational', validate: admission.renounce },
        (origin, named) => {
          const speaker = admission.speaker(ensureSigned(origin), named)
          return speak(speaker, 'Renounce', (frame) => renounce(speaker.ceremony, frame, speaker.id))
        },
      ),
      refresh: call(
        'Have the members renew their shares of the key, so that old ones are of no use. Where there is no key yet, have them make it.',
        committeeCalls.refresh,
        MEMBERSHIP,
        (origin, { committee: id }) => {
          own.ceremonies.open(id, admission.idle(ensureSigned(origin), id))
        },
      ),
      reshare: call(
        'Have the members hand the key on to this group, under another threshold if you like. A member that stays keeps its id. Old shares that nobody erased still give the key.',
        committeeCalls.reshare,
        MEMBERSHIP,
        (origin, { committee: id, members: accounts, q, spare }) => {
          const committee = admission.idle(ensureSigned(origin), id)
          checkGroup(accounts, holdersOf(committee).length, q, spare)
          const isOld = (account: Uint8Array): boolean =>
            committee.members.some((member) => equalBytes(member.account, account))
          checkResponders(accounts.filter((account) => !isOld(account)))
          if (committee.key.length === 0) return fail.NoKey()
          const { members, nextId } = numbered(committee, accounts)
          if (nextId > MAX_ID) return fail.IdsUsedUp()
          own.ceremonies.open(id, { ...committee, nextId }, { members, q, spare })
        },
      ),
      requestSignature: call(
        'Ask a committee for its signature over a message. The fee is reserved. You get it back if there is no signature in time.',
        committeeCalls.requestSignature,
        refTime(0n, 8n, 7n),
        (origin, { committee: id, message }) => {
          const requester = ensureSigned(origin)
          const committee = admission.found(id)
          if (committee.key.length === 0) return fail.NoKey()
          if (beginsWith(message, CONFIRM_PREFIX)) return fail.ReservedMessage()
          if (storage.requestsOf.get(id).length >= MOST_OPEN_REQUESTS) return fail.TooManyRequests()
          own.requests.open(id, committee, requester, message)
        },
      ),
      submitSignature: call(
        'Give the signature that a request asks for. Anybody may, in a bare extrinsic. The member whose turn it is gets the fee.',
        committeeCalls.submitSignature,
        {
          weight: SIGN + refTime(0n, 8n, 10n),
          class: 'Operational',
          validate: () => fail.OnlyUnsigned(),
          validateUnsigned: (args) => admission.signature(args),
        },
        (origin, { request: id, signature }) => {
          ensureNone(origin)
          const request = admission.openRequest(id) ?? fail.UnknownRequest()
          if (!admission.isSigned(request, signature)) return fail.BadSignature()
          own.requests.answer(id, request, signature)
        },
      ),
      disband: call(
        'End your committee, with its ceremony. You get the deposit back, and requesters their fees.',
        committeeCalls.disband,
        MEMBERSHIP + refTime(0n, 4n, 6n) * BigInt(MOST_OPEN_REQUESTS),
        (origin, { committee: id }) => {
          const owner = ensureSigned(origin)
          const committee = admission.found(id)
          if (!equalBytes(committee.owner, owner)) return fail.NotOwner()
          own.requests.close(id)
          own.ceremonies.close(id, committee)
          storage.committees.remove(id)
          uses.balances.unreserve(owner, committee.deposit)
          emit.Disbanded({ committee: id })
        },
      ),
      setParameters: call(
        'Change some of the windows and prices (root). They hold for phases, requests and committees that begin later.',
        committeeCalls.setParameters,
        refTime(0n, 1n, 1n),
        (origin, { changes }) => {
          ensureRoot(origin)
          const before = storage.parameters.get()
          const parameters = changed(before, changes)
          if (checkCommitteeParameters(parameters) !== undefined) return fail.BadParameters()
          const made = news(before, changes)
          if (!made) return
          storage.parameters.put(parameters)
          emit.ParametersChanged({ changes: made })
        },
      ),
    }
  },
  views: (self) => createViews(self),
  hooks: (_, own) => ({
    onInitialize(meter) {
      own.ceremonies.passDue(meter.part(PARTS_PER_CEREMONIES))
      own.requests.expireDue(meter.part(PARTS_PER_REQUESTS))
      own.requests.pruneDue(meter)
    },
  }),
  genesis: {
    config: CommitteeParameters,
    fallback: DEFAULT_COMMITTEE_PARAMETERS,
    build({ storage }, parameters) {
      const problem = checkCommitteeParameters(parameters)
      if (problem !== undefined) throw new AssayError('BAD_GENESIS', `committee.${problem}`)
      storage.parameters.put(parameters)
    },
  },
})
