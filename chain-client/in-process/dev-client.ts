/**
 * The dev_* methods with types, for tests, over any provider.
 *
 * Owns: names, arguments and results. Does not own: the methods themselves (rpc/dev).
 *
 *     const dev = createDevClient((method, params) => api._rpcCore.provider.send(method, params))
 */

/** Sends a request and resolves with its result. */
export type Send = (method: string, params: readonly unknown[]) => Promise<unknown>

/** The content of a new block. */
export interface NewBlock {
  readonly count?: number
  readonly to?: number
  /** Hex. */
  readonly transactions?: readonly string[]
  /** Unix milliseconds. */
  readonly timestamp?: number
  readonly unsafeBlockHeight?: number
}

/** Storage in the form of dev_setStorage. */
export type StorageValues =
  | readonly (readonly [key: string, value: string | null])[]
  | Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** The result that an extrinsic or a call would have. */
export interface DryRunResult {
  readonly outcome: { readonly kind: 'success' | 'failed' | 'refused' }
  readonly storageDiff: readonly {
    readonly key: string
    readonly before: string | null
    readonly after: string | null
  }[]
  readonly events: readonly unknown[]
  readonly trace: unknown
}

/** Where a transaction is, or how it ended. */
export interface TransactionState {
  readonly status: 'ready' | 'future' | 'inBlock' | 'finalized' | 'dropped' | 'invalid' | 'usurped' | 'unknown'
  /** Hash and number of the block, and the transaction's index in it. */
  readonly block?: string
  readonly number?: number
  readonly index?: number
  /** How it ended in the block, an error in words. Null where the block's state does not tell. */
  readonly outcome?: { readonly kind: 'success' } | { readonly kind: 'failed'; readonly error: string } | null
  /** Why it is in no block. */
  readonly reason?: string
  /** Hash of the transaction that took its place. */
  readonly by?: string
}

/** See the module's header. Hashes are hex, accounts SS58 or hex. A method rejects with the node's refusal. */
export interface DevClient {
  /** @returns the hash of the last block. */
  newBlock(options?: NewBlock): Promise<string>
  /** A hash, a number, or a negative number: the distance from the best block. @returns the new head's hash. */
  setHead(hashOrNumber: string | number): Promise<string>
  setStorage(values: StorageValues, blockHash?: string): Promise<string>
  setBalance(account: string, free: bigint): Promise<string>
  /** A date that JavaScript can parse, or Unix milliseconds. @returns the time in Unix milliseconds. */
  timeTravel(date: string | number): Promise<number>
  setNextTimestamp(unixMs: number): Promise<number>
  /** Milliseconds from each block's time to the next one's; null to follow the clock again. */
  setTimestampInterval(intervalMs: number | null): Promise<void>
  setBlockBuildMode(mode: 'Batch' | 'Instant' | 'Manual'): Promise<void>
  dryRun(extrinsic: string | { readonly call: string; readonly address: string }, at?: string): Promise<DryRunResult>
  trace(extrinsicOrPlace: string | { readonly block: string; readonly index?: number }): Promise<unknown>
  snapshot(): Promise<number>
  /** False if there is no such snapshot. */
  revert(id: number): Promise<boolean>
  /** The chain as JSON, for `loadState` or `assay chain --load-state`. */
  dumpState(): Promise<unknown>
  /** @returns the hash of the best block. */
  loadState(dump: unknown): Promise<string>
  impersonate(account: string): Promise<void>
  stopImpersonating(account: string): Promise<void>
  /** @returns the hash of the new best block. */
  reorg(depth: number, transactions?: readonly (readonly string[])[]): Promise<string>
  dropTransaction(hash: string): Promise<readonly string[]>
  transactionStatus(hash: string): Promise<TransactionState>
}

const given = (...params: readonly unknown[]): unknown[] => params.filter((each) => each !== undefined)

/** The methods over a function that sends requests. */
export function createDevClient(send: Send): DevClient {
  const call = async <T>(method: string, ...params: readonly unknown[]): Promise<T> =>
    (await send(method, given(...params))) as T
  return {
    newBlock: (options) => call('dev_newBlock', options),
    setHead: (hashOrNumber) => call('dev_setHead', hashOrNumber),
    setStorage: (values, blockHash) => call('dev_setStorage', values, blockHash),
    setBalance: (account, free) => call('dev_setBalance', account, String(free)),
    timeTravel: (date) => call('dev_timeTravel', date),
    setNextTimestamp: (unixMs) => call('dev_setNextTimestamp', unixMs),
    setTimestampInterval: async (intervalMs) => void (await call('dev_setTimestampInterval', intervalMs)),
    setBlockBuildMode: (mode) => call('dev_setBlockBuildMode', mode),
    dryRun: (extrinsic, at) => call('dev_dryRun', { extrinsic, ...(at !== undefined && { at }) }),
    trace: (extrinsicOrPlace) => call('dev_trace', extrinsicOrPlace),
    snapshot: () => call('dev_snapshot'),
    revert: (id) => call('dev_revert', id),
    dumpState: () => call('dev_dumpState'),
    loadState: (dump) => call('dev_loadState', dump),
    impersonate: (account) => call('dev_impersonate', account),
    stopImpersonating: (account) => call('dev_stopImpersonating', account),
    reorg: (depth, transactions) => call('dev_reorg', depth, transactions),
    dropTransaction: (hash) => call('dev_dropTransaction', hash),
    transactionStatus: (hash) => call('dev_transactionStatus', hash),
  }
}
