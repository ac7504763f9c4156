/**
 * `assay simulate round`: rounds on the real runtime, told to people or machines.
 *
 * Owns: turning the command line into a world, progress, the table, the command that replays. Does not own: the play of rounds.
 */
import { toHex } from '#types/bytes.ts'
import type { AssayError } from '#types/errors.ts'
import { jsonLine } from '#worker/terminal/output.ts'
import { GOOD_CONDITIONS, readConditions, type Conditions } from '#worker/simulation/conditions.ts'
import { createProgress } from '#worker/terminal/progress.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { parametersFor, type AttestorConduct, type RoundOptions, type RoundsResult } from './terms.ts'
import type { Bargain } from './leaks.ts'
import { runRounds } from './play.ts'
import { FAULT_NAMES } from '#worker/systems/coinflip/protocol/faults.ts'
import { quoted } from '#worker/terminal/quoted.ts'
import { refusesWhoReadsOn } from '#worker/systems/hosting/simulation/suspicion.ts'
import { UsageError } from '#worker/terminal/usage-error.ts'

/** The arguments of the command line. */
export interface RoundArguments {
  readonly peers: number
  readonly hosters: number
  readonly sessions: number
  readonly hoster: string
  readonly lost: number
  readonly readers?: number | undefined
  readonly dishonest: number
  readonly strategy: string
  readonly seed: string
  readonly faults?: string | undefined
  readonly json: boolean
}

const HOSTERS = ['honest', 'lossy', 'silent', 'slow', 'suspicious', 'audit-buyer', 'slot-buyer'] as const
const AUDITORS = ['lazy', 'colluding', 'leaking'] as const
/** Longer than any audit waits. */
const SLOW_MS = 60_000
const FEED_BLOCKS = 256
const FEED_BLOCK_BYTES = 64
const BLOCK_MS = 6_000
const MS_PER_S = 1_000
const MS_PER_HOUR = 3_600_000
/** A round takes at most as long as all its redraws. */
const HOURS_PER_ROUND = 2
const MIN_ATTESTORS = 3
const MAX_ATTESTORS = 64
const MAX_HOSTERS = 1_000
/** Sessions of ordinary readers for each hour and hoster. */
const DEFAULT_READERS = 240
const MAX_READERS = 36_000

const refuse = (option: string, expected: string, got: string | number): AssayError =>
  new UsageError('BAD_ROUND', `--${option}: expected ${expected}, got ${got}`)

function conductNamed(name: string): AttestorConduct {
  const known = [...AUDITORS, ...FAULT_NAMES].find((each) => each === name)
  if (known) return known
  throw refuse('strategy', `one of ${[...AUDITORS, ...FAULT_NAMES].join(', ')}`, name)
}

function check({ peers, hosters, sessions, hoster, lost, readers, dishonest }: RoundArguments): void {
  const within = (option: string, value: number, least: number, most: number): void => {
    if (!Number.isInteger(value) || value < least || value > most) throw refuse(option, `${least} to ${most}`, value)
  }
  within('peers', peers, MIN_ATTESTORS, MAX_ATTESTORS)
  within('hosters', hosters, 1, MAX_HOSTERS)
  within('sessions', sessions, 1, 10_000)
  within('dishonest', dishonest, 0, peers)
  if (readers !== undefined) within('readers', readers, 0, MAX_READERS)
  if (!(lost >= 0 && lost <= 1)) throw refuse('lost', 'a share from 0 to 1', lost)
  if (!HOSTERS.some((name) => name === hoster)) throw refuse('hoster', `one of ${HOSTERS.join(', ')}`, hoster)
}

/** What buyers buy of leaking attestors. */
const BARGAINS: Readonly<Record<string, Bargain>> = { 'audit-buyer': 'audits', 'slot-buyer': 'slots' }

/** A hoster that refuses readers needs some readers. */
const readersOf = ({ readers, hoster }: RoundArguments): number =>
  readers ?? (hoster === 'suspicious' || hoster in BARGAINS ? DEFAULT_READERS : 0)

