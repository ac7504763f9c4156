/**
 * Dishonest attestors for tests and the devnet's scenarios.
 *
 * Owns: which fault goes by which name. Does not own: how it is committed (protocols/adversaries.ts). A lossy hoster is no
 * matter of its role: it serves honestly a feed with holes.
 */
import {
  badPing,
  badReveal,
  createFaultyCoinflip,
  equivocate,
  forgeFraud,
  type Fault,
} from '../protocols/adversaries.ts'
import type { CoinflipOptions, Coinflip } from '../protocols/coinflip.ts'

const FAULTS = {
  'bad-reveal': badReveal,
  equivocate,
  'bad-ping': badPing(),
  'forged-fraud': forgeFraud(),
} as const satisfies Readonly<Record<string, Fault>>

/** Names of the faults an attestor can be started with. */
export type AttestorFault = keyof typeof FAULTS

/** Names of all of them. */
export const ATTESTOR_FAULTS = Object.keys(FAULTS) as readonly AttestorFault[]

/** Makes the members of this attestor's sessions commit a fault: goes in the place of `createCoinflip`. */
export const coinflipWithFault =
  (name: AttestorFault) =>
  (options: CoinflipOptions): Coinflip =>
    createFaultyCoinflip(options, FAULTS[name])
