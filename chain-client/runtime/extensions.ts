/**
 * The transaction extensions, Substrate's standard ones in their standard order.
 *
 * Owns: what each adds to a transaction and to the signed bytes, and the checks. Does not own: signatures, which the node verifies.
 * Source: frame-system extensions/*.rs, pallet-transaction-payment lib.rs, frame-metadata-hash-extension lib.rs.
 */
import { equalBytes } from '#types/bytes.ts'
import { AccountId, H256 } from '#types/scale/account.ts'
import { encode, type Codec, type ValueOf } from '#types/scale/codec.ts'
import { compactU128, compactU32, named, option, tuple } from '#types/scale/compound.ts'
import { enumeration } from '#types/scale/enumeration.ts'
import { Era, eraBirth, eraDeath } from '#types/scale/era.ts'
import { fixedBytes, u32, U64_MAX, unit } from '#types/scale/primitives.ts'
import type { DispatchInfo } from './frame/terms.ts'
import { encodeSmall } from './frame/scratch.ts'
import type { ExtensionTypes } from './frame/metadata.ts'
import { BLOCK_LENGTH, BLOCK_WEIGHTS, classKey } from './frame/weights.ts'
import type { System } from './pallets/system.ts'
import type { TransactionPayment, Withdrawn } from './pallets/transaction-payment.ts'
import type { InvalidReason, TransactionError, ValidTransaction } from './runtime-interface.ts'

/** An extension without bytes of its own. */
const empty = (...path: string[]): Codec<undefined> => ({
  ...unit,
  type: { path: ['frame_system', 'extensions', ...path], shape: { kind: 'composite', fields: [] } },
})

const CheckEra: Codec<Era> = named(Era, ['frame_system', 'extensions', 'check_mortality', 'CheckMortality'])
const Nonce = named(compactU32, ['frame_system', 'extensions', 'check_nonce', 'CheckNonce'])
const Tip = named(compactU128, ['pallet_transaction_payment', 'ChargeTransactionPayment'])
const Mode = enumeration(['Disabled', 'Enabled'], { path: ['frame_metadata_hash_extension', 'Mode'] })
/** In metadata a struct with the field `mode`, because dedot fills it in by that name. As a value, the mode itself. */
const MetadataHashMode: Codec<ValueOf<typeof Mode>> = {
  ...Mode,
  type: {
    path: ['frame_metadata_hash_extension', 'CheckMetadataHash'],
    shape: { kind: 'composite', fields: [{ name: 'mode', type: () => Mode.type, typeName: 'Mode' }] },
  },
}

/** Identifier, explicit part (in the transaction) and implicit part (signed but not sent), in signing order. */
export const EXTENSIONS = [
  { identifier: 'CheckNonZeroSender', explicit: empty('check_non_zero_sender', 'CheckNonZeroSender'), implicit: unit },
  { identifier: 'CheckSpecVersion', explicit: empty('check_spec_version', 'CheckSpecVersion'), implicit: u32 },
  { identifier: 'CheckTxVersion', explicit: empty('check_tx_version', 'CheckTxVersion'), implicit: u32 },
  { identifier: 'CheckGenesis', explicit: empty('check_genesis', 'CheckGenesis'), implicit: H256 },
  { identifier: 'CheckMortality', explicit: CheckEra, implicit: H256 },
  { identifier: 'CheckNonce', explicit: Nonce, implicit: unit },
  { identifier: 'CheckWeight', explicit: empty('check_weight', 'CheckWeight'), implicit: unit },
  { identifier: 'ChargeTransactionPayment', explicit: Tip, implicit: unit },
  { identifier: 'CheckMetadataHash', explicit: MetadataHashMode, implicit: option(fixedBytes(32)) },
] as const satisfies readonly ExtensionTypes[]

/** The explicit parts, one after the other. */
export const Extra = tuple(
  EXTENSIONS[0].explicit,
  EXTENSIONS[1].explicit,
  EXTENSIONS[2].explicit,
  EXTENSIONS[3].explicit,
  CheckEra,
  Nonce,
  EXTENSIONS[6].explicit,
  Tip,
  MetadataHashMode,
)
const Implicit = tuple(u32, u32, H256, H256, option(fixedBytes(32)))

/** The terms of a transaction besides its call. */
export interface TransactionTerms {
  readonly era: Era
  readonly nonce: number
  readonly tip: bigint
  readonly metadataHash: 'Disabled' | 'Enabled'
}

export const termsOf = ([, , , , era, nonce, , tip, metadataHash]: ValueOf<typeof Extra>): TransactionTerms => ({
  era,
  nonce,
  tip,
  metadataHash,
})

const invalid = (reason: InvalidReason): TransactionError => ({ kind: 'invalid', reason })

const NonceTag = tuple(AccountId, u32)

/** A tag that the transaction of this account with this nonce provides. */
const nonceTag = (who: Uint8Array, nonce: number): Uint8Array => encodeSmall(NonceTag, [who, nonce])

