/**
 * The errors of chainHead_*, with the specification's numbers.
 *
 * Owns: these five errors. Does not own: errors of an operation under way, which are events of the follow subscription.
 * Source: paritytech/json-rpc-interface-spec api/chainHead_v1_*; polkadot-sdk
 * substrate/client/rpc-spec-v2/src/chain_head/error.rs.
 */
import { RpcError } from '../errors.ts'

const CODE = {
  tooManyFollows: -32800,
  invalidBlock: -32801,
  withoutRuntime: -32802,
  invalidContinue: -32803,
  duplicateHashes: -32804,
} as const

/** -32800: the connection has its maximum of follow subscriptions. */
export const tooManyFollows = (limit: number): RpcError =>
  new RpcError(
    CODE.tooManyFollows,
    'Maximum number of chainHead_follow has been reached',
    `Exceeded max limit of ${limit} on the connection: unfollow one first`,
  )

/** -32801: the subscription has not reported this block, or its client has unpinned it. */
export const notPinned = (hash: string): RpcError =>
  new RpcError(CODE.invalidBlock, 'Invalid block hash', `${hash} is not pinned by this subscription`)

/** -32802: a runtime call on a subscription without runtime. */
export const withoutRuntime = (): RpcError =>
  new RpcError(
    CODE.withoutRuntime,
    'The runtime updates flag must be set',
    'the subscription was started with withRuntime false: follow with true',
  )

/** -32803: a continue for an operation that does not wait. */
export const notWaiting = (operationId: string): RpcError =>
  new RpcError(
    CODE.invalidContinue,
    'Wait-for-continue event was not generated for the operation',
    `operation ${operationId} does not wait for a continue`,
  )

/** -32804: the same hash twice in one unpin. */
export const duplicateHashes = (hash: string): RpcError =>
  new RpcError(CODE.duplicateHashes, 'Received duplicate hashes for the `chainHead_unpin` method', hash)
