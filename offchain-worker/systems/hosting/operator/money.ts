/**
 * The work of `assay hosting donate`, `withdraw`, `plan` and `cancel`.
 *
 * Owns: what is submitted, and saying before it is submitted why the chain would refuse it. Does not own: status.
 */
import { equalBytes, fromHex, toHex } from '#types/bytes.ts'
import { formatAmount } from '#types/domain/amount.ts'
import type { PlanTerms } from '#types/domain/hosting/plan.ts'
import { AssayError } from '#types/errors.ts'
import type { ChainClient } from '#chain/api/connect.ts'
import { encodeCall, read } from '#chain/api/descriptors.ts'
import { askView } from '#chain/api/views.ts'
import { blockNumber } from '#worker/kernel/chain-items.ts'
import { accountOf, signerOf, submitCall, withChain } from '#worker/terminal/operator.ts'
import { createTell } from '#worker/terminal/output.ts'
import { shortHex } from '#worker/terminal/shown.ts'
import { feedConflicts, feedHeads } from '../role/chain-items.ts'
import {
  cancelPlanCall,
  donateCall,
  donorsView,
  marketRequires,
  plans,
  plansOf,
  publishPlanCall,
  quoteView,
  statusView,
  withdrawCall,
} from './market-items.ts'
import { planTerms, type PlanChoices } from './plan-terms.ts'

/** What these commands share. */
export interface MoneyOptions {
  readonly endpoint: string
  /** Name or secret of the account that acts. */
  readonly payer: string
  readonly json: boolean
}

const THOUSAND = 1_000n

/** Connects as the payer. */
const asPayer = ({ endpoint, payer }: MoneyOptions, use: (chain: ChainClient) => Promise<void>): Promise<void> =>
  withChain({ endpoint, secret: signerOf(payer), requires: marketRequires }, use)

/** @throws AssayError `FEED_UNKNOWN`, `FEED_ENDED` */
async function assertHostable(chain: ChainClient, feed: Uint8Array): Promise<void> {
  const name = toHex(feed)
  if (!(await read(chain, feedHeads, feed)))
    throw new AssayError(
      'FEED_UNKNOWN',
      `expected a feed that the chain knows, got ${name}: its author registers it with \`assay hosting publish\``,
    )
  if ((await read(chain, feedConflicts, feed)) !== undefined)
    throw new AssayError(
      'FEED_ENDED',
      `expected a feed that goes on, got ${name}, which has ended because its key signed two trees: choose another one`,
    )
}

/** What each donor has in the pool: of an account, and of all. */
async function worthOf(
  chain: ChainClient,
  feed: Uint8Array,
  account: Uint8Array,
): Promise<{ own: bigint; all: bigint }> {
  const donors = await askView(chain, donorsView, { feed })
  const own = donors.find((donor) => equalBytes(donor.account, account))?.worth ?? 0n
  return { own, all: donors.reduce((sum, { worth }) => sum + worth, 0n) }
}

/** Gives to a feed's pool. @param feed key as hex @throws AssayError `FEED_UNKNOWN`, `FEED_ENDED`, `CALL_FAILED` */
export async function donate(feed: string, amount: bigint, options: MoneyOptions): Promise<void> {
  const { payer, json } = options
  const key = fromHex(feed)
  await asPayer(options, async (chain) => {
    await assertHostable(chain, key)
    const block = await submitCall(chain, encodeCall(donateCall, { feed: key, amount }))
    const { free, committed } = await askView(chain, statusView, { feed: key })
    createTell(json)(
      { kind: 'donated', feed: key, amount, pool: free + committed, block },
      `${payer} gave ${formatAmount(amount)} to feed ${shortHex(key)} in block ${block}; its pool has ${formatAmount(free + committed)}`,
    )
  })
}

/** Takes back what no contract needs. @throws AssayError `CANNOT_WITHDRAW`, `CALL_FAILED` */
export async function withdraw(feed: string, amount: bigint, options: MoneyOptions): Promise<void> {
  const { payer, json } = options
  const key = fromHex(feed)
  await asPayer(options, async (chain) => {
    const [{ own }, { free, committed }] = await Promise.all([
      worthOf(chain, key, accountOf(payer)),
      askView(chain, statusView, { feed: key }),
    ])
    const most = own < free ? own : free
    if (amount > most)
      throw new AssayError(
        'CANNOT_WITHDRAW',
        `expected at most ${formatAmount(most)}, got ${formatAmount(amount)}: ${payer} has ${formatAmount(own)} in the pool, ` +
          `and contracts have committed ${formatAmount(committed)} of all that is in it; cancel a plan to free more`,
        { own, free },
      )
    const block = await submitCall(chain, encodeCall(withdrawCall, { feed: key, amount }))
    createTell(json)(
      { kind: 'withdrawn', feed: key, amount, block },
      `${payer} took ${formatAmount(amount)} back from feed ${shortHex(key)} in block ${block}`,
    )
  })
}

