/**
 * Dishonest attestors for the devnet's scenarios.
 *
 * Owns: which faults an attestor can be started with. Does not own: what each fault does (the coinflip's adversaries).
 */
import type { FaultName } from '#worker/systems/coinflip/protocol/faults.ts'

/** The values of `--fault` that an attestor takes. */
export const ATTESTOR_FAULTS = [
  'bad-reveal',
  'equivocate',
  'bad-ping',
  'forged-fraud',
] as const satisfies readonly FaultName[]
export type AttestorFault = (typeof ATTESTOR_FAULTS)[number]
