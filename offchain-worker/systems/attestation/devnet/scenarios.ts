/**
 * The attestation scenarios: the honest round, and rounds in which a part breaks or lies.
 *
 * Owns: their stories. Does not own: how a fault is committed (../role/faults.ts).
 */
import type { Ending, Scenario, Stage } from '#worker/devnet/scenario.ts'
import { castRound, FIRST_ATTESTOR } from './cast.ts'
import type { RoundOptions } from './options.ts'
import { orderRound } from './round.ts'

const LOST_SHARE = 0.3
/**
 * Long enough to miss a member: the others wait 5 s for it at least, then their votes must get into a block. The session after that
 * has a window of its own.
 */
const ABSENCE_MS = 12_000

/** Orders a round and waits for its verdict. */
async function playRound(stage: Stage): Promise<Ending> {
  const round = await orderRound(stage)
  return round.ending
}

/** The scenarios by name, each as it follows from its options. */
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
      // Its death must not be a race against the coinflip: it is gone before the round is asked for.
      await stage.kill(FIRST_ATTESTOR)
      return playRound(stage)
    },
  }),
} as const

export type ScenarioName = keyof typeof SCENARIOS
