/**
 * The processes of `assay coinflip`: a private DHT and the members, and one attempt played among them.
 *
 * Owns: starting the processes, giving out seats, and the time of the arbiter's blocks. Does not own: the arbiter's decisions (the bench).
 */
import { fromHex, toHex } from '#types/bytes.ts'
import type { Clock } from '#types/clock.ts'
import type { Session } from '#types/domain/coinflip/coinflip.ts'
import type { AssayError } from '#types/errors.ts'
import type { LogLevel } from '#worker/terminal/logging.ts'
import { CLI, type Child, type Told } from '#worker/devnet/child.ts'
import { Processes } from '#worker/devnet/processes.ts'
import type { Attempt, Pace } from './attempts.ts'
import { Bench } from './bench.ts'
import type { FaultName } from '../protocol/faults.ts'
import { assignmentOf, callIn, exitIn, metKind, type Meeting, type MemberExit, type MemberTimings } from './channel.ts'

const READY_MS = 30_000
/** Time for each member to start; with few cores they start one after the other. */
const READY_MS_PER_MEMBER = 1_500
/** A member that cannot reach the DHT says so this long before nobody waits for it any more. */
const TELL_MS = 10_000
const MEET_MS_PER_MEMBER = 1_000
/** Members that start at the same time: if all did, few cores would let none of them hear the DHT in time. */
const STARTING = 8
/** Members that connect to each other first. Later ones join `MEET_MORE` at a time. */
const MEET_FIRST = 16
const MEET_MORE = 8

export interface PartyOptions {
  readonly peers: number
  /** The first `faulty` members are dishonest in this way. */
  readonly fault: FaultName | undefined
  readonly faulty: number
  readonly logLevel: LogLevel
}

/** News of processes, as it happens. */
export interface PartyNews {
  /** A process was started. */
  onStarted(name: string, pid: number): void
  onReady(name: string, key: string): void
  /** A member is connected to all others. */
  onMet(name: string): void
  onPhase(name: string, attempt: number, phase: string): void
  onExit(name: string, attempt: number, exit: MemberExit, timings: MemberTimings): void
  /** A process ended unasked. */
  onDied(name: string, error: AssayError): void
}

interface MemberProcess {
  readonly child: Child
  readonly name: string
  key: string
}

/** The members and their DHT. Call `start` once, and `close` also when `start` failed. */
export class Party {
  readonly #options: PartyOptions
  readonly #news: PartyNews
  readonly #clock: Clock
  readonly #processes: Processes
  readonly #members: MemberProcess[] = []
  readonly #gone = new Set<string>()
  #dhtDied: (error: AssayError) => void = () => undefined
  /** Checks whether the running attempt is over. */
  #look: () => void = () => undefined
  #bench: Bench | undefined
  #cancelBlock: () => void = () => undefined
  #isClosed = false
  /** Rejects when the DHT dies, because members cannot meet without it. */
  readonly broken: Promise<never>

