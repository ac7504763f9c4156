/**
 * Polkadot.js Apps, call by call as observed: the requests of each page, with its client and derives, and each fault
 * that is known to break it.
 */
import { ApiPromise, Keyring, WsProvider, type SubmittableResult } from '@polkadot/api'
import type { ApiOptions, SubmittableExtrinsic } from '@polkadot/api/types'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromHex, toHex } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { possessionMessage } from '#types/domain/worker.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { option } from '#types/scale/compound.ts'
import { bytes, u32 } from '#types/scale/primitives.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { startNode } from '#chain/node/service.ts'
import { startRpcServer, type RpcServer } from '#chain/rpc/server.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { memoryFeed } from '../helpers/hosting/memory-feed.ts'
import { rawClient, type RawClient } from '../helpers/rpc-client.ts'
import { until } from '../helpers/until.ts'

type ProviderInterface = NonNullable<ApiOptions['provider']>

const logged: string[] = []
const log = (fields: unknown, message: string): number => logged.push(`${message} ${JSON.stringify(fields)}`)
const nodeLog = { debug: () => {}, info: () => {}, warn: log, error: log }
const RETRY_MS = 50
/** The average-block-time card asks for as many blocks at once. */
const BURST = 50

const keyring = new Keyring({ type: 'sr25519' })
const [alice, bob, dave] = ['//Alice', '//Bob', '//Dave'].map((suri) => keyring.addFromUri(suri)) as [
  ReturnType<Keyring['addFromUri']>,
  ReturnType<Keyring['addFromUri']>,
  ReturnType<Keyring['addFromUri']>,
]

let node: Node
let server: RpcServer
let api: ApiPromise
let raw: RawClient
/** Methods that the client has called, in order. */
const asked: string[] = []

/** The client's provider, with an ear on what it sends. */
function tapped(url: string): ProviderInterface {
  const provider = new WsProvider(url, RETRY_MS)
  const send = provider.send.bind(provider)
  provider.send = (method: string, ...rest: readonly unknown[]) => {
    asked.push(method)
    return (send as (...all: unknown[]) => Promise<never>)(method, ...rest)
  }
  return provider as ProviderInterface
}

beforeAll(async () => {
  node = await startNode({}, { runtime: createRuntime({ log: nodeLog }), log: nodeLog })
  server = await startRpcServer({ node, port: 0, log: { warn: log, error: log } })
  api = await ApiPromise.create({ provider: tapped(server.url), noInitWarn: true })
  raw = await rawClient(server.url)
})

afterAll(async () => {
  await api.disconnect()
  raw.close()
  await server.close()
  await node.close()
  expect(logged).toEqual([])
})

/** One call as Apps sends it. */
async function ask<T = unknown>(method: string, ...params: readonly unknown[]): Promise<T> {
  const reply = await raw.call(method, ...params)
  if (reply.error) throw new Error(`${method}: ${reply.error.code} ${reply.error.message} ${reply.error.data ?? ''}`)
  return reply.result as T
}

/** Signs and sends as the Extrinsics page does, and waits until it is in a block. */
function send(tx: SubmittableExtrinsic<'promise'>, signer = alice): Promise<SubmittableResult> {
  return new Promise((resolve, reject) => {
    let stop: (() => void) | undefined
    tx.signAndSend(signer, (result: SubmittableResult) => {
      if (result.isError) return reject(new Error(result.status.type))
      // The client drops a status that is followed by another before it has read the block.
      if (!result.isCompleted) return
      stop?.()
      resolve(result)
    })
      .then((unsubscribe) => (stop = unsubscribe))
      .catch(reject)
  })
}

const blockOf = (status: SubmittableResult['status']) => (status.isInBlock ? status.asInBlock : status.asFinalized)

const eventNames = ({ events }: SubmittableResult): string[] =>
  events.map(({ event }) => `${event.section}.${event.method}`)

