/**
 * The few questions that the cursor and the submission ask of a node.
 *
 * Owns: the interface, so that tests can answer without a node. Does not own: the JSON-RPC methods behind it.
 */
import type { ChainEventRecord } from './chain-port.ts'

export interface BlockRef {
  readonly number: number
  readonly hash: Uint8Array
}

/** Each method throws `CHAIN_UNREACHABLE`, `CHAIN_TIMEOUT` or RpcRefusal, or the error that ended the client. */
export interface BlockSource {
  finalizedHead(): Promise<BlockRef>
  /** Undefined if the best chain has no block of that number. */
  blockHash(number: number): Promise<Uint8Array | undefined>
  /** Undefined if the node does not know the block. */
  parentHash(hash: Uint8Array): Promise<Uint8Array | undefined>
  events(hash: Uint8Array): Promise<readonly ChainEventRecord[]>
}

export interface SubmitSource extends BlockSource {
  /** Extrinsics as they are on the wire, including the length prefix. */
  body(hash: Uint8Array): Promise<readonly Uint8Array[]>
  /** The account's next nonce in the state of a block. */
  nonceAt(hash: Uint8Array): Promise<number>
  /** The account's next nonce, counting the transactions that wait in the node's pool. */
  nextNonce(): Promise<number>
  /** Hands an extrinsic to the node's pool. The client does not repeat this when the connection breaks. */
  submit(wire: Uint8Array): Promise<void>
}
