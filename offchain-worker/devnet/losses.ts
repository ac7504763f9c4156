/**
 * Processes of a devnet that end unasked: what each means for the others.
 *
 * Owns: whether the devnet goes on, and whether the process comes back. Does not own: starting it (the stage).
 */
import type { AssayError } from '#types/errors.ts'
import type { TellStep } from './scenario.ts'

/** Name of the node's process. */
export const NODE = 'chain'
/** Name of the DHT's process. */
export const DHT = 'dht'

/** What the end of a process means: the devnet ends, or goes on without it, or starts it again. */
export type Fate = 'broken' | 'gone' | 'again'

export interface LossOptions {
  /** Whether a worker is started again. */
  readonly restart: boolean
  /** Whether all processes have been ready. */
  readonly isStarted: () => boolean
}

export interface LossDeps {
  readonly tell: TellStep
  /** Starts a process again, and waits until it is ready. */
  readonly restart: (name: string) => Promise<void>
  /** Ends the devnet. */
  readonly end: (thrown: unknown) => void
}

/**
 * Before all processes are ready, the end of one ends the devnet; the end of the DHT does so always. A worker's peers know how to go on
 * without it. A node that was killed comes back on its folder; a node that ended by itself would do so again.
 */
export function fateOf(name: string, error: AssayError, { restart, isStarted }: LossOptions): Fate {
  if (!isStarted() || name === DHT) return 'broken'
  if (name === NODE) return typeof error.meta['end'] === 'string' ? 'again' : 'broken'
  return restart ? 'again' : 'gone'
}

/** @see the module's header */
export class Losses {
  readonly #options: LossOptions
  readonly #deps: LossDeps
  readonly #gone: string[] = []
  readonly #returning = new Set<string>()

  constructor(options: LossOptions, deps: LossDeps) {
    this.#options = options
    this.#deps = deps
  }

  /** Names of those that the devnet went on without, in order. */
  get gone(): readonly string[] {
    return this.#gone
  }

  /** A process has ended unasked with this error. */
  note(name: string, error: AssayError): void {
    // Its return then fails with the same error.
    if (this.#returning.has(name)) return
    const fate = fateOf(name, error, this.#options)
    if (fate === 'broken') return this.#deps.end(error)
    if (fate === 'gone') this.#gone.push(name)
    const { code, message } = error
    const goesOn = fate === 'again' ? '' : '; the devnet goes on without it'
    this.#deps.tell('devnet', {
      notice: { kind: 'died', name, code, message },
      sentence: message + goesOn,
      tone: 'bad',
    })
    if (fate === 'again') void this.#bringBack(name)
  }

  /** A process that does not become ready again ends the devnet with its error: it would fail for ever. */
  async #bringBack(name: string): Promise<void> {
    this.#returning.add(name)
    await this.#deps.restart(name).catch(this.#deps.end)
    this.#returning.delete(name)
  }
}