/** The keys of a storage value. */
const keyOf = (pallet: string, item: string, ...args: unknown[]): string => api.query[pallet]![item]!.key(...args)

interface RawHeader {
  readonly parentHash: string
  readonly number: string
  readonly digest: { readonly logs: readonly string[] }
}

describe('connecting', () => {
  it('is done in the order of Apps', () => {
    const first = [
      'chain_getBlockHash',
      'state_getRuntimeVersion',
      'system_chain',
      'system_properties',
      'rpc_methods',
      'state_call',
    ]
    expect(asked.slice(0, first.length)).toEqual(first)
    expect(asked).toContain('state_subscribeRuntimeVersion')
    expect(asked).not.toContain('state_getMetadata')
  })

  it('is answered call by call', async () => {
    expect(await ask('chain_getBlockHash', 0)).toBe(toHex(node.genesisHash))
    expect(await ask('state_getRuntimeVersion')).toMatchObject({ specName: 'assay', specVersion: expect.any(Number) })
    expect(await ask('system_chain')).toBe('Assay Development')
    expect(await ask('system_properties')).toEqual({ ss58Format: 42, tokenDecimals: 12, tokenSymbol: 'ASY' })
    expect((await ask<{ methods: string[] }>('rpc_methods')).methods).toContain('state_call')
    expect(await ask('state_call', 'Metadata_metadata_versions', '0x')).toMatch(/^0x0c/)
    const v15 = await ask<string>('state_call', 'Metadata_metadata_at_version', toHex(encode(u32, 15)))
    expect(toHex(decode(option(bytes), fromHex(v15))!.subarray(0, 5))).toBe('0x6d6574610f')
    const id = await ask('state_subscribeRuntimeVersion')
    await until('the version', () => raw.notifications(id).length === 1)
    expect(await ask('system_chainType')).toBe('Development')
    expect(await ask('system_name')).toBe('Assay Node')
    expect(await ask('system_version')).toMatch(/^\d+\.\d+\.\d+/)
    const heads = await ask('chain_subscribeNewHead')
    await until('the head', () => raw.notifications(heads).length > 0)
    expect(await ask('chain_unsubscribeNewHead', heads)).toBe(true)
    expect(await ask('system_health')).toEqual({ peers: 0, isSyncing: false, shouldHavePeers: false })
  })
})

describe('each new head', () => {
  it('is told with its author, and answers what Apps asks of it', async () => {
    const seen: { readonly number: number; readonly author: string | undefined }[] = []
    const stop = await api.derive.chain.subscribeNewHeads((head) => {
      seen.push({ number: head.number.toNumber(), author: head.author?.toString() })
    })
    const block = await node.seal()
    await until('the head', () => seen.find(({ number }) => number === block.header.number))
    stop()
    expect(seen.at(-1)!.author).toBe(alice.address)
    const hash = toHex(block.hash)
    const header = await ask<RawHeader>('chain_getHeader', hash)
    expect(await ask('state_getRuntimeVersion', header.parentHash)).toMatchObject({ specName: 'assay' })
    expect(await ask('state_getStorage', keyOf('timestamp', 'now'), hash)).toMatch(/^0x[0-9a-f]{16}$/)
    const validators = await ask<string>('state_getStorage', keyOf('session', 'validators'), header.parentHash)
    expect(api.createType('Vec<AccountId>', validators).toJSON()).toEqual([alice.address])
  })

  it('moves the best and the finalized number', async () => {
    const told = { best: 0, finalized: 0 }
    const stops = await Promise.all([
      api.derive.chain.bestNumber((number) => void (told.best = number.toNumber())),
      api.derive.chain.bestNumberFinalized((number) => void (told.finalized = number.toNumber())),
    ])
    const { number } = (await node.seal({ finalize: true })).header
    await until('both', () => told.best === number && told.finalized === number)
    expect((await api.derive.chain.bestNumberLag()).toNumber()).toBe(0)
    for (const stop of stops) stop()
  })
})

