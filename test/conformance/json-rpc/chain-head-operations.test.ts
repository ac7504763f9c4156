/** chainHead_v1_body, call, storage, continue and stopOperation by the JSON-RPC interface specification. */
import { describe, expect, it } from 'vitest'
import { fromHex, toHex, utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { storagePrefix } from '#types/scale/storage-key.ts'
import { developmentSpec, type ChainSpec } from '#chain/node/chain-spec.ts'
import { PAGE_ITEMS } from '#chain/rpc/chain-head/operation-steps.ts'
import { MAX_OPERATIONS } from '#chain/rpc/chain-head/operations.ts'
import { hex, realRpc, UNKNOWN_HASH, type Client, type RealRpc, type SubscriptionEvent } from './real-rpc.ts'

interface Started {
  readonly result: string
  readonly operationId: string
  readonly discardedItems?: number
}

interface Item {
  readonly key: string
  readonly value?: string
  readonly hash?: string
  readonly closestDescendantMerkleValue?: string
}

interface Followed {
  readonly rpc: RealRpc
  readonly id: string
  /** The best block, which is reported and not final. */
  readonly best: string
}

async function followed(withRuntime = true, spec?: ChainSpec): Promise<Followed> {
  const rpc = await realRpc(spec && { spec })
  await rpc.seal({ finalize: true })
  const best = hex(await rpc.seal({ transactions: [rpc.transfer(0)] }))
  return { rpc, id: await rpc.result('chainHead_v1_follow', withRuntime), best }
}

const LAST = [
  'operationBodyDone',
  'operationCallDone',
  'operationStorageDone',
  'operationError',
  'operationInaccessible',
]

/** The operation's last event. */
const ended = (client: Client, id: string, operationId: string): Promise<SubscriptionEvent> =>
  client.event(id, (event) => event['operationId'] === operationId && LAST.includes(event.event))

const eventsOf = (client: Client, id: string, operationId: string): SubscriptionEvent[] =>
  client.events(id).filter((event) => event['operationId'] === operationId)

const itemsOf = (client: Client, id: string, operationId: string): Item[] =>
  eventsOf(client, id, operationId).flatMap((event) => (event['items'] as Item[] | undefined) ?? [])

/** Asks for storage and gives what came. */
async function storage({ rpc, id, best }: Followed, ...items: readonly unknown[]): Promise<Item[]> {
  const { operationId } = await rpc.result<Started>('chainHead_v1_storage', id, best, items, null)
  expect(await ended(rpc, id, operationId)).toMatchObject({ event: 'operationStorageDone' })
  return itemsOf(rpc, id, operationId)
}

const ACCOUNTS = toHex(storagePrefix('System', 'Account'))
const NUMBER = toHex(storagePrefix('System', 'Number'))

describe('chainHead_v1_body', () => {
  it('starts, and then tells the extrinsics in their order', async () => {
    const { rpc, id, best } = await followed()
    const started = await rpc.result<Started>('chainHead_v1_body', id, best)
    expect(started).toEqual({ result: 'started', operationId: started.operationId })
    const body = rpc.node.best().body.map(toHex)
    expect(await ended(rpc, id, started.operationId)).toEqual({
      event: 'operationBodyDone',
      operationId: started.operationId,
      value: body,
    })
    const order = rpc.sent.map(({ id: reply, params }) =>
      reply === undefined ? (params!.result as SubscriptionEvent).event : `reply ${reply}`,
    )
    expect(order.indexOf('operationBodyDone')).toBeGreaterThan(order.indexOf('reply 2'))
  })

  it('refuses unknown blocks, and reaches its limit for unknown subscriptions', async () => {
    const { rpc, id, best } = await followed()
    expect(await rpc.error('chainHead_v1_body', id, UNKNOWN_HASH)).toMatchObject({ code: -32801 })
    expect(await rpc.error('chainHead_v1_body', id, 'best')).toMatchObject({ code: -32602 })
    expect(await rpc.result('chainHead_v1_body', 'nobody', best)).toEqual({ result: 'limitReached' })
    expect(await rpc.connect().result('chainHead_v1_body', id, best)).toEqual({ result: 'limitReached' })
  })
})

describe('chainHead_v1_call', () => {
  it('tells the output, as state_call does', async () => {
    const { rpc, id, best } = await followed()
    const { operationId } = await rpc.result<Started>('chainHead_v1_call', id, best, 'Core_version', '0x')
    const output = await rpc.result('state_call', 'Core_version', '0x', best)
    expect(await ended(rpc, id, operationId)).toEqual({ event: 'operationCallDone', operationId, output })
  })

  it('reads the state of the block it is asked of', async () => {
    const { rpc, id, best } = await followed()
    const alice = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d'
    const nonce = async (hash: string): Promise<unknown> => {
      const params = [id, hash, 'AccountNonceApi_account_nonce', alice]
      const { operationId } = await rpc.result<Started>('chainHead_v1_call', ...params)
      return (await ended(rpc, id, operationId))['output']
    }
    expect(await nonce(best)).toBe('0x01000000')
    expect(await nonce(hex(rpc.node.finalized()))).toBe('0x00000000')
  })

  it('ends with an error if the function is missing or its arguments are wrong', async () => {
    const { rpc, id, best } = await followed()
    for (const [name, args] of [
      ['Core_nothing', '0x'],
      ['AccountNonceApi_account_nonce', '0x01'],
    ]) {
      const { operationId } = await rpc.result<Started>('chainHead_v1_call', id, best, name, args)
      const event = await ended(rpc, id, operationId)
      expect(event).toMatchObject({ event: 'operationError', operationId })
      expect(event['error']).toMatch(/./)
    }
  })

  it('needs a subscription with runtime', async () => {
    const { rpc, id, best } = await followed(false)
    expect(await rpc.error('chainHead_v1_call', id, best, 'Core_version', '0x')).toMatchObject({ code: -32802 })
    expect(await rpc.error('chainHead_v1_call', id, UNKNOWN_HASH, 'Core_version', '0x')).toMatchObject({ code: -32801 })
    expect(await rpc.error('chainHead_v1_call', id, best, 'Core_version', '0x1')).toMatchObject({ code: -32602 })
    expect(await rpc.result('chainHead_v1_body', id, best)).toMatchObject({ result: 'started' })
  })
})

describe('chainHead_v1_storage', () => {
  it('gives values and hashes of values, and no item for what is not there', async () => {
    const chain = await followed()
    const value = await chain.rpc.result<string>('state_getStorage', NUMBER, chain.best)
    const items = [
      { key: NUMBER, type: 'value' },
      { key: NUMBER, type: 'hash' },
      { key: '0x00', type: 'value' },
      { key: '0x00', type: 'hash' },
    ]
    expect(await storage(chain, ...items)).toEqual([
      { key: NUMBER, value },
      { key: NUMBER, hash: toHex(blake2b256(fromHex(value))) },
    ])
  })

  it('gives all descendants, with their values or the hashes of these', async () => {
    const chain = await followed()
    const pairs = await chain.rpc.result<[string, string][]>('state_getPairs', ACCOUNTS, chain.best)
    expect(pairs.length).toBeGreaterThan(10)
    const values = pairs.map(([key, value]) => ({ key, value }))
    expect(await storage(chain, { key: ACCOUNTS, type: 'descendantsValues' })).toEqual(values)
    const hashes = pairs.map(([key, value]) => ({ key, hash: toHex(blake2b256(fromHex(value))) }))
    expect(await storage(chain, { key: ACCOUNTS, type: 'descendantsHashes' })).toEqual(hashes)
    const [first] = values
    expect(await storage(chain, { key: first!.key, type: 'descendantsValues' })).toEqual([first])
    expect(await storage(chain, { key: `${first!.key}00`, type: 'descendantsValues' })).toEqual([])
  })

  it('gives Merkle values: that of nothing is the state root, and it changes only with what is below', async () => {
    const chain = await followed()
    const { rpc, id } = chain
    const type = 'closestDescendantMerkleValue'
    const stateRoot = toHex(rpc.node.best().header.stateRoot)
    expect(await storage(chain, { key: '0x', type })).toEqual([{ key: '0x', [type]: stateRoot }])
    expect(await storage(chain, { key: '0xffffffffffff', type })).toEqual([])
    const [accounts, number] = await storage(chain, { key: ACCOUNTS, type }, { key: NUMBER, type })
    const next = { rpc, id, best: hex(await rpc.seal({ transactions: [] })) }
    const [accountsNext, numberNext] = await storage(next, { key: ACCOUNTS, type }, { key: NUMBER, type })
    expect(accountsNext).toEqual(accounts)
    expect(numberNext).not.toEqual(number)
  })

  it('finds nothing in child tries, which this chain does not have', async () => {
    const { rpc, id, best } = await followed()
    const items = [{ key: NUMBER, type: 'value' }]
    const { operationId } = await rpc.result<Started>('chainHead_v1_storage', id, best, items, '0x1234')
    expect((await ended(rpc, id, operationId)).event).toBe('operationStorageDone')
    expect(itemsOf(rpc, id, operationId)).toEqual([])
  })

  it('refuses what is no item, and ends at once for none', async () => {
    const { rpc, id, best } = await followed()
    const wrong = [{}, { key: NUMBER }, { key: NUMBER, type: 'size' }, { key: 'Number', type: 'value' }, 7, null, [[]]]
    for (const item of wrong)
      expect(await rpc.error('chainHead_v1_storage', id, best, [item], null)).toMatchObject({ code: -32602 })
    expect(await rpc.error('chainHead_v1_storage', id, best, {}, null)).toMatchObject({ code: -32602 })
    const ask = [{ key: NUMBER, type: 'value' }]
    expect(await rpc.error('chainHead_v1_storage', id, UNKNOWN_HASH, ask, null)).toMatchObject({ code: -32801 })
    expect(await rpc.result('chainHead_v1_storage', 'nobody', best, ask, null)).toEqual({ result: 'limitReached' })
    expect(await storage({ rpc, id, best })).toEqual([])
  })

  it('continues if its block is unpinned meanwhile', async () => {
    const { rpc, id, best } = await followed()
    rpc.send('chainHead_v1_storage', id, best, [{ key: NUMBER, type: 'value' }], null)
    rpc.send('chainHead_v1_unpin', id, best)
    expect(await rpc.event(id, ({ event }) => event === 'operationStorageItems')).toBeDefined()
    expect(await rpc.error('chainHead_v1_body', id, best)).toMatchObject({ code: -32801 })
  })
})

describe('operation slots', () => {
  const value = { key: NUMBER, type: 'value' }

  it('discards the items that find no slot, and all requests beyond', async () => {
    const { rpc, id, best } = await followed()
    const items = Array.from({ length: MAX_OPERATIONS + 4 }, () => value)
    // In one turn of the event loop, in which nothing ends.
    const first = rpc.send('chainHead_v1_storage', id, best, items, null)
    const others = [
      rpc.send('chainHead_v1_storage', id, best, [value], null),
      rpc.send('chainHead_v1_body', id, best),
      rpc.send('chainHead_v1_call', id, best, 'Core_version', '0x'),
    ]
    const reply = (request: number) => rpc.sent.find((message) => message.id === request)!.result as Started
    expect(reply(first)).toMatchObject({ result: 'started', discardedItems: 4 })
    for (const other of others) expect(reply(other)).toEqual({ result: 'limitReached' })
    await ended(rpc, id, reply(first).operationId)
    expect(itemsOf(rpc, id, reply(first).operationId)).toHaveLength(MAX_OPERATIONS)
    expect(await rpc.result('chainHead_v1_body', id, best)).toMatchObject({ result: 'started' })
  })

  it('takes one of its 16 for each request, and gives it back', async () => {
    const { rpc, id, best } = await followed()
    for (let round = 0; round < 2; round++) {
      const requests = Array.from({ length: 17 }, () => rpc.send('chainHead_v1_body', id, best))
      const replies = requests.map((request) => rpc.sent.find((message) => message.id === request)!.result as Started)
      expect(replies.map(({ result }) => result)).toEqual([...Array<string>(16).fill('started'), 'limitReached'])
      expect(new Set(replies.map(({ operationId }) => operationId)).size).toBe(17)
      await ended(rpc, id, replies[15]!.operationId)
    }
  })

  it('is freed by stopOperation, after which the operation tells nothing', async () => {
    const { rpc, id, best } = await followed()
    const requests = Array.from({ length: 16 }, () => rpc.send('chainHead_v1_body', id, best))
    const ids = requests.map((request) => (rpc.sent.find((sent) => sent.id === request)!.result as Started).operationId)
    const stop = rpc.send('chainHead_v1_stopOperation', id, ids[3])
    expect(rpc.sent.find((message) => message.id === stop)!.result).toBeNull()
    const more = rpc.send('chainHead_v1_body', id, best)
    const { operationId } = rpc.sent.find((message) => message.id === more)!.result as Started
    await ended(rpc, id, operationId)
    expect(eventsOf(rpc, id, ids[3]!)).toEqual([])
    expect(eventsOf(rpc, id, ids[4]!)).toHaveLength(1)
    for (const each of [ids[3], ids[4], 'nothing'])
      expect(await rpc.result('chainHead_v1_stopOperation', id, each)).toBeNull()
    expect(await rpc.result('chainHead_v1_stopOperation', 'nobody', ids[4])).toBeNull()
  })
})

describe('chainHead_v1_continue', () => {
  const PAGES = 2.5
  /** The account that has the money of all pools of pallet Hosting. */
  const OF_PALLETS = 1
  const crowd = (): ChainSpec => {
    const spec = developmentSpec()
    const balances = Array.from(
      { length: PAGES * PAGE_ITEMS - spec.genesis.balances.length - OF_PALLETS },
      (_, i) => [blake2b256(utf8(`account ${i}`)), 10n ** 12n] as const,
    )
    return { ...spec, genesis: { ...spec.genesis, balances: [...spec.genesis.balances, ...balances] } }
  }
  const descendants = [{ key: ACCOUNTS, type: 'descendantsHashes' }]
  const waiting = (client: Client, id: string, operationId: string): number =>
    eventsOf(client, id, operationId).filter(({ event }) => event === 'operationWaitingForContinue').length

  it('brings a long list page by page, and no page that was not asked for', async () => {
    const { rpc, id, best } = await followed(true, crowd())
    const { operationId } = await rpc.result<Started>('chainHead_v1_storage', id, best, descendants, null)
    await rpc.event(id, ({ event }) => event === 'operationWaitingForContinue')
    // Another operation comes and goes, and still the first waits.
    const body = await rpc.result<Started>('chainHead_v1_body', id, best)
    await ended(rpc, id, body.operationId)
    expect(itemsOf(rpc, id, operationId)).toHaveLength(PAGE_ITEMS)
    expect(waiting(rpc, id, operationId)).toBe(1)
    await rpc.result('chainHead_v1_unpin', id, best)

    expect(await rpc.result('chainHead_v1_continue', id, operationId)).toBeNull()
    await rpc.event(id, () => waiting(rpc, id, operationId) === 2)
    expect(itemsOf(rpc, id, operationId)).toHaveLength(2 * PAGE_ITEMS)
    await rpc.result('chainHead_v1_continue', id, operationId)
    await ended(rpc, id, operationId)
    const keys = itemsOf(rpc, id, operationId).map(({ key }) => key)
    const state = rpc.node.stateAt(rpc.node.best().hash)
    expect(keys).toEqual(state.keys(fromHex(ACCOUNTS), undefined, 10_000).map(toHex))
    expect(keys).toHaveLength(PAGES * PAGE_ITEMS)
  })

  it('refuses what does not wait, and passes over what there is not', async () => {
    const { rpc, id, best } = await followed(true, crowd())
    const request = rpc.send('chainHead_v1_storage', id, best, descendants, null)
    const { operationId } = rpc.sent.find((message) => message.id === request)!.result as Started
    const early = rpc.send('chainHead_v1_continue', id, operationId)
    expect(rpc.sent.find((message) => message.id === early)).toMatchObject({ error: { code: -32803 } })
    await rpc.event(id, ({ event }) => event === 'operationWaitingForContinue')
    expect(await rpc.result('chainHead_v1_continue', id, 'nothing')).toBeNull()
    expect(await rpc.result('chainHead_v1_continue', 'nobody', operationId)).toBeNull()
    expect(await rpc.connect().result('chainHead_v1_continue', id, operationId)).toBeNull()
    expect(itemsOf(rpc, id, operationId)).toHaveLength(PAGE_ITEMS)
    await rpc.result('chainHead_v1_stopOperation', id, operationId)
    expect(await rpc.result('chainHead_v1_continue', id, operationId)).toBeNull()
    const body = await rpc.result<Started>('chainHead_v1_body', id, best)
    await ended(rpc, id, body.operationId)
    expect(itemsOf(rpc, id, operationId)).toHaveLength(PAGE_ITEMS)
  })
})