/** The options of a world, from the arguments. @throws AssayError `BAD_ROUND`. */
export function worldOf(args: RoundArguments, conditions: Conditions): RoundOptions {
  check(args)
  const { peers, hosters, sessions, hoster, lost, dishonest, strategy, seed } = args
  const liar = conductNamed(strategy)
  const conduct = {
    lostShare: hoster === 'lossy' ? lost : 0,
    silent: hoster === 'silent',
    extraMs: hoster === 'slow' ? SLOW_MS : 0,
    ...(hoster === 'suspicious' && { refuses: refusesWhoReadsOn }),
    ...(BARGAINS[hoster] && { buys: BARGAINS[hoster] }),
  }
  return {
    chance: chanceFrom(seed),
    conditions,
    attestors: Array.from({ length: peers }, (_, number) => (number < dishonest ? liar : 'honest')),
    hosters: Array.from({ length: hosters }, () => conduct),
    rounds: sessions,
    blocks: FEED_BLOCKS,
    blockBytes: FEED_BLOCK_BYTES,
    blockMs: BLOCK_MS,
    readersPerHour: readersOf(args),
    parameters: parametersFor(peers),
    untilMs: sessions * hosters * HOURS_PER_ROUND * MS_PER_HOUR,
  }
}

function replayCommand(args: RoundArguments): string {
  const { peers, hosters, sessions, hoster, lost, dishonest, strategy, seed, faults } = args
  const more = faults === undefined ? '' : ` --faults ${quoted(faults)}`
  return (
    `npm run -s assay -- simulate round --peers ${peers} --hosters ${hosters} --sessions ${sessions} --hoster ${hoster} ` +
    `--lost ${lost} --readers ${readersOf(args)} --dishonest ${dishonest} --strategy ${strategy} --seed ${quoted(seed)}${more}`
  )
}

function table(args: RoundArguments, result: RoundsResult, tookMs: number): string {
  const { closed, blocks, virtualMs, frames, breaches, readers } = result
  const rows = closed.map(
    ({ round, verdict, served, unserved, closedAt }) =>
      `  round ${String(round).padEnd(6)}${verdict.padEnd(14)}${served} served, ${unserved} unserved, closed in block ${closedAt}`,
  )
  const told = breaches.map(({ kind, block, detail }) => `  ${kind} in block ${block}: ${detail}`)
  return [
    `${args.peers} attestors (${args.dishonest} ${args.strategy}), ${args.hosters} ${args.hoster} hosters, seed ${args.seed}`,
    ...rows,
    ...(readers.sessions > 0 ? [`  ${readers.sessions} sessions of ordinary readers, ${readers.refused} refused`] : []),
    `  ${blocks} blocks, ${virtualMs / MS_PER_S} s of virtual time, ${frames.sent} frames, in ${(tookMs / MS_PER_S).toFixed(2)} s`,
    `  transcript ${toHex(result.transcript)}`,
    `  invariants ${breaches.length === 0 ? 'all held' : 'BROKEN'}`,
    ...told,
    ...(breaches.length === 0 ? [] : [`  replay: ${replayCommand(args)}`]),
    '',
  ].join('\n')
}

/** Plays the rounds and tells them. @returns the exit code: 1 where an invariant broke. */
export async function simulateRound(args: RoundArguments): Promise<number> {
  const world = worldOf(args, args.faults === undefined ? GOOD_CONDITIONS : await readConditions(args.faults))
  const progress = createProgress(args.sessions * args.hosters, 'rounds')
  const began = performance.now()
  const result = await runRounds({ ...world, onBlock: (_, closed) => void progress.at(closed) })
  const tookMs = performance.now() - began
  progress.end()
  if (args.json) {
    const replay = result.breaches.length > 0 ? { replay: replayCommand(args) } : {}
    process.stdout.write(jsonLine({ seed: args.seed, ...result, ...replay, tookMs: Math.round(tookMs) }))
  } else process.stdout.write(table(args, result, tookMs))
  return result.breaches.length > 0 ? 1 : 0
}
