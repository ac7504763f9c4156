/**
 * The words of a ceremony that makes, refreshes or hands on a threshold key: what the chain keeps of it, what it is told, its answers.
 *
 * Owns: encodings, bounds, names of refusals and endings. Does not own: the rules (ceremony.ts).
 * All times are block numbers.
 */
import { AccountId, H256 } from '../../scale/account.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { option, struct, vec } from '../../scale/compound.ts'
import { enumeration } from '../../scale/enumeration.ts'
import { bool, boundedBytes, fixedBytes, u16, u32 } from '../../scale/primitives.ts'
import { CURVE_NAMES } from './group.ts'
import { PROOF_BYTES } from './proofs.ts'

/** Members of a committee, at most. */
export const MAX_COMMITTEE = 64
/** Bytes of an encoded point of the largest curve. */
const MAX_POINT_BYTES = 48
const path = (name: string): readonly string[] => ['assay_primitives', 'threshold', name]

export const ThresholdCurve = enumeration(CURVE_NAMES, { path: path('ThresholdCurve') })
export const CeremonyKind = enumeration(['Create', 'Refresh', 'Reshare'], { path: path('CeremonyKind') })
export type CeremonyKind = ValueOf<typeof CeremonyKind>

/** An encoded point of the committee's curve. */
export const CurvePointBytes = boundedBytes(MAX_POINT_BYTES)
/** The commitments to a polynomial. */
export const Commitments = vec(CurvePointBytes, MAX_COMMITTEE)
const Proof = fixedBytes(PROOF_BYTES)

export const CeremonyMember = struct(
  {
    /** From 1 on; the chain gives each number once. */
    id: u16,
    account: AccountId,
    /** It holds a share of the standing key, or there is none yet: it deals. */
    deals: bool,
    /** It gets a share of the next epoch. */
    receives: bool,
  },
  { path: path('CeremonyMember') },
)
export type CeremonyMember = ValueOf<typeof CeremonyMember>

export const CeremonyTerms = struct(
  {
    committee: u32,
    /** Rises with every attempt, so that no word of one attempt counts in another. */
    ceremony: u32,
    curve: ThresholdCurve,
    kind: CeremonyKind,
    /** Of the standing key; 0 before the first one. */
    epoch: u32,
    /** Shares that the standing key needs; 0 in Create. */
    qOld: u16,
    /** Shares that the next epoch's key needs. */
    qNew: u16,
    /** Members that may fail without stopping the next epoch. */
    spare: u16,
    /** Whether a dealer that committed and did not deal ends the ceremony. */
    strict: bool,
    /** Ascending by id. */
    members: vec(CeremonyMember, MAX_COMMITTEE),
    /** The commitments of the standing key; none in Create. */
    standing: Commitments,
  },
  { path: path('CeremonyTerms'), docs: ['What a ceremony is about.'] },
)
export type CeremonyTerms = ValueOf<typeof CeremonyTerms>

/** A member's first word: `key` where it receives, `commitment` where it deals. */
export const JoinWord = struct(
  {
    /** E, to which dealers encrypt this member's shares, and the proof that it knows the secret. */
    key: option(struct({ point: H256, proof: Proof }, { path: path('ProvenKey') })),
    /** The hash of the dealing that will follow. */
    commitment: option(H256),
  },
  { path: path('JoinWord') },
)
export type JoinWord = ValueOf<typeof JoinWord>

export const Dealing = struct(
  {
    /** The commitments to the dealer's polynomial; without the constant one in Refresh, where it is the identity. */
    points: Commitments,
    /** That the dealer knows its constant coefficient; absent in Refresh. */
    constantProof: option(Proof),
    /** D, with which the dealer encrypts, and the proof that it knows the secret. */
    key: H256,
    keyProof: Proof,
    /** A share for each member that receives and joined, ascending by id. */
    sealed: vec(H256, MAX_COMMITTEE),
  },
  { path: path('Dealing'), docs: ["A dealer's polynomial: committed to, and its values encrypted."] },
)
export type Dealing = ValueOf<typeof Dealing>

/** A recipient's evidence against a dealer. */
export const DisputeWord = struct({ dealer: u16, key: H256, proof: Proof }, { path: path('DisputeWord') })
export type DisputeWord = ValueOf<typeof DisputeWord>

