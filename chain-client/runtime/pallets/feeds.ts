/**
 * Pallet Feeds: published Hypercores and their hosters.
 *
 * Owns: the registered head of each feed, and what its hosters promised to serve. Does not own: whether they serve it (pallet
 * Attestation).
 *
 * Anybody may register a feed and bring it up to date, because only the feed's key can sign a head. The publisher is the account that
 * registered the feed; the feed's key alone says who the author is. A longer head changes nothing that a hoster promised: the hoster
 * promises again when it has the new blocks. When the feed's key has signed two trees of which neither begins with the other, nobody can
 * say which one a hoster owes. So the feed ends: it takes no new head and no hoster, and no promise of it counts.
 */
import { equalBytes } from '#types/bytes.ts'
import { feedCalls } from '#types/domain/hosting/feed-calls.ts'
import { checkFeedHead, FeedHead } from '#types/domain/hosting/feed.ts'
import { checkFeedConflict, extendsTree, HostingPromise, type FeedTree } from '#types/domain/hosting/feed-growth.ts'
import type { RoleName } from '#types/domain/worker.ts'
import { AccountId, H256 } from '#types/scale/account.ts'
import { option, vec } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import { Blake2_128Concat, Identity } from '#types/scale/storage-key.ts'
import { ensureSigned } from '../frame/origin.ts'
import { call, event, pallet, uses, view } from '../frame/pallet.ts'
import { doubleMap, map } from '../frame/storage.ts'
import { refTime } from '../frame/weights.ts'

/** Picoseconds to check a head: a signature and up to 32 hashes. The proof that it extends another takes 32 hashes more. */
const CHECK_HEAD = 150_000_000n
const CHECK_EXTENSION = 50_000_000n
const CHECK_CONFLICT = 2n * (CHECK_HEAD + CHECK_EXTENSION)

/** The parts of pallet Workers that Feeds needs. */
interface Needs {
  readonly workers: { hasRole(account: Uint8Array, role: RoleName): boolean }
}

