/**
 * The dishonest members that command lines and scenarios can name.
 *
 * Owns: which name stands for which strategy. Does not own: the strategies (adversaries.ts), or what becomes of who follows one.
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
} from './adversaries.ts'
import type { Coinflip, CoinflipOptions } from './terms.ts'
import type { FaultName } from './fault-names.ts'

const FAULTS: Readonly<Record<FaultName, Fault>> = {
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

/** Makes a process's members of sessions commit a fault: goes in the place of `createCoinflip`. */
export const coinflipWithFault =
  (name: FaultName) =>
  (options: CoinflipOptions): Coinflip =>
    createFaultyCoinflip(options, FAULTS[name])