  constructor(options: PartyOptions, news: PartyNews, clock: Clock) {
    this.#options = options
    this.#news = news
    this.#clock = clock
    this.#processes = new Processes({
      cli: CLI,
      onStarted: (name, pid) => news.onStarted(name, pid),
      onTold: (name, told) => this.#hear(name, told),
      onDied: (name, error) => this.#bury(name, error),
    })
    this.broken = new Promise((_resolve, reject) => (this.#dhtDied = reject))
    this.broken.catch(() => undefined)
  }

  /**
   * Starts everything. Resolves with the members' Noise keys when all members can be dialled.
   * @throws AssayError the error of a process that did not start; `STAGE_CLOSED`
   */
  async start(): Promise<readonly Uint8Array[]> {
    const { peers } = this.#options
    const deadline = READY_MS + peers * READY_MS_PER_MEMBER
    const [address] = await this.#processes.startDht(deadline)
    let started = 0
    const startSome = async (): Promise<void> => {
      while (started < peers) {
        const member = this.#startMember(started++, address!, deadline - TELL_MS)
        const { key } = await member.child.told('member', deadline)
        member.key = String(key)
        this.#news.onReady(member.name, member.key)
      }
    }
    await Promise.all(Array.from({ length: STARTING }, startSome))
    return this.#members.map(({ key }) => fromHex(key))
  }

  /**
   * Makes all members connect to each other, some at a time: if all dialled at once, few cores could answer none in time. Resolves
   * when they are connected, when a process has ended, or when the time is over. The session itself finds members that are still
   * missing.
   */
  async meet(context: Uint8Array): Promise<void> {
    const all = this.#members.length
    for (let size = Math.min(MEET_FIRST, all); ; size = Math.min(size + MEET_MORE, all)) {
      const invited = this.#members.slice(0, size)
      const order = { kind: 'meet', context: toHex(context), members: invited.map(({ key }) => key) } satisfies Meeting
      const met = invited.map(async ({ child, name }) => {
        child.send(order)
        await child.told(metKind(size), READY_MS + size * MEET_MS_PER_MEMBER)
        if (size === all) this.#news.onMet(name)
      })
      const failed = await Promise.all(met).then(
        () => false,
        () => true,
      )
      if (failed || size === all || this.#isClosed) return
    }
  }

  /** The name of a member's process. */
  nameOf(key: string): string {
    return this.#members.find((member) => member.key === key)?.name ?? key
  }

  /** Gives the members of the session their seats, and is their arbiter until the attempt has ended. */
  async play(session: Session, { blockMs, timeouts }: Pace): Promise<Attempt> {
    this.#processes.assertOpen()
    const keys: readonly string[] = session.members.map(toHex)
    this.#bench = new Bench(session, keys, this.#gone)
    const assignment = assignmentOf(session, timeouts)
    const seated = this.#members.filter(({ key }) => keys.includes(key))
    for (const { child } of seated) child.send({ ...assignment })
    return new Promise((resolve) => {
      const bench = this.#bench!
      const next = (): void => {
        this.#cancelBlock = this.#clock.setTimer(blockMs, next)
        const news = bench.next()
        for (const { child } of seated) child.send({ ...news })
        look()
      }
      const look = (): void => {
        const verdict = bench.verdict()
        if (!verdict) return
        this.#look = () => undefined
        this.#cancelBlock()
        resolve({ attempt: session.attempt, members: keys, verdict, ...bench.told() })
      }
      this.#look = look
      this.#cancelBlock = this.#clock.setTimer(blockMs, next)
    })
  }

  /** Stops every process; the members first, so that they can still sign off from the DHT. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#look = () => undefined
    this.#cancelBlock()
    await this.#processes.close()
  }

  #startMember(index: number, bootstrap: string, joinWithinMs: number): MemberProcess {
    const { fault, faulty, logLevel } = this.#options
    const name = `member-${index + 1}`
    const lying = fault && index < faulty ? ['--fault', fault] : []
    const join = ['--bootstrap', bootstrap, '--join-within', String(joinWithinMs)]
    const args = ['coinflip-member', ...join, '--log-level', logLevel, ...lying]
    const member = { child: this.#processes.start(name, args), name, key: '' }
    this.#members.push(member)
    return member
  }

  #bury(name: string, error: AssayError): void {
    const member = this.#memberCalled(name)
    // Without the DHT, members cannot meet.
    if (!member) return this.#dhtDied(error)
    this.#gone.add(member.key)
    this.#news.onDied(name, error)
    this.#look()
  }

  #memberCalled(name: string): MemberProcess | undefined {
    return this.#members.find((member) => member.name === name)
  }

  #hear(name: string, told: Told): void {
    const member = this.#memberCalled(name)
    const bench = this.#bench
    // Late news of a finished attempt changes nothing.
    if (!member || !bench || told.attempt !== bench.attempt) return
    if (told.kind === 'phase') this.#news.onPhase(name, bench.attempt, String(told.phase))
    const call = told.kind === 'call' ? callIn(told.call) : undefined
    if (call) bench.take(member.key, call)
    const exit = told.kind === 'exit' ? exitIn(told) : undefined
    if (exit) {
      const timings = told.timings as MemberTimings
      bench.end(member.key, exit, timings)
      this.#news.onExit(name, bench.attempt, exit, timings)
    }
    this.#look()
  }
}