export const feedsPallet = pallet({
  name: 'Feeds',
  docs: 'Published Hypercores, and who hosts them.',
  storage: {
    heads: map('A feed at its greatest registered length.', H256, FeedHead, { hasher: Identity }),
    publishers: map('Who registered a feed. This need not be its author.', H256, AccountId, { hasher: Identity }),
    hosting: doubleMap(
      'The feeds that each hoster serves: what it promised to serve, and since when.',
      [AccountId, H256],
      HostingPromise,
      { hashers: [Blake2_128Concat, Identity] },
    ),
    conflicts: map(
      'Feeds whose key signed two trees that contradict each other, and the block of the evidence.',
      H256,
      u32,
      { hasher: Identity },
    ),
  },
  events: {
    Published: event('A feed was registered.', { feed: H256, publisher: AccountId, length: u32 }),
    HostingStarted: event('A hoster says that it serves a feed.', { feed: H256, hoster: AccountId }),
    HostingStopped: event('A hoster stopped serving a feed.', { feed: H256, hoster: AccountId }),
    Updated: event('A feed is registered at a greater length.', { feed: H256, length: u32 }),
    HostingExtended: event('A hoster says that it serves a feed at a greater length.', {
      feed: H256,
      hoster: AccountId,
      length: u32,
    }),
    ConflictProven: event('The feed’s key signed two trees that contradict each other. The feed has ended.', {
      feed: H256,
      length: u32,
    }),
  },
  errors: {
    AlreadyPublished: 'The feed is registered.',
    EmptyFeed: 'The feed has no block.',
    WrongKey: 'The key is not the hash of the manifest with this namespace and public key.',
    WrongRoots: 'A feed of this length has another number of roots.',
    BadSignature: 'The signature is not by the feed’s key over this length and tree.',
    UnknownFeed: 'The feed is not registered.',
    NotAHoster: 'Only a registered worker with the role Hoster hosts feeds.',
    AlreadyHosting: 'The hoster hosts this feed at this length.',
    NotHosting: 'The hoster does not host this feed.',
    Truncated: 'The head is of a fork: the author has truncated the feed. Publish it under another key.',
    NotLonger: 'The feed is registered at this length or a greater one.',
    NotAnExtension: 'The longer tree does not begin with the registered one, or the nodes do not prove it.',
    NoConflict: 'The two trees do not contradict each other, or the feed’s key has not signed both.',
    Conflicted: 'The feed’s key signed two trees that contradict each other. The feed has ended.',
    OtherLength: 'The feed is registered at another length.',
  },
  uses: uses<Needs>(),
  exports: ({ storage }) => ({
    head: (feed: Uint8Array): FeedHead | undefined => storage.heads.get(feed),
    publisherOf: (feed: Uint8Array): Uint8Array | undefined => storage.publishers.get(feed),
    /** What a hoster owes its readers; undefined where it does not host the feed, or the feed has ended. */
    promised: (feed: Uint8Array, hoster: Uint8Array): FeedTree | undefined =>
      storage.conflicts.has(feed) ? undefined : storage.hosting.get(hoster, feed)?.tree,
    hasEnded: (feed: Uint8Array): boolean => storage.conflicts.has(feed),
  }),
  calls: ({ storage, emit, fail, uses, block }) => {
    const checkHead = (head: FeedHead): void => {
      const fault = checkFeedHead(head)
      if (fault === 'empty') return fail.EmptyFeed()
      if (fault === 'key') return fail.WrongKey()
      if (fault === 'roots') return fail.WrongRoots()
      if (fault === 'signature') return fail.BadSignature()
      if (fault === 'fork') return fail.Truncated()
    }
    return {
      publish: call(
        'Register a Hypercore at a length that its own key signed. The caller becomes its publisher.',
        feedCalls.publish,
        refTime(CHECK_HEAD, 1n, 2n),
        (origin, { head }) => {
          const publisher = ensureSigned(origin)
          if (storage.heads.has(head.key)) return fail.AlreadyPublished()
          checkHead(head)
          storage.heads.put(head.key, head)
          storage.publishers.put(head.key, publisher)
          emit.Published({ feed: head.key, publisher, length: head.length })
        },
      ),
      host: call(
        'Say that you serve a feed at its registered length to every reader that asks. Say it again for a greater length.',
        feedCalls.host,
        refTime(0n, 4n, 1n),
        (origin, { feed, length: wanted }) => {
          const hoster = ensureSigned(origin)
          if (!uses.workers.hasRole(hoster, 'Hoster')) return fail.NotAHoster()
          const { length, roots } = storage.heads.get(feed) ?? fail.UnknownFeed()
          if (storage.conflicts.has(feed)) return fail.Conflicted()
          if (length !== wanted) return fail.OtherLength()
          const before = storage.hosting.get(hoster, feed)
          if (before?.tree.length === length) return fail.AlreadyHosting()
          storage.hosting.put(hoster, feed, { since: before?.since ?? block(), tree: { length, roots } })
          if (before) emit.HostingExtended({ feed, hoster, length })
          else emit.HostingStarted({ feed, hoster })
        },
      ),
      stopHosting: call(
        'Say that you stop serving a feed. Open rounds go on.',
        feedCalls.stopHosting,
        refTime(0n, 1n, 1n),
        (origin, { feed }) => {
          const hoster = ensureSigned(origin)
          if (!storage.hosting.has(hoster, feed)) return fail.NotHosting()
          storage.hosting.remove(hoster, feed)
          emit.HostingStopped({ feed, hoster })
        },
      ),
      update: call(
        'Bring a feed to a greater length that its own key signed. The nodes prove that it begins with the registered blocks.',
        feedCalls.update,
        refTime(CHECK_HEAD + CHECK_EXTENSION, 2n, 1n),
        (origin, { head, nodes }) => {
          ensureSigned(origin)
          const known = storage.heads.get(head.key) ?? fail.UnknownFeed()
          if (storage.conflicts.has(head.key)) return fail.Conflicted()
          if (head.length <= known.length) return fail.NotLonger()
          checkHead(head)
          if (!extendsTree(known, head, nodes)) return fail.NotAnExtension()
          storage.heads.put(head.key, head)
          emit.Updated({ feed: head.key, length: head.length })
        },
      ),
      reportConflict: call(
        'End a feed by evidence that its key signed two trees which contradict each other. No hoster of it can fail a round any more.',
        feedCalls.reportConflict,
        refTime(CHECK_CONFLICT, 2n, 1n),
        (origin, { conflict }) => {
          ensureSigned(origin)
          const { key } = conflict.first.head
          if (!storage.heads.has(key)) return fail.UnknownFeed()
          if (storage.conflicts.has(key)) return fail.Conflicted()
          if (!checkFeedConflict(conflict)) return fail.NoConflict()
          storage.conflicts.put(key, block())
          emit.ConflictProven({ feed: key, length: conflict.length })
        },
      ),
    }
  },
  views: ({ storage }) => ({
    feed: view('A feed at its greatest registered length.', { feed: H256 }, option(FeedHead), ({ feed }) =>
      storage.heads.get(feed),
    ),
    hostersOf: view('Who hosts a feed.', { feed: H256 }, vec(AccountId), ({ feed }) =>
      [...storage.hosting.keys()].flatMap(([hoster, hosted]) => (equalBytes(hosted, feed) ? [hoster] : [])),
    ),
  }),
})
