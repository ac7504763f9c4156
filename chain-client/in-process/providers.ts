/**
 * The node as the libraries of three authors take it, without a socket.
 *
 * Owns: the three forms, told by structure so that no library is loaded for them. Does not own: the client behind (local-client.ts).
 * Source: @polkadot/rpc-provider types.ts (ProviderInterface), @polkadot-api/json-rpc-provider, @dedot/providers types.ts.
 */
import type { LocalRpc } from '#chain/rpc/server.ts'
import { createLocalClient, type LocalClient } from './local-client.ts'

type Handler = (value?: unknown) => void

/** For @polkadot/api: `ApiPromise.create({ provider })`. */
export interface PolkadotJsProvider {
  readonly hasSubscriptions: true
  readonly isClonable: true
  readonly isConnected: boolean
  clone(): PolkadotJsProvider
  connect(): Promise<void>
  disconnect(): Promise<void>
  on(type: 'connected' | 'disconnected' | 'error', handler: Handler): () => void
  // Libraries say what they expect.
  send<T>(method: string, params: unknown[]): Promise<T>
  subscribe(
    type: string,
    method: string,
    params: unknown[],
    heard: (error: Error | null, result: never) => void,
  ): Promise<string>
  unsubscribe(type: string, method: string, id: number | string): Promise<boolean>
}

/** @param connections notes each client, so that closing the chain ends it. */
export function polkadotJsProvider(rpc: LocalRpc, connections: Set<LocalClient>): PolkadotJsProvider {
  const client = createLocalClient(rpc)
  connections.add(client)
  let isConnected = true
  const onDisconnected = new Set<Handler>()
  return {
    hasSubscriptions: true,
    isClonable: true,
    get isConnected() {
      return isConnected
    },
    clone: () => polkadotJsProvider(rpc, connections),
    connect: async () => undefined,
    async disconnect() {
      isConnected = false
      connections.delete(client)
      client.close()
      for (const handler of onDisconnected) handler()
    },
    on(type, handler) {
      // It is connected from the start; who asks hears of it a moment later.
      if (type === 'connected') queueMicrotask(handler)
      if (type === 'disconnected') onDisconnected.add(handler)
      return () => onDisconnected.delete(handler)
    },
    send: async <T>(method: string, params: unknown[]) => (await client.send(method, params)) as T,
    subscribe: (_, method, params, heard) => client.subscribe(method, params, (result) => heard(null, result as never)),
    unsubscribe: async (_, method, id) => Boolean(await client.unsubscribe(method, String(id))),
  }
}

/** A message of JSON-RPC, parsed. */
type Message = { readonly jsonrpc: '2.0' }

/** For polkadot-api: `createClient(provider)`. */
export type PapiProvider = (onMessage: (message: never) => void) => { send(message: Message): void; disconnect(): void }

export const papiProvider =
  (rpc: LocalRpc, connections: Set<{ close(): void }>): PapiProvider =>
  (onMessage) => {
    // Messages must not come back before `send` has returned.
    const connection = rpc.connect((text) => queueMicrotask(() => onMessage(JSON.parse(text) as never)))
    connections.add(connection)
    return {
      send: (message) => void connection.receive(JSON.stringify(message)),
      disconnect() {
        connections.delete(connection)
        connection.close()
      },
    }
  }

interface DedotSubscription {
  readonly subscriptionId: string
  unsubscribe(): Promise<void>
}

/** For dedot: `DedotClient.new({ provider })`. */
export interface DedotProvider {
  status: 'connected' | 'disconnected' | 'reconnecting'
  connect(): Promise<DedotProvider>
  disconnect(): Promise<void>
  send<T>(method: string, params: unknown[]): Promise<T>
  subscribe(
    input: { readonly subscribe: string; readonly params: unknown[]; readonly unsubscribe: string },
    heard: (error: Error | null, result: never, subscription: DedotSubscription) => void,
  ): Promise<DedotSubscription>
  on(event: string, handler: Handler): () => void
  once(event: string, handler: Handler): () => void
  off(event: string, handler?: Handler): DedotProvider
}

export function dedotProvider(rpc: LocalRpc, connections: Set<LocalClient>): DedotProvider {
  const client = createLocalClient(rpc)
  connections.add(client)
  const handlers = new Map<string, Set<Handler>>()
  const emit = (event: string): void => {
    for (const handler of handlers.get(event) ?? []) handler()
  }
  const provider: DedotProvider = {
    status: 'disconnected',
    async connect() {
      if (provider.status === 'connected') return provider
      provider.status = 'connected'
      queueMicrotask(() => emit('connected'))
      return provider
    },
    async disconnect() {
      provider.status = 'disconnected'
      connections.delete(client)
      client.close()
      emit('disconnected')
    },
    send: async <T>(method: string, params: unknown[]) => (await client.send(method, params)) as T,
    async subscribe(input, heard) {
      const missed: unknown[] = []
      let opened: DedotSubscription | undefined
      const told = (result: unknown): void => {
        if (opened) heard(null, result as never, opened)
        else missed.push(result)
      }
      const subscriptionId = await client.subscribe(input.subscribe, input.params, told)
      const unsubscribe = async (): Promise<void> => void (await client.unsubscribe(input.unsubscribe, subscriptionId))
      opened = { subscriptionId, unsubscribe }
      const subscription = opened
      queueMicrotask(() => missed.forEach((result) => heard(null, result as never, subscription)))
      return opened
    },
    on(event, handler) {
      handlers.set(event, (handlers.get(event) ?? new Set()).add(handler))
      return () => handlers.get(event)?.delete(handler)
    },
    once(event, handler) {
      const stop = provider.on(event, (value) => {
        stop()
        handler(value)
      })
      return stop
    },
    off(event, handler) {
      if (handler) handlers.get(event)?.delete(handler)
      else handlers.delete(event)
      return provider
    },
  }
  return provider
}
