/**
 * The work of `assay hosting status`: how the feeds of a supporter stand.
 *
 * Owns: reading it from the chain, all at one block, and its form for machines. Does not own: its form for people (status-lines.ts).
 */
import { equalBytes, fromHex, toHex } from '#types/bytes.ts'
import { feedBytes } from '#types/domain/hosting/feed.ts'
import { AssayError } from '#types/errors.ts'
import type { ChainClient } from '#chain/api/connect.ts'
import { readAt, readEntries } from '#chain/api/descriptors.ts'
import { askView } from '#chain/api/views.ts'
import { blockNumber } from '#worker/kernel/chain-items.ts'
import { accountOf, createNames, namedWorkers, withChain, type Names } from '#worker/terminal/operator.ts'
import { createTell } from '#worker/terminal/output.ts'
import { feedHeads } from '../role/chain-items.ts'
import {
  contractsView,
  donations,
  donorsView,
  hosterPerformance,
  marketRequires,
  needsView,
  plans,
  plansOf,
  resultsView,
  statusView,
} from './market-items.ts'
import { statusLines, type CopyStanding, type FeedStanding, type Standing } from './status-lines.ts'

/** @see tellStatus */
export interface StatusOptions {
  readonly endpoint: string
  /** Name, secret or address of the supporter. */
  readonly payer: string
  /** Key as hex; if absent, all feeds to which the account gave money, or for which it has a plan. */
  readonly feed: string | undefined
  readonly json: boolean
}

/** The keys of the feeds that an account supports. */
async function feedsOf(chain: ChainClient, account: Uint8Array, at: Uint8Array): Promise<readonly Uint8Array[]> {
  const given = (await readEntries(chain, donations, at)).flatMap(([[feed, donor]]) =>
    equalBytes(donor, account) ? [feed] : [],
  )
  const planned = (await readEntries(chain, plans, at)).flatMap(([, { owner, terms }]) =>
    equalBytes(owner, account) ? [terms.feed] : [],
  )
  return [...new Map([...given, ...planned].map((feed) => [toHex(feed), feed])).values()]
}

type Slot = Awaited<ReturnType<typeof contractsOf>>[number]['slots'][number]
const contractsOf = (chain: ChainClient, feed: Uint8Array, at: Uint8Array) =>
  askView(chain, contractsView, { feed }, at)

async function copyStanding(chain: ChainClient, { copy, record }: Slot, at: Uint8Array): Promise<CopyStanding> {
  const { state, hoster, encoder, segments, passes, misses } = record
  const results = await askView(chain, resultsView, { copy }, at)
  const performance = hoster && (await readAt(chain, at, hosterPerformance, hoster.account))
  return {
    copy,
    state,
    hoster: hoster?.account,
    encoder: encoder?.account,
    encodedTo: segments.at(-1)?.to,
    passes,
    misses,
    results: results.map(({ passed }) => passed),
    performance: performance?.speed,
  }
}

async function feedStanding(
  chain: ChainClient,
  feed: Uint8Array,
  account: Uint8Array,
  at: Uint8Array,
): Promise<FeedStanding> {
  const [head, pool, donors, contracts, ids] = await Promise.all([
    readAt(chain, at, feedHeads, feed),
    askView(chain, statusView, { feed }, at),
    askView(chain, donorsView, { feed }, at),
    contractsOf(chain, feed, at),
    readAt(chain, at, plansOf, feed),
  ])
  const own = donors.find((donor) => equalBytes(donor.account, account))
  return {
    feed,
    blocks: head?.length ?? 0,
    bytes: head ? feedBytes(head) : 0n,
    pool,
    own: own && { given: own.given, withdrawn: own.withdrawn, worth: own.worth },
    plans: await Promise.all(
      (ids ?? []).map(async (id) => {
        const { copies, until, hosterPay } = (await readAt(chain, at, plans, id))!.terms
        return { plan: id, copies, until, hosterPay }
      }),
    ),
    contracts: await Promise.all(
      contracts.map(async ({ contract, wanted, record, slots }) => ({
        contract,
        wanted,
        state: record.state,
        from: record.from,
        to: record.to,
        starvingSince: record.starvingSince,
        copies: await Promise.all(slots.map((slot) => copyStanding(chain, slot, at))),
      })),
    ),
  }
}

/** Names instead of accounts, for machines. */
const named = ({ contracts, ...feed }: FeedStanding, { idOf }: Names) => ({
  ...feed,
  contracts: contracts.map(({ copies, ...contract }) => ({
    ...contract,
    copies: copies.map(({ hoster, encoder, ...copy }) => ({
      ...copy,
      hoster: hoster && idOf(hoster),
      encoder: encoder && idOf(encoder),
    })),
  })),
})

/**
 * How feeds stand, and what an account must do, all at one block.
 * @param feed one feed; if absent, all that the account supports
 */
export async function readStanding(
  chain: ChainClient,
  account: Uint8Array,
  feed: Uint8Array | undefined,
): Promise<Standing> {
  const at = await chain.finalizedHash()
  const wanted = feed === undefined ? await feedsOf(chain, account, at) : [feed]
  return {
    block: (await readAt(chain, at, blockNumber)) ?? 0,
    feeds: await Promise.all(wanted.map((key) => feedStanding(chain, key, account, at))),
    needs: await askView(chain, needsView, { account }, at),
  }
}

/** Prints how feeds stand. @throws AssayError `FEED_UNKNOWN` */
export async function tellStatus({ endpoint, payer, feed, json }: StatusOptions): Promise<void> {
  const account = accountOf(payer)
  await withChain({ endpoint, requires: marketRequires }, async (chain) => {
    const standing = await readStanding(chain, account, feed === undefined ? undefined : fromHex(feed))
    const { block, feeds, needs } = standing
    if (feed !== undefined && feeds[0]!.blocks === 0)
      throw new AssayError(
        'FEED_UNKNOWN',
        `expected a feed that the chain knows, got ${feed}: its author registers it with \`assay hosting publish\``,
      )
    const names = createNames(await namedWorkers(chain))
    createTell(json)(
      { kind: 'hosting-status', block, feeds: feeds.map((each) => named(each, names)), needs },
      ...statusLines(standing, names.nameOf),
    )
  })
}
