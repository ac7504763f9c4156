/**
 * A provider for dedot that reaches the chain without a socket.
 *
 * Owns: dedot's interface, declared by structure so that the library need not be loaded. Does not own: the client
 * behind it.
 * Source: @dedot/providers types.ts, base/SubscriptionProvider.ts and ws/WsProvider.ts for the order of events.
 */
import { EventEmitter } from 'node:events'
import type { Entrance } from './entrance.ts'
import { closedError, createLocalClient, type LocalClient } from './local-client.ts'

type Handler = (value?: unknown) => void

interface DedotSubscription {
  readonly subscriptionId: string
  unsubscribe(): Promise<void>
}

type Heard = (error: Error | null, result: never, subscription: DedotSubscription) => void

/** For dedot: `DedotClient.new({ provider })`. */
export interface DedotProvider {
  readonly status: 'connected' | 'disconnected' | 'reconnecting'
  /** Also connects again after a disconnection. @throws AssayError `CHAIN_CLOSED`. */
  connect(): Promise<DedotProvider>
  /** Tells the listeners, then forgets them and the subscriptions: the library listens anew when it connects. */
  disconnect(): Promise<void>
  send<T>(method: string, params: unknown[]): Promise<T>
  subscribe(
    input: { readonly subscribe: string; readonly params: unknown[]; readonly unsubscribe: string },
    heard: Heard,
  ): Promise<DedotSubscription>
  /** The provider emits `disconnected` also when the chain closes. */
  on(event: string, handler: Handler): () => void
  once(event: string, handler: Handler): () => void
  off(event: string, handler?: Handler): DedotProvider
}

/**
 * Passes the notifications of a subscription on, in order. Those that come before the subscription is known wait for
 * it.
 */
function inOrder(heard: Heard) {
  const waiting: unknown[] = []
  let subscription: DedotSubscription | undefined
  let isBusy = false
  // A subscriber's call may cause the next notification. That one joins the end of the queue.
  const handOn = (as: DedotSubscription): void => {
    if (isBusy) return
    isBusy = true
    try {
      while (waiting.length > 0) heard(null, waiting.shift() as never, as)
    } finally {
      isBusy = false
    }
  }
  return {
    told(result: unknown): void {
      waiting.push(result)
      if (subscription) handOn(subscription)
    },
    opened(as: DedotSubscription): void {
      subscription = as
      handOn(as)
    },
  }
}

export function dedotProvider(entrance: Entrance): DedotProvider {
  const events = new EventEmitter()
  // Without a listener an EventEmitter throws errors. Applications may add any number of listeners.
  events.setMaxListeners(0)
  let client: LocalClient | undefined
  const connected = (): LocalClient => {
    if (!client) throw closedError()
    return client
  }
  const ended = (): void => {
    client = undefined
    events.emit('disconnected')
  }
  const provider: DedotProvider = {
    get status() {
      return client ? 'connected' : 'disconnected'
    },
    async connect() {
      if (client) return provider
      const opened = createLocalClient(entrance, ended)
      client = opened
      queueMicrotask(() => {
        if (client === opened) events.emit('connected')
      })
      return provider
    },
    async disconnect() {
      if (!client) return
      client.close()
      ended()
      events.removeAllListeners()
    },
    send: async <T>(method: string, params: unknown[]) => (await connected().send(method, params)) as T,
    async subscribe(input, heard) {
      const over = connected()
      const { told, opened } = inOrder(heard)
      const subscriptionId = await over.subscribe(input.subscribe, input.params, told)
      const unsubscribe = async (): Promise<void> => void (await over.unsubscribe(input.unsubscribe, subscriptionId))
      const subscription = { subscriptionId, unsubscribe }
      opened(subscription)
      return subscription
    },
    on(event, handler) {
      events.on(event, handler)
      return () => events.off(event, handler)
    },
    once(event, handler) {
      events.once(event, handler)
      return () => events.off(event, handler)
    },
    off(event, handler) {
      if (handler) events.off(event, handler)
      else events.removeAllListeners(event)
      return provider
    },
  }
  return provider
}
