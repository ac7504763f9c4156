/**
 * The report of a campaign, for people: Markdown with a picture.
 *
 * Owns: its form. Does not own: the figures.
 */
import type { CoinflipTally } from '#worker/systems/coinflip/simulation/series.ts'
import { holds, type Finding } from '#worker/simulation/statistics.ts'
import { comparisonRows, type Comparison } from '#worker/systems/hosting/simulation/market/compare.ts'
import type { DayResult } from './parts.ts'
import type { StreamResult } from './stream.ts'

/** A finding with the seconds that it took. */
export interface TimedFinding extends Finding {
  readonly tookS: number
}

/** All that a campaign found. */
export interface CampaignResults {
  readonly seed: string
  readonly coinflips: CoinflipTally
  readonly findings: readonly TimedFinding[]
  readonly markets: readonly Comparison[]
  readonly streams: readonly StreamResult[]
  readonly day?: DayResult & { readonly tookS: number }
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`

/** Whether everything that must hold did. */
export const isSound = ({ coinflips, findings, markets, day }: CampaignResults): boolean =>
  coinflips.broken.length === 0 &&
  findings.every(holds) &&
  markets.every(({ breaches }) => breaches.length === 0) &&
  (day?.breaches.length ?? 0) === 0

const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name.toLowerCase()}`)
    .join(', ') || 'none'

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

function dayLines(day: NonNullable<CampaignResults['day']>): readonly string[] {
  const { attestors, hosters, hours, gap, blocks, verdicts, audits, fewestRounds, mostRounds, frames, events } = day
  return [
    `## ${attestors} attestors and ${hosters} hosters for ${hours} h of virtual time`,
    '',
    `An order is open for each hoster all the while; from one of its rounds to the next the beacon draws a pause below ${gap} blocks.`,
    '',
    `- ${blocks} blocks, the invariants checked after each: ${day.breaches.length} broken`,
    ...day.breaches.map((breach) => `  - ${breach}`),
    `- ${sumOf(verdicts)} rounds closed (${counted(verdicts)}); of each hoster ${fewestRounds} to ${mostRounds}`,
    `- ${sumOf(audits)} audits (${counted(audits)})`,
    `- ${frames} messages between workers, ${events} events in all, in ${day.tookS.toFixed(0)} s`,
    `- transcript ${day.transcript}`,
    '',
  ]
}

const streamLine = ({ mib, bits, mibPerSecond, tookS, mostMiB, growthMiB }: StreamResult): string =>
  `- ${mib} MiB from encoder to hoster, ${bits} bits: ${mibPerSecond.toFixed(2)} MiB for each second of processor time, ${tookS.toFixed(0)} s; ` +
  `${mostMiB.toFixed(0)} MiB of memory, in the second half ${growthMiB.toFixed(1)} MiB more than in the first`

/** The table of cheats in a market. */
function marketLines(markets: readonly Comparison[]): readonly string[] {
  if (markets.length === 0) return []
  const [names, ...rows] = comparisonRows(markets)
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const broken = markets.flatMap(({ strategy, breaches }) =>
    breaches.map(({ session, kind, detail }) => `- ${strategy}, session ${session}: ${kind} (${detail})`),
  )
  return ['## Cheats in a market', '', line(names!), line(names!.map(() => '---')), ...rows.map(line), ...broken, '']
}

/** The report, which shows `figure.svg` beside it. */
export function markdown(results: CampaignResults): string {
  const { seed, coinflips, findings, markets, streams, day } = results
  const { sessions, endings, calls, broken, frames } = coinflips
  const ends = Object.entries(endings)
    .toSorted((a, b) => b[1] - a[1])
    .map(([kinds, count]) => `| ${kinds} | ${count} | ${percent(count / sessions)} |`)
  const rows = findings.map((finding) => {
    const { hits, of, low, high } = finding.observed
    const verdict = holds(finding) ? 'holds' : 'DOES NOT HOLD'
    return `| ${finding.name} | ${percent(finding.expected)} | ${percent(hits / of)} (${hits} of ${of}) | ${percent(low)} to ${percent(high)} | ${finding.tookS.toFixed(0)} s | ${verdict} |`
  })
  return [
    `# Campaign, seed ${seed}: ${isSound(results) ? 'everything holds' : 'SOMETHING BROKE'}`,
    '',
    `${sessions} coinflips of 3 to 20 members, 1 to n-1 of them dishonest, ${frames} frames. Sessions in which an invariant broke: ${broken.length}. ` +
      `Calls that arbiters took: ${counted(calls)}.`,
    '',
    '| ends of the attempts | sessions | share |',
    '| --- | --- | --- |',
    ...ends,
    '',
    ...broken.map(
      ({ session, breaches }) =>
        `- session ${session}: ${breaches.map(({ kind, detail }) => `${kind} (${detail})`).join('; ')}`,
    ),
    '| what | expected | observed | 99 % interval | took | |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...marketLines(markets),
    ...streams.map(streamLine),
    ...(day ? dayLines(day) : []),
    '![expected and observed](figure.svg)',
    '',
  ].join('\n')
}

const ROW = 34
const LEFT = 260
const WIDTH = 400

/** Expected shares as ticks, observed ones as bars with their intervals. */
export function svg(findings: readonly Finding[]): string {
  const height = findings.length * ROW + 20
  const x = (share: number): string => (LEFT + share * WIDTH).toFixed(1)
  const rows = findings.map(({ name, expected, observed: { hits, of, low, high } }, at) => {
    const y = 20 + at * ROW
    return [
      `<text x="0" y="${y + 5}">${name}</text>`,
      `<circle cx="${x(hits / of)}" cy="${y}" r="4" fill="#2563eb"/>`,
      `<line x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}" stroke="#2563eb"/>`,
      `<line x1="${x(expected)}" x2="${x(expected)}" y1="${y - 9}" y2="${y + 9}" stroke="#dc2626" stroke-width="2"/>`,
    ].join('\n')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + WIDTH + 20}" height="${height}" font-family="sans-serif" font-size="13">`,
    ...rows,
    '</svg>',
    '',
  ].join('\n')
}
