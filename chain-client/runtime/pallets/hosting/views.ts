/**
 * The view functions of pallet Hosting: prices, money, contracts, and what an account must do.
 *
 * Owns: these answers. They scan what they are asked about; no block does.
 */
import { equalBytes } from '#types/bytes.ts'
import { ChallengeResult, KEPT_RESULTS, Offer, type Contract } from '#types/domain/hosting/contract.ts'
import {
  ContractStatus,
  Donor,
  HostingNeed,
  PoolStatus,
  Quote,
  type HostingNeed as Need,
} from '#types/domain/hosting/market-views.ts'
import { checkPlan, PlanTerms, priceOf, type Plan } from '#types/domain/hosting/plan.ts'
import { feedBytes } from '#types/domain/hosting/feed.ts'
import { uncommitted, worth } from '#types/domain/hosting/pool.ts'
import { mostLeaves } from '#types/domain/hosting/sizes.ts'
import { AccountId, H256 } from '#types/scale/account.ts'
import { option, vec } from '#types/scale/compound.ts'
import { u64 } from '#types/scale/primitives.ts'
import { view } from '../../frame/pallet.ts'
import type { createMarket } from './market.ts'
import { isTooLarge } from './plans.ts'
import { isServed, leavesOf, siteOf, type Site } from './sites.ts'
import type { HostingSelf } from './state.ts'

const QUOTED_BLOCKS = 1_000n

const isSame = (provider: { readonly account: Uint8Array } | undefined, account: Uint8Array): boolean =>
  provider !== undefined && equalBytes(provider.account, account)