/** A transaction as the extensions see it. */
export interface CheckedTransaction {
  readonly signer: Uint8Array
  readonly terms: TransactionTerms
  readonly info: DispatchInfo
  /** Bytes on the wire, length prefix included. */
  readonly length: number
}

/** What the extensions need from the runtime. */
export interface ExtensionConfig {
  readonly specVersion: number
  readonly transactionVersion: number
  readonly system: Pick<System, 'account' | 'incNonce' | 'blockHash'>
  readonly payment: TransactionPayment
  readonly block: () => number
  /** The digest that signers of mode Enabled sign: RFC-78. */
  readonly metadataHash: () => Uint8Array
}

const ZERO_ACCOUNT = new Uint8Array(32)

/** The checks of one runtime. All run in an environment whose block is the one in which the transaction would be. */
export class Extensions {
  readonly #config: ExtensionConfig
  /** The implicit bytes made last, and the hashes in them: nearly all transactions of a block share them. */
  #lastImplicit:
    | { readonly genesis: Uint8Array; readonly birth: Uint8Array; readonly mode: string; readonly bytes: Uint8Array }
    | undefined

  constructor(config: ExtensionConfig) {
    this.#config = config
  }

  /** The bytes that are signed but not sent, or the reason why there are none. */
  implicit({ era, metadataHash: mode }: TransactionTerms): Uint8Array | TransactionError {
    const { specVersion, transactionVersion, system, block, metadataHash } = this.#config
    const genesis = system.blockHash(0)
    const birth = era === 'immortal' ? genesis : system.blockHash(eraBirth(era, block()))
    if (!genesis || !birth) return invalid('AncientBirthBlock')
    const last = this.#lastImplicit
    if (last?.genesis === genesis && last.birth === birth && last.mode === mode) return last.bytes
    const digest = mode === 'Enabled' ? metadataHash() : undefined
    const bytes = encode(Implicit, [specVersion, transactionVersion, genesis, birth, digest])
    this.#lastImplicit = { genesis, birth, mode, bytes }
    return bytes
  }

  /** Checks for the pool. A future nonce is valid and `requires` the one before. */
  validate(transaction: CheckedTransaction): TransactionError | ValidTransaction {
    const { signer, terms, info, length } = transaction
    const { system, payment, block } = this.#config
    const fee = payment.computeFee(length, info, terms.tip)
    const refused = this.#check(transaction, fee)
    if (refused) return refused
    const { nonce } = system.account(signer)
    const death = eraDeath(terms.era, block())
    return {
      priority: payment.priority(info, length, terms.tip, fee),
      requires: terms.nonce > nonce ? [nonceTag(signer, terms.nonce - 1)] : [],
      provides: [nonceTag(signer, terms.nonce)],
      longevity: death === Infinity ? U64_MAX : BigInt(death - block()),
      propagate: true,
    }
  }

  /** Checks for a block, counts the nonce and takes the fee. `fits` says whether the block has room left. */
  prepare(transaction: CheckedTransaction, fits: () => boolean): TransactionError | { readonly withdrawn: Withdrawn } {
    const { signer, terms, info, length } = transaction
    const { system, payment } = this.#config
    const fee = payment.computeFee(length, info, terms.tip)
    const refused = this.#check(transaction, fee)
    if (refused) return refused
    if (terms.nonce > system.account(signer).nonce) return invalid('Future')
    if (!fits()) return invalid('ExhaustsResources')
    system.incNonce(signer)
    return { withdrawn: payment.withdraw(signer, fee, terms.tip) }
  }

  /**
   * Why a general transaction cannot go in. There always is a reason: no extension here names its sender (`UnknownOrigin`). All
   * clients sign version 4. Source: sp-runtime dispatch_transaction.rs.
   */
  checkGeneral({ terms, info, length }: Omit<CheckedTransaction, 'signer'>): TransactionError {
    const implicit = this.implicit(terms)
    if (!(implicit instanceof Uint8Array)) return implicit
    return this.checkSize(info, length) ?? invalid('UnknownOrigin')
  }

  /** Whether any block has room for it: CheckWeight, which bare extrinsics must pass too. */
  checkSize(info: DispatchInfo, length: number): TransactionError | undefined {
    const { maxExtrinsic } = BLOCK_WEIGHTS.perClass[classKey(info.class)]
    if (maxExtrinsic && info.weight.refTime > maxExtrinsic.refTime) return invalid('ExhaustsResources')
    return length > BLOCK_LENGTH.max[classKey(info.class)] ? invalid('ExhaustsResources') : undefined
  }

  /** The checks that pool and block share, in the order of the extensions. */
  #check({ signer, terms, info, length }: CheckedTransaction, fee: bigint): TransactionError | undefined {
    if (equalBytes(signer, ZERO_ACCOUNT)) return invalid('BadSigner')
    const account = this.#config.system.account(signer)
    if (account.providers === 0 && account.sufficients === 0) return invalid('Payment')
    if (terms.nonce < account.nonce) return invalid('Stale')
    const oversized = this.checkSize(info, length)
    if (oversized) return oversized
    return this.#config.payment.canPay(signer, fee) ? undefined : invalid('Payment')
  }
}
