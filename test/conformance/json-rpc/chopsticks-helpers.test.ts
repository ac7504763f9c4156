/**
 * The test helpers of Chopsticks drive this chain. The tests make the calls of `setupContext`, `sendTransaction` and
 * `signFake` of @acala-network/chopsticks-utils 1.1 (which @acala-network/chopsticks-testing exports), copied from its
 * source, over the same provider.
 *
 * They do not use the package itself: it brings Chopsticks, a database with native parts and 600 packages more. Each
 * call has the form that it has there: missing arguments are sent as null.
 */
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api'
import type { ApiOptions, SubmittableExtrinsic } from '@polkadot/api/types'
import type { Codec } from '@polkadot/types/types'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Node } from '#chain/node/node-interface.ts'
import { startNode } from '#chain/node/service.ts'
import { startRpcServer, type RpcServer } from '#chain/rpc/server.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { silentLog } from '#types/log.ts'

type Transaction = SubmittableExtrinsic<'promise'>

// As testingPairs(): ed25519, whose signatures are the same on every run.
const keyring = new Keyring({ type: 'ed25519' })
const alice = keyring.addFromUri('//Alice')
const bob = keyring.addFromUri('//Bob')
const UNIT = 10n ** 12n

let node: Node
let server: RpcServer
let ws: WsProvider
let api: ApiPromise
let start: string

/** As `dev` of setupContext. */
const dev = {
  newBlock: (param?: object) => ws.send<string>('dev_newBlock', [param]),
  setStorage: (values: object, blockHash?: string) => ws.send<string>('dev_setStorage', [values, blockHash]),
  timeTravel: (date: string | number) => ws.send<number>('dev_timeTravel', [date]),
  setHead: (hashOrNumber: string | number) => ws.send<string>('dev_setHead', [hashOrNumber]),
}

/** As sendTransaction. */
async function sendTransaction(signing: Promise<Transaction>): Promise<{ events: Promise<readonly Codec[]> }> {
  const signed = await signing
  let resolve: (events: readonly Codec[]) => void
  let reject: (status: unknown) => void
  const events = new Promise<readonly Codec[]>((resolved, rejected) => ([resolve, reject] = [resolved, rejected]))
  await signed.send((status) => {
    if (status.status.isInBlock || status.status.isFinalized) resolve(status.events)
    if (status.isError) reject(status.status)
  })
  return { events }
}

/** As signFakeWithApi. */
async function signFakeWithApi(tx: Transaction, address: string): Promise<void> {
  const { nonce } = (await api.query.system.account(address)) as unknown as { nonce: number }
  const { genesisHash, runtimeVersion } = api
  tx.signFake(address, { nonce, genesisHash, runtimeVersion, blockHash: genesisHash })
  const mockSignature = new Uint8Array(64).fill(0xcd)
  mockSignature.set([0xde, 0xad, 0xbe, 0xef])
  ;(tx.signature as unknown as Uint8Array).set(mockSignature)
}

const methodsOf = (events: readonly Codec[]): string[] =>
  events.map((record) => {
    const { event } = record as unknown as { event: { section: string; method: string } }
    return `${event.section}.${event.method}`
  })
const free = async (address: string): Promise<bigint> => {
  const { data } = (await api.query.system.account(address)) as unknown as { data: { free: { toBigInt(): bigint } } }
  return data.free.toBigInt()
}
const head = async (): Promise<number> => (await api.rpc.chain.getHeader()).number.toNumber()
const now = async (): Promise<number> => Number(await api.query.timestamp.now())
/** As Chopsticks' own examples give accounts money. */
const endow = (address: string, amount: bigint): Promise<string> =>
  dev.setStorage({ System: { Account: [[[address], { providers: 1, data: { free: String(amount) } }]] } })

beforeAll(async () => {
  const runtime = createRuntime({ log: silentLog })
  node = await startNode({ sealing: { kind: 'manual' } }, { runtime, log: silentLog })
  // createConfig: 'mock-signature-host': true.
  node.dev.impersonate('all', true)
  server = await startRpcServer({ node, port: 0, log: silentLog })
  ws = new WsProvider(server.url, 3_000)
  api = await ApiPromise.create({ provider: ws as NonNullable<ApiOptions['provider']>, noInitWarn: true })
  start = await dev.newBlock()
})
afterAll(async () => {
  await api.disconnect()
  await server.close()
  await node.close()
})
beforeEach(async () => void (await dev.setHead(start)))

