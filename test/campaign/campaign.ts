/**
 * `npm run campaign` tests the claims about the protocols in hundreds of thousands of sessions.
 *
 *   npm run campaign -- [--sessions 100000] [--rounds 2000] [--seed 1] [--out .campaign]
 *                       [--markets 10] [--stream 1024] [--hours 24] [--attestors 1000] [--hosters 100] [--gap 1000]
 *
 * Owns: resuming, and writing the report. Does not own: the experiments.
 * It keeps the results of each seed in parts beside the report, by ranges. So a campaign that was stopped, or gets more
 * sessions, continues from there.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import { toHex, utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { emptyTally, type CoinflipTally } from '#worker/systems/coinflip/simulation/series.ts'
import type { Finding } from '#worker/simulation/statistics.ts'
import { leafDetection } from '#worker/systems/hosting/simulation/market/detection.ts'
import { compare, type Comparison } from '#worker/systems/hosting/simulation/market/compare.ts'
import { groundChallenges } from '#worker/systems/hosting/simulation/market/grinding.ts'
import { strategiesWith } from '#worker/systems/hosting/simulation/market/strategies.ts'
import { sybilShare, type SybilStanding } from '#worker/systems/hosting/simulation/market/sybils.ts'
import { ATTESTORS, boughtVerdicts, coinflips, day, falseVerdicts, lossDetection } from './parts.ts'
import { stream, type StreamResult } from './stream.ts'
import { isSound, markdown, svg, type CampaignResults, type TimedFinding } from './report.ts'

/** With the length of a round, each hoster is audited about once in an hour. */
const GAP_BLOCKS = 1_000
/** Between words of how far a day is: ten minutes of it. */
const TOLD_BLOCKS = 100
const MS_PER_S = 1_000
/** Of each market: every copy has some twenty challenges. */
const MARKET_BLOCKS = 300
const MARKET_DROPPED = 0.05
/** Of the encoder's keys. */
const KEY_BITS = [1_024, 2_048]
const TOLD_MIB = 64
/** Dropped by the hoster of a block author that tries many blocks. */
const GROUND_SHARE = 0.2
const STANDINGS: readonly SybilStanding[] = ['new', 'proven']

/** @see runCampaign */
export interface CampaignOptions {
  readonly seed: string
  readonly sessions: number
  /** Rounds for each figure of verdicts, audits for each of losses, storage challenges for each of dropped leaves, and copies for each of sybils; 0 leaves them out. */
  readonly rounds: number
  readonly out: string
  /** Sessions of a part. */
  readonly chunk: number
  readonly losses: readonly number[]
  /** Shares of its leaves that a hoster has dropped. */
  readonly dropped: readonly number[]
  /** Shares of all bonds that one owner of many hosters has. */
  readonly sybils: readonly number[]
  readonly lazy: readonly number[]
  /** Shares of attestors that always say yes. */
  readonly bought: readonly number[]
  /** Tries of a block author for a challenge of its own hoster. */
  readonly tries: readonly number[]
  /** Sessions of each cheat in a market; 0 leaves them out. */
  readonly markets: number
  /** MiB of a feed that goes from its encoder to its hoster, a power of two; 0 leaves it out. */
  readonly stream: number
  /** Hours of virtual time for a whole market; 0 leaves it out. */
  readonly hours: number
  readonly attestors: number
  readonly hosters: number
  /** Blocks below which the pause between a hoster's rounds is drawn. */
  readonly gap: number
  readonly tell: (text: string) => void
}

/** The part of that name, played if it is not there. A part is whole or not there at all. */
async function part<T>(out: string, name: string, play: () => Promise<T> | T): Promise<T> {
  const path = join(out, 'parts', `${name}.json`)
  const kept = await readFile(path, 'utf8').catch(() => undefined)
  if (kept !== undefined) return JSON.parse(kept) as T
  const played = await play()
  await writeFile(`${path}.new`, JSON.stringify(played))
  await rename(`${path}.new`, path)
  return played
}

function sum(into: CoinflipTally, more: CoinflipTally): void {
  const add = (to: Record<string, number>, from: Record<string, number>): void => {
    for (const [name, count] of Object.entries(from)) to[name] = (to[name] ?? 0) + count
  }
  add(into.endings, more.endings)
  add(into.calls, more.calls)
  add(into.dropped, more.dropped)
  into.sessions += more.sessions
  into.frames += more.frames
  into.lost += more.lost
  into.events += more.events
  into.virtualMs += more.virtualMs
  into.broken.push(...more.broken)
  into.transcript = toHex(blake2b256(utf8(into.transcript + more.transcript)))
}

/** A part with the seconds that it took, told when it is there. */
interface Timed<T> {
  readonly found: T
  readonly tookS: number
}

async function timed<T>(options: CampaignOptions, name: string, play: () => Promise<T> | T): Promise<Timed<T>> {
  const played = await part(options.out, `${options.seed}-${name}`, async (): Promise<Timed<T>> => {
    const began = performance.now()
    return { found: await play(), tookS: secondsSince(began) }
  })
  options.tell(`${name}: ${played.tookS.toFixed(1)} s`)
  return played
}

const secondsSince = (began: number): number => (performance.now() - began) / MS_PER_S

async function playDay(options: CampaignOptions): Promise<CampaignResults['day']> {
  const { seed, hours, attestors, hosters, gap, tell } = options
  const began = performance.now()
  const onBlock = (block: number, closed: number): void => {
    if (block % TOLD_BLOCKS === 0)
      tell(`day: block ${block}, ${closed} rounds closed, ${secondsSince(began).toFixed(0)} s`)
  }
  const name = `day-${attestors}-${hosters}-${hours}-${gap}`
  const { found, tookS } = await timed(options, name, () => day({ seed, attestors, hosters, hours, gap }, onBlock))
  return { ...found, tookS }
}

