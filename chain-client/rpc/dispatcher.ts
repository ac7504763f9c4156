/**
 * JSON-RPC 2.0: requests in, replies out.
 *
 * Owns: parsing, the envelope, batches, notifications, error objects, and the state of one connection. It knows no
 * transport: WebSocket, HTTP and in-process clients all use {@link Rpc}. Does not own: the methods.
 * Source: https://www.jsonrpc.org/specification; jsonrpsee for further error numbers.
 */
import type { Log } from '#types/log.ts'
import { internalError, knownError, RPC_CODE, RpcError } from './errors.ts'
import { RawJson, unsafeCall, type CallContext, type Method } from './method.ts'
import { decodeParams } from './params.ts'
import { isUnsafe } from './safety.ts'
import { Subscription, Subscriptions } from './subscriptions.ts'

/** The log for bugs and dropped connections. pino fits. */
export type RpcLog = Pick<Log, 'warn' | 'error'>

/** The limits that the dispatcher enforces. */
export interface DispatcherLimits {
  /** UTF-16 units of one request text. Transports bound bytes before they decode. */
  readonly requestBytes: number
  /** UTF-16 units of one reply text. */
  readonly responseBytes: number
  /** UTF-16 units of the text of one request of a dev_* method: the limit above is for strangers, these callers own the chain. */
  readonly ownerRequestBytes: number
  /** UTF-16 units of one reply of a dev_* method. */
  readonly ownerResponseBytes: number
  /** Requests in one batch. */
  readonly batch: number
  /** Subscriptions of one connection. */
  readonly subscriptions: number
}

export interface DispatcherOptions {
  readonly methods: ReadonlyMap<string, Method>
  readonly limits: DispatcherLimits
  readonly log: RpcLog
  /** A subscription id no client can guess. */
  readonly newId: () => string
}

/**
 * Takes a text to the client. `canWait` is true for what belongs to a subscription: more of it may follow in this turn of the event
 * loop, so the transport may gather.
 */
type Deliver = (text: string, canWait: boolean) => void

/** One client that can be notified: a WebSocket, or a caller in this process. */
export interface RpcConnection {
  /**
   * Takes one message. Each reply goes to the connection's `deliver` as soon as it is ready.
   * @returns a promise if the reply has to wait for something; it never rejects.
   */
  receive(text: string): Promise<void> | undefined
  /** The number of open subscriptions. */
  readonly subscriptions: number
  /** Ends the subscriptions. Replies still under way are not delivered. Idempotent. */
  close(): void
}

/** The rights of a caller. */
export interface Access {
  /** Whether to refuse unsafe methods. Default false: the caller is this process. */
  readonly denyUnsafe?: boolean
}

export interface Rpc {
  /** A client that can be notified. */
  connect(deliver: Deliver, access?: Access): RpcConnection
  /** One message and its reply, undefined if none is due. For HTTP: it refuses subscriptions. */
  request(text: string, access?: Access): Promise<string | undefined>
}

/** A reply, and the subscriptions that become active after its delivery. */
class Opened {
  readonly text: string
  readonly subscriptions: readonly Subscription[]

  constructor(text: string, subscriptions: readonly Subscription[]) {
    this.text = text
    this.subscriptions = subscriptions
  }
}

/** Undefined: no reply is due (a notification). */
type Answer = string | undefined | Opened

/** JSON-RPC over a table of methods. */
export function createDispatcher(options: DispatcherOptions): Rpc {
  const { limits, newId } = options
  return {
    connect(deliver, { denyUnsafe = false } = {}) {
      let open = true
      const send: Deliver = (text, canWait) => {
        if (open) deliver(text, canWait)
      }
      const subscriptions = new Subscriptions(limits.subscriptions, newId, (text) => send(text, true))
      const context: CallContext = { subscriptions, denyUnsafe }
      return {
        receive(text) {
          const answer = answerText(options, text, context)
          if (answer instanceof Promise) return answer.then((settled) => settle(settled, send))
          settle(answer, send)
          return undefined
        },
        get subscriptions() {
          return subscriptions.size
        },
        close() {
          open = false
          subscriptions.closeAll()
        },
      }
    },
    async request(text, { denyUnsafe = false } = {}) {
      const answer = await answerText(options, text, { subscriptions: undefined, denyUnsafe })
      return answer instanceof Opened ? answer.text : answer
    },
  }
}

function settle(answer: Answer, send: Deliver): void {
  if (answer === undefined) return
  if (typeof answer === 'string') return send(answer, false)
  send(answer.text, true)
  for (const subscription of answer.subscriptions) subscription.activate()
}

function answerText(options: DispatcherOptions, text: string, context: CallContext): Answer | Promise<Answer> {
  const { limits } = options
  const mostBytes = mostRequestBytes(limits, context)
  if (text.length > mostBytes) return errorText('null', tooBig(mostBytes))
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch (thrown) {
    return errorText('null', new RpcError(RPC_CODE.parseError, 'Parse error', (thrown as Error).message))
  }
  if (text.length > limits.requestBytes && !isOwners(message)) return errorText('null', tooBig(limits.requestBytes))
  return Array.isArray(message) ? answerBatch(options, message, context) : answerOne(options, message, context)
}

/** The size above which the request of a caller is refused unread. */
export const mostRequestBytes = (limits: DispatcherLimits, { denyUnsafe = false }: Access): number =>
  denyUnsafe ? limits.requestBytes : Math.max(limits.requestBytes, limits.ownerRequestBytes)

/** Whether this is one request of a dev_* method. */
const isOwners = (message: unknown): boolean =>
  typeof message === 'object' &&
  message !== null &&
  'method' in message &&
  typeof message.method === 'string' &&
  isOwnersMethod(message.method)

