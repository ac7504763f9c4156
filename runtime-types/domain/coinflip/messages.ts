/**
 * The messages between members of a coinflip, and their encoding.
 *
 * Owns: the messages, and their parts that are passed on under their author's signature. Does not own: making and checking these
 * signatures.
 */
import { H256 } from '../../scale/account.ts'
import { option, struct, variant, vec } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { enumeration } from '../../scale/enumeration.ts'
import { u32, u64, unit } from '../../scale/primitives.ts'
import { ConfirmationKind } from './magic.ts'
import { Commitment, MAX_MEMBERS } from './session.ts'
import { NoiseKey, NoiseSignature } from '../worker.ts'

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

/** "Of the transcript with this root I know the number": the root decides what the word must be. */
export const Confirmation = struct(
  { transcriptRoot: H256, word: H256 },
  { path: ['assay_primitives', 'coinflip', 'Confirmation'] },
)
export type Confirmation = ValueOf<typeof Confirmation>

/** A ping or pong with its author's signature. */
export const SignedConfirmation = struct(
  { author: NoiseKey, receiver: NoiseKey, kind: ConfirmationKind, body: Confirmation, signature: NoiseSignature },
  { path: ['assay_primitives', 'coinflip', 'SignedConfirmation'] },
)
export type SignedConfirmation = ValueOf<typeof SignedConfirmation>

/** The opening of a member's commitment: its number and its audit keys' hash. */
export const Opening = struct(
  { value: H256, auditKeyHash: H256 },
  { path: ['assay_primitives', 'coinflip', 'Opening'] },
)
export type Opening = ValueOf<typeof Opening>

/** A lie, proven by its author's own signatures, in the form between members. */
const lies = {
  /** Two different commitments of one author. */
  Equivocation: struct({ first: SignedCommitment, second: SignedCommitment }),
  /** A reveal that does not open its author's commitment. */
  BadReveal: struct({ commitment: SignedCommitment, reveal: SignedReveal }),
  /**
   * A ping or pong with a wrong word for its own transcript. The openings of all members, in their order, give the root that its
   * author named, and the number.
   */
  BadPing: struct({ confirmation: SignedConfirmation, openings: vec(Opening, MAX_MEMBERS) }),
}
export const Accusation = variant(lies, { path: ['assay_primitives', 'coinflip', 'Accusation'] })
export type Accusation = ValueOf<typeof Accusation>

/** A fraud proof with the signature of its author: relayable, and evidence against the author where it proves nothing. */
export const SignedFraud = struct(
  { author: NoiseKey, accusation: Accusation, signature: NoiseSignature },
  { path: ['assay_primitives', 'coinflip', 'SignedFraud'] },
)
export type SignedFraud = ValueOf<typeof SignedFraud>

/** Proof of a lie by the liar's own signatures. It needs no trusted witness. */
export const Evidence = variant(
  {
    ...lies,
    /** A fraud proof that convicts nobody: it convicts its author. */
    FalseFraud: SignedFraud,
  },
  { path: ['assay_primitives', 'coinflip', 'Evidence'] },
)
export type Evidence = ValueOf<typeof Evidence>

/** What the author of a lie did, by the kind of evidence that proves it. */
export const Lie = enumeration(['Equivocation', 'BadReveal', 'BadPing', 'FalseFraud'], {
  path: ['assay_primitives', 'coinflip', 'Lie'],
})
export type LieName = ValueOf<typeof Lie>

/** Parts of a session, a bit for each member: bit r stands for the member at rank r. */
export const Parts = struct({ words: u64, rows: u64, values: u64 }, { path: ['assay_primitives', 'coinflip', 'Parts'] })
export type Parts = ValueOf<typeof Parts>

export const CoinflipPayload = variant(
  {
    /** JOIN: here I am. Sent again: send me your messages again. */
    Hello: unit,
    /** COMMIT: my commitment, to all. */
    Commit: Commitment,
    /** ECHO: every commitment I saw, one of each member, each signed by its author. */
    Echo: vec(SignedCommitment, MAX_MEMBERS),
    /** REVEAL: my number, to one. */
    Reveal: H256,
    /** These parts I lack: pass them on to me. To one. */
    Ask: Parts,
    /** A requested commitment, echo row or number, as its author signed it. */
    RelayCommit: SignedCommitment,
    RelayEcho: SignedEcho,
    RelayReveal: SignedReveal,
    /** I leave, and hold these parts. It accuses nobody: the others then ask those that stay. */
    Leave: Parts,
    /** The proof of a lie. Members believe it after verifying it; where it proves nothing, its sender lied. */
    Fraud: Accusation,
    /** CONFIRM: I know the number, do you? To one. */
    Ping: Confirmation,
    /** CONFIRM: I know it too. To the member that pinged. */
    Pong: Confirmation,
    /** A fraud proof of another member, as its author signed it. Either the author lied, or the accused member. */
    RelayFraud: SignedFraud,
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
/** The signed part of a message. */
export const CoinflipEnvelope = struct(envelopeFields, { path: ['assay_primitives', 'coinflip', 'Envelope'] })
export type CoinflipEnvelope = ValueOf<typeof CoinflipEnvelope>

/** A message on the wire. */
export const CoinflipMessage = struct(
  { ...envelopeFields, signature: NoiseSignature },
  { path: ['assay_primitives', 'coinflip', 'Message'] },
)
export type CoinflipMessage = ValueOf<typeof CoinflipMessage>

/** Most bytes of a message: an echo of all members, with room for the envelope. Larger frames are not decoded. */
export const MAX_MESSAGE_BYTES = MAX_MEMBERS * 160 + 512
