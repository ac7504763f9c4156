/**
 * Runtime APIs of fees: the price of a transaction or a call.
 *
 * Owns: TransactionPaymentApi and TransactionPaymentCallApi. Does not own: the fee itself (pallet TransactionPayment).
 * Source: pallet-transaction-payment-rpc-runtime-api lib.rs.
 */
import { FeeDetails, RuntimeDispatchInfo, Weight } from '#types/scale/dispatch.ts'
import { u128, u32 } from '#types/scale/primitives.ts'
import { method, runtimeApi, wireCodec, type ApiConfig, type RuntimeApi } from './api-shape.ts'
import { termsOf } from './extensions.ts'

/** Fees of extrinsics as they are on the wire. */
export function transactionPayment(config: ApiConfig): RuntimeApi {
  const { frame, payment } = config
  const uxt = wireCodec(config)
  const infoOf = (wire: Uint8Array) => {
    const { value } = config.decode(wire)
    const info = frame.dispatcher.info(value.call)
    const tip = value.signature ? termsOf(value.signature.extra).tip : 0n
    return { info, tip, pays: value.signature !== undefined }
  }
  return runtimeApi('TransactionPaymentApi', 'Fees of transactions.', {
    query_info: method(
      'Weight, class and fee of an extrinsic, without tip.',
      { uxt, len: u32 },
      RuntimeDispatchInfo,
      (args) => {
        const { info, pays } = infoOf(args.uxt)
        return {
          weight: info.weight,
          class: info.class,
          partialFee: pays ? payment.computeFee(args.len, info, 0n) : 0n,
        }
      },
    ),
    query_fee_details: method('The parts of the fee of an extrinsic.', { uxt, len: u32 }, FeeDetails, (args) => {
      const { info, tip, pays } = infoOf(args.uxt)
      return pays ? payment.feeDetails(args.len, info, tip) : { inclusionFee: undefined, tip: 0n }
    }),
    query_weight_to_fee: method('The fee for a weight.', { weight: Weight }, u128, ({ weight }) =>
      payment.weightToFee(weight),
    ),
    query_length_to_fee: method('The fee for a length in bytes.', { length: u32 }, u128, ({ length }) =>
      payment.lengthToFee(length),
    ),
  })
}

/** Fees of calls, as if an account had signed them. */
export function transactionPaymentCall({ frame, payment }: ApiConfig): RuntimeApi {
  const inputs = { call: frame.runtimeCall, len: u32 }
  return runtimeApi('TransactionPaymentCallApi', 'Fees of calls.', {
    query_call_info: method('Weight, class and fee of a call.', inputs, RuntimeDispatchInfo, ({ call, len }) => {
      const info = frame.dispatcher.info(call)
      return { weight: info.weight, class: info.class, partialFee: payment.computeFee(len, info, 0n) }
    }),
    query_call_fee_details: method('The parts of the fee of a call.', inputs, FeeDetails, ({ call, len }) =>
      payment.feeDetails(len, frame.dispatcher.info(call), 0n),
    ),
    query_weight_to_fee: method('The fee for a weight.', { weight: Weight }, u128, ({ weight }) =>
      payment.weightToFee(weight),
    ),
    query_length_to_fee: method('The fee for a length in bytes.', { length: u32 }, u128, ({ length }) =>
      payment.lengthToFee(length),
    ),
  })
}
