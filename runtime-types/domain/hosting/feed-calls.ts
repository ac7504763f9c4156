/**
 * Arguments of the calls of pallet Feeds, in order.
 *
 * Owns: these lists. Does not own: the effects of the calls (the Feeds pallet).
 */
import { H256 } from '../../scale/account.ts'
import { u32 } from '../../scale/primitives.ts'
import { FeedHead } from './feed.ts'
import { FeedConflict, joiningNodes } from './feed-growth.ts'

export const feedCalls = {
  publish: { head: FeedHead },
  /** The length is the registered one that the hoster has seen: it must not promise what is registered meanwhile. */
  host: { feed: H256, length: u32 },
  stopHosting: { feed: H256 },
  update: { head: FeedHead, nodes: joiningNodes },
  reportConflict: { conflict: FeedConflict },
} as const
