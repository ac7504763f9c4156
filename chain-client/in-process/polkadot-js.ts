/**
 * A provider for @polkadot/api that reaches the chain without a socket.
 *
 * Owns: the library's interface, declared by structure so that the library need not be loaded. Does not own: the client
 * behind it.
 * Source: @polkadot/rpc-provider types.ts (ProviderInterface), ws/index.ts for the order of events.
 */
import { EventEmitter } from 'node:events'
import type { Entrance } from './entrance.ts'
import { closedError, createLocalClient, type LocalClient } from './local-client.ts'

/** For @polkadot/api: `ApiPromise.create({ provider })`. Like WsProvider, it connects a moment after its creation. */
export interface PolkadotJsProvider {
  readonly hasSubscriptions: true
  readonly isClonable: true
  readonly isConnected: boolean
  clone(): PolkadotJsProvider
  /** After a disconnection: connects again and resumes the subscriptions. @throws AssayError `CHAIN_CLOSED`. */
  connect(): Promise<void>
  disconnect(): Promise<void>
  /** The provider emits `disconnected` also when the chain closes. */
  on(type: 'connected' | 'disconnected' | 'error', handler: (value?: unknown) => void): () => void
  // The library states the type that it expects.
  send<T>(method: string, params: unknown[]): Promise<T>
  subscribe(
    type: string,
    method: string,
    params: unknown[],
    heard: (error: Error | null, result: never) => void,
  ): Promise<string>
  unsubscribe(type: string, method: string, id: number | string): Promise<boolean>
}

interface Subscribed {
  readonly method: string
  readonly params: readonly unknown[]
  readonly heard: (result: unknown) => void
  /** The subscription's id at the node. A new connection gives another one. */
  id: string
}

/** A watch on a transaction ends with the connection: resuming it would submit the transaction again. */
const isTakenUp = ({ method }: Subscribed): boolean => !method.startsWith('author_')

/** @throws AssayError `CHAIN_CLOSED`. */
export function polkadotJsProvider(entrance: Entrance): PolkadotJsProvider {
  const events = new EventEmitter()
  // Without a listener an EventEmitter throws errors. Applications may add any number of listeners.
  events.on('error', () => undefined).setMaxListeners(0)
  const subscriptions = new Map<string, Subscribed>()
  let client: LocalClient | undefined
  let isConnected = false
  const ended = (): void => {
    client = undefined
    if (!isConnected) return
    isConnected = false
    events.emit('disconnected')
  }
  const takeUp = async (opened: LocalClient): Promise<void> => {
    for (const [first, subscribed] of subscriptions) {
      if (!isTakenUp(subscribed)) subscriptions.delete(first)
      else subscribed.id = await opened.subscribe(subscribed.method, subscribed.params, subscribed.heard)
    }
  }
  const open = (): LocalClient => {
    const opened = createLocalClient(entrance, ended)
    client = opened
    // The creator of the provider adds its listeners first.
    queueMicrotask(() => {
      if (client !== opened) return
      isConnected = true
      events.emit('connected')
    })
    return opened
  }
  open()
  return {
    hasSubscriptions: true,
    isClonable: true,
    get isConnected() {
      return isConnected
    },
    clone: () => polkadotJsProvider(entrance),
    async connect() {
      if (!client) await takeUp(open())
    },
    async disconnect() {
      client?.close()
      ended()
    },
    on(type, handler) {
      events.on(type, handler)
      return () => events.off(type, handler)
    },
    async send<T>(method: string, params: unknown[]) {
      if (!client) throw closedError()
      return (await client.send(method, params)) as T
    },
    async subscribe(_, method, params, told) {
      if (!client) throw closedError()
      const heard = (result: unknown): void => told(null, result as never)
      const id = await client.subscribe(method, params, heard)
      subscriptions.set(id, { method, params, heard, id })
      return id
    },
    async unsubscribe(_, method, first) {
      const subscribed = subscriptions.get(String(first))
      if (!subscribed) return false
      subscriptions.delete(String(first))
      // Without a connection there is nothing to end.
      return client === undefined || Boolean(await client.unsubscribe(method, subscribed.id))
    },
  }
}
