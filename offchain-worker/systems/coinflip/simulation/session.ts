/**
 * One coinflip on virtual time: real members, honest and dishonest, over the simulated network.
 *
 * Owns: their processes (start, crash, restart from what they had kept), carrying their outputs out, the digest of all that happened.
 * Does not own: any rule of the protocol (protocols/), the network (network.ts), what must hold (coinflip-watch.ts).
 */
import type { CoinflipMessage, Session } from '#types/domain/coinflip/coinflip.ts'
import { equalBytes } from '#types/bytes.ts'
import { createFaultyCoinflip, type Fault } from '../protocol/adversaries.ts'
import type { DropReason } from '../protocol/messages.ts'
import {
  createCoinflip,
  type Coinflip,
  type CoinflipExit,
  type CoinflipInput,
  type CoinflipOptions,
  type CoinflipOutput,
  type CoinflipTimeouts,
} from '../protocol/coinflip.ts'
import { longest, seatMembers, type Seat } from './seats.ts'
import { CoinflipWatch, type Breach } from './invariants.ts'
import type { Conditions } from '#worker/simulation/conditions.ts'
import { createNetwork, planCrashes, type FrameCounts, type SimulatedNetwork } from '#worker/simulation/network.ts'
import type { Chance } from '#worker/simulation/random.ts'
import { createScheduler, type Scheduler } from '#worker/simulation/scheduler.ts'
import type { SharedReading, SIGNING } from './signing.ts'
import { createTranscript, type EventName } from '#worker/simulation/transcript.ts'

/** @see runCoinflipSession */
export interface CoinflipSessionOptions {
  /** Decides everything that is not given. */
  readonly chance: Chance
  readonly peers: number
  readonly faults: Conditions
  /** Dishonest members by rank. */
  readonly dishonest: ReadonlyMap<number, Fault>
  readonly timeouts?: CoinflipTimeouts
  /** Default `simulated`. */
  readonly signing?: keyof typeof SIGNING
  /** Makes the honest members. Tests put a broken one here. */
  readonly createMember?: (options: CoinflipOptions) => Coinflip
  /** Hears of every frame that is sent. */
  readonly onSent?: (from: number, to: number, message: CoinflipMessage, atMs: number) => void
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

/** Members hear of a round with its block, not all at the same moment. */
const START_SPREAD_MS = 1_000
const NO_BYTES = new Uint8Array(0)
/** Clocks may be slow. */
const SLACK = 2

class CoinflipSession {
  readonly #options: CoinflipSessionOptions
  readonly #scheduler: Scheduler = createScheduler()
  readonly #network: SimulatedNetwork
  readonly #transcript = createTranscript()
  readonly #watch: CoinflipWatch
  readonly #session: Session
  readonly #reading: SharedReading
  readonly #ranks: ReadonlyMap<Uint8Array, number>
  readonly #seats: readonly Seat[]
  readonly #dropped: Partial<Record<DropReason, number>> = {}
  /** Counts frames. */
  #sent = 0
  #lastExitMs = 0
  #lastStartMs = 0

  constructor(options: CoinflipSessionOptions) {
    const { chance, faults, dishonest } = options
    this.#options = options
    this.#network = createNetwork(faults, this.#scheduler, chance)
    const { session, reading, seats } = seatMembers(options, this.#network)
    this.#session = session
    this.#reading = reading
    this.#seats = seats
    this.#ranks = new Map(session.members.map((key, rank) => [key, rank]))
    this.#watch = new CoinflipWatch(session, (rank) => !dishonest.has(rank), reading.isSigned)
  }

  run(): CoinflipSessionResult {
    const { chance, peers, faults, dishonest } = this.#options
    const starts = chance.streams('starts')
    const { timeouts } = this.#seats[0]!.options
    for (let rank = 0; rank < peers; rank++) {
      const at = starts.at(rank).unit() * START_SPREAD_MS
      this.#scheduler.after(at, () => this.#start(rank, 'restarted'))
      this.#lastStartMs = Math.max(this.#lastStartMs, at)
    }
    const planned = planCrashes(faults, peers, chance)
    for (const { peer, atMs, backAtMs } of planned) {
      this.#scheduler.after(atMs, () => this.#crash(peer))
      if (backAtMs === undefined) continue
      this.#scheduler.after(backAtMs, () => this.#start(peer, 'restarted'))
      this.#lastStartMs = Math.max(this.#lastStartMs, backAtMs)
    }
    const honest = this.#seats.flatMap((_, rank) => (dishonest.has(rank) ? [] : [rank]))
    const isOver = (): boolean =>
      this.#scheduler.now >= this.#lastStartMs && honest.every((rank) => this.#isSettled(this.#seats[rank]!))
    const untilMs = this.#lastStartMs + SLACK * longest(timeouts)
    while (!isOver() && this.#scheduler.step(untilMs));
    const alive = honest.filter((rank) => this.#seats[rank]!.machine !== undefined)
    return {
      session: this.#session,
      exits: this.#seats.map(({ exit }) => exit),
      transcript: this.#transcript.digest(),
      frames: this.#network.counts,
      dropped: this.#dropped,
      virtualMs: this.#lastExitMs,
      events: this.#scheduler.happened,
      breaches: this.#watch.breaches(alive),
    }
  }

  #isSettled({ machine, exit }: Seat): boolean {
    return machine === undefined || exit !== undefined
  }

  #start(rank: number, kind: EventName): void {
    const seat = this.#seats[rank]!
    if (seat.machine) return
    const fault = this.#options.dishonest.get(rank)
    const { createMember = createCoinflip } = this.#options
    seat.machine = fault ? createFaultyCoinflip(seat.options, fault) : createMember(seat.options)
    this.#note(kind, rank, rank)
    this.#feed(rank, { kind: 'start' })
    for (const deliver of seat.waiting.splice(0)) deliver()
  }

  /** What outlives the process is what its role had kept: the number, the audit key, an exit it had reached. */
  #crash(rank: number): void {
    const seat = this.#seats[rank]!
    if (!seat.machine) return
    seat.machine = undefined
    seat.life++
    seat.cancelPhase()
    this.#watch.crashed(rank)
    this.#note('crashed', rank, rank)
  }

