/**
 * The steps of a block, as a tree: blocks hold hooks and extrinsics, extrinsics their steps and calls, and those their reads,
 * writes, events and log lines, in the order in which they happened.
 *
 * Owns: the types of the tree, and the interface by which the frame tells a tracer. Does not own: recording (the tracer). All of
 * the tree is plain JSON: bytes and storage keys are hex, large numbers decimal text, accounts SS58.
 */
import type { DispatchError } from '#types/scale/dispatch.ts'
import type { Origin } from './origin.ts'
import type { RawKey } from './overlay.ts'
import type { Json } from './render.ts'
import type { ApplyOutcome, DispatchInfo, PostDispatchInfo, RuntimeCall } from './terms.ts'

/** A place in storage. Pallet and item are missing for keys that no pallet declares. */
export interface TracePlace {
  /** The full storage key or prefix, hex. */
  readonly key: string
  readonly pallet?: string
  /** As in metadata: PascalCase. */
  readonly item?: string
  /** The map keys, as far as the hashers keep them. */
  readonly keys: readonly Json[]
}

/**
 * A read; null where nothing is stored. A span does not repeat a value that it has read or written and that did not change: pallets
 * read the same account many times.
 */
export interface TraceRead extends TracePlace {
  readonly kind: 'read'
  readonly value: Json
}

/** A write; null for nothing stored. */
export interface TraceWrite extends TracePlace {
  readonly kind: 'write'
  readonly before: Json
  readonly after: Json
  /** Whether a surrounding failure undid it. */
  readonly undone: boolean
}

/** A walk over all keys under a prefix began here. */
export interface TraceWalk extends TracePlace {
  readonly kind: 'walk'
}

export interface TraceEvent {
  readonly kind: 'event'
  readonly pallet: string
  readonly event: string
  readonly data: Json
  readonly undone: boolean
}

/** The levels of a pallet's console. */
export type ConsoleLevel = 'debug' | 'info' | 'warn' | 'error'

/** A line that a pallet logged. */
export interface TraceLog {
  readonly kind: 'log'
  readonly level: ConsoleLevel
  readonly pallet: string
  readonly message: string
  /** The values as given, in their order. */
  readonly values: readonly Json[]
}

/** Why a call or hook failed. */
export interface TraceFailure {
  /** `DispatchError` as `{ tag, value }`. */
  readonly error: Json
  /** `Balances.InsufficientBalance: …` */
  readonly message: string
  /** Where it was raised, innermost first: `at transfer (…/pallets/balances/pallet.ts:120:14)`. */
  readonly stack: string
}

export interface TraceWeight {
  /** Picoseconds of the reference machine, decimal. */
  readonly refTime: string
  readonly proofSize: string
}

interface Span {
  readonly children: readonly TraceNode[]
}

/** A call, of an extrinsic or made by another call. */
export interface TraceCall extends Span {
  readonly kind: 'call'
  readonly pallet: string
  /** camelCase, as clients name it. */
  readonly call: string
  readonly args: Json
  /** `root`, `none`, or `{ signed: account }`. */
  readonly origin: Json
  /** The declared weight, and the one that the call says it used. */
  readonly weight?: TraceWeight
  readonly actualWeight?: TraceWeight
  readonly class?: 'Normal' | 'Operational' | 'Mandatory'
  readonly paysFee?: 'Yes' | 'No'
  /** Missing where the call succeeded. */
  readonly failure?: TraceFailure
}

/** A hook of a pallet. A failed one is undone and stops nothing. */
export interface TraceHook extends Span {
  readonly kind: 'hook'
  readonly pallet: string
  readonly hook: 'onInitialize' | 'onFinalize'
  readonly failure?: TraceFailure
}

/**
 * A step of the runtime around calls and hooks: begin and end the block, check a transaction and take its fee (`prepare`, or
 * `validateUnsigned`), settle the fee after the call (`postDispatch`), note how it ended (`noteApplied`).
 */
export interface TraceStep extends Span {
  readonly kind: 'step'
  readonly step: 'initialize' | 'prepare' | 'validateUnsigned' | 'postDispatch' | 'noteApplied' | 'finalize'
}

/** The outcome of an extrinsic. */
export type TraceOutcome =
  | { readonly kind: 'success' }
  | { readonly kind: 'failed'; readonly error: Json; readonly message: string }
  | { readonly kind: 'refused'; readonly error: Json }

export interface TraceExtrinsic extends Span {
  readonly kind: 'extrinsic'
  /** In the block. */
  readonly index: number
  readonly hash: string
  /** SS58; missing for inherents and other bare extrinsics. */
  readonly signer?: string
  /** The fee taken before the call, in the smallest unit, decimal. Missing where none is taken. */
  readonly fee?: { readonly withdrawn: string; readonly tip: string }
  readonly outcome: TraceOutcome
}

export interface TraceBlock extends Span {
  readonly kind: 'block'
  readonly number: number
}

export type TraceSpan = TraceBlock | TraceHook | TraceExtrinsic | TraceStep | TraceCall
export type TraceNode = TraceSpan | TraceRead | TraceWrite | TraceWalk | TraceEvent | TraceLog

/** The messages of the frame while a block is traced. They are raw, so that they cost the frame nothing. */
export interface Tracer {
  openCall(call: RuntimeCall, origin: Origin): void
  openHook(pallet: string, hook: TraceHook['hook']): void
  openStep(step: TraceStep['step']): void
  openExtrinsic(index: number, hash: Uint8Array, signer: Uint8Array | undefined): void
  /** Ends the innermost span. */
  close(): void
  /** Ends the innermost call, with the corrections of its cost. */
  closeCall(post: PostDispatchInfo): void
  /** Ends the extrinsic. */
  closeExtrinsic(outcome: ApplyOutcome): void
  /** The fee of the present extrinsic was taken. */
  withdrawn(fee: bigint, tip: bigint): void
  /** The declaration of the innermost call. */
  declared(info: DispatchInfo): void
  /** The innermost call or hook has failed. */
  fail(error: DispatchError, message: string, thrown: unknown): void
  read(key: RawKey, bytes: Uint8Array | undefined): void
  write(key: RawKey, before: Uint8Array | undefined, after: Uint8Array | undefined): void
  walk(prefix: RawKey): void
  /** An event's encoding: pallet, event, data. */
  event(bytes: Uint8Array): void
  log(level: ConsoleLevel, pallet: string, message: string, values: readonly Json[]): void
  /** A storage layer begins, ends, or is rolled back with all its writes and events. */
  begin(): void
  commit(): void
  rollback(): void
}
