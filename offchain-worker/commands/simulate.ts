/**
 * `assay simulate`: the protocols on virtual time, from a seed.
 *
 * Owns: the command line, and what is printed. Does not own: what is simulated (simulation/).
 */
import type { Argv } from 'yargs'
import { AssayError } from '#types/errors.ts'
import { checkWithin, jsonOption, notInherited, withValues } from '../terminal/options.ts'

const DEFAULT_PEERS = 5
const DEFAULT_SEED = '1'
const MOST_SESSIONS = 1_000_000_000

const shared = {
  seed: { type: 'string', default: DEFAULT_SEED, describe: 'Decides everything; any text' },
  faults: { type: 'string', describe: 'JSON file that says what is wrong with the network' },
  ...jsonOption,
} as const

/** `5`, or `3..20` for a count that each session draws. */
function countRange(name: string, text: string): readonly [number, number] {
  const [, least, most] = /^(\d{1,4})(?:\.\.(\d{1,4}))?$/.exec(text) ?? []
  if (least === undefined)
    throw new AssayError('BAD_COUNT', `--${name}: expected a number or a range such as 3..20, got ${text}`)
  return [Number(least), Number(most ?? least)]
}

const coinflipOptions = (argv: Argv) =>
  argv
    .options(
      withValues(
        notInherited({
          peers: {
            type: 'string',
            default: String(DEFAULT_PEERS),
            describe: 'Members of a session, or a range: 3..20',
          },
          dishonest: { type: 'string', default: '0', describe: 'Dishonest ones among them, or a range; never all' },
          strategy: {
            type: 'string',
            default: 'mixed',
            describe: 'What the dishonest do; another name tells the list',
          },
          sessions: { type: 'number', default: 1, describe: 'How many' },
          first: { type: 'number', default: 0, describe: 'Number of the first: replays one of a series' },
          signing: {
            choices: ['simulated', 'ed25519'],
            default: 'simulated',
            describe: 'ed25519 as on the wire, or a keyed mixing that is faster',
          },
          ...shared,
        } as const),
      ),
    )
    .check(({ sessions, first }) => {
      checkWithin('sessions', sessions, 1, MOST_SESSIONS)
      checkWithin('first', first, 0, Number.MAX_SAFE_INTEGER - MOST_SESSIONS)
      return true
    })
    .example('$0 simulate coinflip --peers 10 --sessions 1000', 'a thousand honest sessions')
    .example(
      '$0 simulate coinflip --peers 3..20 --dishonest 1..19 --sessions 500',
      'drawn strategies, all of them lying',
    )
    .example('$0 simulate coinflip --dishonest 1 --strategy bad-ping --json', 'one session, as JSON')
    .example('$0 simulate coinflip --faults faults.json --sessions 100', 'a network with faults')

const roundOptions = (argv: Argv) =>
  argv
    .options(
      withValues(
        notInherited({
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
          ...shared,
        } as const),
      ),
    )
    .example('$0 simulate round', 'an honest round on the real runtime')
    .example('$0 simulate round --hoster lossy --lost 0.5', 'a hoster that lost half of its blocks')
    .example('$0 simulate round --hoster suspicious', 'a hoster that serves only whom it takes for auditors')
    .example('$0 simulate round --peers 5 --dishonest 3 --strategy lazy', 'a majority that audits nothing')

/** Adds `simulate` to the command line. */
export const simulateCommand = (parser: Argv): Argv =>
  parser.command('simulate', 'Play coinflips or rounds on virtual time, from a seed', (argv) =>
    argv
      .command('coinflip', 'Coinflips over a simulated network', coinflipOptions, async (args) => {
        const { simulateCoinflip } = await import('../systems/coinflip/simulation/run.ts')
        process.exitCode = await simulateCoinflip({
          ...args,
          peers: countRange('peers', args.peers),
          dishonest: countRange('dishonest', args.dishonest),
        })
      })
      .command('round', 'Rounds of the real pallets and roles', roundOptions, async (args) => {
        const { simulateRound } = await import('../systems/attestation/simulation/run.ts')
        process.exitCode = await simulateRound(args)
      })
      .demandCommand(1, 'Name what is to be simulated: coinflip or round.'),
  )
