/**
 * The calls, storage items and constants of the chain that every worker uses, with their codecs.
 *
 * Owns: the list, and which of it a chain must have for a worker to work with it. Does not own: what a system uses beyond that.
 */
import { callOf, constantOf, eventOf, storageOf, type Requirement } from '#chain/api/descriptors.ts'
import { Bond, BondTerms } from '#types/domain/bond.ts'
import { workerCalls, WorkerRecord } from '#types/domain/worker.ts'
import { AccountId, AccountInfo, H256 } from '#types/scale/account.ts'
import { u128, u32, u64 } from '#types/scale/primitives.ts'

export const register = callOf('Workers', 'register', workerCalls.register)
export const update = callOf('Workers', 'update', workerCalls.update)
export const heartbeat = callOf('Workers', 'heartbeat', workerCalls.heartbeat)
export const setName = callOf('Workers', 'setName', workerCalls.setName)
export const topUp = callOf('Workers', 'topUp', workerCalls.topUp)
export const workers = storageOf('Workers', 'Workers', [AccountId], WorkerRecord)
export const bonds = storageOf('Workers', 'Bonds', [AccountId], Bond)
export const bondTerms = storageOf('Workers', 'BondTerms', [], BondTerms)
export const bondCharged = eventOf('Workers', 'BondCharged', { account: AccountId, amount: u128 })
export const heartbeatInterval = constantOf('Workers', 'HeartbeatInterval', u32)

export const accounts = storageOf('System', 'Account', [AccountId], AccountInfo)
/** Hashes of past blocks, as far back as the chain remembers. */
export const blockHash = storageOf('System', 'BlockHash', [u32], H256)
/** Milliseconds of Unix time. */
export const timestamp = storageOf('Timestamp', 'Now', [], u64)
/** The number of the block whose state is read. */
export const blockNumber = storageOf('System', 'Number', [], u32)

/** What a chain must have for any worker. */
export const kernelRequires: readonly Requirement[] = [
  register,
  update,
  heartbeat,
  topUp,
  setName,
  workers,
  bonds,
  bondTerms,
  bondCharged,
  heartbeatInterval,
  accounts,
  blockNumber,
]
