/**
 * `assay hosting publish` and `assay hosting update`: a folder becomes a feed, and the feed grows.
 *
 * Owns: the command lines.
 */
import type { Argv } from 'yargs'
import { createLog } from '#worker/terminal/logging.ts'
import {
  chainOption,
  DEFAULT_HOST,
  jsonOption,
  logOption,
  parseBootstrap,
  payerOption,
  withValues,
} from '#worker/terminal/options.ts'
import { createTell } from '#worker/terminal/output.ts'
import { FOLDER_OPTIONS, folderLimits } from '../limits.ts'

const { republish: _ofHosters, ...LIMIT_OPTIONS } = FOLDER_OPTIONS

const shared = (argv: Argv) =>
  argv
    .positional('folder', { type: 'string', demandOption: true, describe: 'Folder or file to publish' })
    .options(
      withValues({
        data: {
          type: 'string',
          demandOption: true,
          describe: 'Folder of the author: the feed, and the key that signs it',
        },
        bootstrap: {
          type: 'string',
          array: true,
          nargs: 1,
          describe: 'host:port of a DHT node, on which it serves the feed',
        },
        once: { type: 'boolean', default: false, describe: 'End once the chain knows the feed, and serve nothing' },
        host: { type: 'string', default: DEFAULT_HOST, describe: 'Address to listen on for peers' },
        ...LIMIT_OPTIONS,
        ...payerOption,
        ...chainOption,
        ...jsonOption,
        ...logOption,
      }),
    )
    .check((given) => {
      folderLimits(given)
      if (!given.once && given.bootstrap === undefined)
        throw new Error('--bootstrap: expected host:port of a DHT node, or --once, which serves nothing, got neither')
      return true
    })

const publishOptions = (argv: Argv) =>
  shared(argv)
    .options({
      republish: { type: 'boolean', default: false, describe: 'Make a new feed, for a folder that was edited' },
    })
    .example('$0 hosting publish ./docs --data ~/.assay/docs --bootstrap 127.0.0.1:49750', 'publishes and serves it')
    .epilogue('The folder after --data has the key of the feed: keep it, and keep it to yourself.')

const updateOptions = (argv: Argv) =>
  shared(argv).example(
    '$0 hosting update ./docs --data ~/.assay/docs --once',
    'appends new files, whose paths sort behind all others',
  )

type Values = Awaited<ReturnType<typeof updateOptions>['argv']>

async function publish(argv: Values, which: 'any' | 'old' | 'new'): Promise<void> {
  const { publishFolder } = await import('./publish.ts')
  const { folder, data, host, json } = argv
  await publishFolder(
    {
      folder,
      data,
      which,
      limits: folderLimits(argv),
      endpoint: argv.chain,
      payer: argv.suri,
      bootstrap: argv.once ? undefined : argv.bootstrap?.map(parseBootstrap),
      host,
      json,
    },
    { tell: createTell(json), log: createLog(argv.logLevel, { command: 'hosting publish' }) },
  )
}

/** Adds `publish` to `assay hosting`. */
export const publishCommand = (parser: Argv): Argv =>
  parser.command(
    'publish <folder>',
    'Make a feed of a folder, register it on the chain, and serve it',
    publishOptions,
    (argv) => publish(argv, argv.republish ? 'new' : 'any'),
  )

/** Adds `update` to `assay hosting`. */
export const updateCommand = (parser: Argv): Argv =>
  parser.command(
    'update <folder>',
    'Append what is new in a published folder to its feed, and serve it unless another process does',
    updateOptions,
    (argv) => publish(argv, 'old'),
  )
