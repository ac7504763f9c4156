/**
 * Looking at a feed's readers from the agreement of a coinflip to our slot, so that the audit can read as they do.
 *
 * Owns: that there is at most one observer, and that it ends. Does not own: how readers are seen (p2p/observer.ts), or what an audit
 * makes of it (protocols/audit-plan.ts). An audit goes on without: nobody may have been seen.
 */
import type { FeedHead } from '#types/domain/hosting/feed.ts'
import { messageOf } from '#types/errors.ts'
import type { ReadTrace } from '../protocol/read-habits.ts'
import type { RoleDeps } from '#worker/kernel/ports.ts'
import type { FeedClient, FeedObserver } from '../ports.ts'

/** @see createReaderWatch */
export interface ReaderWatch {
  /** Begins to look, unless it does already. */
  begin(feed: Pick<FeedHead, 'key' | 'length'>): void
  /** What was seen so far. */
  seen(): readonly ReadTrace[]
  close(): void
}

/** A watch that has not begun. */
export function createReaderWatch({
  feeds,
  log,
}: Pick<RoleDeps, 'log'> & { readonly feeds: Pick<FeedClient, 'observeFeed'> }): ReaderWatch {
  let begun = false
  let closed = false
  let observer: FeedObserver | undefined

  const observe = async (feed: Pick<FeedHead, 'key' | 'length'>): Promise<void> => {
    const opened = await feeds.observeFeed(feed)
    if (closed) await opened.close()
    else observer = opened
  }
  const failed = (error: unknown): void => log.info({ error: messageOf(error) }, 'readers cannot be observed')

  return {
    begin(feed) {
      if (begun || closed) return
      begun = true
      observe(feed).catch(failed)
    },
    seen: () => observer?.traces() ?? [],
    close() {
      closed = true
      observer?.close().catch(failed)
      observer = undefined
    },
  }
}
