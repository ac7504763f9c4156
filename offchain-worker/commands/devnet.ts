/**
 * `assay devnet`: node, DHT, hoster and attestors with one command.
 *
 * Owns: the command line. Does not own: what runs (devnet/devnet.ts).
 */
import type { Argv } from 'yargs'
import { SCENARIO_NAMES, SCENARIOS } from '../systems/attestation/devnet/scenarios.ts'
import { checkPort, checkWithin, DEFAULT_RPC_PORT, jsonOption, logOption, withValues } from '../terminal/options.ts'

const DEFAULT_ATTESTORS = 5
const DEFAULT_BLOCK_TIME_MS = 500
const FEWEST_ATTESTORS = 3
const MOST_ATTESTORS = 50
const MOST_READERS = 50
/** What a node takes at least, and what a person would wait for. */
const LEAST_BLOCK_TIME_MS = 20
const MOST_BLOCK_TIME_MS = 60_000

const scenarioList = SCENARIO_NAMES.map((name) => `  ${name.padEnd(16)} ${SCENARIOS[name].describe}`).join('\n')

const options = (argv: Argv) =>
  argv
    .options(
      withValues({
        scenario: { choices: SCENARIO_NAMES, default: 'round' as const, describe: 'What is played' },
        once: {
          type: 'boolean',
          default: false,
          describe: 'Stop after the round; exit 0 if it closed "pass", 1 otherwise',
        },
        data: { type: 'string', describe: 'Folder that the hoster publishes (default: this repository)' },
        'rpc-port': { type: 'number', default: DEFAULT_RPC_PORT, describe: 'Port of the node; 0 takes a free one' },
        attestors: {
          type: 'number',
          default: DEFAULT_ATTESTORS,
          describe: `Attestors, ${FEWEST_ATTESTORS} to ${MOST_ATTESTORS}`,
        },
        readers: {
          type: 'number',
          default: 0,
          describe: `Ordinary readers of the feed, 0 to ${MOST_READERS}: audits read as they do`,
        },
        'block-time': { type: 'number', default: DEFAULT_BLOCK_TIME_MS, describe: 'Milliseconds between blocks' },
        ...jsonOption,
        ...logOption,
      }),
    )
    .example('$0 devnet', 'watch one round, then open Polkadot.js Apps on the node')
    .example('$0 devnet --once --json --rpc-port 0', 'one round for a script: JSON lines, exit code by the verdict')
    .example('$0 devnet --readers 3', 'the same among three ordinary readers')
    .example('$0 devnet --scenario lossy-hoster --data ./docs', 'a hoster that lost 30 % of its blocks')
    .epilogue(`Scenarios:\n${scenarioList}`)
    .check(({ attestors, readers, 'block-time': blockTime }) => {
      checkWithin('attestors', attestors, FEWEST_ATTESTORS, MOST_ATTESTORS)
      checkWithin('readers', readers, 0, MOST_READERS)
      checkWithin('block-time', blockTime, LEAST_BLOCK_TIME_MS, MOST_BLOCK_TIME_MS)
      return true
    })

/** Adds `devnet` to the command line. */
export const devnetCommand = (parser: Argv): Argv =>
  parser.command('devnet', 'Start a chain, a DHT, a hoster and attestors, and play a round', options, async (argv) => {
    const { runDevnet } = await import('../devnet/devnet.ts')
    process.exitCode = await runDevnet({
      scenario: SCENARIOS[argv.scenario],
      once: argv.once,
      json: argv.json,
      data: argv.data,
      rpcPort: checkPort('rpc-port', argv.rpcPort),
      attestors: argv.attestors,
      readers: argv.readers,
      blockTimeMs: argv.blockTime,
      logLevel: argv.logLevel,
    })
  })