describe('Explorer', () => {
  it('gets first values of what it watches in one subscription, then changes', async () => {
    const keys = [
      keyOf('sudo', 'key'),
      keyOf('system', 'events'),
      keyOf('balances', 'totalIssuance'),
      keyOf('balances', 'inactiveIssuance'),
    ]
    const id = await ask('state_subscribeStorage', keys)
    const [first] = await until('first values', () => raw.notifications(id))
    expect((first as { changes: [string, string][] }).changes.map(([key]) => key)).toEqual(keys)
    const { status } = await send(api.tx['balances']['transferKeepAlive'](bob.address, 1n))
    const block = blockOf(status).toHex()
    const set = await until('the events', () =>
      raw.notifications(id).find((each) => (each as { block: string }).block === block),
    )
    expect((set as { changes: [string, string][] }).changes.map(([key]) => key)).toEqual([keyOf('system', 'events')])
    await ask('state_unsubscribeStorage', id)
    expect(await ask('state_getKeysPaged', keyOf('system', 'events').slice(0, 34), 1)).toHaveLength(1)
  })

  it('fills back fifty blocks in one burst', async () => {
    while (node.best().header.number < BURST) await node.seal()
    const numbers = Array.from({ length: BURST }, (_, index) => node.best().header.number - index)
    const events = await Promise.all(
      numbers.map(async (number) => {
        const hash = await ask<string>('chain_getBlockHash', number)
        const { block } = await ask<{ block: { header: RawHeader } }>('chain_getBlock', hash)
        expect(Number(block.header.number)).toBe(number)
        return ask<string>('state_getStorage', keyOf('system', 'events'), hash)
      }),
    )
    for (const list of events) expect(list).toMatch(/^0x/)
  })

  it('shows a block: extrinsics, events, weight, author', async () => {
    const { status } = await send(api.tx['balances']['transferKeepAlive'](bob.address, 1n))
    const hash = blockOf(status)
    const derived = await api.derive.chain.getBlock(hash)
    expect(derived.author!.toString()).toBe(alice.address)
    const methods = derived.extrinsics.map(({ extrinsic }) => `${extrinsic.method.section}.${extrinsic.method.method}`)
    expect(methods).toEqual(['timestamp.set', 'balances.transferKeepAlive'])
    expect(derived.extrinsics[1]!.events.map(({ method }) => method)).toContain('ExtrinsicSuccess')
    const number = derived.block.header.number.unwrap()
    expect((await api.derive.chain.getBlockByNumber(number)).block.hash.toHex()).toBe(hash.toHex())
    expect((await api.derive.chain.getHeader(hash)).author!.toString()).toBe(alice.address)
    const at = await api.at(hash)
    const weight = (await at.query['system']['blockWeight']()).toHuman() as Record<string, { refTime: string }>
    expect(weight['normal']!.refTime).not.toBe('0')
  })

  it('shows the node', async () => {
    expect(await ask('system_peers')).toEqual([])
    expect(await ask('author_pendingExtrinsics')).toEqual([])
    expect(await ask('system_nodeRoles')).toEqual(['Authority'])
    expect(await ask('system_localListenAddresses')).toEqual([])
    expect(await ask('system_syncState')).toMatchObject({ currentBlock: node.best().header.number })
  })
})

