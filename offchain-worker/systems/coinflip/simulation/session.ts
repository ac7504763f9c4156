/**
 * One coinflip on virtual time: honest and dishonest members over the simulated network, and the invariants that watch them.
 *
 * Owns: the coinflip's part. Does not own: playing a session, which the simulation does for any machine.
 */
import type { CoinflipMessage, CoinflipPhaseName } from '#types/domain/coinflip/coinflip.ts'
import { SimulatedSession } from '#worker/simulation/session.ts'
import { createCoinflip } from '../protocol/coinflip.ts'
import { createFaultyCoinflip } from '../protocol/faulty-member.ts'
import type { DropReason } from '../protocol/messages.ts'
import type { CoinflipExit } from '../protocol/terms.ts'
import { CoinflipWatch } from './invariants.ts'
import { longest, seatMembers, type Seats } from './seats.ts'
import type { CoinflipSessionOptions, CoinflipSessionResult } from './terms.ts'

/** Members hear of a round with its block, at different moments within this time. */
const START_SPREAD_MS = 1_000
const NO_BYTES = new Uint8Array(0)

/** A session before its begin. Tests step through it, and read its result at any time. */
export interface OpenCoinflipSession extends Pick<Seats, 'session' | 'seats'> {
  readonly play: SimulatedSession<CoinflipPhaseName, CoinflipMessage, DropReason, CoinflipExit>
  result(): CoinflipSessionResult
}

/** Seats the members of a session. The same options give the same session, to the byte. */
export function openCoinflipSession(options: CoinflipSessionOptions): OpenCoinflipSession {
  const { chance, conditions, dishonest, createMember = createCoinflip, observer } = options
  const { session, reading, seats } = seatMembers(options)
  const isHonest = (rank: number): boolean => !dishonest.has(rank)
  const watch = new CoinflipWatch(session, isHonest, reading.isSigned)
  const play = new SimulatedSession({
    chance,
    conditions,
    members: session.members,
    createMember: (rank) => {
      const fault = dishonest.get(rank)
      return fault ? createFaultyCoinflip(seats[rank]!, fault) : createMember(seats[rank]!)
    },
    frameOf: reading.frameOf,
    longestMs: longest(seats[0]!.timeouts),
    startSpreadMs: options.startSpreadMs ?? START_SPREAD_MS,
    isAwaited: isHonest,
    exitBytes: (exit) => (exit.kind === 'success' ? exit.magic : NO_BYTES),
    observers: observer ? [watch, observer] : [watch],
  })
  const result = (): CoinflipSessionResult => ({
    session,
    exits: play.exits.map((exit, rank) => (isHonest(rank) ? exit : undefined)),
    transcript: play.digest(),
    frames: play.frames,
    dropped: play.dropped,
    virtualMs: play.lastExitMs,
    events: play.events,
    breaches: watch.breaches(play.alive),
  })
  return { session, seats, play, result }
}

/** Plays a session to its end. */
export function runCoinflipSession(options: CoinflipSessionOptions): CoinflipSessionResult {
  const { play, result } = openCoinflipSession(options)
  play.run()
  return result()
}
