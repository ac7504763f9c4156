/**
 * What goes wrong with chainHead_*, in the specification's numbers.
 *
 * Owns: these five errors. Does not own: errors of other methods (../errors.ts), nor those of an operation that has begun, which
 * are events of the follow subscription (operations.ts).
 * Source: paritytech/json-rpc-interface-spec api/chainHead_v1_*; polkadot-sdk substrate/client/rpc-spec-v2/src/chain_head/error.rs.
 */
import { RpcError } from '../errors.ts'

const CODE = {
  tooManyFollows: -32800,
  invalidBlock: -32801,
  withoutRuntime: -32802,
  invalidContinue: -32803,
  duplicateHashes: -32804,
} as const

/** -32800. */
export const tooManyFollows = (limit: number): RpcError =>
  new RpcError(
    CODE.tooManyFollows,
    'Maximum number of chainHead_follow has been reached',
    `Exceeded max limit of ${limit} on the connection: unfollow one first`,
  )

/** -32801: a block that the subscription has not reported, or that was unpinned. */
export const notPinned = (hash: string): RpcError =>
  new RpcError(CODE.invalidBlock, 'Invalid block hash', `${hash} is not pinned by this subscription`)

/** -32802: a runtime call on a subscription that follows without runtime. */
export const withoutRuntime = (): RpcError =>
  new RpcError(
    CODE.withoutRuntime,
    'The runtime updates flag must be set',
    'the subscription was started with withRuntime false: follow with true',
  )

/** -32803: a continue that nothing waits for. */
export const notWaiting = (operationId: string): RpcError =>
  new RpcError(
    CODE.invalidContinue,
    'Wait-for-continue event was not generated for the operation',
    `operation ${operationId} goes on by itself`,
  )

/** -32804: one hash twice in one unpin. */
export const duplicateHashes = (hash: string): RpcError =>
  new RpcError(CODE.duplicateHashes, 'Received duplicate hashes for the `chainHead_unpin` method', hash)
