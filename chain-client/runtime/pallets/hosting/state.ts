/**
 * The storage and events of pallet Hosting, and its needs of other pallets.
 *
 * Owns: these declarations, from which metadata follows.
 */
import type { MeasuredPerformance } from '#types/domain/attestation/metrics.ts'
import { ChallengeResult, Contract, Copy, KEPT_RESULTS, NO_OFFER, Offer } from '#types/domain/hosting/contract.ts'
import type { FeedHead } from '#types/domain/hosting/feed.ts'
import type { FeedTree } from '#types/domain/hosting/feed-growth.ts'
import { hostingEvents } from '#types/domain/hosting/market.ts'
import { DEFAULT_HOSTING_PARAMETERS, HostingParameters } from '#types/domain/hosting/market-parameters.ts'
import { MAX_PLANS, Notice, Plan } from '#types/domain/hosting/plan.ts'
import { Donation, EMPTY_POOL, NO_DONATION, Pool } from '#types/domain/hosting/pool.ts'
import type { Deed } from '#types/domain/reputation.ts'
import type { RoleName, WorkerRecord } from '#types/domain/worker.ts'
import { AccountId, H256 } from '#types/scale/account.ts'
import { balanceOf } from '#types/scale/balance.ts'
import { vec } from '#types/scale/compound.ts'
import { bool, u32, u64 } from '#types/scale/primitives.ts'
import { Blake2_128Concat, Identity, Twox64Concat } from '#types/scale/storage-key.ts'
import { agenda } from '../../frame/agenda.ts'
import { event, type Self } from '../../frame/pallet.ts'
import { doubleMap, map, value } from '../../frame/storage.ts'
import type { Preservation } from '../balances/ledger.ts'
import type { Payee } from '../workers/bonds.ts'
import type { Draw, Drawn } from '../workers/selection.ts'

/** The parts of other pallets that Hosting needs. */
export interface Needs {
  readonly system: { blockHash(number: number): Uint8Array | undefined }
  readonly dispatcher: {
    /** Runs `act` in a storage layer; an exception undoes it, and a bug is logged. Gives the failure. */
    contained(where: string, act: () => void): unknown
  }
  readonly randomness: { at(block: number): Uint8Array | undefined }
  readonly balances: {
    free(who: Uint8Array): bigint
    transfer(from: Uint8Array, to: Uint8Array, amount: bigint, preservation: Preservation): void
    mint(who: Uint8Array, amount: bigint): void
    burn(who: Uint8Array, amount: bigint, preservation: Preservation): void
    canWithdraw(who: Uint8Array, amount: bigint): boolean
  }
  readonly workers: {
    find(account: Uint8Array): WorkerRecord | undefined
    hasRole(account: Uint8Array, role: RoleName): boolean
    reputation(account: Uint8Array, role: RoleName): number
    /** The worker that has the Noise key which an account registered last. */
    heirOf(account: Uint8Array): Uint8Array | undefined
    draw(draw: Draw): readonly Drawn[] | undefined
    addDuties(account: Uint8Array, change: 1 | -1): void
    rate(account: Uint8Array, role: RoleName, deed: Deed): void
    /** Takes the bond of a seat: pays `to` in order, and burns the rest. Returns the taken amount. */
    slashSeat(account: Uint8Array, to: readonly Payee[]): bigint
  }
  readonly feeds: {
    head(feed: Uint8Array): FeedHead | undefined
    publisherOf(feed: Uint8Array): Uint8Array | undefined
    promised(feed: Uint8Array, hoster: Uint8Array): FeedTree | undefined
    hasEnded(feed: Uint8Array): boolean
  }
  readonly attestation: {
    /** How fast and reliable a hoster was when a round last measured it. */
    performanceOf(hoster: Uint8Array): MeasuredPerformance | undefined
    /** What a round costs at most, beside the deposit for the storage of its order. */
    roundPrice(): bigint
    /** Orders a round in which some accounts do not attest, where there is room for it, and gives the order's number. */
    commission(
      payer: Uint8Array,
      hoster: Uint8Array,
      feed: Uint8Array,
      apart: readonly Uint8Array[],
    ): number | undefined
    /** Whether an order has rounds to come or under way. */
    isOpen(order: number): boolean
    /** Whether a hoster of a feed passed its latest round; undefined where none had a verdict. */
    hasPassed(hoster: Uint8Array, feed: Uint8Array): boolean | undefined
  }
}

