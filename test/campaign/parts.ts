/**
 * What a campaign plays, and what must come out of it.
 *
 * Owns: the experiments and their figures. Does not own: the simulator (offchain-worker/simulation), resuming and reports (campaign.ts).
 */
import { chanceFrom } from '#worker/simulation/random.ts'
import { NO_FAULTS } from '#worker/simulation/faults.ts'
import { runCoinflipSeries, type CoinflipTally } from '#worker/simulation/coinflip-series.ts'
import {
  parametersFor,
  type AttestorConduct,
  type RoundOptions,
  type RoundsResult,
} from '#worker/simulation/round-terms.ts'
import { runRounds } from '#worker/simulation/round-world.ts'
import { binomialTail, detection, observed, type Observed } from './statistics.ts'

const BLOCKS = 1_024
const BLOCK_MS = 6_000
const HOUR_MS = 3_600_000
const ATTESTORS = 10
/** Of ten: two thirds, rounded up. */
const VOTES = 7
const HONEST = { lostShare: 0, silent: false, extraMs: 0 }
const PARAMETERS = { ...parametersFor(ATTESTORS), maxRedraws: 0 }

const world = (seed: string): RoundOptions => ({
  chance: chanceFrom(seed),
  faults: NO_FAULTS,
  attestors: Array.from({ length: ATTESTORS }, () => 'honest'),
  hosters: [HONEST],
  rounds: 1,
  blocks: BLOCKS,
  blockBytes: 32,
  blockMs: BLOCK_MS,
  parameters: PARAMETERS,
  untilMs: 2 * HOUR_MS,
})

/** Sessions of 3 to 20 members with up to all but one dishonest, of all strategies. */
export const coinflips = (seed: string, first: number, sessions: number): CoinflipTally =>
  runCoinflipSeries({
    seed,
    first,
    sessions,
    peers: [3, 20],
    dishonest: [1, 19],
    strategy: 'mixed',
    faults: NO_FAULTS,
  })

/** A share beside what it should be. */
export interface Finding {
  readonly name: string
  readonly expected: number
  readonly observed: Observed
  readonly breaches: number
}

/** Whether the expected share lies in the interval, and nothing broke. */
export const holds = ({ expected, observed: { low, high }, breaches }: Finding): boolean =>
  breaches === 0 && expected >= low && expected <= high

/** Audits of hosters that lost this share of their blocks: how many notice. */
export async function lossDetection(seed: string, share: number, rounds: number): Promise<Finding> {
  let [noticed, audits, breaches] = [0, 0, 0]
  for (let round = 0; round < rounds; round++) {
    const hosters = [{ ...HONEST, lostShare: share }]
    const result = await runRounds({ ...world(`${seed}/loss/${share}/${round}`), hosters })
    breaches += result.breaches.length
    audits += result.audits.length
    noticed += result.audits.filter(({ lost, result: kind }) => lost > 0 || kind !== 'served').length
  }
  const expected = detection(BLOCKS, Math.round(BLOCKS * share), PARAMETERS.challenges)
  return { name: `loss of ${share * 100} % noticed`, expected, observed: observed(noticed, audits), breaches }
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
    const result = await runRounds({ ...world(name), attestors })
    breaches += result.breaches.length
    closed += result.closed.length
    failed += result.closed.filter(({ verdict }) => verdict === 'Fail').length
  }
  const expected = binomialTail(ATTESTORS, VOTES, probability)
  const label = `false verdicts with ${probability * 100} % lazy`
  return { name: label, expected, observed: observed(failed, closed), breaches }
}

/** As many attestors and hosters, for so many hours of virtual time. */
export function day(
  seed: string,
  attestors: number,
  hosters: number,
  hours: number,
  onBlock: (number: number) => void,
): Promise<RoundsResult> {
  return runRounds({
    ...world(`${seed}/day`),
    attestors: Array.from({ length: attestors }, () => 'honest'),
    hosters: Array.from({ length: hosters }, () => HONEST),
    blocks: 64,
    rounds: 10_000,
    untilMs: hours * HOUR_MS,
    endless: true,
    onBlock,
  })
}
