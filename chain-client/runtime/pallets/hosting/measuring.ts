/**
 * Rounds of attestation on the hosters of pallet Hosting: ordered and paid by the pool, and what a verdict does to pay.
 *
 * Owns: when a hoster is measured, and whether its pay is withheld. Does not own: the rounds (pallet Attestation).
 *
 * A hoster that keeps its copy and serves nobody passes every storage challenge. Where the plan says so, it is paid only while it
 * promises the feed to readers and has not failed its latest round. After a failure it is measured at every challenge, until it passes.
 */
import { ORDER_STORAGE_DEPOSIT } from '#types/domain/attestation/order.ts'
import type { PlanTerms } from '#types/domain/hosting/plan.ts'
import { EXISTENTIAL_DEPOSIT } from '../balances/ledger.ts'
import type { Parties } from './parties.ts'
import { roundsAccount, type Pools } from './pools.ts'
import type { Site } from './sites.ts'
import type { HostingSelf } from './state.ts'

/** The functions by which a passed challenge leads to a round. */
export function createMeasuring(
  { storage, uses }: Pick<HostingSelf, 'storage' | 'uses'>,
  pools: Pools,
  parties: Parties,
) {
  const { attestation } = uses

  return {
    /** What rounds cost for each passed challenge of a copy, on average and at most. */
    pricePerPass: ({ performanceEvery: every }: PlanTerms): bigint =>
      every === 0 ? 0n : (attestation.roundPrice() + BigInt(every) - 1n) / BigInt(every),
    /** Whether the hoster of a copy gets nothing for a proof. */
    isWithheld({ copy, contract, plan }: Site): boolean {
      if (plan.terms.performanceEvery === 0) return false
      const { account } = copy.hoster!
      const promised = uses.feeds.promised(contract.feed, account)
      return (promised?.length ?? 0) < contract.to || attestation.hasPassed(account, contract.feed) === false
    },
    /** Orders a round on the hoster of a copy, where one is due and the pool has the money. */
    order(site: Site): void {
      const { id, copy, plan } = site
      const { feed } = site.contract
      const { performanceEvery: every } = plan.terms
      if (every === 0) return
      const { account } = copy.hoster!
      if (copy.passes % every !== 0 && attestation.hasPassed(account, feed) !== false) return
      const last = storage.rounds.get(id)
      if (last !== undefined && attestation.isOpen(last)) return
      pools.sweepRounds(feed)
      const cost = attestation.roundPrice() + ORDER_STORAGE_DEPOSIT
      if (pools.available(feed) < cost + EXISTENTIAL_DEPOSIT) return
      pools.fundRounds(feed, cost)
      const order = attestation.commission(roundsAccount(feed), account, feed, parties.apart(site))
      if (order === undefined) pools.sweepRounds(feed)
      else storage.rounds.put(id, order)
    },
  }
}

/** @see createMeasuring */
export type Measuring = ReturnType<typeof createMeasuring>
