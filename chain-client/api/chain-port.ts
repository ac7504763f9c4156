/**
 * The chain as a role sees it: finalized blocks with events, storage, constants, and calls that are submitted once.
 *
 * Owns: the interface and its values, all of them bytes. Does not own: the codecs that give the bytes a meaning.
 */

/** An event of a block. `data` is the SCALE encoding of its fields in order. */
export interface ChainEventRecord {
  readonly pallet: string
  readonly name: string
  readonly data: Uint8Array
  /** The index of the extrinsic that deposited the event; undefined for events of the block's hooks. */
  readonly extrinsicIndex: number | undefined
}

/** A finalized block. The client hands out blocks in order and without gaps. */
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

/** Why an included call failed: an error of a pallet by name, or another `DispatchError` as text (`BadOrigin`). */
export type CallFailure = { readonly pallet: string; readonly name: string } | { readonly text: string }

/**
 * The outcome of a submitted call. `included` and `failed` name the finalized block that holds it. `refused` means that
 * no block includes it: the node did not accept it, or it expired again and again. `code` is the number of the JSON-RPC
 * error, 0 if there is none.
 */
export type SubmitOutcome =
  | { readonly kind: 'included'; readonly block: Uint8Array; readonly number: number }
  | { readonly kind: 'failed'; readonly block: Uint8Array; readonly number: number; readonly error: CallFailure }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }

/** A following of finalized blocks. It goes on until the caller stops it or an error ends it. */
export interface Following {
  /**
   * Resolves once stopped. Rejects with the error that ended the following: an error thrown by `onBlock`, or
   * `CHAIN_WENT_BACK` (follow again), `OTHER_CHAIN`, `CHAIN_MISMATCH`. A lost connection does not end it.
   */
  readonly done: Promise<void>
  /** Waits until the running `onBlock` has returned, then ends. Never rejects. */
  stop(): Promise<void>
}

/** A map entry: all its keys, SCALE-encoded and in order, including those asked for; and its value. */
export type StorageEntry = readonly [keys: readonly Uint8Array[], value: Uint8Array]

export interface ChainPort {
  readonly genesisHash: Uint8Array
  /**
   * The value of a storage item. If the item is not set, its default, or undefined for an optional item. `keys` are
   * SCALE-encoded, one for each key of a map. `at` is a block hash; by default the latest finalized block.
   * @throws AssayError `UNKNOWN_ITEM`, `CHAIN_UNREACHABLE`, `CHAIN_TIMEOUT`.
   */
  storage(pallet: string, item: string, keys: readonly Uint8Array[], at?: Uint8Array): Promise<Uint8Array | undefined>
  /**
   * All entries of a map, or those that share the given first keys. The order is that of the trie; do not rely on it.
   */
  entries(
    pallet: string,
    item: string,
    prefixKeys?: readonly Uint8Array[],
    at?: Uint8Array,
  ): Promise<readonly StorageEntry[]>
  /** The SCALE encoding of a constant. */
  constant(pallet: string, name: string): Uint8Array
  /**
   * Signs and submits `call` as the duty `dutyId`, and waits until it is finalized or refused. No duty is included
   * twice, not even after a restart: a second submission of the same duty resumes it or returns its outcome.
   * @throws AssayError `DUTY_CONFLICT` if the id stands for another call; `SUBMIT_TIMEOUT` if the outcome is not known
   *   yet: submit again to go on waiting.
   */
  submit(dutyId: string, call: CallRequest): Promise<SubmitOutcome>
  /**
   * Hands finalized blocks to `onBlock`, one at a time. It begins after the last block whose promise resolved, in this
   * process or an earlier one. A block comes again if the process crashed inside `onBlock`.
   */
  follow(onBlock: (block: FinalizedBlock) => Promise<void>): Following
}
