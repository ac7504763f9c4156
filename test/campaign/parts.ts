/**
 * The experiments of a campaign, and the results that they must have.
 *
 * Owns: the experiments and their figures. Does not own: resuming and reports.
 */
import { toHex } from '#types/bytes.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { GOOD_CONDITIONS } from '#worker/simulation/conditions.ts'
import { runCoinflipSeries, type CoinflipTally } from '#worker/systems/coinflip/simulation/series.ts'
import { parametersFor, type AttestorConduct, type RoundOptions } from '#worker/systems/attestation/simulation/terms.ts'
import { runRounds } from '#worker/systems/attestation/simulation/play.ts'
import { createPalletArbiter } from '../helpers/attestation/pallet-arbiter.ts'
import { randomSchedule } from '../helpers/coinflip/schedules.ts'
import { binomialTail, detection, observed, type Finding } from '#worker/simulation/statistics.ts'

const BLOCKS = 1_024
/** Where nothing is lost. */
const SMALL_FEED_BLOCKS = 64
const BLOCK_MS = 6_000
const HOUR_MS = 3_600_000
/** Drawn for each round. */
export const ATTESTORS = 10
/** Of ten: two thirds, rounded up. */
const VOTES = 7
const HONEST = { lostShare: 0, silent: false, extraMs: 0 }
/** Of one hoster with one set of lost blocks: every audit draws chunks of its own. */
const ROUNDS_PER_WORLD = 20
/** More than a hoster can have in a day: its order stays open. */
const MAX_ROUNDS = 10_000
const PARAMETERS = { ...parametersFor(ATTESTORS), maxRedraws: 0 }

const world = (seed: string): RoundOptions => ({
  chance: chanceFrom(seed),
  conditions: GOOD_CONDITIONS,
  attestors: Array.from({ length: ATTESTORS }, () => 'honest'),
  hosters: [HONEST],
  rounds: 1,
  blocks: BLOCKS,
  blockBytes: 32,
  blockMs: BLOCK_MS,
  parameters: PARAMETERS,
  untilMs: 2 * HOUR_MS,
})

/** Sessions of 3 to 20 members with up to all but one dishonest, of all strategies, by random schedules over the real pallet. */
export const coinflips = (seed: string, first: number, sessions: number): CoinflipTally =>
  runCoinflipSeries({
    seed,
    first,
    sessions,
    peers: [3, 20],
    sizes: 'equal-work',
    dishonest: [1, 19],
    strategy: 'mixed',
    conditions: randomSchedule,
    createArbiter: createPalletArbiter,
  })

/**
 * Audits of hosters that lost this share of their blocks: how many notice. Expected is the mean over the audits, each by the number of
 * chunks that it asked for: those that hide the drawn ones may be lost as well.
 */
export async function lossDetection(seed: string, share: number, rounds: number): Promise<Finding> {
  const lost = Math.round(BLOCKS * share)
  let [noticed, audits, breaches, expected] = [0, 0, 0, 0]
  for (let first = 0; first < rounds; first += ROUNDS_PER_WORLD) {
    const count = Math.min(ROUNDS_PER_WORLD, rounds - first)
    const result = await runRounds({
      ...world(`${seed}/loss/${share}/${first}`),
      hosters: [{ ...HONEST, lostShare: share }],
      rounds: count,
      untilMs: count * 2 * HOUR_MS,
    })
    breaches += result.breaches.length
    audits += result.audits.length
    noticed += result.audits.filter(({ lost: missed, result: kind }) => missed > 0 || kind !== 'served').length
    for (const { planned } of result.audits) expected += detection(BLOCKS, lost, planned)
  }
  const name = `loss of ${share * 100} % noticed`
  return { name, expected: expected / audits, observed: observed(noticed, audits), breaches }
}

