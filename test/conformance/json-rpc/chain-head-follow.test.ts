/** chainHead_v1_follow, unfollow, unpin and header by the JSON-RPC interface specification. */
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { systemClock } from '#types/clock.ts'
import { Aftermath } from '#chain/rpc/chain-head/aftermath.ts'
import { Follow } from '#chain/rpc/chain-head/follow.ts'
import { MAX_SETTLED_PINS } from '#chain/rpc/chain-head/pins.ts'
import { Subscription } from '#chain/rpc/subscriptions.ts'
import type { Message } from '../../helpers/rpc-client.ts'
import { until } from '../../helpers/until.ts'
import { hex, realRpc, UNKNOWN_HASH, type Client, type RealRpc, type SubscriptionEvent } from './real-rpc.ts'

const follow = (client: Client, withRuntime = true): Promise<string> =>
  client.result('chainHead_v1_follow', withRuntime)

/** A chain of `finalized` final blocks above genesis. */
async function grown(finalized: number): Promise<RealRpc> {
  const rpc = await realRpc()
  for (let i = 0; i < finalized; i++) await rpc.seal({ finalize: true })
  return rpc
}

describe('chainHead_v1_follow', () => {
  it('tells the finalized blocks, then each live block of every fork after its parent, then the best', async () => {
    const rpc = await grown(2)
    const final = rpc.node.finalized()
    const a = await rpc.seal({ parent: final.hash })
    const b = await rpc.seal({ parent: final.hash, best: false, transactions: [rpc.transfer(0)] })
    const a2 = await rpc.seal({ parent: a.hash })
    const id = await follow(rpc)
    const [initialized, ...others] = rpc.events(id)
    expect(initialized).toMatchObject({
      event: 'initialized',
      finalizedBlockHashes: [toHex(rpc.node.genesisHash), toHex(rpc.node.hashAt(1)!), hex(final)],
    })
    expect(others).toEqual([
      { event: 'newBlock', blockHash: hex(a), parentBlockHash: hex(final), newRuntime: null },
      { event: 'newBlock', blockHash: hex(b), parentBlockHash: hex(final), newRuntime: null },
      { event: 'newBlock', blockHash: hex(a2), parentBlockHash: hex(a), newRuntime: null },
      { event: 'bestBlockChanged', bestBlockHash: hex(a2) },
    ])
  })

  it('replies with the id before it notifies', async () => {
    const rpc = await grown(1)
    const id = await follow(rpc)
    expect(rpc.sent[0]).toMatchObject({ id: 1, result: id })
    expect(rpc.sent[1]).toMatchObject({ method: 'chainHead_v1_followEvent', params: { subscription: id } })
  })

  it('gives the runtime with apis as an object, and nothing of it without runtime', async () => {
    const rpc = await grown(1)
    const [initialized] = rpc.events(await follow(rpc))
    const legacy = await rpc.result<Record<string, unknown>>('state_getRuntimeVersion')
    const { type, spec } = initialized!['finalizedBlockRuntime'] as { type: string; spec: Record<string, unknown> }
    expect(type).toBe('valid')
    expect(spec).toMatchObject({
      specName: 'assay',
      specVersion: legacy['specVersion'],
      transactionVersion: legacy['transactionVersion'],
    })
    expect(spec['apis']).toEqual(Object.fromEntries(legacy['apis'] as [string, number][]))
    expect(spec['apis']).toMatchObject({ '0xdf6acb689907609b': 5 })

    const without = await follow(rpc, false)
    await rpc.seal()
    expect(Object.keys(rpc.events(without)[0]!)).toEqual(['event', 'finalizedBlockHashes'])
    const newBlock = rpc.events(without).find(({ event }) => event === 'newBlock')!
    expect(Object.keys(newBlock)).toEqual(['event', 'blockHash', 'parentBlockHash'])
  })

  it('names at most 16 finalized blocks, the latest last', async () => {
    const rpc = await grown(20)
    const [initialized] = rpc.events(await follow(rpc))
    const expected = Array.from({ length: 16 }, (_, i) => toHex(rpc.node.hashAt(5 + i)!))
    expect(initialized!['finalizedBlockHashes']).toEqual(expected)
  })

  it('tells of new blocks, of a best block on another fork, and of what finality ends', async () => {
    const rpc = await grown(1)
    const base = rpc.node.finalized()
    const id = await follow(rpc)
    const seen = rpc.events(id).length
    const a = await rpc.seal()
    const b = await rpc.seal({ parent: base.hash, best: false, transactions: [rpc.transfer(0)] })
    const b2 = await rpc.seal({ parent: b.hash, best: false })
    await rpc.node.setBest(b2.hash)
    await rpc.finalize(b2)
    const created = (block: typeof a, parent: typeof a) => ({
      event: 'newBlock',
      blockHash: hex(block),
      parentBlockHash: hex(parent),
      newRuntime: null,
    })
    const events = rpc.events(id).slice(seen)
    expect(events.slice(0, 5)).toEqual([
      created(a, base),
      { event: 'bestBlockChanged', bestBlockHash: hex(a) },
      created(b, base),
      created(b2, b),
      { event: 'bestBlockChanged', bestBlockHash: hex(b2) },
    ])
    const finality = events.slice(5)
    expect(finality.map(({ event }) => event)).toEqual(finality.map(() => 'finalized'))
    expect(finality.flatMap((each) => each['finalizedBlockHashes'])).toEqual([hex(b), hex(b2)])
    expect(finality.flatMap((each) => each['prunedBlockHashes'])).toEqual([hex(a)])
  })

  it('makes a block the best one before it finalizes it beside the best branch', async () => {
    const rpc = await grown(1)
    const id = await follow(rpc)
    const base = rpc.node.finalized()
    const a = await rpc.seal()
    const b = await rpc.seal({ parent: base.hash, best: false, transactions: [rpc.transfer(0)] })
    await rpc.finalize(b)
    expect(rpc.events(id).slice(-2)).toEqual([
      { event: 'bestBlockChanged', bestBlockHash: hex(b) },
      { event: 'finalized', finalizedBlockHashes: [hex(b)], prunedBlockHashes: [hex(a)] },
    ])
  })

  it('allows four subscriptions per connection, and another after unfollow', async () => {
    const rpc = await grown(1)
    const first = await follow(rpc)
    for (let more = 1; more < 4; more++) await follow(rpc, false)
    expect(await rpc.error('chainHead_v1_follow', true)).toMatchObject({ code: -32800 })
    expect(await follow(rpc.connect())).toBeTypeOf('string')
    expect(await rpc.result('chainHead_v1_unfollow', first)).toBeNull()
    expect(await follow(rpc)).toBeTypeOf('string')
  })

  it('tells nothing after unfollow, which may come twice', async () => {
    const rpc = await grown(1)
    const id = await follow(rpc)
    await rpc.result('chainHead_v1_unfollow', id)
    rpc.clear()
    await rpc.seal()
    expect(rpc.events(id)).toEqual([])
    expect(await rpc.result('chainHead_v1_unfollow', id)).toBeNull()
    expect(await rpc.result('chainHead_v1_header', id, toHex(rpc.node.best().hash))).toBeNull()
  })

  it('tells a revert that leaves the finalized block as blocks, and prunes at once what it left', async () => {
    const rpc = await grown(1)
    const snapshot = await rpc.node.dev.snapshot()
    const [left, above] = [await rpc.seal(), await rpc.seal()]
    const id = await follow(rpc)
    const back = rpc.node.block(left.header.parentHash)!
    const reverted = [
      { event: 'bestBlockChanged', bestBlockHash: hex(back) },
      { event: 'finalized', finalizedBlockHashes: [hex(back)], prunedBlockHashes: [hex(left), hex(above)] },
    ]
    const told = rpc.events(id).length
    await rpc.node.dev.revert(snapshot)
    expect(rpc.events(id).slice(told)).toEqual(reverted)
    // Blocks that were left can be read still.
    expect(await rpc.result('chainHead_v1_header', id, hex(above))).toBeTypeOf('string')
    await rpc.node.dev.setHead(above.hash)
    expect(rpc.events(id).slice(told + 2)).toMatchObject([
      { event: 'newBlock', blockHash: hex(left), parentBlockHash: hex(back) },
      { event: 'newBlock', blockHash: hex(above), parentBlockHash: hex(left) },
      { event: 'bestBlockChanged', bestBlockHash: hex(above) },
    ])
    await rpc.node.dev.revert(snapshot)
    expect(rpc.events(id).slice(told + 5)).toEqual(reverted)
    const next = await rpc.seal({ transactions: [], timestampMs: Date.now() + 60_000, finalize: true })
    expect(rpc.events(id).at(-1)).toEqual({
      event: 'finalized',
      finalizedBlockHashes: [hex(next)],
      prunedBlockHashes: [],
    })
    expect(await rpc.result('chainHead_v1_unpin', id, [hex(left), hex(above)])).toBeNull()
    expect(rpc.events(id).filter(({ event }) => event === 'stop')).toEqual([])
  })

  it('stops if the chain is reverted below the finalized block; the client follows anew and reads on', async () => {
    const rpc = await grown(3)
    const back = rpc.node.block(rpc.node.hashAt(1)!)!
    const [first, second] = [await follow(rpc), await follow(rpc, false)]
    await rpc.node.dev.setHead(back.hash)
    for (const id of [first, second]) expect(rpc.events(id).at(-1)).toEqual({ event: 'stop' })
    const stopped = rpc.events(first).length
    // Both places are free again.
    const again = await follow(rpc)
    await follow(rpc, false)
    expect(rpc.events(again)[0]!['finalizedBlockHashes']).toEqual([toHex(rpc.node.genesisHash), hex(back)])
    const next = await rpc.seal()
    expect(rpc.events(again).at(-1)).toEqual({ event: 'bestBlockChanged', bestBlockHash: hex(next) })
    expect(rpc.events(first)).toHaveLength(stopped)
    expect(await rpc.result('chainHead_v1_header', first, hex(back))).toBeNull()
    expect(await rpc.result('chainHead_v1_unpin', first, hex(back))).toBeNull()
    expect(await rpc.result('chainHead_v1_body', first, hex(back))).toEqual({ result: 'limitReached' })
  })

  it('stops once, also if a client in this process follows anew inside the event', async () => {
    const rpc = await grown(2)
    const events: unknown[] = []
    const again = '{"jsonrpc":"2.0","id":1,"method":"chainHead_v1_follow","params":[false]}'
    const connection = rpc.rpc.connect((text) => {
      const event = (JSON.parse(text) as Message).params?.result as SubscriptionEvent | undefined
      if (!event) return
      events.push(event.event)
      if (event.event === 'stop' && events.length < 20) void connection.receive(again)
    })
    void connection.receive(again)
    void connection.receive(again)
    const initial = events.length
    await rpc.node.dev.setHead(rpc.node.genesisHash)
    const anew = ['initialized', 'bestBlockChanged']
    expect(events.slice(initial)).toEqual(['stop', ...anew, 'stop', ...anew])
    connection.close()
  })

  it('tells a client that drops old blocks what the chain left, and prunes it at once', async () => {
    const rpc = await grown(4)
    const [genesis, parent, back, left, above] = [0, 1, 2, 3, 4].map((number) => toHex(rpc.node.hashAt(number)!))
    const first = await follow(rpc)
    await rpc.result('chainHead_v1_unpin', first, [genesis, parent, back, left])
    await rpc.node.dev.setHead(fromHex(back!))
    const id = await follow(rpc)
    expect(rpc.events(id)).toMatchObject([
      { event: 'initialized', finalizedBlockHashes: [parent] },
      { event: 'newBlock', blockHash: back, parentBlockHash: parent },
      { event: 'bestBlockChanged', bestBlockHash: back },
      { event: 'newBlock', blockHash: left, parentBlockHash: back },
      { event: 'newBlock', blockHash: above, parentBlockHash: left },
      { event: 'finalized', finalizedBlockHashes: [back], prunedBlockHashes: [left, above] },
    ])
    await rpc.result('chainHead_v1_body', id, above)
    expect(await rpc.event(id, ({ event }) => event === 'operationBodyDone')).toBeDefined()
    expect(await rpc.result('chainHead_v1_unpin', id, [parent, left, above])).toBeNull()
  })

  it('tells a client that keeps old blocks pinned the finalized blocks alone', async () => {
    const rpc = await grown(4)
    const [genesis, parent, back] = [0, 1, 2].map((number) => toHex(rpc.node.hashAt(number)!))
    await follow(rpc)
    await rpc.node.dev.setHead(fromHex(back!))
    expect(rpc.events(await follow(rpc))).toMatchObject([
      { event: 'initialized', finalizedBlockHashes: [genesis, parent, back] },
      { event: 'bestBlockChanged', bestBlockHash: back },
    ])
  })

  it('answers a read of a block that the client chose before the stop, and of no other', async () => {
    const rpc = await grown(3)
    const beside = await rpc.seal({ parent: rpc.node.finalized().hash, transactions: [rpc.transfer(0)] })
    await follow(rpc)
    const unseen = await rpc.seal({ parent: rpc.node.finalized().hash, best: false })
    await rpc.finalize(unseen)
    await follow(rpc)
    await rpc.node.dev.setHead(rpc.node.hashAt(1)!)
    const other = rpc.connect()
    const [own, others] = [await follow(rpc), await follow(other)]
    await rpc.node.dev.setHead(beside.hash)
    expect(await rpc.result('chainHead_v1_header', own, hex(beside))).toBeTypeOf('string')
    expect(await rpc.result('chainHead_v1_header', own, hex(unseen))).toBeTypeOf('string')
    expect(await other.error('chainHead_v1_header', others, hex(unseen))).toMatchObject({ code: -32801 })
  })

  it('stops only when the client has unpinned what the last finalized block made old; dev_revert replies after that', async () => {
    const rpc = await grown(1)
    const back = hex(rpc.node.finalized())
    const snapshot = await rpc.result('dev_snapshot')
    const id = await follow(rpc)
    await rpc.seal({ finalize: true })
    const told = rpc.events(id).length
    const reverted = rpc.result('dev_revert', snapshot)
    await rpc.seal({ finalize: true })
    expect(rpc.events(id)).toHaveLength(told)
    expect(await rpc.result('chainHead_v1_header', id, back)).toBeTypeOf('string')
    await rpc.result('chainHead_v1_unpin', id, [toHex(rpc.node.genesisHash), back])
    expect(rpc.events(id).slice(told)).toEqual([{ event: 'stop' }])
    expect(await reverted).toBe(true)
  })

  it('waits once for a client that keeps old blocks pinned', async () => {
    const rpc = await grown(1)
    const snapshot = await rpc.result('dev_snapshot')
    for (const waits of [true, false]) {
      const id = await follow(rpc)
      await rpc.seal({ finalize: true })
      void rpc.node.dev.revert(snapshot as number)
      await until('the revert', () => rpc.node.best().header.number === 1)
      expect(rpc.events(id).at(-1)!.event === 'stop').toBe(!waits)
      await rpc.event(id, ({ event }) => event === 'stop')
    }
  })

  it('tells nothing of storage set by hand, which reads show at once', async () => {
    const rpc = await grown(1)
    const id = await follow(rpc)
    const best = rpc.node.best()
    const seen = rpc.events(id).length
    await rpc.node.dev.setStorage(best.hash, () => [[fromHex('0xabcd'), fromHex('0x2a')]])
    expect(rpc.events(id)).toHaveLength(seen)
    await rpc.result('chainHead_v1_storage', id, hex(best), [{ key: '0xabcd', type: 'value' }], null)
    const items = await rpc.event(id, ({ event }) => event === 'operationStorageItems')
    expect(items['items']).toEqual([{ key: '0xabcd', value: '0x2a' }])
  })

  it('stops a client that leaves too many finalized blocks pinned, and not one that unpins', async () => {
    const rpc = await grown(1)
    const [lazy, tidy] = [await follow(rpc), await follow(rpc, false)]
    const pinned = rpc.events(lazy)[0]!['finalizedBlockHashes'] as string[]
    for (let i = pinned.length; i <= MAX_SETTLED_PINS; i++) {
      expect(rpc.events(lazy).at(-1)?.event, `with ${i} pinned`).not.toBe('stop')
      const block = await rpc.seal({ finalize: true })
      await rpc.result('chainHead_v1_unpin', tidy, hex(block))
      if (i < MAX_SETTLED_PINS) rpc.clear()
    }
    expect(rpc.events(lazy).at(-1)).toEqual({ event: 'stop' })
    await rpc.seal({ finalize: true })
    expect(rpc.events(tidy).at(-1)!.event).toBe('finalized')
  })

  it('listens to the node only while somebody follows', async () => {
    const rpc = await grown(2)
    const before = rpc.listeners()
    const first = await follow(rpc)
    const other = rpc.connect()
    await follow(other)
    expect(rpc.listeners()).toBe(before + 1)
    await rpc.result('chainHead_v1_unfollow', first)
    expect(rpc.listeners()).toBe(before + 1)
    other.close()
    expect(rpc.listeners()).toBe(before)
    await follow(rpc)
    await rpc.node.dev.setHead(rpc.node.genesisHash)
    expect(rpc.listeners()).toBe(before)
  })

  it('counts pruned blocks that are left pinned, and not those whose finality is still open', () => {
    const events: string[] = []
    const subscription = new Subscription('1', 'chainHead_v1_followEvent', (text) => events.push(text))
    subscription.activate()
    const at = (name: string, number: number, parentHash: string) => ({ hash: `${name}${number}`, number, parentHash })
    const genesis = at('main', 0, 'none')
    const options = {
      subscription,
      runtime: undefined,
      newOperationId: () => '0',
      aftermath: new Aftermath(systemClock),
    }
    const followed = new Follow(options, { finalized: [genesis], unfinalized: [], best: genesis })
    const last = MAX_SETTLED_PINS
    for (let i = 1; i <= last; i++) for (const name of ['main', 'fork']) followed.imported(at(name, i, `main${i - 1}`))
    expect(followed.stopped).toBe(false)
    // Two more with each: the main block and the fork that it prunes. Genesis is one.
    for (let i = 1; i < last / 2; i++) followed.finalized(at('main', i, ''), [`fork${i}`])
    expect(followed.stopped).toBe(false)
    followed.finalized(at('main', last / 2, ''), [`fork${last / 2}`])
    expect(followed.stopped).toBe(true)
    expect(events.at(-1)).toContain('{"event":"stop"}')
  })

  it('tells nothing twice to a client that begins to follow while an event is on its way', async () => {
    const rpc = await grown(1)
    const opened: number[] = []
    const stop = rpc.node.onEvent(({ kind }) => {
      if (kind !== 'best') opened.push(rpc.send('chainHead_v1_follow', false))
    })
    const block = await rpc.seal({ finalize: true })
    stop()
    const [imported, finalized] = opened.map((request) => rpc.sent.find(({ id }) => id === request)!.result)
    const heard = (id: unknown) => rpc.events(id).map(({ event }) => event)
    expect(heard(imported)).toEqual(['initialized', 'newBlock', 'bestBlockChanged', 'finalized'])
    expect(heard(finalized)).toEqual(['initialized', 'bestBlockChanged'])
    expect(rpc.events(finalized)[1]).toEqual({ event: 'bestBlockChanged', bestBlockHash: hex(block) })
  })

  it('refuses what is no boolean, and HTTP', async () => {
    const rpc = await grown(1)
    expect(await rpc.error('chainHead_v1_follow', 'yes')).toMatchObject({ code: -32602 })
    expect(await rpc.error('chainHead_v1_follow')).toMatchObject({ code: -32602 })
    const reply = await rpc.rpc.request('{"jsonrpc":"2.0","id":1,"method":"chainHead_v1_follow","params":[true]}')
    expect(JSON.parse(reply!)).toMatchObject({ error: { code: -32601 } })
  })
})

