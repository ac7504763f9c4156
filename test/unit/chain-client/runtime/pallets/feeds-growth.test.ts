/** Pallet Feeds: heads that grow, promises of a length, and evidence of two trees. */
import { describe, expect, test } from 'vitest'
import { u32le, utf8 } from '#types/bytes.ts'
import type { feedCalls } from '#types/domain/hosting/feed-calls.ts'
import { ORDER_FEE } from '#types/domain/attestation/order.ts'
import { headSignable, treeHash, FeedHead } from '#types/domain/hosting/feed.ts'
import { FeedTree, HostingPromise } from '#types/domain/hosting/feed-growth.ts'
import { Blake2_128Concat, Identity, Twox64Concat } from '#types/scale/storage-key.ts'
import type { ValueOf } from '#types/scale/codec.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { feedOf } from '#worker/systems/hosting/simulation/feed.ts'
import {
  author,
  DEPOSIT,
  expectSound,
  feed,
  hostCall,
  hoster,
  openChain,
  outsider,
  publishCall,
  requestCall,
  requester,
} from '../../../../helpers/attestation/chain.ts'
import { agree, openRound, report, reportable } from '../../../../helpers/attestation/statements.ts'
import { memoryFeed } from '../../../../helpers/hosting/memory-feed.ts'
import { callOf } from '../../../../helpers/runtime.ts'

type Chain = ReturnType<typeof openChain>
const { key } = feed.head
const writer = identityOf('author')
const update = (to: number, from = feed.head.length) => {
  const { head, nodes } = memoryFeed(to).branchAt(from)
  return updateWith(head, nodes)
}
const updateWith = (head: FeedHead, nodes: ValueOf<(typeof feedCalls.update)['nodes']>) =>
  callOf('Feeds', 'update', { head, nodes })
const headOf = (chain: Chain): FeedHead => chain.stored('Feeds', 'Heads', FeedHead, [Identity, key])!
const promiseOf = (chain: Chain): HostingPromise | undefined =>
  chain.stored('Feeds', 'Hosting', HostingPromise, [Blake2_128Concat, hoster.account], [Identity, key])
const promise = (length: number) => callOf('Feeds', 'host', { feed: key, length })
/** The author's feed of that length, with another block at an index. */
const rewritten = (length: number, index: number) =>
  feedOf(writer, memoryFeed(length).blocks.with(index, utf8('rewritten')))
const conflict = {
  length: 40,
  first: feed.branchAt(40),
  second: rewritten(48, 39).branchAt(40),
}
const accuse = (evidence = conflict) => callOf('Feeds', 'reportConflict', { conflict: evidence })

describe('an update', () => {
  test('by anybody takes a feed that an outsider registered at an old length to the length that its key signed', () => {
    const chain = openChain({ attestors: 0 })
    const grown = memoryFeed(41)
    chain.refuses(outsider.keys, callOf('Feeds', 'publish', { head: grown.head }), 'Feeds.AlreadyPublished')
    for (const [to, who] of [
      [41, outsider.keys],
      [70, author],
      [128, hoster.keys],
    ] as const) {
      chain.succeed([who, update(to, headOf(chain).length)])
      expect(chain.event('Feeds.Updated')).toEqual({ feed: key, length: to })
      expect(headOf(chain)).toEqual(memoryFeed(to).head)
    }
    expect(chain.count('Feeds', 'Heads')).toBe(1)
  })

  test('is refused if it is replayed, shorter, or of the same length', () => {
    const chain = openChain({ attestors: 0 })
    const first = update(48)
    chain.succeed([outsider.keys, first])
    for (const call of [first, update(41), updateWith(feed.head, []), updateWith(memoryFeed(48).head, [])])
      chain.refuses(outsider.keys, call, 'Feeds.NotLonger')
    chain.refuses(outsider.keys, publishCall, 'Feeds.AlreadyPublished')
  })

  test('is refused if it is forged, of a fork, of other blocks, or without the nodes that prove it', () => {
    const chain = openChain({ attestors: 0 })
    const { head, nodes } = memoryFeed(48).branchAt(40)
    const stranger = identityOf('stranger')
    const signable = (fork: number) => headSignable(key, treeHash(48, head.roots), 48, fork)
    const refused = (change: Partial<FeedHead>, error: string, by = nodes): void =>
      chain.refuses(author, updateWith({ ...head, ...change }, by), `Feeds.${error}`)
    refused({ signature: stranger.sign(signable(0)) }, 'BadSignature')
    refused({ signature: feed.head.signature }, 'BadSignature')
    refused({ publicKey: stranger.publicKey }, 'WrongKey')
    refused({ roots: head.roots.slice(1) }, 'WrongRoots')
    refused({ fork: 1, signature: writer.sign(signable(1)) }, 'Truncated')
    refused({}, 'NotAnExtension', [])
    refused({}, 'NotAnExtension', [...nodes, ...nodes])
    const other = rewritten(48, 7)
    chain.refuses(author, updateWith(other.head, other.branchAt(40).nodes), 'Feeds.NotAnExtension')
    const unknown = feedOf(stranger, [utf8('a')])
    chain.refuses(author, updateWith(unknown.head, []), 'Feeds.UnknownFeed')
  })

  test('a truncated feed is not published either', () => {
    const chain = openChain({ attestors: 0 })
    const { head } = feedOf(identityOf('forker'), [utf8('a')])
    const forked = identityOf('forker').sign(headSignable(head.key, treeHash(1, head.roots), 1, 1))
    const call = callOf('Feeds', 'publish', { head: { ...head, fork: 1, signature: forked } })
    chain.refuses(author, call, 'Feeds.Truncated')
  })
})