describe('Accounts', () => {
  it('watches account, locks and reserves of all accounts in one subscription', async () => {
    const pairs = [alice, bob].flatMap(({ address }) => [
      [api.query['system']['account'], address],
      [api.query['balances']['locks'], address],
      [api.query['balances']['reserves'], address],
    ])
    const pushes: unknown[][] = []
    const stop = await api.queryMulti(
      pairs as never,
      (values) => void pushes.push(values.map((each) => each.toHuman())),
    )
    await until('first values', () => pushes.length > 0)
    expect(pushes[0]).toHaveLength(6)
    await send(api.tx['balances']['transferKeepAlive'](bob.address, 5n))
    await until('the change', () => pushes.length > 1)
    stop()
  })

  it('derives balances, names and flags', async () => {
    const all = await api.derive.balances.all(alice.address)
    expect(all.freeBalance.toBigInt()).toBeGreaterThan(0n)
    expect(all.availableBalance.toBigInt()).toBeGreaterThan(0n)
    expect(all.lockedBalance.toBigInt()).toBe(0n)
    expect((await api.derive.balances.account(bob.address)).freeBalance.toBigInt()).toBeGreaterThan(0n)
    const info = await api.derive.accounts.info(alice.address)
    expect(info.accountId!.toString()).toBe(alice.address)
    expect((await api.derive.accounts.idAndIndex(alice.address))[0]!.toString()).toBe(alice.address)
    expect(await api.derive.accounts.flags(alice.address)).toMatchObject({ isCouncil: false })
    expect((await api.derive.accounts.identity(alice.address)).judgements).toEqual([])
  })

  it('has derives of pallets that are there, and none of those that are not', () => {
    expect(api.derive.staking).toBeUndefined()
    expect(api.derive.democracy).toBeUndefined()
    expect(Object.keys(api.derive)).toEqual(expect.arrayContaining(['accounts', 'balances', 'chain', 'tx']))
  })
})

describe('Extrinsics', () => {
  it('signs and sends as the dialog does', async () => {
    const from = asked.length
    const tx = api.tx['balances']['transferKeepAlive'](bob.address, 7n)
    const { header, mortalLength, nonce } = await api.derive.tx.signingInfo(alice.address)
    expect(header!.number.toNumber()).toBeGreaterThan(0)
    expect(mortalLength).toBeGreaterThan(0)
    const { partialFee } = await tx.paymentInfo(alice)
    expect(partialFee.toBigInt()).toBeGreaterThan(0n)
    const next = await api.call['accountNonceApi']['accountNonce'](alice.address)
    expect(next.toString()).toBe(nonce.toString())
    const result = await send(tx)
    expect(eventNames(result)).toEqual(expect.arrayContaining(['balances.Transfer', 'system.ExtrinsicSuccess']))
    const methods = asked.slice(from)
    for (const method of [
      'chain_getHeader',
      'chain_getFinalizedHead',
      'author_submitAndWatchExtrinsic',
      'chain_getBlock',
    ])
      expect(methods).toContain(method)
    await until('the end of the watch', () => asked.slice(from).includes('author_unwatchExtrinsic'))
  })

  it('sudoes', async () => {
    expect((await api.query['sudo']['key']()).toJSON()).toBe(alice.address)
    expect(api.tx['sudo']['setKey']).toBeTypeOf('function')
    const call = api.tx['balances']['forceSetBalance'](dave.address, 123_000_000_000_000n)
    const result = await send(api.tx['sudo']['sudo'](call))
    expect(eventNames(result)).toContain('sudo.Sudid')
    expect((await api.derive.balances.account(dave.address)).freeBalance.toString()).toBe('123000000000000')
  })

  it('names the module error of a failing call', async () => {
    const { dispatchError } = await send(api.tx['workers']['pause'](), bob)
    const { section, name } = api.registry.findMetaError(dispatchError!.asModule)
    expect(`${section}.${name}`).toBe('workers.NotRegistered')
  })
})

