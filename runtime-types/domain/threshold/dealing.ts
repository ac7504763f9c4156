/**
 * What members of a ceremony say, bound to that ceremony: made from secrets, and checked by everybody.
 *
 * Owns: the context of a ceremony, the words of joining and dealing, and the verdict on a private share. Does not own: who may say
 * them when (ceremony.ts).
 *
 * A dealer commits to its dealing by a hash before it sees another's: the last dealer would otherwise choose the key. It proves that
 * it knows its constant coefficient: it would otherwise cancel those of others.
 * Source: facts of joint Feldman key generation: Gennaro, Jarecki, Krawczyk, Rabin 1999; Komlo and Goldberg 2020 (FROST, proof of C_0).
 */
import { equalBytes, u32le, utf8 } from '../../bytes.ts'
import type { CeremonyFault, CeremonyTerms, Dealing, DisputeWord, JoinWord } from './ceremony-types.ts'
import { commitmentsTo, evaluate, evaluateCommitments, isShareOf } from './feldman.ts'
import { curveOf, decodePoint, dhGroup, type CurvePoint, type DhPoint } from './group.ts'
import { checkPossession, provePossession, type Binding } from './proofs.ts'
import { openedBy, sealShare, type Passage } from './sealing.ts'
import { hash32 } from './transcript.ts'

/** 32 bytes for encoded commitments. */
export const keyHash = (points: readonly Uint8Array[]): Uint8Array => hash32('assay-dkg/key/1', ...points)

/** 32 bytes that differ between any two ceremonies of any two chains. Every word of a ceremony is bound to them. */
export function contextOf(genesis: Uint8Array, terms: CeremonyTerms): Uint8Array {
  const { committee, ceremony, curve, kind, epoch, qOld, qNew, members, standing } = terms
  const membersHash = hash32(
    'assay-dkg/members/1',
    ...members.flatMap(({ id, account, deals, receives }) => [
      u32le(id),
      account,
      Uint8Array.of(Number(deals), Number(receives)),
    ]),
  )
  const numbers = [committee, ceremony, epoch, qOld, qNew].map(u32le)
  return hash32('assay-dkg/ctx/1', genesis, utf8(curve), utf8(kind), ...numbers, membersHash, keyHash(standing))
}

const bindingOf = (use: string, context: Uint8Array, id: number): Binding => ({
  tag: `assay-dkg/${use}/1`,
  parts: [context, u32le(id)],
})

/** The hash by which a dealer commits to its dealing. */
export const commitmentOf = (
  context: Uint8Array,
  id: number,
  { points, key }: Pick<Dealing, 'points' | 'key'>,
): Uint8Array => hash32('assay-dkg/commitment/1', context, u32le(id), ...points, key)

/** The secrets of a member in one ceremony. */
export interface CeremonySecrets {
  /** Of the dealer's polynomial, from the constant one on; none where the member does not deal. The constant one is 0 in Refresh. */
  readonly coefficients: readonly bigint[]
  /** d. */
  readonly dealerSecret: bigint
  /** e. */
  readonly recipientSecret: bigint
}

/** The points of a dealing as they are sent. */
function sentPoints({ curve, kind }: CeremonyTerms, coefficients: readonly bigint[]): Uint8Array[] {
  const points = commitmentsTo(curveOf(curve), kind === 'Refresh' ? coefficients.slice(1) : coefficients)
  return points.map((point) => point.toBytes())
}

/** A member's word in Join. */
export function joinWord(
  terms: CeremonyTerms,
  context: Uint8Array,
  { id, deals, receives }: CeremonyTerms['members'][number],
  { coefficients, dealerSecret, recipientSecret }: CeremonySecrets,
): JoinWord {
  const group = dhGroup()
  const key = receives
    ? {
        point: group.base.multiply(recipientSecret).toBytes(),
        proof: provePossession(group, bindingOf('recipient', context, id), recipientSecret),
      }
    : undefined
  const dealing = () => ({ points: sentPoints(terms, coefficients), key: group.base.multiply(dealerSecret).toBytes() })
  return { key, commitment: deals ? commitmentOf(context, id, dealing()) : undefined }
}

/** Whether the sender of E knows its secret, and means this ceremony. */
export function checkRecipientKey(
  context: Uint8Array,
  id: number,
  key: NonNullable<JoinWord['key']>,
): CeremonyFault | undefined {
  const point = decodePoint(dhGroup(), key.point)
  if (point === undefined) return 'BadPoint'
  return checkPossession(dhGroup(), bindingOf('recipient', context, id), point, key.proof) ? undefined : 'BadProof'
}

/** A member that receives, with its key E of this ceremony. */
export interface Recipient {
  readonly id: number
  readonly key: Uint8Array
}