describe('a promise', () => {
  test('stays at its length when the feed grows, until the hoster promises again', () => {
    const chain = openChain({ attestors: 0 })
    const before = promiseOf(chain)!
    expect(before.tree).toEqual({ length: 40, roots: feed.head.roots })
    chain.succeed([outsider.keys, update(2_000)])
    expect(promiseOf(chain)).toEqual(before)
    // The hoster's call may come after a head that it has not seen.
    chain.refuses(hoster.keys, hostCall, 'Feeds.OtherLength')
    chain.succeed([hoster.keys, promise(2_000)])
    expect(chain.event('Feeds.HostingExtended')).toEqual({ feed: key, hoster: hoster.account, length: 2_000 })
    const { roots } = memoryFeed(2_000).head
    expect(promiseOf(chain)).toEqual({ since: before.since, tree: { length: 2_000, roots } })
    chain.refuses(hoster.keys, promise(2_000), 'Feeds.AlreadyHosting')
  })

  test('is kept for a round when the feed and the promise grow in the middle of it', () => {
    const chain = openChain()
    const round = openRound(chain)
    chain.succeed([outsider.keys, update(2_000)], [hoster.keys, promise(2_000)])
    expect(chain.stored('Attestation', 'Promises', FeedTree, [Twox64Concat, u32le(round)])?.length).toBe(40)
    const flip = agree(chain, round)
    chain.to(chain.round(round).endsAt)
    report(chain, round, flip, ['served', 'served', 'served', 'served', 'served'])
    expect(chain.round(round)).toMatchObject({ phase: 'Closed', verdict: 'Pass' })
    expect(chain.count('Attestation', 'Promises')).toBe(0)
    expectSound(chain, flip.members)
  })

  test('of the next round is that of the time when it is placed', () => {
    const chain = openChain()
    chain.succeed([outsider.keys, update(48)], [hoster.keys, promise(48)])
    const round = openRound(chain)
    expect(chain.stored('Attestation', 'Promises', FeedTree, [Twox64Concat, u32le(round)])?.length).toBe(48)
  })
})

describe('evidence of two trees', () => {
  test('ends a feed, whoever brings it: no head, no hoster, no round any more', () => {
    const chain = openChain({ attestors: 0 })
    chain.succeed([outsider.keys, accuse()])
    expect(chain.event('Feeds.ConflictProven')).toEqual({ feed: key, length: 40 })
    chain.refuses(hoster.keys, accuse(), 'Feeds.Conflicted')
    chain.refuses(hoster.keys, hostCall, 'Feeds.Conflicted')
    chain.refuses(author, update(48), 'Feeds.Conflicted')
    chain.refuses(author, publishCall, 'Feeds.AlreadyPublished')
    chain.refuses(requester, requestCall, 'Attestation.NotHosting')
    chain.succeed([hoster.keys, callOf('Feeds', 'stopHosting', { feed: key })])
  })

  test('is refused for trees that do not contradict each other, and for an unknown feed', () => {
    const chain = openChain({ attestors: 0 })
    const second = memoryFeed(48).branchAt(40)
    chain.refuses(outsider.keys, accuse({ ...conflict, second }), 'Feeds.NoConflict')
    const [one, two] = ['a', 'b'].map((text) => feedOf(identityOf('nobody'), [utf8(text)]).branchAt(1))
    chain.refuses(outsider.keys, accuse({ length: 1, first: one!, second: two! }), 'Feeds.UnknownFeed')
  })

  const silence = ['unserved', 'unserved', 'unserved', 'unserved', 'unserved'] as const

  test.each([
    ['fails a round of a feed without evidence', false, 'Fail', 'Quorum'],
    ['fails no round of such a feed', true, 'Inconclusive', 'FeedEnded'],
  ])('a hoster that did not serve %s', (_, isProven, verdict, reason) => {
    const chain = openChain()
    const reputation = chain.reputation(hoster.account, 'Hoster')
    const { round, flip } = reportable(chain)
    if (isProven) chain.succeed([outsider.keys, accuse()])
    report(chain, round, flip, silence)
    expect(chain.round(round)).toMatchObject({ phase: 'Closed', verdict, reason })
    const after = chain.reputation(hoster.account, 'Hoster')
    if (isProven) expect(after).toEqual(reputation)
    else expect(after.badPpm).toBeGreaterThan(reputation.badPpm)
    // The order ends instead of drawing the round again.
    expect(chain.activeRounds()).toEqual([])
    expect(chain.forRounds(requester.publicKey)).toBe(0n)
    expectSound(chain, flip.members)
  })

  test('a hoster that served passes its round all the same, and an order of several rounds ends', () => {
    const chain = openChain()
    const order = callOf('Attestation', 'scheduleRounds', { hoster: hoster.account, feed: key, rounds: 3 })
    const { round, flip } = reportable(chain, order)
    chain.succeed([outsider.keys, accuse()])
    expect(chain.forRounds(requester.publicKey)).toBe(3n * (DEPOSIT + ORDER_FEE) - ORDER_FEE)
    report(chain, round, flip, ['served', 'served', 'served', 'served', 'served'])
    expect(chain.round(round)).toMatchObject({ phase: 'Closed', verdict: 'Pass' })
    expect(chain.forRounds(requester.publicKey)).toBe(0n)
    expect(chain.activeRounds()).toEqual([])
  })
})
