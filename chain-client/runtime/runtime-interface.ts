/**
 * What the node needs of a runtime, as Substrate's client needs the Core, BlockBuilder and TaggedTransactionQueue APIs.
 *
 * Owns: the boundary between node/ and runtime/. Does not own: either side. The node decides when a block is built and
 * what goes into it; the runtime decides what it means. All of it is synchronous and free of clocks and I/O.
 */
import type { DigestItem } from '#types/scale/digest.ts'
import type { Header } from '#types/scale/header.ts'
import type { MultiSignature } from '#types/scale/multi-signature.ts'
import type { Log } from '#types/log.ts'
import type { Change, Trie } from '#chain/trie/trie.ts'

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

/** A block to read from: its state, and what of its header the runtime may want. */
export interface At {
  readonly state: Trie
  readonly number: number
  readonly hash: Uint8Array
}

/** An extrinsic decoded from the wire. Opaque to the node but for these fields. */
export interface DecodedExtrinsic {
  /** The bytes after the outer length prefix: what the wire and block bodies carry between clients. */
  readonly bytes: Uint8Array
  /** BLAKE2b-256 of `bytes` with the length prefix: the extrinsic hash that explorers show. */
  readonly hash: Uint8Array
  /** Undefined for bare extrinsics. */
  readonly signature: { readonly signer: Uint8Array; readonly proof: MultiSignature } | undefined
}

/** Why a transaction cannot go in, as Substrate's `TransactionValidityError` tells it. */
export type TransactionError =
  | { readonly kind: 'invalid'; readonly reason: InvalidReason }
  | { readonly kind: 'unknown'; readonly reason: 'CannotLookup' | 'NoUnsignedValidator' }

/** `InvalidTransaction`, in index order. */
export type InvalidReason =
  | 'Call'
  | 'Payment'
  | 'Future'
  | 'Stale'
  | 'BadProof'
  | 'AncientBirthBlock'
  | 'ExhaustsResources'
  | 'BadMandatory'
  | 'MandatoryValidation'
  | 'BadSigner'
  | 'IndeterminateImplicit'

/** `ValidTransaction`: how the pool may order it. Tags are opaque bytes. */
export interface ValidTransaction {
  readonly priority: bigint
  readonly requires: readonly Uint8Array[]
  readonly provides: readonly Uint8Array[]
  /** Blocks for which it stays valid. */
  readonly longevity: bigint
  readonly propagate: boolean
}

export type Validity =
  | { readonly ok: true; readonly valid: ValidTransaction }
  | { readonly ok: false; readonly error: TransactionError }

/** What came of one extrinsic in a block. `refused` leaves no trace in state; the other two are in the block. */
export type ApplyOutcome =
  | { readonly kind: 'success' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'refused'; readonly error: TransactionError }

/** A block under construction. Not reusable after {@link seal}. */
export interface OpenBlock {
  /** Applies the block's inherents and returns their encoded extrinsics, which come first in the body. */
  applyInherents(data: InherentData): readonly Uint8Array[]
  /** Applies one extrinsic. Its signature has been verified by the node. */
  apply(extrinsic: DecodedExtrinsic): ApplyOutcome
  /** Runs the final hooks and computes roots. The header has no seal yet. */
  finalize(): { readonly header: Header; readonly state: Trie }
}

export interface InherentData {
  /** Unix time of the block, milliseconds. */
  readonly timestampMs: bigint
}

export interface BlockContext {
  readonly parentHash: Uint8Array
  readonly number: number
  /** Digest items known before execution: the Aura slot. */
  readonly digest: readonly DigestItem[]
}

/** Where a pallet's bugs and logs go. */
export type RuntimeLog = Pick<Log, 'error'>

export interface Runtime {
  readonly version: RuntimeVersion
  /** Metadata bytes without any prefix length; undefined for versions it does not have. */
  metadata(version: number): Uint8Array | undefined
  readonly metadataVersions: readonly number[]
  /** Storage of block 0. Throws AssayError `BAD_GENESIS` naming pallet and field. */
  genesis(config: Readonly<Record<string, unknown>>): readonly Change[]
  /** @throws ScaleError where the bytes are not exactly one extrinsic with its length prefix. */
  decode(wire: Uint8Array): DecodedExtrinsic
  /**
   * The bytes that the signer signed, for the node's verifier threads. Already hashed when longer than 256 bytes.
   * Undefined where there are none to know, such as for an era whose birth block is unknown: {@link validate} says why.
   * The extrinsic remembers them: `validate` and `apply` refuse it with BadProof where it would have to sign others.
   */
  signingPayload(at: At, extrinsic: DecodedExtrinsic): Uint8Array | undefined
  /** Validates for the pool. The signature itself has been verified by the node. */
  validate(at: At, extrinsic: DecodedExtrinsic): Validity
  openBlock(parent: Trie, context: BlockContext): OpenBlock
  /**
   * Executes a runtime API such as `Core_version`. State changes are thrown away.
   * @throws AssayError `UNKNOWN_RUNTIME_API`, or ScaleError for bad arguments.
   */
  call(at: At, method: string, args: Uint8Array): Uint8Array
}
