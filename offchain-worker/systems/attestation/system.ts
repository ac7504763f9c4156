/** Proof of performance: the chain draws attestors, who audit a hoster and report. */
import { simulation, type System } from '../system.ts'
import { ATTESTOR_FAULTS } from './role/faults.ts'

const DEFAULT_PEERS = 5

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
        const times = visits === 1 ? 'one visit' : `${String(visits)} visits`
        return `${String(result)}: got ${String(received)} chunks in ${times}${why === '' ? '' : ` (${String(why)})`}`
      },
    },
  },
  simulations: {
    round: simulation({
      describe: 'Rounds of the real pallets and roles',
      options: {
        peers: { type: 'number', default: DEFAULT_PEERS, describe: 'Attestors' },
        hosters: { type: 'number', default: 1, describe: 'Hosters' },
        sessions: { type: 'number', default: 1, describe: 'Rounds for each hoster' },
        hoster: { type: 'string', default: 'honest', describe: 'honest, lossy, silent, slow or suspicious' },
        lost: { type: 'number', default: 0.3, describe: 'Share of blocks that a lossy hoster has lost' },
        readers: {
          type: 'number',
          describe: 'Sessions of ordinary readers an hour and hoster; 240 with a suspicious one, else none',
        },
        dishonest: { type: 'number', default: 0, describe: 'Dishonest attestors' },
        strategy: { type: 'string', default: 'lazy', describe: 'lazy, or a name of simulate coinflip' },
      },
      examples: [
        ['round', 'an honest round on the real runtime'],
        ['round --hoster lossy --lost 0.5', 'a hoster that lost half of its blocks'],
        ['round --hoster suspicious', 'a hoster that serves only those that it takes for auditors'],
        ['round --peers 5 --dishonest 3 --strategy lazy', 'a majority that audits nothing'],
      ],
      run: async (args) => (await import('./simulation/run.ts')).simulateRound(args),
    }),
  },
  commands: [],
}
