/**
 * The node as the RPC layer sees it.
 *
 * Owns: the boundary between rpc/ and node/. Does not own: JSON, hex or subscriptions (rpc/), nor any rule of the chain
 * (runtime/).
 */
import type { Header } from '#types/scale/header.ts'
import type { Trie } from '#chain/trie/trie.ts'
import type { ApplyOutcome, At, Runtime, TransactionError } from '#chain/runtime/runtime-interface.ts'

/** A block as stored: header with seal, extrinsics with their length prefixes. */
export interface Block {
  readonly hash: Uint8Array
  readonly header: Header
  readonly body: readonly Uint8Array[]
}

/** What happens to a watched transaction: Substrate's `TransactionStatus`. */
export type TransactionStatus =
  | { readonly kind: 'future' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'broadcast'; readonly peers: readonly string[] }
  | { readonly kind: 'inBlock'; readonly block: Uint8Array; readonly index: number }
  | { readonly kind: 'retracted'; readonly block: Uint8Array }
  | { readonly kind: 'finalized'; readonly block: Uint8Array; readonly index: number }
  | { readonly kind: 'usurped'; readonly by: Uint8Array }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'invalid' }

/** Why the pool refused: Substrate's pool errors. rpc/errors.ts gives them their numbers (1010 to 1016). */
export type PoolRefusal =
  | { readonly kind: 'validity'; readonly error: TransactionError }
  | { readonly kind: 'temporarilyBanned' }
  | { readonly kind: 'alreadyImported'; readonly hash: Uint8Array }
  | { readonly kind: 'tooLowPriority'; readonly old: bigint; readonly new: bigint }
  | { readonly kind: 'cycleDetected' }
  | { readonly kind: 'immediatelyDropped' }

/** Something happened to the chain. `best` and `finalized` come in order, each block once per kind on its branch. */
export type ChainEvent =
  | { readonly kind: 'imported'; readonly block: Block }
  | {
      readonly kind: 'best'
      readonly block: Block
      /** Blocks of the former best branch that left it. */ readonly retracted: readonly Uint8Array[]
    }
  | { readonly kind: 'finalized'; readonly block: Block }

/** The chain spec's face, as system_* and Apps ask for it. */
export interface SpecInfo {
  readonly name: string
  readonly id: string
  readonly chainType: 'Development' | 'Local' | 'Live'
  readonly properties: { readonly ss58Format: number; readonly tokenDecimals: number; readonly tokenSymbol: string }
}

export interface SealRequest {
  /** Build even when the pool is empty. Default true. */
  readonly createEmpty?: boolean
  /** Finalize at once. Default false: finality follows with its delay. */
  readonly finalize?: boolean
}

export interface Node {
  readonly spec: SpecInfo
  readonly runtime: Runtime
  readonly genesisHash: Uint8Array
  best(): Block
  finalized(): Block
  /** Any stored block. */
  block(hash: Uint8Array): Block | undefined
  /** The block of that number on the best branch. */
  hashAt(number: number): Uint8Array | undefined
  /** State after the block. @throws AssayError `UNKNOWN_BLOCK`. */
  stateAt(hash: Uint8Array): Trie
  /** State with the header fields the runtime wants. @throws AssayError `UNKNOWN_BLOCK`. */
  at(hash: Uint8Array): At
  /** Called with each event, synchronously and in order; returns the way to stop. */
  onEvent(listener: (event: ChainEvent) => void): () => void
  /**
   * Decodes, verifies and pools an extrinsic.
   * @param watch called with each status in order, the last one final (`finalized`, `usurped`, `dropped`, `invalid`).
   * @returns its hash. @throws PoolError with a {@link PoolRefusal}, or ScaleError where it does not decode.
   */
  submit(wire: Uint8Array, watch?: (status: TransactionStatus) => void): Promise<Uint8Array>
  /** Stops a watch. */
  unwatch(hash: Uint8Array, watch: (status: TransactionStatus) => void): void
  /** Ready and future extrinsics, ready first in block order. */
  pending(): readonly Uint8Array[]
  /** Removes pooled extrinsics and bans them for a while; returns the hashes removed. */
  removeExtrinsics(hashes: readonly Uint8Array[]): readonly Uint8Array[]
  /** Next nonce of an account, its pooled transactions counted (system_accountNextIndex). */
  nextNonce(account: Uint8Array): number
  /** Validates and applies an extrinsic on a copy of a block's state (system_dryRun). */
  dryRun(wire: Uint8Array, at: Uint8Array): Promise<ApplyOutcome>
  /** Builds a block now (manual sealing, engine_createBlock). */
  seal(request?: SealRequest): Promise<Block>
  /** Finalizes a block and its ancestors. @throws AssayError `UNKNOWN_BLOCK` or `NOT_ON_FINALIZED_BRANCH`. */
  finalize(hash: Uint8Array): Promise<void>
  /** Local storage of off-chain workers (offchain_localStorage*), persistent. */
  readonly offchain: {
    get(kind: 'PERSISTENT' | 'LOCAL', key: Uint8Array): Uint8Array | undefined
    set(kind: 'PERSISTENT' | 'LOCAL', key: Uint8Array, value: Uint8Array): Promise<void>
  }
  /** Stops sealing, waits for the block under way, closes the database. Idempotent. */
  close(): Promise<void>
}