describe('Chain state', () => {
  const noise = keypairFromSuri('//Bob//noise', 'ed25519')

  it('lists a whole map with its pages beginning at the prefix: registered workers, as people read them', async () => {
    const possession = noise.sign(possessionMessage(node.genesisHash, bob.publicKey, noise.publicKey))
    const register = api.tx['workers']['register'](noise.publicKey, possession, ['Hoster', 'Attestor'], 3, 'Bob’s')
    expect(eventNames(await send(register, bob))).toContain('workers.Registered')

    const prefix = api.query['workers']['workers'].keyPrefix()
    const keys = await ask<string[]>('state_getKeysPaged', prefix, 1000, prefix)
    expect(keys).toEqual([keyOf('workers', 'workers', bob.address)])
    const [{ changes }] = await ask<[{ changes: [string, string][] }]>('state_queryStorageAt', keys)
    const { meta } = api.query['workers']['workers'].creator
    const type = api.registry.createLookupType(meta.type.asMap.value)
    expect(api.createType(type, changes[0]![1]).toHuman()).toMatchObject({ roles: ['Hoster', 'Attestor'] })

    const [entry] = await api.query['workers']['workers'].entries()
    expect(entry![0].toHuman()).toEqual([bob.address])
    const registeredAt = String(node.best().header.number)
    expect(entry![1].toHuman()).toEqual({
      name: 'Bob’s',
      noiseKey: toHex(noise.publicKey),
      roles: ['Hoster', 'Attestor'],
      capacity: '3',
      duties: '0',
      status: 'Active',
      registeredAt,
      lastSeen: registeredAt,
    })
  })

  it('lists what one hoster serves, as the page does with its last key left out', async () => {
    const { head } = memoryFeed(5)
    await send(api.tx['feeds']['publish'](head))
    await send(api.tx['feeds']['host'](head.key, 5), bob)
    const [entry, ...others] = await api.query['feeds']['hosting'].entries(bob.address)
    expect(entry![0].toHuman()).toEqual([bob.address, toHex(head.key)])
    const tree = { length: '5', roots: head.roots.map(({ nodeHash }) => ({ nodeHash: toHex(nodeHash) })) }
    expect(entry![1].toHuman()).toMatchObject({ tree })
    expect(others).toEqual([])
    expect(await api.query['feeds']['hosting'].entries(alice.address)).toEqual([])
  })

  it('watches a value, and pushes the next', async () => {
    const seen: unknown[] = []
    const stop = await api.query['workers']['workers'](bob.address, (value: { toHuman(): unknown }) => {
      seen.push(value.toHuman())
    })
    await until('the first value', () => seen.length > 0)
    await send(api.tx['workers']['pause'](), bob)
    await until('the next', () => seen.length > 1)
    stop()
    expect(seen.at(-1)).toMatchObject({ status: 'Paused' })
  })
})

describe('Settings', () => {
  it('has metadata 15, and None for a version that there is not', async () => {
    expect(await ask('state_call', 'Metadata_metadata_at_version', toHex(encode(u32, 99)))).toBe('0x00')
    expect(await ask('state_getMetadata')).toMatch(/^0x6d6574610e/)
    expect(api.runtimeMetadata.version).toBeGreaterThanOrEqual(14)
  })
})

