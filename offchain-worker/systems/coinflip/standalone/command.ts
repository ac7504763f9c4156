/**
 * `assay coinflip`: a random number among N processes without a chain; and `assay coinflip-member`, which it starts N times.
 *
 * Owns: the command lines.
 */
import type { Argv } from 'yargs'
import type { MagicRuleName } from '#types/domain/coinflip/coinflip.ts'
import { DEFAULT_WINDOW_MS, FEWEST_PEERS, MOST_PEERS } from './limits.ts'
import { FAULT_NAMES } from '../protocol/faults.ts'
import { checkWithin, jsonOption, logOption, withValues } from '#worker/terminal/options.ts'

const DEFAULT_PEERS = 5
const MS_PER_S = 1_000
const LEAST_WINDOW_S = 1
const MOST_WINDOW_S = 600

const MAGIC_RULES = { concat: 'Concat', 'xor-hash': 'XorHash', xor: 'Xor' } as const satisfies Readonly<
  Record<string, MagicRuleName>
>
const MAGIC_NAMES = Object.keys(MAGIC_RULES) as (keyof typeof MAGIC_RULES)[]

const options = (argv: Argv) =>
  argv
    .options(
      withValues({
        peers: { type: 'number', default: DEFAULT_PEERS, describe: `Processes, ${FEWEST_PEERS} to ${MOST_PEERS}` },
        magic: { choices: MAGIC_NAMES, default: 'concat' as const, describe: 'How their numbers become one' },
        fault: { choices: FAULT_NAMES, describe: 'Make members dishonest in this way' },
        faulty: { type: 'number', describe: 'How many of them; 1 where --fault is given' },
        window: {
          type: 'number',
          default: DEFAULT_WINDOW_MS / MS_PER_S,
          describe: 'Seconds that an attempt may take where members are silent',
        },
        ...jsonOption,
        ...logOption,
      }),
    )
    .example('$0 coinflip', `a number among ${DEFAULT_PEERS} processes on a private DHT`)
    .example('$0 coinflip --peers 20 --json', 'for scripts: JSON lines, exit code 0 where all agree')
    .example(
      '$0 coinflip --peers 7 --fault bad-reveal --faulty 2',
      'two liars: convicted, and left out of the next try',
    )
    .epilogue(
      'A member that lies is convicted by its own signatures and left out. A silent one is left out when this command has waited for it: ' +
        `that is this computer's word. Fewer than max(${FEWEST_PEERS}, N/2 + 1) members: failed. Exit code 0 only where a majority agrees.`,
    )
    .check(({ peers, fault, faulty, window }) => {
      checkWithin('peers', peers, FEWEST_PEERS, MOST_PEERS)
      checkWithin('window', window, LEAST_WINDOW_S, MOST_WINDOW_S)
      if (faulty === undefined) return true
      if (fault === undefined) throw new Error('--faulty: expected --fault beside it, got none')
      checkWithin('faulty', faulty, 1, peers)
      return true
    })

const memberOptions = (argv: Argv) =>
  argv.options(
    withValues({
      bootstrap: { type: 'string', demandOption: true, describe: 'host:port of a DHT node' },
      'join-within': { type: 'number', demandOption: true, describe: 'Milliseconds to reach the DHT' },
      fault: { choices: FAULT_NAMES, describe: 'Be dishonest in this way' },
      ...jsonOption,
      ...logOption,
    }),
  )

async function run(argv: Awaited<ReturnType<typeof options>['argv']>): Promise<void> {
  const { runCoinflipCommand } = await import('./run.ts')
  process.exitCode = await runCoinflipCommand({
    peers: argv.peers,
    magicRule: MAGIC_RULES[argv.magic],
    fault: argv.fault,
    faulty: argv.fault ? (argv.faulty ?? 1) : 0,
    windowMs: argv.window * MS_PER_S,
    json: argv.json,
    logLevel: argv.logLevel,
  })
}

async function runMember(argv: Awaited<ReturnType<typeof memberOptions>['argv']>): Promise<void> {
  const [{ runMember: runIt }, { parseBootstrap }] = await Promise.all([
    import('./member-process.ts'),
    import('#worker/terminal/options.ts'),
  ])
  await runIt({
    bootstrap: [parseBootstrap(argv.bootstrap)],
    joinWithinMs: argv.joinWithin,
    fault: argv.fault,
    logLevel: argv.logLevel,
  })
}

/** Adds `coinflip`, and the hidden `coinflip-member`, to the command line. */
export const coinflipCommand = (parser: Argv): Argv =>
  parser
    .command('coinflip', 'Agree on a random number among processes, without a chain', options, run)
    .command('coinflip-member', false, memberOptions, runMember)