/** A dealer's word in Deal. `recipients` are those that joined, ascending by id. */
export function dealingOf(
  terms: CeremonyTerms,
  context: Uint8Array,
  id: number,
  recipients: readonly Recipient[],
  { coefficients, dealerSecret }: CeremonySecrets,
): Dealing {
  const [curve, group] = [curveOf(terms.curve), dhGroup()]
  const dealerKey = group.base.multiply(dealerSecret)
  return {
    points: sentPoints(terms, coefficients),
    constantProof:
      terms.kind === 'Refresh'
        ? undefined
        : provePossession(curve, bindingOf('constant', context, id), coefficients[0]!),
    key: dealerKey.toBytes(),
    keyProof: provePossession(group, bindingOf('dealer', context, id), dealerSecret),
    sealed: recipients.map((recipient) =>
      sealShare(
        { context, dealer: id, recipient: recipient.id, dealerKey, recipientKey: group.parse(recipient.key) },
        dealerSecret,
        evaluate(curve, coefficients, recipient.id),
      ),
    ),
  }
}

/** What a dealing is checked against. */
export interface DealingFrame {
  readonly terms: CeremonyTerms
  readonly context: Uint8Array
  readonly dealer: number
  readonly commitment: Uint8Array
  readonly recipients: number
  /** D of the dealings before it. */
  readonly usedKeys: readonly Uint8Array[]
}

/** Coefficients of a dealer's polynomial: in Reshare it has the next epoch's degree too. */
const pointsSent = ({ kind, qNew }: CeremonyTerms): number => (kind === 'Refresh' ? qNew - 1 : qNew)

/** Why a dealing is refused; `undefined` if it is well formed. Its encrypted shares are checked by their recipients. */
export function checkDealing(frame: DealingFrame, dealing: Dealing): CeremonyFault | undefined {
  const { terms, context, dealer } = frame
  const { points, sealed, constantProof } = dealing
  if (points.length !== pointsSent(terms) || sealed.length !== frame.recipients) return 'WrongLength'
  if ((constantProof === undefined) !== (terms.kind === 'Refresh')) return 'WrongLength'
  if (!equalBytes(commitmentOf(context, dealer, dealing), frame.commitment)) return 'BadOpening'
  if (frame.usedKeys.some((key) => equalBytes(key, dealing.key))) return 'KeyReused'
  const curve = curveOf(terms.curve)
  const decoded = points.map((point) => decodePoint(curve, point))
  const key = decodePoint(dhGroup(), dealing.key)
  if (key === undefined || decoded.includes(undefined)) return 'BadPoint'
  if (!checkPossession(dhGroup(), bindingOf('dealer', context, dealer), key, dealing.keyProof)) return 'BadProof'
  if (constantProof === undefined) return undefined
  const constant = decoded[0]!
  if (!checkPossession(curve, bindingOf('constant', context, dealer), constant, constantProof)) return 'BadProof'
  if (terms.kind !== 'Reshare') return undefined
  return constant.equals(evaluateCommitments(curve, standingPoints(terms), dealer)) ? undefined : 'NotBound'
}

/** The commitments of the standing key. The chain made them, so they are points. */
export const standingPoints = ({ curve, standing }: CeremonyTerms): CurvePoint[] =>
  standing.map((point) => curveOf(curve).parse(point))

/** The commitments to a dealer's whole polynomial, of a dealing that was accepted. */
export function fullPoints({ curve, kind }: CeremonyTerms, { points }: Dealing): CurvePoint[] {
  const group = curveOf(curve)
  const sent = points.map((point) => group.parse(point))
  return kind === 'Refresh' ? [group.zero, ...sent] : sent
}

/** The way of one share, of a dealing and a join that were accepted. */
export function passageOf(context: Uint8Array, dealer: number, dealing: Dealing, { id, key }: Recipient): Passage {
  const parse = (bytes: Uint8Array): DhPoint => dhGroup().parse(bytes)
  return { context, dealer, recipient: id, dealerKey: parse(dealing.key), recipientKey: parse(key) }
}

/** Whether a number is the share that the dealer owes to this member. */
export const isOwed = (terms: CeremonyTerms, dealing: Dealing, recipient: number, share: bigint): boolean =>
  isShareOf(curveOf(terms.curve), fullPoints(terms, dealing), recipient, share)

/** The verdict on a private share that its recipient opened: arithmetic, the same for everybody. */
export function judgeShare(
  terms: CeremonyTerms,
  passage: Passage,
  dealing: Dealing,
  sealed: Uint8Array,
  { key, proof }: DisputeWord,
): 'BadShare' | 'FalseComplaint' | 'BadProof' {
  const share = openedBy(passage, { key, proof }, sealed)
  if (share === undefined) return 'BadProof'
  return isOwed(terms, dealing, passage.recipient, share) ? 'FalseComplaint' : 'BadShare'
}
