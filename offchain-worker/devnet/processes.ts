/**
 * Processes that are started by name and end together: those of a devnet, and those of a coinflip without a chain.
 *
 * Owns: their names, starting one again after its end, the order in which they stop, and that none starts after that. Does not own:
 * one child process.
 */
import { AssayError } from '#types/errors.ts'
import { writeLog } from '../terminal/log-sentence.ts'
import { startChild, type Child, type ChildEnd, type ChildOptions, type Told } from './child.ts'

export interface ProcessesOptions {
  /** The bundled command line. */
  readonly cli: string
  readonly onTold: (name: string, told: Told) => void
  /** Called when a process ends unasked. */
  readonly onDied: (name: string, error: AssayError) => void
  /** Called with each line on the stderr of a process. Without it, our stderr gets the line. */
  readonly onSaid?: (name: string, line: string) => void
  readonly onStarted?: (name: string, pid: number) => void
}

/** Starts a process; tests give another function. */
export type Launch = (options: ChildOptions) => Child

const passOn = (_name: string, line: string): void => writeLog(line)

/** @see the module's header */
export class Processes {
  readonly #options: ProcessesOptions
  readonly #launch: Launch
  /** The running or last process of each name. */
  readonly #children = new Map<string, Child>()
  /** Names of processes that the others need, such as the node: they stop last. */
  readonly #ground = new Set<string>()
  #isClosed = false

  constructor(options: ProcessesOptions, launch: Launch = startChild) {
    this.#options = options
    this.#launch = launch
  }

  /** @throws AssayError `STAGE_CLOSED` after `close`. Otherwise a caller that waited meanwhile would start more processes */
  assertOpen(): void {
    if (this.#isClosed) throw new AssayError('STAGE_CLOSED', 'expected running processes, got stopped ones')
  }

  /**
   * Starts a process, for the first time or after its end.
   * @param isGround whether the others need it, as they need a node: then it stops last
   * @throws AssayError `STAGE_CLOSED`, `STILL_RUNNING`
   */
  start(name: string, args: readonly string[], isGround = false): Child {
    this.assertOpen()
    if (this.#children.get(name)?.isRunning)
      throw new AssayError('STILL_RUNNING', `${name}: expected an ended process, got a running one: stop it first`)
    const { cli, onTold, onDied, onSaid = passOn } = this.#options
    const child = this.#launch({
      name,
      args,
      cli,
      onTold: (told) => onTold(name, told),
      onDied: (error) => onDied(name, error),
      onSaid: (line) => onSaid(name, line),
    })
    this.#children.set(name, child)
    if (isGround) this.#ground.add(name)
    this.#options.onStarted?.(name, child.pid)
    return child
  }

  /** Starts a private DHT on a free port, and resolves with its addresses, each `host:port`. */
  async startDht(ms: number): Promise<readonly string[]> {
    const { bootstrap } = await this.start('dht', ['dht', '--port', '0'], true).told('dht-ready', ms)
    return bootstrap as readonly string[]
  }

  /** The running or last process of that name. @throws AssayError `NO_PROCESS` */
  get(name: string): Child {
    const child = this.#children.get(name)
    if (child) return child
    const known = [...this.#children.keys()].join(', ')
    throw new AssayError('NO_PROCESS', `expected a process of ${known}, got ${JSON.stringify(name)}`)
  }

  /** Ends one process and waits until it is gone. */
  kill(name: string, signal: NodeJS.Signals): Promise<ChildEnd> {
    return this.get(name).stop(signal)
  }

  /** Stops all; the ground last, so that the others can still sign off from the chain and the DHT. */
  async close(): Promise<void> {
    this.#isClosed = true
    const all = [...this.#children]
    const stop = (isGround: boolean): Promise<unknown> =>
      Promise.all(all.filter(([name]) => this.#ground.has(name) === isGround).map(([, child]) => child.stop()))
    await stop(false)
    await stop(true)
  }
}
