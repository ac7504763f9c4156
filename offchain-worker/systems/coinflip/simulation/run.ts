/**
 * `assay simulate coinflip`: a series of coinflips, told to people or machines.
 *
 * Owns: progress, the table, the command that replays. Does not own: the series itself.
 */
import { AssayError } from '#types/errors.ts'
import { jsonLine } from '#worker/terminal/output.ts'
import { runCoinflipSeries, type BrokenSession, type CoinflipSeriesOptions, type CoinflipTally } from './series.ts'
import { GOOD_CONDITIONS, readConditions } from '#worker/simulation/conditions.ts'
import { FAULT_NAMES, FAULTS, type FaultName } from '../protocol/faults.ts'
import { createProgress } from '#worker/terminal/progress.ts'
import { quoted } from '#worker/terminal/quoted.ts'

/** The arguments of the command line. */
export interface CoinflipArguments extends Pick<
  CoinflipSeriesOptions,
  'seed' | 'peers' | 'dishonest' | 'first' | 'sessions'
> {
  readonly strategy: string
  readonly faults?: string | undefined
  readonly signing: 'simulated' | 'ed25519'
  readonly json: boolean
}

const NAME_COLUMNS = 18
const FAULT_COLUMNS = 19
const MS_PER_S = 1000

function strategyNamed(name: string): FaultName | 'mixed' {
  if (name === 'mixed') return name
  const known = FAULT_NAMES.find((each) => each === name)
  if (known) return known
  const lines = FAULT_NAMES.map((each) => `\n  ${each.padEnd(FAULT_COLUMNS)}${FAULTS[each].does}`)
  throw new AssayError('UNKNOWN_STRATEGY', `--strategy: expected mixed or one of these, got ${name}${lines.join('')}`)
}

const rangeText = ([least, most]: readonly [number, number]): string =>
  least === most ? String(least) : `${least}..${most}`

/** The command that plays one session of a series again. */
export function replayCommand(args: CoinflipArguments, session: number): string {
  const { peers, dishonest, strategy, seed, faults, signing } = args
  const options = [
    `--peers ${rangeText(peers)} --dishonest ${rangeText(dishonest)} --strategy ${strategy}`,
    `--seed ${quoted(seed)} --first ${session} --sessions 1`,
    ...(faults === undefined ? [] : [`--faults ${quoted(faults)}`]),
    ...(signing === 'simulated' ? [] : [`--signing ${signing}`]),
  ]
  return `npm run -s assay -- simulate coinflip ${options.join(' ')}`
}

function brokenLines(args: CoinflipArguments, { session, peers, breaches }: BrokenSession): string[] {
  const told = breaches.map(({ kind, rank, detail }) => `    ${kind}: member ${rank} of ${peers}: ${detail}`)
  return [`session ${session}, seed ${args.seed}`, ...told, `  replay: ${replayCommand(args, session)}`]
}

function table(args: CoinflipArguments, tally: CoinflipTally, tookMs: number): string {
  const row = (name: string, value: string): string => `  ${name.padEnd(NAME_COLUMNS)}${value}`
  const share = (count: number): string => `${count} (${((100 * count) / tally.sessions).toFixed(1)} %)`
  const endings = Object.entries(tally.endings).toSorted((a, b) => b[1] - a[1])
  const calls = Object.entries(tally.calls).map(([kind, count]) => `${kind} ${(count / tally.sessions).toFixed(2)}`)
  const dropped = Object.entries(tally.dropped).map(([reason, count]) => `${reason} ${count}`)
  const seconds = tookMs / MS_PER_S
  return [
    `${tally.sessions} coinflips of ${rangeText(args.peers)}, ${rangeText(args.dishonest)} dishonest (${args.strategy}), seed ${args.seed}`,
    ...endings.map(([kinds, count]) => row(kinds, share(count))),
    row('calls', calls.join(', ') || 'none'),
    row('frames', `${tally.frames} sent, ${tally.lost} lost; dropped: ${dropped.join(', ') || 'none'}`),
    row('virtual time', `${(tally.virtualMs / tally.sessions / MS_PER_S).toFixed(2)} s a session`),
    row('took', `${seconds.toFixed(2)} s, ${(tally.frames / seconds).toFixed(0)} frames/s`),
    row('transcript', tally.transcript),
    row('invariants', tally.broken.length === 0 ? 'all held' : `BROKEN in ${tally.broken.length} sessions`),
    '',
  ].join('\n')
}

/** Plays the series and tells it. @returns the exit code: 1 where an invariant broke. */
export async function simulateCoinflip(args: CoinflipArguments): Promise<number> {
  const options: CoinflipSeriesOptions = {
    ...args,
    strategy: strategyNamed(args.strategy),
    conditions: args.faults === undefined ? GOOD_CONDITIONS : await readConditions(args.faults),
  }
  const progress = createProgress(args.sessions, 'sessions')
  const began = performance.now()
  const tally = runCoinflipSeries(options, ({ sessions }) => progress.at(sessions))
  const tookMs = performance.now() - began
  progress.end()
  if (args.json) {
    const broken = tally.broken.map((each) => ({ ...each, replay: replayCommand(args, each.session) }))
    process.stdout.write(jsonLine({ seed: args.seed, ...tally, broken, tookMs: Math.round(tookMs) }))
  } else {
    process.stdout.write(table(args, tally, tookMs))
    for (const broken of tally.broken) process.stdout.write(`${brokenLines(args, broken).join('\n')}\n`)
  }
  return tally.broken.length > 0 ? 1 : 0
}
