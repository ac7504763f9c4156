/**
 * The runtime as the node sees it; Substrate's client uses the Core, BlockBuilder and TaggedTransactionQueue APIs for the same.
 *
 * Owns: the boundary between node/ and runtime/. The node decides when to build a block and what goes into it; the runtime decides
 * what that means. All of it is synchronous and free of clocks and I/O.
 */
import type { DigestItem } from '#types/scale/digest.ts'
import type { Header } from '#types/scale/header.ts'
import type { MultiSignature } from '#types/scale/multi-signature.ts'
import type { Change, Difference, Trie } from '#chain/trie/trie.ts'
import type { Origin } from './frame/origin.ts'
import type { ApplyOutcome, InherentData, Validity } from './frame/terms.ts'
import type { TraceBlock, TraceCall, TraceEvent, TraceExtrinsic } from './frame/trace.ts'

export type {
  ApplyOutcome,
  InherentData,
  InvalidReason,
  RuntimeLog,
  TransactionError,
  ValidTransaction,
  Validity,
} from './frame/terms.ts'

/** `sp_version::RuntimeVersion`. */
export interface RuntimeVersion {
  readonly specName: string
  readonly implName: string
  readonly authoringVersion: number
  readonly specVersion: number
  readonly implVersion: number
  /** Runtime APIs: the first 8 bytes of BLAKE2b-64 of the name, and the version. */
  readonly apis: readonly (readonly [id: Uint8Array, version: number])[]
  readonly transactionVersion: number
  /** State trie layout: 1. */
  readonly stateVersion: number
}

/** A block to read from: its state, and the header fields that the runtime may want. */
export interface At {
  readonly state: Trie
  readonly number: number
  readonly hash: Uint8Array
}

/** An extrinsic decoded from the wire. The node knows these fields only. */
export interface DecodedExtrinsic {
  /** The bytes after the outer length prefix: what the wire and block bodies carry between clients. */
  readonly bytes: Uint8Array
  /** BLAKE2b-256 of `bytes` with the length prefix: the extrinsic hash that explorers show. */
  readonly hash: Uint8Array
  /** Undefined for bare extrinsics, and for general transactions. */
  readonly signature: { readonly signer: Uint8Array; readonly proof: MultiSignature } | undefined
  /** Whether block authors make it; then it is no transaction. */
  readonly isInherent: boolean
  /** Whether it has room in a block that others cannot fill. */
  readonly isOperational: boolean
}

/** A block under construction. Not reusable after {@link seal}. */
export interface OpenBlock {
  /** Applies the block's inherents and returns their encoded extrinsics, which come first in the body. */
  applyInherents(data: InherentData): readonly Uint8Array[]
  /** Applies one extrinsic. The node has verified its signature. */
  apply(extrinsic: DecodedExtrinsic): ApplyOutcome
  /** Runs the final hooks and computes roots. The header has no seal yet. */
  finalize(): { readonly header: Header; readonly state: Trie }
}

export interface BlockContext {
  readonly parentHash: Uint8Array
  readonly number: number
  /** Digest items known before execution: the Aura slot. */
  readonly digest: readonly DigestItem[]
  /** Whether the block is only tried, and never built: pallets' consoles are silent then. Default false. */
  readonly isTrial?: boolean
}

/**
 * The subject of a try: an extrinsic, whose signature is not checked, or an encoded call in the name of an account, without fee.
 */
export type DryRunSubject =
  | { readonly extrinsic: DecodedExtrinsic }
  | { readonly call: Uint8Array; readonly origin: Origin }

/** The effects of a try. */
export interface DryRun {
  readonly outcome: ApplyOutcome
  /** Storage before and after, in order of keys. None for a refused extrinsic. */
  readonly changes: readonly Difference[]
  /** Events that stand, in order. */
  readonly events: readonly TraceEvent[]
  readonly trace: TraceExtrinsic | TraceCall
}

/** How an extrinsic of a block ended; `error` is in words, such as `Balances.InsufficientBalance: …`. */
export type ExtrinsicOutcome = { readonly kind: 'success' } | { readonly kind: 'failed'; readonly error: string }

export interface Runtime {
  readonly version: RuntimeVersion
  /** Least milliseconds from a block's time to its child's. */
  readonly minimumPeriodMs: bigint
  /** The root of a block's extrinsics, to which its header commits; 32 bytes. */
  extrinsicsRoot(extrinsics: readonly Uint8Array[]): Uint8Array
  /** Metadata bytes without a length prefix; undefined for versions that the runtime does not have. */
  metadata(version: number): Uint8Array | undefined
  readonly metadataVersions: readonly number[]
  /** Storage of block 0. Throws AssayError `BAD_GENESIS` naming pallet and field. */
  genesis(config: Readonly<Record<string, unknown>>): readonly Change[]
  /** @throws ScaleError where the bytes are not exactly one extrinsic with its length prefix. */
  decode(wire: Uint8Array): DecodedExtrinsic
  /**
   * The bytes that the signer signed, for the node's verifier threads. Already hashed when longer than 256 bytes. Undefined where
   * they cannot be known, for example with an era whose birth block is unknown: {@link validate} says why. The extrinsic remembers
   * them: `validate` and `apply` refuse it with BadProof where other bytes would have to be signed.
   */
  signingPayload(at: At, extrinsic: DecodedExtrinsic): Uint8Array | undefined
  /** Validates for the pool. The node has verified the signature itself. */
  validate(at: At, extrinsic: DecodedExtrinsic): Validity
  openBlock(parent: Trie, context: BlockContext): OpenBlock
  /**
   * Executes the body of a block again on its parent's state, and records each step. With an `index` it stops after that extrinsic,
   * and the tree holds that one alone. It writes nothing to the log.
   * @param body the extrinsics as stored, inherents included. Seals in the digest are left out.
   * @throws AssayError `UNKNOWN_EXTRINSIC` where the body has no such index.
   */
  trace(parent: Trie, context: BlockContext, body: readonly Uint8Array[], index?: number): TraceBlock
  /**
   * Tries an extrinsic or a call in the block that would come next, after its inherents. Nothing of it stays.
   * @throws ScaleError where the call does not decode.
   */
  dryRun(parent: Trie, context: BlockContext, inherents: InherentData, subject: DryRunSubject): DryRun
  /** How the extrinsic at `index` of the block with this state ended; undefined where the state does not tell. */
  outcome(state: Trie, index: number): ExtrinsicOutcome | undefined
  /**
   * Storage changes from JSON by pallet and item (storage-json.ts). @param state the state that they shall change.
   * @throws AssayError `BAD_STORAGE` or `BAD_GENESIS`, naming pallet, item and field.
   */
  storageChanges(state: Trie, json: unknown): readonly Change[]
  /**
   * Executes a runtime API such as `Core_version`. State changes are thrown away.
   * @throws AssayError `UNKNOWN_RUNTIME_API`, `EXECUTION_FAILED` where Substrate's runtime panics, or ScaleError for bad arguments.
   */
  call(at: At, method: string, args: Uint8Array): Uint8Array
}
