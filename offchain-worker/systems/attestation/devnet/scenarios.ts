/**
 * The attestation scenarios: the honest round, and rounds in which a part breaks or lies.
 *
 * Owns: their stories. Does not own: the faults of workers.
 */
import type { Ending, Scenario, Stage } from '#worker/devnet/scenario.ts'
import { castRound, FIRST_ATTESTOR } from './cast.ts'
import type { RoundOptions } from './options.ts'
import { orderRound } from './round.ts'

const LOST_SHARE = 0.3
/**
 * Long enough to notice a missing member: the others wait at least 5 s for it, then their votes must get into a block. The next
 * session has its own window.
 */
const ABSENCE_MS = 12_000

/** Orders a round and waits for its verdict. */
async function playRound(stage: Stage): Promise<Ending> {
  const round = await orderRound(stage)
  return round.ending
}

/** The scenarios by name, each a function of its options. */
export const SCENARIOS = {
  round: (options: RoundOptions): Scenario => ({ cast: castRound(options), play: playRound }),

  'lossy-hoster': (options: RoundOptions): Scenario => ({
    cast: castRound(options, { lostShare: LOST_SHARE }),
    play: playRound,
  }),

  'bad-reveal': (options: RoundOptions): Scenario => ({
    cast: castRound(options, { lie: 'bad-reveal' }),
    play: playRound,
  }),

  equivocator: (options: RoundOptions): Scenario => ({
    cast: castRound(options, { lie: 'equivocate' }),
    play: playRound,
  }),

  'bad-ping': (options: RoundOptions): Scenario => ({
    cast: castRound(options, { lie: 'bad-ping' }),
    play: playRound,
  }),

  'forged-fraud': (options: RoundOptions): Scenario => ({
    cast: castRound(options, { lie: 'forged-fraud' }),
    play: playRound,
  }),

  'killed-attestor': (options: RoundOptions): Scenario => ({
    cast: castRound(options),
    async play(stage) {
      const round = await orderRound(stage)
      if (await round.agreed()) await stage.kill(FIRST_ATTESTOR)
      return round.ending
    },
  }),

  'absent-attestor': (options: RoundOptions): Scenario => ({
    cast: castRound(options, { coinflipMs: ABSENCE_MS }),
    async play(stage) {
      // Kill it before the round is requested, so that its death does not race against the coinflip.
      await stage.kill(FIRST_ATTESTOR)
      return playRound(stage)
    },
  }),
} as const

export type ScenarioName = keyof typeof SCENARIOS
