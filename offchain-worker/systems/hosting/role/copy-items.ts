/**
 * The calls, storage items and events of pallet Hosting that encoders and hosters use.
 *
 * Owns: the lists, which are also what a chain must have for them. Does not own: what the calls do (the pallet).
 */
import { callOf, eventOf, storageOf, type Requirement } from '#chain/api/descriptors.ts'
import { Contract, Copy, Offer } from '#types/domain/hosting/contract.ts'
import { hostingCalls, hostingEvents } from '#types/domain/hosting/market.ts'
import { HostingParameters } from '#types/domain/hosting/market-parameters.ts'
import { AccountId } from '#types/scale/account.ts'
import { bool, u32, u64 } from '#types/scale/primitives.ts'

export const offer = callOf('Hosting', 'offer', hostingCalls.offer)
export const acceptCopy = callOf('Hosting', 'acceptCopy', hostingCalls.acceptCopy)
export const commitSegment = callOf('Hosting', 'commitSegment', hostingCalls.commitSegment)
export const confirmSegment = callOf('Hosting', 'confirmSegment', hostingCalls.confirmSegment)
export const submitCheckpoint = callOf('Hosting', 'submitCheckpoint', hostingCalls.submitCheckpoint)
export const complain = callOf('Hosting', 'complain', hostingCalls.complain)
export const answerStorage = callOf('Hosting', 'answerStorage', hostingCalls.answerStorage)
export const leaveCopy = callOf('Hosting', 'leaveCopy', hostingCalls.leaveCopy)

export const hostingParameters = storageOf('Hosting', 'Parameters', [], HostingParameters)
export const contracts = storageOf('Hosting', 'Contracts', [u32], Contract)
export const copies = storageOf('Hosting', 'Copies', [u64], Copy)
/** The copies of an account, as hoster or as encoder of the present segment. */
export const copiesOf = storageOf('Hosting', 'CopiesOf', [AccountId, u64], bool)
export const offers = storageOf('Hosting', 'Offers', [AccountId], Offer)
export const copyAssigned = eventOf('Hosting', 'CopyAssigned', hostingEvents.CopyAssigned)

const shared: readonly Requirement[] = [offer, hostingParameters, contracts, copies, copiesOf, offers, copyAssigned]

/** What a chain must have for an encoder. */
export const encoderRequires: readonly Requirement[] = [...shared, acceptCopy, commitSegment]

/** What a chain must have for a hoster that keeps copies. */
export const pinningRequires: readonly Requirement[] = [
  ...shared,
  confirmSegment,
  submitCheckpoint,
  complain,
  answerStorage,
  leaveCopy,
]
