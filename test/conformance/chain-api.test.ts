/** The workers' client against the real node: a server in this process, and every request over its socket. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer, type RawData } from 'ws'
import { toHex, utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { keypairFromSuri, type Keypair } from '#types/crypto/suri.ts'
import { AccountId, AccountInfo, H256 } from '#types/scale/account.ts'
import { compactU128, vec } from '#types/scale/compound.ts'
import { MultiAddress } from '#types/scale/multi-address.ts'
import { bytes, u128, u32, u64 } from '#types/scale/primitives.ts'
import type { FinalizedBlock } from '#chain/api/chain-port.ts'
import { systemClock } from '#types/clock.ts'
import { connectChain, type ChainClient, type ConnectOptions } from '#chain/api/connect.ts'
import {
  callOf,
  constantOf,
  decodeEvent,
  encodeCall,
  eventOf,
  read,
  readAt,
  readConstant,
  readEntries,
  storageOf,
} from '#chain/api/descriptors.ts'
import { silentLog } from '#types/log.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { developmentSpec } from '#chain/node/chain-spec.ts'
import { startNode } from '#chain/node/service.ts'
import { startRpcServer, type RpcServer } from '#chain/rpc/server.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { until } from '../helpers/until.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { patiently } from '../helpers/patience.ts'

const UNIT = 1_000_000_000_000n
const nodeLog = { warn: () => {}, error: () => {} }

const transfer = callOf('Balances', 'transferKeepAlive', { dest: MultiAddress, value: compactU128 })
const remark = callOf('System', 'remarkWithEvent', { remark: bytes })
const Remarked = eventOf('System', 'Remarked', { sender: AccountId, hash: H256 })
const Transfer = eventOf('Balances', 'Transfer', { from: AccountId, to: AccountId, amount: u128 })
const account = storageOf('System', 'Account', [AccountId], AccountInfo)
const blockHash = storageOf('System', 'BlockHash', [u32], H256)
const totalIssuance = storageOf('Balances', 'TotalIssuance', [], u128)
const existentialDeposit = constantOf('Balances', 'ExistentialDeposit', u128)
const requires = [transfer, remark, Remarked, Transfer, account, blockHash, totalIssuance, existentialDeposit]

const alice = keypairFromSuri('//Alice')
const bob = keypairFromSuri('//Bob')

const realNode = (): Promise<Node> => startNode({}, { runtime: createRuntime({ log: nodeLog }) })

let node: Node
let server: RpcServer

beforeAll(async () => {
  node = await realNode()
  server = await startRpcServer({ node, port: 0, log: nodeLog })
})
afterAll(async () => {
  await server.close()
  await node.close()
})

const deps = { clock: systemClock, random: Math.random, log: silentLog }

/** A client that is closed when the test is over. */
async function connect(keypair: Keypair, over: Partial<ConnectOptions> = {}): Promise<ChainClient> {
  const client = await connectChain({ endpoint: server.url, keypair, requires, ...over }, deps)
  onTestFinished(() => client.close())
  return client
}

const pay = (to: Keypair, value: bigint) => encodeCall(transfer, { dest: { tag: 'Id', value: to.accountId }, value })
const say = (text: string) => encodeCall(remark, { remark: utf8(text) })

/** Follows into a list. */
function collect(client: ChainClient): readonly FinalizedBlock[] {
  const blocks: FinalizedBlock[] = []
  client.follow(async (block) => void blocks.push(block))
  return blocks
}

/** How often the remark is in finalized blocks. */
const timesSaid = (blocks: readonly FinalizedBlock[], text: string): number =>
  blocks
    .flatMap(({ events }) => events)
    .filter((event) => {
      const remarked = decodeEvent(Remarked, event)
      return remarked && toHex(remarked.hash) === toHex(blake2b256(utf8(text)))
    }).length

/** A text message: ws gives each as one Buffer unless told otherwise. */
const textOf = (data: RawData): string => (data as Buffer).toString('utf8')

interface Relay {
  readonly url: string
  readonly connections: () => number
  /** Passes nothing on any more, without closing, on the connections that there are. */
  readonly silence: () => void
  /** Tells those that subscribed that the runtime has another version. */
  readonly announceUpgrade: () => void
}

