/**
 * A simulated world: the real runtime and real workers on virtual time, over the simulated network.
 *
 * Owns: joining, crashes and restarts, time, the transcript, and the invariants of every world. Does not own: the play.
 */
import { toHex, u32le } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { messageOf } from '#types/errors.ts'
import { silentLog } from '#types/log.ts'
import type { ChainPort, FinalizedBlock } from '#chain/api/chain-port.ts'
import type { Trie } from '#chain/trie/trie.ts'
import type { RoleDeps } from '../kernel/ports.ts'
import { startWorker, type Worker } from '../kernel/worker.ts'
import type { ChainFace } from './chain-face.ts'
import type { Conditions } from './conditions.ts'
import { accountOf, identityFrom, identityOf } from './identities.ts'
import { IssuanceWatch, type Breach } from './invariants.ts'
import { memoryJournal, type MemoryJournal } from './memory-journal.ts'
import { createNetwork, drawFrom, planCrashes, type SimulatedNetwork } from './network.ts'
import type { MakePlay, Place, Play, Seat, World } from './play.ts'
import type { Chance, Random, Streams } from './random.ts'
import { createScheduler, type Scheduler } from './scheduler.ts'
import { settleAll } from './settle.ts'
import { SimulatedChain } from './simulated-chain.ts'
import { createMeshes, type Meshes } from './simulated-mesh.ts'
import { createTranscript } from './transcript.ts'

/** @see SimulatedWorld */
export interface WorldOptions {
  readonly chance: Chance
  readonly conditions: Conditions
  readonly blockMs: number
}

/** How long a world may play. */
export interface PlayTime {
  /** Milliseconds of virtual time after which the world gives up. */
  readonly untilMs: number
  /** Whether the play shall end by time, which is then no failure. */
  readonly endless?: boolean
}

/** The result of a world. */
export interface Played<Result> {
  readonly result: Result
  readonly breaches: readonly Breach[]
  readonly blocks: number
  readonly virtualMs: number
  readonly frames: SimulatedNetwork['counts']
  readonly events: number
  /** Digest of all events, in order. */
  readonly transcript: Uint8Array
}

/** A seat, with the data that outlive its process. */
interface TakenSeat {
  readonly seat: Seat
  readonly place: Place
  readonly journal: MemoryJournal
  worker: Worker | undefined
  life: number
}

/** Balance of each seat at genesis, in the smallest unit. */
const ENDOWMENT = 1_000_000n * 10n ** 12n
/** The name of the account that has the sudo key and is the one authority. */
const SUDO = 'sudo'
/** Duties that a worker takes at the same time. */
const CAPACITY = 4
const SEED_BYTES = 32

const ignore = (): void => undefined

/** See the module's header. {@link playWorld} plays one to its end; a test may also move one step by step. */
export class SimulatedWorld<Result> implements World {
  readonly breaches: Breach[] = []
  readonly scheduler: Scheduler = createScheduler()
  readonly chain: SimulatedChain
  readonly #options: WorldOptions
  readonly #network: SimulatedNetwork
  readonly #play: Play<Result>
  readonly #issuance: IssuanceWatch
  readonly #meshes: Meshes
  readonly #seats: readonly TakenSeat[]
  readonly #words: Random
  readonly #secrets: Streams
  readonly #transcript = createTranscript()

