/**
 * Client libraries of three authors, unmodified, on the modern and the legacy JSON-RPC. Each does the same work against
 * the real node over a real socket.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toSs58 } from '#types/crypto/ss58.ts'
import { keypairFromSuri, type KeyScheme } from '#types/crypto/suri.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { startNode } from '#chain/node/service.ts'
import { startRpcServer, type RpcServer } from '#chain/rpc/server.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { until } from '../../helpers/until.ts'
import { tempDir } from '../../helpers/temp-dir.ts'
import { dedot, dedotLegacy } from './dedot.ts'
import { papi, papiLegacy } from './papi.ts'
import { polkadotJs } from './polkadot-js.ts'
import { signer, type Library, type Wallet } from './wallet.ts'
import { patiently } from '../../helpers/patience.ts'

const UNIT = 10n ** 12n
const LIMIT_MS = patiently(60_000)
/** A library that is still reading a block when it hears of its finality tells the finality only. */
const FINALITY_DELAY_MS = patiently(150)
const SCHEMES: readonly KeyScheme[] = ['sr25519', 'ed25519', 'ecdsa']

const alice = signer('//Alice')
const address = (suri: string): string => toSs58(keypairFromSuri(suri).accountId)

/** A node on a folder, whose process may end and come back on the same port. */
class Host {
  readonly #basePath: string
  #port = 0
  node!: Node
  #server!: RpcServer
  readonly logged: string[] = []

  constructor(basePath: string) {
    this.#basePath = basePath
  }

  get url(): string {
    return this.#server.url
  }

