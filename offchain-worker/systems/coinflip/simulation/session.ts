/**
 * One coinflip on virtual time: honest and dishonest members over the simulated network, an arbiter, and the invariants that watch them.
 *
 * Owns: the coinflip's part. Does not own: playing a session, which the simulation does for any machine.
 */
import type { CoinflipMessage, CoinflipPhaseName } from '#types/domain/coinflip/coinflip.ts'
import { SimulatedSession } from '#worker/simulation/session.ts'
import { createCoinflip } from '../protocol/coinflip.ts'
import { createFaultyCoinflip } from '../protocol/faulty-member.ts'
import type { DropReason } from '../protocol/messages.ts'
import type { Coinflip, CoinflipExit, CoinflipFact, CoinflipNote, Held } from '../protocol/terms.ts'
import { LocalArbiter } from '../session/local-arbiter.ts'
import { SimulatedArbiter, type ArbiterPace } from './arbiter.ts'
import { drawConduct, honest } from './conduct.ts'
import { CoinflipWatch } from './invariants.ts'
import { seatMembers, type Seats } from './seats.ts'
import {
  SIMULATED_WINDOWS,
  type CoinflipSessionOptions,
  type CoinflipSessionResult,
  type WatchedArbiter,
} from './terms.ts'

/** Members hear of a round with its block, at different moments within this time. */
const START_SPREAD_MS = 1_000
/** The chain's blocks, and the delays within which its windows keep their promises. */
const DEFAULT_PACE: ArbiterPace = { blockMs: 6_000, mostLag: 2, mostInclusion: 2 }
/** Blocks that a live member may be away. */
const TOLERATED_BLOCKS = 2
/** No attempt lasts longer, the time for a member that was left out included. */
const LONGEST_WINDOWS = 6

/** A session before its begin. Tests step through it, and read its result at any time. */
export interface OpenCoinflipSession extends Pick<Seats, 'session' | 'seats'> {
  readonly play: SimulatedSession<
    CoinflipPhaseName,
    CoinflipMessage,
    DropReason,
    CoinflipExit,
    CoinflipFact,
    CoinflipNote
  >
  readonly arbiter: SimulatedArbiter
  /** What a member holds; `undefined` where it never had a process. */
  heldOf(rank: number): Held | undefined
  result(): CoinflipSessionResult
}

/** Seats the members of a session. The same options give the same session, to the byte. */
export function openCoinflipSession(options: CoinflipSessionOptions): OpenCoinflipSession {
  const { chance, conditions, dishonest, createMember = createCoinflip, observer, pace = DEFAULT_PACE } = options
  const { session, reading, seats } = seatMembers(options)
  const parameters = { ...SIMULATED_WINDOWS, ...options.parameters }
  const isHonest = (rank: number): boolean => !dishonest.has(rank)
  const machines: (Coinflip | undefined)[] = []
  const rows: (CoinflipNote | undefined)[] = []
  const away = createAway(session.members.length)
  const watch = new CoinflipWatch(session, isHonest, reading.isSigned, () => arbiter.isListed)
  const blocks = parameters.coinflipWindow + LONGEST_WINDOWS * parameters.answerWindow + parameters.objectionWindow
  const play: OpenCoinflipSession['play'] = new SimulatedSession({
    chance,
    conditions,
    members: session.members,
    createMember: (rank) => {
      away.back(rank, play.now)
      const seat = { ...seats[rank]!, row: rows[rank] }
      const fault = dishonest.get(rank)
      return (machines[rank] = fault ? createFaultyCoinflip(seat, fault) : createMember(seat))
    },
    keep: (rank, row) => (rows[rank] = row),
    frameOf: reading.frameOf,
    longestMs: blocks * pace.blockMs,
    startSpreadMs: options.startSpreadMs ?? START_SPREAD_MS,
    isAwaited: isHonest,
    exitBytes: ({ magic }) => magic,
    observers: [watch, { crashed: (rank) => away.gone(rank, play.now) }, ...(observer ? [observer] : [])],
  })
  const running = (rank: number): Coinflip | undefined => (play.phaseOf(rank) ? machines[rank] : undefined)
  const conducts = chance.streams('conducts')
  const dishonestConducts = new Map(
    [...dishonest.keys()].map((rank) => [rank, drawConduct(conducts.at(rank), seats[rank]!, pace.mostInclusion)]),
  )
  const attempt: WatchedArbiter =
    options.createArbiter?.(session, parameters, reading.isSigned) ??
    new LocalArbiter(session, parameters, reading.isSigned)
  const arbiter = new SimulatedArbiter({
    session,
    arbiter: attempt,
    pace,
    random: chance.streams('arbiter').at(0),
    conductOf: (rank) => options.conducts?.get(rank) ?? dishonestConducts.get(rank) ?? honest,
    memberAt: (rank) => {
      const machine = running(rank)
      return machine && { held: machine.held, exit: play.exits[rank] }
    },
    tell: (rank, fact) => play.feed(rank, { kind: 'fact', fact }),
    haveAllEnded: () => play.isOver,
    after: (ms, run) => play.after(ms, run),
  })
  const result = (): CoinflipSessionResult => ({
    session,
    end: arbiter.end,
    calls: arbiter.calls,
    exits: play.exits.map((exit, rank) => (isHonest(rank) ? exit : undefined)),
    transcript: play.digest(),
    frames: play.frames,
    dropped: play.dropped,
    virtualMs: play.now,
    events: play.events,
    breaches: [
      ...watch.breaches(
        new Map<number, Held>(play.alive.map((rank) => [rank, machines[rank]!.held])),
        arbiter.end,
        (rank) => away.longestMs(rank, play.now) <= TOLERATED_BLOCKS * pace.blockMs,
      ),
      ...(attempt.breaches?.(isHonest) ?? []),
    ],
  })
  return { session, seats, play, arbiter, heldOf: (rank) => machines[rank]?.held, result }
}

/** How long members had no process in all. */
function createAway(count: number) {
  const since: (number | undefined)[] = Array.from({ length: count }, () => 0)
  const total = Array.from({ length: count }, () => 0)
  const of = (rank: number, now: number): number => {
    const begun = since[rank]
    return total[rank]! + (begun === undefined ? 0 : now - begun)
  }
  return {
    gone: (rank: number, now: number): void => void (since[rank] = now),
    back(rank: number, now: number): void {
      total[rank] = of(rank, now)
      since[rank] = undefined
    },
    longestMs: of,
  }
}

/** Plays a session to its end. */
export function runCoinflipSession(options: CoinflipSessionOptions): CoinflipSessionResult {
  const { play, arbiter, result } = openCoinflipSession(options)
  play.run(() => arbiter.end !== undefined)
  return result()
}
