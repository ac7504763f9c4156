/**
 * What the frame's parts, and those who use it, tell each other: calls and what comes of them.
 *
 * Owns: types alone, which import none of the frame's files. Does not own: the tree of a trace (trace.ts).
 */
import type { Log } from '#types/log.ts'
import type { DispatchClass, DispatchError, Pays, Weight } from '#types/scale/dispatch.ts'

/** A call of some pallet, by names: `{ pallet: 'Balances', name: 'transferKeepAlive', args: { … } }`. */
export interface RuntimeCall {
  readonly pallet: string
  /** camelCase, as declared. */
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}

/** What a call declares about itself, given its arguments. */
export interface DispatchInfo {
  readonly weight: Weight
  readonly class: DispatchClass
  readonly paysFee: Pays
}

/** What a successful call may correct of what was charged in advance. */
export interface PostDispatchInfo {
  /** Default: the weight declared. Never more than that. */
  readonly actualWeight?: Weight
  /** Default: as declared. */
  readonly paysFee?: Pays
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
  | 'UnknownOrigin'

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
  | { readonly kind: 'failed'; readonly error: DispatchError; readonly message: string }
  | { readonly kind: 'refused'; readonly error: TransactionError }

export interface InherentData {
  /** Unix time of the block, milliseconds. */
  readonly timestampMs: bigint
}

/**
 * Where bugs in pallets, what pallets log, and (debug) failing calls with their stacks go. A pino logger fits. Levels
 * that it lacks are not told.
 */
export type RuntimeLog = Pick<Log, 'error'> &
  Partial<Pick<Log, 'debug' | 'info' | 'warn'>> & {
    /** Without it every level that the log has is told, but failing calls are not: their stacks cost time. */
    readonly isLevelEnabled?: (level: string) => boolean
  }
