/**
 * `assay coinflip`: real processes that trust nobody agree on a random number, without a chain.
 *
 * Owns: the order of steps, the output, the exit code, and that nothing is left behind. Does not own: the party of processes.
 */
import { randomBytes } from 'node:crypto'
import { systemClock } from '#types/clock.ts'
import type { MagicRuleName } from '#types/domain/coinflip/coinflip.ts'
import type { AssayError } from '#types/errors.ts'
import type { LogLevel } from '#worker/terminal/logging.ts'
import { untilStopped } from '#worker/terminal/lifecycle.ts'
import { createTell, type Notice } from '#worker/terminal/output.ts'
import { createStdoutDisplay, type Tone } from '#worker/terminal/display.ts'
import { flipCoin, type Attempt, type FlipResult } from './attempts.ts'
import { createLiveLine } from '#worker/terminal/live-line.ts'
import { hasEscapes } from '#worker/terminal/screen.ts'
import { Party, type PartyNews } from './party.ts'
import { attemptSentence, phaseTimes, resultLines } from './summary.ts'
import { fewestOf } from './limits.ts'
import { type FaultName } from '../protocol/faults.ts'

export interface CoinflipCommandOptions {
  readonly peers: number
  readonly magicRule: MagicRuleName
  readonly fault: FaultName | undefined
  readonly faulty: number
  /** Longest time of an attempt, in milliseconds. */
  readonly windowMs: number
  readonly json: boolean
  readonly logLevel: LogLevel
}

const EXIT_AGREED = 0
const EXIT_NOT_AGREED = 1
const CONTEXT_BYTES = 32

type Tell = (name: string, notice: Notice, sentence: string, tone?: Tone) => void

/** Prints steps, and in a terminal the running step beneath them. */
interface Story {
  readonly tell: Tell
  /** Counts towards a step, and tells it when all `of` have come. */
  count(step: string, of: number): void
  result(result: FlipResult, nameOf: (key: string) => string): void
  close(): void
}

function createStory(json: boolean): Story {
  const began = performance.now()
  const elapsed = (): number => performance.now() - began
  const write = (text: string): void => void process.stdout.write(text)
  const tellJson = createTell(true)
  const display = createStdoutDisplay(elapsed)
  const live = createLiveLine({ write, isShown: hasEscapes(process.stdout) && !json }, systemClock)
  const counts = new Map<string, number>()
  const tell: Tell = (name, notice, sentence, tone) => {
    if (json) return tellJson({ ...notice, ms: Math.round(elapsed()), from: name }, sentence)
    live.clear()
    display.step(name, sentence, tone)
  }
  return {
    tell,
    count(step, of) {
      const count = (counts.get(step) ?? 0) + 1
      counts.set(step, count)
      if (count < of) return live.show(`${count} of ${of} ${step}`)
      tell('coinflip', { kind: 'progress', step, members: of }, `${of} of ${of} ${step}`, 'quiet')
    },
    result(result, nameOf) {
      const last = result.attempts.at(-1)
      if (json)
        tellJson(
          {
            ...result,
            ms: Math.round(elapsed()),
            kind: 'result',
            outcome: result.kind,
            ...(last && liarsIn(last, nameOf)),
            times: phaseTimes(last?.timings ?? []),
          },
          '',
        )
      else display.block(resultLines(result, nameOf))
    },
    close: () => live.clear(),
  }
}

/**
 * Runs a coinflip among `peers` processes.
 * @returns the exit code: 0 where all members agree on one number, otherwise 1.
 * @throws AssayError the error of a process that did not start
 */
export async function runCoinflipCommand(options: CoinflipCommandOptions): Promise<number> {
  const story = createStory(options.json)
  const stopped = untilStopped()
  let inPlay = options.peers
  const party = new Party(
    options,
    newsOf(story, options, () => inPlay),
    systemClock,
  )
  try {
    const flipped = (async () => {
      const members = await party.start()
      const context = new Uint8Array(randomBytes(CONTEXT_BYTES))
      await party.meet(context)
      return flipCoin(
        {
          context,
          members,
          magicRule: options.magicRule,
          windowMs: options.windowMs,
        },
        {
          async play(session, pace) {
            inPlay = session.members.length
            const attempt = await party.play(session, pace)
            tellAttempt(story.tell, attempt, (key) => party.nameOf(key))
            return attempt
          },
          onRetry: (attempt, left) =>
            story.tell('coinflip', { kind: 'retry', attempt, members: left }, `attempt ${attempt} among ${left}`),
        },
      )
    })()
    flipped.catch(() => undefined)
    const result = await Promise.race([flipped, party.broken, stopped.then(() => undefined)])
    if (!result) return EXIT_NOT_AGREED
    story.result(result, (key) => party.nameOf(key))
    return result.kind === 'agreed' ? EXIT_AGREED : EXIT_NOT_AGREED
  } finally {
    story.close()
    await party.close()
  }
}

/** The convicted members and their lies, for machines. */
const liarsIn = ({ verdict }: Attempt, nameOf: (key: string) => string): object =>
  'liars' in verdict ? { liars: verdict.liars.map(nameOf), lies: verdict.lies } : {}

function tellAttempt(tell: Tell, attempt: Attempt, nameOf: (key: string) => string): void {
  const { verdict, exits, members } = attempt
  const dropped =
    verdict.kind === 'dropped'
      ? {
          dropped: verdict.dropped.map(nameOf),
          absent: verdict.absent.map(nameOf),
          gate: verdict.afterGate ? 'after' : 'before',
        }
      : {}
  const notice = {
    kind: 'attempt',
    attempt: attempt.attempt,
    verdict: verdict.kind,
    members: members.length,
    exits,
    ...dropped,
    ...liarsIn(attempt, nameOf),
  }
  const name = `attempt ${attempt.attempt}`
  tell(name, notice, attemptSentence(attempt, nameOf), verdict.kind === 'agreed' ? 'good' : 'bad')
}

function newsOf(
  { tell, count }: Story,
  { peers, fault, faulty, json }: CoinflipCommandOptions,
  inPlay: () => number,
): PartyNews {
  const onlyJson = (name: string, notice: Notice): void => (json ? tell(name, notice, '') : undefined)
  const words = fault ? `, ${faulty} of them dishonest (${fault})` : ''
  return {
    onStarted(name, pid) {
      if (name === 'dht')
        tell(
          'coinflip',
          { kind: 'started', peers, fewest: fewestOf(peers), ...(fault && { fault, faulty }) },
          `${peers} processes on a private DHT${words}`,
        )
      onlyJson(name, { kind: 'process', pid })
    },
    onReady(name, key) {
      onlyJson(name, { kind: 'member', key })
      count('ready', peers)
    },
    onMet: () => count('connected', peers),
    onPhase: (_name, attempt, phase) =>
      count(`in ${phase.toUpperCase()}${attempt > 0 ? `, attempt ${attempt}` : ''}`, inPlay()),
    onExit: (name, attempt, { magic, transcriptRoot, lies }, timings) =>
      onlyJson(name, {
        attempt,
        timings,
        magic,
        transcriptRoot,
        lies: lies.map(({ tag }) => tag),
        kind: 'exit',
      }),
    onDied: (name, { message }: AssayError) => tell(name, { kind: 'died', message }, message, 'bad'),
  }
}