  async start(): Promise<void> {
    const told = (fields: unknown, message: string): number => this.logged.push(`${message} ${JSON.stringify(fields)}`)
    const log = { debug: () => {}, info: () => {}, warn: told, error: told }
    const options = { basePath: this.#basePath, finalityDelayMs: FINALITY_DELAY_MS }
    this.node = await startNode(options, { runtime: createRuntime({ log }), log })
    this.#server = await startRpcServer({ node: this.node, port: this.#port, log })
    this.#port = this.#server.port
  }

  async stop(): Promise<void> {
    await this.#server.close()
    await this.node.close()
  }
}

const LIBRARIES: readonly Library[] = [polkadotJs, papi, papiLegacy, dedot, dedotLegacy]

// Each waits for finality most of the time, so two wait side by side. The tests of one follow each other.
describe.concurrent.each(LIBRARIES)('$name', { timeout: LIMIT_MS }, ({ name: library, connect, rewinds }) => {
  /** Keys of its own, for derivation paths. */
  const name = library.replaceAll(/\W/g, '-')
  let host: Host
  let wallet: Wallet
  let removeFolder: () => Promise<void>

  beforeAll(async () => {
    host = new Host(await tempDir((remove) => (removeFolder = remove)))
    await host.start()
    wallet = await connect(host.url)
  })
  afterAll(async () => {
    await wallet.close()
    await host.stop()
    await removeFolder()
    expect(host.logged).toEqual([])
  })

  it.sequential('reads a value and a whole map', async () => {
    expect(await wallet.free(alice.address)).toBe(1_000_000n * UNIT)
    const accounts = await wallet.accounts()
    expect(accounts.size).toBeGreaterThan(10)
    expect(accounts.get(alice.address)).toBe(1_000_000n * UNIT)
  })

  it.sequential.each(SCHEMES)('signs with %s; both the block and its finality are seen', async (scheme) => {
    const from = signer(`//${name}//${scheme}`, scheme)
    const dest = address(`//${name}//receiver//${scheme}`)
    await wallet.send(alice, [{ dest: from.address, amount: 10n * UNIT }])
    const ended = await wallet.send(from, [{ dest, amount: UNIT }])
    expect(ended.error).toBeUndefined()
    expect(ended.seen).toEqual(['inBlock', 'finalized'])
    expect(ended.events).toContain('Balances.Transfer')
    expect(ended.events).toContain('System.ExtrinsicSuccess')
    expect(await wallet.free(dest)).toBe(UNIT)
  })

  it.sequential('follows a value and the events', async () => {
    const dest = address(`//${name}//watched`)
    const balances: bigint[] = []
    const events: string[] = []
    const stops = [
      await wallet.watchFree(alice.address, (free) => balances.push(free)),
      await wallet.watchEvents((names) => events.push(...names)),
    ]
    const first = await until('the balance as it is', () => balances.at(-1))
    await wallet.send(alice, [{ dest, amount: UNIT }])
    // Alice authors the blocks: the fee comes back to her.
    await until('the balance as it is after the transfer', () => balances.at(-1)! <= first - UNIT)
    await until('the event of the transfer', () => events.includes('Balances.Transfer'))
    for (const stop of stops) stop()
  })

  it.sequential('names the error of a call that fails, and pays for it', async () => {
    const poor = signer(`//${name}//poor`)
    await wallet.send(alice, [{ dest: poor.address, amount: UNIT }])
    const ended = await wallet.send(poor, [])
    expect(ended.error).toBe('Workers.NotRegistered')
    expect(ended.events).toContain('System.ExtrinsicFailed')
    expect(await wallet.free(poor.address)).toBeLessThan(UNIT)
  })

  it.sequential('estimates the fee that is then paid', async () => {
    const from = signer(`//${name}//payer`)
    const transfer = { dest: alice.address, amount: UNIT }
    await wallet.send(alice, [{ dest: from.address, amount: 10n * UNIT }])
    const fee = await wallet.fee(from.address, transfer)
    await wallet.send(from, [transfer])
    const paid = 9n * UNIT - (await wallet.free(from.address))
    expect(fee).toBeGreaterThan(0n)
    // Compact nonces and eras make signed transactions differ by bytes.
    expect(Number(paid)).toBeGreaterThan(Number(fee) * 0.95)
    expect(Number(paid)).toBeLessThan(Number(fee) * 1.05)
  })

  it.sequential('sends a batch, and a mortal transaction', async () => {
    const dests = ['one', 'two', 'three'].map((each) => address(`//${name}//${each}`))
    const batch = await wallet.send(
      alice,
      dests.map((dest) => ({ dest, amount: UNIT })),
    )
    expect(batch.error).toBeUndefined()
    expect(batch.events.filter((event) => event === 'Utility.ItemCompleted')).toHaveLength(3)
    const mortal = await wallet.send(alice, [{ dest: dests[0]!, amount: UNIT }], { period: 64 })
    expect(mortal.seen.at(-1)).toBe('finalized')
    expect(await wallet.free(dests[0]!)).toBe(2n * UNIT)
  })

  it.sequential('goes on after the node was restarted', async ({ expect }) => {
    const dest = address(`//${name}//after`)
    const before = host.node.best().header.number
    await host.stop()
    await host.start()
    await expect.poll(() => wallet.free(alice.address), { timeout: LIMIT_MS / 4 }).toBeGreaterThan(0n)
    const ended = await wallet.send(alice, [{ dest, amount: UNIT }])
    expect(ended.seen.at(-1)).toBe('finalized')
    expect(host.node.best().header.number).toBeGreaterThan(before)
    expect(await wallet.free(dest)).toBe(UNIT)
  })

  it.sequential('survives five reverts of live blocks, 100 ms apart, with reads under way and at once', async ({
    expect,
  }) => {
    const dest = address(`//${name}//five`)
    const snapshot = await host.node.dev.snapshot()
    for (let revert = 0; revert < 5; revert++) {
      await host.node.seal()
      const underWay = wallet.free(alice.address)
      await host.node.dev.revert(snapshot)
      expect(await wallet.free(alice.address)).toBeGreaterThan(0n)
      expect(await underWay).toBeGreaterThan(0n)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const ended = await wallet.send(alice, [{ dest, amount: UNIT }])
    expect(ended.seen.at(-1)).toBe('finalized')
    await expect.poll(() => wallet.free(dest), { timeout: LIMIT_MS / 4 }).toBe(UNIT)
  })

  if (rewinds) {
    it.sequential('sends a transaction after a revert took back the last one, before it was final', async ({
      expect,
    }) => {
      const [first, second] = ['taken', 'sent'].map((each) => address(`//${name}//${each}`)) as [string, string]
      const snapshot = await host.node.dev.snapshot()
      const before = host.node.best().header.number
      wallet.send(alice, [{ dest: first, amount: UNIT }]).catch(() => undefined)
      await until('the transaction in a block', () => host.node.best().header.number > before)
      await host.node.dev.revert(snapshot)
      await expect.poll(() => wallet.free(first), { timeout: LIMIT_MS / 4 }).toBe(0n)
      const ended = await wallet.send(alice, [{ dest: second, amount: UNIT }])
      expect(ended.seen.at(-1)).toBe('finalized')
      await expect.poll(() => wallet.free(second), { timeout: LIMIT_MS / 4 }).toBe(UNIT)
    })
  }

  it.sequential.for(['dev_revert', 'dev_setHead', 'dev_loadState'] as const)(
    'survives five %s that take final blocks away, 100 ms apart, with reads under way and at once',
    async (power, { expect }) => {
      const dest = address(`//${name}//${power}`)
      const { dev } = host.node
      const head = await host.node.seal({ finalize: true })
      const dump = await dev.dumpState()
      const snapshot = await dev.snapshot()
      const back = {
        dev_revert: () => dev.revert(snapshot),
        dev_setHead: () => dev.setHead(head.hash),
        dev_loadState: () => dev.loadState(dump),
      }
      const before = await wallet.free(alice.address)
      for (let jump = 0; jump < 5; jump++) {
        await host.node.seal()
        await host.node.seal({ finalize: true })
        const underWay = wallet.free(alice.address)
        // A library that cannot hear of the jump connects anew, or it may fail at the next block.
        if (!rewinds) await underWay.then(() => wallet.close())
        await back[power]()
        if (!rewinds) wallet = await connect(host.url)
        expect(host.node.finalized().hash).toEqual(head.hash)
        expect(await wallet.free(alice.address)).toBe(before)
        if (rewinds) expect(await underWay).toBe(before)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      // polkadot-api gives up a transaction that is under way when it begins anew.
      await expect.poll(() => wallet.bestNumber(), { timeout: LIMIT_MS / 4 }).toBe(head.header.number)
      const ended = await wallet.send(alice, [{ dest, amount: UNIT }])
      expect(ended.seen.at(-1)).toBe('finalized')
      await expect.poll(() => wallet.free(dest), { timeout: LIMIT_MS / 4 }).toBe(UNIT)
    },
  )

  it.sequential('stays connected over snapshot and revert, and goes on', async ({ expect }) => {
    const dest = address(`//${name}//undone`)
    const snapshot = await host.node.dev.snapshot()
    const number = host.node.best().header.number
    await wallet.send(alice, [{ dest, amount: UNIT }])
    expect(await wallet.free(dest)).toBe(UNIT)
    expect(await host.node.dev.revert(snapshot)).toBe(true)
    if (!rewinds) {
      await wallet.close()
      wallet = await connect(host.url)
    }
    await expect.poll(() => wallet.bestNumber(), { timeout: LIMIT_MS / 4 }).toBe(number)
    expect(await wallet.accounts()).not.toContain(dest)
    const again = await wallet.send(alice, [{ dest, amount: 2n * UNIT }])
    expect(again.seen.at(-1)).toBe('finalized')
    expect(await wallet.free(dest)).toBe(2n * UNIT)
  })
})
