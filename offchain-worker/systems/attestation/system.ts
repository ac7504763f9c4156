/** Proof of performance: the chain draws attestors, who audit a hoster and report. */
import { scenario, simulation, type System } from '#worker/systems/system.ts'
import { counted } from '#worker/terminal/quantities.ts'
import { checkRoundOptions, ROUND_OPTIONS } from './devnet/options.ts'
import type { ScenarioName } from './devnet/scenarios.ts'
import { roundCommand } from './operator/command.ts'
import { ATTESTOR_FAULTS } from './role/faults.ts'

const DEFAULT_PEERS = 5

const SCENARIOS: Readonly<Record<ScenarioName, string>> = {
  round: 'everyone is honest: the round passes',
  'lossy-hoster': 'the hoster has lost 30 % of the blocks: the round fails',
  'bad-reveal': 'an attestor reveals another number than it committed to: exposed by evidence',
  equivocator: 'an attestor commits to two numbers: exposed by evidence',
  'bad-ping': 'an attestor confirms a wrong number: the right one stands, and its own word convicts it after END',
  'forged-fraud': 'an attestor accuses another with made-up proof: convicted itself, and the number stands',
  'killed-attestor': 'an attestor is killed in the middle of the round: the others give the verdict',
  'absent-attestor': 'an attestor is dead before the coinflip: named offline, dropped, and the others go on',
}

/** A scenario of a round, which is loaded when it is played. */
const roundScenario = (name: ScenarioName, describe: string) =>
  scenario({
    describe,
    options: ROUND_OPTIONS,
    check: checkRoundOptions,
    async load(options, shared) {
      const scenarios = await import('./devnet/scenarios.ts')
      return scenarios.SCENARIOS[name]({ ...options, ...shared })
    },
  })

export const attestation: System = {
  name: 'attestation',
  describe: 'Attestors that the chain draws audit hosters',
  roles: [
    {
      name: 'Attestor',
      describe: 'audits hosters in the rounds that it is drawn into',
      options: {},
      faults: ATTESTOR_FAULTS,
      load: () => import('./role/open.ts'),
    },
  ],
  steps: {
    'audit-started': {
      tone: 'quiet',
      sentence: ({ slot, readersSeen }) =>
        `audits in blocks ${String(slot)}${readersSeen === 0 ? '' : `, among readers such as the ${String(readersSeen)} it saw`}`,
    },
    'audit-done': {
      tone: 'quiet',
      sentence({ result, received, visits, why }) {
        const times = counted(Number(visits), 'visit')
        return `${String(result)}: got ${counted(Number(received), 'chunk')} in ${times}${why === '' ? '' : ` (${String(why)})`}`
      },
    },
  },
  tellers: async () => ({ Attestation: (await import('./devnet/story.ts')).tellAttestation }),
  scenarios: Object.fromEntries(
    Object.entries(SCENARIOS).map(([name, describe]) => [name, roundScenario(name as ScenarioName, describe)]),
  ),
  simulations: {
    round: simulation({
      describe: 'Rounds of the real pallets and roles',
      options: {
        peers: { type: 'number', default: DEFAULT_PEERS, describe: 'Attestors' },
        hosters: { type: 'number', default: 1, describe: 'Hosters' },
        sessions: { type: 'number', default: 1, describe: 'Rounds for each hoster' },
        hoster: {
          type: 'string',
          default: 'honest',
          describe: 'honest, lossy, silent, slow, suspicious, audit-buyer or slot-buyer',
        },
        lost: { type: 'number', default: 0.3, describe: 'Share of blocks that a lossy hoster has lost' },
        readers: {
          type: 'number',
          describe: 'Sessions of ordinary readers an hour and hoster; 240 with one that refuses some, else none',
        },
        dishonest: { type: 'number', default: 0, describe: 'Dishonest attestors' },
        strategy: {
          type: 'string',
          default: 'lazy',
          describe: 'lazy, colluding, leaking, or a name of simulate coinflip',
        },
      },
      examples: [
        ['round', 'an honest round on the real runtime'],
        ['round --hoster lossy --lost 0.5', 'a hoster that lost half of its blocks'],
        ['round --hoster suspicious', 'a hoster that serves only those that it takes for auditors'],
        ['round --hoster audit-buyer --dishonest 3 --strategy leaking', 'a hoster that serves only leaking attestors'],
        ['round --peers 5 --dishonest 3 --strategy lazy', 'a majority that audits nothing'],
      ],
      run: async (args) => (await import('./simulation/run.ts')).simulateRound(args),
    }),
  },
  commands: [roundCommand],
}
