/**
 * The common terms of the frame and its users: calls and their outcomes.
 *
 * Owns: types alone; it imports none of the frame's files. Does not own: the tree of a trace.
 */
import type { Log } from '#types/log.ts'
import type { DispatchClass, DispatchError, Pays, Weight } from '#types/scale/dispatch.ts'

/** A call of a pallet, by names: `{ pallet: 'Balances', name: 'transferKeepAlive', args: { … } }`. */
export interface RuntimeCall {
  readonly pallet: string
  /** camelCase, as declared. */
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}

/** The declaration of a call, given its arguments. */
export interface DispatchInfo {
  readonly weight: Weight
  readonly class: DispatchClass
  readonly paysFee: Pays
}

/** Corrections that a successful call may make to the charge in advance. */
export interface PostDispatchInfo {
  /** Default: the declared weight. Never more than that. */
  readonly actualWeight?: Weight
  /** Default: as declared. */
  readonly paysFee?: Pays
}

/** Why a transaction cannot go in, as Substrate's `TransactionValidityError` tells it. */
export type TransactionError =
  | { readonly kind: 'invalid'; readonly reason: InvalidReason }
  | RefusedCall
  | { readonly kind: 'unknown'; readonly reason: 'CannotLookup' | 'NoUnsignedValidator' }

/** `InvalidTransaction::Custom`: the call's pallet refuses it. `code` is the pallet's error, `name` is for people. */
export interface RefusedCall {
  readonly kind: 'invalid'
  readonly reason: 'Custom'
  readonly code: number
  readonly name: string
}

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

/** The outcome of one extrinsic in a block. `refused` leaves no trace in state; the other two are in the block. */
export type ApplyOutcome =
  | { readonly kind: 'success' }
  | { readonly kind: 'failed'; readonly error: DispatchError; readonly message: string }
  | { readonly kind: 'refused'; readonly error: TransactionError }

export interface InherentData {
  /** Unix time of the block, milliseconds. */
  readonly timestampMs: bigint
}

/**
 * The log for bugs in pallets, for pallets' own lines, and at level debug for failing calls with their stacks. A pino logger fits.
 * Lines of levels that it lacks are dropped.
 */
export type RuntimeLog = Pick<Log, 'error'> &
  Partial<Pick<Log, 'debug' | 'info' | 'warn'>> & {
    /** Without it, every level that the log has is written. Failing calls are not logged then, because their stacks cost time. */
    readonly isLevelEnabled?: (level: string) => boolean
  }
