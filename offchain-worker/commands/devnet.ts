/**
 * `assay devnet`: a node, a DHT and the processes of a scenario with one command.
 *
 * Owns: the command line. Does not own: what runs.
 */
import { resolve } from 'node:path'
import type { Argv } from 'yargs'
import { SYSTEMS } from '../systems.ts'
import { checkPort, checkWithin, DEFAULT_RPC_PORT, jsonOption, logOption, withValues } from '../terminal/options.ts'
import { allOptions, chosenOptions } from './choice-options.ts'

const DEFAULT_SCENARIO = 'round'
const DEFAULT_BLOCK_TIME_MS = 500
/** What a node takes at least, and what a person would wait for. */
const LEAST_BLOCK_TIME_MS = 20
const MOST_BLOCK_TIME_MS = 60_000
/** Rounds would take hours. */
const MOST_WINDOWS = 64
const NAME_WIDTH = 16

/** One table of those of all systems, in which no name is twice. */
const merged = <T>(tables: readonly Readonly<Record<string, T>>[]): Readonly<Record<string, T>> =>
  Object.fromEntries(tables.flatMap((table) => Object.entries(table)))

/** Every scenario of every system, by its name. */
const SCENARIOS = merged(SYSTEMS.map(({ scenarios }) => scenarios))
const scenarioList = Object.entries(SCENARIOS)
  .map(([name, { describe }]) => `  ${name.padEnd(NAME_WIDTH)} ${describe}`)
  .join('\n')

const options = (argv: Argv) => {
  const own = argv.options(
    withValues({
      scenario: {
        type: 'string',
        choices: Object.keys(SCENARIOS),
        default: DEFAULT_SCENARIO,
        describe: 'What is played',
      },
      once: {
        type: 'boolean',
        default: false,
        describe: 'Stop after the scenario; exit 0 if it passed (a round: closed "pass"), 1 otherwise',
      },
      restart: {
        type: 'boolean',
        default: false,
        describe: 'Start a worker again that ended or was killed; without it the devnet goes on without that worker',
      },
      'base-path': {
        type: 'string',
        describe: 'Folder that keeps chain and workers between runs (default: a temporary one, removed at the end)',
      },
      'rpc-port': { type: 'number', default: DEFAULT_RPC_PORT, describe: 'Port of the node; 0 takes a free one' },
      'block-time': { type: 'number', default: DEFAULT_BLOCK_TIME_MS, describe: 'Milliseconds between blocks' },
      windows: {
        type: 'number',
        describe: `How many times longer than usual each step of a round may take, 1 to ${MOST_WINDOWS} (default: as this machine needs it)`,
      },
      ...jsonOption,
      ...logOption,
    }),
  )
  // A statement of its own: in the chain it would give every option the type of any.
  own.options(withValues(allOptions(SCENARIOS)))
  return own
    .example('$0 devnet', 'watch one round, then open Polkadot.js Apps on the node')
    .example('$0 devnet --once --json --rpc-port 0', 'one round for a script: JSON lines, exit code by the verdict')
    .example('$0 devnet --readers 3', 'the same among three ordinary readers')
    .example('$0 devnet --scenario lossy-hoster --data ./docs', 'a hoster that lost 30 % of its blocks')
    .epilogue(`Scenarios:\n${scenarioList}`)
    .check(({ scenario, 'block-time': blockTime, ...given }) => {
      checkWithin('block-time', blockTime, LEAST_BLOCK_TIME_MS, MOST_BLOCK_TIME_MS)
      if (given.windows !== undefined) checkWithin('windows', given.windows, 1, MOST_WINDOWS)
      SCENARIOS[scenario]!.check?.(chosenOptions('scenario', scenario, SCENARIOS, given))
      return true
    })
}

async function run(argv: Awaited<ReturnType<typeof options>['argv']>): Promise<void> {
  const { scenario, once, json, blockTime: blockTimeMs, logLevel } = argv
  const rpcPort = checkPort('rpc-port', argv.rpcPort)
  const [{ runDevnet }, loaded, ...tellers] = await Promise.all([
    import('../devnet/devnet.ts'),
    SCENARIOS[scenario]!.load(chosenOptions('scenario', scenario, SCENARIOS, argv), { blockTimeMs }),
    ...SYSTEMS.map((system) => system.tellers()),
  ])
  process.exitCode = await runDevnet({
    scenario: loaded,
    once,
    json,
    rpcPort,
    blockTimeMs,
    slowness: argv.windows,
    logLevel,
    restart: argv.restart,
    basePath: argv.basePath === undefined ? undefined : resolve(argv.basePath),
    steps: merged(SYSTEMS.map(({ steps }) => steps)),
    tellers: merged(tellers),
  })
}

/** Adds `devnet` to the command line. */
export const devnetCommand = (parser: Argv): Argv =>
  parser.command('devnet', 'Start a chain, a private DHT and workers, and play a scenario', options, run)
