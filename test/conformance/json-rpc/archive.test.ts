/** archive_v1_* by the JSON-RPC interface specification. */
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { storagePrefix } from '#types/scale/storage-key.ts'
import { DEFAULT_LIMITS } from '#chain/rpc/limits.ts'
import { hex, realRpc, UNKNOWN_HASH, type RealRpc, type SubscriptionEvent } from './real-rpc.ts'

const ACCOUNTS = toHex(storagePrefix('System', 'Account'))
const NUMBER = toHex(storagePrefix('System', 'Number'))
const LAST = ['storageDone', 'storageError', 'storageDiffDone', 'storageDiffError']

/** Events of a storage subscription up to its last. */
async function all(rpc: RealRpc, method: string, ...params: readonly unknown[]): Promise<SubscriptionEvent[]> {
  const id = await rpc.result(method, ...params)
  await rpc.event(id, ({ event }) => LAST.includes(event))
  return rpc.events(id)
}

describe('blocks', () => {
  it('gives header and body of any stored block, null for others', async () => {
    const rpc = await realRpc()
    const block = await rpc.seal({ transactions: [rpc.transfer(0)] })
    const header = await rpc.result<string>('archive_v1_header', hex(block))
    expect(toHex(blake2b256(fromHex(header)))).toBe(hex(block))
    expect(await rpc.result('archive_v1_body', hex(block))).toEqual(block.body.map(toHex))
    expect(await rpc.result('archive_v1_body', toHex(rpc.node.genesisHash))).toEqual([])
    for (const method of ['archive_v1_header', 'archive_v1_body']) {
      expect(await rpc.result(method, UNKNOWN_HASH)).toBeNull()
      expect(await rpc.error(method, '0x12')).toMatchObject({ code: -32602 })
    }
  })

  it('gives the genesis hash and the finalized height', async () => {
    const rpc = await realRpc()
    expect(await rpc.result('archive_v1_genesisHash')).toBe(toHex(rpc.node.genesisHash))
    expect(await rpc.result('archive_v1_finalizedHeight')).toBe(0)
    await rpc.seal({ finalize: true })
    await rpc.seal()
    expect(await rpc.result('archive_v1_finalizedHeight')).toBe(1)
  })

  it('gives the hashes at a height: of every fork above the finalized block, of the final one below', async () => {
    const rpc = await realRpc()
    const base = await rpc.seal({ finalize: true })
    const a = await rpc.seal()
    const b = await rpc.seal({ parent: base.hash, best: false, transactions: [rpc.transfer(0)] })
    const hashes = (height: number) => rpc.result<string[]>('archive_v1_hashByHeight', height)
    expect(await hashes(0)).toEqual([toHex(rpc.node.genesisHash)])
    expect(await hashes(1)).toEqual([hex(base)])
    expect((await hashes(2)).toSorted()).toEqual([hex(a), hex(b)].toSorted())
    expect(await hashes(3)).toEqual([])
    await rpc.finalize(b)
    expect(await hashes(2)).toEqual([hex(b)])
    // Pruned, and still there for whoever knows its hash.
    expect(await rpc.result('archive_v1_body', hex(a))).toEqual(a.body.map(toHex))
    expect(await rpc.error('archive_v1_hashByHeight', -1)).toMatchObject({ code: -32602 })
    expect(await rpc.error('archive_v1_hashByHeight', '0x1')).toMatchObject({ code: -32602 })
  })

  it('calls the runtime at any block', async () => {
    const rpc = await realRpc()
    const block = await rpc.seal({ transactions: [rpc.transfer(0)] })
    const alice = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d'
    const nonce = (hash: string) => rpc.result('archive_v1_call', hash, 'AccountNonceApi_account_nonce', alice)
    expect(await nonce(hex(block))).toEqual({ success: true, value: '0x01000000' })
    expect(await nonce(toHex(rpc.node.genesisHash))).toEqual({ success: true, value: '0x00000000' })
    expect(await nonce(UNKNOWN_HASH)).toBeNull()
    const failed = { success: false, error: expect.stringMatching(/./) as unknown }
    expect(await rpc.result('archive_v1_call', hex(block), 'Core_nothing', '0x')).toEqual(failed)
    expect(await rpc.error('archive_v1_call', hex(block), 'Core_version', '0')).toMatchObject({ code: -32602 })
  })
})