/** The pallet's view functions. */
export function createViews(self: HostingSelf, { measuring }: ReturnType<typeof createMarket>) {
  const { storage, uses, block } = self

  const quote = (terms: PlanTerms): Quote | undefined => {
    const head = uses.feeds.head(terms.feed)
    if (!head || isTooLarge(head) || checkPlan(terms, block()) !== undefined) return undefined
    const { leastModulusBytes, challengeInterval } = storage.parameters.get()
    const copies = BigInt(terms.copies)
    let [leaves, setup, period] = [0n, 0n, 0n]
    for (const { from, to: end } of terms.ranges) {
      const to = Math.min(end ?? head.length, head.length)
      const range = { tree: head, mostBytes: feedBytes(head) }
      const own = from < to ? mostLeaves(range, { from, to }, leastModulusBytes) : 0n
      leaves += copies * own
      setup += copies * priceOf(own, terms.encoderPay)
      period += copies * (priceOf(own, terms.hosterPay) + (own > 0n ? measuring.pricePerPass(terms) : 0n))
    }
    const perThousandBlocks = (period * QUOTED_BLOCKS + BigInt(challengeInterval) - 1n) / BigInt(challengeInterval)
    return { leaves, setup, perThousandBlocks }
  }

  const contractsIn = (feed: Uint8Array): readonly (readonly [id: number, contract: Contract, plan: Plan])[] =>
    storage.plansOf.get(feed).flatMap((planId) => {
      const plan = storage.plans.get(planId)!
      return [...storage.contractsOf.keys(planId)].map(([, id]) => [id, storage.contracts.get(id)!, plan] as const)
    })

  /** Contracts of a feed that went wrong, for as long as their records are kept: their supporters should hear of it. */
  const failedIn = (feed: Uint8Array): readonly (readonly [id: number, contract: Contract, wanted: number])[] =>
    [...storage.contracts.entries()].flatMap(([[id], contract]) =>
      equalBytes(contract.feed, feed) && (contract.state === 'Lost' || contract.state === 'Starved')
        ? [[id, contract, storage.plans.get(contract.plan)?.terms.copies ?? 0] as const]
        : [],
    )

  /** What a challenge of each copy of a contract costs: of the leaves that it has, or can have. */
  const periodOf = (contract: Contract, { terms }: Plan): bigint =>
    contract.copies.reduce((sum, id) => {
      const copy = storage.copies.get(id)!
      const { leastModulusBytes } = storage.parameters.get()
      const leaves = isServed(copy) ? leavesOf(copy) : mostLeaves(contract, contract, leastModulusBytes)
      return sum + priceOf(leaves, terms.hosterPay) + measuring.pricePerPass(terms)
    }, 0n)

  const status = (feed: Uint8Array): PoolStatus => {
    const pool = storage.pools.get(feed)
    const contracts = contractsIn(feed)
    const period = contracts.reduce((sum, [, contract, plan]) => sum + periodOf(contract, plan), 0n)
    const blocks = period && (pool.total * BigInt(storage.parameters.get().challengeInterval)) / period
    const last = Math.max(...contracts.map(([, , { terms }]) => terms.until))
    return {
      donated: storage.donated.get(feed),
      burned: storage.burned.get(feed),
      committed: pool.committed,
      free: uncommitted(pool),
      lastsUntil: period === 0n ? undefined : Math.min(last, block() + Number(blocks)),
    }
  }

  const needOf = (site: Site, account: Uint8Array): Need | undefined => {
    const { id: subject, copy } = site
    const last = copy.due - 1
    if (isSame(copy.encoder, account)) {
      if (copy.state === 'Assigned') return { kind: 'AcceptCopy', subject, deadline: last }
      if (copy.state === 'Encoding') return { kind: 'CommitSegment', subject, deadline: copy.encodesUntil }
      return undefined
    }
    if (copy.state === 'Confirming') return { kind: 'ConfirmSegment', subject, deadline: last }
    if (copy.state === 'Encoding' && block() >= copy.encodesUntil)
      return { kind: 'SubmitCheckpoint', subject, deadline: last }
    return copy.challenge && { kind: 'AnswerStorage', subject, deadline: copy.challenge.until }
  }

  /** Contracts of an account's plans whose pool is too poor. */
  const starving = (account: Uint8Array): readonly Need[] =>
    [...storage.plans.entries()].flatMap(([[planId], { owner }]) =>
      equalBytes(owner, account)
        ? [...storage.contractsOf.keys(planId)].flatMap(([, id]): Need[] => {
            const { starvingSince } = storage.contracts.get(id)!
            const deadline = starvingSince + storage.parameters.get().starvingGrace
            return starvingSince > 0 ? [{ kind: 'FundContract', subject: BigInt(id), deadline }] : []
          })
        : [],
    )

  const needs = (account: Uint8Array): readonly Need[] => {
    const ofCopies = [...storage.copiesOf.keys(account)].flatMap(([, id]) => {
      const site = siteOf(self, id)
      const need = site && needOf(site, account)
      return need ? [need] : []
    })
    return [...ofCopies, ...starving(account)].toSorted((a, b) => a.deadline - b.deadline)
  }

  return {
    quote: view(
      'What a plan costs for the blocks that are registered; none where its terms are of no use.',
      { terms: PlanTerms },
      option(Quote),
      ({ terms }) => quote(terms),
    ),
    status: view('The money of a feed, and how long it lasts.', { feed: H256 }, PoolStatus, ({ feed }) => status(feed)),
    donors: view('Who gave money to a feed.', { feed: H256 }, vec(Donor), ({ feed }) =>
      [...storage.donations.entries(feed)].map(([[, account], donation]) => ({
        account,
        given: donation.given,
        withdrawn: donation.withdrawn,
        worth: worth(storage.pools.get(feed), donation),
      })),
    ),
    contracts: view('The contracts of a feed, with their copies.', { feed: H256 }, vec(ContractStatus), ({ feed }) =>
      [
        ...contractsIn(feed).map(([id, contract, { terms }]) => [id, contract, terms.copies] as const),
        ...failedIn(feed),
      ].map(([id, contract, wanted]) => ({
        contract: id,
        wanted,
        record: contract,
        slots: contract.copies.map((copy) => ({ copy, record: storage.copies.get(copy)! })),
      })),
    ),
    results: view(
      'The latest challenges of a copy, the oldest first.',
      { copy: u64 },
      vec(ChallengeResult, KEPT_RESULTS),
      ({ copy }) => storage.results.get(copy),
    ),
    offerOf: view('What a provider is willing to do.', { account: AccountId }, Offer, ({ account }) =>
      storage.offers.get(account),
    ),
    needs: view(
      'What an account must do, the most urgent first.',
      { account: AccountId },
      vec(HostingNeed),
      ({ account }) => needs(account),
    ),
  }
}