/** The storage of the pallet. */
export const storage = {
  parameters: value('Windows and sizes.', HostingParameters, DEFAULT_HOSTING_PARAMETERS),
  nextPlan: value('Number of the next plan.', u32, 0),
  nextContract: value('Number of the next contract.', u32, 0),
  nextCopy: value('Number of the next copy.', u64, 0n),
  pools: map('The money that donors gave to a feed.', H256, Pool, { hasher: Identity, default: EMPTY_POOL }),
  donations: doubleMap('What each donor has in the pool of a feed.', [H256, AccountId], Donation, {
    hashers: [Identity, Blake2_128Concat],
    default: NO_DONATION,
  }),
  donated: map('All that donors gave to a feed so far.', H256, balanceOf, { hasher: Identity, default: 0n }),
  burned: map(
    'All that was spent of the pool of a feed so far: burned for as much minted to its providers, or paid for rounds.',
    H256,
    balanceOf,
    {
      hasher: Identity,
      default: 0n,
    },
  ),
  plans: map('Plans, until the last of their contracts has ended.', u32, Plan, { hasher: Twox64Concat }),
  notices: map('What the donors of a plan have notice of, until the plan is removed.', u32, Notice, {
    hasher: Twox64Concat,
  }),
  plansOf: map('The plans of a feed that are not cancelled or over.', H256, vec(u32, MAX_PLANS), {
    hasher: Identity,
    default: [],
  }),
  plansDue: agenda(
    'Plans, by the block in which each is looked at next: for new blocks of its feed, and for its end.',
    u32,
  ),
  contracts: map('Contracts, until some time after they ended.', u32, Contract, { hasher: Twox64Concat }),
  contractsOf: doubleMap('The contracts of a plan that have not ended.', [u32, u32], bool, {
    hashers: [Twox64Concat, Twox64Concat],
  }),
  contractsStarving: agenda(
    'Contracts whose pool became too poor for them, by the block in which they end if it still is.',
    u32,
  ),
  contractsPruned: agenda('Contracts that ended, by the block in which each is removed.', u32),
  copies: map('Copies of contracts that have not ended.', u64, Copy, { hasher: Twox64Concat }),
  copiesDue: agenda('Copies, by the block in which each is looked at next.', u64),
  barred: map(
    'Providers with which a copy has just failed, and which its next draw leaves out.',
    u64,
    vec(AccountId, 2),
    { hasher: Twox64Concat, default: [] },
  ),
  results: map('The latest challenges of a copy, in all its generations.', u64, vec(ChallengeResult, KEPT_RESULTS), {
    hasher: Twox64Concat,
    default: [],
  }),
  rounds: map('The latest order of a round on the hoster of a copy.', u64, u32, { hasher: Twox64Concat }),
  copiesOf: doubleMap(
    'The copies of which an account is the hoster, or the encoder of the present segment.',
    [AccountId, u64],
    bool,
    {
      hashers: [Blake2_128Concat, Twox64Concat],
    },
  ),
  hosted: doubleMap('How many copies of a feed an account hosts.', [H256, AccountId], u32, {
    hashers: [Identity, Blake2_128Concat],
    default: 0,
  }),
  offers: map('What providers are willing to do.', AccountId, Offer, { default: NO_OFFER }),
  disputes: map(
    'How many copies in a row an account had of which hoster and encoder told different roots. A copy that is whole ends the row.',
    AccountId,
    u32,
    { hasher: Blake2_128Concat, default: 0 },
  ),
  moduli: map('SHA-256 of each modulus under which a copy is made or kept, or was some time ago.', H256, bool, {
    hasher: Identity,
    default: false,
  }),
  moduliPruned: agenda('Moduli that copies need no more, by the block in which each is forgotten.', H256),
}

/** The events of the pallet. */
export const events = {
  Donated: event('An account gave money to the pool of a feed.', hostingEvents.Donated),
  Withdrawn: event('A donor took money back.', hostingEvents.Withdrawn),
  PlanPublished: event('The holder of most of a pool has a feed hosted by this plan.', hostingEvents.PlanPublished),
  PlanCancelled: event(
    'A plan was cancelled. Its contracts end, after a notice where its owner alone does not pay most of it.',
    hostingEvents.PlanCancelled,
  ),
  GrowthNoticed: event(
    'A feed has grown under a plan that several donors pay. The plan spends nothing on the new blocks before the block `from`.',
    hostingEvents.GrowthNoticed,
  ),
  Offered: event('A provider told what it is willing to do.', hostingEvents.Offered),
  ContractChanged: event('A contract is in this state.', hostingEvents.ContractChanged),
  CopyAssigned: event(
    'The chain drew these providers. The encoder makes a key for the blocks from `from` on.',
    hostingEvents.CopyAssigned,
  ),
  CopyAccepted: event(
    'The encoder has made a key. It has time until the block `until` to encode, and to commit to the result.',
    hostingEvents.CopyAccepted,
  ),
  SegmentCommitted: event(
    'The encoder has told the end of its segment. The hoster confirms it.',
    hostingEvents.SegmentCommitted,
  ),
  SegmentMatched: event('Encoder and hoster have told the same root.', hostingEvents.SegmentMatched),
  CopyLive: event('A copy is whole. Its hoster is challenged from here on.', hostingEvents.CopyLive),
  CopyFailed: event(
    'A copy begins anew, or goes on with another encoder. `blamed` has lost reputation for it; nobody where it cannot be told whose fault it was, or where both have.',
    hostingEvents.CopyFailed,
  ),
  CopyEnded: event('A copy is not needed any more.', hostingEvents.CopyEnded),
  ComplaintRefuted: event(
    'An account whose complaint proves nothing lost its deposit, which is burned.',
    hostingEvents.ComplaintRefuted,
  ),
  StorageChallenged: event('The hoster of a copy shall show these leaves.', hostingEvents.StorageChallenged),
  StorageProven: event('The hoster has shown the leaves that the chain drew.', hostingEvents.StorageProven),
  StorageMissed: event(
    'The hoster has not shown them in its time. The first time, the chain asks for others at once.',
    hostingEvents.StorageMissed,
  ),
  Paid: event('A provider was paid. As much was burned from the pool.', hostingEvents.Paid),
  PayWithheld: event(
    'A hoster has shown its leaves and gets nothing for it: it has failed its latest round, or does not serve the feed to readers.',
    hostingEvents.PayWithheld,
  ),
  ParametersChanged: event('Root set these parameters to new values.', hostingEvents.ParametersChanged),
}

/** The part of the pallet that its other files get. */
export type HostingSelf = Pick<
  Self<object, typeof storage, typeof events, object, Needs>,
  'storage' | 'emit' | 'uses' | 'block' | 'parentHash' | 'attempt'
>