describe('chainHead_v1_header', () => {
  it('gives the SCALE header of every block reported, whose hash is the block', async () => {
    const rpc = await grown(2)
    const id = await follow(rpc)
    await rpc.seal()
    for (const number of [0, 1, 2, 3]) {
      const hash = toHex(rpc.node.hashAt(number)!)
      const header = await rpc.result<string>('chainHead_v1_header', id, hash)
      expect(toHex(blake2b256(fromHex(header)))).toBe(hash)
    }
  })

  it('refuses a block that was not reported, and one that was unpinned', async () => {
    const rpc = await grown(1)
    const id = await follow(rpc)
    const hash = toHex(rpc.node.best().hash)
    expect(await rpc.error('chainHead_v1_header', id, UNKNOWN_HASH)).toMatchObject({ code: -32801 })
    await rpc.result('chainHead_v1_unpin', id, hash)
    expect(await rpc.error('chainHead_v1_header', id, hash)).toMatchObject({ code: -32801 })
    expect(await rpc.error('chainHead_v1_header', id, '0x12')).toMatchObject({ code: -32602 })
    expect(await rpc.result('chainHead_v1_header', 'nobody', hash)).toBeNull()
  })

  it('is for the connection that follows', async () => {
    const rpc = await grown(1)
    const id = await follow(rpc)
    expect(await rpc.connect().result('chainHead_v1_header', id, toHex(rpc.node.best().hash))).toBeNull()
  })
})

