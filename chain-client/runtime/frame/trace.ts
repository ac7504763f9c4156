/**
 * What happened in a block, as a tree: blocks hold hooks and extrinsics, extrinsics their steps and calls, and those
 * what they read, wrote, emitted and logged, in the order in which it happened.
 *
 * Owns: the types of the tree, and what the frame tells a tracer. Does not own: how it is recorded (tracer.ts), how a
 * block is run for it (../rehearsal.ts), or which JSON-RPC method serves it. All of the tree is JSON as it stands:
 * bytes and storage keys are hex, large numbers decimal text, accounts SS58 (render.ts).
 */
import type { DispatchError } from '#types/scale/dispatch.ts'
import type { Origin } from './origin.ts'
import type { RawKey } from './overlay.ts'
import type { Json } from './render.ts'
import type { ApplyOutcome, DispatchInfo, PostDispatchInfo, RuntimeCall } from './terms.ts'

/** Where in storage. Pallet and item are missing for keys that no pallet declares. */
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
 * A read; null where nothing is stored. What the same span has read or written already, and is as it was, is left out:
 * pallets ask for the same account many times.
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
  /** Whether a failure around it took it back. */
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

/** How a pallet's console says it. */
export type ConsoleLevel = 'debug' | 'info' | 'warn' | 'error'

/** What a pallet logged. */
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
  /** Where it was raised, innermost first: `at transfer (…/pallets/balances.ts:120:14)`. */
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
  /** As declared, and what the call says it really used. */
  readonly weight?: TraceWeight
  readonly actualWeight?: TraceWeight
  readonly class?: 'Normal' | 'Operational' | 'Mandatory'
  readonly paysFee?: 'Yes' | 'No'
  /** Missing where it succeeded. */
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
 * What the runtime does around calls and hooks: begin and end the block, check a transaction and take its fee
 * (`prepare`, or `validateUnsigned`), settle the fee after the call (`postDispatch`), note how it ended
 * (`noteApplied`).
 */
export interface TraceStep extends Span {
  readonly kind: 'step'
  readonly step: 'initialize' | 'prepare' | 'validateUnsigned' | 'postDispatch' | 'noteApplied' | 'finalize'
}

/** What came of an extrinsic. */
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
  /** In the smallest unit, decimal: what was taken before the call. Missing where none is taken. */
  readonly fee?: { readonly withdrawn: string; readonly tip: string }
  readonly outcome: TraceOutcome
}

export interface TraceBlock extends Span {
  readonly kind: 'block'
  readonly number: number
}

export type TraceSpan = TraceBlock | TraceHook | TraceExtrinsic | TraceStep | TraceCall
export type TraceNode = TraceSpan | TraceRead | TraceWrite | TraceWalk | TraceEvent | TraceLog

/** What the frame tells of itself while a block is traced; raw, so that it costs the frame nothing to say. */
export interface Tracer {
  openCall(call: RuntimeCall, origin: Origin): void
  openHook(pallet: string, hook: TraceHook['hook']): void
  openStep(step: TraceStep['step']): void
  openExtrinsic(index: number, hash: Uint8Array, signer: Uint8Array | undefined): void
  /** Ends the innermost span. */
  close(): void
  /** Ends the innermost call, which says so much of what it really cost. */
  closeCall(post: PostDispatchInfo): void
  /** Ends the extrinsic. */
  closeExtrinsic(outcome: ApplyOutcome): void
  /** The fee of the extrinsic at hand has been taken. */
  withdrawn(fee: bigint, tip: bigint): void
  /** What a call declares of itself. */
  declared(info: DispatchInfo): void
  /** The innermost call or hook has failed. */
  fail(error: DispatchError, message: string, thrown: unknown): void
  read(key: RawKey, bytes: Uint8Array | undefined): void
  write(key: RawKey, before: Uint8Array | undefined, after: Uint8Array | undefined): void
  walk(prefix: RawKey): void
  /** An event's encoding: pallet, event, data. */
  event(bytes: Uint8Array): void
  log(level: ConsoleLevel, pallet: string, message: string, values: readonly Json[]): void
  /** A storage layer begins, ends, or is taken back with all that was written and emitted in it. */
  begin(): void
  commit(): void
  rollback(): void
}
