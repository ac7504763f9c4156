/**
 * A session of any machine on virtual time: a process for each member, over the simulated network.
 *
 * Owns: the processes (start, crash, restart), carrying their outputs out and their inputs in, the digest of all events. Does not
 * own: the invariants of a session, which each system has.
 *
 * The caller makes each process and keeps the data that outlive it. Members are named by rank, their place in the session's order.
 */
import { equalBytes } from '#types/bytes.ts'
import type { Clock } from '#types/clock.ts'
import type { Machine, MachineInput, MachineOutput } from '../kernel/machine.ts'
import { createNetwork, planCrashes, type FrameCounts, type SimulatedNetwork } from './network.ts'
import { createScheduler, type Scheduler } from './scheduler.ts'
import type { SessionObserver, SimulatedSessionOptions } from './session-terms.ts'
import { createTranscript, type EventName } from './transcript.ts'

/** A member's place, with its process and its state. */
interface Place<Phase extends string, Message, Drop extends string, Exit, Fact, Note> {
  machine: Machine<Phase, Message, Drop, Exit, Fact, Note> | undefined
  /** Whether any process was started here. */
  started: boolean
  /** Whether the present process has reached its exit. */
  ended: boolean
  /** The first exit: a role would have kept it. */
  exit: Exit | undefined
  readonly clock: Clock
  /** Frames that arrived before the first process. */
  readonly waiting: (() => void)[]
  cancelTimer: () => void
  cancelTick: () => void
}

const NO_BYTES = new Uint8Array(0)
const NOTHING = (): void => undefined
/** Clocks may be slow. */
const SLACK = 2

/** See the header. The same options, and the same calls, give the same events to the byte. */
export class SimulatedSession<Phase extends string, Message, Drop extends string, Exit, Fact = never, Note = never> {
  readonly #options: SimulatedSessionOptions<Phase, Message, Drop, Exit, Fact, Note>
  readonly #observers: readonly SessionObserver<Message, Drop, Exit>[]
  readonly #scheduler: Scheduler = createScheduler()
  readonly #network: SimulatedNetwork
  readonly #transcript = createTranscript()
  readonly #ranks: ReadonlyMap<Uint8Array, number>
  readonly #places: readonly Place<Phase, Message, Drop, Exit, Fact, Note>[]
  readonly #awaited: readonly number[]
  readonly #dropped: Partial<Record<Drop, number>> = {}
  /** Counts frames. */
  #sent = 0
  #lastStartMs = 0
  #lastExitMs = 0

