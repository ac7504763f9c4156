/**
 * `assay read`: an ordinary reader of a hosted feed.
 *
 * Owns: the command line. Does not own: the reading process.
 */
import type { Argv } from 'yargs'
import { READER_KINDS } from './manners.ts'
import { createLog } from '#worker/terminal/logging.ts'
import {
  checkFeedKey,
  checkWithin,
  DEFAULT_HOST,
  DEFAULT_RPC_PORT,
  jsonOption,
  logOption,
  parseBootstrap,
  withValues,
} from '#worker/terminal/options.ts'
import { createTell } from '#worker/terminal/output.ts'

const EXIT_FAILED = 1
const MOST_SESSIONS = 1_000_000

const options = (argv: Argv) =>
  argv
    .options(
      withValues({
        feed: { type: 'string', describe: 'Key of the feed as 0x hex; by default the first hosted feed' },
        chain: {
          type: 'string',
          default: `ws://${DEFAULT_HOST}:${DEFAULT_RPC_PORT}`,
          describe: 'WebSocket address of a node, which knows feeds and hosters',
        },
        bootstrap: { type: 'string', array: true, demandOption: true, describe: 'host:port of a DHT node' },
        host: { type: 'string', default: DEFAULT_HOST, describe: 'Address to listen on for peers' },
        kind: { choices: READER_KINDS, describe: 'How to read; by default any way' },
        sessions: { type: 'number', default: 1, describe: 'Sessions, one after the other; 0 until stopped' },
        ...jsonOption,
        ...logOption,
      }),
    )
    .example('$0 read --bootstrap 127.0.0.1:49750', 'one session on the first hosted feed, beside `assay chain`')
    .example('$0 read --bootstrap 127.0.0.1:49750 --sessions 0', 'ordinary traffic, among which audits hide')
    .epilogue('Exit code 0 if every session got all chunks that it asked for, and its receipt.')
    .check(({ sessions, feed }) => {
      checkWithin('sessions', sessions, 0, MOST_SESSIONS)
      if (feed !== undefined) checkFeedKey('feed', feed)
      return true
    })

/** Adds `read` to the command line. */
export const readCommand = (parser: Argv): Argv =>
  parser.command('read', 'Read a hosted feed as ordinary readers do', options, async (argv) => {
    const { runReader } = await import('./run.ts')
    const { feed, kind, host, sessions } = argv
    const isWhole = await runReader(
      { endpoint: argv.chain, bootstrap: argv.bootstrap.map(parseBootstrap), host, feed, kind, sessions },
      { tell: createTell(argv.json), log: createLog(argv.logLevel, { command: 'read' }) },
    )
    if (!isWhole) process.exitCode = EXIT_FAILED
  })
