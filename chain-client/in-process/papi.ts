/**
 * A provider for polkadot-api that reaches the chain without a socket.
 *
 * Owns: polkadot-api's interface, declared by structure so that the library need not be loaded. The interface has no
 * event for the end of a connection. So when the chain closes, the provider refuses the pending requests and all later
 * ones. Does not own: the methods (rpc/).
 * Source: @polkadot-api/json-rpc-provider. Followers get no `stop` at the end: the library would follow again and
 * again.
 */
import type { Entrance } from './entrance.ts'

type Id = string | number | null

/** A request of JSON-RPC, parsed. */
interface Request {
  readonly jsonrpc: '2.0'
  readonly id?: Id
  readonly params?: unknown
}

/** For polkadot-api: `createClient(provider)`, which throws `CHAIN_CLOSED` if the chain is closed. */
export type PapiProvider = (onMessage: (message: never) => void) => { send(request: Request): void; disconnect(): void }

interface Incoming {
  readonly id?: Id
  readonly result?: { readonly operationId?: string } | null
  readonly params?: {
    readonly subscription: string
    readonly result: { readonly event?: string; readonly operationId?: string }
  }
}

/** An operation of chainHead under way. */
interface Operation {
  readonly subscription: string
  readonly operationId: string
}

const INTERNAL_ERROR = -32_603
const CLOSED = 'expected a running chain, got one that is closed'
/** Events that do not end an operation. */
const GOES_ON = new Set(['operationStorageItems', 'operationWaitingForContinue'])

const refusal = (id: Id) => ({ jsonrpc: '2.0', id, error: { code: INTERNAL_ERROR, message: CLOSED } })
const failure = ({ subscription, operationId }: Operation) => ({
  jsonrpc: '2.0',
  method: 'chainHead_v1_followEvent',
  params: { subscription, result: { event: 'operationError', operationId, error: CLOSED } },
})

/** The follow subscription of an operation: the first parameter of its method. */
const followOf = (params: unknown): string => String(Array.isArray(params) ? params[0] : undefined)

/** The pending parts of a client: requests without an answer, and operations without an end. */
function createWaiting() {
  const requests = new Map<Id, Request>()
  const operations = new Map<string, Operation>()
  const keyOf = ({ subscription, operationId }: Operation): string => `${subscription} ${operationId}`
  const start = (operation: Operation): unknown => operations.set(keyOf(operation), operation)
  return {
    sent(request: Request): void {
      if (request.id !== undefined) requests.set(request.id, request)
    },
    came({ id, result, params }: Incoming): void {
      if (params?.result.operationId !== undefined) {
        const { event = '', operationId } = params.result
        if (!GOES_ON.has(event)) operations.delete(keyOf({ subscription: params.subscription, operationId }))
      }
      if (id === undefined) return
      const subscription = followOf(requests.get(id)?.params)
      requests.delete(id)
      if (result?.operationId !== undefined) start({ subscription, operationId: result.operationId })
    },
    /** The messages that tell the client that none of it will come. */
    refuse: (): unknown[] => [...Array.from(requests.keys(), refusal), ...Array.from(operations.values(), failure)],
  }
}

export const papiProvider =
  (entrance: Entrance): PapiProvider =>
  (onMessage) => {
    const waiting = createWaiting()
    let state: 'open' | 'ended' | 'disconnected' = 'open'
    // The library expects no message before `send` has returned.
    const tell = (message: unknown): void =>
      queueMicrotask(() => {
        if (state !== 'disconnected') onMessage(message as never)
      })
    const connection = entrance.connect(
      (text) => {
        const message = JSON.parse(text) as Incoming
        waiting.came(message)
        tell(message)
      },
      () => {
        state = 'ended'
        waiting.refuse().forEach(tell)
      },
    )
    return {
      send(request) {
        if (state === 'ended' && request.id !== undefined) return tell(refusal(request.id))
        waiting.sent(request)
        void connection.receive(JSON.stringify(request))
      },
      disconnect() {
        state = 'disconnected'
        connection.close()
      },
    }
  }
