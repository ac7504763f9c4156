/**
 * The node as the RPC layer sees it.
 *
 * Owns: the boundary between rpc/ and node/. Does not own: JSON, hex or subscriptions (rpc/).
 */
import type { Trie } from '#chain/trie/trie.ts'
import type { Block } from './block.ts'
import type { DevPowers } from './dev-powers.ts'
import type { ApplyOutcome, At, Runtime, TransactionError } from '#chain/runtime/runtime-interface.ts'

export type { Block } from './block.ts'

/** A step of a watched transaction: Substrate's `TransactionStatus`. */
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

/** How a transaction left the pool without getting into a block. */
export interface Ending {
  readonly kind: 'dropped' | 'invalid' | 'usurped'
  /** Words, or the refusal of the pool or the runtime. */
  readonly why: string | PoolRefusal
  /** Hash of the transaction that took its place. */
  readonly by?: Uint8Array
}

/**
 * Something happened to the chain. `best` and `finalized` come in order, each block once per kind on its branch; a parent is
 * `imported` before its children.
 */
export type ChainEvent =
  | { readonly kind: 'imported'; readonly block: Block }
  | {
      readonly kind: 'best'
      readonly block: Block
      /** Blocks of the former best branch that left it, highest first. */
      readonly retracted: readonly Uint8Array[]
    }
  | {
      readonly kind: 'finalized'
      readonly block: Block
      /**
       * Blocks that can never be final after this: those on branches that do not descend from it. Only one event names each of
       * them.
       */
      readonly pruned: readonly Uint8Array[]
    }
  /**
   * The chain stepped outside its rules (revert, head set beside or below the finalized block, state loaded): blocks that were
   * final may be gone. The node's `best` and `finalized` then give the new blocks; no `best` or `finalized` event tells of the step
   * itself.
   */
  | {
      readonly kind: 'reverted'
      /** Best block before the step: the last one of which subscribers heard. */
      readonly from: Block
    }
  /** The state after a stored block was set by hand (dev_setStorage). `before` is the former state. */
  | { readonly kind: 'stateSet'; readonly block: Block; readonly before: Trie }

/** The part of the chain spec that system_* methods and Apps ask for. */
export interface SpecInfo {
  readonly name: string
  readonly id: string
  readonly chainType: 'Development' | 'Local' | 'Live'
  /** As the chain spec has them; more are possible. With several tokens the first is the chain's own. */
  readonly properties: {
    readonly ss58Format: number | readonly number[]
    readonly tokenDecimals: number | readonly number[]
    readonly tokenSymbol: string | readonly string[]
  }
}

export interface SealRequest {
  /** Build even when the pool is empty. Default true. */
  readonly createEmpty?: boolean
  /** Finalize at once. Default false: finality follows with its delay. */
  readonly finalize?: boolean
  /** Parent of the block: any live block (the finalized one or a descendant). Default the best one. */
  readonly parent?: Uint8Array
  /** Extrinsics that go in instead of the pool's, in this order; a refused one is an error. */
  readonly transactions?: readonly Uint8Array[]
  /** Unix milliseconds of the block instead of the clock's; later than its parent's. */
  readonly timestampMs?: number
  /** Number of the block instead of its parent's plus one (Chopsticks' unsafeBlockHeight); higher than its parent's. */
  readonly number?: number
  /** Whether it becomes the best block. Default: where its parent is the best one, or it is higher than the best one. */
  readonly best?: boolean
}

export interface Node {
  readonly spec: SpecInfo
  readonly runtime: Runtime
  readonly genesisHash: Uint8Array
  /** Milliseconds from best to finalized, where nobody finalizes by hand. */
  readonly finalityDelayMs: number
  best(): Block
  finalized(): Block
  /** Any stored block. */
  block(hash: Uint8Array): Block | undefined
  /** The block of that number on the best branch. */
  hashAt(number: number): Uint8Array | undefined
  /** All live blocks above the finalized one, on every branch: parents before children, otherwise in order of import. */
  unfinalized(): readonly Block[]
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
  /**
   * Where the pool has a transaction, or how it left the pool, which the node remembers of the latest some thousand; undefined for others.
   * Waits for submissions that have arrived.
   */
  poolStatus(hash: Uint8Array): Promise<{ readonly kind: 'ready' | 'future' } | Ending | undefined>
  /** Next nonce of an account, its pooled transactions counted (system_accountNextIndex). */
  nextNonce(account: Uint8Array): number
  /** Validates and applies an extrinsic on a copy of a block's state (system_dryRun). */
  dryRun(wire: Uint8Array, at: Uint8Array): Promise<ApplyOutcome>
  /**
   * Builds a block now (manual sealing, engine_createBlock).
   * @throws AssayError `POOL_EMPTY`, `UNKNOWN_BLOCK`, `NOT_ON_FINALIZED_BRANCH` for a parent that is not alive, `BAD_BLOCK_NUMBER`,
   *   `TIME_GOES_BACK` or `TRANSACTION_REFUSED`; PoolError or ScaleError where bytes given in `transactions` are no transaction.
   */
  seal(request?: SealRequest): Promise<Block>
  /** Makes a live block the best one. @throws AssayError `UNKNOWN_BLOCK` or `NOT_ON_FINALIZED_BRANCH`. */
  setBest(hash: Uint8Array): Promise<void>
  /** Finalizes a block and its ancestors. @throws AssayError `UNKNOWN_BLOCK` or `NOT_ON_FINALIZED_BRANCH`. */
  finalize(hash: Uint8Array): Promise<void>
  /** The powers of a development chain: to change time, state and history by hand. */
  readonly dev: DevPowers
  /** Local storage of off-chain workers (offchain_localStorage*), persistent. */
  readonly offchain: {
    get(kind: 'PERSISTENT' | 'LOCAL', key: Uint8Array): Uint8Array | undefined
    set(kind: 'PERSISTENT' | 'LOCAL', key: Uint8Array, value: Uint8Array): Promise<void>
    clear(kind: 'PERSISTENT' | 'LOCAL', key: Uint8Array): Promise<void>
  }
  /** Why the node can store nothing at this moment, and what to do; undefined where it can. Reads still work. */
  storageRefusal(): string | undefined
  /** Stops sealing, waits for the block under way, closes the database. Idempotent. */
  close(): Promise<void>
}
