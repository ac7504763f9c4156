/**
 * A JSON-RPC client without a socket: requests, answers and subscriptions over one connection of a local RPC.
 *
 * Owns: matching answers and notifications to their callers. Does not own: the interfaces of the libraries.
 */
import { AssayError } from '#types/errors.ts'
import type { Entrance } from './entrance.ts'

/** The answer to a request. */
interface Answer {
  readonly id?: number
  readonly method?: string
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
  readonly params?: { readonly subscription: string; readonly result: unknown }
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

/** An error object of JSON-RPC in the libraries' wording: `code: message: data`. */
export class LocalRpcError extends AssayError {
  readonly rpcCode: number
  readonly data: unknown

  constructor({ code, message, data }: NonNullable<Answer['error']>) {
    const told = typeof data === 'string' ? `: ${data}` : ''
    super('RPC', `${code}: ${message}${told}`, { rpcCode: code })
    this.rpcCode = code
    this.data = data
  }
}

/** One client. */
export interface LocalClient {
  /** The result of a request. @throws LocalRpcError with the node's refusal; AssayError `CLIENT_CLOSED`. */
  send(method: string, params?: readonly unknown[]): Promise<unknown>
  /** Resolves with the id of a subscription, and calls `heard` with each of its notifications. */
  subscribe(method: string, params: readonly unknown[], heard: (result: unknown) => void): Promise<string>
  unsubscribe(method: string, id: string): Promise<unknown>
  /** Rejects the pending requests. Idempotent. */
  close(): void
}

/**
 * Connects to a chain.
 * @param onEnd is called once if the chain closes before the client, after the pending requests were rejected.
 * @throws AssayError `CHAIN_CLOSED`.
 */
export function createLocalClient(entrance: Entrance, onEnd: () => void = () => undefined): LocalClient {
  const waiting = new Map<number, Waiting>()
  const subscriptions = new Map<string, (result: unknown) => void>()
  let lastId = 0
  let closed = false
  const answered = ({ id, result, error, params }: Answer): void => {
    if (params) return subscriptions.get(params.subscription)?.(params.result)
    const request = waiting.get(id ?? -1)
    waiting.delete(id ?? -1)
    if (error) request?.reject(new LocalRpcError(error))
    else request?.resolve(result)
  }
  const end = (): void => {
    closed = true
    for (const { reject } of waiting.values()) reject(closedError())
    waiting.clear()
    subscriptions.clear()
  }
  const connection = entrance.connect(
    (text) => answered(JSON.parse(text) as Answer),
    () => {
      end()
      onEnd()
    },
  )
  const request = (method: string, params: readonly unknown[], onResult: (result: unknown) => void): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(closedError())
      const id = ++lastId
      // The first notification may come right after the answer. The client must know its listener by then.
      const settle = (result: unknown): void => {
        onResult(result)
        resolve(result)
      }
      waiting.set(id, { resolve: settle, reject })
      void connection.receive(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    })
  return {
    send: (method, params = []) => request(method, params, () => undefined),
    subscribe: async (method, params, heard) =>
      (await request(method, params, (id) => subscriptions.set(String(id), heard))) as string,
    unsubscribe(method, id) {
      subscriptions.delete(id)
      return request(method, [id], () => undefined)
    },
    close() {
      if (closed) return
      connection.close()
      end()
    },
  }
}

/** The error of a closed client. */
export const closedError = (): AssayError =>
  new AssayError('CLIENT_CLOSED', 'expected an open client, got a closed one')
