/**
 * `assay workers`: lists the registered workers, pauses and resumes them.
 *
 * Owns: the command lines.
 */
import type { Argv } from 'yargs'
import { chainOption, jsonOption, withValues } from '../terminal/options.ts'

const shared = (argv: Argv) => argv.options(withValues({ ...chainOption, ...jsonOption }))

const workerOptions = (argv: Argv) =>
  shared(argv).positional('worker', {
    type: 'string',
    demandOption: true,
    describe: 'Name such as attestor-1, or the secret of its account',
  })

const status =
  (call: 'pause' | 'resume') =>
  async (argv: Awaited<ReturnType<typeof workerOptions>['argv']>): Promise<void> => {
    const { setStatus } = await import('./run-operator.ts')
    await setStatus(call, { endpoint: argv.chain, worker: argv.worker, json: argv.json })
  }

const options = (argv: Argv) =>
  shared(argv)
    .command('pause <worker>', 'Let a worker take no new duty', workerOptions, status('pause'))
    .command('resume <worker>', 'Let a paused worker take duties again', workerOptions, status('resume'))
    .example('$0 workers', 'the workers of the chain beside this machine')
    .example('$0 workers pause attestor-1', 'as its account, whose secret everybody knows in a devnet')

/** Adds `workers` to the command line. */
export const workersCommand = (parser: Argv): Argv =>
  parser.command('workers', 'List the registered workers, pause and resume them', options, async (argv) => {
    const { listWorkers } = await import('./run-operator.ts')
    await listWorkers({ endpoint: argv.chain, json: argv.json })
  })
