/**
 * The terms of a simulated world of rounds.
 *
 * Owns: the options, the result, and parameters that fit a committee. Does not own: the play of rounds.
 */
import { DEFAULT_PARAMETERS, type AttestationParameters } from '#types/domain/attestation/round.ts'
import type { Random } from '#worker/simulation/random.ts'
import type { Played, PlayTime, WorldOptions } from '#worker/simulation/world.ts'
import type { TrafficCounts } from '#worker/systems/hosting/simulation/traffic.ts'
import type { ClosedRound } from './invariants.ts'
import type { Bargain } from './leaks.ts'
import type { AuditConduct, HosterConduct } from '#worker/systems/hosting/simulation/hosting.ts'
import type { FaultName } from '#worker/systems/coinflip/protocol/faults.ts'

/**
 * How an attestor behaves: honest, shirking or colluding in audits, leaking its number and audit keys to hosters, or lying in
 * coinflips.
 */
export type AttestorConduct = AuditConduct | 'leaking' | FaultName

/** How a hoster behaves. */
export interface HosterTerms extends Omit<HosterConduct, 'lost'> {
  readonly lostShare: number
  /** What it buys of leaking attestors. It then decides by that which readers to refuse. */
  readonly buys?: Bargain
}

/** @see runRounds */
export interface RoundOptions extends WorldOptions, PlayTime {
  /** One for each attestor. */
  readonly attestors: readonly AttestorConduct[]
  /** One for each hoster. */
  readonly hosters: readonly HosterTerms[]
  /** Rounds for each hoster, one after the other. */
  readonly rounds: number
  readonly blocks: number
  readonly blockBytes: number
  /** Sessions of ordinary readers for each hour and hoster. */
  readonly readersPerHour?: number
  readonly parameters: AttestationParameters
  readonly onBlock?: (number: number, closed: number) => void
}

/** An attestor's findings in one audit. */
export interface AuditFinding {
  readonly round: number
  readonly attestor: number
  readonly result: 'served' | 'partial' | 'unserved'
  readonly lost: number
  readonly received: number
  /** Number of chunks to request, with those that hide the drawn ones. */
  readonly planned: number
}

/** The results of the rounds. */
export interface RoundsPlayed {
  readonly closed: readonly ClosedRound[]
  readonly audits: readonly AuditFinding[]
  readonly readers: TrafficCounts
}

/** The results of the rounds and their world. */
export type RoundsResult = RoundsPlayed & Omit<Played<RoundsPlayed>, 'result'>

/** Parameters of a chain with committees of this size: those of the protocol's text, with slots of a few blocks. */
export function parametersFor(attestors: number): AttestationParameters {
  const slots = 5 * attestors
  const roundLength = Math.max(DEFAULT_PARAMETERS.roundLength, DEFAULT_PARAMETERS.coinflipWindow + slots)
  return { ...DEFAULT_PARAMETERS, attestors, roundLength }
}

/** Draws `count` different numbers below a bound. */
export function drawSome(bound: number, count: number, random: Random): Set<number> {
  const left = Array.from({ length: bound }, (_, number) => number)
  return new Set(Array.from({ length: count }, () => left.splice(random.below(left.length), 1)[0]!))
}
