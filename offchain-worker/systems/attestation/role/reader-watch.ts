/**
 * Looks at a feed's readers for a while, so that an auditor can read as they do.
 *
 * Owns: opening at most one observer, and closing it. Does not own: how an observer sees readers (the FeedClient port). A watch that fails
 * has seen nobody, and stops nothing.
 */
import type { PromisedFeed } from '#types/domain/hosting/feed-growth.ts'
import { messageOf } from '#types/errors.ts'
import type { ReadTrace } from '#worker/systems/hosting/protocol/read-habits.ts'
import type { RoleDeps } from '#worker/kernel/ports.ts'
import type { FeedClient, FeedObserver } from '#worker/systems/hosting/ports.ts'

/** @see createReaderWatch */
export interface ReaderWatch {
  /** Begins to look, once. */
  begin(feed: PromisedFeed): void
  /** What it has seen until now, one trace for each reader. */
  seen(): readonly ReadTrace[]
  /** Stops looking, for good. */
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

  const observe = async (feed: PromisedFeed): Promise<void> => {
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
