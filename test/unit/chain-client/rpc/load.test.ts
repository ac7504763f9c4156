/**
 * Many clients on real sockets, some of which do not read: memory stays bounded, and the server drops only these
 * clients.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { startRpcServer, type RpcServer, type RpcServerOptions } from '#chain/rpc/server.ts'
import { DEFAULT_LIMITS } from '#chain/rpc/limits.ts'
import { rawClient, type RawClient } from '../../../helpers/rpc-client.ts'
import { until } from '../../../helpers/until.ts'
import { fakeNode, key, type FakeNode } from './fake-node.ts'
import { patiently } from '../../../helpers/patience.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Served {
  readonly node: FakeNode
  readonly server: RpcServer
  readonly logged: string[]
  clients(count: number): Promise<RawClient[]>
}

async function serve(options: Partial<RpcServerOptions> = {}): Promise<Served> {
  const node = fakeNode()
  const logged: string[] = []
  const log = (_: unknown, message: string): number => logged.push(message)
  const server = await startRpcServer({ node, port: 0, log: { warn: log, error: log }, ...options })
  closers.push(() => server.close())
  const client = async (): Promise<RawClient> => {
    const one = await rawClient(server.url)
    closers.push(() => one.close())
    return one
  }
  return { node, server, logged, clients: (count) => Promise.all(Array.from({ length: count }, client)) }
}

const CLIENTS = 200
const SLOW = 5
const LARGE_BYTES = 250_000
const SMALL = toHex(key('small'))
const LARGE = toHex(key('large'))

describe('200 WebSocket clients with subscriptions', () => {
  it(
    'are told everything, except those that do not read: the server drops them with the reason',
    async () => {
      expect(DEFAULT_LIMITS.connections).toBeGreaterThan(CLIENTS)
      const dropBytes = 1_000_000
      const { node, clients, logged } = await serve({ limits: { pauseBytes: 100_000, dropBytes } })
      const all = await clients(CLIENTS)
      const [slow, quick] = [all.slice(0, SLOW), all.slice(SLOW)]
      // Each watches heads and a value; those that will not read, and some that will, a large value too.
      const large = [...slow, ...quick.slice(0, SLOW)]
      for (const client of all) await client.call('chain_subscribeNewHeads')
      for (const client of all) await client.call('state_subscribeStorage', [SMALL])
      for (const client of large) await client.call('state_subscribeStorage', [LARGE])
      await until('first values', () => all.every(({ messages }) => messages.length >= 4))
      for (const { socket } of slow) socket.pause()
      const before = quick.map(({ messages }) => messages.length)
      let blocks = 0
      const caughtUp = (): boolean =>
        quick.every(({ messages }, at) => messages.length === before[at]! + blocks * (at < SLOW ? 3 : 2))
      // Until all who do not read are dropped: how much the machine's sockets take first is its own affair.
      while (logged.length < SLOW) {
        blocks++
        node.add([
          [key('small'), new Uint8Array(8).fill(blocks)],
          [key('large'), new Uint8Array(LARGE_BYTES).fill(blocks)],
        ])
        await until('the readers', caughtUp, 30_000)
        expect(blocks).toBeLessThan(200)
      }
      expect(quick.map((client) => client.closed())).toEqual(quick.map(() => undefined))
      expect(logged).toHaveLength(SLOW)
      for (const client of slow) client.socket.resume()
      for (const client of slow) {
        expect(await until('the close', () => client.closed())).toBe(1008)
        expect(client.closeReason()).toMatch(
          new RegExp(`^too slow: \\d+ bytes unread, the limit \\(dropBytes\\) is ${dropBytes}$`),
        )
      }
    },
    patiently(60_000),
  )
})

describe('the bytes that wait for all clients together', () => {
  it('is bounded: the one for which most waits is dropped, and then the next', async () => {
    const { node, clients, logged } = await serve({
      limits: { pauseBytes: 10_000, allBytes: 2_000_000, closeMs: 30_000 },
    })
    const [least, less, reader] = (await clients(3)) as [RawClient, RawClient, RawClient]
    const heads = (await reader.call('chain_subscribeNewHeads')).result
    for (const id of [1, 2]) await least.call('state_subscribeStorage', [LARGE, `0x0${id}`])
    await least.call('state_subscribeStorage', [LARGE])
    await less.call('state_subscribeStorage', [LARGE])
    least.socket.pause()
    less.socket.pause()
    let blocks = 0
    const addUntilDropped = async (count: number): Promise<void> => {
      while (logged.length < count) {
        expect(++blocks).toBeLessThan(200)
        node.add([[key('large'), new Uint8Array(LARGE_BYTES).fill(blocks)]])
        await reader.call('system_chain')
      }
    }
    const reason =
      /^too slow: most of \d+ unread bytes wait for this client, the limit for all \(allBytes\) is 2000000$/
    await addUntilDropped(1)
    // What waited for it is let go before it reads again, so that there is room until the next has as much.
    const first = blocks
    await addUntilDropped(2)
    expect(blocks - first).toBeGreaterThan(1)
    expect(blocks - first).toBeLessThan(20)
    least.socket.resume()
    expect(await until('the close', () => least.closed())).toBe(1008)
    expect(least.closeReason()).toMatch(reason)
    less.socket.resume()
    expect(await until('the close', () => less.closed())).toBe(1008)
    expect(less.closeReason()).toMatch(reason)
    await until('the heads', () => reader.notifications(heads).length === blocks + 1)
  })
})

describe('a client that does not even read the goodbye', () => {
  it('is ended', async () => {
    const { node, clients, logged } = await serve({ limits: { pauseBytes: 10_000, dropBytes: 100_000, closeMs: 20 } })
    const [stuck] = (await clients(1)) as [RawClient]
    await stuck.call('state_subscribeStorage', [LARGE])
    expect(node.listeners).toBe(1)
    stuck.socket.pause()
    for (let blocks = 1; logged.length === 0; blocks++) {
      node.add([[key('large'), new Uint8Array(2_000_000).fill(blocks)]])
      await new Promise((resolve) => setImmediate(resolve))
    }
    const [other] = (await clients(1)) as [RawClient]
    expect((await other.call('system_chain')).result).toBe('Assay Development')
    stuck.socket.resume()
    await until('the end', () => stuck.closed() !== undefined)
  })
})
