/**
 * A stage: a node, a private DHT, and the processes of a cast, on which a scenario or a test plays.
 *
 * Owns: folders, the order in which processes start, clients, and the error that ends a play. Does not own: the scenario.
 */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#types/clock.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import type { ChainPort, FinalizedBlock } from '#chain/api/chain-port.ts'
import type { ChainClient, connectChain } from '#chain/api/connect.ts'
import type { LogLevel } from '../terminal/logging.ts'
import { checkCast, processOf } from './cast.ts'
import type { Child, ChildEnd, Told } from './child.ts'
import { Clients } from './clients.ts'
import { createNameOf } from './genesis.ts'
import { DHT, Losses, NODE } from './losses.ts'
import { Onlooker } from './onlooker.ts'
import { Processes, type Launch, type ProcessesOptions } from './processes.ts'
import type { Cast, EventTellers, NameOf, Process, Stage, Steps, TellStep } from './scenario.ts'
import { writeSpec } from './spec-file.ts'
import { createTurnstile } from '../kernel/turnstile.ts'
import { option } from './worker-process.ts'

export interface StageOptions {
  readonly cast: Cast
  /** A folder for all data of the processes, empty or with those of an earlier run. The caller removes it. */
  readonly folder: string
  /** 0 takes a free one. */
  readonly rpcPort: number
  readonly blockTimeMs: number
  /** Log level of every process. */
  readonly logLevel: LogLevel
  /** The bundled command line. */
  readonly cli: string
  /** How lines of processes are told. */
  readonly steps: Steps
  readonly tellers: EventTellers
  /** Whether a worker that ends unasked is started again. */
  readonly restart?: boolean
}

export interface StageDeps extends Pick<ProcessesOptions, 'onSaid'> {
  readonly tell: TellStep
  /** Unit tests give their own processes and chain. */
  readonly launch?: Launch
  readonly connect?: typeof connectChain
}

/** A busy machine takes minutes. Until then a person reads what is waited for. */
const READY_DEADLINE_MS = 240_000
/** A worker tells it when all its code is loaded and its role is open; what follows is mostly waiting. */
const LOADED = 'connecting'
/** Account of the stage's own client, which signs nothing. */
const ONLOOKER = '//Onlooker'
/** Words for the kernel's lines, which any worker tells. */
const KERNEL_STEPS: Steps = {
  registered: { sentence: () => 'registered on chain' },
  waits: { tone: 'quiet', sentence: ({ what, seconds }) => `waits for ${String(what)}, ${String(seconds)} s` },
}

/** Call `start` once, and `close` also when `start` failed. */
export class LiveStage implements Stage {
  readonly blockTimeMs: number
  /** @see Stage.slowness. The part that fits the chain sets it. */
  slowness = 1
  /** Rejects with the error of a process that died unasked and that the devnet needs, and when the stage is closed. */
  readonly broken: Promise<never>
  readonly nameOf: NameOf
  readonly tell: TellStep
  readonly #options: StageOptions
  readonly #steps: Steps
  readonly #processes: Processes
  /** As many processes load as the machine has cores: more would delay the first of the cast, on which others wait. */
  readonly #loading = createTurnstile(availableParallelism())
  readonly #clients: Clients
  readonly #end = new AbortController()
  readonly #losses: Losses
  readonly #awaited = new Set<string>([NODE, DHT])
  /** Names of the processes of the cast that were started. */
  readonly #begun = new Set<string>()
  #isStarted = false
  #bootstrap: readonly string[] = []
  #endpoint = ''
  #starting: Promise<void> | undefined
  #looking: { readonly chain: ChainPort; readonly seen: Onlooker } | undefined

