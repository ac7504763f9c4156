/**
 * Names for the ways in which a member of `assay coinflip` can be dishonest.
 *
 * Owns: which name stands for which strategy. Does not own: the strategies (protocols/adversaries.ts), or what becomes of
 * who follows one.
 */
import {
  badPing,
  badReveal,
  copyCommitment,
  createFaultyCoinflip,
  equivocate,
  forgeEcho,
  forgeFraud,
  selectiveReveal,
  silentFrom,
  strangePing,
  type Fault,
} from '../protocols/adversaries.ts'
import type { Coinflip, CoinflipOptions } from '../protocols/coinflip.ts'
import type { MemberFault } from './limits.ts'

const FAULTS: Readonly<Record<MemberFault, Fault>> = {
  'silent-at-join': silentFrom('Join'),
  'silent-at-commit': silentFrom('Commit'),
  'silent-at-echo': silentFrom('Echo'),
  'silent-at-reveal': silentFrom('Reveal'),
  'silent-at-confirm': silentFrom('Confirm'),
  equivocate,
  'forged-echo': forgeEcho,
  'forged-fraud': forgeFraud(),
  'copied-commitment': copyCommitment,
  'bad-reveal': badReveal,
  'selective-reveal': selectiveReveal,
  'bad-ping': badPing(),
  'bad-pong': badPing('Pong'),
  'strange-ping': strangePing,
}

/** Makes the members of a process dishonest: goes in the place of `createCoinflip`. */
export const dishonestCoinflip =
  (name: MemberFault) =>
  (options: CoinflipOptions): Coinflip =>
    createFaultyCoinflip(options, FAULTS[name])
