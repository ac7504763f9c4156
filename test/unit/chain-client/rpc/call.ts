/**
 * Calls methods of a fake node without a socket.
 */
import { createLocalRpc, type LocalRpc, type RpcOptions } from '#chain/rpc/server.ts'
import type { Message } from '../../../helpers/rpc-client.ts'
import { fakeNode, type FakeNode } from './fake-node.ts'

export interface TestRpc {
  readonly rpc: LocalRpc
  readonly node: FakeNode
  /** Everything the connection was sent, parsed. */
  readonly sent: Message[]
  /** What was logged, errors and warnings. */
  readonly logged: string[]
  /** One call over the connection. */
  call(method: string, ...params: unknown[]): Promise<Message>
  /** The result of one call; throws where it failed. */
  result(method: string, ...params: unknown[]): Promise<unknown>
  /** Results pushed to a subscription so far. */
  pushed(subscription: unknown): unknown[]
  receive(text: string): Promise<void> | undefined
  close(): void
}

export function testRpc(node: FakeNode = fakeNode(), options: Partial<RpcOptions> = {}): TestRpc {
  const logged: string[] = []
  const log = (_: unknown, message: string): number => logged.push(message)
  let ids = 0
  const rpc = createLocalRpc({ node, log: { warn: log, error: log }, newId: () => `sub-${ids++}`, ...options })
  const sent: Message[] = []
  const connection = rpc.connect((text) => sent.push(JSON.parse(text) as Message))
  let nextId = 1
  const call = async (method: string, ...params: unknown[]): Promise<Message> => {
    const id = nextId++
    await connection.receive(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    return sent.find((message) => message.id === id)!
  }
  return {
    rpc,
    node,
    sent,
    logged,
    call,
    async result(method, ...params) {
      const { result, error } = await call(method, ...params)
      if (error) throw new Error(`${method}: ${error.code} ${error.message} ${error.data ?? ''}`)
      return result
    },
    pushed: (subscription) =>
      sent.flatMap(({ params }) => (params && params.subscription === subscription ? [params.result] : [])),
    receive: (text) => connection.receive(text),
    close: () => connection.close(),
  }
}
