/**
 * The terms of a simulated coinflip.
 *
 * Owns: the options, their defaults for the arbiter, and the result. Does not own: playing the session.
 */
import type { ArbiterParameters, CoinflipMessage, IsSigned, Session } from '#types/domain/coinflip/coinflip.ts'
import type { Conditions } from '#worker/simulation/conditions.ts'
import type { FrameCounts } from '#worker/simulation/network.ts'
import type { Chance } from '#worker/simulation/random.ts'
import type { SessionObserver } from '#worker/simulation/session-terms.ts'
import type { Fault } from '../protocol/adversaries.ts'
import type { DropReason } from '../protocol/messages.ts'
import type { Coinflip, CoinflipExit, CoinflipOptions, CoinflipTimeouts } from '../protocol/terms.ts'
import type { AttemptEnd, LocalArbiter } from '../session/local-arbiter.ts'
import type { ArbiterPace } from './arbiter.ts'
import type { Conduct } from './conduct.ts'
import type { Breach } from './invariants.ts'
import type { SIGNING } from './signing.ts'

/** The windows of the chain's default parameters: for views and calls up to two blocks late, and members away for two blocks. */
export const SIMULATED_WINDOWS: ArbiterParameters = {
  coinflipWindow: 10,
  answerWindow: 8,
  objectionWindow: 4,
  demandDeposit: 100_000_000_000n,
}

/** An arbiter, and what it finds broken of its own part when the attempt has ended. */
export type WatchedArbiter = LocalArbiter & {
  breaches?(isHonest: (rank: number) => boolean): readonly Breach[]
}

/** @see openCoinflipSession */
export interface CoinflipSessionOptions {
  /** Decides all options that are not given. */
  readonly chance: Chance
  readonly peers: number
  readonly conditions: Conditions
  /** Dishonest members by rank. */
  readonly dishonest: ReadonlyMap<number, Fault>
  readonly timeouts?: CoinflipTimeouts
  /** Default `simulated`. */
  readonly signing?: keyof typeof SIGNING
  /** Default: round 0, attempt 0 and the default rule. */
  readonly session?: Partial<Pick<Session, 'round' | 'attempt' | 'magicRule'>>
  readonly pings?: number
  /** Default 1 second. */
  readonly startSpreadMs?: number
  /** Default: blocks of six seconds, views and calls up to two blocks late. */
  readonly pace?: ArbiterPace
  /** Default: `SIMULATED_WINDOWS`. */
  readonly parameters?: Partial<ArbiterParameters>
  /** How members speak to the arbiter. Default: honest members honestly, and a drawn conduct for each dishonest one. */
  readonly conducts?: ReadonlyMap<number, Conduct>
  /** Makes the honest members. Tests give a broken one. */
  readonly createMember?: (options: CoinflipOptions) => Coinflip
  /** Makes the arbiter of the attempt. Default: one without a chain. */
  readonly createArbiter?: (session: Session, parameters: ArbiterParameters, isSigned: IsSigned) => WatchedArbiter
  /** Observes the session, beside the invariants. */
  readonly observer?: SessionObserver<CoinflipMessage, DropReason, CoinflipExit>
}

/** The result of a session. */
export interface CoinflipSessionResult {
  readonly session: Session
  /** How the attempt ended; `undefined` where it did not, which is a breach. */
  readonly end: AttemptEnd | undefined
  /** Calls that the arbiter took, by kind. */
  readonly calls: Readonly<Record<string, number>>
  /** The first exit of each honest member, by rank; `undefined` for those that have none. */
  readonly exits: readonly (CoinflipExit | undefined)[]
  /** Digest of every event in its order. */
  readonly transcript: Uint8Array
  readonly frames: Readonly<FrameCounts>
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
  /** Milliseconds until the end. */
  readonly virtualMs: number
  readonly events: number
  readonly breaches: readonly Breach[]
}
