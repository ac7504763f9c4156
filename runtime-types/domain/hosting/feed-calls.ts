/**
 * Arguments of the calls of pallet Feeds, in order.
 *
 * Owns: these lists. Does not own: the effects of the calls (the Feeds pallet).
 */
import { H256 } from '../../scale/account.ts'
import { FeedHead } from './feed.ts'
import { FeedConflict, joiningNodes } from './feed-growth.ts'

export const feedCalls = {
  publish: { head: FeedHead },
  host: { feed: H256 },
  stopHosting: { feed: H256 },
  update: { head: FeedHead, nodes: joiningNodes },
  reportConflict: { conflict: FeedConflict },
} as const
