/**
 * The `assay` command: what a person types.
 *
 * Owns: the order of commands, and exit codes. Does not own: what a command does, which is loaded when it is asked for, so that `assay
 * chain` never waits for Hyperswarm.
 */
import yargs from 'yargs'
import { hideBin } from 'yargs/helpers'
import packageJson from '../package.json' with { type: 'json' }
import { AssayError } from '#types/errors.ts'
import { chainCommand } from './commands/chain.ts'
import { devnetCommand } from './commands/devnet.ts'
import { dhtCommand } from './commands/dht.ts'
import { fundCommand } from './commands/fund.ts'
import { reportError } from './terminal/error-report.ts'
import { checkArguments } from './terminal/options.ts'
import { columnsOf } from './terminal/screen.ts'
import { UsageError } from './terminal/usage-error.ts'
import { helpHint, NO_COMMAND, usageProblem, withTyped } from './terminal/usage-message.ts'
import { simulateCommand } from './commands/simulate.ts'
import { workerCommand } from './commands/worker.ts'
import { workersCommand } from './commands/workers.ts'
import { SYSTEMS } from './systems.ts'

/** Exit codes: 0 done, 1 failed (for `devnet --once`: the scenario did not pass), 2 the command line was wrong. */
const EXIT_FAILED = 1
const EXIT_USAGE = 2
/** Codes of errors in a value of the command line that parts throw which know nothing of command lines; others are a UsageError. */
const USAGE_CODES: readonly string[] = [
  'BAD_BLOCK_TIME',
  'BAD_TIMESTAMP_INTERVAL',
  'BAD_ENDPOINT',
  'BAD_SURI',
  'BAD_POOL_LIMIT',
  'UNKNOWN_STRATEGY',
]
const HELP_COLUMNS = 110

const args = hideBin(process.argv)

/** The error with what was typed, and with a hint where to read more, if the command line is at fault. */
function withHint(thrown: unknown): unknown {
  const isUsage = thrown instanceof UsageError || (thrown instanceof AssayError && USAGE_CODES.includes(thrown.code))
  if (!isUsage) return thrown
  const first = args.findIndex((arg) => arg.startsWith('-'))
  const command = ['assay', ...(first === -1 ? args : args.slice(0, first))].join(' ')
  const meta = { hint: helpHint(command), ...thrown.meta }
  return new UsageError(thrown.code, withTyped(thrown.message, args), meta, { cause: thrown })
}

/** The reader of our output may stop, as `head` does. The rest goes to nobody, and a command that runs on ends by itself (lifecycle.ts). */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe)

/** The part of a parser that yargs' types leave out. */
interface WithUsage {
  getInternalMethods(): { getUsageInstance(): { cacheHelpMessage: () => void } }
}

/** For each command that it runs, yargs lays out the help that the command could ask for later. None of ours does. */
function layOutNoHelp(parser: object): void {
  ;(parser as WithUsage).getInternalMethods().getUsageInstance().cacheHelpMessage = () => undefined
}

const commands = [
  devnetCommand,
  chainCommand,
  workerCommand,
  dhtCommand,
  workersCommand,
  fundCommand,
  ...SYSTEMS.flatMap((system) => system.commands),
  simulateCommand,
]
const parser = commands
  .reduce((line, add) => add(line), yargs(args))
  .scriptName('assay')
  .usage('$0 <command>\n\nA Substrate-style dev chain with real off-chain workers beside it.')
  .demandCommand(1, NO_COMMAND)
  .strict()
  // No option is called --no-chain or --chain.x: yargs would take them for values of --chain.
  .parserConfiguration({ 'boolean-negation': false, 'dot-notation': false })
  .check(() => {
    checkArguments(args)
    return true
  })
  .wrap(Math.min(HELP_COLUMNS, columnsOf(process.stdout)))
  .help()
  .alias('h', 'help')
  .version(`assay ${packageJson.version}`)
  .alias('V', 'version')
  .exitProcess(false)
  .fail((message, error, usage) => {
    // The error of a handler comes without a message; a mistake in the command line comes with one.
    if (error && !message) throw error
    let help = ''
    usage.showHelp((text) => (help = text))
    throw usageProblem(message, help, args)
  })

layOutNoHelp(parser)
try {
  await parser.parseAsync()
} catch (thrown) {
  const told = withHint(thrown)
  reportError(told)
  process.exitCode = told instanceof UsageError ? EXIT_USAGE : EXIT_FAILED
}
