/** The coinflip: members that trust nobody agree on a random number. */
import { checkWithin } from '#worker/terminal/options.ts'
import { simulation, type System } from '#worker/systems/system.ts'
import { coinflipCommand } from './standalone/command.ts'
import { UsageError } from '#worker/terminal/usage-error.ts'

const DEFAULT_PEERS = '5'
const MOST_SESSIONS = 1_000_000_000

/** `5`, or `3..20` for a count that each session draws. @throws AssayError `BAD_COUNT` */
function countRange(name: string, text: string): readonly [number, number] {
  const [, least, most] = /^(\d{1,4})(?:\.\.(\d{1,4}))?$/.exec(text) ?? []
  if (least === undefined)
    throw new UsageError('BAD_COUNT', `--${name}: expected a number or a range such as 3..20, got ${text}`)
  return [Number(least), Number(most ?? least)]
}

export const coinflip: System = {
  name: 'coinflip',
  describe: 'A random number among members that trust nobody',
  roles: [],
  steps: {},
  tellers: async () => ({}),
  scenarios: {},
  simulations: {
    coinflip: simulation({
      describe: 'Coinflips over a simulated network',
      options: {
        peers: { type: 'string', default: DEFAULT_PEERS, describe: 'Members of a session, or a range: 3..20' },
        dishonest: { type: 'string', default: '0', describe: 'Dishonest ones among them, or a range; never all' },
        strategy: { type: 'string', default: 'mixed', describe: 'Fault of the dishonest; a wrong name prints all' },
        sessions: { type: 'number', default: 1, describe: 'How many' },
        first: { type: 'number', default: 0, describe: 'Number of the first: replays one of a series' },
        signing: {
          choices: ['simulated', 'ed25519'],
          default: 'simulated',
          describe: 'ed25519 as on the wire, or a keyed mixing that is faster',
        },
      },
      examples: [
        ['coinflip --peers 10 --sessions 1000', 'a thousand honest sessions'],
        ['coinflip --peers 3..20 --dishonest 1..19 --sessions 500', 'drawn strategies, all of them lying'],
        ['coinflip --dishonest 1 --strategy bad-ping --json', 'one session, as JSON'],
        ['coinflip --faults faults.json --sessions 100', 'a network with faults'],
      ],
      check({ sessions, first }) {
        checkWithin('sessions', sessions, 1, MOST_SESSIONS)
        checkWithin('first', first, 0, Number.MAX_SAFE_INTEGER - MOST_SESSIONS)
      },
      async run(args) {
        const { simulateCoinflip } = await import('./simulation/run.ts')
        const { peers, dishonest } = args
        return simulateCoinflip({
          ...args,
          peers: countRange('peers', peers),
          dishonest: countRange('dishonest', dishonest),
        })
      },
    }),
  },
  commands: [coinflipCommand],
}
