/**
 * `assay chain`: the node, and its chain spec.
 *
 * Owns: the command and its subcommands. Does not own: their options.
 */
import type { Argv } from 'yargs'
import { jsonOption, withValues } from '../terminal/options.ts'
import { chainOptions, specOption } from './chain-options.ts'
import { UsageError } from '../terminal/usage-error.ts'

const MOST_MS = 86_400_000

const exportOptions = (argv: Argv) =>
  argv.options(withValues(specOption)).example('$0 chain export-spec', 'the development chain')

const checkOptions = (argv: Argv) =>
  argv
    .options(
      withValues({
        ...specOption,
        'base-path': { type: 'string', demandOption: true, describe: 'Folder for chain data; no node may run on it' },
        ...jsonOption,
      } as const),
    )
    .example('$0 chain check --base-path ./data', 'after a disk made trouble')

const options = (argv: Argv) =>
  chainOptions(argv)
    .command('export-spec', 'Print the chain spec as JSON', exportOptions, async (argv) => {
      const { printSpec } = await import('./run-chain.ts')
      await printSpec(argv.chain)
    })
    .command(
      'export-metadata',
      'Print the metadata (v15) as a JSON-RPC answer, for code generators',
      (line) => line,
      async () => {
        const { printMetadata } = await import('./run-chain.ts')
        printMetadata()
      },
    )
    .command(
      'check',
      'Read the chain in a folder from end to end, and say whether it is whole',
      checkOptions,
      async ({ basePath, chain, json }) => {
        const { checkFolder } = await import('./run-chain.ts')
        await checkFolder(basePath, chain, json)
      },
    )
    .example('$0 chain', 'a chain in memory that seals a block for each transaction')
    .example('$0 chain --seed 7 --clock virtual', 'a chain whose block hashes are the same on every run')
    .example('$0 chain --sealing interval --block-time 6000 --base-path ./data', 'six-second blocks, kept on disk')
    .example('$0 chain --rpc-host 0.0.0.0 --rpc-cors http://localhost:3000', 'for other machines, safe methods only')
    .example('$0 chain --load-state a.json --dump-state b.json', 'go on where a chain was dumped, and dump it again')
    .example('$0 chain export-spec > my-chain.json', 'a chain spec to edit and give back with --chain')

/** Refuses what would not be a duration, or is longer than timers take. */
function checkMs(name: string, ms: number | undefined): void {
  if (ms !== undefined && !(ms >= 0 && ms <= MOST_MS))
    throw new UsageError('BAD_DURATION', `--${name}: expected milliseconds from 0 to ${MOST_MS} (a day), got ${ms}`)
}

/** Adds `chain` to the command line. */
export const chainCommand = (parser: Argv): Argv =>
  parser.command('chain', 'Run a chain node', options, async (argv) => {
    checkMs('block-time', argv.blockTime)
    checkMs('finality-delay', argv.finalityDelay)
    checkMs('timestamp-interval', argv.timestampInterval)
    const { runChain } = await import('./run-chain.ts')
    await runChain(argv)
  })
