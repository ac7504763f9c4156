/**
 * `assay devnet`: plays a scenario on a stage, and tells it.
 *
 * Owns: the form in which a step is told, the exit code, and that nothing is left behind. Does not own: the stage with its
 * processes.
 */
import { systemClock } from '#types/clock.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { createStdoutDisplay } from '../terminal/display.ts'
import { untilStopped } from '../terminal/lifecycle.ts'
import type { LogLevel } from '../terminal/logging.ts'
import { appsLink } from '../terminal/options.ts'
import { createTell } from '../terminal/output.ts'
import { createSilence } from '../terminal/silence.ts'
import { accountsStep } from './accounts.ts'
import { CLI } from './child.ts'
import type { Ending, EventTellers, Fitted, Scenario, Steps, TellStep } from './scenario.ts'
import { PaceKeeper } from './pace-keeper.ts'
import { LiveStage } from './stage.ts'
import { sampleWork } from './work-sample.ts'
import { openWorkspace } from './workspace.ts'

export interface DevnetOptions {
  readonly scenario: Scenario
  /** Stop after the play. */
  readonly once: boolean
  readonly json: boolean
  /** 0 takes a free one. */
  readonly rpcPort: number
  /** Whether a worker that ends unasked is started again. */
  readonly restart: boolean
  /** Folder that keeps chain and workers between runs; by default a temporary one, which is removed at the end. */
  readonly basePath: string | undefined
  readonly blockTimeMs: number
  /** How many times longer than usual the chain's times are; undefined fits them to this machine. */
  readonly slowness: number | undefined
  /** Log level of every process; they share our stderr. */
  readonly logLevel: LogLevel
  /** How lines of processes, and events, are told; those of all systems together. */
  readonly steps: Steps
  readonly tellers: EventTellers
}

const EXIT_PASSED = 0
const EXIT_NOT_PASSED = 1
const LABEL_WIDTH = 10

function createTellStep(json: boolean): TellStep {
  const started = performance.now()
  const tellJson = createTell(true)
  const elapsed = (): number => performance.now() - started
  const display = createStdoutDisplay(elapsed)
  return (name, { notice, sentence, tone, block }) => {
    if (json) return tellJson({ ...notice, ms: Math.round(elapsed()), from: name }, sentence)
    display.step(name, sentence, tone)
    if (block) display.block(block)
  }
}

/** Tells steps, and says what the devnet waits for whenever there was none for long. @param watched the stage, once there is one */
function createPatientTell(json: boolean, watched: () => Pick<LiveStage, 'awaited' | 'latest'>) {
  const inner = createTellStep(json)
  let next = 'the first events'
  const silence = createSilence(systemClock, (seconds) => {
    const { awaited, latest = 0 } = watched()
    const [at, what] = awaited.length > 0 ? ['', `${awaited.join(', ')} to be ready`] : [`#${latest} `, next]
    const notice = { kind: 'waits', what, seconds, block: latest }
    inner('devnet', { notice, sentence: `${at}waits for ${what}, ${seconds} s`, tone: 'quiet' })
  })
  const tell: TellStep = (name, step) => {
    next = step.next ?? next
    silence.heard()
    inner(name, step)
  }
  return { tell, silence }
}

function tellEnding(tell: TellStep, endpoint: string, { values, summary }: Ending): void {
  const apps = appsLink(endpoint)
  const lines = [...summary, ['watch', apps] as const].map(([label, value]) => `  ${label.padEnd(LABEL_WIDTH)}${value}`)
  tell('devnet', {
    notice: { ...values, kind: 'result', endpoint, apps },
    sentence: 'done',
    block: lines,
  })
}

/** Tells why a play did not pass; nothing where it did. Returns the exit code. */
function judge(tell: TellStep, { isPassed, why }: Ending, gone: readonly string[]): number {
  if (isPassed && gone.length === 0) return EXIT_PASSED
  const died = gone.length > 0 ? [`${gone.join(', ')} ended before the end of the play`] : []
  const reason = [...(isPassed ? [] : [why ?? 'the play ended otherwise than the scenario expects']), ...died].join(
    '; ',
  )
  tell('devnet', { notice: { kind: 'not-passed', why: reason }, sentence: `exit code 1: ${reason}`, tone: 'bad' })
  return EXIT_NOT_PASSED
}

function createKeeper(
  stage: LiveStage,
  { scenario, blockTimeMs, slowness }: DevnetOptions,
  tell: TellStep,
): PaceKeeper {
  const fit = async (next: number): Promise<Fitted | undefined> => {
    const fitted = scenario.fit ? await scenario.fit(stage, next) : {}
    if (fitted) stage.slowness = next
    return fitted
  }
  const latest = (): number | undefined => stage.latest
  return new PaceKeeper({ blockTimeMs, slowness }, { clock: systemClock, sample: sampleWork, fit, latest, tell })
}

/**
 * Plays a scenario. Resolves after it (`once`) or when the devnet is stopped.
 * @returns the exit code: 0 where the scenario passed with all workers alive, or where the user watched until Ctrl-C; 1 otherwise.
 * @throws AssayError the error of a process that did not start or died, or of the play
 */
export async function runDevnet(options: DevnetOptions): Promise<number> {
  const { scenario, once } = options
  const stopped = untilStopped()
  const { folder, remove } = await openWorkspace(options.basePath)
  const { tell, silence } = createPatientTell(options.json, () => stage)
  const stage: LiveStage = new LiveStage({ ...options, cast: scenario.cast, folder, cli: CLI }, { tell })
  const keeper = createKeeper(stage, options, tell)
  try {
    const played = (async () => {
      await stage.start()
      tell('devnet', accountsStep(scenario.cast))
      await keeper.begin()
      const ending = await scenario.play(stage)
      tellEnding(tell, stage.endpoint, ending)
      return ending
    })()
    played.catch(() => undefined)
    const ending = await Promise.race([played, stage.broken, stopped.then(() => undefined)])
    silence.end()
    if (!ending) return EXIT_NOT_PASSED
    if (once) return judge(tell, ending, stage.gone)
    tell('devnet', { notice: { kind: 'waiting' }, sentence: 'running until Ctrl-C', tone: 'quiet' })
    await Promise.race([stopped, stage.broken])
    return EXIT_PASSED
  } catch (thrown) {
    throw thrown instanceof AssayError ? thrown : new AssayError('DEVNET', messageOf(thrown), {}, { cause: thrown })
  } finally {
    silence.end()
    keeper.end()
    await stage.close()
    await remove()
  }
}
