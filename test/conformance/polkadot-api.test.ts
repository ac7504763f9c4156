/** @polkadot/api, pinned, against the real node in this process: the tasks of its users. */
import { ApiPromise, HttpProvider, Keyring, WsProvider, type SubmittableResult } from '@polkadot/api'
import type { ApiOptions, SubmittableExtrinsic } from '@polkadot/api/types'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decode_proof as decodeProof } from '@acala-network/chopsticks-executor'
import { fromHex, toHex } from '#types/bytes.ts'
import { verifyProof } from '#chain/trie/proof.ts'
import { startRpcServer, type RpcServer } from '#chain/rpc/server.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { startNode } from '#chain/node/service.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { post, type Message } from '../helpers/rpc-client.ts'
import { until } from '../helpers/until.ts'

type ProviderInterface = NonNullable<ApiOptions['provider']>
type KeyringPair = ReturnType<Keyring['addFromUri']>
type EventRecord = SubmittableResult['events'][number]

/** `frame_system::AccountInfo`, as far as it is looked at here. */
interface AccountInfo {
  readonly nonce: { toNumber(): number }
  readonly data: { readonly free: { toBigInt(): bigint } }
}

const UNIT = 1_000_000_000_000n
const logged: string[] = []
const log = (fields: unknown, message: string): number => logged.push(`${message} ${JSON.stringify(fields)}`)

const nodeLog = { debug: () => {}, info: () => {}, warn: log, error: log }
const nodeDeps = () => ({ runtime: createRuntime({ log: nodeLog }), log: nodeLog })

let node: Node
let server: RpcServer
let api: ApiPromise
let alice: KeyringPair
let bob: KeyringPair

beforeAll(async () => {
  node = await startNode({}, nodeDeps())
  server = await startRpcServer({ node, port: 0, log: { warn: log, error: log } })
  api = await ApiPromise.create({ provider: new WsProvider(server.url, 100) as ProviderInterface, noInitWarn: true })
  const keyring = new Keyring({ type: 'sr25519' })
  alice = keyring.addFromUri('//Alice')
  bob = keyring.addFromUri('//Bob')
})

afterAll(async () => {
  await api.disconnect()
  await server.close()
  await node.close()
  expect(logged).toEqual([])
})

interface Sent {
  readonly statuses: readonly string[]
  readonly result: SubmittableResult
  /** `balances.Transfer` and its like, in order. */
  readonly events: readonly string[]
}

/** Signs, sends, and waits until it is finalized. Rejects where the pool refuses. */
function send(
  tx: SubmittableExtrinsic<'promise'>,
  signer: KeyringPair,
  options: Parameters<typeof tx.signAndSend>[1] = {},
): Promise<Sent> {
  const statuses: string[] = []
  return new Promise((resolve, reject) => {
    tx.signAndSend(signer, options as object, (result: SubmittableResult) => {
      statuses.push(result.status.type)
      if (result.isError) reject(new Error(`ended as ${result.status.type}`))
      if (!result.isFinalized) return
      const events = result.events.map(({ event }) => `${event.section}.${event.method}`)
      resolve({ statuses, result, events })
    }).catch(reject)
  })
}

const transfer = (to: KeyringPair | string, amount: bigint): SubmittableExtrinsic<'promise'> =>
  api.tx['balances']['transferAllowDeath'](typeof to === 'string' ? to : to.address, amount)

const account = (address: string, at: { query: ApiPromise['query'] } = api): Promise<AccountInfo> =>
  at.query.system.account(address)
const free = async (address: string, at?: { query: ApiPromise['query'] }): Promise<bigint> =>
  (await account(address, at)).data.free.toBigInt()

