/**
 * The coinflip's vocabulary: messages, what is signed, what commits to a number, and what convicts.
 *
 * Owns: encodings and the pure rules that peers and chain must agree on. Does not own: phases and timing
 * (offchain-worker/protocols/coinflip.ts) or what follows from an outcome (pallets/attestation.ts).
 * Source: "Spontaneous random number consensus" (datdot); commit, echo, gate, reveal as design decided.
 */
import { compareBytes, concatBytes, equalBytes, u32le, utf8 } from '../bytes.ts'
import { blake2b256, blake2b256Of } from '../crypto/hash.ts'
import { verifyEd25519 } from '../crypto/signature.ts'
import { H256 } from '../scale/account.ts'
import { option, struct, variant, vec } from '../scale/compound.ts'
import { encode, type ValueOf } from '../scale/codec.ts'
import { enumeration } from '../scale/enumeration.ts'
import { u32, unit } from '../scale/primitives.ts'
import { subSeed } from './draw.ts'
import { NoiseKey, NoiseSignature } from './worker.ts'

/** Most members of a session. */
export const MAX_MEMBERS = 64

/** What a member binds itself to: y = H(sid | pk | x), and the hash of the single-use key it will audit with. */
export const Commitment = struct(
  { commitment: H256, auditKeyHash: H256 },
  { path: ['assay_primitives', 'coinflip', 'Commitment'] },
)
export type Commitment = ValueOf<typeof Commitment>

/** A commitment with its author's signature, as it is echoed. */
export const SignedCommitment = struct(
  { author: NoiseKey, body: Commitment, signature: NoiseSignature },
  { path: ['assay_primitives', 'coinflip', 'SignedCommitment'] },
)
export type SignedCommitment = ValueOf<typeof SignedCommitment>

/** A number opened, with its author's signature: relayable, and evidence where it does not open the commitment. */
export const SignedReveal = struct(
  { author: NoiseKey, receiver: NoiseKey, value: H256, signature: NoiseSignature },
  { path: ['assay_primitives', 'coinflip', 'SignedReveal'] },
)
export type SignedReveal = ValueOf<typeof SignedReveal>

/** An echo row with its sender's signature: relayable. */
export const SignedEcho = struct(
  { author: NoiseKey, row: vec(SignedCommitment, MAX_MEMBERS), signature: NoiseSignature },
  { path: ['assay_primitives', 'coinflip', 'SignedEcho'] },
)
export type SignedEcho = ValueOf<typeof SignedEcho>

/** Proof of a lie that needs nobody's word: the liar's own signatures. */
export const Evidence = variant(
  {
    /** Two different commitments of one author. */
    Equivocation: struct({ first: SignedCommitment, second: SignedCommitment }),
    /** A reveal that does not open its author's commitment. */
    BadReveal: struct({ commitment: SignedCommitment, reveal: SignedReveal }),
  },
  { path: ['assay_primitives', 'coinflip', 'Evidence'] },
)
export type Evidence = ValueOf<typeof Evidence>

export const CoinflipPayload = variant(
  {
    /** JOIN: here I am. Said again: send me what you have for me. */
    Hello: unit,
    /** COMMIT: my commitment, to all. */
    Commit: Commitment,
    /** ECHO: every commitment I saw, one of each member, each signed by its author. */
    Echo: vec(SignedCommitment, MAX_MEMBERS),
    /** REVEAL: my number, to one. */
    Reveal: H256,
    /** Has anyone the number of this member? */
    AskReveal: NoiseKey,
    /** The reveal that was asked for, as its author signed it. */
    RelayReveal: SignedReveal,
    /** Has anyone the echo row of this member? */
    AskEcho: NoiseKey,
    /** The echo row that was asked for, as its author signed it. */
    RelayEcho: SignedEcho,
    /** Somebody lied, and here is the proof: believed when verified. */
    Fraud: Evidence,
  },
  { path: ['assay_primitives', 'coinflip', 'Payload'] },
)
export type CoinflipPayload = ValueOf<typeof CoinflipPayload>

const envelopeFields = {
  session: H256,
  round: u32,
  sender: NoiseKey,
  /** Absent where the message is for all. */
  receiver: option(NoiseKey),
  payload: CoinflipPayload,
}
/** What is signed. */
export const CoinflipEnvelope = struct(envelopeFields, { path: ['assay_primitives', 'coinflip', 'Envelope'] })
export type CoinflipEnvelope = ValueOf<typeof CoinflipEnvelope>

/** What goes over the wire. */
export const CoinflipMessage = struct(
  { ...envelopeFields, signature: NoiseSignature },
  { path: ['assay_primitives', 'coinflip', 'Message'] },
)
export type CoinflipMessage = ValueOf<typeof CoinflipMessage>

/** Most bytes of a message: an echo of all members, with room for the envelope. Larger frames are not decoded. */
export const MAX_MESSAGE_BYTES = MAX_MEMBERS * 160 + 512

/** One try of a round's coinflip among given members. */
export interface Session {
  readonly genesisHash: Uint8Array
  readonly round: number
  /** Counts tries of the same round: each has a topic and messages of its own. */
  readonly attempt: number
  /** Noise keys, ascending. */
  readonly members: readonly Uint8Array[]
}

const SESSION_LABEL = 'assay/coinflip/session/1'
const MESSAGE_CONTEXT = utf8('assay/coinflip/message/1')
const MAGIC_LABEL = 'assay/coinflip/magic/concat/1'