async function playFindings(options: CampaignOptions): Promise<readonly TimedFinding[]> {
  const { seed, rounds, losses, dropped, sybils, lazy, bought, tries } = options
  if (rounds === 0) return []
  const findings: TimedFinding[] = []
  const play = async (name: string, find: () => Promise<Finding>): Promise<void> => {
    const { found, tookS } = await timed(options, name, find)
    findings.push({ ...found, tookS })
  }
  for (const share of losses)
    await play(`loss-${share}-${rounds}`, () => lossDetection(seed, share, Math.ceil(rounds / ATTESTORS)))
  for (const share of dropped) await play(`leaves-${share}-${rounds}`, () => leafDetection(seed, share, rounds))
  for (const standing of STANDINGS)
    for (const share of sybils)
      await play(`sybils-${standing}-${share}-${rounds}`, async () => sybilShare(seed, share, standing, rounds))
  for (const share of lazy) await play(`lazy-${share}-${rounds}`, () => falseVerdicts(seed, share, rounds))
  for (const share of bought) await play(`bought-${share}-${rounds}`, () => boughtVerdicts(seed, share, rounds))
  for (const count of tries)
    await play(`tries-${count}-${rounds}`, async () => groundChallenges(seed, GROUND_SHARE, count, rounds))
  return findings
}

/** Sessions of each cheat in a market, and of the same accounts where they behave. */
async function playMarkets(options: CampaignOptions): Promise<readonly Comparison[]> {
  const { seed, markets, tell } = options
  if (markets === 0) return []
  let played = 0
  const onPlayed = (): void => tell(`markets: ${++played} sessions`)
  const terms = { seed, sessions: markets, blocks: MARKET_BLOCKS, onPlayed }
  const { found } = await timed(options, `markets-${markets}`, () => compare(strategiesWith(MARKET_DROPPED), terms))
  return found
}

async function playStreams(options: CampaignOptions): Promise<readonly StreamResult[]> {
  const { stream: mib, tell } = options
  const results: StreamResult[] = []
  for (const bits of mib === 0 ? [] : KEY_BITS) {
    const told = (done: number): void => {
      if (done % TOLD_MIB === 0) tell(`stream of ${bits} bits: ${done} of ${mib} MiB`)
    }
    results.push((await timed(options, `stream-${mib}-${bits}`, () => stream(mib, bits, told))).found)
  }
  return results
}

/** Plays what is not there yet, and writes report.md, report.json and figure.svg. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResults> {
  const { seed, sessions, out, chunk, hours, tell } = options
  await mkdir(join(out, 'parts'), { recursive: true })
  const tally = emptyTally()
  for (let first = 0; first < sessions; first += chunk) {
    const count = Math.min(chunk, sessions - first)
    sum(tally, await part(out, `${seed}-coinflip-${first}-${count}`, () => coinflips(seed, first, count)))
    tell(`coinflips: ${tally.sessions} of ${sessions}, ${tally.broken.length} broken`)
  }
  const findings = await playFindings(options)
  const markets = await playMarkets(options)
  const streams = await playStreams(options)
  const whole = hours > 0 ? await playDay(options) : undefined
  const results: CampaignResults = { seed, coinflips: tally, findings, markets, streams, ...(whole && { day: whole }) }
  await writeFile(join(out, 'report.md'), markdown(results))
  await writeFile(join(out, 'report.json'), `${JSON.stringify(results, null, 2)}\n`)
  await writeFile(join(out, 'figure.svg'), svg(findings))
  return results
}

async function main(): Promise<void> {
  const number = (fallback: number) => ({ type: 'string', default: String(fallback) }) as const
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      out: { type: 'string', default: '.campaign' },
      sessions: number(100_000),
      rounds: number(2_000),
      hours: number(24),
      attestors: number(1_000),
      hosters: number(100),
      gap: number(GAP_BLOCKS),
      markets: number(10),
      stream: number(1_024),
    },
  })
  const count = (
    name: 'sessions' | 'rounds' | 'hours' | 'attestors' | 'hosters' | 'gap' | 'markets' | 'stream',
  ): number => {
    const value = Number(values[name])
    if (Number.isFinite(value) && value >= 0) return value
    throw new RangeError(`--${name}: expected a number of 0 or more, got ${values[name]}`)
  }
  if (!/^[\w.-]+$/.test(values.seed)) throw new RangeError(`--seed: expected letters and digits, got ${values.seed}`)
  const results = await runCampaign({
    seed: values.seed,
    out: values.out,
    sessions: count('sessions'),
    rounds: count('rounds'),
    hours: count('hours'),
    attestors: count('attestors'),
    hosters: count('hosters'),
    gap: count('gap'),
    chunk: 500,
    losses: [0.01, 0.05, 0.1, 0.2],
    dropped: [0.01, 0.05, 0.1, 0.2, 0.5],
    sybils: [0.1, 0.3, 0.5, 0.7, 0.9],
    lazy: [0.2, 0.3, 0.4],
    bought: [0.3, 0.5, 0.7],
    tries: [1, 10, 100],
    markets: count('markets'),
    stream: count('stream'),
    tell: (text) => void process.stderr.write(`${text}\n`),
  })
  process.stdout.write(markdown(results))
  if (!isSound(results)) process.exitCode = 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
