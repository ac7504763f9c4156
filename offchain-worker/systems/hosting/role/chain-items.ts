/**
 * The calls and storage items of the chain that a hoster uses beyond those of every worker.
 *
 * Owns: the list, which is also what a chain must have for a hoster. Does not own: what the calls do (the pallet).
 */
import { callOf, storageOf, type Requirement } from '#chain/api/descriptors.ts'
import { feedCalls } from '#types/domain/hosting/feed-calls.ts'
import { FeedHead } from '#types/domain/hosting/feed.ts'
import { HostingPromise } from '#types/domain/hosting/feed-growth.ts'
import { AccountId, H256 } from '#types/scale/account.ts'
import { u32 } from '#types/scale/primitives.ts'

export const publishFeed = callOf('Feeds', 'publish', feedCalls.publish)
export const hostFeed = callOf('Feeds', 'host', feedCalls.host)
export const stopHosting = callOf('Feeds', 'stopHosting', feedCalls.stopHosting)
export const updateFeed = callOf('Feeds', 'update', feedCalls.update)
export const reportConflict = callOf('Feeds', 'reportConflict', feedCalls.reportConflict)
export const feedHeads = storageOf('Feeds', 'Heads', [H256], FeedHead)
export const hosting = storageOf('Feeds', 'Hosting', [AccountId, H256], HostingPromise)
/** Feeds that have ended, and the block of the evidence. */
export const feedConflicts = storageOf('Feeds', 'Conflicts', [H256], u32)

/** What a chain must have for a hoster. */
export const hosterRequires: readonly Requirement[] = [
  publishFeed,
  hostFeed,
  stopHosting,
  updateFeed,
  reportConflict,
  feedHeads,
  hosting,
  feedConflicts,
]
