/**
 * The errors of JSON-RPC, with Substrate's numbers.
 *
 * Owns: the one table of error numbers, their messages and data, and the mapping from errors of the node and the
 * runtime. Does not own: the envelope of a reply.
 * Source: polkadot-sdk substrate/client/rpc-api/src/{author,chain,state,offchain}/error.rs, jsonrpsee
 * types/src/error.rs, sp-runtime transaction_validity.rs, sc-consensus-manual-seal error.rs.
 */
import { AssayError, messageOf } from '#types/errors.ts'
import { toHex } from '#types/bytes.ts'
import type { PoolRefusal } from '#chain/node/node-interface.ts'
import type { InvalidReason } from '#chain/runtime/runtime-interface.ts'

/** Every number an error object of this server may carry. */
export const RPC_CODE = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  tooManySubscriptions: -32006,
  requestTooBig: -32007,
  responseTooBig: -32008,
  batchTooLarge: -32010,
  chopsticks: 1,
  runtimeError: 1,
  decodeError: 2,
  verification: 1002,
  invalidTransaction: 1010,
  unknownValidity: 1011,
  temporarilyBanned: 1012,
  alreadyImported: 1013,
  tooLowPriority: 1014,
  cycleDetected: 1015,
  immediatelyDropped: 1016,
  authorOther: 1040,
  chainOther: 3001,
  invalidBlockRange: 4001,
  invalidCount: 4002,
  stateClient: 4003,
  emptyTransactionPool: 12_000,
  blockNotFound: 13_000,
  blockchainError: 16_000,
} as const

/** An error that goes to the client unchanged: `code`, `message` and `data` of JSON-RPC's error object. */
export class RpcError extends AssayError {
  readonly rpcCode: number
  readonly data: string | undefined

  constructor(rpcCode: number, message: string, data?: string, options?: { cause?: unknown }) {
    super('RPC', message, { rpcCode }, options)
    this.rpcCode = rpcCode
    this.data = data
  }
}

/** `InvalidTransaction` in Substrate's words. These texts are the `data` of error 1010, and clients match on them. */
const INVALID_REASON: Readonly<Record<InvalidReason, string>> = {
  Call: 'Transaction call is not expected',
  Payment: 'Inability to pay some fees (e.g. account balance too low)',
  Future: 'Transaction will be valid in the future',
  Stale: 'Transaction is outdated',
  BadProof: 'Transaction has a bad signature',
  AncientBirthBlock: 'Transaction has an ancient birth block',
  ExhaustsResources: 'Transaction would exhaust the block limits',
  BadMandatory: 'A call was labelled as mandatory, but resulted in an Error.',
  MandatoryValidation: 'Transaction dispatch is mandatory; transactions must not be validated.',
  BadSigner: 'Invalid signing address',
  IndeterminateImplicit: 'The implicit data was unable to be calculated',
  UnknownOrigin: 'The transaction extension did not authorize any origin',
}

/** 1010 or 1011. Of a call that its pallet refuses, the data has the number as Substrate tells it, and the error's name. */
function validityError(error: Extract<PoolRefusal, { kind: 'validity' }>['error']): RpcError {
  if (error.kind === 'unknown')
    return new RpcError(RPC_CODE.unknownValidity, 'Unknown Transaction Validity', error.reason)
  const data = error.reason === 'Custom' ? `Custom error: ${error.code}: ${error.name}` : INVALID_REASON[error.reason]
  return new RpcError(RPC_CODE.invalidTransaction, 'Invalid Transaction', data)
}

