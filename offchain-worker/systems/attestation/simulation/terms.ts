/**
 * What a simulated world of rounds is made of, and what comes of it.
 *
 * Owns: the options, the result, parameters that fit a committee, and small things that workers there are given. Does not own: the
 * world (round-world.ts).
 */
import { DEFAULT_PARAMETERS, type AttestationParameters } from '#types/domain/attestation/round.ts'
import type { Journal } from '#worker/kernel/ports.ts'
import type { Faults } from '#worker/simulation/faults.ts'
import type { SimulatedNetwork } from '#worker/simulation/network.ts'
import type { Chance, Random } from '#worker/simulation/random.ts'
import type { TrafficCounts } from '#worker/systems/hosting/simulation/traffic.ts'
import type { ClosedRound, RoundBreach } from './invariants.ts'
import type { AuditConduct, HosterConduct } from '#worker/systems/hosting/simulation/hosting.ts'
import type { FaultName } from '#worker/systems/coinflip/protocol/faults.ts'

/** How an attestor differs: it shirks or colludes in audits, or lies in coinflips. */
export type AttestorConduct = AuditConduct | FaultName

/** @see runRounds */
export interface RoundOptions {
  readonly chance: Chance
  readonly faults: Faults
  /** One for each attestor. */
  readonly attestors: readonly AttestorConduct[]
  /** One for each hoster. */
  readonly hosters: readonly (Omit<HosterConduct, 'lost'> & { readonly lostShare: number })[]
  /** Rounds for each hoster, one after the other. */
  readonly rounds: number
  readonly blocks: number
  readonly blockBytes: number
  readonly blockMs: number
  /** Sessions of ordinary readers an hour and hoster. */
  readonly readersPerHour?: number
  readonly parameters: AttestationParameters
  /** Gives up after so much virtual time. */
  readonly untilMs: number
  /** Whether time being over is how it should end, and no failure. */
  readonly endless?: boolean
  readonly onBlock?: (number: number, closed: number) => void
}

/** What an attestor found in one audit. */
export interface AuditFinding {
  readonly round: number
  readonly attestor: number
  readonly result: 'served' | 'partial' | 'unserved'
  readonly lost: number
  readonly received: number
  /** Chunks to ask for, those that hide the drawn ones included. */
  readonly planned: number
}

/** What came of it. */
export interface RoundsResult {
  readonly closed: readonly ClosedRound[]
  readonly audits: readonly AuditFinding[]
  readonly breaches: readonly RoundBreach[]
  readonly readers: TrafficCounts
  readonly blocks: number
  readonly virtualMs: number
  readonly frames: SimulatedNetwork['counts']
  readonly events: number
  readonly transcript: Uint8Array
}

/** Parameters of a chain with committees of this size: as the protocol's text has them, with slots of some blocks. */
export function parametersFor(attestors: number): AttestationParameters {
  const slots = 5 * attestors
  const roundLength = Math.max(DEFAULT_PARAMETERS.roundLength, DEFAULT_PARAMETERS.coinflipWindow + slots)
  return { ...DEFAULT_PARAMETERS, attestors, roundLength }
}

/** So many different numbers below a bound. */
export function drawSome(bound: number, count: number, random: Random): Set<number> {
  const left = Array.from({ length: bound }, (_, number) => number)
  return new Set(Array.from({ length: count }, () => left.splice(random.below(left.length), 1)[0]!))
}

/** A journal that outlives the worker's process and ends with the simulation. One for each worker: it must weigh little. */
class MemoryJournal implements Journal {
  readonly #values = new Map<string, Uint8Array>()

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#values.get(key)
  }

  async put(key: string, value: Uint8Array): Promise<void> {
    this.#values.set(key, value)
  }

  async delete(key: string): Promise<void> {
    this.#values.delete(key)
  }
}

/** An empty journal. */
export const memoryJournal = (): Journal => new MemoryJournal()