describe('Faults that break them', () => {
  it('rpc_methods answers, and lists nothing that is not served', async () => {
    const { methods } = await ask<{ methods: string[] }>('rpc_methods')
    for (const method of methods) {
      const { error } = await raw.call(method)
      expect([method, error?.code]).not.toEqual([method, -32601])
    }
  })

  it('system_chainType is listed and answers, and the dev accounts are offered', async () => {
    expect((await ask<{ methods: string[] }>('rpc_methods')).methods).toContain('system_chainType')
    expect(['Development', 'Local']).toContain(await ask('system_chainType'))
    expect(await ask('system_chain')).toMatch(/(Development|Local Testnet)$/)
  })

  it('the block hash is that of the SCALE header', async () => {
    const hash = await ask<string>('chain_getBlockHash')
    const header = await ask<object>('chain_getHeader', hash)
    expect(toHex(blake2b256(api.createType('Header', header).toU8a()))).toBe(hash)
  })

  it('state_getRuntimeVersion knows every block, and of the parent of the first', async () => {
    for (const number of [0, 1, node.best().header.number]) {
      const hash = await ask<string>('chain_getBlockHash', number)
      expect(await ask('state_getRuntimeVersion', hash)).toHaveProperty('specVersion')
    }
  })

  it('state_call serves all that the list of APIs names of what signing needs', async () => {
    const { apis } = await ask<{ apis: [string, number][] }>('state_getRuntimeVersion')
    // AccountNonceApi and TransactionPaymentApi.
    expect(apis.map(([id]) => id)).toEqual(expect.arrayContaining(['0xbc9d89904f5b923f', '0x37c8bb1350a9a2a8']))
    expect(await ask('state_call', 'AccountNonceApi_account_nonce', toHex(alice.publicKey))).toMatch(/^0x[0-9a-f]{8}$/)
  })

  it('storage and version subscriptions push at once', async () => {
    const storage = await ask('state_subscribeStorage', [keyOf('system', 'account', bob.address)])
    const version = await ask('state_subscribeRuntimeVersion')
    await until('both', () => raw.notifications(storage).length + raw.notifications(version).length === 2)
    await ask('state_unsubscribeStorage', storage)
    await ask('state_unsubscribeRuntimeVersion', version)
  })

  it('the modern methods that are listed work', async () => {
    const follow = await ask('chainHead_v1_follow', false)
    const [initialized] = await until('the first event', () => raw.notifications(follow))
    expect(initialized).toMatchObject({ event: 'initialized' })
    await ask('chainHead_v1_unfollow', follow)
  })

  it('cards, menus and authors have their pallets, and no known chain or broken derive comes between', async () => {
    expect(api.query['grandpa']).toBeDefined()
    expect(api.tx['sudo']['setKey']).toBeDefined()
    expect(api.query['session']['validators']).toBeDefined()
    expect(api.query['democracy']).toBeUndefined()
    const spec = api.runtimeVersion.specName.toString()
    expect(['polkadot', 'kusama', 'westend', 'rococo', 'statemint', 'node', 'node-template']).not.toContain(spec)
    const { digest } = await ask<RawHeader>('chain_getHeader')
    // PreRuntime of engine `aura`.
    expect(digest.logs[0]!.startsWith('0x0661757261')).toBe(true)
  })
})

describe('PAPI console without the modern methods', () => {
  it('is answered: all heads, hex numbers, the hash of the code, empty call data', async () => {
    const all = await ask('chain_subscribeAllHeads')
    const finals = await ask('chain_subscribeFinalizedHeads')
    await until('both heads', () => raw.notifications(all).length + raw.notifications(finals).length >= 2)
    expect(await ask('chain_getBlockHash', '0x0')).toBe(toHex(node.genesisHash))
    expect(await ask('state_getStorageHash', '0x3a636f6465')).toMatch(/^0x[0-9a-f]{64}$/)
    expect(await ask('state_call', 'Core_version', '')).toMatch(/^0x/)
    await ask('chain_unsubscribeAllHeads', all)
    await ask('chain_unsubscribeFinalizedHeads', finals)
  })
})

describe('reconnecting', () => {
  it('resumes heads by itself, fills back what was missed, and signs again', async () => {
    const seen: number[] = []
    const stop = await api.derive.chain.subscribeNewHeads((head) => void seen.push(head.number.toNumber()))
    await until('the first head', () => seen.length > 0)
    const { port } = server
    await server.close()
    await until('the client to notice', () => !api.isConnected)
    const missed = [await node.seal(), await node.seal()]
    server = await startRpcServer({ node, port, log: { warn: log, error: log } })
    await until('the client to return', () => api.isConnected)
    await until('the head', () => seen.includes(missed[1]!.header.number))
    const filled = await Promise.all(missed.map(({ hash }) => api.derive.chain.getBlock(toHex(hash))))
    expect(filled.map(({ block }) => block.hash.toHex())).toEqual(missed.map(({ hash }) => toHex(hash)))
    expect(eventNames(await send(api.tx['balances']['transferKeepAlive'](bob.address, 1n)))).toContain(
      'balances.Transfer',
    )
    stop()
  })
})
