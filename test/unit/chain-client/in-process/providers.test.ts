/**
 * The three providers of a chain in this process: their events about connections that begin and end, and the order of
 * these events.
 */
import { ApiPromise } from '@polkadot/api'
import { LegacyClient } from 'dedot'
import { createClient } from 'polkadot-api'
import { expect, it, onTestFinished, vi } from 'vitest'
import { dedotProvider } from '#chain/in-process/dedot.ts'
import type { Entrance } from '#chain/in-process/entrance.ts'
import { papiProvider } from '#chain/in-process/papi.ts'
import { polkadotJsProvider } from '#chain/in-process/polkadot-js.ts'
import { startChain } from '#chain/in-process/start-chain.ts'
import { until } from '../../../helpers/until.ts'

async function chain() {
  const started = await startChain({ sealing: { kind: 'manual' } })
  onTestFinished(() => started.close())
  return started
}

type Emits = { on(event: 'connected' | 'disconnected', handler: () => void): unknown }

function eventsOf(provider: Emits): string[] {
  const heard: string[] = []
  for (const event of ['connected', 'disconnected'] as const) provider.on(event, () => heard.push(event))
  return heard
}

const CLOSED = expect.objectContaining({ code: 'CLIENT_CLOSED' }) as Error
const nothing = (): void => undefined

it.each(['polkadotJs', 'dedot'] as const)('%s: tells of each connection and its end once', async (kind) => {
  const { providers, close } = await chain()
  const provider = providers[kind]()
  const heard = eventsOf(provider)
  if (kind === 'dedot') await provider.connect()
  await until('a connection', () => heard.length > 0)
  await close()
  await close()
  expect(heard).toEqual(['connected', 'disconnected'])
  await expect(provider.send('system_health', [])).rejects.toEqual(CLOSED)
  await expect(provider.connect()).rejects.toMatchObject({ code: 'CHAIN_CLOSED' })
  await provider.disconnect()
  expect(heard).toEqual(['connected', 'disconnected'])
})

it.each(['polkadotJs', 'dedot'] as const)('%s: is never connected after it disconnected', async (kind) => {
  const { providers, dev } = await chain()
  const provider = providers[kind]()
  const heard = eventsOf(provider)
  if (kind === 'dedot') void provider.connect()
  await provider.disconnect()
  await dev.newBlock()
  expect(heard).not.toContain('connected')
})

it('polkadotJs: an API is set up once, and hears that the chain closed', async () => {
  const { providers, close } = await chain()
  const provider = providers.polkadotJs()
  const send = vi.spyOn(provider, 'send')
  const api = await ApiPromise.create({ provider, noInitWarn: true })
  expect(send.mock.calls.filter(([method]) => method === 'system_properties')).toHaveLength(1)
  const heard: string[] = []
  api.on('disconnected', () => heard.push('disconnected'))
  await close()
  expect([heard, api.isConnected]).toEqual([['disconnected'], false])
})

it('polkadotJs: takes its subscriptions up when it connects again', async () => {
  const { providers, dev } = await chain()
  const provider = providers.polkadotJs()
  const heads: unknown[] = []
  const heard = (error: Error | null, head: { readonly number: string }): void => void heads.push(error ?? head.number)
  const id = await provider.subscribe('chain_newHead', 'chain_subscribeNewHeads', [], heard)
  await provider.disconnect()
  await dev.newBlock()
  expect(heads).toEqual(['0x0'])
  await provider.connect()
  await dev.newBlock()
  expect(heads).toEqual(['0x0', '0x1', '0x2'])
  expect(await provider.unsubscribe('chain_newHead', 'chain_unsubscribeNewHeads', id)).toBe(true)
  expect(await provider.unsubscribe('chain_newHead', 'chain_unsubscribeNewHeads', id)).toBe(false)
  await dev.newBlock()
  expect(heads).toHaveLength(3)
})

it('polkadotJs: submits nothing again when it connects again', async () => {
  const asked: string[] = []
  const entrance: Entrance = {
    connect: (deliver) => ({
      receive(text) {
        const { id, method } = JSON.parse(text) as { id: number; method: string }
        asked.push(method)
        deliver(JSON.stringify({ id, result: method }))
        return undefined
      },
      close: nothing,
    }),
    close: nothing,
  }
  const provider = polkadotJsProvider(entrance)
  await provider.subscribe('author_extrinsicUpdate', 'author_submitAndWatchExtrinsic', ['0x'], nothing)
  await provider.subscribe('chain_newHead', 'chain_subscribeNewHeads', [], nothing)
  await provider.disconnect()
  await provider.connect()
  expect(asked).toEqual(['author_submitAndWatchExtrinsic', 'chain_subscribeNewHeads', 'chain_subscribeNewHeads'])
})

