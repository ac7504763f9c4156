/** The hoster: the feeds that it registers, the receipts that it signs, and the requests that it refuses. */
import { beforeEach, describe, expect, test } from 'vitest'
import { encodeCall } from '#chain/api/descriptors.ts'
import { toHex, utf8 } from '#types/bytes.ts'
import { blake2b256, blake2b256Of } from '#types/crypto/hash.ts'
import { leafHash, type FeedHead } from '#types/domain/hosting/feed.ts'
import {
  checkReceiptSignature,
  MAX_RECEIPT_CHUNKS,
  RECEIPT_PACE_CHUNKS,
  ReceiptRequest,
  SignedReceipt,
} from '#types/domain/hosting/receipt.ts'
import { decode, encode } from '#types/scale/codec.ts'
import type { FeedServer, ServeRequest } from '#worker/systems/hosting/ports.ts'
import { feedConflicts, feedHeads, hosting, publishFeed, updateFeed } from '#worker/systems/hosting/role/chain-items.ts'
import type { MakeRole } from '#worker/kernel/role.ts'
import { createHoster } from '#worker/systems/hosting/role/hoster.ts'
import { createServedLog } from '#worker/systems/hosting/role/served-log.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { feedOf, type SimulatedFeed } from '#worker/systems/hosting/simulation/feed.ts'
import { bytesOf, memoryFeed } from '../../../../../helpers/hosting/memory-feed.ts'
import { kindsOf } from '../../../../../helpers/attestation/parties.ts'
import { REQUESTER, Stage } from '../../../../../helpers/attestation/stage.ts'

const feed = memoryFeed(13)
const reader = identityOf('reader').publicKey
let stage: Stage
let served: ServeRequest
/** Receipts given unasked, by reader in hex. */
let given: { reader: string; signed: SignedReceipt }[]

/** A hoster at work that has not heard of a block yet. */
async function setUp(hosted: SimulatedFeed = feed): Promise<void> {
  stage = new Stage({ attestors: [], feed: hosted })
  given = []
  await stage.start(stage.hoster, stage.parties.hosts(watched(stage.hoster.feeds)))
}

beforeEach(() => setUp())

/** The same ports, but the request to serve is kept so that the test can be a reader. */
const watched = (feeds: FeedServer): FeedServer => ({
  serveFeed: async (request) => {
    served = request
    const sendReceipt = (to: Uint8Array, receipt: Uint8Array): boolean => {
      given.push({ reader: toHex(to), signed: decode(SignedReceipt, receipt) })
      return true
    }
    return { ...(await feeds.serveFeed(request)), sendReceipt }
  },
})

const block = (): Promise<void> => stage.block()
const isSigned = (signed: SignedReceipt): boolean =>
  checkReceiptSignature(stage.world.chain.genesisHash, signed, stage.hoster.identity.publicKey)

const ask = async (nonce: string, of = feed.head.key): Promise<SignedReceipt | undefined> => {
  const request = encode(ReceiptRequest, { feed: of, nonce: blake2b256(utf8(nonce)) })
  const answer = await served.onReceiptRequest(reader, request)
  return answer && decode(SignedReceipt, answer)
}

test('publishes and hosts once, and tells when the chain has it', async () => {
  for (let i = 0; i < 5; i++) await block()
  expect(stage.dutiesOf(stage.hoster).map((duty) => duty.split('/')[0])).toEqual(['feeds.publish', 'feeds.host'])
  expect(kindsOf(stage.hoster).filter((kind) => kind === 'hosting')).toHaveLength(1)
  expect(stage.refused()).toEqual([])
  expect(stage.read(hosting, stage.hoster.account, feed.head.key)).toBeDefined()
})

