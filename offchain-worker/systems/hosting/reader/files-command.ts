/**
 * `assay hosting read`: files of a feed, by its key alone.
 *
 * Owns: the command line. Does not own: `assay read`, an ordinary reader's traffic (command.ts).
 */
import type { Argv } from 'yargs'
import { createLog } from '#worker/terminal/logging.ts'
import {
  checkFeedKey,
  DEFAULT_HOST,
  jsonOption,
  logOption,
  parseBootstrap,
  withValues,
} from '#worker/terminal/options.ts'
import { createTell } from '#worker/terminal/output.ts'
import type { ByteRange } from './file-walk.ts'

/** Bytes as `FROM-TO`, both included, or `FROM-`. */
function parseBytes(text: string): ByteRange {
  const [, from, to] = /^(\d{1,15})-(\d{1,15})?$/.exec(text) ?? []
  const range = { from: Number(from), to: to === undefined ? undefined : Number(to) }
  if (from !== undefined && (range.to ?? range.from) >= range.from) return range
  throw new Error(`--bytes: expected FROM-TO or FROM-, counted from 0, such as 0-99, got ${JSON.stringify(text)}`)
}

const options = (argv: Argv) =>
  argv
    .positional('feed', { type: 'string', demandOption: true, describe: 'Key of the feed as 0x hex' })
    .positional('path', { type: 'string', describe: 'File in the feed; by default lists all of them' })
    .options(
      withValues({
        bytes: {
          type: 'string',
          describe: 'Only these bytes of the file, from 0: 0-99 are the first hundred, 100- the rest',
        },
        output: { type: 'string', describe: 'File to write; by default stdout' },
        bootstrap: { type: 'string', array: true, nargs: 1, demandOption: true, describe: 'host:port of a DHT node' },
        data: {
          type: 'string',
          describe: 'Folder that keeps what was fetched, so that a next time fetches only the rest',
        },
        host: { type: 'string', default: DEFAULT_HOST, describe: 'Address to listen on for peers' },
        ...jsonOption,
        ...logOption,
      }),
    )
    .example('$0 hosting read 0x12…ef --bootstrap 127.0.0.1:49750', 'the files of a feed')
    .example('$0 hosting read 0x12…ef docs/a.pdf --output a.pdf --bootstrap 127.0.0.1:49750', 'one of them')
    .epilogue('It needs no chain. Exit code 0 if all that was asked for is there, verified by the key of the feed.')
    .check(({ feed, path, bytes, output, json }) => {
      checkFeedKey('feed', feed)
      if (bytes !== undefined) parseBytes(bytes)
      if (path === undefined && (bytes ?? output) !== undefined)
        throw new Error('--bytes and --output: expected the path of a file before them, got none')
      if (json && path !== undefined && output === undefined)
        throw new Error('--json: expected --output with it, because stdout is for the JSON lines, got none')
      return true
    })

async function run(argv: Awaited<ReturnType<typeof options>['argv']>): Promise<void> {
  const { readFiles } = await import('./read-files.ts')
  const { feed, path, output, data, host, json } = argv
  await readFiles(
    {
      feed,
      path,
      bytes: argv.bytes === undefined ? undefined : parseBytes(argv.bytes),
      output,
      bootstrap: argv.bootstrap.map(parseBootstrap),
      data,
      host,
      json,
    },
    { tell: createTell(json), log: createLog(argv.logLevel, { command: 'hosting read' }) },
  )
}

/** Adds `read` to `assay hosting`. */
export const readFilesCommand = (parser: Argv): Argv =>
  parser.command('read <feed> [path]', 'List the files of a feed, or get one of them', options, run)