/** The error for a pool's refusal: 1010 to 1016. */
function poolError(refusal: PoolRefusal): RpcError {
  switch (refusal.kind) {
    case 'validity':
      return validityError(refusal.error)
    case 'temporarilyBanned':
      return new RpcError(RPC_CODE.temporarilyBanned, 'Transaction is temporarily banned')
    case 'alreadyImported':
      return new RpcError(RPC_CODE.alreadyImported, 'Transaction Already Imported', toHex(refusal.hash))
    case 'tooLowPriority':
      return new RpcError(
        RPC_CODE.tooLowPriority,
        `Priority is too low: (${refusal.old} vs ${refusal.new})`,
        'The transaction has too low priority to replace another transaction already in the pool.',
      )
    case 'cycleDetected':
      return new RpcError(RPC_CODE.cycleDetected, 'Cycle Detected')
    default:
      // immediatelyDropped
      return new RpcError(
        RPC_CODE.immediatelyDropped,
        'Immediately Dropped',
        "The transaction couldn't enter the pool because of the limit",
      )
  }
}

/** The refusal as text, in Substrate's words. */
export function refusalText(refusal: PoolRefusal): string {
  const { message, data } = poolError(refusal)
  return data === undefined ? message : `${message}: ${data}`
}

/** The answer of author_* to an error of `Node.submit`. Bugs pass unchanged. */
export function authorError(thrown: unknown): unknown {
  if (!(thrown instanceof AssayError)) return thrown
  if (isPoolError(thrown)) return poolError(thrown.refusal)
  switch (thrown.code) {
    case 'SCALE':
      return new RpcError(RPC_CODE.verification, 'Verification Error', badExtrinsic(thrown))
    case 'VERIFIER_BUSY':
    case 'VERIFIER_CLOSED':
      return new RpcError(RPC_CODE.authorOther, `Client error: ${thrown.message}`)
    default:
      return thrown
  }
}

const badExtrinsic = (error: AssayError): string => `Extrinsic has invalid format: ${error.message}`

// By its shape and not by its class: the class belongs to the pool, and this layer knows only the node's interface.
const isPoolError = (error: AssayError): error is AssayError & { readonly refusal: PoolRefusal } => 'refusal' in error

/**
 * The errors of payment_* and system_dryRun: 2 for bytes that are no extrinsic, 1 if the runtime does not answer.
 * @param doing such as `query dispatch info`; it follows "Unable to".
 */
export function runtimeQueryError(thrown: unknown, doing: string): unknown {
  if (!(thrown instanceof AssayError) || thrown instanceof RpcError) return thrown
  const code = thrown.code === 'SCALE' ? RPC_CODE.decodeError : RPC_CODE.runtimeError
  return new RpcError(code, `Unable to ${doing}.`, thrown.message)
}

/** Whether the disk refused a write: the request was in order, and {@link knownError} has its answer. */
export const isDiskError = (thrown: unknown): boolean =>
  thrown instanceof AssayError && (thrown.code === 'DISK_REFUSES' || thrown.code === 'DISK_LOST')

/**
 * The error object for an error that a handler threw; undefined for a bug, which the dispatcher logs and reports as an
 * internal error. Deliberate errors of the node and the runtime become `Client error` 4003, as in Substrate.
 */
export function knownError(thrown: unknown): RpcError | undefined {
  if (thrown instanceof RpcError) return thrown
  if (!(thrown instanceof AssayError)) return undefined
  if (isDiskError(thrown))
    return new RpcError(RPC_CODE.stateClient, `Client error: Backend error: ${thrown.message}`, thrown.code)
  switch (thrown.code) {
    case 'UNKNOWN_BLOCK':
      return new RpcError(RPC_CODE.stateClient, `Client error: UnknownBlock: ${thrown.message}`)
    case 'UNKNOWN_RUNTIME_API':
    case 'EXECUTION_FAILED':
    case 'SCALE':
      return new RpcError(RPC_CODE.stateClient, `Client error: Execution failed: ${thrown.message}`)
    case 'NOT_ON_FINALIZED_BRANCH':
      return new RpcError(RPC_CODE.blockchainError, `Not on the finalized branch: ${thrown.message}`)
    default:
      return undefined
  }
}

/** The client learns a bug's message. The stack goes to the log. */
export const internalError = (thrown: unknown): RpcError =>
  new RpcError(RPC_CODE.internalError, 'Internal error', messageOf(thrown))
