/**
 * The report of a campaign: for people, as Markdown with a picture.
 *
 * Owns: its form. Does not own: the figures (parts.ts).
 */
import type { CoinflipTally } from '#worker/simulation/coinflip-series.ts'
import { holds, type Finding } from './parts.ts'

/** All that a campaign found. */
export interface CampaignResults {
  readonly seed: string
  readonly coinflips: CoinflipTally
  readonly findings: readonly Finding[]
  readonly day?: {
    readonly attestors: number
    readonly hosters: number
    readonly hours: number
    readonly rounds: number
    readonly passed: number
    readonly breaches: number
    readonly tookS: number
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`

/** Whether everything that must hold did. */
export const isSound = ({ coinflips, findings, day }: CampaignResults): boolean =>
  coinflips.broken.length === 0 && coinflips.honestNamed === 0 && findings.every(holds) && (day?.breaches ?? 0) === 0

/** The report, which shows `figure.svg` beside it. */
export function markdown(results: CampaignResults): string {
  const { seed, coinflips, findings, day } = results
  const { sessions, endings, broken, honestNamed, frames } = coinflips
  const ends = Object.entries(endings)
    .toSorted((a, b) => b[1] - a[1])
    .map(([kinds, count]) => `| ${kinds} | ${count} | ${percent(count / sessions)} |`)
  const rows = findings.map((finding) => {
    const { hits, of, low, high } = finding.observed
    const verdict = holds(finding) ? 'holds' : 'DOES NOT HOLD'
    return `| ${finding.name} | ${percent(finding.expected)} | ${percent(hits / of)} (${hits} of ${of}) | ${percent(low)} to ${percent(high)} | ${verdict} |`
  })
  return [
    `# Campaign, seed ${seed}: ${isSound(results) ? 'everything holds' : 'SOMETHING BROKE'}`,
    '',
    `${sessions} coinflips of 3 to 20 members, 1 to n-1 of them dishonest, ${frames} frames. Sessions in which an invariant broke: ${broken.length}. ` +
      `Sessions in which an honest member named an honest one as absent: ${honestNamed}.`,
    '',
    '| exits of the honest members | sessions | share |',
    '| --- | --- | --- |',
    ...ends,
    '',
    ...broken.map(
      ({ session, breaches }) =>
        `- session ${session}: ${breaches.map(({ kind, detail }) => `${kind} (${detail})`).join('; ')}`,
    ),
    '| what | expected | observed | 99 % interval | |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...(day
      ? [
          `${day.attestors} attestors and ${day.hosters} hosters for ${day.hours} h of virtual time: ${day.rounds} rounds, ${day.passed} passed, ` +
            `${day.breaches} invariants broke; took ${day.tookS.toFixed(0)} s.`,
          '',
        ]
      : []),
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