  constructor(options: StageOptions, deps: StageDeps) {
    const { cast, cli, steps, blockTimeMs, restart = false } = options
    this.#options = options
    this.tell = deps.tell
    this.blockTimeMs = blockTimeMs
    this.#steps = { ...KERNEL_STEPS, ...steps }
    this.nameOf = createNameOf(cast)
    this.#losses = new Losses(
      { restart, isStarted: () => this.#isStarted },
      { tell: deps.tell, restart: (name) => this.restart(name), end: (thrown) => this.#fail(thrown) },
    )
    this.#processes = new Processes(
      {
        cli,
        onTold: (name, told) => this.#hear(name, told),
        onDied: (name, error) => this.#losses.note(name, error),
        ...(deps.onSaid && { onSaid: deps.onSaid }),
      },
      deps.launch,
    )
    const { signal } = this.#end
    this.#clients = new Clients({
      endpoint: () => this.#endpoint,
      signal,
      ...(deps.connect && { connect: deps.connect }),
    })
    this.broken = new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    })
    this.broken.catch(() => undefined)
  }

  get endpoint(): string {
    return this.#endpoint
  }

  /** Addresses of the DHT, each `host:port`. */
  get bootstrap(): readonly string[] {
    return this.#bootstrap
  }

  /** Names of the processes that ended unasked, and that the devnet went on without, in order. */
  get gone(): readonly string[] {
    return this.#losses.gone
  }

  /** Names of processes that have not been ready yet. */
  get awaited(): readonly string[] {
    return [...this.#awaited]
  }

  /** Number of the last finalized block; undefined before the first. */
  get latest(): number | undefined {
    return this.#looking?.seen.latest
  }

  get signal(): AbortSignal {
    return this.#end.signal
  }

  get chain(): ChainPort {
    return this.#looking!.chain
  }

  get seen(): Onlooker {
    return this.#looking!.seen
  }

  /**
   * Starts everything. It resolves when all processes are ready.
   * @throws AssayError the error of a process that did not start; `BAD_CAST`, `OTHER_CAST`
   */
  start(): Promise<void> {
    return (this.#starting ??= this.#start())
  }

  async #start(): Promise<void> {
    checkCast(this.#options.cast)
    await writeSpec(this.#specPath(), this.#options.cast)
    const [bootstrap] = await Promise.all([
      this.#processes.startDht(READY_DEADLINE_MS),
      this.#startNode(this.#options.rpcPort),
    ])
    this.#bootstrap = bootstrap
    for (const name of [NODE, DHT]) this.#awaited.delete(name)
    for (const { name } of this.#options.cast.processes) this.#awaited.add(name)
    const { endpoint } = this
    this.tell(NODE, { notice: { kind: 'chain', endpoint }, sentence: `node ready at ${endpoint}` })
    this.tell(DHT, { notice: { kind: 'dht', bootstrap }, sentence: `private DHT ready at ${bootstrap[0]}` })
    await Promise.all([this.#look(), this.#enterAll()])
    this.#isStarted = true
  }

  told(name: string, kind: string, fits?: (told: Told) => boolean): Promise<Told> {
    return this.#line(this.#processes.get(name), kind, fits)
  }

  lines(name: string): readonly Told[] {
    return this.#processes.get(name).lines
  }

  /** The arguments of the process of that name. @throws AssayError `NO_PROCESS` */
  argsOf(name: string): readonly string[] {
    const { folder, logLevel } = this.#options
    const [endpoint, bootstrap] = [this.#endpoint, this.#bootstrap]
    const place = { endpoint, bootstrap, folder: join(folder, name), logLevel, isAgain: this.#begun.has(name) }
    return processOf(this.#options.cast, name).args(place)
  }

  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<ChildEnd> {
    const [notice, sentence] = [{ kind: 'killed', name }, `${name} is killed (${signal})`]
    this.tell('devnet', { notice, sentence, tone: 'bad' })
    return this.#processes.kill(name, signal)
  }

  async restart(name: string): Promise<void> {
    this.tell('devnet', { notice: { kind: 'restarted', name }, sentence: `${name} is started again` })
    await (name === NODE
      ? this.#startNode(Number(new URL(this.#endpoint).port))
      : this.#enter(processOf(this.#options.cast, name)))
  }

  client(suri: string): Promise<ChainClient> {
    return this.#clients.get(suri)
  }

  /** Ends all waits with `STAGE_CLOSED`, then closes clients and stops processes. Afterwards nothing of the stage runs or writes. */
  async close(): Promise<void> {
    this.#end.abort(new AssayError('STAGE_CLOSED', 'expected an open stage, got a closed one'))
    await Promise.all([this.#clients.close(), this.#processes.close()])
    await this.#starting?.catch(() => undefined)
  }

  #specPath(): string {
    return join(this.#options.folder, 'chain-spec.json')
  }

  async #startNode(port: number): Promise<void> {
    const { folder, blockTimeMs, logLevel } = this.#options
    const args = [
      'chain',
      ...option('chain', this.#specPath()),
      ...option('base-path', join(folder, NODE)),
      ...option('rpc-port', String(port)),
      ...option('sealing', 'interval'),
      ...option('block-time', String(blockTimeMs)),
      ...option('log-level', logLevel),
    ]
    const { endpoint } = await this.#line(this.#processes.start(NODE, args, true), 'chain-ready')
    this.#endpoint = String(endpoint)
  }

  async #look(): Promise<void> {
    const chain = await this.client(ONLOOKER)
    const onBlock = (block: FinalizedBlock): Promise<void> => this.#tellBlock(chain, block)
    const seen = new Onlooker(chain, { clock: systemClock, onBlock, signal: this.signal })
    seen.done.catch((thrown: unknown) => this.#fail(thrown))
    this.#looking = { chain, seen }
  }

  async #tellBlock(chain: ChainPort, block: FinalizedBlock): Promise<void> {
    for (const event of block.events) {
      const steps = await this.#options.tellers[event.pallet]?.(event, block, { chain, nameOf: this.nameOf })
      for (const step of steps ?? []) this.tell(NODE, step)
    }
  }

  async #enterAll(): Promise<void> {
    const entered = new Map<string, Promise<void>>()
    for (const process of this.#options.cast.processes) {
      const { name, after } = process
      const before = after === undefined ? undefined : entered.get(after)
      entered.set(name, before ? before.then(() => this.#enter(process)) : this.#enter(process))
    }
    await Promise.all(entered.values())
  }

  async #enter({ name, ready }: Process): Promise<void> {
    const child = await this.#loading(() => this.#load(name, ready))
    await this.#line(child, ready)
    this.#awaited.delete(name)
  }

  /** A process without the line `LOADED` has loaded when it is ready. */
  async #load(name: string, ready: string): Promise<Child> {
    const child = this.#processes.start(name, this.argsOf(name))
    this.#begun.add(name)
    await Promise.race([this.#line(child, LOADED), this.#line(child, ready)])
    return child
  }

  #line(child: Child, kind: string, fits?: (told: Told) => boolean): Promise<Told> {
    return Promise.race([child.told(kind, READY_DEADLINE_MS, fits), this.broken])
  }

  /** Called out of a stream's event: an error that left it would end our own process, and nothing would be closed. */
  #hear(name: string, told: Told): void {
    const words = Object.hasOwn(this.#steps, told.kind) ? this.#steps[told.kind] : undefined
    if (!words) return
    try {
      this.tell(name, { notice: told, sentence: words.sentence(told), tone: words.tone ?? 'plain' })
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  #fail(thrown: unknown): void {
    this.#end.abort(thrown instanceof AssayError ? thrown : new AssayError('DEVNET', messageOf(thrown)))
  }
}
