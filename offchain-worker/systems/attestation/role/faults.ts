/**
 * Dishonest attestors for the devnet's scenarios.
 *
 * Owns: which faults an attestor can be started with. Does not own: what they are (faults.ts of the coinflip's protocol). A lossy hoster
 * is no matter of its role: it serves honestly a feed with holes.
 */
import type { FaultName } from '#worker/systems/coinflip/protocol/faults.ts'

/** Names of all of them. */
export const ATTESTOR_FAULTS = [
  'bad-reveal',
  'equivocate',
  'bad-ping',
  'forged-fraud',
] as const satisfies readonly FaultName[]
export type AttestorFault = (typeof ATTESTOR_FAULTS)[number]
