/**
 * Admission to pallet Attestation: which votes, evidence, reports and accusations are junk, by the state alone.
 *
 * Owns: the checks that come before anything is written, which the pool makes too. Does not own: the proofs in a report (the domain's
 * rules for it), which cost too much to be free.
 */
import { equalBytes } from '#types/bytes.ts'
import type { AbsenceRecord } from '#types/domain/attestation/absence.ts'
import type { attestationCalls } from '#types/domain/attestation/attestation.ts'
import { sessionOf } from '#types/domain/attestation/report.ts'
import type { PastFlip, RoundRecord } from '#types/domain/attestation/round.ts'
import { convict, type Evidence } from '#types/domain/coinflip/coinflip.ts'
import type { Values } from '#types/scale/compound.ts'
import type { AttestationSelf } from './state.ts'

type Args<C extends keyof typeof attestationCalls> = Values<(typeof attestationCalls)[C]>

type Failure =
  | 'UnknownRound'
  | 'NotMember'
  | 'WrongPhase'
  | 'WrongAttempt'
  | 'AlreadyConvicted'
  | 'AlreadyVoted'
  | 'BadOutcome'
  | 'BadEvidence'
  | 'TooLate'
  | 'TooEarly'
  | 'NoAgreement'
  | 'AlreadyReported'
  | 'NoAbsences'
  | 'NotAbsent'
  | 'AbsenceKnown'
  | 'CannotAccuse'

interface AdmissionDeps extends Pick<AttestationSelf, 'storage' | 'uses'> {
  readonly fail: Readonly<Record<Failure, () => never>>
  /** Whether evidence of the attempt under way would spoil it. */
  readonly spoils: (id: number, round: RoundRecord, evidence: Evidence) => boolean
}

/** Whether the members of a round have yet to agree on a number. */
const isFlipping = ({ phase }: RoundRecord): boolean => phase === 'Open' || phase === 'Coinflip'

/** The checks by which calls begin, one for each call. Each gives what it found, and fails with the pallet's error. */
export function createAdmission({ storage, uses, fail, spoils }: AdmissionDeps) {
  const roundOf = (id: number): RoundRecord => storage.rounds.get(id) ?? fail.UnknownRound()
  const rankOf = (round: RoundRecord, account: Uint8Array): number => {
    const rank = round.members.findIndex((member) => equalBytes(member.account, account))
    return rank === -1 ? fail.NotMember() : rank
  }
  /** The coinflip of an attempt: the present one, or an earlier one that was given up. */
  const flipAt = (id: number, round: RoundRecord, attempt: number): PastFlip =>
    attempt === round.attempt ? round : (storage.pastFlips.get(id, attempt) ?? fail.WrongAttempt())

  return {
    roundOf,
    rankOf,

    /** A member's vote, its first in this attempt. Gives the round. */
    vote(who: Uint8Array, { round: id, attempt, outcome }: Args<'submitCoinflipOutcome'>): RoundRecord {
      const round = roundOf(id)
      rankOf(round, who)
      if (!isFlipping(round) && round.phase !== 'Audit') return fail.WrongPhase()
      if (attempt !== round.attempt) return fail.WrongAttempt()
      if (storage.convicted.has(id, who)) return fail.AlreadyConvicted()
      if (storage.votes.get(id, who)?.attempt === attempt) return fail.AlreadyVoted()
      if (outcome.value.transcript.length !== round.members.length) return fail.BadOutcome()
      return round
    },

    /** Evidence that holds and is news. Gives the round, the account of the member that it convicts, and what it changes. */
    evidence(_who: Uint8Array, { round: id, attempt, evidence }: Args<'submitEvidence'>) {
      const round = roundOf(id)
      if (round.phase === 'Scheduled' || round.phase === 'Closed') return fail.WrongPhase()
      const { members, magicRule } = flipAt(id, round, attempt)
      const session = sessionOf(uses.system.blockHash(0)!, id, { attempt, members, magicRule })
      const key = convict(session, evidence, uses.coinflip.isSigned)
      const offender = key && members.find(({ noiseKey }) => equalBytes(noiseKey, key))?.account
      if (!offender) return fail.BadEvidence()
      const isSpoilt = attempt === round.attempt && isFlipping(round) && spoils(id, round, evidence)
      const isKnown = storage.convicted.has(id, offender)
      // A member whose conviction spoilt no number can still spoil one.
      return isKnown && !isSpoilt ? fail.AlreadyConvicted() : { round, offender, isSpoilt, isKnown }
    },

    /** A member's first report, in its time. Gives the round and the member's rank. */
    report(who: Uint8Array, { round: id }: Args<'submitReport'>) {
      const round = roundOf(id)
      const rank = rankOf(round, who)
      if (round.phase === 'Closed') return fail.TooLate()
      if (round.phase === 'Audit') return fail.TooEarly()
      if (round.phase !== 'Report') return fail.NoAgreement()
      if (storage.convicted.has(id, who)) return fail.AlreadyConvicted()
      if (storage.reports.has(id, who)) return fail.AlreadyReported()
      return { round, rank }
    },

    /**
     * An accusation of an attestor, for an absence that nobody told yet, or by an account that can lose the deposit of a false one.
     * Gives the record of the round's absences; undefined where the attestor did report.
     */
    accusation(who: Uint8Array, { round: id, attestor }: Args<'reportAbsent'>, fee = 0n): AbsenceRecord | undefined {
      const round = roundOf(id)
      if (round.phase !== 'Closed') return fail.WrongPhase()
      rankOf(round, attestor)
      // An attestor whose report was refused (too early, too late, receipts outside the slot) is absent.
      if (storage.reports.has(id, attestor)) {
        const lost = storage.parameters.get().accusationDeposit + fee
        return uses.balances.canWithdraw(who, lost) ? undefined : fail.CannotAccuse()
      }
      const record = storage.absences.get(id) ?? fail.NoAbsences()
      const absentee = record.absentees.find(({ account }) => equalBytes(account, attestor)) ?? fail.NotAbsent()
      return absentee.reported ? fail.AbsenceKnown() : record
    },
  }
}
