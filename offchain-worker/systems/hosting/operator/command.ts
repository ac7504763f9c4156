/**
 * `assay hosting donate`, `withdraw`, `plan`, `cancel` and `status`: what a supporter does.
 *
 * Owns: the command lines.
 */
import type { Argv } from 'yargs'
import { chainOption, checkFeedKey, jsonOption, payerOption, withValues } from '#worker/terminal/options.ts'
import { amountOf, PLAN_OPTIONS } from './plan-terms.ts'

const shared = { ...payerOption, ...chainOption, ...jsonOption } as const

/** The options of every command that signs. */
const moneyOf = (argv: { readonly chain: string; readonly suri: string; readonly json: boolean }) => ({
  endpoint: argv.chain,
  payer: argv.suri,
  json: argv.json,
})

const feedOptions = (argv: Argv) =>
  argv
    .positional('feed', { type: 'string', demandOption: true, describe: 'Key of the feed as 0x hex' })
    .options(withValues(shared))
    .check(({ feed }) => {
      checkFeedKey('feed', feed)
      return true
    })

const amountOptions = (argv: Argv) =>
  feedOptions(argv).positional('amount', { type: 'string', demandOption: true, describe: 'Tokens, such as 2.5' })

const planOptions = (argv: Argv) =>
  feedOptions(argv)
    .options(withValues(PLAN_OPTIONS))
    .options({ quote: { type: 'boolean', default: false, describe: 'Only ask what the plan costs per 1,000 blocks' } })
    .example('$0 hosting plan 0x12…ef --copies 3 --blocks 100000', 'three copies of the whole feed')
    .example('$0 hosting plan 0x12…ef --copies 3 --quote', 'what that costs')

const cancelOptions = (argv: Argv) =>
  argv
    .positional('plan', { type: 'number', demandOption: true, describe: 'Number of the plan' })
    .options(withValues(shared))

const statusOptions = (argv: Argv) =>
  argv
    .positional('feed', { type: 'string', describe: 'Key of a feed; by default all that the account supports' })
    .options(withValues(shared))
    .check(({ feed }) => {
      if (feed !== undefined) checkFeedKey('feed', feed)
      return true
    })

type FeedValues = Awaited<ReturnType<typeof amountOptions>['argv']>

const move =
  (call: 'donate' | 'withdraw') =>
  async (argv: FeedValues): Promise<void> => {
    const amount = amountOf('amount', argv.amount)
    const money = await import('./money.ts')
    await money[call](argv.feed, amount, moneyOf(argv))
  }

async function plan(argv: Awaited<ReturnType<typeof planOptions>['argv']>): Promise<void> {
  const money = await import('./money.ts')
  await money.plan(argv.feed, argv, moneyOf(argv))
}

async function cancel(argv: Awaited<ReturnType<typeof cancelOptions>['argv']>): Promise<void> {
  const money = await import('./money.ts')
  await money.cancel(argv.plan, moneyOf(argv))
}

async function status(argv: Awaited<ReturnType<typeof statusOptions>['argv']>): Promise<void> {
  const { tellStatus } = await import('./status.ts')
  await tellStatus({ ...moneyOf(argv), feed: argv.feed })
}

/** Adds a supporter's commands to `assay hosting`. */
export const supporterCommands = (parser: Argv): Argv =>
  parser
    .command('donate <feed> <amount>', 'Give tokens for the hosting of a feed', amountOptions, move('donate'))
    .command('withdraw <feed> <amount>', 'Take back what no contract has committed', amountOptions, move('withdraw'))
    .command('plan <feed>', 'Have a feed hosted, or ask what that costs', planOptions, plan)
    .command('cancel <plan>', 'End a plan', cancelOptions, cancel)
    .command('status [feed]', 'Show money, copies, challenges and hosters of feeds', statusOptions, status)
