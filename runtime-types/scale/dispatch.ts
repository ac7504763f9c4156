/**
 * The cost of a call, its result, and the reasons why a transaction is not valid.
 *
 * Owns: weights, dispatch errors, transaction validity, fees: the types that runtime, pool and clients share. Does not
 * own: pallet errors, which come as ModuleError; metadata has their names.
 * Source: sp-weights weight_v2.rs, frame-support dispatch.rs, sp-runtime lib.rs, transaction_validity.rs and
 * proving_trie, pallet-transaction-payment types.rs.
 */
import type { ValueOf } from './codec.ts'
import { balance } from './balance.ts'
import { compactU64, option, struct, variant, vec } from './compound.ts'
import { enumeration } from './enumeration.ts'
import { bool, bytes, fixedBytes, u64, u8, unit } from './primitives.ts'
import { result } from './result.ts'

/** `refTime` in picoseconds of a reference machine, `proofSize` in bytes of storage proof. */
export const Weight = struct(
  { refTime: compactU64, proofSize: compactU64 },
  { path: ['sp_weights', 'weight_v2', 'Weight'] },
)
export type Weight = ValueOf<typeof Weight>

/** The class of a call. A block includes mandatory calls whatever their weight. */
export const DispatchClass = enumeration(['Normal', 'Operational', 'Mandatory'], {
  path: ['frame_support', 'dispatch', 'DispatchClass'],
})
export type DispatchClass = ValueOf<typeof DispatchClass>

/** Whether the signer pays the fee. */
export const Pays = enumeration(['Yes', 'No'], { path: ['frame_support', 'dispatch', 'Pays'] })
export type Pays = ValueOf<typeof Pays>

/** The facts about a dispatched call in events. */
export const DispatchEventInfo = struct(
  { weight: Weight, class: DispatchClass, paysFee: Pays },
  { path: ['frame_system', 'DispatchEventInfo'] },
)
export type DispatchEventInfo = ValueOf<typeof DispatchEventInfo>

/** A pallet's error: the index of the pallet, and its SCALE-encoded error, whose first byte is the variant. */
export const ModuleError = struct({ index: u8, error: fixedBytes(4) }, { path: ['sp_runtime', 'ModuleError'] })
export type ModuleError = ValueOf<typeof ModuleError>

export const TokenError = enumeration(
  [
    'FundsUnavailable',
    'OnlyProvider',
    'BelowMinimum',
    'CannotCreate',
    'UnknownAsset',
    'Frozen',
    'Unsupported',
    'CannotCreateHold',
    'NotExpendable',
    'Blocked',
  ],
  { path: ['sp_runtime', 'TokenError'] },
)
export type TokenError = ValueOf<typeof TokenError>

export const ArithmeticError = enumeration(['Underflow', 'Overflow', 'DivisionByZero'], {
  path: ['sp_arithmetic', 'ArithmeticError'],
})
export type ArithmeticError = ValueOf<typeof ArithmeticError>

export const TransactionalError = enumeration(['LimitReached', 'NoLayer'], {
  path: ['sp_runtime', 'TransactionalError'],
})
export type TransactionalError = ValueOf<typeof TransactionalError>

const TrieError = enumeration(
  [
    'InvalidStateRoot',
    'IncompleteDatabase',
    'ValueAtIncompleteKey',
    'DecoderError',
    'InvalidHash',
    'DuplicateKey',
    'ExtraneousNode',
    'ExtraneousValue',
    'ExtraneousHashReference',
    'InvalidChildReference',
    'ValueMismatch',
    'IncompleteProof',
    'RootMismatch',
    'DecodeError',
  ],
  { path: ['sp_runtime', 'proving_trie', 'TrieError'] },
)

/** Why a call failed. Errors without a value carry `undefined`. */
export const DispatchError = variant(
  {
    Other: unit,
    CannotLookup: unit,
    BadOrigin: unit,
    Module: ModuleError,
    ConsumerRemaining: unit,
    NoProviders: unit,
    TooManyConsumers: unit,
    Token: TokenError,
    Arithmetic: ArithmeticError,
    Transactional: TransactionalError,
    Exhausted: unit,
    Corruption: unit,
    Unavailable: unit,
    RootNotAllowed: unit,
    Trie: TrieError,
  },
  { path: ['sp_runtime', 'DispatchError'] },
)
export type DispatchError = ValueOf<typeof DispatchError>

