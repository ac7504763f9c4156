/**
 * What a node's refusal of an extrinsic means for its duty.
 *
 * Owns: the table. Does not own: the reaction to a verdict.
 * Source: polkadot-sdk substrate/client/rpc-api/src/author/error.rs; sp-runtime transaction_validity.rs for the texts.
 */
import type { RpcRefusal } from './rpc-error.ts'

/**
 * - `pooled`: the node has this extrinsic already.
 * - `contested`: its nonce is used, or another extrinsic in the pool has it; the finalized chain will tell which.
 * - `stale-signature`: a new signature of the same call, with the same nonce, may pass.
 * - `later`: the same bytes may pass later.
 * - `never`: no bytes for this call will pass.
 */
export type Verdict = 'pooled' | 'contested' | 'stale-signature' | 'later' | 'never'

const INVALID_TRANSACTION = 1010
const TEMPORARILY_BANNED = 1012
const ALREADY_IMPORTED = 1013
const TOO_LOW_PRIORITY = 1014
const CYCLE = 1015
const UNKNOWN_VALIDITY = 1011
const IMMEDIATELY_DROPPED = 1016
const INTERNAL_ERROR = -32_603

/** By the text in the error's data. Era and signature depend on the block and the runtime version of the signing. */
const INVALID: readonly (readonly [RegExp, Verdict])[] = [
  [/outdated|stale/i, 'contested'],
  [/ancient birth block|bad signature|bad proof/i, 'stale-signature'],
  [/in the future|pay some fees|payment|exhaust/i, 'later'],
]

export function judge({ rpcCode, message, data }: RpcRefusal): Verdict {
  switch (rpcCode) {
    case ALREADY_IMPORTED:
      return 'pooled'
    case TOO_LOW_PRIORITY:
      return 'contested'
    case TEMPORARILY_BANNED:
      // The pool banned these bytes only. It accepts other bytes with the same nonce.
      return 'stale-signature'
    case UNKNOWN_VALIDITY:
    case IMMEDIATELY_DROPPED:
    case INTERNAL_ERROR:
      return 'later'
    case INVALID_TRANSACTION:
      return INVALID.find(([pattern]) => pattern.test(`${message} ${data}`))?.[1] ?? 'never'
    case CYCLE:
    default:
      return 'never'
  }
}
