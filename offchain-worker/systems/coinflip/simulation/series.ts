/**
 * A series of simulated coinflips, and its tally.
 *
 * Owns: how a session of a series follows from its seed and number, and the tally. Does not own: one session.
 */
import { toHex } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import type { AssayError } from '#types/errors.ts'
import type { Coinflip, CoinflipOptions } from '../protocol/terms.ts'
import { runCoinflipSession } from './session.ts'
import type { CoinflipSessionOptions, CoinflipSessionResult } from './terms.ts'
import type { Breach } from './invariants.ts'
import type { Conditions } from '#worker/simulation/conditions.ts'
import { chanceFrom, type Chance, type Random } from '#worker/simulation/random.ts'
import type { FaultName } from '../protocol/faults.ts'
import { strategy } from './strategies.ts'
import { UsageError } from '#worker/terminal/usage-error.ts'

/** A number, or both ends of a range from which each session draws. */
export type CountRange = readonly [least: number, most: number]

/** @see runCoinflipSeries */
export interface CoinflipSeriesOptions {
  readonly seed: string
  /** Members of a session. */
  readonly peers: CountRange
  /** How a session's size is drawn: each as often, which is the default, or so that all sessions of each size are about as much work. */
  readonly sizes?: 'even' | 'equal-work'
  /** Dishonest members among them; never all. */
  readonly dishonest: CountRange
  readonly strategy: FaultName | 'mixed'
  /** Of all sessions, or of each by its own chance. */
  readonly conditions: Conditions | ((chance: Chance, peers: number) => Conditions)
  /** Number of the first session, and how many there are. */
  readonly first: number
  readonly sessions: number
  readonly signing?: CoinflipSessionOptions['signing']
  readonly createMember?: (options: CoinflipOptions) => Coinflip
  readonly createArbiter?: CoinflipSessionOptions['createArbiter']
}

/** A session in which an invariant broke. */
export interface BrokenSession {
  readonly session: number
  readonly peers: number
  readonly breaches: readonly Breach[]
}

/** The tally of a series. */
export interface CoinflipTally {
  sessions: number
  /** Sessions by how their attempt ended: `agreed by votes`, `restarted before the gate` and so on. */
  readonly endings: Record<string, number>
  /** Calls that arbiters took, by kind. */
  readonly calls: Record<string, number>
  frames: number
  lost: number
  events: number
  virtualMs: number
  readonly dropped: Record<string, number>
  readonly broken: BrokenSession[]
  /** Digest over the transcripts of all sessions in order. */
  transcript: string
}

const MAX_BROKEN = 100
/** Large enough that a draw has all sizes. */
const WORK_SCALE = 2 ** 24
/** The bounds of the chain's sessions, and of `assay coinflip`. */
const [MIN_PEERS, MAX_PEERS] = [3, 64]

/** An empty tally. */
export const emptyTally = (): CoinflipTally => ({
  sessions: 0,
  endings: {},
  calls: {},
  frames: 0,
  lost: 0,
  events: 0,
  virtualMs: 0,
  dropped: {},
  broken: [],
  transcript: '0x',
})

/** @throws AssayError `BAD_SERIES` */
export function checkSeries({ peers, dishonest, sessions }: CoinflipSeriesOptions): void {
  const isRange = ([least, most]: CountRange): boolean =>
    Number.isInteger(least) && Number.isInteger(most) && least <= most
  const refuse = (expected: string): AssayError => new UsageError('BAD_SERIES', `simulation: expected ${expected}`)
  if (!isRange(peers) || peers[0] < MIN_PEERS || peers[1] > MAX_PEERS)
    throw refuse(`${MIN_PEERS} to ${MAX_PEERS} peers, or a range within, got ${peers.join(' to ')}`)
  if (!isRange(dishonest) || dishonest[0] < 0 || dishonest[0] > peers[0] - 1)
    throw refuse(`at least one honest peer of ${peers[0]}, got ${dishonest[0]} dishonest`)
  if (!Number.isInteger(sessions) || sessions < 1) throw refuse(`1 session or more, got ${sessions}`)
}

