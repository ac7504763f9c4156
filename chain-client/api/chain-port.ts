/**
 * The chain as a role sees it: finalized blocks with events, storage, constants, and calls that are submitted once.
 *
 * Owns: the interface and its values, all of it bytes. Does not own: any way to a chain (connect.ts over JSON-RPC, the
 * simulation in process), nor the codecs that give the bytes a meaning (descriptors.ts).
 */

/** An event of a block. `data` is the SCALE encoding of its fields in order. */
export interface ChainEventRecord {
  readonly pallet: string
  readonly name: string
  readonly data: Uint8Array
  /** The extrinsic in which it arose; undefined for events of the block's hooks. */
  readonly extrinsicIndex: number | undefined
}

/** A finalized block. Blocks are handed out in order and without gaps. */
export interface FinalizedBlock {
  readonly number: number
  readonly hash: Uint8Array
  readonly events: readonly ChainEventRecord[]
}

/** A call. `call` is camelCase, as JavaScript clients name it; `args` is the SCALE encoding of the arguments in order. */
export interface CallRequest {
  readonly pallet: string
  readonly call: string
  readonly args: Uint8Array
}

/** Why an included call failed: a pallet's error by name, or another `DispatchError` as text (`BadOrigin`). */
export type CallFailure = { readonly pallet: string; readonly name: string } | { readonly text: string }

/**
 * What became of a submitted call. `included` and `failed` speak of a finalized block. `refused` was not included: the
 * node would not take it, or it expired again and again; `code` is JSON-RPC's number, 0 where there is none.
 */
export type SubmitOutcome =
  | { readonly kind: 'included'; readonly block: Uint8Array; readonly number: number }
  | { readonly kind: 'failed'; readonly block: Uint8Array; readonly number: number; readonly error: CallFailure }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }

/** A following that goes on until it is stopped or fails. */
export interface Following {
  /**
   * Resolves once stopped. Rejects with the error that ended it: one thrown by `onBlock`, or `CURSOR_UNKNOWN`,
   * `OTHER_CHAIN`, `CHAIN_MISMATCH`. Connection losses do not end it.
   */
  readonly done: Promise<void>
  /** Waits for the `onBlock` that is running, then ends. Never rejects. */
  stop(): Promise<void>
}

/** A map entry: every key of it, SCALE-encoded and in order, prefix keys included; and its value. */
export type StorageEntry = readonly [keys: readonly Uint8Array[], value: Uint8Array]

export interface ChainPort {
  readonly genesisHash: Uint8Array
  /**
   * The value of a storage item, its default where it has one and is not set; undefined where an optional item is not
   * set. `keys` are SCALE-encoded, one for each key of a map. `at` is a block hash; by default the latest finalized.
   * @throws AssayError `UNKNOWN_ITEM`, `CHAIN_UNREACHABLE`, `CHAIN_TIMEOUT`.
   */
  storage(pallet: string, item: string, keys: readonly Uint8Array[], at?: Uint8Array): Promise<Uint8Array | undefined>
  /** All entries of a map, or those that share the first keys. In the order of the trie, which is no order to rely on. */
  entries(
    pallet: string,
    item: string,
    prefixKeys?: readonly Uint8Array[],
    at?: Uint8Array,
  ): Promise<readonly StorageEntry[]>
  /** The SCALE encoding of a constant. */
  constant(pallet: string, name: string): Uint8Array
  /**
   * Signs and submits `call` as the duty `dutyId`, and waits until it is finalized or refused. The same duty is never
   * included twice, across restarts too: submitted again, it resumes or gives the outcome it had.
   * @throws AssayError `DUTY_CONFLICT` for another call under the same id; `SUBMIT_TIMEOUT` where nothing is known yet, and
   * submitting again goes on waiting.
   */
  submit(dutyId: string, call: CallRequest): Promise<SubmitOutcome>
  /**
   * Hands finalized blocks to `onBlock`, one at a time, beginning after the last one whose promise resolved, in this
   * process or an earlier one. A block may come again after a crash inside `onBlock`.
   */
  follow(onBlock: (block: FinalizedBlock) => Promise<void>): Following
}