/** A way to the server that can misbehave. */
async function startRelay(target: string): Promise<Relay> {
  const links: { client: WebSocket; isSilent: boolean; versions: unknown }[] = []
  const relay = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  relay.on('connection', (client) => {
    const link = { client, isSilent: false, versions: undefined as unknown }
    links.push(link)
    const upstream = new WebSocket(target)
    const opened = new Promise((resolve) => {
      upstream.once('open', resolve)
    })
    let request: unknown
    client.on('message', (data) => {
      const { id, method } = JSON.parse(textOf(data)) as { id: unknown; method: string }
      if (method === 'state_subscribeRuntimeVersion') request = id
      if (!link.isSilent) void opened.then(() => upstream.send(textOf(data)))
    })
    upstream.on('message', (data) => {
      const { id, result } = JSON.parse(textOf(data)) as { id?: unknown; result?: unknown }
      if (id !== undefined && id === request) link.versions = result
      if (!link.isSilent) client.send(textOf(data))
    })
    client.on('close', () => upstream.terminate())
  })
  await once(relay, 'listening')
  onTestFinished(() => {
    for (const client of relay.clients) client.terminate()
    relay.close()
  })
  return {
    url: `ws://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    connections: () => links.length,
    silence() {
      for (const link of links) link.isSilent = true
    },
    announceUpgrade() {
      for (const { client, versions } of links) {
        const params = { subscription: versions, result: { specName: 'assay', specVersion: 999_999 } }
        client.send(JSON.stringify({ jsonrpc: '2.0', method: 'state_runtimeVersion', params }))
      }
    },
  }
}

describe('reading', () => {
  it('has constants, values, defaults, maps and history', async () => {
    const client = await connect(alice)
    expect(toHex(client.genesisHash)).toBe(toHex(node.genesisHash))
    expect(readConstant(client, existentialDeposit)).toBeGreaterThan(0n)
    expect(await read(client, totalIssuance)).toBeGreaterThan(UNIT)
    expect((await read(client, account, alice.accountId))?.data.free).toBeGreaterThan(UNIT)
    expect((await read(client, account, new Uint8Array(32).fill(3)))?.data.free).toBe(0n)
    const accounts = await readEntries(client, account)
    const keys = accounts.map(([[key]]) => toHex(key))
    expect(keys).toContain(toHex(bob.accountId))
    expect(new Set(keys).size).toBe(keys.length)
    const before = await read(client, account, bob.accountId)
    const outcome = await client.submit('history', pay(bob, UNIT))
    if (outcome.kind !== 'included') throw new Error(`the transfer ${outcome.kind}`)
    const after = await readAt(client, outcome.block, account, bob.accountId)
    expect(after?.data.free).toBe((before?.data.free ?? 0n) + UNIT)
    const early = await readAt(client, client.genesisHash, account, bob.accountId)
    expect(early?.data.free).toBe(before?.data.free)
  })

  it('says which item a chain does not have', async () => {
    const client = await connect(alice)
    await expect(client.storage('Nowhere', 'Item', [])).rejects.toMatchObject({ code: 'UNKNOWN_ITEM' })
    await expect(client.storage('System', 'Account', [])).rejects.toMatchObject({ code: 'BAD_KEYS' })
    expect(() => client.constant('System', 'Nothing')).toThrow(expect.objectContaining({ code: 'UNKNOWN_ITEM' }))
    await expect(
      client.submit('no such call', { pallet: 'System', call: 'nothing', args: new Uint8Array() }),
    ).rejects.toMatchObject({
      code: 'UNKNOWN_ITEM',
    })
    await expect(client.submit('bad args', { ...say('x'), args: Uint8Array.of(8, 1) })).rejects.toMatchObject({
      code: 'BAD_CALL',
    })
  })
})

describe('submitting', () => {
  it.each(['sr25519', 'ed25519', 'ecdsa'] as const)(
    'signs with %s, and the call is in the block that it names',
    async (scheme) => {
      const funder = await connect(alice)
      const signer = keypairFromSuri('//Signer', scheme)
      await funder.submit(`fund ${scheme}`, pay(signer, 10n * UNIT))
      const client = await connect(signer)
      const blocks = collect(client)
      const outcome = await client.submit(scheme, pay(bob, 1n))
      expect(outcome.kind).toBe('included')
      const number = 'number' in outcome ? outcome.number : -1
      const block = await until('the block is followed', () => blocks.find((candidate) => candidate.number === number))
      const transfers = block.events.flatMap((event) => decodeEvent(Transfer, event) ?? [])
      expect(transfers.map(({ from, to, amount }) => [toHex(from), toHex(to), amount])).toContainEqual([
        toHex(signer.accountId),
        toHex(bob.accountId),
        1n,
      ])
    },
  )

  it('names the error of a call that failed, and the reason of one that was refused', async () => {
    const client = await connect(bob)
    const failed = await client.submit('too much', pay(alice, 1n << 100n))
    expect(failed).toMatchObject({ kind: 'failed', error: { text: 'Token: FundsUnavailable' } })
    const named = await client.submit('not sudo', {
      pallet: 'Sudo',
      call: 'sudo',
      args: new Uint8Array([0, 0, 0]),
    })
    expect(named).toMatchObject({ kind: 'failed', error: { pallet: 'Sudo', name: 'RequireSudo' } })
  })

  it('keeps many calls under way at once, one nonce after the other', async () => {
    const client = await connect(alice)
    const texts = Array.from({ length: 40 }, (_, i) => `burst ${i}`)
    const outcomes = await Promise.all(texts.map((text) => client.submit(text, say(text))))
    expect(outcomes.map(({ kind }) => kind)).toEqual(texts.map(() => 'included'))
  })

  it('does a duty once, whatever asks again: twice at once, after it, and after a restart', async () => {
    const dataDir = await tempDir()
    const watcher = await connect(bob, { from: 'genesis' })
    const blocks = collect(watcher)
    const options = { endpoint: server.url, keypair: alice, requires, dataDir }
    const first = await connectChain(options, deps)
    const [one, two] = await Promise.all([first.submit('duty', say('once')), first.submit('duty', say('once'))])
    // Under way when the client goes: it may or may not have arrived.
    const cut = first.submit('cut', say('cut off')).catch((thrown: unknown) => thrown)
    await first.close()
    await cut
    const second = await connectChain(options, deps)
    const three = await second.submit('duty', say('once'))
    const after = await second.submit('cut', say('cut off'))
    expect([two, three]).toEqual([one, one])
    expect(after.kind).toBe('included')
    await second.submit('last', say('last'))
    await second.close()
    await until('everything is followed', () => timesSaid(blocks, 'last') === 1)
    expect(timesSaid(blocks, 'once')).toBe(1)
    expect(timesSaid(blocks, 'cut off')).toBe(1)
  })
})

describe('following', () => {
  it(
    'misses and doubles nothing when the server restarts, nor when the client does',
    { timeout: patiently(30_000) },
    async () => {
      const dataDir = await tempDir()
      const own = await realNode()
      onTestFinished(() => own.close())
      const firstServer = await startRpcServer({ node: own, port: 0, log: nodeLog })
      const options = { endpoint: firstServer.url, keypair: alice, requires, dataDir, from: 'genesis' } as const
      const client = await connectChain(options, deps)
      const seen: number[] = []
      client.follow(async ({ number }) => void seen.push(number))
      for (let i = 0; i < 3; i++) await client.submit(`before ${i}`, say(`before ${i}`))
      await firstServer.close()
      for (let i = 0; i < 30; i++) await own.seal({ finalize: true })
      const duringAbsence = client.submit('while away', say('while away'))
      const secondServer = await startRpcServer({ node: own, port: firstServer.port, log: nodeLog })
      onTestFinished(() => secondServer.close())
      await expect(duringAbsence).resolves.toMatchObject({ kind: 'included' })
      await until('all blocks are followed', () => seen.at(-1) === own.finalized().header.number, 10_000)
      await client.close()
      for (let i = 0; i < 20; i++) await own.seal({ finalize: true })
      const again = await connectChain(options, deps)
      onTestFinished(() => again.close())
      again.follow(async ({ number }) => void seen.push(number))
      await until('the rest is followed', () => seen.at(-1) === own.finalized().header.number)
      expect(seen).toEqual(Array.from({ length: own.finalized().header.number }, (_, i) => i + 1))
    },
  )

  it('leaves a connection that has gone silent for another', async () => {
    const relay = await startRelay(server.url)
    const client = await connect(alice, { endpoint: relay.url, timeouts: { requestMs: 400 } })
    const blocks = collect(client)
    await until('a block is followed', () => blocks.length > 0)
    relay.silence()
    const other = await connect(bob)
    await other.submit('behind the silence', say('behind the silence'))
    await until('the block behind the silence is followed', () => timesSaid(blocks, 'behind the silence') === 1, 15_000)
    expect(relay.connections()).toBe(2)
  })

  it('learns the chain anew after a runtime upgrade', async () => {
    const relay = await startRelay(server.url)
    const client = await connect(alice, { endpoint: relay.url })
    const blocks = collect(client)
    relay.announceUpgrade()
    await until('there is another session', () => relay.connections() === 2)
    await client.submit('after the upgrade', say('after the upgrade'))
    await until('the block is followed', () => timesSaid(blocks, 'after the upgrade') === 1)
  })

  it('refuses a chain that was reset, with its cursor, before anything is submitted', async () => {
    const dataDir = await tempDir()
    const lost = await realNode()
    const lostServer = await startRpcServer({ node: lost, port: 0, log: nodeLog })
    const options = { keypair: alice, requires, dataDir, from: 'genesis' } as const
    const client = await connectChain({ ...options, endpoint: lostServer.url }, deps)
    const blocks = collect(client)
    await client.submit('x', say('x'))
    await until('a block is followed', () => blocks.length > 0)
    await client.close()
    await lostServer.close()
    await lost.close()
    await expect(connect(alice, { dataDir, from: 'genesis' })).rejects.toMatchObject({ code: 'CURSOR_UNKNOWN' })
  })
})

describe('a chain that goes back', () => {
  it.each(['revert', 'setHead', 'loadState'] as const)(
    'after %s the client goes on from the last common block',
    async (power) => {
      const dataDir = await tempDir()
      const gone = await realNode()
      const goneServer = await startRpcServer({ node: gone, port: 0, log: nodeLog })
      const options = { keypair: alice, requires, dataDir, from: 'genesis', endpoint: goneServer.url } as const
      const client = await connectChain(options, deps)
      const following = client.follow(async () => {})
      await client.submit('before', say('before'))
      await until('the first word is final', () => gone.finalized().header.number === gone.best().header.number)
      const [head, snapshot, dump] = [gone.finalized(), await gone.dev.snapshot(), await gone.dev.dumpState()]
      const undone = await client.submit('after', say('after'))
      expect(undone).toMatchObject({ kind: 'included' })
      if (power === 'revert') await gone.dev.revert(snapshot)
      else if (power === 'setHead') await gone.dev.setHead(head.hash)
      else await gone.dev.loadState(dump)
      await expect(following.done).rejects.toMatchObject({ code: 'CHAIN_WENT_BACK' })
      await client.close()
      const again = await connectChain(options, deps)
      const blocks: FinalizedBlock[] = []
      again.follow(async (block) => void blocks.push(block))
      expect(await again.submit('before', say('before'))).toMatchObject({
        number: expect.toSatisfy((n) => n <= head.header.number),
      })
      const redone = await again.submit('after', say('after'))
      expect(redone).toMatchObject({ kind: 'included' })
      await until('the redone word is followed', () => timesSaid(blocks, 'after') === 1)
      expect(timesSaid(blocks, 'before')).toBe(0)
      await again.close()
      await goneServer.close()
      await gone.close()
    },
  )
})

describe('refusing', () => {
  it('does not take another chain for its own', async () => {
    const dataDir = await tempDir()
    const first = await connectChain({ endpoint: server.url, keypair: alice, dataDir }, deps)
    await first.close()
    const spec = developmentSpec()
    const other = await startNode(
      { spec: { ...spec, genesis: { ...spec.genesis, sudo: { key: bob.accountId } } } },
      { runtime: createRuntime({ log: nodeLog }) },
    )
    const otherServer = await startRpcServer({ node: other, port: 0, log: nodeLog })
    onTestFinished(async () => {
      await otherServer.close()
      await other.close()
    })
    await expect(connectChain({ endpoint: otherServer.url, keypair: alice, dataDir }, deps)).rejects.toMatchObject({
      code: 'OTHER_CHAIN',
    })
  })

  it('names what a chain lacks or has in another form', async () => {
    const wrong = [
      callOf('System', 'remark', { remark: u32 }),
      callOf('Balances', 'transferKeepAlive', { dest: MultiAddress, amount: compactU128 }),
      storageOf('Opinions', 'Trust', [AccountId], u32),
      constantOf('Balances', 'ExistentialDeposit', u64),
      eventOf('System', 'Remarked', { sender: AccountId, hash: vec(H256) }),
    ]
    await expect(connectChain({ endpoint: server.url, keypair: alice, requires: wrong }, deps)).rejects.toMatchObject({
      code: 'CHAIN_MISMATCH',
      message: expect.stringMatching(
        /call system\.remark: argument 1 `remark`: expected u32, chain has Vec<u8>.*argument 2 `amount`: expected that name, chain has `value`.*storage Opinions\.Trust is missing.*constant Balances\.ExistentialDeposit: expected u64, chain has u128.*event System\.Remarked: field 2 `hash`: expected Vec<H256>, chain has H256/,
      ),
    })
  })

  it('says within its deadline that nobody is there, and frees its database', async () => {
    const dataDir = await tempDir()
    const options = { endpoint: 'ws://127.0.0.1:9', keypair: alice, dataDir, timeouts: { readyMs: 300 } }
    await expect(connectChain(options, deps)).rejects.toMatchObject({
      code: 'CHAIN_UNREACHABLE',
      message: expect.stringContaining('ws://127.0.0.1:9'),
    })
    const client = await connect(alice, { dataDir })
    await expect(connectChain({ ...options, endpoint: server.url }, deps)).rejects.toMatchObject({ code: 'DB_LOCKED' })
    await client.close()
    await expect(client.submit('late', say('late'))).rejects.toMatchObject({ code: 'CHAIN_CLOSED' })
  })

  it('refuses an endpoint that is none', async () => {
    await expect(connectChain({ endpoint: 'http://127.0.0.1', keypair: alice }, deps)).rejects.toMatchObject({
      code: 'BAD_ENDPOINT',
    })
  })
})
