/**
 * A committee whose members hold shares of one key, and its requests to sign: the records of pallet Committee.
 *
 * Owns: their encodings and bounds. Does not own: the ceremony that makes the key (../threshold/ceremony-types.ts).
 * All times are block numbers.
 */
import { AccountId, H256 } from '../../scale/account.ts'
import { balanceOf } from '../../scale/balance.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { struct, vec } from '../../scale/compound.ts'
import { enumeration } from '../../scale/enumeration.ts'
import { bool, boundedBytes, fixedBytes, u16, u32 } from '../../scale/primitives.ts'
import { BLS_SIGNATURE_BYTES } from '../../crypto/bls.ts'
import { Commitments } from '../threshold/ceremony-types.ts'

/** Members of one committee, at most. */
export const MOST_MEMBERS = 20
/** q times the dealers of a ceremony, at most: a block has no time to add up the commitments of more. */
export const MOST_POINTS = 280
/** A key of fewer shares would be in one member's hand. */
export const LEAST_SHARES = 2
/** Open requests of one committee, at most: disbanding refunds all of them in one call. */
export const MOST_OPEN_REQUESTS = 64
/** Bytes of a message to sign, at most. */
export const MAX_MESSAGE_BYTES = 1_024

const path = (name: string): readonly string[] => ['assay_primitives', 'committee', name]

/** Members of a committee as a call names them. */
export const MemberAccounts = vec(AccountId, MOST_MEMBERS)
export const Message = boundedBytes(MAX_MESSAGE_BYTES)
export const BlsSignature = fixedBytes(BLS_SIGNATURE_BYTES)

const CommitteeMember = struct(
  {
    /** From 1 on; the committee gives each number once. */
    id: u16,
    account: AccountId,
    /** It holds no share of the standing key. A resharing gives it one. */
    isStale: bool,
  },
  { path: path('CommitteeMember') },
)
export type CommitteeMember = ValueOf<typeof CommitteeMember>

export const Committee = struct(
  {
    owner: AccountId,
    /** Shares that the key needs. */
    q: u16,
    /** Members beyond q that may be down. */
    spare: u16,
    /** Whether a dealer that withholds its dealing ends the first ceremony. */
    strict: bool,
    /** Ascending by id. */
    members: vec(CommitteeMember, MOST_MEMBERS),
    nextId: u16,
    /** Of the standing key; 0 before the first one. */
    epoch: u32,
    /** Its commitments, of which the first is the public key; none before the first one. */
    key: Commitments,
    /** Number of the latest ceremony. */
    ceremony: u32,
    /** Accounts that joined the latest ceremony and did not confirm, which ended it. */
    unconfirmed: MemberAccounts,
    /** Reserved on the owner's account. */
    deposit: balanceOf,
  },
  { path: path('Committee'), docs: ['Members that hold shares of one key, or are making it.'] },
)
export type Committee = ValueOf<typeof Committee>

export const SigningRequest = struct(
  {
    committee: u32,
    /** Of the key when the request came. A later epoch makes the same signature. */
    epoch: u32,
    message: Message,
    requester: AccountId,
    /** Reserved on the requester's account. */
    fee: balanceOf,
    at: u32,
    /** The last block that takes a signature. */
    until: u32,
    /** Hash of the block before `at`: it decides whose turn is when. */
    seed: H256,
  },
  { path: path('SigningRequest'), docs: ['A message that a committee shall sign.'] },
)
export type SigningRequest = ValueOf<typeof SigningRequest>

export const SigningResult = struct(
  {
    committee: u32,
    epoch: u32,
    message: Message,
    signature: BlsSignature,
    /** The member whose turn it was. */
    initiator: AccountId,
    /** Block in which the signature came. */
    at: u32,
  },
  { path: path('SigningResult'), docs: ['A signature of a committee.'] },
)
export type SigningResult = ValueOf<typeof SigningResult>

/** A lie in a ceremony that arithmetic on chain data proves. */
export const OffenceKind = enumeration(['BadShare', 'FalseComplaint'], { path: path('OffenceKind') })
export type OffenceKind = ValueOf<typeof OffenceKind>

export const Offences = struct(
  {
    wrongShares: u32,
    falseComplaints: u32,
    /** Number of the ceremony of the latest one. */
    latest: u32,
  },
  { path: path('Offences'), docs: ['How often an account lied in the ceremonies of a committee.'] },
)
export const NO_OFFENCES: ValueOf<typeof Offences> = { wrongShares: 0, falseComplaints: 0, latest: 0 }
