/**
 * Keeps the times of a devnet's chain fitted to the machine, while the devnet runs.
 *
 * Owns: when the machine is looked at, and what a person is told of it. Does not own: the rule (slowness.ts).
 */
import type { Clock } from '#types/clock.ts'
import type { Fitted, Step, TellStep } from './scenario.ts'
import {
  FEWEST_SAMPLES,
  isTelling,
  isTooSlow,
  lateBlocks,
  latestPace,
  MOST_SAMPLES,
  nextSlowness,
  roundBlockTime,
  type BlockSpan,
} from './slowness.ts'

/** Between the samples at the start. */
const FIRST_PAUSE_MS = 30
const PAUSE_MS = 2_000

export interface PaceOptions {
  readonly blockTimeMs: number
  /** The slowness that the command line gives. The machine is then not looked at. */
  readonly slowness?: number | undefined
}

export interface PaceDeps {
  readonly clock: Clock
  /** Takes a sample: how many times longer work takes than usual. */
  readonly sample: () => number
  /** Fits the chain; undefined where the time for it has not come. */
  readonly fit: (slowness: number) => Promise<Fitted | undefined>
  /** Number of the last finalized block; undefined before the first. */
  readonly latest: () => number | undefined
  readonly tell: TellStep
}

/** @see the module's header */
export class PaceKeeper {
  readonly #options: PaceOptions
  readonly #deps: PaceDeps
  readonly #samples: number[] = []
  /** That to which the chain is fitted; undefined where that has not been possible yet. */
  #slowness: number | undefined
  /** Whether the chain was set back since: it may have its former times again. */
  #wasSetBack = false
  #span: { readonly block: number; readonly at: number } | undefined
  #lastBlock = 0
  #areBlocksLate = false
  #isLimitTold = false
  #isSlownessTold = false
  #cancel = (): void => undefined
  #hasEnded = false

  constructor(options: PaceOptions, deps: PaceDeps) {
    this.#options = options
    this.#deps = deps
  }

  /** Looks at the machine and fits the chain, then goes on looking. Resolves when the chain fits. @throws what `fit` throws */
  async begin(): Promise<void> {
    const { slowness: given } = this.#options
    if (given !== undefined) return this.#fit(given)
    // The first sample takes longer, because the compiler is not ready for it.
    this.#deps.sample()
    for (let i = 0; i < FEWEST_SAMPLES; i++) {
      await new Promise<void>((resolve) => this.#deps.clock.setTimer(FIRST_PAUSE_MS, resolve))
      this.#sample()
    }
    await this.#fit(nextSlowness(this.#slowness ?? 1, this.#samples))
    this.#lookAtWork()
    this.#schedule()
  }

  /** Looks no more. */
  end(): void {
    this.#hasEnded = true
    this.#cancel()
  }

  #schedule(): void {
    if (!this.#hasEnded) this.#cancel = this.#deps.clock.setTimer(PAUSE_MS, () => void this.#look())
  }

  /** A chain that cannot be fitted at the moment, such as one whose node is started again, is tried again with the next look. */
  async #look(): Promise<void> {
    this.#sample()
    this.#lookAtBlocks()
    this.#lookAtWork()
    const next = nextSlowness(this.#slowness ?? 1, this.#samples)
    if (next !== this.#slowness || this.#wasSetBack) await this.#fit(next).catch(() => undefined)
    this.#schedule()
  }

  #sample(): void {
    this.#samples.push(this.#deps.sample())
    this.#samples.splice(0, this.#samples.length - MOST_SAMPLES)
  }

  async #fit(slowness: number): Promise<void> {
    const fitted = await this.#deps.fit(slowness)
    if (!fitted) return
    this.#slowness = slowness
    this.#wasSetBack = false
    const { words, blockTimeMs } = fitted
    if (words !== undefined) this.#deps.tell('devnet', paceStep(slowness, this.#samples, words))
    if (blockTimeMs !== undefined && !this.#isLimitTold)
      this.#tellTooSlow('a round needs more blocks than the chain gives it', blockTimeMs)
    this.#isLimitTold = blockTimeMs !== undefined
  }

  #lookAtWork(): void {
    const isOver = isTooSlow(this.#samples)
    const pace = Math.round(latestPace(this.#samples))
    if (isOver && !this.#isSlownessTold)
      this.#deps.tell('devnet', {
        notice: { kind: 'too-slow', pace },
        sentence: `this machine is too slow for a devnet: work takes ${pace} times as long as on a quiet machine, so workers will miss their times. End other programs`,
        tone: 'warn',
      })
    this.#isSlownessTold = isOver
  }

  #lookAtBlocks(): void {
    const { clock, latest } = this.#deps
    const { blockTimeMs } = this.#options
    const [block, at] = [latest(), clock.now()]
    if (block === undefined) return
    // A chain that was set back begins the span anew.
    const isSetBack = block < this.#lastBlock
    this.#wasSetBack ||= isSetBack
    this.#lastBlock = block
    const before = this.#span && !isSetBack ? this.#span : { block, at }
    this.#span = before
    const span: BlockSpan = { blocks: block - before.block, ms: at - before.at }
    if (!isTelling(span, blockTimeMs)) return
    this.#span = { block, at }
    const gap = lateBlocks(span, blockTimeMs)
    if (gap !== undefined && !this.#areBlocksLate)
      this.#tellTooSlow(`a block comes every ${gap} ms`, roundBlockTime(gap))
    this.#areBlocksLate = gap !== undefined
  }

  #tellTooSlow(why: string, enoughMs: number): void {
    const { blockTimeMs } = this.#options
    const sentence = `this machine is too slow for --block-time ${blockTimeMs}: ${why}. End other programs, or start with --block-time ${enoughMs}`
    const notice = { kind: 'too-slow', blockTimeMs, enoughMs, why }
    this.#deps.tell('devnet', { notice, sentence, tone: 'warn' })
  }
}

function paceStep(slowness: number, samples: readonly number[], words: string): Step {
  const pace = samples.length === 0 ? undefined : Number(latestPace(samples).toFixed(1))
  const why = pace === undefined ? 'as --windows says' : `work takes ${pace} times as long as on a quiet machine`
  return { notice: { kind: 'pace', slowness, pace }, sentence: `${why}: ${words}` }
}
