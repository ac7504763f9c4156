/**
 * `assay worker`: one off-chain worker in a process of its own.
 *
 * Owns: the command line. Does not own: how the parts of a worker are put together.
 */
import type { Argv } from 'yargs'
import { checkWorkerName, MAX_WORKER_NAME_BYTES } from '#types/domain/worker-name.ts'
import { SYSTEMS } from '../systems.ts'
import { chainOption, checkWithin, DEFAULT_HOST, jsonOption, logOption, withValues } from '../terminal/options.ts'
import { allOptions, chosenOptions } from './choice-options.ts'

const DEFAULT_CAPACITY = 4
/** The chain keeps it in 32 bits. */
const MOST_CAPACITY = 2 ** 32 - 1

/** Every role of every system, by its name in lower case. */
const ROLES = Object.fromEntries(
  SYSTEMS.flatMap(({ roles }) => roles).map((role) => [role.name.toLowerCase(), role] as const),
)

/** Throws for a fault that the role does not have, before anything is opened. What follows a colon is for the role to check. */
function checkFault(role: string, fault: string | undefined): void {
  const { faults } = ROLES[role]!
  const kind = (text: string): string => text.split(':')[0]!
  if (fault === undefined || faults.some((known) => kind(known) === kind(fault))) return
  const expected = faults.length === 0 ? 'none' : faults.join(', ')
  throw new Error(`--fault: expected ${expected} with --role ${role}, got ${JSON.stringify(fault)}`)
}

const options = (argv: Argv) => {
  const own = argv.options(
    withValues({
      role: { type: 'string', choices: Object.keys(ROLES), demandOption: true, describe: 'What it does' },
      suri: {
        type: 'string',
        describe:
          'Its secret: //Alice, a mnemonic or a 0x seed (seen by other users of this machine; prefer --key-file)',
      },
      'key-file': {
        type: 'string',
        describe: 'File with its secret, mode 600; made with a random one where missing',
      },
      ...chainOption,
      bootstrap: {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'host:port of a DHT node, such as `assay dht` prints',
      },
      data: { type: 'string', demandOption: true, describe: 'Folder for its journal, cursor and feeds' },
      host: { type: 'string', default: DEFAULT_HOST, describe: 'Address to listen on for peers' },
      capacity: {
        type: 'number',
        default: DEFAULT_CAPACITY,
        describe:
          'Duties it takes at the same time. The chain reserves a bond for each, 4 ASY by default, and 1 ASY for the role',
      },
      name: {
        type: 'string',
        describe: `Name for people, at most ${MAX_WORKER_NAME_BYTES} bytes: explorers and \`assay workers\` show it`,
      },
      fault: { type: 'string', hidden: true, describe: 'Break or lie in a known way, for tests' },
      ...jsonOption,
      ...logOption,
    }),
  )
  // A statement of its own: in the chain it would give every option the type of any.
  own.options(withValues(allOptions(ROLES)))
  return own
    .example(
      '$0 worker --role attestor --suri //Bob --bootstrap 127.0.0.1:49750 --data ./bob',
      'an attestor, beside `assay chain` and `assay dht`',
    )
    .example(
      '$0 worker --role hoster --key-file ~/.assay/hoster.key --bootstrap 127.0.0.1:49750 --data ./h --publish ./docs',
      'a hoster of a folder',
    )
    .epilogue(
      `Roles:\n${Object.entries(ROLES)
        .map(([name, { describe }]) => `  ${name.padEnd(10)} ${describe}`)
        .join('\n')}`,
    )
    .check(({ role, capacity, name, ...given }) => {
      checkWithin('capacity', capacity, 1, MOST_CAPACITY)
      const problem = name === undefined ? undefined : checkWorkerName(name)
      if (problem !== undefined) throw new Error(`--name: ${problem}`)
      chosenOptions('role', role, ROLES, given)
      checkFault(role, given.fault)
      return true
    })
}

/** Adds `worker` to the command line. */
export const workerCommand = (parser: Argv): Argv =>
  parser.command('worker', 'Run one off-chain worker', options, async (argv) => {
    const { runWorker } = await import('./run-worker.ts')
    await runWorker({ ...argv, role: ROLES[argv.role]!, roleOptions: chosenOptions('role', argv.role, ROLES, argv) })
  })