const isOwnersMethod = (name: string): boolean => name.startsWith('dev_')

/** The error for a request above the size limit. */
export const tooBig = (limit: number): RpcError =>
  new RpcError(RPC_CODE.requestTooBig, 'Request is too big', `Exceeded max limit of ${limit} bytes`)

function answerBatch(
  options: DispatcherOptions,
  batch: readonly unknown[],
  context: CallContext,
): Answer | Promise<Answer> {
  const { limits } = options
  if (batch.length === 0) return errorText('null', invalidRequest('an empty batch', 'at least one request'))
  if (batch.length > limits.batch) {
    const data = `Exceeded max limit of ${limits.batch}`
    return errorText('null', new RpcError(RPC_CODE.batchTooLarge, 'The batch request was too large', data))
  }
  const answers = batch.map((message) => answerOne(options, message, context))
  const join = (settled: readonly Answer[]): Answer => joinBatch(settled, limits.responseBytes)
  const waits = answers.some((answer) => answer instanceof Promise)
  return waits ? Promise.all(answers.map((answer) => Promise.resolve(answer))).then(join) : join(answers as Answer[])
}

function joinBatch(answers: readonly Answer[], maxLength: number): Answer {
  const texts: string[] = []
  const opened: Subscription[] = []
  let length = 0
  for (const answer of answers) {
    if (answer === undefined) continue
    if (answer instanceof Opened) opened.push(...answer.subscriptions)
    const text = answer instanceof Opened ? answer.text : answer
    length += text.length
    texts.push(text)
  }
  if (texts.length === 0) return undefined
  if (length > maxLength) {
    // The client would never learn their ids.
    for (const subscription of opened) subscription.close()
    return errorText('null', responseTooBig(maxLength))
  }
  const joined = `[${texts.join(',')}]`
  return opened.length === 0 ? joined : new Opened(joined, opened)
}

function answerOne(options: DispatcherOptions, message: unknown, context: CallContext): Answer | Promise<Answer> {
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    return errorText('null', invalidRequest(typeof message, 'an object'))
  const request = message as { jsonrpc?: unknown; id?: unknown; method?: unknown; params?: unknown }
  const id = idText(request.id)
  if (id === 'invalid')
    return errorText('null', invalidRequest(`an id of type ${typeof request.id}`, 'a string, an integer or null'))
  if (request.jsonrpc !== '2.0' || typeof request.method !== 'string')
    return errorText(id ?? 'null', invalidRequest('something else', 'jsonrpc "2.0" and a method name'))
  const method = options.methods.get(request.method)
  if (!method) return id && errorText(id, unknownMethod(request.method))
  if (context.denyUnsafe && isUnsafe(request.method)) return id && errorText(id, unsafeCall())
  try {
    const result = method.run(decodeParams(method.params, request.params) as never, context)
    const { responseBytes, ownerResponseBytes } = options.limits
    const mostBytes = isOwnersMethod(request.method) ? ownerResponseBytes : responseBytes
    if (!(result instanceof Promise)) return answerResult(mostBytes, id, result)
    return result.then(
      (value) => answerResult(mostBytes, id, value),
      (thrown) => answerError(options, id, request.method as string, thrown),
    )
  } catch (thrown) {
    return answerError(options, id, request.method, thrown)
  }
}

/** The id as JSON text; undefined if there is none (a notification). */
function idText(id: unknown): string | undefined {
  if (id === undefined) return undefined
  if (typeof id === 'string') return JSON.stringify(id)
  if (id === null) return 'null'
  // JSON.parse has rounded a larger number, so the reply would carry another id.
  return typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : 'invalid'
}

function answerResult(mostBytes: number, id: string | undefined, result: unknown): Answer {
  if (result instanceof Subscription) return answerSubscription(id, result)
  if (id === undefined) return undefined
  const json = result instanceof RawJson ? result.text : (JSON.stringify(result) ?? 'null')
  if (json.length > mostBytes) return errorText(id, responseTooBig(mostBytes))
  return `{"jsonrpc":"2.0","id":${id},"result":${json}}`
}

function answerSubscription(id: string | undefined, subscription: Subscription): Answer {
  if (id === undefined) {
    // The client will never learn its id.
    subscription.close()
    return undefined
  }
  return new Opened(`{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(subscription.id)}}`, [subscription])
}

function answerError(options: DispatcherOptions, id: string | undefined, method: string, thrown: unknown): Answer {
  let error = knownError(thrown)
  if (!error) {
    error = internalError(thrown)
    options.log.error({ method, err: thrown }, `${method} failed: this is a bug of the node`)
  }
  return id && errorText(id, error)
}

/** A reply with an error. `id` is JSON text. */
export function errorText(id: string, error: RpcError): string {
  const { rpcCode: code, message, data } = error
  const object = JSON.stringify(data === undefined ? { code, message } : { code, message, data })
  return `{"jsonrpc":"2.0","id":${id},"error":${object}}`
}

const invalidRequest = (got: string, expected: string): RpcError =>
  new RpcError(RPC_CODE.invalidRequest, 'Invalid request', `expected ${expected}, got ${got}`)

const SHOWN_METHOD_CHARACTERS = 64

const unknownMethod = (name: string): RpcError =>
  new RpcError(
    RPC_CODE.methodNotFound,
    'Method not found',
    `${name.slice(0, SHOWN_METHOD_CHARACTERS)} is not served: rpc_methods lists the served methods`,
  )

const responseTooBig = (limit: number): RpcError =>
  new RpcError(RPC_CODE.responseTooBig, 'Response is too big', `Exceeded max limit of ${limit} bytes: ask for less`)