  #feed(rank: number, input: CoinflipInput): void {
    const { machine } = this.#seats[rank]!
    if (!machine) return
    for (const output of machine.step(input)) this.#carry(rank, output)
  }

  #carry(rank: number, output: CoinflipOutput): void {
    const seat = this.#seats[rank]!
    switch (output.kind) {
      case 'send':
        return this.#send(rank, this.#rankOf(output.to), output.message, this.#reading.frameOf(output.message))
      case 'broadcast': {
        const frame = this.#reading.frameOf(output.message)
        for (let to = 0; to < this.#seats.length; to++) if (to !== rank) this.#send(rank, to, output.message, frame)
        return
      }
      case 'timer': {
        const { phase, ms } = output
        seat.cancelPhase()
        seat.cancelPhase = seat.clock.setTimer(ms, () => this.#feed(rank, { kind: 'timeout', phase }))
        return
      }
      case 'tick':
        return this.#setTick(rank, output.ms)
      case 'dropped':
        this.#dropped[output.reason] = (this.#dropped[output.reason] ?? 0) + 1
        return
      default:
        this.#end(rank, output.exit)
    }
  }

  #setTick(rank: number, ms: number): void {
    const seat = this.#seats[rank]!
    const { life } = seat
    seat.clock.setTimer(ms, () => seat.life === life && this.#feed(rank, { kind: 'tick' }))
  }

  #rankOf(key: Uint8Array): number {
    return this.#ranks.get(key) ?? this.#session.members.findIndex((member) => equalBytes(member, key))
  }

  #send(from: number, to: number, message: CoinflipMessage, frame: Uint8Array): void {
    const number = this.#sent++
    this.#watch.sent(from, to, message)
    this.#note('sent', from, to, frame)
    this.#options.onSent?.(from, to, message, this.#scheduler.now)
    this.#network.send(from, to, frame.length, () => this.#deliver(number, from, to, message, frame))
  }

  /** A frame waits for a member that was never there, as it does in the real mesh. One that is gone misses it. */
  #deliver(number: number, from: number, to: number, message: CoinflipMessage, frame: Uint8Array): void {
    const { machine, life, waiting } = this.#seats[to]!
    if (!machine) {
      if (life === 0) waiting.push(() => this.#deliver(number, from, to, message, frame))
      return
    }
    this.#transcript.noteNumber('delivered', this.#scheduler.now, from, to, number)
    if (machine.phase !== 'Done') this.#watch.heard(to, from, message)
    this.#feed(to, { kind: 'message', from: this.#session.members[from]!, frame })
  }

  #end(rank: number, exit: CoinflipExit): void {
    const seat = this.#seats[rank]!
    seat.cancelPhase()
    this.#note('exit', rank, rank, exit.kind === 'success' ? exit.magic : NO_BYTES)
    const isHonest = !this.#options.dishonest.has(rank)
    if (!isHonest) return
    // A process that comes back may end a second time; what counts is what was kept first.
    this.#watch.ended(rank, exit, seat.exit !== undefined && seat.life === 0)
    seat.exit ??= exit
    this.#lastExitMs = this.#scheduler.now
  }

  #note(kind: EventName, from: number, to: number, bytes: Uint8Array = NO_BYTES): void {
    this.#transcript.note(kind, this.#scheduler.now, from, to, bytes)
  }
}

/** Plays a session to its end. The same options give the same result, to the byte. */
export const runCoinflipSession = (options: CoinflipSessionOptions): CoinflipSessionResult =>
  new CoinflipSession(options).run()
