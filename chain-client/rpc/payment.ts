/**
 * payment_*: the cost of an extrinsic.
 *
 * Owns: these methods. Does not own: fees, which the runtime API computes.
 * Source: polkadot-sdk substrate/frame/transaction-payment/rpc/src/lib.rs.
 */
import { concatBytes } from '#types/bytes.ts'
import { decode, encode, type Codec } from '#types/scale/codec.ts'
import { FeeDetails, RuntimeDispatchInfo } from '#types/scale/dispatch.ts'
import { u32 } from '#types/scale/primitives.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { runtimeQueryError } from './errors.ts'
import { hexNumber } from './json.ts'
import { method, type Methods } from './method.ts'
import { bytes, hash, optional } from './params.ts'

export function paymentMethods(node: Node): Methods {
  const params = { encodedXt: bytes, at: optional(hash) }
  function query<T>(api: string, codec: Codec<T>, wire: Uint8Array, at: Uint8Array | undefined): T {
    const block = node.at(at ?? node.best().hash)
    return decode(codec, node.runtime.call(block, api, concatBytes(wire, encode(u32, wire.length))))
  }
  return {
    payment_queryInfo: method(params, ({ encodedXt, at }) => {
      try {
        node.runtime.decode(encodedXt)
        const info = query('TransactionPaymentApi_query_info', RuntimeDispatchInfo, encodedXt, at)
        return {
          weight: { ref_time: Number(info.weight.refTime), proof_size: Number(info.weight.proofSize) },
          class: info.class.toLowerCase(),
          partialFee: info.partialFee.toString(),
        }
      } catch (thrown) {
        throw runtimeQueryError(thrown, 'query dispatch info')
      }
    }),
    payment_queryFeeDetails: method(params, ({ encodedXt, at }) => {
      try {
        node.runtime.decode(encodedXt)
        const { inclusionFee } = query('TransactionPaymentApi_query_fee_details', FeeDetails, encodedXt, at)
        if (!inclusionFee) return { inclusionFee: null }
        const { baseFee, lenFee, adjustedWeightFee } = inclusionFee
        return {
          inclusionFee: {
            baseFee: hexNumber(baseFee),
            lenFee: hexNumber(lenFee),
            adjustedWeightFee: hexNumber(adjustedWeightFee),
          },
        }
      } catch (thrown) {
        throw runtimeQueryError(thrown, 'query fee details')
      }
    }),
  }
}
