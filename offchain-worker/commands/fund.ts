/**
 * `assay fund`: sends tokens to an account.
 *
 * Owns: the command line and the transfer.
 */
import type { Argv } from 'yargs'
import { parseAmount } from '#types/domain/amount.ts'
import { chainOption, jsonOption, payerOption, withValues } from '../terminal/options.ts'
import { UsageError } from '../terminal/usage-error.ts'

const DEFAULT_AMOUNT = '100'

const options = (argv: Argv) =>
  argv
    .positional('account', {
      type: 'string',
      demandOption: true,
      describe: 'Address, secret such as //Bob, or name such as attestor-1',
    })
    .options(
      withValues({
        amount: { type: 'string', default: DEFAULT_AMOUNT, describe: 'Tokens to send, such as 2.5' },
        ...payerOption,
        ...chainOption,
        ...jsonOption,
      }),
    )
    .example('$0 fund attestor-1', `${DEFAULT_AMOUNT} ASY from //Alice for an attestor of a devnet`)

async function run(argv: Awaited<ReturnType<typeof options>['argv']>): Promise<void> {
  const amount = parseAmount(argv.amount)
  if (amount === undefined)
    throw new UsageError('BAD_AMOUNT', `--amount: expected tokens such as 2.5, got ${JSON.stringify(argv.amount)}`)
  const { fund } = await import('./run-operator.ts')
  await fund({ endpoint: argv.chain, payer: argv.suri, to: argv.account, amount, json: argv.json })
}

/** Adds `fund` to the command line. */
export const fundCommand = (parser: Argv): Argv =>
  parser.command('fund <account>', 'Send tokens to an account, such as that of a new worker', options, run)
