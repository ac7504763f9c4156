/**
 * `assay simulate hosting`: strategies in a market against honesty, told to people or machines.
 *
 * Owns: the options' bounds, progress, the table, the command that replays, the plots. Does not own: the plays.
 */
import type { AssayError } from '#types/errors.ts'
import { GOOD_CONDITIONS, readConditions } from '#worker/simulation/conditions.ts'
import { jsonLine } from '#worker/terminal/output.ts'
import { writePlot } from '#worker/terminal/plot.ts'
import { createProgress } from '#worker/terminal/progress.ts'
import { quoted } from '#worker/terminal/quoted.ts'
import { tableLines } from '#worker/terminal/table.ts'
import { UsageError } from '#worker/terminal/usage-error.ts'
import { compare, comparisonRows, type Comparison } from './compare.ts'
import { detectionCurve } from './detection.ts'
import { curvePlot, gainsPlot } from './plots.ts'
import { strategiesWith } from './strategies.ts'
import { sybilCurve } from './sybils.ts'
import { yesSayerCurve } from './yes-sayers.ts'

/** The arguments of the command line. */
export interface MarketArguments {
  readonly strategy: string
  readonly dropped: number
  readonly sessions: number
  readonly blocks: number
  readonly challenges: number
  readonly plot?: string | undefined
  readonly seed: string
  readonly faults?: string | undefined
  readonly json: boolean
}

export const ALL = 'all'
const MOST_SESSIONS = 10_000
/** Below, no copy has been challenged yet. */
const LEAST_BLOCKS = 60
const MOST_BLOCKS = 1_000_000
const MOST_CHALLENGES = 1_000_000
const MS_PER_S = 1_000

const refuse = (option: string, expected: string, got: string | number): AssayError =>
  new UsageError('BAD_MARKET', `--${option}: expected ${expected}, got ${got}`)

function check({ strategy, dropped, sessions, blocks, challenges }: MarketArguments): void {
  const within = (option: string, value: number, least: number, most: number): void => {
    if (!Number.isInteger(value) || value < least || value > most) throw refuse(option, `${least} to ${most}`, value)
  }
  within('sessions', sessions, 1, MOST_SESSIONS)
  within('blocks', blocks, LEAST_BLOCKS, MOST_BLOCKS)
  within('challenges', challenges, 1, MOST_CHALLENGES)
  if (!(dropped > 0 && dropped <= 1)) throw refuse('dropped', 'a share above 0, up to 1', dropped)
  const names = [ALL, ...Object.keys(strategiesWith(dropped))]
  if (!names.includes(strategy)) throw refuse('strategy', `one of ${names.join(', ')}`, strategy)
}

function replayCommand({ strategy, dropped, sessions, blocks, seed, faults }: MarketArguments): string {
  const more = faults === undefined ? '' : ` --faults ${quoted(faults)}`
  return (
    `npm run -s assay -- simulate hosting --strategy ${strategy} --dropped ${dropped} --sessions ${sessions} ` +
    `--blocks ${blocks} --seed ${quoted(seed)}${more}`
  )
}

/** What broke, with the command that plays it again. */
const toldBreaches = (args: MarketArguments, all: readonly Comparison[]): readonly string[] =>
  all.flatMap(({ strategy, breaches }) => [
    ...breaches.map(
      ({ session, kind, block, detail }) => `  ${strategy}, session ${session}: ${kind} in block ${block}: ${detail}`,
    ),
    ...(breaches.length === 0 ? [] : [`  replay: ${replayCommand({ ...args, strategy })}`]),
  ])

async function plots(args: MarketArguments, folder: string, all: readonly Comparison[]): Promise<readonly string[]> {
  const detection = curvePlot(
    'Challenges that a hoster fails',
    ['leaves that it dropped', 'challenges failed', 'leaves of a challenge'],
    await detectionCurve(args.seed, args.challenges),
  )
  const sybils = curvePlot(
    'Copies that one owner of many hosters gets',
    ['its share of all bonds', 'its share of the copies', 'its hosters are'],
    sybilCurve(args.seed, args.challenges),
  )
  const yesSayers = curvePlot(
    'Pay of a hoster that serves nobody',
    ['attestors that always say yes', 'part', ''],
    yesSayerCurve(args.seed, args.challenges),
  )
  return [
    ...(await writePlot(folder, 'dropped-leaves', detection)),
    ...(await writePlot(folder, 'sybils', sybils)),
    ...(await writePlot(folder, 'yes-sayers', yesSayers)),
    ...(await writePlot(folder, 'gains', gainsPlot(all))),
  ]
}

/** Plays the strategies and tells them. @returns the exit code: 1 where an invariant broke. @throws UsageError `BAD_MARKET` */
export async function simulateMarket(args: MarketArguments): Promise<number> {
  check(args)
  const { strategy, dropped, sessions, blocks, seed, plot } = args
  const conditions = args.faults === undefined ? GOOD_CONDITIONS : await readConditions(args.faults)
  const chosen = Object.entries(strategiesWith(dropped)).filter(([name]) => strategy === ALL || strategy === name)
  const progress = createProgress(sessions * chosen.length, 'sessions')
  const began = performance.now()
  let played = 0
  const onPlayed = (): void => void progress.at(++played)
  const all = await compare(Object.fromEntries(chosen), { seed, sessions, blocks, conditions, onPlayed })
  progress.end()
  const files = plot === undefined ? [] : await plots(args, plot, all)
  const tookMs = performance.now() - began
  const breaches = toldBreaches(args, all)
  const isSound = breaches.length === 0
  if (args.json) {
    const replay = isSound ? {} : { replay: breaches }
    process.stdout.write(
      jsonLine({ seed, sessions, blocks, strategies: all, files, ...replay, tookMs: Math.round(tookMs) }),
    )
    return isSound ? 0 : 1
  }
  const lines = [
    `${sessions} sessions of ${blocks} blocks for each strategy, seed ${seed}; tokens, ± half of the 99 % interval`,
    ...chosen.map(([name, { describe }]) => `  ${name}: ${describe}`),
    ...tableLines(comparisonRows(all)).map((line) => `  ${line}`),
    `  ${sessions * chosen.length} sessions in ${(tookMs / MS_PER_S).toFixed(1)} s; invariants ${isSound ? 'all held' : 'BROKEN'}`,
    ...files.map((file) => `  wrote ${file}`),
    ...breaches,
    '',
  ]
  process.stdout.write(lines.join('\n'))
  return isSound ? 0 : 1
}