/** What the terms cost, in words and for machines. @throws AssayError `NO_QUOTE` */
async function quoteOf(chain: ChainClient, terms: PlanTerms) {
  const quote = await askView(chain, quoteView, { terms })
  if (!quote)
    throw new AssayError(
      'NO_QUOTE',
      'expected a plan that the chain can price, got one with a feed that is too large or with terms of no use: `assay hosting plan --help` names the bounds',
    )
  const { free } = await askView(chain, statusView, { feed: terms.feed })
  const left = free - quote.setup
  const blocks = left > 0n && quote.perThousandBlocks > 0n ? (left * THOUSAND) / quote.perThousandBlocks : 0n
  const sentence =
    `at most ${formatAmount(quote.setup)} to encode all copies, and ${formatAmount(quote.perThousandBlocks)} per 1,000 blocks to hosters and for rounds; ` +
    (left < 0n
      ? `the pool has ${formatAmount(free)} free, so give ${formatAmount(-left)} or more first`
      : `the pool has ${formatAmount(free)} free, enough for about ${blocks} blocks`)
  return { notice: { ...quote, free, lastsBlocks: blocks }, sentence }
}

/** @throws AssayError `NOT_MOST_OF_POOL` */
async function assertMostOfPool(chain: ChainClient, feed: Uint8Array, payer: string): Promise<void> {
  const { own, all } = await worthOf(chain, feed, accountOf(payer))
  if (2n * own > all) return
  throw new AssayError(
    'NOT_MOST_OF_POOL',
    `expected ${payer} to have more than half of the pool, because a plan spends the money of all donors, got ${formatAmount(own)} of ${formatAmount(all)}: ` +
      `give more than ${formatAmount(all - 2n * own)} with \`assay hosting donate\``,
    { own, all },
  )
}

/**
 * Has a feed hosted, or only asks what that costs.
 * @throws UsageError for choices of no use; AssayError `FEED_UNKNOWN`, `FEED_ENDED`, `NO_QUOTE`, `NOT_MOST_OF_POOL`, `CALL_FAILED`
 */
export async function plan(
  feed: string,
  choices: PlanChoices & { readonly quote: boolean },
  options: MoneyOptions,
): Promise<void> {
  const { payer, json } = options
  const key = fromHex(feed)
  const tell = createTell(json)
  // Wrong choices are told without a chain.
  planTerms(key, 0, choices)
  await asPayer(options, async (chain) => {
    await assertHostable(chain, key)
    const terms = planTerms(key, (await read(chain, blockNumber)) ?? 0, choices)
    const { notice, sentence } = await quoteOf(chain, terms)
    if (choices.quote) return tell({ kind: 'quote', feed: key, ...notice }, sentence)
    await assertMostOfPool(chain, key, payer)
    const block = await submitCall(chain, encodeCall(publishPlanCall, { terms }))
    const id = (await read(chain, plansOf, key))?.at(-1)
    tell(
      { kind: 'planned', feed: key, plan: id, until: terms.until, block, ...notice },
      `plan ${id} in block ${block}, until block ${terms.until}: ${sentence}`,
    )
  })
}

/** Ends a plan. @throws AssayError `NO_PLAN`, `NOT_PLAN_OWNER`, `CALL_FAILED` */
export async function cancel(id: number, options: MoneyOptions): Promise<void> {
  const { payer, json } = options
  await asPayer(options, async (chain) => {
    const found = await read(chain, plans, id)
    if (!found)
      throw new AssayError('NO_PLAN', `expected a plan of this chain, got ${id}: there was none, or it is over`)
    const { feed } = found.terms
    const { own, all } = await worthOf(chain, feed, accountOf(payer))
    if (!equalBytes(found.owner, accountOf(payer)) && 2n * own <= all)
      throw new AssayError(
        'NOT_PLAN_OWNER',
        `expected the owner of plan ${id}, or the account with more than half of the pool, got ${payer}: name another account with --suri`,
      )
    const block = await submitCall(chain, encodeCall(cancelPlanCall, { plan: id }))
    createTell(json)(
      { kind: 'cancelled', plan: id, feed, block },
      `${payer} cancelled plan ${id} in block ${block}; its contracts end with the next blocks`,
    )
  })
}