it('dedot: a client connects anew after it disconnected, and is set up once', async () => {
  const { providers, dev } = await chain()
  await dev.newBlock({ count: 2 })
  const provider = providers.dedot()
  const client = await LegacyClient.new({ provider: provider as never, cacheMetadata: false })
  await client.disconnect()
  const send = vi.spyOn(provider, 'send')
  await client.connect()
  onTestFinished(() => client.disconnect())
  expect(await client.query['system']['number']()).toBe(2)
  expect(send.mock.calls.filter(([method]) => method === 'state_getRuntimeVersion')).toHaveLength(1)
})

it('dedot: hands on what came before the subscription was known, first, and what that brings about, last', async () => {
  let deliver: (text: string) => void = nothing
  const notify = (result: number): void => deliver(JSON.stringify({ params: { subscription: 's', result } }))
  const entrance: Entrance = {
    connect(to) {
      deliver = to
      const receive = (text: string): undefined => {
        const { id } = JSON.parse(text) as { id: number }
        deliver(JSON.stringify({ id, result: 's' }))
        for (const early of [1, 2, 3]) notify(early)
      }
      return { receive, close: nothing }
    },
    close: nothing,
  }
  const provider = await dedotProvider(entrance).connect()
  const heard: (readonly [string, unknown])[] = []
  const subscription = await provider.subscribe(
    { subscribe: '', params: [], unsubscribe: '' },
    (_, result, { subscriptionId }) => {
      if (result === 1) notify(4)
      heard.push([subscriptionId, result])
    },
  )
  notify(5)
  expect(heard.map(([id]) => id)).toEqual(Array.from({ length: 5 }, () => subscription.subscriptionId))
  expect(heard.map(([, result]) => result)).toEqual([1, 2, 3, 4, 5])
})

it('papi: what waits when the chain closes is refused, and what comes later', async () => {
  const { providers, close } = await chain()
  const messages: Record<string, unknown>[] = []
  const connection = providers.papi()((message) => void messages.push(message))
  const send = (id: string, method: string, ...params: readonly unknown[]): void =>
    connection.send({ jsonrpc: '2.0', id, method, params } as never)
  send('follow', 'chainHead_v1_follow', false)
  await until('a following', () => messages.length > 1)
  send('block', 'dev_newBlock')
  await close()
  send('late', 'system_health')
  await until('two refusals', () => messages.filter(({ error }) => error).length === 2)
  expect(messages.filter(({ error }) => error).map(({ id }) => id)).toEqual(['block', 'late'])
  connection.disconnect()
  send('too late', 'system_health')
  expect(messages.at(-1)).toMatchObject({ id: 'late' })
  expect(() => providers.papi()(nothing)).toThrow(expect.objectContaining({ code: 'CHAIN_CLOSED' }) as Error)
})

it('papi: an operation under way fails when the chain closes, and no other', async () => {
  let deliver: (text: string) => void = nothing
  let end = nothing
  const entrance: Entrance = {
    connect(to, ended) {
      ;[deliver, end] = [to, ended]
      return { receive: () => undefined, close: nothing }
    },
    close: nothing,
  }
  const heard: unknown[] = []
  const connection = papiProvider(entrance)((message) => void heard.push(message))
  for (const id of ['a', 'b']) {
    connection.send({ jsonrpc: '2.0', id, method: 'chainHead_v1_storage', params: ['f', '0x', []] } as never)
    deliver(JSON.stringify({ id, result: { result: 'started', operationId: id } }))
    const event = id === 'a' ? 'operationStorageItems' : 'operationStorageDone'
    deliver(JSON.stringify({ params: { subscription: 'f', result: { event, operationId: id } } }))
  }
  await until('four messages', () => heard.length === 4)
  end()
  await until('an end', () => heard.length > 4)
  const result = { event: 'operationError', operationId: 'a', error: expect.any(String) as string }
  expect(heard.slice(4)).toEqual([
    { jsonrpc: '2.0', method: 'chainHead_v1_followEvent', params: { subscription: 'f', result } },
  ])
})

it('papi: a client that is used after the chain closed gets an error', async () => {
  const { providers, close } = await chain()
  const client = createClient(providers.papi() as never)
  onTestFinished(() => client.destroy())
  const { hash } = await client.getFinalizedBlock()
  // Without anybody who follows the library would try to, again and again, and say so.
  const following = client.finalizedBlock$.subscribe()
  onTestFinished(() => following.unsubscribe())
  await close()
  await expect(client.getBlockBody(hash)).rejects.toThrow('closed')
  await expect(client._request('system_health', [])).rejects.toThrow('closed')
  expect(() => createClient(providers.papi() as never)).toThrow(
    expect.objectContaining({ code: 'CHAIN_CLOSED' }) as Error,
  )
})

it('a client that fails when the chain closes keeps nothing open', async () => {
  const { providers, close, node } = await chain()
  const [failing, other] = [providers.polkadotJs(), providers.polkadotJs()]
  await until('connections', () => failing.isConnected && other.isConnected)
  failing.on('disconnected', () => {
    throw new Error('no')
  })
  const heard = eventsOf(other)
  await close()
  expect(heard).toEqual(['disconnected'])
  await expect(node.seal()).rejects.toMatchObject({ code: 'NODE_CLOSED' })
})