  constructor(makePlay: MakePlay<Result>, options: WorldOptions) {
    const { chance, conditions, blockMs } = options
    this.#options = options
    this.#network = createNetwork(conditions, this.scheduler, chance)
    this.#words = chance.streams('words').at(0)
    this.#secrets = chance.streams('secrets')
    this.#play = makePlay({ chance, scheduler: this.scheduler, network: this.#network })
    this.#seats = this.#play.seats.map((seat, peer) => this.#take(seat, peer))
    const peers = new Map<string, number>(this.#seats.map(({ place }) => [toHex(place.identity.publicKey), place.peer]))
    this.#meshes = createMeshes(this.#network, (key) => peers.get(key))
    this.chain = new SimulatedChain(
      { genesis: genesisOf(this.#play), blockMs, onBlock: (block) => this.#onBlock(block) },
      { scheduler: this.scheduler, latencyMs: () => drawFrom(conditions.latencyMs, this.#words) },
    )
    this.#issuance = new IssuanceWatch(this.chain.face)
    this.chain.start()
  }

  #take(seat: Seat, peer: number): TakenSeat {
    const { name } = seat
    const place = { peer, account: accountOf(name), identity: identityOf(name), clock: this.#network.clockOf(peer) }
    return { seat, place, journal: memoryJournal(), worker: undefined, life: 0 }
  }

  get face(): ChainFace {
    return this.chain.face
  }

  get state(): Trie {
    return this.chain.state
  }

  port(name: string): ChainPort {
    return this.chain.portOf(accountOf(name))
  }

  breach(kind: string, detail: string): void {
    this.breaches.push({ kind, block: this.chain.number, detail })
  }

  /** The worker of the seat with that number; undefined before it joined and after a crash. */
  workerOf(peer: number): Worker | undefined {
    return this.#seats[peer]!.worker
  }

  /** The journal of the seat with that number. */
  journalOf(peer: number): MemoryJournal {
    return this.#seats[peer]!.journal
  }

  /** The dependencies of a new process of the seat with that number. Each process has other random numbers. */
  lend(peer: number): RoleDeps {
    const taken = this.#seats[peer]!
    const { seat, place, journal } = taken
    const { account, identity, clock } = place
    const random = this.#secrets.at(peer, taken.life++)
    return {
      chain: this.chain.portOf(account),
      network: {
        identity,
        singleUse: identityFrom,
        openMesh: (options) => this.#meshes.open(identity.publicKey, options),
      },
      journal,
      clock,
      randomBytes: (count) => blake2b256Of(u32le(peer), random.bytes(SEED_BYTES)).slice(0, count),
      log: silentLog,
      report: seat.report ?? ignore,
    }
  }

  /** Starts the process of a seat that has none. It joins in the background. */
  start(peer: number): void {
    const taken = this.#seats[peer]!
    if (taken.worker) return
    const { seat, place } = taken
    const { account } = place
    const deps = this.lend(peer)
    const { life } = taken
    this.#transcript.note('restarted', this.scheduler.now, peer, peer, account)
    const stopped = (error: unknown): void => this.breach('worker-stopped', `peer ${peer}: ${messageOf(error)}`)
    const options = { account, capacity: CAPACITY, role: seat.role, makeRole: seat.open(place) }
    startWorker(options, deps).then((worker) => {
      worker.done.catch(stopped)
      // The process may have crashed while it joined.
      if (taken.life === life) taken.worker = worker
      else void worker.close()
    }, stopped)
  }

  /** Kills the process of a seat. Its journal stays. */
  crash(peer: number): void {
    const taken = this.#seats[peer]!
    this.#transcript.note('crashed', this.scheduler.now, peer, peer, taken.place.account)
    void taken.worker?.close()
    taken.worker = undefined
    taken.life++
  }

  /** Runs the events up to a time, or until the play is over, and lets promises settle. @param untilMs of virtual time */
  advance(untilMs: number, isOver: () => boolean = () => false): Promise<void> {
    return settleAll(() => !isOver() && this.scheduler.step(untilMs))
  }

  /** Starts all seats, makes the planned crashes, and plays to the end. */
  async play({ untilMs, endless = false }: PlayTime): Promise<Played<Result>> {
    const { conditions, chance } = this.#options
    for (const { place } of this.#seats) this.start(place.peer)
    for (const { peer, atMs, backAtMs } of planCrashes(conditions, this.#seats.length, chance)) {
      this.scheduler.after(atMs, () => this.crash(peer))
      if (backAtMs !== undefined) this.scheduler.after(backAtMs, () => this.start(peer))
    }
    const isOver = (): boolean => this.#play.isOver()
    await this.advance(untilMs, isOver)
    const { now } = this.scheduler
    await this.close()
    for (const bug of this.chain.bugs) this.breach('runtime-bug', bug)
    if (!isOver() && !endless) this.breach('overdue', `the play is not over after ${untilMs} ms`)
    return {
      result: this.#play.result(),
      breaches: this.breaches,
      blocks: this.chain.number,
      virtualMs: now,
      frames: this.#network.counts,
      events: this.scheduler.happened,
      transcript: this.#transcript.digest(),
    }
  }

  /** Closes every worker. */
  async close(): Promise<void> {
    await Promise.all(this.#seats.flatMap(({ worker }) => (worker ? [worker.close()] : [])))
  }

  #onBlock(block: FinalizedBlock): void {
    this.#transcript.note('block', this.scheduler.now, block.number, block.events.length, block.hash)
    const problem = this.#issuance.problemIn(this.state)
    if (problem !== undefined) this.breach('balance', problem)
    this.#play.onBlock(block, this)
  }
}

/** The genesis: balances for all, one authority with the sudo key, and the sections of the play. */
const genesisOf = ({ balances, genesis, seats }: Play<unknown>): Readonly<Record<string, unknown>> => {
  const sudo = accountOf(SUDO)
  return {
    balances: [
      ...balances.map(([name, amount]) => [accountOf(name), amount]),
      ...[SUDO, ...seats.map(({ name }) => name)].map((name) => [accountOf(name), ENDOWMENT]),
    ],
    sudo: { key: sudo },
    aura: { authorities: [sudo] },
    ...genesis,
  }
}

/** Plays to the end, in a new world. The same play, options and seed give the same result, to the byte. */
export const playWorld = <Result>(
  makePlay: MakePlay<Result>,
  { untilMs, endless = false, ...options }: WorldOptions & PlayTime,
): Promise<Played<Result>> => new SimulatedWorld(makePlay, options).play({ untilMs, endless })