/** A recipient's proof that its share of the next epoch is right, under the qualified dealers that it counts. */
export const ConfirmWord = struct(
  {
    qualHash: H256,
    /** BLS: a partial signature of 96 bytes. secp256k1: a proof of 64 bytes that it knows the share. */
    proof: boundedBytes(96),
  },
  { path: path('ConfirmWord') },
)
export type ConfirmWord = ValueOf<typeof ConfirmWord>

/** Join: keys and hashes. Deal: polynomials. Settle: disputes and confirmations. */
export const CeremonyPhase = enumeration(['Join', 'Deal', 'Settle'], { path: path('CeremonyPhase') })

export const Ceremony = struct(
  {
    terms: CeremonyTerms,
    phase: CeremonyPhase,
    /** Block in which the phase began. */
    since: u32,
    /** The last block in which the phase takes words. */
    until: u32,
    joins: vec(
      struct({ id: u16, key: option(H256), commitment: option(H256) }, { path: path('Joined') }),
      MAX_COMMITTEE,
    ),
    dealings: vec(struct({ dealer: u16, dealing: Dealing }, { path: path('Dealt') }), MAX_COMMITTEE),
    /** Members that left for having lost the secrets of the ceremony. */
    renounced: vec(u16, MAX_COMMITTEE),
    /** Dealers that sent a wrong share. */
    guilty: vec(u16, MAX_COMMITTEE),
    disputes: vec(struct({ dealer: u16, recipient: u16 }, { path: path('Disputed') }), MAX_COMMITTEE * MAX_COMMITTEE),
    /** The commitments of the next epoch; the first confirmation makes them, and a conviction takes them away. */
    next: Commitments,
    confirmed: vec(u16, MAX_COMMITTEE),
  },
  { path: path('Ceremony'), docs: ['A ceremony under way.'] },
)
export type Ceremony = ValueOf<typeof Ceremony>

/** The lengths of phases in blocks. */
export interface CeremonyWindows {
  readonly join: number
  readonly deal: number
  /** Disputes come in its first half. */
  readonly settle: number
}

/** Why a word is refused. */
export type CeremonyFault =
  | 'WrongPhase'
  | 'NotMember'
  | 'NotJoined'
  | 'AlreadyJoined'
  | 'AlreadyDealt'
  | 'AlreadyDisputed'
  | 'AlreadyConfirmed'
  | 'AlreadyRenounced'
  | 'NoDealing'
  | 'WrongLength'
  | 'BadPoint'
  | 'BadOpening'
  | 'BadProof'
  | 'KeyReused'
  | 'NotBound'
  | 'StaleQual'
  | 'BadPartial'

/** Why a ceremony ended without a key. */
export const AbortReason = enumeration(
  ['TooFewMembers', 'TooFewDealings', 'Withheld', 'DisputedLate', 'Degenerate', 'Unconfirmed'],
  { path: path('AbortReason') },
)
export type AbortReason = ValueOf<typeof AbortReason>

/** A lie that arithmetic on chain data proves. */
export type CeremonyOffence =
  | { readonly kind: 'BadShare'; readonly dealer: number }
  | { readonly kind: 'FalseComplaint'; readonly recipient: number }

/** How a ceremony ends. */
export type CeremonyEnd =
  | {
      readonly kind: 'switched'
      /** The commitments of the new epoch. */
      readonly points: readonly Uint8Array[]
      /** The members that proved their shares. */
      readonly kept: readonly number[]
      readonly qualified: readonly number[]
      /** Dealers that committed and did not count: each of them chose between two keys. */
      readonly withheld: number
    }
  | {
      readonly kind: 'aborted'
      readonly reason: AbortReason
      /** Convicted by evidence. */
      readonly proven: readonly number[]
      /** Members whose word did not come, which proves nothing. */
      readonly silent: readonly number[]
    }

/** What follows from a word: it is refused and nothing changes, or the ceremony goes on, or it ends. */
export type CeremonyStep =
  | { readonly kind: 'refused'; readonly fault: CeremonyFault }
  | { readonly kind: 'goes on'; readonly ceremony: Ceremony; readonly offence?: CeremonyOffence }
  | { readonly kind: 'ends'; readonly end: CeremonyEnd; readonly offence?: CeremonyOffence }
