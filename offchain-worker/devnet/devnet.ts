/**
 * The devnet: a node, a private DHT, one hoster and N attestors as processes, and one round played among them.
 *
 * Owns: the order of things, what a person sees, and that nothing is left behind. Does not own: spawning (child.ts), what each
 * process is told (parts.ts), what events mean (round-story.ts), nor anything that happens inside the processes.
 */
import { rm } from 'node:fs/promises'
import { AssayError, messageOf } from '#types/errors.ts'
import type { LogLevel } from '../terminal/logging.ts'
import { createTell, type Notice } from '../terminal/output.ts'
import { untilStopped } from '../terminal/lifecycle.ts'
import { appsLink } from '../terminal/options.ts'
import type { Child } from './child.ts'
import { createDisplay, type Tone } from '../terminal/display.ts'
import { startParts, type Parts } from './parts.ts'
import { playRound, type RoundResult } from '../systems/attestation/devnet/play.ts'
import { formatAmount, shortHash } from '../systems/attestation/devnet/story.ts'
import type { Scenario } from '../systems/attestation/devnet/scenarios.ts'
import { openWorkspace } from './workspace.ts'

export interface DevnetOptions {
  readonly scenario: Scenario
  /** Stop after the round. */
  readonly once: boolean
  readonly json: boolean
  /** Folder that the hoster publishes; this repository where absent. */
  readonly data: string | undefined
  /** 0 takes a free one. */
  readonly rpcPort: number
  readonly attestors: number
  /** Ordinary readers of the feed. */
  readonly readers: number
  readonly blockTimeMs: number
  /** Of every process; they share our stderr. */
  readonly logLevel: LogLevel
}

/** How every part of the devnet tells what it does. */
export type TellStep = (name: string, notice: Notice, sentence: string, tone?: Tone) => void

const EXIT_PASSED = 0
const EXIT_NOT_PASSED = 1

function createTellStep(json: boolean): TellStep {
  const started = performance.now()
  const tellJson = createTell(true)
  const display = createDisplay({
    write: (text) => process.stdout.write(text),
    colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    elapsed: () => performance.now() - started,
  })
  return (name, notice, sentence, tone) =>
    json
      ? tellJson({ ...notice, ms: Math.round(performance.now() - started), from: name }, sentence)
      : display.step(name, sentence, tone)
}

/** Stops children: workers first, so that they can still say goodbye to the chain and the DHT. */
async function stopAll(children: readonly Child[]): Promise<void> {
  const isWorker = ({ name }: Child): boolean => name !== 'chain' && name !== 'dht'
  await Promise.all(children.filter(isWorker).map((child) => child.stop()))
  await Promise.all(children.filter((child) => !isWorker(child)).map((child) => child.stop()))
}

function summary(result: RoundResult, parts: Parts): string[] {
  const rewards = result.paid.map(({ who, amount }) => `${who} ${formatAmount(amount)}`)
  return [
    `verdict   ${result.verdict.toLowerCase()}`,
    `random    ${result.magic ? shortHash(result.magic) : 'none: no report opened it'}`,
    `rewards   ${rewards.length > 0 ? rewards.join(', ') : 'none'}`,
    `watch     ${appsLink(parts.endpoint)}`,
  ]
}

/**
 * Runs the devnet until the round is over (`once`) or until stopped.
 * @returns the exit code: 0 where a round closed "pass", or where it was watched until Ctrl-C; 1 otherwise.
 */
export async function runDevnet(options: DevnetOptions): Promise<number> {
  const tell = createTellStep(options.json)
  const stopped = untilStopped()
  const workspace = await openWorkspace()
  const children: Child[] = []
  let onDied: (error: AssayError) => void = () => undefined
  const playing = new AbortController()
  const died = new Promise<never>((_resolve, reject) => (onDied = reject))
  died.catch(() => undefined)
  try {
    const played = (async () => {
      const parts = await startParts({ ...options, workspace, children, tell, onDied })
      const result = await playRound({ ...options, parts, tell, signal: playing.signal })
      const closing: Notice = { kind: 'result', ...result, endpoint: parts.endpoint, apps: appsLink(parts.endpoint) }
      tell(
        'devnet',
        closing,
        `done\n\n${summary(result, parts)
          .map((line) => `    ${line}`)
          .join('\n')}\n`,
      )
      return result
    })()
    played.catch(() => undefined)
    const result = await Promise.race([played, died, stopped.then(() => undefined)])
    if (!result) return EXIT_NOT_PASSED
    if (options.once) return result.verdict === 'Pass' ? EXIT_PASSED : EXIT_NOT_PASSED
    tell('devnet', { kind: 'waiting' }, 'running until Ctrl-C', 'quiet')
    await Promise.race([stopped, died])
    return EXIT_PASSED
  } catch (thrown) {
    throw thrown instanceof AssayError ? thrown : new AssayError('DEVNET', messageOf(thrown), {}, { cause: thrown })
  } finally {
    playing.abort()
    await stopAll(children)
    await rm(workspace, { recursive: true, force: true })
  }
}
