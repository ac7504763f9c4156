/**
 * A server of feeds that serves nobody, for scenarios and tests: the chain is told that the feed is served, and readers wait in vain.
 *
 * Owns: this pretence. Does not own: serving (hyper-feeds.ts).
 */
import type { FeedServer } from '../ports.ts'
import { readBranch } from './feed-proof.ts'
import type { FeedStore } from './feed-store.ts'

/** @see the module's header */
export const createMuteFeedServer = (store: Pick<FeedStore, 'open'>): FeedServer => ({
  serveFeed: async ({ feed }) => {
    const { core } = await store.open(feed)
    return {
      readBlock: async () => undefined,
      branchAt: (length) => readBranch(core, length),
      sendReceipt: () => false,
      dropped: () => ({}),
      close: async () => undefined,
    }
  },
})