/** The work of a session grows with the square of its members. */
function drawSize({ peers: [least, most], sizes = 'even' }: CoinflipSeriesOptions, random: Random): number {
  if (sizes === 'even') return least + random.below(most - least + 1)
  const shares = Array.from({ length: most - least + 1 }, (_, at) => WORK_SCALE / (least + at) ** 2)
  let left = random.below(Math.floor(shares.reduce((sum, share) => sum + share, 0)))
  const at = shares.findIndex((share) => (left -= share) < 0)
  return at === -1 ? most : least + at
}

/** The options of one session of a series: they depend on seed and number alone. */
export function sessionOf(series: CoinflipSeriesOptions, number: number, root: Chance): CoinflipSessionOptions {
  const chance = root.part('session', number)
  const random = chance.streams('line-up').at(0)
  const peers = drawSize(series, random)
  const [least, most] = [series.dishonest[0], Math.min(series.dishonest[1], peers - 1)]
  const count = least + random.below(most - least + 1)
  const ranks = Array.from({ length: peers }, (_, rank) => rank)
  const liars = Array.from({ length: count }, () => ranks.splice(random.below(ranks.length), 1)[0]!)
  const strategies = chance.streams('strategies')
  return {
    chance,
    peers,
    conditions: typeof series.conditions === 'function' ? series.conditions(chance, peers) : series.conditions,
    dishonest: new Map(liars.map((rank) => [rank, strategy(series.strategy, strategies.at(rank))])),
    ...(series.signing && { signing: series.signing }),
    ...(series.createMember && { createMember: series.createMember }),
    ...(series.createArbiter && { createArbiter: series.createArbiter }),
  }
}

const countIn = (counts: Record<string, number>, name: string, by = 1): void =>
  void (counts[name] = (counts[name] ?? 0) + by)

function endingOf({ end }: CoinflipSessionResult): string {
  if (!end) return 'none'
  if (end.kind === 'agreed') return `agreed by ${end.by}`
  if (end.kind === 'over') return 'over'
  return end.absent.length === 0 ? 'spoilt' : `absent ${end.afterGate ? 'after' : 'before'} the gate`
}

/** Adds a session to a tally. */
export function addSession(
  tally: CoinflipTally,
  number: number,
  { peers }: CoinflipSessionOptions,
  result: CoinflipSessionResult,
): void {
  countIn(tally.endings, endingOf(result))
  tally.sessions++
  for (const [kind, count] of Object.entries(result.calls)) countIn(tally.calls, kind, count)
  tally.frames += result.frames.sent
  tally.lost += result.frames.lost
  tally.events += result.events
  tally.virtualMs += result.virtualMs
  for (const [reason, count] of Object.entries(result.dropped)) countIn(tally.dropped, reason, count)
  if (result.breaches.length > 0 && tally.broken.length < MAX_BROKEN)
    tally.broken.push({ session: number, peers, breaches: result.breaches })
  tally.transcript = toHex(blake2b256Of(Buffer.from(tally.transcript), result.transcript))
}

/**
 * Plays a series. Calls `onSession` with the progress after each session; the series ends where it returns false.
 * @throws AssayError `BAD_SERIES`
 */
export function runCoinflipSeries(
  options: CoinflipSeriesOptions,
  onSession: (tally: Readonly<CoinflipTally>) => boolean = () => true,
): CoinflipTally {
  checkSeries(options)
  const root = chanceFrom(options.seed)
  const tally = emptyTally()
  for (let number = options.first; number < options.first + options.sessions; number++) {
    const session = sessionOf(options, number, root)
    addSession(tally, number, session, runCoinflipSession(session))
    if (!onSession(tally)) break
  }
  return tally
}