describe('a feed that the chain knows otherwise', () => {
  const older = memoryFeed(9)
  const rewritten = feedOf(identityOf('author'), feed.blocks.with(3, utf8('rewritten')))
  const dutyNames = (): string[] => stage.dutiesOf(stage.hoster).map((duty) => duty.split('/')[0]!)
  /** Somebody registers the feed with that head before the hoster comes. */
  const beforeHoster = async (head: FeedHead): Promise<void> => {
    stage = new Stage({ attestors: [], feed })
    stage.act(REQUESTER, encodeCall(publishFeed, { head }))
    await stage.blocks(2)
  }
  const registered = async (head: FeedHead): Promise<void> => {
    await beforeHoster(head)
    await stage.start(stage.hoster, stage.parties.hosts(watched(stage.hoster.feeds)))
    await stage.blocks(5)
  }

  test('at an old length, by an outsider: the hoster brings it up to date and promises its whole length', async () => {
    await registered(older.head)
    expect(dutyNames()).toEqual(['feeds.update', 'feeds.host'])
    expect(stage.read(feedHeads, feed.head.key)).toEqual(feed.head)
    expect(stage.read(hosting, stage.hoster.account, feed.head.key)?.tree.length).toBe(13)
    expect(kindsOf(stage.hoster).filter((kind) => kind === 'hosting')).toHaveLength(1)
    expect(stage.refused()).toEqual([])
  })

  test('at a greater length than the hoster holds, or with other blocks: it refuses to start, and promises nothing', async () => {
    for (const { head } of [memoryFeed(20), rewritten]) {
      await beforeHoster(head)
      const refusals: unknown[] = []
      const hosts = stage.parties.hosts(watched(stage.hoster.feeds))
      const noted: MakeRole = (account, deps) => {
        const role = hosts(account, deps)
        const start = role.start.bind(role)
        return Object.assign(role, { start: () => start().catch((thrown: unknown) => void refusals.push(thrown)) })
      }
      await stage.start(stage.hoster, noted)
      expect(refusals).toEqual([
        expect.objectContaining({ code: 'FEED_DIFFERS', message: expect.stringContaining('--republish') }),
      ])
      await stage.blocks(5)
      expect(dutyNames()).toEqual([])
      expect(kindsOf(stage.hoster)).not.toContain('hosting')
    }
  })

  test('that grows while it is hosted leaves the promise as it is', async () => {
    await stage.blocks(4)
    const before = stage.read(hosting, stage.hoster.account, feed.head.key)
    const { head, nodes } = memoryFeed(20).branchAt(13)
    stage.act(REQUESTER, encodeCall(updateFeed, { head, nodes }))
    await stage.blocks(3)
    expect(stage.read(feedHeads, feed.head.key)?.length).toBe(20)
    await stage.kill(stage.hoster)
    await stage.start(stage.hoster)
    await stage.blocks(3)
    expect(stage.read(hosting, stage.hoster.account, feed.head.key)).toEqual(before)
    expect(kindsOf(stage.hoster).filter((kind) => kind === 'hosting')).toHaveLength(2)
    expect(dutyNames()).toEqual(['feeds.publish', 'feeds.host'])
  })

  test('ends when the hoster has the evidence of two trees, and it hosts the feed no more after a restart', async () => {
    await stage.blocks(4)
    served.onConflict({ length: 13, first: feed.branchAt(13), second: rewritten.branchAt(13) })
    await stage.blocks(3)
    expect(dutyNames()).toEqual(['feeds.publish', 'feeds.host', 'feeds.reportConflict'])
    expect(stage.refused()).toEqual([])
    expect(stage.read(feedConflicts, feed.head.key)).toBeDefined()
    await stage.kill(stage.hoster)
    await stage.start(stage.hoster)
    await stage.blocks(3)
    expect(kindsOf(stage.hoster).filter((kind) => kind === 'hosting')).toHaveLength(1)
  })
})

test('a feed that takes the place of others ends their hosting', async () => {
  await stage.blocks(4)
  expect(stage.read(hosting, stage.hoster.account, feed.head.key)).toBeDefined()
  await stage.kill(stage.hoster)
  const next = feedOf(identityOf('another author'), feed.blocks.slice(0, 5))
  const { feeds } = stage.hoster
  await stage.start(stage.hoster, (account, deps) =>
    createHoster(
      { account, feeds: [{ key: next.head.key, head: next.head }], isAll: true },
      // What is served is of no matter here, so the first feed stands in.
      {
        ...stage.parties.noted(account, deps),
        feeds: { serveFeed: (it) => feeds.serveFeed({ ...it, feed: feed.head.key }) },
      },
    ),
  )
  await stage.blocks(4)
  expect(stage.read(hosting, stage.hoster.account, feed.head.key)).toBeUndefined()
  expect(stage.refused()).toEqual([])
})

