/**
 * The attestation scenarios: the honest round, and rounds in which a part breaks or lies.
 *
 * Owns: their stories. Does not own: the faults of workers.
 */
import type { Ending, Scenario, Stage } from '#worker/devnet/scenario.ts'
import { castRound, FIRST_ATTESTOR, type Twist } from './cast.ts'
import type { RoundOptions } from './options.ts'
import { orderRound } from './round.ts'
import { fitWindows } from './windows.ts'

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

/** A scenario with that twist, whose windows follow the machine. */
const scenario = (options: RoundOptions, twist: Twist, play = playRound): Scenario => ({
  cast: castRound(options, twist),
  play,
  fit: (stage, slowness) => fitWindows(stage, slowness, twist.coinflipMs),
})

/** The scenarios by name, each a function of its options. */
export const SCENARIOS = {
  round: (options: RoundOptions) => scenario(options, {}),
  'lossy-hoster': (options: RoundOptions) => scenario(options, { lostShare: LOST_SHARE }),
  'bad-reveal': (options: RoundOptions) => scenario(options, { lie: 'bad-reveal' }),
  equivocator: (options: RoundOptions) => scenario(options, { lie: 'equivocate' }),
  'bad-ping': (options: RoundOptions) => scenario(options, { lie: 'bad-ping' }),
  'forged-fraud': (options: RoundOptions) => scenario(options, { lie: 'forged-fraud' }),

  'killed-attestor': (options: RoundOptions) =>
    scenario(options, {}, async (stage) => {
      const round = await orderRound(stage)
      if (await round.agreed()) await stage.kill(FIRST_ATTESTOR)
      return round.ending
    }),

  'absent-attestor': (options: RoundOptions) =>
    scenario(options, { coinflipMs: ABSENCE_MS }, async (stage) => {
      // Kill it before the round is requested, so that its death does not race against the coinflip.
      await stage.kill(FIRST_ATTESTOR)
      return playRound(stage)
    }),
} as const

export type ScenarioName = keyof typeof SCENARIOS