describe('chainHead_v1_unpin', () => {
  it('takes one hash or several, in upper case too', async () => {
    const rpc = await grown(3)
    const id = await follow(rpc)
    const hashes = [0, 1, 2].map((number) => toHex(rpc.node.hashAt(number)!))
    const shouted = `0x${hashes[0]!.slice(2).toUpperCase()}`
    expect(await rpc.result('chainHead_v1_unpin', id, shouted)).toBeNull()
    expect(await rpc.result('chainHead_v1_unpin', id, hashes.slice(1))).toBeNull()
    expect(await rpc.result('chainHead_v1_unpin', id, [])).toBeNull()
    for (const hash of hashes) expect(await rpc.error('chainHead_v1_header', id, hash)).toMatchObject({ code: -32801 })
  })

  it('unpins none if one is unknown, unpinned already or named twice', async () => {
    const rpc = await grown(3)
    const id = await follow(rpc)
    const [a, b, c] = [1, 2, 3].map((number) => toHex(rpc.node.hashAt(number)!))
    await rpc.result('chainHead_v1_unpin', id, c)
    expect(await rpc.error('chainHead_v1_unpin', id, [a, UNKNOWN_HASH])).toMatchObject({ code: -32801 })
    expect(await rpc.error('chainHead_v1_unpin', id, [a, c])).toMatchObject({ code: -32801 })
    expect(await rpc.error('chainHead_v1_unpin', id, [a, b, a])).toMatchObject({ code: -32804 })
    expect(await rpc.error('chainHead_v1_unpin', id, [a, 7])).toMatchObject({ code: -32602 })
    for (const hash of [a, b]) expect(await rpc.result('chainHead_v1_header', id, hash)).toBeTypeOf('string')
  })

  it('is by subscription: another one keeps its pins', async () => {
    const rpc = await grown(1)
    const [first, second] = [await follow(rpc), await follow(rpc, false)]
    const hash = toHex(rpc.node.best().hash)
    await rpc.result('chainHead_v1_unpin', first, hash)
    expect(await rpc.result('chainHead_v1_header', second, hash)).toBeTypeOf('string')
    expect(await rpc.result('chainHead_v1_unpin', 'nobody', hash)).toBeNull()
  })

  it('leaves pruned blocks readable until they are unpinned', async () => {
    const rpc = await grown(1)
    const id = await follow(rpc)
    const base = rpc.node.finalized()
    const a = await rpc.seal()
    const b = await rpc.seal({ parent: base.hash, best: false, transactions: [rpc.transfer(0)] })
    await rpc.finalize(a)
    expect(rpc.events(id).at(-1)).toMatchObject({ event: 'finalized', prunedBlockHashes: [hex(b)] })
    expect(await rpc.result('chainHead_v1_header', id, hex(b))).toBeTypeOf('string')
    await rpc.result('chainHead_v1_body', id, hex(b))
    const body = await rpc.event(id, ({ event }) => event === 'operationBodyDone')
    expect(body['value']).toEqual(b.body.map(toHex))
    await rpc.result('chainHead_v1_unpin', id, hex(b))
    expect(await rpc.error('chainHead_v1_header', id, hex(b))).toMatchObject({ code: -32801 })
  })
})