  constructor(options: SimulatedSessionOptions<Phase, Message, Drop, Exit, Fact, Note>) {
    const { chance, conditions, members, isAwaited = () => true, observers = [] } = options
    this.#options = options
    this.#observers = observers
    this.#network = createNetwork(conditions, this.#scheduler, chance)
    this.#ranks = new Map(members.map((key, rank) => [key, rank]))
    this.#places = members.map((_, rank) => ({
      machine: undefined,
      started: false,
      ended: false,
      exit: undefined,
      clock: this.#network.clockOf(rank),
      waiting: [],
      cancelTimer: NOTHING,
      cancelTick: NOTHING,
    }))
    this.#awaited = [...members.keys()].filter(isAwaited)
    this.#plan()
  }

  /** Milliseconds since the session began. */
  get now(): number {
    return this.#scheduler.now
  }

  /** Number of events so far. */
  get events(): number {
    return this.#scheduler.happened
  }

  /** Counts of frames on the network. */
  get frames(): Readonly<FrameCounts> {
    return this.#network.counts
  }

  /** Number of frames that members dropped, by reason. Only reasons that occurred are in it. */
  get dropped(): Readonly<Partial<Record<Drop, number>>> {
    return this.#dropped
  }

  /** The first exit of each member, by rank; `undefined` where it reached none. */
  get exits(): readonly (Exit | undefined)[] {
    return this.#places.map(({ exit }) => exit)
  }

  /** When the last awaited member reached its exit. */
  get lastExitMs(): number {
    return this.#lastExitMs
  }

  /** Awaited members whose process runs. */
  get alive(): readonly number[] {
    return this.#awaited.filter((rank) => this.#places[rank]!.machine !== undefined)
  }

  /** Whether all have started, and each awaited member has reached its exit or is gone. */
  get isOver(): boolean {
    if (this.now < this.#lastStartMs) return false
    for (const rank of this.#awaited) {
      const { machine, exit } = this.#places[rank]!
      if (machine !== undefined && exit === undefined) return false
    }
    return true
  }

  /** The phase of a member; `undefined` while it has no process. */
  phaseOf(rank: number): Phase | 'Done' | undefined {
    return this.#places[rank]!.machine?.phase
  }

  /** Digest of every event so far, in order. */
  digest(): Uint8Array {
    return this.#transcript.digest()
  }

  /** Runs events until `until` holds, no event is left, or even the slowest clock is past the longest session. */
  run(until: () => boolean = () => this.isOver): this {
    while (!until() && this.#scheduler.step(this.#lastStartMs + SLACK * this.#options.longestMs));
    return this
  }

  /** Runs an event of the caller's, `ms` from now. */
  after(ms: number, run: () => void): void {
    this.#scheduler.post(ms, run)
  }

  /** Starts a process of a member that has none. */
  start(rank: number): void {
    const place = this.#places[rank]!
    if (place.machine) return
    place.machine = this.#options.createMember(rank)
    place.started = true
    place.ended = false
    this.#lastStartMs = Math.max(this.#lastStartMs, this.now)
    this.#note('restarted', rank, rank)
    this.feed(rank, { kind: 'start' })
    for (const deliver of place.waiting.splice(0)) deliver()
  }

  /** Kills a member's process, where it has one. */
  crash(rank: number): void {
    const place = this.#places[rank]!
    if (!place.machine) return
    place.machine = undefined
    this.#cancelTimers(place)
    for (const observer of this.#observers) observer.crashed?.(rank)
    this.#note('crashed', rank, rank)
  }

  /** Gives a member's process an extra input. */
  feed(rank: number, input: MachineInput<Phase, Fact>): void {
    const { machine } = this.#places[rank]!
    if (!machine) return
    for (const output of machine.step(input)) this.#carry(rank, output)
  }

  /** The rank of a member's key; -1 for a stranger's. */
  rankOf(key: Uint8Array): number {
    return this.#ranks.get(key) ?? this.#options.members.findIndex((member) => equalBytes(member, key))
  }

  #plan(): void {
    const { chance, conditions, members, startSpreadMs } = this.#options
    const starts = chance.streams('starts')
    const startAt = (rank: number, atMs: number): void => {
      this.#scheduler.after(atMs, () => this.start(rank))
      this.#lastStartMs = Math.max(this.#lastStartMs, atMs)
    }
    for (const rank of members.keys()) startAt(rank, starts.at(rank).unit() * startSpreadMs)
    for (const { peer, atMs, backAtMs } of planCrashes(conditions, members.length, chance)) {
      this.#scheduler.after(atMs, () => this.crash(peer))
      if (backAtMs !== undefined) startAt(peer, backAtMs)
    }
  }

  #carry(rank: number, output: MachineOutput<Phase, Message, Drop, Exit, Note>): void {
    const place = this.#places[rank]!
    switch (output.kind) {
      case 'send':
        return this.#send(rank, this.rankOf(output.to), output.message, this.#options.frameOf(output.message))
      case 'broadcast': {
        const frame = this.#options.frameOf(output.message)
        for (let to = 0; to < this.#places.length; to++) if (to !== rank) this.#send(rank, to, output.message, frame)
        return
      }
      case 'timer': {
        const { phase, ms } = output
        place.cancelTimer()
        place.cancelTimer = place.clock.setTimer(ms, () => this.feed(rank, { kind: 'timeout', phase }))
        return
      }
      case 'tick':
        place.cancelTick()
        place.cancelTick = place.clock.setTimer(output.ms, () => this.feed(rank, { kind: 'tick' }))
        return
      case 'keep':
        this.#options.keep?.(rank, output.note)
        return this.feed(rank, { kind: 'kept' })
      case 'dropped':
        this.#dropped[output.reason] = (this.#dropped[output.reason] ?? 0) + 1
        for (const observer of this.#observers) observer.dropped?.(rank, output.from, output.reason)
        return
      default:
        this.#end(rank, output.exit)
    }
  }

  #send(from: number, to: number, message: Message, frame: Uint8Array): void {
    const number = this.#sent++
    for (const observer of this.#observers) observer.sent?.(from, to, message, this.#scheduler.now)
    this.#note('sent', from, to, frame)
    this.#network.send(from, to, frame.length, () => this.#deliver(number, from, to, message, frame))
  }

  /** A frame waits for a member that has not started yet, as in the real mesh. A crashed member misses it. */
  #deliver(number: number, from: number, to: number, message: Message, frame: Uint8Array): void {
    const { machine, started, waiting } = this.#places[to]!
    if (!machine) {
      if (!started) waiting.push(() => this.#deliver(number, from, to, message, frame))
      return
    }
    this.#transcript.noteNumber('delivered', this.#scheduler.now, from, to, number)
    if (machine.phase !== 'Done') for (const observer of this.#observers) observer.heard?.(to, from, message)
    this.feed(to, { kind: 'message', from: this.#options.members[from]!, frame })
  }

  #end(rank: number, exit: Exit): void {
    const place = this.#places[rank]!
    place.cancelTimer()
    this.#note('exit', rank, rank, this.#options.exitBytes?.(exit))
    for (const observer of this.#observers) observer.ended?.(rank, exit, place.ended)
    place.ended = true
    place.exit ??= exit
    if (this.#awaited.includes(rank)) this.#lastExitMs = this.#scheduler.now
  }

  #cancelTimers(place: Place<Phase, Message, Drop, Exit, Fact, Note>): void {
    place.cancelTimer()
    place.cancelTick()
  }

  #note(kind: EventName, from: number, to: number, bytes: Uint8Array = NO_BYTES): void {
    this.#transcript.note(kind, this.#scheduler.now, from, to, bytes)
  }
}
