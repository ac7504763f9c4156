/**
 * The few questions that cursor and submission ask of a node.
 *
 * Owns: the interface. Does not own: how it is asked (node-rpc.ts), so that both can be tested without a node.
 */
import type { ChainEventRecord } from './chain-port.ts'

export interface BlockRef {
  readonly number: number
  readonly hash: Uint8Array
}

/** Each method throws `CHAIN_UNREACHABLE`, `CHAIN_TIMEOUT` or RpcRefusal, and what ended the client for good. */
export interface BlockSource {
  finalizedHead(): Promise<BlockRef>
  /** Undefined where the best chain has no block of that number. */
  blockHash(number: number): Promise<Uint8Array | undefined>
  /** Undefined where the node does not know the block. */
  parentHash(hash: Uint8Array): Promise<Uint8Array | undefined>
  events(hash: Uint8Array): Promise<readonly ChainEventRecord[]>
}

export interface SubmitSource extends BlockSource {
  /** Extrinsics as they are on the wire, length prefix included. */
  body(hash: Uint8Array): Promise<readonly Uint8Array[]>
  /** The account's next nonce in the state of a block. */
  nonceAt(hash: Uint8Array): Promise<number>
  /** The account's next nonce, what waits in the node's pool counted in. */
  nextNonce(): Promise<number>
  /** Hands an extrinsic to the node's pool. Not repeated when the connection breaks. */
  submit(wire: Uint8Array): Promise<void>
}
