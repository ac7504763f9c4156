/**
 * The limits of one server; the defaults are Substrate's where it has one.
 *
 * Owns: the numbers. Does not own: their enforcement.
 * Source: polkadot-sdk substrate/client/cli/src/commands/run_cmd.rs (RPC_DEFAULT_*).
 */
import { MAX_DUMP_BYTES } from '#chain/node/dump-format.ts'
import type { DispatcherLimits } from './dispatcher.ts'

const MIB = 1024 * 1024

/** Limits of an RPC server. */
export interface RpcLimits extends DispatcherLimits {
  /** Clients at the same time: WebSocket connections and HTTP requests under way. */
  readonly connections: number
  /** If this many bytes to a client are unsent, its further requests wait until it has read. Bytes. */
  readonly pauseBytes: number
  /** If this many bytes wait for a client, the server drops it: it does not read its subscriptions. Bytes. */
  readonly dropBytes: number
  /** If this many bytes wait for all clients together, the server drops the client with most of them. Bytes. */
  readonly allBytes: number
  /** If this many requests of a client are under way, its further requests wait. */
  readonly pending: number
  /** Milliseconds between pings. The server drops a client that does not answer one. */
  readonly heartbeatMs: number
  /** Milliseconds that a closing server waits for its clients' goodbye. */
  readonly closeMs: number
}

/** The limits that an operator sets, each in MiB as Substrate's options. */
export const sizeLimits = (requestMiB: number | undefined, responseMiB: number | undefined): Partial<RpcLimits> => ({
  ...(requestMiB !== undefined && { requestBytes: requestMiB * MIB }),
  ...(responseMiB !== undefined && { responseBytes: responseMiB * MIB }),
})

export const DEFAULT_LIMITS: RpcLimits = {
  requestBytes: 15 * MIB,
  responseBytes: 15 * MIB,
  // A whole chain, and the request around it.
  ownerRequestBytes: MAX_DUMP_BYTES + MIB,
  ownerResponseBytes: MAX_DUMP_BYTES + MIB,
  batch: 1000,
  subscriptions: 1024,
  // Substrate has 100. Here all clients of a test suite or a devnet are on one machine, and an idle one costs little.
  connections: 1000,
  pauseBytes: MIB,
  // Two replies of the largest size fit.
  dropBytes: 32 * MIB,
  allBytes: 256 * MIB,
  pending: 1024,
  heartbeatMs: 30_000,
  closeMs: 1000,
}

/** All limits. Sizes that are given hold for all methods; the defaults give more to dev_* methods. */
export const limitsOf = (given: Partial<RpcLimits> = {}): RpcLimits => ({
  ...DEFAULT_LIMITS,
  ...(given.requestBytes !== undefined && { ownerRequestBytes: given.requestBytes }),
  ...(given.responseBytes !== undefined && { ownerResponseBytes: given.responseBytes }),
  ...given,
})
