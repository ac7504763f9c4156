/**
 * What one server bounds, and Substrate's defaults where Substrate has one.
 *
 * Owns: the numbers. Does not own: their enforcement (dispatcher.ts, http.ts, websocket.ts).
 * Source: polkadot-sdk substrate/client/cli/src/commands/run_cmd.rs (RPC_DEFAULT_*).
 */
import type { DispatcherLimits } from './dispatcher.ts'

const MIB = 1024 * 1024

/** Limits of an RPC server. */
export interface RpcLimits extends DispatcherLimits {
  /** Clients at one time: WebSocket connections and HTTP requests under way. */
  readonly connections: number
  /** Bytes unsent to a client at which its further requests wait until it has read. */
  readonly pauseBytes: number
  /** Bytes that wait for a client to read at which it is dropped: it does not read what it subscribed to. */
  readonly dropBytes: number
  /** Bytes that wait for all clients together at which the one with most of them is dropped. */
  readonly allBytes: number
  /** Requests of one client under way at which its further requests wait. */
  readonly pending: number
  /** Milliseconds between pings; a client that leaves one unanswered is dropped. */
  readonly heartbeatMs: number
  /** Milliseconds that a closing server gives its clients to say goodbye. */
  readonly closeMs: number
}

export const DEFAULT_LIMITS: RpcLimits = {
  requestBytes: 15 * MIB,
  responseBytes: 15 * MIB,
  batch: 1000,
  subscriptions: 1024,
  // Substrate's is 100. A test suite or a devnet of many workers is one machine's, and an idle client costs little.
  connections: 1000,
  pauseBytes: MIB,
  // Two replies of the largest size.
  dropBytes: 32 * MIB,
  allBytes: 256 * MIB,
  pending: 1024,
  heartbeatMs: 30_000,
  closeMs: 1000,
}