describe('archive_v1_storage', () => {
  it('gives what each kind of query finds, and is done', async () => {
    const rpc = await realRpc()
    const block = await rpc.seal()
    const value = await rpc.result<string>('state_getStorage', NUMBER, hex(block))
    const items = [
      { key: NUMBER, type: 'value' },
      { key: NUMBER, type: 'hash' },
      { key: '0x00', type: 'value' },
      { key: '0x', type: 'closestDescendantMerkleValue' },
    ]
    expect(await all(rpc, 'archive_v1_storage', hex(block), items, null)).toEqual([
      { event: 'storage', key: NUMBER, value },
      { event: 'storage', key: NUMBER, hash: toHex(blake2b256(fromHex(value))) },
      { event: 'storage', key: '0x', closestDescendantMerkleValue: toHex(block.header.stateRoot) },
      { event: 'storageDone' },
    ])
  })

  it('lists descendants, from a key on if one is given', async () => {
    const rpc = await realRpc()
    const best = hex(rpc.node.best())
    const pairs = await rpc.result<[string, string][]>('state_getPairs', ACCOUNTS, best)
    const values = pairs.map(([key, value]) => ({ event: 'storage', key, value }))
    const done = { event: 'storageDone' }
    const list = (item: object) => all(rpc, 'archive_v1_storage', best, [{ key: ACCOUNTS, ...item }], null)
    expect(await list({ type: 'descendantsValues' })).toEqual([...values, done])
    const paginationStartKey = values[4]!.key
    expect(await list({ type: 'descendantsValues', paginationStartKey })).toEqual([...values.slice(5), done])
    const hashes = values
      .slice(5)
      .map(({ event, key, value }) => ({ event, key, hash: toHex(blake2b256(fromHex(value))) }))
    expect(await list({ type: 'descendantsHashes', paginationStartKey })).toEqual([...hashes, done])
  })

  it('finds nothing in child tries, and ends with an error for a block that is not there', async () => {
    const rpc = await realRpc()
    const items = [{ key: NUMBER, type: 'value' }]
    const best = hex(await rpc.seal())
    expect(await all(rpc, 'archive_v1_storage', best, items, '0x01')).toEqual([{ event: 'storageDone' }])
    const failed = await all(rpc, 'archive_v1_storage', UNKNOWN_HASH, items, null)
    expect(failed).toMatchObject([{ event: 'storageError' }])
    expect(failed[0]!['error']).toContain(UNKNOWN_HASH)
  })

  it('refuses wrong items', async () => {
    const rpc = await realRpc()
    const best = hex(rpc.node.best())
    const wrong = [{}, { key: NUMBER, type: 'value', paginationStartKey: '0x00' }, { key: '', type: 'all' }, 1]
    for (const item of wrong)
      expect(await rpc.error('archive_v1_storage', best, [item], null)).toMatchObject({ code: -32602 })
  })

  it('can be stopped, counts as a subscription of the connection, and leaves its place when it is done', async () => {
    const rpc = await realRpc()
    const best = hex(rpc.node.best())
    const items = [{ key: NUMBER, type: 'value' }]
    const ask = (): number => rpc.send('archive_v1_storage', best, items, null)
    const reply = (request: number) => rpc.sent.find(({ id }) => id === request)!
    const requests = Array.from({ length: DEFAULT_LIMITS.subscriptions }, ask)
    const beyond = ask()
    expect(reply(beyond)).toMatchObject({ error: { code: -32006 } })
    const ids = requests.map((request) => reply(request).result)
    const stop = rpc.send('archive_v1_stopStorage', ids[0])
    expect(reply(stop).result).toBeNull()
    expect(reply(ask()).error).toBeUndefined()
    await rpc.event(ids.at(-1), ({ event }) => event === 'storageDone')
    expect(rpc.events(ids[0])).toEqual([])
    expect(rpc.events(ids[1]).at(-1)).toEqual({ event: 'storageDone' })
    for (const id of [ids[0], ids[1], 'nothing']) expect(await rpc.result('archive_v1_stopStorage', id)).toBeNull()
    expect(reply(ask()).error).toBeUndefined()
  })
})

