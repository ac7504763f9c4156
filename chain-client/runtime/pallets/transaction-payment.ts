/**
 * Pallet TransactionPayment: the price of a transaction, and its receiver.
 *
 * Owns: the fee (base, length, weight, tip), taking it before the call and settling it after. Does not own: the transaction
 * extension that calls it.
 * Fees: one smallest unit per picosecond and per byte; the multiplier stays 1. The block's author gets all of it.
 * Source: pallet-transaction-payment lib.rs, payment.rs.
 */
import { named } from '#types/scale/compound.ts'
import { AccountId } from '#types/scale/account.ts'
import { balanceOf } from '#types/scale/balance.ts'
import type { DispatchClass, FeeDetails, Weight } from '#types/scale/dispatch.ts'
import { enumeration } from '#types/scale/enumeration.ts'
import { u128, u8, U64_MAX } from '#types/scale/primitives.ts'
import type { DispatchInfo } from '../frame/terms.ts'
import { constant, event, pallet, uses, type ExportsOf } from '../frame/pallet.ts'
import type { PostDispatchInfo } from '../frame/terms.ts'
import { value } from '../frame/storage.ts'
import { BLOCK_LENGTH, BLOCK_WEIGHTS, classKey, minWeight } from '../frame/weights.ts'
import type { Balances } from './balances/pallet.ts'

/** Smallest units for a picosecond of weight, and for a byte. */
const FEE_PER_REF_TIME = 1n
const FEE_PER_BYTE = 1n
/** One, as FixedU128. */
const MULTIPLIER_ONE = 1_000_000_000_000_000_000n
const OPERATIONAL_FEE_MULTIPLIER = 5

const FixedU128 = named(u128, ['sp_arithmetic', 'fixed_point', 'FixedU128'])
const Releases = enumeration(['V1Ancient', 'V2'], { path: ['pallet_transaction_payment', 'Releases'] })

/** A fee that is taken and not yet settled. */
export interface Withdrawn {
  readonly payer: Uint8Array
  readonly fee: bigint
  readonly tip: bigint
}

const weightToFee = ({ refTime }: Weight): bigint => refTime * FEE_PER_REF_TIME
const lengthToFee = (bytes: number): bigint => BigInt(bytes) * FEE_PER_BYTE

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** The parts of the fee for a transaction of that many bytes. None for transactions that pay nothing. */
function feeDetails(bytes: number, info: DispatchInfo, tip: bigint, weight: Weight = info.weight): FeeDetails {
  if (info.paysFee === 'No') return { inclusionFee: undefined, tip }
  const baseFee = weightToFee(BLOCK_WEIGHTS.perClass[classKey(info.class)].baseExtrinsic)
  return { inclusionFee: { baseFee, lenFee: lengthToFee(bytes), adjustedWeightFee: weightToFee(weight) }, tip }
}

function total({ inclusionFee, tip }: FeeDetails): bigint {
  if (!inclusionFee) return tip
  return inclusionFee.baseFee + inclusionFee.lenFee + inclusionFee.adjustedWeightFee + tip
}

/** How many such transactions a block could hold, at least one. */
function perBlock(dispatchClass: DispatchClass, weight: Weight, bytes: number): bigint {
  const { baseExtrinsic, maxTotal } = BLOCK_WEIGHTS.perClass[classKey(dispatchClass)]
  const blockTime = (maxTotal ?? BLOCK_WEIGHTS.maxBlock).refTime
  const byWeight = blockTime / max(1n, min(weight.refTime + baseExtrinsic.refTime, blockTime))
  const byLength = BigInt(BLOCK_LENGTH.max[classKey(dispatchClass)]) / BigInt(Math.max(1, bytes))
  return max(1n, min(byWeight, byLength))
}

export const transactionPaymentPallet = pallet({
  name: 'TransactionPayment',
  docs: 'Fees: what a transaction costs, taken before its call and given to the block author after.',
  constants: {
    operationalFeeMultiplier: constant(
      'A fee multiplier for `Operational` extrinsics to compute "virtual tip" to boost their `priority`.',
      u8,
      OPERATIONAL_FEE_MULTIPLIER,
    ),
  },
  storage: {
    nextFeeMultiplier: value('The multiplier of weight fees: always one on this chain.', FixedU128, MULTIPLIER_ONE),
    storageVersion: value('Version of the storage layout.', Releases, 'V2' as const),
  },
  events: {
    TransactionFeePaid: event(
      'A transaction fee `actual_fee`, of which `tip` was added to the minimum inclusion fee, has been paid by `who`.',
      { who: AccountId, actualFee: balanceOf, tip: balanceOf },
    ),
  },
  uses: uses<{
    readonly balances: Pick<Balances, 'canWithdraw' | 'withdraw' | 'deposit' | 'drop'>
    /** Account of the block's author. */
    readonly author: () => Uint8Array | undefined
  }>(),
  exports: ({ emit, uses: { balances, author } }) => ({
    feeDetails,
    computeFee: (bytes: number, info: DispatchInfo, tip: bigint): bigint => total(feeDetails(bytes, info, tip)),
    weightToFee,
    lengthToFee,
    /** Whether the payer's account can pay and stays alive. */
    canPay: (payer: Uint8Array, fee: bigint): boolean => balances.canWithdraw(payer, fee),
    /** Takes the fee. Ask {@link canPay} before. */
    withdraw(payer: Uint8Array, fee: bigint, tip: bigint): Withdrawn {
      balances.withdraw(payer, fee)
      return { payer, fee, tip }
    },
    /** After the call: gives the unused part back and the rest to the author. Destroys an amount that nobody can take. */
    settle({ payer, fee, tip }: Withdrawn, bytes: number, info: DispatchInfo, post: PostDispatchInfo): void {
      const weight = post.actualWeight ? minWeight(post.actualWeight, info.weight) : info.weight
      const paysFee = post.paysFee ?? info.paysFee
      const actualFee = min(fee, total(feeDetails(bytes, { ...info, paysFee }, tip, weight)))
      const refunded = balances.deposit(payer, fee - actualFee) ? fee - actualFee : 0n
      const earned = fee - refunded
      const to = author()
      if (!to || !balances.deposit(to, earned)) balances.drop(earned)
      emit.TransactionFeePaid({ who: payer, actualFee: earned, tip })
    },
    /** Higher for higher tips per share of the block; operational ones get a virtual tip (`get_priority`). */
    priority(info: DispatchInfo, bytes: number, tip: bigint, fee: bigint): bigint {
      const scaled = (tip + 1n) * perBlock(info.class, info.weight, bytes)
      const virtual = fee * BigInt(OPERATIONAL_FEE_MULTIPLIER) * perBlock(info.class, info.weight, bytes)
      return min(U64_MAX, info.class === 'Operational' ? scaled + virtual : scaled)
    },
  }),
})

/** The exports of TransactionPayment, for the extensions and runtime APIs. */
export type TransactionPayment = ExportsOf<typeof transactionPaymentPallet>