/** A call without the client in between. */
async function byHand(method: string, ...params: unknown[]): Promise<Message> {
  const response = await post(server.url, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
  return (await response.json()) as Message
}

describe('connecting', () => {
  it('learns the chain, its metadata and what it may call', async () => {
    expect((await api.rpc.system.chain()).toString()).toBe('Assay Development')
    expect(api.runtimeVersion.specName.toString()).toBe('assay')
    expect(api.registry.chainSS58).toBe(42)
    expect(api.registry.chainTokens).toEqual(['ASY'])
    expect(api.registry.chainDecimals).toEqual([12])
    expect(api.genesisHash.toHex()).toBe((await api.rpc.chain.getBlockHash(0)).toHex())
    expect(Object.keys(api.rpc)).not.toContain('chainHead')
    expect(api.tx['balances']['transferKeepAlive']).toBeTypeOf('function')
  })

  it('answers what Apps asks of a node', async () => {
    const [name, version, type, health, roles, peers, sync, pending] = await Promise.all([
      api.rpc.system.name(),
      api.rpc.system.version(),
      api.rpc.system.chainType(),
      api.rpc.system.health(),
      api.rpc.system.nodeRoles(),
      api.rpc.system.peers(),
      api.rpc.system.syncState(),
      api.rpc.author.pendingExtrinsics(),
    ])
    expect([name.toString(), type.toString(), peers.length, pending.length]).toEqual([
      'Assay Node',
      'Development',
      0,
      0,
    ])
    expect(version.toString()).toMatch(/^\d+\.\d+\.\d+/)
    expect(health.isSyncing.isFalse).toBe(true)
    expect(roles.map(String)).toEqual(['Authority'])
    expect(sync.currentBlock.toNumber()).toBe(node.best().header.number)
  })
})

describe('transactions', () => {
  it('go through with sr25519, ed25519 and ecdsa, seen in a block and finalized', async () => {
    for (const type of ['sr25519', 'ed25519', 'ecdsa'] as const) {
      const signer = new Keyring({ type }).addFromUri(`//Alice//${type}`)
      const receiver = new Keyring({ type: 'sr25519' }).addFromUri(`//receiver//${type}`)
      await send(transfer(signer, 10n * UNIT), alice)
      const before = await free(signer.address)
      const sent = await send(transfer(receiver, UNIT), signer)
      expect(sent.statuses, type).toContain('InBlock')
      expect(sent.statuses.at(-1)).toBe('Finalized')
      expect(sent.events).toContain('balances.Transfer')
      expect(sent.events.at(-1)).toBe('system.ExtrinsicSuccess')
      expect(await free(receiver.address)).toBe(UNIT)
      expect(before - (await free(signer.address))).toBeGreaterThan(UNIT)
    }
  })

  it('carry tips, mortal eras, immortality, and long payloads', async () => {
    const tipped = await send(transfer(bob, 1n), alice, { tip: 7n * UNIT, era: 16 })
    const paid = tipped.result.events.find(({ event }) => event.method === 'TransactionFeePaid')!
    expect(paid.event.data[2]!.toString()).toBe((7n * UNIT).toString())
    await send(transfer(bob, 1n), alice, { era: 0 })
    const long = api.tx['system']['remarkWithEvent'](`0x${'ab'.repeat(2000)}`)
    expect((await send(long, alice, { nonce: -1 })).events).toContain('system.Remarked')
  })

  it('batch, all or some', async () => {
    const ok = transfer(bob, 1n)
    const bad = transfer(bob, 10n ** 30n)
    const some = await send(api.tx['utility']['batch']([ok, bad, ok]), alice)
    expect(some.events).toEqual(expect.arrayContaining(['utility.ItemCompleted', 'utility.BatchInterrupted']))
    expect(some.events.filter((event) => event === 'balances.Transfer')).toHaveLength(1)
    const all = await send(api.tx['utility']['batchAll']([ok, bad]), alice)
    expect(all.events).not.toContain('balances.Transfer')
    expect(all.events.at(-1)).toBe('system.ExtrinsicFailed')
    const both = await send(api.tx['utility']['batchAll']([ok, ok]), alice)
    expect(both.events).toContain('utility.BatchCompleted')
  })

  it('fail with a named module error', async () => {
    const { result } = await send(api.tx['sudo']['sudo'](transfer(bob, 1n)), bob)
    const error = api.registry.findMetaError(result.dispatchError!.asModule)
    expect([error.section, error.name]).toEqual(['sudo', 'RequireSudo'])
    expect(error.docs.join(' ')).not.toBe('')
  })

  it('are refused in Substrate’s words: stale, bad signature, unpayable, twice, garbage', async () => {
    await expect(send(transfer(bob, 1n), alice, { nonce: 0 })).rejects.toThrow(
      '1010: Invalid Transaction: Transaction is outdated',
    )
    const forged = await transfer(bob, 1n).signAsync(alice, { nonce: -1 })
    const bytes = forged.toU8a()
    bytes[50]! ^= 1
    await expect(api.rpc.author.submitExtrinsic(bytes)).rejects.toThrow('Transaction has a bad signature')
    const poor = new Keyring({ type: 'sr25519' }).addFromUri('//poor')
    await expect(send(transfer(bob, 1n), poor)).rejects.toThrow('1010: Invalid Transaction: Inability to pay some fees')
    // By hand: the client does not let it out.
    expect((await byHand('author_submitExtrinsic', '0x0401')).error).toMatchObject({
      code: 1002,
      data: expect.stringContaining('Extrinsic has invalid format'),
    })
    const nonce = (await api.rpc.system.accountNextIndex(bob.address)).toNumber() + 5
    const future = await transfer(alice, 1n).signAsync(bob, { nonce })
    await future.send()
    await expect(api.rpc.author.submitExtrinsic(future.toHex())).rejects.toThrow('1013')
    expect((await api.rpc.author.pendingExtrinsics()).map((each) => each.hash.toHex())).toContain(future.hash.toHex())
    await api.rpc.author.removeExtrinsic([{ Hash: future.hash }])
    expect(await api.rpc.author.pendingExtrinsics()).toHaveLength(0)
  })

  it('go in many at once by nonces of the client’s own', async () => {
    const first = (await api.rpc.system.accountNextIndex(alice.address)).toNumber()
    const count = 20
    const sent = await Promise.all(
      Array.from({ length: count }, (_, i) => send(transfer(bob, 1n), alice, { nonce: first + i })),
    )
    // The client drops `InBlock` where it is still fetching that block when `Finalized` comes.
    for (const { statuses } of sent) expect(statuses.at(-1)).toBe('Finalized')
    expect((await account(alice.address)).nonce.toNumber()).toBe(first + count)
  })

  it('cost what paymentInfo and the fee RPCs say', async () => {
    const tx = transfer(bob, UNIT)
    const info = await tx.paymentInfo(alice)
    const { result } = await send(tx, alice)
    const paid = result.events.find(({ event }) => event.method === 'TransactionFeePaid')!
    expect(paid.event.data[1]!.toString()).toBe(info.partialFee.toString())
    const hex = tx.toHex()
    // By hand: api.rpc.payment.queryInfo of this version expects the weight of before 2022, a plain number.
    expect((await byHand('payment_queryInfo', hex)).result).toMatchObject({
      class: 'normal',
      partialFee: info.partialFee.toString(),
    })
    const { baseFee, lenFee, adjustedWeightFee } = (await api.rpc.payment.queryFeeDetails(hex)).inclusionFee.unwrap()
    const sum = baseFee.toBigInt() + lenFee.toBigInt() + adjustedWeightFee.toBigInt()
    expect(sum).toBe(info.partialFee.toBigInt())
  })

  it('can be dry-run', async () => {
    const signed = await transfer(bob, 1n).signAsync(alice, { nonce: -1 })
    const good = await api.rpc.system.dryRun(signed.toHex())
    expect(good.isOk && good.asOk.isOk).toBe(true)
    const stale = await transfer(bob, 1n).signAsync(alice, { nonce: 0 })
    expect((await api.rpc.system.dryRun(stale.toHex())).asErr.asInvalid.type).toBe('Stale')
  })
})

describe('state', () => {
  it('is readable at every block', async () => {
    const carol = new Keyring({ type: 'sr25519' }).addFromUri('//Carol//history')
    const before = await api.rpc.chain.getFinalizedHead()
    const { result } = await send(transfer(carol, 3n * UNIT), alice)
    expect(await free(carol.address, await api.at(before))).toBe(0n)
    expect(await free(carol.address, await api.at(result.status.asFinalized))).toBe(3n * UNIT)
    const events = (await (
      await api.at(result.status.asFinalized)
    ).query['system']['events']()) as unknown as EventRecord[]
    expect(events.length).toBeGreaterThan(0)
    const genesis = await api.at(api.genesisHash)
    expect(((await genesis.query['system']['number']()) as unknown as { toNumber(): number }).toNumber()).toBe(0)
  })

  it('comes in pages, multi queries and derived balances', async () => {
    const all = await api.query['system']['account'].entries()
    const ids = all.map(([key]) => key.args[0].toString())
    expect(ids).toEqual(expect.arrayContaining([alice.address, bob.address]))
    const paged: string[] = []
    for (let startKey = ''; ;) {
      const page = await api.query['system']['account'].entriesPaged({ args: [], pageSize: 3, startKey })
      if (page.length === 0) break
      paged.push(...page.map(([key]) => key.args[0].toString()))
      startKey = page.at(-1)![0].toHex()
    }
    expect(paged).toEqual(ids)
    const [a, b] = (await api.queryMulti([
      [api.query['system']['account'], alice.address],
      [api.query['system']['account'], bob.address],
    ])) as unknown as AccountInfo[]
    expect([a!.data.free.toBigInt(), b!.data.free.toBigInt()]).toEqual([
      await free(alice.address),
      await free(bob.address),
    ])
    const derived = await api.derive.balances.all(alice.address)
    expect(derived.freeBalance.toBigInt()).toBe(await free(alice.address))
    expect(derived.accountNonce.toNumber()).toBe((await account(alice.address)).nonce.toNumber())
  })

  it('is proved against the state root of the header, for two independent verifiers', async () => {
    const hash = await api.rpc.chain.getFinalizedHead()
    const header = await api.rpc.chain.getHeader(hash)
    const key = api.query['system']['account'].key(alice.address)
    const { at, proof } = await api.rpc.state.getReadProof([key], hash)
    expect(at.toHex()).toBe(hash.toHex())
    const nodes = proof.map((each) => fromHex(each.toHex()))
    const root = fromHex(header.stateRoot.toHex())
    const proved = verifyProof(root, nodes, fromHex(key))
    const info = api.createType('AccountInfo', proved) as unknown as AccountInfo
    expect(info.data.free.toBigInt()).toBe(await free(alice.address, await api.at(hash)))
    const entries = (await decodeProof(
      header.stateRoot.toHex(),
      proof.map((each) => each.toHex()),
    )) as [string, string][]
    expect(new Map(entries).get(key)).toBe(toHex(proved!))
  })
})

describe('subscriptions', () => {
  it('tell heads, balances and events as they come', async () => {
    const dave = new Keyring({ type: 'sr25519' }).addFromUri('//Dave//watched')
    const heads: number[] = []
    const finalized: number[] = []
    const balances: bigint[] = []
    const events: string[] = []
    const stop = await Promise.all([
      api.rpc.chain.subscribeNewHeads((head) => void heads.push(head.number.toNumber())),
      api.rpc.chain.subscribeFinalizedHeads((head) => void finalized.push(head.number.toNumber())),
      api.query['system']['account'](dave.address, (info: unknown) => {
        balances.push((info as AccountInfo).data.free.toBigInt())
      }),
      api.query['system']['events']((records: unknown) => {
        for (const { event } of records as EventRecord[]) events.push(`${event.section}.${event.method}`)
      }),
    ])
    await send(transfer(dave, UNIT), alice)
    await send(transfer(dave, UNIT), alice)
    await until('both balances', () => balances.length >= 3)
    await until('finalized heads', () => finalized.length >= 3)
    for (const unsubscribe of stop as unknown as (() => void)[]) unsubscribe()
    expect(balances).toEqual([0n, UNIT, 2n * UNIT])
    expect(events).toContain('balances.Transfer')
    for (const numbers of [heads, finalized]) expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i))
  })

  it('work through derives, as Apps uses them', async () => {
    const best = await api.derive.chain.bestNumber()
    expect(best.toNumber()).toBe(node.best().header.number)
    const blocks: number[] = []
    const stop = await api.derive.chain.subscribeNewBlocks((block) => {
      blocks.push(block.block.header.number.toNumber())
    })
    await send(transfer(bob, 1n), alice)
    await until('a derived block', () => blocks.length > 0)
    stop()
  })
})

