/**
 * A member's secrets in one ceremony, all from one seed: a worker that was killed says the very same words again.
 *
 * Owns: the derivation. Does not own: the seed, which the worker keeps on disk until the ceremony has ended.
 */
import type { CeremonyTerms } from '#types/domain/threshold/ceremony-types.ts'
import type { CeremonySecrets } from '#types/domain/threshold/dealing.ts'
import { curveOf, dhGroup, reducedScalar } from '#types/domain/threshold/group.ts'
import { expandSeed } from '#types/domain/threshold/transcript.ts'

/**
 * @param seed 32 random bytes, for this ceremony alone
 * @param standing the member's standing share, which is its constant coefficient in Reshare
 */
export function ceremonySecrets(
  seed: Uint8Array,
  terms: CeremonyTerms,
  context: Uint8Array,
  standing: bigint | undefined,
): CeremonySecrets {
  const scalar = (group: { readonly order: bigint }, use: string, index = 0): bigint =>
    reducedScalar(group, expandSeed(seed, context, `assay-dkg/${use}/1`, index))
  const coefficients = Array.from({ length: terms.qNew }, (_, k) => scalar(curveOf(terms.curve), 'coefficient', k))
  if (terms.kind === 'Refresh') coefficients[0] = 0n
  if (terms.kind === 'Reshare') coefficients[0] = standing ?? 0n
  return {
    coefficients,
    dealerSecret: scalar(dhGroup(), 'dealer'),
    recipientSecret: scalar(dhGroup(), 'recipient'),
  }
}
