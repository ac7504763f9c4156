/**
 * The runtime's answer about one extrinsic as `ApplyExtrinsicResult`, the result of system_dryRun.
 *
 * Owns: the mapping. Does not own: the codec.
 */
import type { ApplyExtrinsicResult, TransactionValidityError } from '#types/scale/dispatch.ts'
import type { ApplyOutcome, TransactionError } from '#chain/runtime/runtime-interface.ts'

/** The outcome as clients decode it. */
export function applyResult(outcome: ApplyOutcome): ApplyExtrinsicResult {
  switch (outcome.kind) {
    case 'success':
      return { ok: true, value: { ok: true, value: undefined } }
    case 'failed':
      return { ok: true, value: { ok: false, error: outcome.error } }
    default:
      return { ok: false, error: validityError(outcome.error) }
  }
}

function validityError(error: TransactionError): TransactionValidityError {
  if (error.kind === 'unknown') return { tag: 'Unknown', value: { tag: error.reason, value: undefined } }
  if (error.reason === 'Custom') return { tag: 'Invalid', value: { tag: error.reason, value: error.code } }
  return { tag: 'Invalid', value: { tag: error.reason, value: undefined } }
}
