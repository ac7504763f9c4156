/**
 * Evidence against a member of a coinflip: the one rule by which peers and chain judge a lie.
 *
 * Owns: verifying evidence with nothing but the session in hand. Does not own: its encoding.
 *
 * Why no honest member can be convicted, whichever other members lie. It commits to one number and opens that one. Its ping names
 * the transcript that it saw, and its word is right for that transcript. Another transcript, such as one with a second commitment
 * of another member, has another root. So only openings of its own transcript are compared with its word. It verifies a fraud proof
 * by this same rule before it sends the proof. A killed member may send two different echo rows, and these convict nobody.
 */
import { equalBytes } from '../../bytes.ts'
import { encode } from '../../scale/codec.ts'
import { confirmationWord, magic } from './magic.ts'
import { Commitment, commitTo, sessionId, transcriptRoot, type Session } from './session.ts'
import {
  checkMessageSignature,
  checkSignedCommitment,
  checkSignedConfirmation,
  checkSignedFraud,
  checkSignedReveal,
  type IsSigned,
} from './signatures.ts'
import type { Accusation, Evidence, SignedFraud } from './messages.ts'

type Lie<T extends Accusation['tag']> = Extract<Accusation, { tag: T }>['value']

/** The member that the evidence accuses, proven or not. */
export function accusedBy(evidence: Evidence): Uint8Array {
  switch (evidence.tag) {
    case 'Equivocation':
      return evidence.value.first.author
    case 'BadReveal':
      return evidence.value.reveal.author
    case 'BadPing':
      return evidence.value.confirmation.author
    default:
      return evidence.value.author
  }
}

/** A lie that can leave its session without a number: two commitments. The author of a bad reveal still owes the right number. */
export type SpoilingLie = Extract<Evidence, { readonly tag: 'Equivocation' }>

/** Whether the lie can leave its session without a number. After any other lie the number stands. */
export const spoilsNumber = (evidence: Evidence): evidence is SpoilingLie => evidence.tag === 'Equivocation'

/**
 * Whether the evidence, true or not, may tell everybody the session's number, because it opens all commitments. After an agreement,
 * a member keeps such evidence back until the number may be known.
 */
export const opensNumber = (evidence: Evidence): boolean =>
  evidence.tag === 'BadPing' || (evidence.tag === 'FalseFraud' && evidence.value.accusation.tag === 'BadPing')

/** The member that the evidence convicts, or `undefined` where it proves nothing. */
export function convict(
  session: Session,
  evidence: Evidence,
  isSigned: IsSigned = checkMessageSignature,
): Uint8Array | undefined {
  const accused = accusedBy(evidence)
  return isMember(session, accused) && isProven(session, evidence, isSigned) ? accused : undefined
}

const isMember = ({ members }: Session, key: Uint8Array): boolean => members.some((member) => equalBytes(member, key))

function isProven(session: Session, evidence: Evidence, isSigned: IsSigned): boolean {
  const sid = sessionId(session)
  switch (evidence.tag) {
    case 'Equivocation':
      return isEquivocation(sid, session.round, evidence.value, isSigned)
    case 'BadReveal':
      return isBadReveal(sid, session.round, evidence.value, isSigned)
    case 'BadPing':
      return isBadPing(session, sid, evidence.value, isSigned)
    default:
      return isFalseFraud(session, sid, evidence.value, isSigned)
  }
}

const isEquivocation = (
  sid: Uint8Array,
  round: number,
  { first, second }: Lie<'Equivocation'>,
  isSigned: IsSigned,
): boolean =>
  equalBytes(first.author, second.author) &&
  !equalBytes(encode(Commitment, first.body), encode(Commitment, second.body)) &&
  checkSignedCommitment(sid, round, first, isSigned) &&
  checkSignedCommitment(sid, round, second, isSigned)

const isBadReveal = (
  sid: Uint8Array,
  round: number,
  { commitment, reveal }: Lie<'BadReveal'>,
  isSigned: IsSigned,
): boolean =>
  equalBytes(commitment.author, reveal.author) &&
  !equalBytes(commitTo(sid, reveal.author, reveal.value), commitment.body.commitment) &&
  checkSignedCommitment(sid, round, commitment, isSigned) &&
  checkSignedReveal(sid, round, reveal, isSigned)

function isBadPing(
  session: Session,
  sid: Uint8Array,
  { confirmation, openings }: Lie<'BadPing'>,
  isSigned: IsSigned,
): boolean {
  const { members, round, magicRule } = session
  const { author: from, receiver: to, kind, body } = confirmation
  if (openings.length !== members.length || !isMember(session, to)) return false
  const transcript = openings.map(({ value, auditKeyHash }, rank) => ({
    commitment: commitTo(sid, members[rank]!, value),
    auditKeyHash,
  }))
  if (!equalBytes(transcriptRoot(sid, transcript), body.transcriptRoot)) return false
  const values = openings.map(({ value }) => value)
  const word = confirmationWord(kind, sid, { from, to }, magic(sid, values, magicRule))
  return !equalBytes(word, body.word) && checkSignedConfirmation(sid, round, confirmation, isSigned)
}

const isFalseFraud = (session: Session, sid: Uint8Array, fraud: SignedFraud, isSigned: IsSigned): boolean =>
  checkSignedFraud(sid, session.round, fraud, isSigned) && convict(session, fraud.accusation, isSigned) === undefined