describe('archive_v1_storageDiff', () => {
  const KEY = { changed: '0xaa01', gone: '0xaa02', same: '0xaa03', fresh: '0xaa04' }

  /** Two blocks between whose states a few keys differ. */
  async function changed(): Promise<{ rpc: RealRpc; from: string; to: string }> {
    const rpc = await realRpc()
    const from = await rpc.seal()
    const before = [KEY.changed, KEY.gone, KEY.same].map((key) => [fromHex(key), fromHex('0x01')] as const)
    await rpc.node.dev.setStorage(from.hash, () => before)
    const to = await rpc.seal()
    await rpc.node.dev.setStorage(to.hash, () => [
      [fromHex(KEY.changed), fromHex('0x02')],
      [fromHex(KEY.gone), null],
      [fromHex(KEY.fresh), fromHex('0x03')],
    ])
    return { rpc, from: hex(from), to: hex(to) }
  }
  const done = { event: 'storageDiffDone' }
  const hash = (value: string): string => toHex(blake2b256(fromHex(value)))

  it('tells what was added, modified and deleted since the parent', async () => {
    const { rpc, to } = await changed()
    const events = await all(rpc, 'archive_v1_storageDiff', to, [{ key: '0xaa', returnType: 'value' }])
    expect(events).toEqual([
      { event: 'storageDiff', key: KEY.changed, value: '0x02', type: 'modified' },
      { event: 'storageDiff', key: KEY.gone, value: '0x01', type: 'deleted' },
      { event: 'storageDiff', key: KEY.fresh, value: '0x03', type: 'added' },
      done,
    ])
  })

  it('gives hashes on request, values and hashes if both are requested, and nothing for children', async () => {
    const { rpc, to } = await changed()
    const items = [
      { key: KEY.changed, returnType: 'hash' },
      { key: KEY.fresh, returnType: 'hash' },
      { key: KEY.fresh, returnType: 'value' },
      { key: '0x', returnType: 'value', childTrieKey: '0x01' },
    ]
    expect(await all(rpc, 'archive_v1_storageDiff', to, items)).toEqual([
      { event: 'storageDiff', key: KEY.changed, hash: hash('0x02'), type: 'modified' },
      { event: 'storageDiff', key: KEY.fresh, value: '0x03', hash: hash('0x03'), type: 'added' },
      done,
    ])
  })

  it('covers the whole state if no items are given, and tells how two states differ', async () => {
    const { rpc, from, to } = await changed()
    const [states, events] = [
      [from, to].map(
        (at) =>
          new Map([...rpc.node.stateAt(fromHex(at)).entries(new Uint8Array(0))].map(([k, v]) => [toHex(k), toHex(v)])),
      ),
      await all(rpc, 'archive_v1_storageDiff', to),
    ]
    expect(events.at(-1)).toEqual(done)
    const after = new Map(states[0])
    for (const event of events.slice(0, -1)) {
      const key = event['key'] as never
      if (event['type'] === 'deleted') after.delete(key)
      else after.set(key, event['value'] as never)
    }
    expect(Object.fromEntries(after)).toEqual(Object.fromEntries(states[1]!))
    expect(await all(rpc, 'archive_v1_storageDiff', to, null, to)).toEqual([done])
  })

  it('compares with an older ancestor, and with nothing else', async () => {
    const { rpc, from, to } = await changed()
    const items = [{ key: '0xaa', returnType: 'value' }]
    const since = (hash: string, previous: string) => all(rpc, 'archive_v1_storageDiff', hash, items, previous)
    const genesis = toHex(rpc.node.genesisHash)
    expect((await since(to, genesis)).map((event) => event['key'])).toEqual([
      KEY.changed,
      KEY.same,
      KEY.fresh,
      undefined,
    ])
    const fork = await rpc.seal({ parent: fromHex(from), best: false, transactions: [rpc.transfer(0)] })
    for (const [hash, previous] of [
      [from, to],
      [to, hex(fork)],
      [hex(fork), to],
      [UNKNOWN_HASH, genesis],
      [to, UNKNOWN_HASH],
    ] as const)
      expect(await since(hash, previous)).toMatchObject([{ event: 'storageDiffError' }])
    expect((await since(hex(fork), from)).at(-1)).toEqual(done)
    // Genesis has no parent.
    expect(await all(rpc, 'archive_v1_storageDiff', genesis)).toMatchObject([{ event: 'storageDiffError' }])
  })

  it('refuses wrong items, and is stopped by either name', async () => {
    const { rpc, to } = await changed()
    for (const item of [{}, { returnType: 'size' }, { key: '0x1', returnType: 'value' }, 7])
      expect(await rpc.error('archive_v1_storageDiff', to, [item])).toMatchObject({ code: -32602 })
    for (const method of ['archive_v1_stopStorageDiff', 'archive_v1_storageDiff_stopStorageDiff']) {
      const request = rpc.send('archive_v1_storageDiff', to)
      const id = rpc.sent.find((message) => message.id === request)!.result
      rpc.send(method, id)
      await all(rpc, 'archive_v1_storageDiff', to)
      expect(rpc.events(id)).toEqual([])
    }
  })
})
