/**
 * The calls, storage items and views of pallet Hosting that a supporter's commands use.
 *
 * Owns: the list. Does not own: what the calls do (the pallet).
 */
import { callOf, storageOf, type Requirement } from '#chain/api/descriptors.ts'
import { viewOf } from '#chain/api/views.ts'
import { MeasuredPerformance } from '#types/domain/attestation/metrics.ts'
import { ChallengeResult, KEPT_RESULTS } from '#types/domain/hosting/contract.ts'
import { ContractStatus, Donor, HostingNeed, PoolStatus, Quote } from '#types/domain/hosting/market-views.ts'
import { hostingCalls } from '#types/domain/hosting/market.ts'
import { MAX_PLANS, Plan, PlanTerms } from '#types/domain/hosting/plan.ts'
import { Donation } from '#types/domain/hosting/pool.ts'
import { AccountId, H256 } from '#types/scale/account.ts'
import { option, vec } from '#types/scale/compound.ts'
import { u32, u64 } from '#types/scale/primitives.ts'
import { blockNumber, workers } from '#worker/kernel/chain-items.ts'
import { feedConflicts, feedHeads } from '../role/chain-items.ts'

export const donateCall = callOf('Hosting', 'donate', hostingCalls.donate)
export const withdrawCall = callOf('Hosting', 'withdraw', hostingCalls.withdraw)
export const publishPlanCall = callOf('Hosting', 'publishPlan', hostingCalls.publishPlan)
export const cancelPlanCall = callOf('Hosting', 'cancelPlan', hostingCalls.cancelPlan)

export const donations = storageOf('Hosting', 'Donations', [H256, AccountId], Donation)
export const plans = storageOf('Hosting', 'Plans', [u32], Plan)
export const plansOf = storageOf('Hosting', 'PlansOf', [H256], vec(u32, MAX_PLANS))
export const hosterPerformance = storageOf('Attestation', 'HosterPerformance', [AccountId], MeasuredPerformance)

export const quoteView = viewOf('Hosting', 'quote', { terms: PlanTerms }, option(Quote))
export const statusView = viewOf('Hosting', 'status', { feed: H256 }, PoolStatus)
export const donorsView = viewOf('Hosting', 'donors', { feed: H256 }, vec(Donor))
export const contractsView = viewOf('Hosting', 'contracts', { feed: H256 }, vec(ContractStatus))
export const resultsView = viewOf('Hosting', 'results', { copy: u64 }, vec(ChallengeResult, KEPT_RESULTS))
export const needsView = viewOf('Hosting', 'needs', { account: AccountId }, vec(HostingNeed))

/** What a chain must have for any of these commands. */
export const marketRequires: readonly Requirement[] = [
  donateCall,
  withdrawCall,
  publishPlanCall,
  cancelPlanCall,
  donations,
  plans,
  plansOf,
  hosterPerformance,
  feedHeads,
  feedConflicts,
  workers,
  blockNumber,
]
