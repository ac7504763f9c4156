/**
 * Errors between this client and a node.
 *
 * Owns: the errors of the connection, and which of them pass by themselves. Does not own: a refusal's meaning for a
 * duty.
 */
import { AssayError } from '#types/errors.ts'

/** The node answered with a JSON-RPC error. `data` is the error's `data` as text, if it had any. */
export class RpcRefusal extends AssayError {
  readonly rpcCode: number
  readonly data: string

  constructor(method: string, rpcCode: number, message: string, data: string) {
    super('RPC_REFUSED', `the node refused ${method}: ${message}`, { method, rpcCode })
    this.rpcCode = rpcCode
    this.data = data
  }
}

/** The client got no connection to the node, or lost it before the answer. */
export const unreachable = (endpoint: string, doing: string, cause?: unknown): AssayError =>
  new AssayError(
    'CHAIN_UNREACHABLE',
    `expected a Substrate node at ${endpoint} for ${doing}, got no connection: start the node (assay chain), or give the ` +
      `endpoint it listens on`,
    { endpoint },
    { cause },
  )

/** The node is connected but did not answer within the deadline. */
export const timedOut = (endpoint: string, doing: string, ms: number): AssayError =>
  new AssayError('CHAIN_TIMEOUT', `expected an answer to ${doing} from ${endpoint} within ${ms} ms, got none`, {
    endpoint,
    ms,
  })

/** The caller has closed the client. */
export const closed = (): AssayError =>
  new AssayError('CHAIN_CLOSED', 'expected an open chain client, got one that was closed: connect again')

/** JSON-RPC's number for an internal error of the node. */
const INTERNAL_ERROR = -32_603

/**
 * Whether waiting and trying again may help: after a lost connection, with a slow node, or with a node between two
 * states.
 */
export function isPassing(thrown: unknown): boolean {
  if (thrown instanceof RpcRefusal) return thrown.rpcCode === INTERNAL_ERROR
  return thrown instanceof AssayError && (thrown.code === 'CHAIN_UNREACHABLE' || thrown.code === 'CHAIN_TIMEOUT')
}