describe('the helpers of Chopsticks', () => {
  it('newBlock: one, a count, up to a number; each answers with the last hash', async () => {
    expect(await dev.newBlock()).toBe((await api.rpc.chain.getBlockHash()).toHex())
    expect(await head()).toBe(2)
    expect(await dev.newBlock({ count: 3 })).toBe((await api.rpc.chain.getBlockHash(5)).toHex())
    await dev.newBlock({ to: 9 })
    expect(await head()).toBe(9)
    // A number that is reached already: one block, as there.
    await dev.newBlock({ to: 3 })
    expect(await head()).toBe(10)
  })

  it('newBlock: a leap in height, of the first block of several', async () => {
    await dev.newBlock({ count: 2, unsafeBlockHeight: 100 })
    expect(await head()).toBe(101)
    // As in Chopsticks' own tests, here and below.
    await expect(dev.newBlock({ unsafeBlockHeight: 100 })).rejects.toThrowError(
      '1: unsafeBlockHeight must be greater than current block height',
    )
  })

  it('newBlock: given transactions, not the pool’s', async () => {
    await endow(alice.address, 10n * UNIT)
    const given = await api.tx['balances']['transferKeepAlive'](bob.address, UNIT).signAsync(alice)
    const hash = await dev.newBlock({ transactions: [given.toHex()] })
    const { block } = await api.rpc.chain.getBlock(hash)
    expect(block.extrinsics.map((each) => each.toHex())).toContain(given.toHex())
  })

  it('setStorage: by names with what is left out at its default, by raw pairs, at a block, and prefixes removed', async () => {
    expect(await endow(bob.address, 7n)).toBe(start)
    expect(await free(bob.address)).toBe(7n)
    const key = api.query.system.account.key(bob.address)
    const stored = await ws.send<string>('state_getStorage', [key])
    await dev.setStorage([[key, null]])
    expect(await free(bob.address)).toBe(0n)
    const next = await dev.newBlock()
    expect(await dev.setStorage([[key, stored]], start)).toBe(start)
    expect(await free(bob.address)).toBe(0n)
    await dev.setHead(start)
    expect(await free(bob.address)).toBe(7n)
    await dev.setHead(next)
    await dev.setStorage({ System: { $removePrefix: ['Account'] } })
    expect(await api.query.system.account.entries()).toEqual([])
  })

  it('setStorage: a pallet or an item that there is not', async () => {
    await expect(dev.setStorage({ SSystem: { Account: [] } })).rejects.toThrowError(
      '1: Error: Cannot find pallet SSystem',
    )
    await expect(dev.setStorage({ System: { AAccount: [] } })).rejects.toThrowError(
      '1: Error: Cannot find storage AAccount in pallet System',
    )
  })

  it('timeTravel: a date as text or number; the next block is there', async () => {
    const date = 'Jan 1, 2040'
    expect(await dev.timeTravel(date)).toBe(Date.parse(date))
    await dev.newBlock()
    const slotMs = Number(api.consts.aura.slotDuration)
    expect(await now()).toBe(Date.parse(date) + slotMs)
    expect(await dev.timeTravel(Date.UTC(2041, 0, 1))).toBe(Date.UTC(2041, 0, 1))
    await expect(dev.timeTravel('no day')).rejects.toThrow()
  })

  it('setHead: by hash, by number, and back by distance', async () => {
    await dev.newBlock({ count: 4 })
    expect(await dev.setHead(3)).toBe((await api.rpc.chain.getBlockHash()).toHex())
    expect(await head()).toBe(3)
    await dev.setHead(-1)
    expect(await head()).toBe(2)
    await dev.setHead(0)
    expect(await head()).toBe(2)
    await dev.setHead(start)
    expect(await head()).toBe(1)
    await expect(dev.setHead(99)).rejects.toThrow()
  })

  it('sendTransaction: its events come with the block that newBlock makes', async () => {
    await endow(alice.address, 10n * UNIT)
    const tx = await sendTransaction(api.tx['balances']['transferKeepAlive'](bob.address, UNIT).signAsync(alice))
    await dev.newBlock()
    expect(methodsOf(await tx.events)).toEqual(expect.arrayContaining(['balances.Transfer', 'system.ExtrinsicSuccess']))
  })

  it('signFake: the mock signature is taken for anybody', async () => {
    await endow(alice.address, 10n * UNIT)
    const tx = api.tx['system']['remark']('0x1234')
    await signFakeWithApi(tx, alice.address)
    const sent = await sendTransaction(Promise.resolve(tx))
    await dev.newBlock()
    expect(methodsOf(await sent.events)).toContain('system.ExtrinsicSuccess')
  })

  it.each(['Instant', 'Batch'])('pause: blocks come by themselves in mode %s, and no more in Manual', async (mode) => {
    await endow(alice.address, 10n * UNIT)
    await ws.send('dev_setBlockBuildMode', [mode])
    const tx = await sendTransaction(api.tx['system']['remark'](mode).signAsync(alice))
    expect(methodsOf(await tx.events)).toContain('system.ExtrinsicSuccess')
    await ws.send('dev_setBlockBuildMode', ['Manual'])
    const before = await head()
    await api.tx['system']['remark'](`after ${mode}`).signAndSend(alice, { nonce: -1 })
    expect(await head()).toBe(before)
  })
})
