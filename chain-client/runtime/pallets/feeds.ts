/**
 * Pallet Feeds: published Hypercores and their hosters.
 *
 * Owns: the registered head of each feed and the list of its hosters. Does not own: whether they serve it (pallet Attestation).
 */
import { feedCalls, checkFeedHead, FeedHead } from '#types/domain/hosting/feed.ts'
import type { RoleName } from '#types/domain/worker.ts'
import { AccountId, H256 } from '#types/scale/account.ts'
import { option, vec } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import { Blake2_128Concat, Identity } from '#types/scale/storage-key.ts'
import { ensureSigned } from '../frame/origin.ts'
import { call, event, pallet, uses, view } from '../frame/pallet.ts'
import { doubleMap, map } from '../frame/storage.ts'
import { refTime } from '../frame/weights.ts'

/** Picoseconds to check a head: a signature and up to 32 hashes. */
const CHECK_HEAD = 150_000_000n

/** The parts of pallet Workers that Feeds needs. */
interface Needs {
  readonly workers: { hasRole(account: Uint8Array, role: RoleName): boolean }
}

export const feedsPallet = pallet({
  name: 'Feeds',
  docs: 'Published Hypercores, and who hosts them.',
  storage: {
    heads: map('A feed at the length that its author registered.', H256, FeedHead, { hasher: Identity }),
    authors: map('Who registered a feed.', H256, AccountId, { hasher: Identity }),
    hosting: doubleMap('Hosters of a feed, and the block since when.', [H256, AccountId], u32, {
      hashers: [Identity, Blake2_128Concat],
    }),
  },
  events: {
    Published: event('A feed was registered.', { feed: H256, author: AccountId, length: u32 }),
    HostingStarted: event('A hoster says that it serves a feed.', { feed: H256, hoster: AccountId }),
    HostingStopped: event('A hoster stopped serving a feed.', { feed: H256, hoster: AccountId }),
  },
  errors: {
    AlreadyPublished: 'The feed is registered.',
    EmptyFeed: 'The feed has no block.',
    WrongKey: 'The key is not the hash of the manifest with this namespace and public key.',
    WrongRoots: 'A feed of this length has another number of roots.',
    BadSignature: 'The signature is not by the feed’s key over this length and tree.',
    UnknownFeed: 'The feed is not registered.',
    NotAHoster: 'Only a registered worker with the role Hoster hosts feeds.',
    AlreadyHosting: 'The hoster hosts this feed.',
    NotHosting: 'The hoster does not host this feed.',
  },
  uses: uses<Needs>(),
  exports: ({ storage }) => ({
    head: (feed: Uint8Array): FeedHead | undefined => storage.heads.get(feed),
    authorOf: (feed: Uint8Array): Uint8Array | undefined => storage.authors.get(feed),
    isHosting: (feed: Uint8Array, hoster: Uint8Array): boolean => storage.hosting.has(feed, hoster),
  }),
  calls: ({ storage, emit, fail, uses, block }) => ({
    publish: call(
      'Register a Hypercore at its present length, with the signature of its own key.',
      feedCalls.publish,
      refTime(CHECK_HEAD, 1n, 2n),
      (origin, { head }) => {
        const author = ensureSigned(origin)
        if (storage.heads.has(head.key)) return fail.AlreadyPublished()
        const fault = checkFeedHead(head)
        if (fault === 'empty') return fail.EmptyFeed()
        if (fault === 'key') return fail.WrongKey()
        if (fault === 'roots') return fail.WrongRoots()
        if (fault === 'signature') return fail.BadSignature()
        storage.heads.put(head.key, head)
        storage.authors.put(head.key, author)
        emit.Published({ feed: head.key, author, length: head.length })
      },
    ),
    host: call(
      'Say that you serve a feed to every reader that asks.',
      feedCalls.host,
      refTime(0n, 3n, 1n),
      (origin, { feed }) => {
        const hoster = ensureSigned(origin)
        if (!uses.workers.hasRole(hoster, 'Hoster')) return fail.NotAHoster()
        if (!storage.heads.has(feed)) return fail.UnknownFeed()
        if (storage.hosting.has(feed, hoster)) return fail.AlreadyHosting()
        storage.hosting.put(feed, hoster, block())
        emit.HostingStarted({ feed, hoster })
      },
    ),
    stopHosting: call(
      'Say that you stop serving a feed. Open rounds go on.',
      feedCalls.stopHosting,
      refTime(0n, 1n, 1n),
      (origin, { feed }) => {
        const hoster = ensureSigned(origin)
        if (!storage.hosting.has(feed, hoster)) return fail.NotHosting()
        storage.hosting.remove(feed, hoster)
        emit.HostingStopped({ feed, hoster })
      },
    ),
  }),
  views: ({ storage }) => ({
    feed: view('A feed at the length that its author registered.', { feed: H256 }, option(FeedHead), ({ feed }) =>
      storage.heads.get(feed),
    ),
    hostersOf: view('Who hosts a feed.', { feed: H256 }, vec(AccountId), ({ feed }) =>
      Array.from(storage.hosting.keys(feed), ([, hoster]) => hoster),
    ),
  }),
})