/** Rounds on an honest hoster, each attestor lazy with this probability: how many fail it. */
export async function falseVerdicts(seed: string, probability: number, rounds: number): Promise<Finding> {
  let [failed, closed, breaches] = [0, 0, 0]
  for (let round = 0; round < rounds; round++) {
    const name = `${seed}/verdict/${probability}/${round}`
    const random = chanceFrom(name).streams('lazy').at(0)
    const attestors = Array.from({ length: ATTESTORS }, (): AttestorConduct =>
      random.chance(probability) ? 'lazy' : 'honest',
    )
    const result = await runRounds({ ...world(name), attestors, blocks: SMALL_FEED_BLOCKS })
    breaches += result.breaches.length
    closed += result.closed.length
    failed += result.closed.filter(({ verdict }) => verdict === 'Fail').length
  }
  const expected = binomialTail(ATTESTORS, VOTES, probability)
  const label = `false verdicts with ${probability * 100} % lazy`
  return { name: label, expected, observed: observed(failed, closed), breaches }
}

/** Rounds on a hoster that serves nobody, each attestor on its side with this probability: how many it passes. */
export async function boughtVerdicts(seed: string, probability: number, rounds: number): Promise<Finding> {
  let [passed, closed, breaches] = [0, 0, 0]
  for (let round = 0; round < rounds; round++) {
    const name = `${seed}/bought/${probability}/${round}`
    const random = chanceFrom(name).streams('colluding').at(0)
    const attestors = Array.from({ length: ATTESTORS }, (): AttestorConduct =>
      random.chance(probability) ? 'colluding' : 'honest',
    )
    const hosters = [{ ...HONEST, lostShare: 1 }]
    const result = await runRounds({ ...world(name), attestors, hosters, blocks: SMALL_FEED_BLOCKS })
    breaches += result.breaches.length
    closed += result.closed.length
    passed += result.closed.filter(({ verdict }) => verdict === 'Pass').length
  }
  const expected = binomialTail(ATTESTORS, VOTES, probability)
  const label = `rounds passed unserved with ${probability * 100} % yes-sayers`
  return { name: label, expected, observed: observed(passed, closed), breaches }
}

/** @see day */
export interface DayOptions {
  readonly seed: string
  readonly attestors: number
  readonly hosters: number
  readonly hours: number
  /** Blocks from one round of a hoster to its next: drawn below this by the chain's beacon. */
  readonly gap: number
}

/** The result of a market. */
export interface DayResult extends DayOptions {
  readonly blocks: number
  /** Rounds that closed, by verdict. */
  readonly verdicts: Readonly<Record<string, number>>
  /** Audits, by what the attestor found. */
  readonly audits: Readonly<Record<string, number>>
  /** Hosters that were audited least and most, in rounds closed. */
  readonly fewestRounds: number
  readonly mostRounds: number
  readonly frames: number
  readonly events: number
  readonly breaches: readonly string[]
  readonly transcript: string
}

const countBy = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/**
 * As many attestors and hosters, for so many hours of virtual time: an order is open for each hoster all the while. `onBlock` hears of
 * every block, with the rounds closed so far.
 */
export async function day(options: DayOptions, onBlock: (number: number, closed: number) => void): Promise<DayResult> {
  const { seed, attestors, hosters, hours, gap } = options
  const { closed, audits, blocks, frames, events, breaches, transcript } = await runRounds({
    ...world(`${seed}/day`),
    attestors: Array.from({ length: attestors }, () => 'honest'),
    hosters: Array.from({ length: hosters }, () => HONEST),
    parameters: { ...parametersFor(ATTESTORS), gap },
    blocks: SMALL_FEED_BLOCKS,
    rounds: MAX_ROUNDS,
    untilMs: hours * HOUR_MS,
    endless: true,
    onBlock,
  })
  const perHoster = Object.values(countBy(closed.map(({ hoster }) => hoster)))
  return {
    ...options,
    blocks,
    verdicts: countBy(closed.map(({ verdict }) => verdict)),
    audits: countBy(audits.map(({ result }) => result)),
    fewestRounds: perHoster.length < hosters ? 0 : Math.min(...perHoster),
    mostRounds: Math.max(0, ...perHoster),
    frames: frames.sent,
    events,
    breaches: breaches.map(({ kind, block, detail }) => `${kind} in block ${block}: ${detail}`),
    transcript: toHex(transcript),
  }
}