/** `Result<(), DispatchError>`. */
export const DispatchResult = result(unit, DispatchError)
export type DispatchResult = ValueOf<typeof DispatchResult>

/** Why a transaction is invalid. */
export const InvalidTransaction = variant(
  {
    Call: unit,
    Payment: unit,
    Future: unit,
    Stale: unit,
    BadProof: unit,
    AncientBirthBlock: unit,
    ExhaustsResources: unit,
    Custom: u8,
    BadMandatory: unit,
    MandatoryValidation: unit,
    BadSigner: unit,
    IndeterminateImplicit: unit,
    UnknownOrigin: unit,
  },
  { path: ['sp_runtime', 'transaction_validity', 'InvalidTransaction'] },
)
export type InvalidTransaction = ValueOf<typeof InvalidTransaction>

/** Why the validity of a transaction cannot be determined. */
export const UnknownTransaction = variant(
  { CannotLookup: unit, NoUnsignedValidator: unit, Custom: u8 },
  { path: ['sp_runtime', 'transaction_validity', 'UnknownTransaction'] },
)
export type UnknownTransaction = ValueOf<typeof UnknownTransaction>

export const TransactionValidityError = variant(
  { Invalid: InvalidTransaction, Unknown: UnknownTransaction },
  { path: ['sp_runtime', 'transaction_validity', 'TransactionValidityError'] },
)
export type TransactionValidityError = ValueOf<typeof TransactionValidityError>

/** Where a transaction came from: a block, this node, or another one. */
export const TransactionSource = enumeration(['InBlock', 'Local', 'External'], {
  path: ['sp_runtime', 'transaction_validity', 'TransactionSource'],
})
export type TransactionSource = ValueOf<typeof TransactionSource>

/** How the pool may order a valid transaction. Tags are opaque bytes; `longevity` is in blocks. */
export const ValidTransaction = struct(
  { priority: u64, requires: vec(bytes), provides: vec(bytes), longevity: u64, propagate: bool },
  { path: ['sp_runtime', 'transaction_validity', 'ValidTransaction'] },
)
export type ValidTransaction = ValueOf<typeof ValidTransaction>

/** `TransactionValidity`: the answer of TaggedTransactionQueue_validate_transaction. */
export const TransactionValidity = result(ValidTransaction, TransactionValidityError)
export type TransactionValidity = ValueOf<typeof TransactionValidity>

/** `ApplyExtrinsicResult`: the answer of BlockBuilder_apply_extrinsic. */
export const ApplyExtrinsicResult = result(DispatchResult, TransactionValidityError)
export type ApplyExtrinsicResult = ValueOf<typeof ApplyExtrinsicResult>

/** Weight and fee of an extrinsic, without tip. */
export const RuntimeDispatchInfo = struct(
  { weight: Weight, class: DispatchClass, partialFee: balance },
  {
    path: ['pallet_transaction_payment', 'types', 'RuntimeDispatchInfo'],
    params: [
      { name: 'Balance', type: () => balance.type },
      { name: 'Weight', type: () => Weight.type },
    ],
  },
)
export type RuntimeDispatchInfo = ValueOf<typeof RuntimeDispatchInfo>

const balanceParam = [{ name: 'Balance', type: () => balance.type }] as const

/** The parts of an inclusion fee. */
export const InclusionFee = struct(
  { baseFee: balance, lenFee: balance, adjustedWeightFee: balance },
  { path: ['pallet_transaction_payment', 'types', 'InclusionFee'], params: balanceParam },
)
export type InclusionFee = ValueOf<typeof InclusionFee>

/** The parts of a fee; `inclusionFee` is undefined for extrinsics that pay none. */
export const FeeDetails = struct(
  { inclusionFee: option(InclusionFee), tip: balance },
  { path: ['pallet_transaction_payment', 'types', 'FeeDetails'], params: balanceParam },
)
export type FeeDetails = ValueOf<typeof FeeDetails>
