/**
 * What a simulated coinflip is made of, and what comes of it.
 *
 * Owns: the options and the result. Does not own: playing it (session.ts).
 */
import type { CoinflipMessage, Session } from '#types/domain/coinflip/coinflip.ts'
import type { Conditions } from '#worker/simulation/conditions.ts'
import type { FrameCounts } from '#worker/simulation/network.ts'
import type { Chance } from '#worker/simulation/random.ts'
import type { SessionObserver } from '#worker/simulation/session-terms.ts'
import type { Fault } from '../protocol/adversaries.ts'
import type { DropReason } from '../protocol/messages.ts'
import type { Coinflip, CoinflipExit, CoinflipOptions, CoinflipTimeouts } from '../protocol/terms.ts'
import type { Breach } from './invariants.ts'
import type { SIGNING } from './signing.ts'

/** @see openCoinflipSession */
export interface CoinflipSessionOptions {
  /** Decides everything that is not given. */
  readonly chance: Chance
  readonly peers: number
  readonly conditions: Conditions
  /** Dishonest members by rank. */
  readonly dishonest: ReadonlyMap<number, Fault>
  readonly timeouts?: CoinflipTimeouts
  /** Default `simulated`. */
  readonly signing?: keyof typeof SIGNING
  /** Round 0, attempt 0 and the default rule where it is not given. */
  readonly session?: Partial<Pick<Session, 'round' | 'attempt' | 'magicRule'>>
  readonly pings?: number
  /** Default 1 second. */
  readonly startSpreadMs?: number
  /** Makes the honest members. Tests put a broken one here. */
  readonly createMember?: (options: CoinflipOptions) => Coinflip
  /** Sees what happens, beside the invariants. */
  readonly observer?: SessionObserver<CoinflipMessage, DropReason, CoinflipExit>
}

/** What became of a session. */
export interface CoinflipSessionResult {
  readonly session: Session
  /** By rank; the first of each honest member, `undefined` for those that crashed before and stayed away. */
  readonly exits: readonly (CoinflipExit | undefined)[]
  /** Digest of every event in its order. */
  readonly transcript: Uint8Array
  readonly frames: Readonly<FrameCounts>
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
  /** Until the last honest exit. */
  readonly virtualMs: number
  readonly events: number
  readonly breaches: readonly Breach[]
}