/** Noise keys in the order every rule here uses. */
export const sortMembers = (keys: readonly Uint8Array[]): Uint8Array[] => keys.toSorted(compareBytes)

/** sid = H(genesis | round | attempt | members): the session's name and topic. */
export const sessionId = ({ genesisHash, round, attempt, members }: Session): Uint8Array =>
  subSeed(SESSION_LABEL, genesisHash, u32le(round), u32le(attempt), ...members)

/** What a message's sender signs with its Noise key. 32 bytes. */
export const messageDigest = (envelope: CoinflipEnvelope): Uint8Array =>
  blake2b256(concatBytes(MESSAGE_CONTEXT, encode(CoinflipEnvelope, envelope)))

/** Whether the sender named in the message signed it. */
export const checkMessageSignature = (message: CoinflipMessage): boolean =>
  verifyEd25519(message.signature, messageDigest(message), message.sender)

/** y = H(sid | pk | x). Bound to the identity, so that a copied commitment opens for nobody else. */
export const commitTo = (session: Uint8Array, member: Uint8Array, value: Uint8Array): Uint8Array =>
  blake2b256Of(session, member, value)

/** m = H(sid | x sorted by pk): random where a single member's x is. `values` in the order of the members. */
export const magic = (session: Uint8Array, values: readonly Uint8Array[]): Uint8Array =>
  subSeed(MAGIC_LABEL, session, ...values)

/** What the chain stores of m until the round's END. */
export const hideMagic = (number: Uint8Array): Uint8Array => blake2b256(number)

/** Digest of all commitments of a session, in the order of its members. */
export const transcriptRoot = (session: Uint8Array, transcript: readonly Commitment[]): Uint8Array =>
  blake2b256(concatBytes(session, ...transcript.map((entry) => encode(Commitment, entry))))

/** The message that a signed commitment was, rebuilt to check its signature. */
const commitmentMessage = (session: Uint8Array, round: number, signed: SignedCommitment): CoinflipMessage => ({
  session,
  round,
  sender: signed.author,
  receiver: undefined,
  payload: { tag: 'Commit', value: signed.body },
  signature: signed.signature,
})

/** Whether its author signed the commitment in this session. */
export const checkSignedCommitment = (session: Uint8Array, round: number, signed: SignedCommitment): boolean =>
  checkMessageSignature(commitmentMessage(session, round, signed))

/** Whether its author signed the echo row in this session. */
export const checkSignedEcho = (session: Uint8Array, round: number, signed: SignedEcho): boolean =>
  checkMessageSignature({
    session,
    round,
    sender: signed.author,
    receiver: undefined,
    payload: { tag: 'Echo', value: signed.row },
    signature: signed.signature,
  })

/** Whether its author signed the reveal in this session. */
export const checkSignedReveal = (session: Uint8Array, round: number, signed: SignedReveal): boolean =>
  checkMessageSignature({
    session,
    round,
    sender: signed.author,
    receiver: signed.receiver,
    payload: { tag: 'Reveal', value: signed.value },
    signature: signed.signature,
  })

/** The member that the evidence convicts, or `undefined` where it proves nothing. */
export function convict(session: Session, evidence: Evidence): Uint8Array | undefined {
  const sid = sessionId(session)
  const offender = evidence.tag === 'Equivocation' ? evidence.value.first.author : evidence.value.commitment.author
  if (!session.members.some((member) => equalBytes(member, offender))) return undefined
  const proven =
    evidence.tag === 'Equivocation'
      ? isEquivocation(sid, session.round, evidence.value)
      : isBadReveal(sid, session.round, evidence.value)
  return proven ? offender : undefined
}

type Equivocation = Extract<Evidence, { tag: 'Equivocation' }>['value']
type BadReveal = Extract<Evidence, { tag: 'BadReveal' }>['value']

const isEquivocation = (sid: Uint8Array, round: number, { first, second }: Equivocation): boolean =>
  equalBytes(first.author, second.author) &&
  !equalBytes(encode(Commitment, first.body), encode(Commitment, second.body)) &&
  checkSignedCommitment(sid, round, first) &&
  checkSignedCommitment(sid, round, second)

const isBadReveal = (sid: Uint8Array, round: number, { commitment, reveal }: BadReveal): boolean =>
  equalBytes(commitment.author, reveal.author) &&
  !equalBytes(commitTo(sid, reveal.author, reveal.value), commitment.body.commitment) &&
  checkSignedCommitment(sid, round, commitment) &&
  checkSignedReveal(sid, round, reveal)

/** Phases of a session, in order. */
export const CoinflipPhase = enumeration(['Join', 'Commit', 'Echo', 'Reveal'], {
  path: ['assay_primitives', 'coinflip', 'Phase'],
})
export type CoinflipPhaseName = ValueOf<typeof CoinflipPhase>

/** What a member tells the chain at the end of a session. Exit 3 goes as evidence instead. */
export const CoinflipOutcome = variant(
  {
    /** Exit 1: all commitments in the order of the members, and the hidden number. */
    Agreed: struct({ transcript: vec(Commitment, MAX_MEMBERS), hiddenMagic: H256 }),
    /** Exit 2: who was missing, and in which phase. */
    Offline: struct({ absent: vec(NoiseKey, MAX_MEMBERS), phase: CoinflipPhase }),
  },
  { path: ['assay_primitives', 'coinflip', 'Outcome'] },
)
export type CoinflipOutcome = ValueOf<typeof CoinflipOutcome>
