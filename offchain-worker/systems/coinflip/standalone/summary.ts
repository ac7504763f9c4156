/**
 * The outcome of `assay coinflip` for people.
 *
 * Owns: the lines.
 */
import type { CoinflipPhaseName } from '#types/domain/coinflip/coinflip.ts'
import type { Attempt, FlipResult } from './attempts.ts'
import { PHASES, type MemberTimings } from './channel.ts'

/** Milliseconds of the members: the median, and the slowest. */
export interface Spread {
  readonly median: number
  readonly slowest: number
}

/** Times of the parts of an attempt. `mesh` is the part of Join until all were connected. */
export type PhaseTimes = Readonly<Partial<Record<CoinflipPhaseName | 'mesh' | 'total', Spread>>>

const spreadOf = (values: readonly number[]): Spread | undefined => {
  const sorted = values.toSorted((a, b) => a - b)
  const median = sorted[sorted.length >> 1]
  return median === undefined ? undefined : { median, slowest: sorted.at(-1)! }
}

/** Times over the members that told theirs, without parts that no member entered. */
export function phaseTimes(timings: readonly MemberTimings[]): PhaseTimes {
  const parts = [
    ['mesh', (each: MemberTimings) => each.mesh] as const,
    ...PHASES.map((phase) => [phase, (each: MemberTimings) => each.phases[phase]] as const),
    ['total', (each: MemberTimings) => each.total] as const,
  ]
  const spreads = parts.flatMap(([part, of]) => {
    const spread = spreadOf(timings.map(of).filter((ms) => ms !== undefined))
    return spread ? [[part, spread] as const] : []
  })
  return Object.fromEntries(spreads)
}

const NAMES: Readonly<Record<keyof PhaseTimes, string>> = {
  mesh: '  of it, until connected',
  Join: 'JOIN',
  Commit: 'COMMIT',
  Echo: 'ECHO',
  Reveal: 'GATE, REVEAL',
  Confirm: 'MAGIC, CONFIRM',
  total: 'in all',
}
const ORDER: readonly (keyof PhaseTimes)[] = ['Join', 'mesh', 'Commit', 'Echo', 'Reveal', 'Confirm', 'total']
const NAME_WIDTH = 26
const CELL_WIDTH = 12

const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`.padStart(CELL_WIDTH)

/** Median and slowest member, a line for each phase. */
function timeLines(times: PhaseTimes): string[] {
  const head = `${''.padEnd(NAME_WIDTH)}${'median'.padStart(CELL_WIDTH)}${'slowest'.padStart(CELL_WIDTH)}`
  const rows = ORDER.flatMap((part) => {
    const spread = times[part]
    return spread ? [`${NAMES[part].padEnd(NAME_WIDTH)}${ms(spread.median)}${ms(spread.slowest)}`] : []
  })
  return [head, ...rows]
}

/** The convicted members and their lies, in words. */
const liarsTold = (verdict: Attempt['verdict'], nameOf: (key: string) => string): readonly string[] =>
  'liars' in verdict ? verdict.liars.map((key, i) => `${nameOf(key)} convicted of ${verdict.lies[i]}`) : []

/** The end of an attempt, in words. */
export function attemptSentence({ members, exits, verdict }: Attempt, nameOf: (key: string) => string): string {
  const summary = `${exits} of ${members.length} members have the number`
  if (verdict.kind === 'over') return `${summary}; nobody asked for it`
  const liars = liarsTold(verdict, nameOf)
  if (verdict.kind === 'agreed') return [`${summary}; agreed`, ...liars].join('; ')
  const { absent, afterGate } = verdict
  const missing = `${absent.map(nameOf).join(', ')} absent ${afterGate ? 'after' : 'before'} the gate`
  return [summary, ...(absent.length > 0 ? [missing] : []), ...liars].join('; ')
}

/** The result in full: number, transcript root, liars and times where all agree, otherwise the reason. */
export function resultLines(result: FlipResult, nameOf: (key: string) => string): string[] {
  const last = result.attempts.at(-1)
  const times = last ? ['', ...timeLines(phaseTimes(last.timings))] : []
  if (result.kind === 'failed') return [`failed           ${result.why}`, ...times]
  return [
    `number           ${result.magic}`,
    `transcript root  ${result.transcriptRoot}`,
    `agreed           in attempt ${last!.attempt}, ${last!.exits} of ${last!.members.length} members have the number`,
    ...liarsTold(last!.verdict, nameOf).map((told) => `lied             ${told}`),
    ...times,
  ]
}