describe('manual sealing', () => {
  it('makes and finalizes blocks when told, and only then', async () => {
    const manual = await startNode({ sealing: { kind: 'manual' } }, nodeDeps())
    const rpc = await startRpcServer({ node: manual, port: 0, log: { warn: log, error: log } })
    const client = await ApiPromise.create({ provider: new WsProvider(rpc.url) as ProviderInterface, noInitWarn: true })
    const transferred = client.tx['balances']['transferAllowDeath'](bob.address, 1n)
    const hash = await transferred.signAndSend(alice)
    expect(await client.rpc.author.pendingExtrinsics()).toHaveLength(1)
    const created = await client.rpc.engine.createBlock(false, false)
    const { block } = await client.rpc.chain.getBlock(created.blockHash)
    expect(block.header.number.toNumber()).toBe(1)
    expect(block.extrinsics.map((each) => each.hash.toHex())).toContain(hash.toHex())
    await expect(client.rpc.engine.createBlock(false, false)).rejects.toThrow('Transaction pool is empty')
    expect((await client.rpc.engine.finalizeBlock(created.blockHash)).isTrue).toBe(true)
    expect((await client.rpc.chain.getFinalizedHead()).toHex()).toBe(created.blockHash.toHex())
    await client.disconnect()
    await rpc.close()
    await manual.close()
  })
})

describe('transports', () => {
  it('serves the HTTP provider', async () => {
    const provider = new HttpProvider(server.url.replace('ws', 'http')) as ProviderInterface
    const http = await ApiPromise.create({ provider, noInitWarn: true })
    expect((await http.rpc.system.chain()).toString()).toBe('Assay Development')
    expect(await free(alice.address, http)).toBe(await free(alice.address))
    await http.disconnect()
  })

  it('is found again by clients after a restart of the server', async () => {
    const { port } = server
    const seen: number[] = []
    await api.rpc.chain.subscribeNewHeads((head) => void seen.push(head.number.toNumber()))
    await until('the first head', () => seen.length > 0)
    await server.close()
    await until('the client to notice', () => !api.isConnected)
    server = await startRpcServer({ node, port, log: { warn: log, error: log } })
    await until('the client to return', () => api.isConnected)
    const { statuses } = await send(transfer(bob, 1n), alice)
    expect(statuses.at(-1)).toBe('Finalized')
    await until('the new head on the old subscription', () => seen.includes(node.best().header.number))
  })
})
