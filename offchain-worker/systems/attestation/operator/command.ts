/**
 * `assay round`: pays for a round, and tells how rounds stand.
 *
 * Owns: the command lines.
 */
import type { Argv } from 'yargs'
import { chainOption, checkFeedKey, jsonOption, payerOption, withValues } from '#worker/terminal/options.ts'

const shared = { ...chainOption, ...jsonOption } as const

const requestOptions = (argv: Argv) =>
  argv
    .options(
      withValues({
        hoster: { type: 'string', describe: 'Name, secret or address of the hoster; by default the first that hosts' },
        feed: { type: 'string', describe: 'Key of the feed as 0x hex; by default the first that the hoster hosts' },
        ...payerOption,
        ...shared,
      }),
    )
    .check(({ feed }) => {
      if (feed !== undefined) checkFeedKey('feed', feed)
      return true
    })
    .example('$0 round request', 'a round on the first hoster, which //Alice pays for')

const statusOptions = (argv: Argv) =>
  argv
    .positional('round', { type: 'number', describe: 'Number of a round; by default all that the chain still has' })
    .options(withValues(shared))

async function request(argv: Awaited<ReturnType<typeof requestOptions>['argv']>): Promise<void> {
  const { requestRound } = await import('./run.ts')
  const { chain: endpoint, suri: payer, hoster, feed, json } = argv
  await requestRound({ endpoint, payer, hoster, feed, json })
}

async function status(argv: Awaited<ReturnType<typeof statusOptions>['argv']>): Promise<void> {
  const { tellRounds } = await import('./run.ts')
  await tellRounds({ endpoint: argv.chain, round: argv.round, json: argv.json })
}

/** Adds `round` to the command line. */
export const roundCommand = (parser: Argv): Argv =>
  parser.command('round', 'Pay for an audit round, and see how rounds stand', (argv) =>
    argv
      .command('request', 'Pay for a round on a hoster', requestOptions, request)
      .command('status [round]', 'Tell the phase and the verdict of rounds', statusOptions, status)
      .demandCommand(1, 'expected request or status, got none'),
  )
