/**
 * The `assay` command: what a person types.
 *
 * Owns: the order of commands, exit codes, and how an error is told to a person. Does not own: what a command does, which is loaded
 * when it is asked for, so that `assay chain` never waits for Hyperswarm.
 */
import yargs from 'yargs'
import { hideBin } from 'yargs/helpers'
import { AssayError, messageOf } from '#types/errors.ts'
import { chainCommand } from './commands/chain.ts'
import { devnetCommand } from './commands/devnet.ts'
import { dhtCommand } from './commands/dht.ts'
import { checkArguments } from './terminal/options.ts'
import { simulateCommand } from './commands/simulate.ts'
import { workerCommand } from './commands/worker.ts'
import { SYSTEMS } from './systems.ts'

/** Exit codes: 0 done, 1 failed (for `devnet --once`: the scenario did not pass), 2 the command line was wrong. */
const EXIT_FAILED = 1
const EXIT_USAGE = 2
/** Codes of errors that a command throws for a value that it does not take. */
const USAGE_CODES: readonly string[] = [
  'BAD_PORT',
  'BAD_BOOTSTRAP',
  'BAD_DURATION',
  'BAD_BLOCK_TIME',
  'BAD_ENDPOINT',
  'BAD_SURI',
  'NO_SECRET',
  'BAD_POOL_LIMIT',
  'BAD_COUNT',
  'BAD_ROUND',
  'BAD_SERIES',
  'BAD_FAULT',
]
const HELP_COLUMNS = 110

function tell(thrown: unknown): void {
  const code = thrown instanceof AssayError ? ` [${thrown.code}]` : ''
  process.stderr.write(`assay: ${messageOf(thrown)}${code}\n`)
  if (!(thrown instanceof AssayError) && thrown instanceof Error) process.stderr.write(`${thrown.stack ?? ''}\n`)
}

/** The reader of our output may stop, as `head` does. The rest goes to nobody, and a command that runs on ends by itself (lifecycle.ts). */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

/** Yargs names an unknown option in both of its spellings, rpc-prot and rpcProt. The typed one is enough. */
function namedOnce(message: string): string {
  const [, list] = /^Unknown arguments: (.+)$/.exec(message) ?? []
  if (list === undefined) return message
  const names = list.split(', ')
  const camelCase = names.map((name) => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()))
  const typed = names.filter((name) => name.includes('-') || camelCase.indexOf(name) === names.indexOf(name))
  return `Unknown argument${typed.length > 1 ? 's' : ''}: ${typed.join(', ')}`
}

for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe)

const commands = [
  devnetCommand,
  chainCommand,
  workerCommand,
  dhtCommand,
  ...SYSTEMS.flatMap((system) => system.commands),
  simulateCommand,
]
const parser = commands
  .reduce((line, add) => add(line), yargs(hideBin(process.argv)))
  .scriptName('assay')
  .usage('$0 <command>\n\nA Substrate-style dev chain with real off-chain workers beside it.')
  .demandCommand(1, 'Name a command, or use --help to see them.')
  .strict()
  // No option is called --no-chain or --chain.x: yargs would take them for values of --chain.
  .parserConfiguration({ 'boolean-negation': false, 'dot-notation': false })
  .check(() => {
    checkArguments(hideBin(process.argv))
    return true
  })
  .wrap(HELP_COLUMNS)
  .help()
  .alias('h', 'help')
  .version(false)
  .exitProcess(false)
  .fail((message, error, usage) => {
    // The error of a handler comes without a message; a mistake in the command line comes with one.
    if (error && !message) throw error
    usage.showHelp('error')
    process.stderr.write(`\nassay: ${namedOnce(message)} [USAGE]\n`)
    process.exitCode = EXIT_USAGE
    throw new AssayError('USAGE', message)
  })

try {
  await parser.parseAsync()
} catch (thrown) {
  if (!(thrown instanceof AssayError && thrown.code === 'USAGE')) {
    tell(thrown)
    process.exitCode = thrown instanceof AssayError && USAGE_CODES.includes(thrown.code) ? EXIT_USAGE : EXIT_FAILED
  }
}
