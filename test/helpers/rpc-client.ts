/**
 * JSON-RPC clients for tests: raw WebSocket and HTTP, so that they send exactly the bytes that the test wrote.
 *
 * Owns: sending, waiting, closing. Does not own: any knowledge of the chain.
 */
import { WebSocket } from 'ws'
import { until } from './until.ts'

/** A reply or a notification, parsed. */
export interface Message {
  readonly jsonrpc: string
  readonly id?: number | string | null
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: string }
  readonly method?: string
  readonly params?: { readonly subscription: string; readonly result: unknown }
}

/** A WebSocket client that keeps everything it gets, parsed, in order. */
export interface RawClient {
  readonly socket: WebSocket
  readonly messages: (Message | readonly Message[])[]
  /** Close code, once closed. */
  readonly closed: () => number | undefined
  /** What the server said when it closed. */
  readonly closeReason: () => string
  send(text: string): void
  /** Calls a method and waits for its reply. */
  call(method: string, ...params: unknown[]): Promise<Message>
  /** Waits for the next message that has not been taken yet. */
  next(): Promise<Message | readonly Message[]>
  /** Notifications of one subscription so far. */
  notifications(subscription: unknown): unknown[]
  close(): void
}

/** Connects; rejects where the server refuses, with the HTTP status in the message. */
export async function rawClient(url: string, headers: Record<string, string> = {}): Promise<RawClient> {
  const socket = new WebSocket(url, { headers, perMessageDeflate: false })
  const messages: (Message | readonly Message[])[] = []
  let taken = 0
  let nextId = 1
  let code: number | undefined
  socket.on('message', (data) => messages.push(JSON.parse((data as Buffer).toString()) as Message))
  let reason = ''
  socket.on('close', (closeCode, text) => {
    code = closeCode
    reason = text.toString()
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  socket.on('error', () => undefined)
  return {
    socket,
    messages,
    closed: () => code,
    closeReason: () => reason,
    send: (text) => socket.send(text),
    async call(method, ...params) {
      const id = nextId++
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
      return (await until(`reply to ${method}`, () =>
        messages.find((each) => 'id' in each && each.id === id),
      )) as Message
    },
    async next() {
      await until('a message', () => messages.length > taken)
      return messages[taken++]!
    },
    notifications: (subscription) =>
      messages.flatMap((each) =>
        'params' in each && each.params?.subscription === subscription ? [each.params.result] : [],
      ),
    close: () => socket.terminate(),
  }
}

/** POSTs a text and gives the response. */
export const post = (
  url: string,
  body: string,
  headers: Record<string, string> = { 'Content-Type': 'application/json' },
): Promise<Response> => fetch(url.replace(/^ws/, 'http'), { method: 'POST', body, headers })
