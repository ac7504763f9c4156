/** Pallet Feeds: publishing, hosting, and refusals. */
import { describe, expect, test } from 'vitest'
import { utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { feedKey, headSignable, treeHash, type FeedHead } from '#types/domain/hosting/feed.ts'
import { HostingPromise } from '#types/domain/hosting/feed-growth.ts'
import { AccountId } from '#types/scale/account.ts'
import { Blake2_128Concat, Identity } from '#types/scale/storage-key.ts'
import {
  author,
  feed,
  hostCall,
  hoster,
  openChain,
  outsider,
  publishCall,
  registration,
} from '../../../../helpers/attestation/chain.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { memoryFeed } from '../../../../helpers/hosting/memory-feed.ts'
import { callOf } from '../../../../helpers/runtime.ts'

const { key } = feed.head
const writer = identityOf('author')
const publish = (head: FeedHead) => callOf('Feeds', 'publish', { head })
/** A feed of another writer, with as many blocks and the same tree. */
const otherNamespace = blake2b256(utf8('another namespace'))
const otherHead = ((): FeedHead => {
  const otherKey = feedKey(otherNamespace, writer.publicKey)
  const { length, roots } = feed.head
  const signature = writer.sign(headSignable(otherKey, treeHash(length, roots), length, 0))
  return { ...feed.head, key: otherKey, namespace: otherNamespace, signature }
})()

type Chain = ReturnType<typeof openChain>
const hostingSince = (chain: Chain, feedKey: Uint8Array, who: Uint8Array): number | undefined =>
  chain.stored('Feeds', 'Hosting', HostingPromise, [Blake2_128Concat, who], [Identity, feedKey])?.since

describe('publish', () => {
  test('keeps the head of a feed and who registered it', () => {
    const chain = openChain()
    chain.succeed([outsider.keys, publish(otherHead)])
    expect(chain.event('Feeds.Published')).toEqual({ feed: otherHead.key, publisher: outsider.account, length: 40 })
    expect(chain.stored('Feeds', 'Publishers', AccountId, [Identity, otherHead.key])).toEqual(outsider.account)
    expect(chain.stored('Feeds', 'Publishers', AccountId, [Identity, key])).toEqual(author.publicKey)
    expect(chain.count('Feeds', 'Heads')).toBe(2)
  })

  test('of feeds of any length, a single block too', () => {
    for (const length of [1, 2, 3, 64, 65]) {
      const chain = openChain({ attestors: 0 })
      // The chain's own feed has the same key: another length of it is refused.
      chain.refuses(outsider.keys, publish(memoryFeed(length).head), 'Feeds.AlreadyPublished')
      const { roots } = memoryFeed(length).head
      const signature = writer.sign(headSignable(otherHead.key, treeHash(length, roots), length, 0))
      chain.succeed([outsider.keys, publish({ ...otherHead, length, roots, signature })])
    }
  })

  test('refuses a feed once more, by its author too', () => {
    const chain = openChain()
    chain.refuses(author, publishCall, 'Feeds.AlreadyPublished')
    chain.refuses(outsider.keys, publishCall, 'Feeds.AlreadyPublished')
  })

  const stranger = identityOf('stranger')
  const { length, roots } = otherHead
  test.each<[string, Partial<FeedHead>, string]>([
    ['without a block', { length: 0, roots: [] }, 'EmptyFeed'],
    ['whose key is another', { key: blake2b256(utf8('key')) }, 'WrongKey'],
    ['of another namespace', { namespace: blake2b256(utf8('elsewhere')) }, 'WrongKey'],
    ['of another public key', { publicKey: stranger.publicKey }, 'WrongKey'],
    ['with a root too few', { roots: roots.slice(1) }, 'WrongRoots'],
    ['with a root too many', { roots: [...roots, roots[0]!] }, 'WrongRoots'],
    ['of another length with as many roots', { length: 48 }, 'BadSignature'],
    ['with another root', { roots: [roots[1]!, roots[0]!] }, 'BadSignature'],
    ['with a root of another size', { roots: [{ ...roots[0]!, bytes: 1n }, roots[1]!] }, 'BadSignature'],
    ['of another fork', { fork: 1 }, 'BadSignature'],
    [
      'signed by another',
      { signature: stranger.sign(headSignable(otherHead.key, treeHash(length, roots), length, 0)) },
      'BadSignature',
    ],
    ['with another feed’s signature', { signature: feed.head.signature }, 'BadSignature'],
    ['with no signature', { signature: new Uint8Array(64) }, 'BadSignature'],
  ])('refuses one %s', (_, change, error) => {
    const chain = openChain({ attestors: 0 })
    chain.refuses(outsider.keys, publish({ ...otherHead, ...change }), `Feeds.${error}`)
  })

  test('a refused head keeps nobody from publishing the sound one', () => {
    const chain = openChain({ attestors: 0 })
    chain.block([outsider.keys, publish({ ...otherHead, fork: 1 })])
    chain.succeed([author, publish(otherHead)])
  })
})

describe('hosting', () => {
  test('is for workers with the role Hoster, of feeds that are known, once', () => {
    const chain = openChain({ attestors: 1 })
    chain.succeed([outsider.keys, registration(chain, outsider, ['Attestor'])])
    chain.refuses(outsider.keys, hostCall, 'Feeds.NotAHoster')
    chain.refuses(author, hostCall, 'Feeds.NotAHoster')
    chain.refuses(hoster.keys, callOf('Feeds', 'host', { feed: otherHead.key, length: 40 }), 'Feeds.UnknownFeed')
    chain.refuses(hoster.keys, hostCall, 'Feeds.AlreadyHosting')
  })

  test('begins, ends and begins again, for one hoster and one feed at a time', () => {
    const chain = openChain({ attestors: 0 })
    chain.succeed([outsider.keys, registration(chain, outsider, ['Hoster'])], [author, publish(otherHead)])
    chain.succeed([outsider.keys, hostCall])
    const since = chain.number
    chain.succeed([hoster.keys, callOf('Feeds', 'host', { feed: otherHead.key, length: 40 })])
    const stop = callOf('Feeds', 'stopHosting', { feed: key })
    chain.succeed([hoster.keys, stop])
    expect(chain.event('Feeds.HostingStopped')).toEqual({ feed: key, hoster: hoster.account })
    expect(hostingSince(chain, key, hoster.account)).toBeUndefined()
    expect(hostingSince(chain, key, outsider.account)).toBe(since)
    expect(hostingSince(chain, otherHead.key, hoster.account)).toBe(since + 1)
    chain.refuses(hoster.keys, stop, 'Feeds.NotHosting')
    chain.succeed([hoster.keys, hostCall])
    expect(chain.event('Feeds.HostingStarted')).toEqual({ feed: key, hoster: hoster.account })
    expect(hostingSince(chain, key, hoster.account)).toBe(chain.number)
  })

  test('ends even for who is no worker any more', () => {
    const chain = openChain({ attestors: 0 })
    chain.succeed([hoster.keys, callOf('Workers', 'unregister')])
    chain.succeed([hoster.keys, callOf('Feeds', 'stopHosting', { feed: key })])
    expect(chain.count('Feeds', 'Hosting')).toBe(0)
  })
})
