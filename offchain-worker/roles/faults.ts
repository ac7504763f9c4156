/**
 * Dishonest attestors for tests and the devnet's scenarios.
 *
 * Owns: which fault goes by which name. Does not own: how it is committed (protocols/adversaries.ts). A lossy hoster is no
 * matter of its role: it serves honestly a feed with holes.
 */
import { badReveal, createFaultyCoinflip, equivocate, type Fault } from '../protocols/adversaries.ts'
import type { CoinflipOptions, Coinflip } from '../protocols/coinflip.ts'

const FAULTS = { 'bad-reveal': badReveal, equivocate } as const satisfies Readonly<Record<string, Fault>>

/** Names of the faults an attestor can be started with. */
export type AttestorFault = keyof typeof FAULTS

/** Makes the members of this attestor's sessions commit a fault: goes in the place of `createCoinflip`. */
export const coinflipWithFault =
  (name: AttestorFault) =>
  (options: CoinflipOptions): Coinflip =>
    createFaultyCoinflip(options, FAULTS[name])