describe('a receipt', () => {
  test('covers what was served to that reader since its last one, ascending, with the latest finalized block', async () => {
    await block()
    for (const index of [7, 2, 11]) served.onServed(reader, index)
    served.onServed(identityOf('another').publicKey, 5)
    const signed = (await ask('first'))!
    const { receipt } = signed
    expect(isSigned(signed)).toBe(true)
    const indices = [2, 7, 11]
    const blocks = indices.map((index) => feed.blocks[index]!)
    expect(receipt.chunks).toEqual(indices)
    expect(receipt.leaves).toEqual(blake2b256Of(...blocks.map(leafHash)))
    expect(receipt.possession).toEqual(blake2b256Of(receipt.nonce, ...blocks))
    expect(receipt.bytes).toBe(bytesOf(feed, indices))
    expect(receipt.blockHash).toEqual(stage.hash)
    served.onServed(reader, 3)
    expect((await ask('second'))!.receipt.chunks).toEqual([3])
    expect((await ask('third'))!.receipt.chunks).toEqual([])
  })

  test('asked for again with the same nonce is the same: the answer may have been lost', async () => {
    await block()
    served.onServed(reader, 4)
    const first = await ask('again')
    served.onServed(reader, 5)
    expect(await ask('again')).toEqual(first)
  })

  test('does not name a block that is not at hand any more', async () => {
    await block()
    for (const index of [1, 99]) served.onServed(reader, index)
    expect((await ask('held'))!.receipt.chunks).toEqual([1])
  })

  test('is refused for another feed, for garbage, and before a block is known', async () => {
    expect(await ask('too early')).toBeUndefined()
    await expect(ask('other', blake2b256(utf8('other feed')))).rejects.toThrow(/expected a receipt request for feed/)
    await expect(served.onReceiptRequest(reader, utf8('garbage'))).rejects.toThrow(/expected/)
  })
})

describe('a receipt unasked', () => {
  const large = memoryFeed(3 * RECEIPT_PACE_CHUNKS)
  const request = encode(ReceiptRequest, { feed: large.head.key, nonce: blake2b256(utf8('standing')) })
  const serve = (from: number, to: number, who = reader): void => {
    for (let index = from; index < to; index++) served.onServed(who, index)
  }
  const indicesOf = ({ signed }: (typeof given)[number]): readonly number[] => signed.receipt.chunks

  beforeEach(async () => {
    await setUp(large)
    await block()
  })

  test('is given after every hundred chunks, to every reader that takes them', async () => {
    const other = identityOf('another').publicKey
    served.onListening(reader, request)
    served.onListening(other, request)
    serve(0, RECEIPT_PACE_CHUNKS - 1)
    await stage.pass(0)
    expect(given).toEqual([])
    serve(RECEIPT_PACE_CHUNKS - 1, 2 * RECEIPT_PACE_CHUNKS + 7)
    serve(0, RECEIPT_PACE_CHUNKS, other)
    await stage.pass(0)
    const givenTo = (who: Uint8Array) =>
      given.filter((one) => one.reader === toHex(who)).map((one) => [indicesOf(one)[0], indicesOf(one).length])
    expect(givenTo(reader)).toEqual([
      [0, 100],
      [100, 100],
    ])
    expect(givenTo(other)).toEqual([[0, 100]])
    for (const { signed } of given) {
      expect(isSigned(signed)).toBe(true)
      expect(signed.receipt.nonce).toEqual(blake2b256(utf8('standing')))
    }
    // The rest comes on request.
    expect((await ask('rest'))!.receipt.chunks).toHaveLength(7)
  })

  test('comes before one that is asked for right after it, though it takes longer to sign', async () => {
    served.onListening(reader, request)
    serve(0, RECEIPT_PACE_CHUNKS + 3)
    const asked = (await ask('rest'))!
    expect(given.map((one) => indicesOf(one).length)).toEqual([RECEIPT_PACE_CHUNKS])
    expect(asked.receipt.chunks).toEqual([0, 1, 2].map((rest) => RECEIPT_PACE_CHUNKS + rest))
  })

  test('is not given to one who does not take them, or has gone: it can still ask', async () => {
    serve(0, 110)
    served.onListening(reader, request)
    served.onGone(reader)
    serve(110, 120)
    await stage.pass(0)
    expect(given).toEqual([])
    expect((await ask('late'))!.receipt.chunks).toHaveLength(120)
  })

  test('is the last thing that a hoster gives before it stops serving', async () => {
    served.onListening(reader, request)
    serve(0, 3)
    await stage.kill(stage.hoster)
    expect(given.map(indicesOf)).toEqual([[0, 1, 2]])
  })

  test('is refused for another feed', () => {
    const other = encode(ReceiptRequest, { feed: blake2b256(utf8('other')), nonce: blake2b256(utf8('n')) })
    expect(() => served.onListening(reader, other)).toThrow(/expected a receipt request for feed/)
  })
})

test('what is remembered of readers is bounded', () => {
  const log = createServedLog()
  for (let index = 0; index < 10_000; index++) log.note(reader, index)
  let taken = 0
  for (let batch = log.take(reader); batch.length > 0; batch = log.take(reader)) {
    expect(batch.length).toBeLessThanOrEqual(MAX_RECEIPT_CHUNKS)
    taken += batch.length
  }
  expect(taken).toBe(4_096)
  log.note(reader, 1)
  for (let i = 0; i < 1_024; i++) log.note(blake2b256(utf8(`reader ${i}`)), 0)
  expect(log.take(reader)).toEqual([])
})
