/**
 * The interface of pallet Hosting: the fields of its calls and events, for pallet and workers alike.
 *
 * Owns: these lists. Does not own: the effects of the calls (the Hosting pallet).
 */
import { AccountId, H256 } from '../../scale/account.ts'
import { balanceOf } from '../../scale/balance.ts'
import { option } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { enumeration } from '../../scale/enumeration.ts'
import { u32, u64 } from '../../scale/primitives.ts'
import { NoiseSignature } from '../worker.ts'
import { ContractState, Provider, SegmentEnd, StorageChallenge } from './contract.ts'
import { StorageAnswer } from './copy/challenge.ts'
import { EncodingComplaint } from './copy/complaint.ts'
import { LeafBytes } from './copy/segment.ts'
import { HostingParameterChanges } from './market-parameters.ts'
import { PlanTerms } from './plan.ts'

/** The copy of which a call speaks, in the generation that its caller knows. */
const copyNamed = { copy: u64, generation: u32 } as const

/** Arguments of each call, in order. */
export const hostingCalls = {
  donate: { feed: H256, amount: balanceOf },
  withdraw: { feed: H256, amount: balanceOf },
  publishPlan: { terms: PlanTerms },
  cancelPlan: { plan: u32 },
  /** The whole offer: what is left out of an earlier one ends. */
  offer: { storageBytes: u64, encodingBytesPerBlock: u32 },
  acceptCopy: { ...copyNamed, modulus: LeafBytes },
  commitSegment: { ...copyNamed, end: SegmentEnd },
  confirmSegment: { ...copyNamed, end: SegmentEnd },
  /** The newest end that a silent encoder has signed with its Noise key (copy/segment.ts). */
  submitCheckpoint: { ...copyNamed, end: SegmentEnd, signature: NoiseSignature },
  complain: { ...copyNamed, segment: u32, complaint: EncodingComplaint },
  answerStorage: { ...copyNamed, answer: StorageAnswer },
  leaveCopy: { ...copyNamed },
  setParameters: { changes: HostingParameterChanges },
} as const

/** What a payment was for. */
export const PaidFor = enumeration(['Storage', 'Encoding', 'EncodingProven'], {
  path: ['assay_primitives', 'hosting', 'PaidFor'],
})
export type PaidForName = ValueOf<typeof PaidFor>
/** Why a copy began anew, or its encoder was replaced. */
export const CopyFault = enumeration(
  ['NotAccepted', 'NotEncoded', 'NotConfirmed', 'RootsDiffer', 'BadEncoding', 'StorageMissed', 'HosterLeft'],
  { path: ['assay_primitives', 'hosting', 'CopyFault'] },
)
export type CopyFaultName = ValueOf<typeof CopyFault>

/** Fields of each event, in order. */
export const hostingEvents = {
  Donated: { feed: H256, donor: AccountId, amount: balanceOf },
  Withdrawn: { feed: H256, donor: AccountId, amount: balanceOf },
  PlanPublished: { plan: u32, feed: H256, owner: AccountId },
  PlanCancelled: { plan: u32 },
  /** The feed has grown. From the block `from` on, the plan spends the money of all donors on it up to that length. */
  GrowthNoticed: { plan: u32, feed: H256, length: u32, from: u32 },
  Offered: { provider: AccountId, storageBytes: u64, encodingBytesPerBlock: u32 },
  ContractChanged: { contract: u32, feed: H256, state: ContractState },
  /** The encoder makes a key for the blocks from `from` on. */
  CopyAssigned: { ...copyNamed, contract: u32, feed: H256, from: u32, hoster: Provider, encoder: Provider },
  CopyAccepted: { ...copyNamed, modulus: LeafBytes, until: u32 },
  SegmentCommitted: { ...copyNamed, end: SegmentEnd },
  /** Encoder and hoster have told the same root. */
  SegmentMatched: { ...copyNamed, end: SegmentEnd },
  CopyLive: { ...copyNamed, contract: u32, hoster: AccountId },
  /** `blamed` has lost reputation for it; nobody where it cannot be told whose fault it was. */
  CopyFailed: { ...copyNamed, fault: CopyFault, blamed: option(AccountId) },
  CopyEnded: { ...copyNamed, contract: u32 },
  ComplaintRefuted: { ...copyNamed, complainer: AccountId },
  StorageChallenged: { ...copyNamed, hoster: AccountId, challenge: StorageChallenge },
  StorageProven: { ...copyNamed, hoster: AccountId },
  /** The chain challenges the copy again at once; a second miss in a row ends its generation. */
  StorageMissed: { ...copyNamed, hoster: AccountId },
  Paid: { feed: H256, ...copyNamed, who: AccountId, amount: balanceOf, for: PaidFor },
  /** The hoster has failed its latest round, or does not serve the feed to readers. */
  PayWithheld: { ...copyNamed, hoster: AccountId },
  ParametersChanged: { changes: HostingParameterChanges },
} as const
