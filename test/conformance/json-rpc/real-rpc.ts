/**
 * The modern JSON-RPC over a real node in this process: manual sealing, the real runtime, and finality only when a test
 * asks for it.
 *
 * Owns: starting it, calling, and reading the messages of a connection. It closes everything when the test is over.
 */
import { onTestFinished } from 'vitest'
import { toHex } from '#types/bytes.ts'
import type { Block, Node, SealRequest } from '#chain/node/node-interface.ts'
import { startNode, type NodeOptions } from '#chain/node/service.ts'
import { createLocalRpc, type LocalRpc } from '#chain/rpc/server.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { type Message } from '../../helpers/rpc-client.ts'
import { until } from '../../helpers/until.ts'
import { alice, bob, callOf, id, TestChain, type Keypair } from '../../helpers/runtime.ts'

export const UNKNOWN_HASH = `0x${'77'.repeat(32)}`
/** Longer than any test. */
const NEVER_MS = 2 ** 30

/** An event of a subscription: `event` and what belongs to it. */
export interface SubscriptionEvent {
  readonly event: string
  readonly [field: string]: unknown
}

/** One client without a socket. */
export interface Client {
  /** Everything it was sent, in order. */
  readonly sent: readonly Message[]
  /** One call: the whole reply. */
  call(method: string, ...params: readonly unknown[]): Promise<Message>
  /** Sends without waiting. @returns the id of the request. */
  send(method: string, ...params: readonly unknown[]): number
  /** The result of one call; throws where it failed. */
  result<T = unknown>(method: string, ...params: readonly unknown[]): Promise<T>
  /** The error object of one call; throws where there was none. */
  error(method: string, ...params: readonly unknown[]): Promise<NonNullable<Message['error']>>
  /** Events of a subscription so far. */
  events(subscription: unknown): SubscriptionEvent[]
  /** Waits for the first event that fits. */
  event(subscription: unknown, fits: (event: SubscriptionEvent) => boolean): Promise<SubscriptionEvent>
  /** Forgets what was sent so far. */
  clear(): void
  close(): void
}

export interface RealRpc extends Client {
  readonly node: Node
  readonly rpc: LocalRpc
  /** How many listen to the node by way of `rpc`. */
  listeners(): number
  /** Another client of the same node. */
  connect(): Client
  seal(request?: SealRequest): Promise<Block>
  finalize(block: Block): Promise<void>
  /** A signed transfer to Bob, of Alice's unless told otherwise. */
  transfer(
    nonce: number,
    terms?: { readonly signer?: Keypair; readonly tip?: bigint; readonly value?: bigint },
  ): Uint8Array
}

export const hex = ({ hash }: Block): string => toHex(hash)

const wallet = new TestChain()

/** Starts a node at block 0. */
export async function realRpc(options: NodeOptions = {}): Promise<RealRpc> {
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const runtime = createRuntime({ log })
  const node = await startNode({ sealing: { kind: 'manual' }, finalityDelayMs: NEVER_MS, ...options }, { runtime, log })
  let listeners = 0
  const listening: Node['onEvent'] = (listener) => {
    const stop = node.onEvent(listener)
    listeners++
    return () => {
      listeners--
      stop()
    }
  }
  const counted = new Proxy(node, {
    get: (target, name) => {
      const value: unknown = name === 'onEvent' ? listening : Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  const rpc = createLocalRpc({ node: counted, log })
  const clients: Client[] = []
  onTestFinished(async () => {
    for (const client of clients) client.close()
    rpc.close()
    await node.close()
  })
  const connect = (): Client => {
    const client = localClient(rpc)
    clients.push(client)
    return client
  }
  return {
    ...connect(),
    node,
    rpc,
    listeners: () => listeners,
    connect,
    seal: (request) => node.seal(request),
    finalize: ({ hash }) => node.finalize(hash),
    transfer(nonce, { signer = alice, tip = 0n, value = 1n } = {}) {
      wallet.hashes[0] = node.genesisHash
      const call = callOf('Balances', 'transferKeepAlive', { dest: id(bob.accountId), value })
      return wallet.sign(signer, call, { nonce, tip })
    },
  }
}

function localClient(rpc: LocalRpc): Client {
  const sent: Message[] = []
  const connection = rpc.connect((text) => sent.push(JSON.parse(text) as Message))
  let nextId = 1
  const send = (method: string, ...params: readonly unknown[]): number => {
    const id = nextId++
    void connection.receive(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    return id
  }
  const call = (method: string, ...params: readonly unknown[]): Promise<Message> => {
    const id = send(method, ...params)
    return until(`reply to ${method}`, () => sent.find((message) => message.id === id))
  }
  const events = (subscription: unknown): SubscriptionEvent[] =>
    sent.flatMap(({ params }) =>
      params && params.subscription === subscription ? [params.result as SubscriptionEvent] : [],
    )
  return {
    sent,
    call,
    send,
    async result<T>(method: string, ...params: readonly unknown[]) {
      const { result, error } = await call(method, ...params)
      if (error) throw new Error(`${method}: ${error.code} ${error.message} ${error.data ?? ''}`)
      return result as T
    },
    async error(method, ...params) {
      const { error, result } = await call(method, ...params)
      if (!error) throw new Error(`${method}: expected an error, got ${JSON.stringify(result)}`)
      return error
    },
    events,
    event: (subscription, fits) => until('an event', () => events(subscription).find(fits)),
    clear: () => void sent.splice(0),
    close: () => connection.close(),
  }
}
