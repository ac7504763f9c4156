// Auto-generated via `yarn polkadot-types-from-chain`, do not edit
/* eslint-disable */

// import type lookup before we augment - in some environments
// this is required to allow for ambient/previous definitions
import '@polkadot/api-base/types/storage';

import type { ApiTypes, AugmentedQuery, QueryableStorageEntry } from '@polkadot/api-base/types';
import type { Bytes, Option, U8aFixed, Vec, bool, u128, u32, u64, u8 } from '@polkadot/types-codec';
import type { AnyNumber } from '@polkadot/types-codec/types';
import type { AccountId32, H256 } from '@polkadot/types/interfaces/runtime';
import type { AssayPrimitivesBond, AssayPrimitivesBondTerms, AssayPrimitivesCoinflipArbitration, AssayPrimitivesFeedFeedHead, AssayPrimitivesFeedFeedTree, AssayPrimitivesFeedHosting, AssayPrimitivesHostingChallengeResult, AssayPrimitivesHostingContract, AssayPrimitivesHostingCopy, AssayPrimitivesHostingDonation, AssayPrimitivesHostingNotice, AssayPrimitivesHostingOffer, AssayPrimitivesHostingParameters, AssayPrimitivesHostingPlan, AssayPrimitivesHostingPool, AssayPrimitivesMetricsMeasuredPerformance, AssayPrimitivesMetricsPeerMetrics, AssayPrimitivesNoiseKey, AssayPrimitivesReputation, AssayPrimitivesRole, AssayPrimitivesRound, AssayPrimitivesRoundAbsences, AssayPrimitivesRoundEarnings, AssayPrimitivesRoundOrder, AssayPrimitivesRoundParameters, AssayPrimitivesRoundPastFlip, AssayPrimitivesRoundReportSummary, AssayPrimitivesRoundStorageDeposit, AssayPrimitivesRoundVote, AssayPrimitivesWorkerRecord, FrameSupportDispatchPerDispatchClassWeight, FrameSystemAccountInfo, FrameSystemEventRecord, FrameSystemLastRuntimeUpgradeInfo, FrameSystemPhase, PalletBalancesBalanceLock, PalletBalancesReserveData, PalletTransactionPaymentReleases, PalletWorkersRoster, PalletWorkersStanding, SpConsensusAuraSr25519AppSr25519Public, SpRuntimeDigest } from '@polkadot/types/lookup';
import type { Observable } from '@polkadot/types/types';

export type __AugmentedQuery<ApiType extends ApiTypes> = AugmentedQuery<ApiType, () => unknown>;
export type __QueryableStorageEntry<ApiType extends ApiTypes> = QueryableStorageEntry<ApiType>;

declare module '@polkadot/api-base/types/storage' {
  interface AugmentedQueries<ApiType extends ApiTypes> {
    attestation: {
      /**
       * Closed rounds in which members did not report, while that can be told.
       **/
      absences: AugmentedQuery<ApiType, (arg: u32 | AnyNumber | Uint8Array) => Observable<Option<AssayPrimitivesRoundAbsences>>, [u32]> & QueryableStorageEntry<ApiType, [u32]>;
      /**
       * The rounds whose absences can no more be told from that block on.
       **/
      absencesEnding: AugmentedQuery<ApiType, (arg1: U8aFixed | string | Uint8Array, arg2: u32 | AnyNumber | Uint8Array) => Observable<Option<bool>>, [U8aFixed, u32]> & QueryableStorageEntry<ApiType, [U8aFixed, u32]>;
      /**
       * How many rounds are not closed.
       **/
      activeCount: AugmentedQuery<ApiType, () => Observable<u32>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Rounds that are not closed, and the block in which each is looked at next.
       **/
      activeRounds: AugmentedQuery<ApiType, (arg: u32 | AnyNumber | Uint8Array) => Observable<Option<u32>>, [u32]> & QueryableStorageEntry<ApiType, [u32]>;
      /**
       * Accounts that attest in no round of an order beside those that never do, because they have a part in what it measures.
       **/
      apart: AugmentedQuery<ApiType, (arg: u32 | AnyNumber | Uint8Array) => Observable<Vec<AccountId32>>, [u32]> & QueryableStorageEntry<ApiType, [u32]>;
      /**
       * Attempts of coinflips that are before the chain, until they end.
       **/
      arbitrations: AugmentedQuery<ApiType, (arg: u32 | AnyNumber | Uint8Array) => Observable<AssayPrimitivesCoinflipArbitration>, [u32]> & QueryableStorageEntry<ApiType, [u32]>;
      /**
       * How fast and reliable attestors answer: medians over the other attestors of the latest round that measured it.
       **/
      attestorPerformance: AugmentedQuery<ApiType, (arg: AccountId32 | string | Uint8Array) => Observable<Option<AssayPrimitivesMetricsMeasuredPerformance>>, [AccountId32]> & QueryableStorageEntry<ApiType, [AccountId32]>;
      /**
       * Blocks so far that had no room for one more proof of a lie, or entry in a coinflip.
       **/
      congestion: AugmentedQuery<ApiType, () => Observable<u32>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Members that evidence convicted, until the round closes.
       **/
      convicted: AugmentedQuery<ApiType, (arg1: u32 | AnyNumber | Uint8Array, arg2: AccountId32 | string | Uint8Array) => Observable<Option<bool>>, [u32, AccountId32]> & QueryableStorageEntry<ApiType, [u32, AccountId32]>;
      /**
       * Orders that are over, by the block in which the deposit for storage returns.
       **/
      depositsReturned: AugmentedQuery<ApiType, (arg1: U8aFixed | string | Uint8Array, arg2: u32 | AnyNumber | Uint8Array) => Observable<Option<bool>>, [U8aFixed, u32]> & QueryableStorageEntry<ApiType, [U8aFixed, u32]>;
      /**
       * Rounds that wait for attestors, by the block in which a draw is tried next.
       **/
      drawsDue: AugmentedQuery<ApiType, (arg1: U8aFixed | string | Uint8Array, arg2: u32 | AnyNumber | Uint8Array) => Observable<Option<bool>>, [U8aFixed, u32]> & QueryableStorageEntry<ApiType, [U8aFixed, u32]>;
      /**
       * What attestors earned of the present paid round of an order, in all of its draws.
       **/
      earnings: AugmentedQuery<ApiType, (arg1: u32 | AnyNumber | Uint8Array, arg2: AccountId32 | string | Uint8Array) => Observable<Option<AssayPrimitivesRoundEarnings>>, [u32, AccountId32]> & QueryableStorageEntry<ApiType, [u32, AccountId32]>;
      /**
       * How fast and reliable hosters are: medians over the attestors of the latest round that measured it.
       **/
      hosterPerformance: AugmentedQuery<ApiType, (arg: AccountId32 | string | Uint8Array) => Observable<Option<AssayPrimitivesMetricsMeasuredPerformance>>, [AccountId32]> & QueryableStorageEntry<ApiType, [AccountId32]>;
      /**
       * Number of the next order.
       **/
      nextOrder: AugmentedQuery<ApiType, () => Observable<u32>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Number of the next round.
       **/
      nextRound: AugmentedQuery<ApiType, () => Observable<u32>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Rounds paid for that have not all been held.
       **/
      orders: AugmentedQuery<ApiType, (arg: u32 | AnyNumber | Uint8Array) => Observable<Option<AssayPrimitivesRoundOrder>>, [u32]> & QueryableStorageEntry<ApiType, [u32]>;
      /**
       * How many open orders an account has.
       **/
      ordersOf: AugmentedQuery<ApiType, (arg: AccountId32 | string | Uint8Array) => Observable<u32>, [AccountId32]> & QueryableStorageEntry<ApiType, [AccountId32]>;
      /**
       * Sizes, windows and rewards.
       **/
      parameters: AugmentedQuery<ApiType, () => Observable<AssayPrimitivesRoundParameters>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Coinflips that were given up, by round and attempt, for evidence of them, until the round closes.
       **/
      pastFlips: AugmentedQuery<ApiType, (arg1: u32 | AnyNumber | Uint8Array, arg2: u32 | AnyNumber | Uint8Array) => Observable<Option<AssayPrimitivesRoundPastFlip>>, [u32, u32]> & QueryableStorageEntry<ApiType, [u32, u32]>;
      /**
       * What reporters measured of the other members, until the round closes.
       **/
      peerMetrics: AugmentedQuery<ApiType, (arg1: u32 | AnyNumber | Uint8Array, arg2: AccountId32 | string | Uint8Array) => Observable<Option<Vec<AssayPrimitivesMetricsPeerMetrics>>>, [u32, AccountId32]> & QueryableStorageEntry<ApiType, [u32, AccountId32]>;
      /**
       * What the hoster had promised to serve when its round was placed, until the round closes.
       **/
      promises: AugmentedQuery<ApiType, (arg: u32 | AnyNumber | Uint8Array) => Observable<Option<AssayPrimitivesFeedFeedTree>>, [u32]> & QueryableStorageEntry<ApiType, [u32]>;
      /**
       * Accepted reports, kept as long as their rounds.
       **/
      reports: AugmentedQuery<ApiType, (arg1: u32 | AnyNumber | Uint8Array, arg2: AccountId32 | string | Uint8Array) => Observable<Option<AssayPrimitivesRoundReportSummary>>, [u32, AccountId32]> & QueryableStorageEntry<ApiType, [u32, AccountId32]>;
      /**
       * Rounds, until some time after they closed.
       **/
      rounds: AugmentedQuery<ApiType, (arg: u32 | AnyNumber | Uint8Array) => Observable<Option<AssayPrimitivesRound>>, [u32]> & QueryableStorageEntry<ApiType, [u32]>;
      /**
       * Rounds under way, by the block in which each is looked at next.
       **/
      roundsDue: AugmentedQuery<ApiType, (arg1: U8aFixed | string | Uint8Array, arg2: u32 | AnyNumber | Uint8Array) => Observable<Option<bool>>, [U8aFixed, u32]> & QueryableStorageEntry<ApiType, [U8aFixed, u32]>;
      /**
       * Closed rounds, by the block in which each is removed.
       **/
      roundsPruned: AugmentedQuery<ApiType, (arg1: U8aFixed | string | Uint8Array, arg2: u32 | AnyNumber | Uint8Array) => Observable<Option<bool>>, [U8aFixed, u32]> & QueryableStorageEntry<ApiType, [U8aFixed, u32]>;
      /**
       * What orders that are over hold for the records of their rounds.
       **/
      storageDeposits: AugmentedQuery<ApiType, (arg: u32 | AnyNumber | Uint8Array) => Observable<Option<AssayPrimitivesRoundStorageDeposit>>, [u32]> & QueryableStorageEntry<ApiType, [u32]>;
      /**
       * The latest round with a verdict on a hoster of a feed: whether it passed.
       **/
      verdicts: AugmentedQuery<ApiType, (arg1: AccountId32 | string | Uint8Array, arg2: H256 | string | Uint8Array) => Observable<Option<bool>>, [AccountId32, H256]> & QueryableStorageEntry<ApiType, [AccountId32, H256]>;
      /**
       * What members said of their coinflip, until the round closes.
       **/
      votes: AugmentedQuery<ApiType, (arg1: u32 | AnyNumber | Uint8Array, arg2: AccountId32 | string | Uint8Array) => Observable<Option<AssayPrimitivesRoundVote>>, [u32, AccountId32]> & QueryableStorageEntry<ApiType, [u32, AccountId32]>;
      /**
       * Generic query
       **/
      [key: string]: QueryableStorageEntry<ApiType>;
    };
    aura: {
      /**
       * The current authority set.
       **/
      authorities: AugmentedQuery<ApiType, () => Observable<Vec<SpConsensusAuraSr25519AppSr25519Public>>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * The current slot of this block.
       **/
      currentSlot: AugmentedQuery<ApiType, () => Observable<u64>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Generic query
       **/
      [key: string]: QueryableStorageEntry<ApiType>;
    };
    balances: {
      /**
       * The total units of outstanding deactivated balance in the system.
       **/
      inactiveIssuance: AugmentedQuery<ApiType, () => Observable<u128>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Any liquidity locks on some account balances. None on this chain.
       **/
      locks: AugmentedQuery<ApiType, (arg: AccountId32 | string | Uint8Array) => Observable<Vec<PalletBalancesBalanceLock>>, [AccountId32]> & QueryableStorageEntry<ApiType, [AccountId32]>;
      /**
       * Named reserves on some account balances. None on this chain.
       **/
      reserves: AugmentedQuery<ApiType, (arg: AccountId32 | string | Uint8Array) => Observable<Vec<PalletBalancesReserveData>>, [AccountId32]> & QueryableStorageEntry<ApiType, [AccountId32]>;
      /**
       * The total units issued in the system.
       **/
      totalIssuance: AugmentedQuery<ApiType, () => Observable<u128>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Generic query
       **/
      [key: string]: QueryableStorageEntry<ApiType>;
    };
    feeds: {
      /**
       * Feeds whose key signed two trees that contradict each other, and the block of the evidence.
       **/
      conflicts: AugmentedQuery<ApiType, (arg: H256 | string | Uint8Array) => Observable<Option<u32>>, [H256]> & QueryableStorageEntry<ApiType, [H256]>;
      /**
       * A feed at its greatest registered length.
       **/
      heads: AugmentedQuery<ApiType, (arg: H256 | string | Uint8Array) => Observable<Option<AssayPrimitivesFeedFeedHead>>, [H256]> & QueryableStorageEntry<ApiType, [H256]>;
      /**
       * The feeds that each hoster serves: what it promised to serve, and since when.
       **/
      hosting: AugmentedQuery<ApiType, (arg1: AccountId32 | string | Uint8Array, arg2: H256 | string | Uint8Array) => Observable<Option<AssayPrimitivesFeedHosting>>, [AccountId32, H256]> & QueryableStorageEntry<ApiType, [AccountId32, H256]>;
      /**
       * Who registered a feed. This need not be its author.
       **/
      publishers: AugmentedQuery<ApiType, (arg: H256 | string | Uint8Array) => Observable<Option<AccountId32>>, [H256]> & QueryableStorageEntry<ApiType, [H256]>;
      /**
       * Generic query
       **/
      [key: string]: QueryableStorageEntry<ApiType>;
    };
    grandpa: {
      /**
       * The number of changes in the authority set: always zero.
       **/
      currentSetId: AugmentedQuery<ApiType, () => Observable<u64>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Generic query
       **/
      [key: string]: QueryableStorageEntry<ApiType>;
    };
    hosting: {
      /**
       * Providers with which a copy has just failed, and which its next draw leaves out.
       **/
      barred: AugmentedQuery<ApiType, (arg: u64 | AnyNumber | Uint8Array) => Observable<Vec<AccountId32>>, [u64]> & QueryableStorageEntry<ApiType, [u64]>;
      /**
       * All that was spent of the pool of a feed so far: burned for as much minted to its providers, or paid for rounds.
       **/
      burned: AugmentedQuery<ApiType, (arg: H256 | string | Uint8Array) => Observable<u128>, [H256]> & QueryableStorageEntry<ApiType, [H256]>;
      /**
       * Contracts, until some time after they ended.
       **/
      contracts: AugmentedQuery<ApiType, (arg: u32 | AnyNumber | Uint8Array) => Observable<Option<AssayPrimitivesHostingContract>>, [u32]> & QueryableStorageEntry<ApiType, [u32]>;
      /**
       * The contracts of a plan that have not ended.
       **/
      contractsOf: AugmentedQuery<ApiType, (arg1: u32 | AnyNumber | Uint8Array, arg2: u32 | AnyNumber | Uint8Array) => Observable<Option<bool>>, [u32, u32]> & QueryableStorageEntry<ApiType, [u32, u32]>;
      /**
       * Contracts that ended, by the block in which each is removed.
       **/
      contractsPruned: AugmentedQuery<ApiType, (arg1: U8aFixed | string | Uint8Array, arg2: u32 | AnyNumber | Uint8Array) => Observable<Option<bool>>, [U8aFixed, u32]> & QueryableStorageEntry<ApiType, [U8aFixed, u32]>;
      /**
       * Contracts whose pool became too poor for them, by the block in which they end if it still is.
       **/
      contractsStarving: AugmentedQuery<ApiType, (arg1: U8aFixed | string | Uint8Array, arg2: u32 | AnyNumber | Uint8Array) => Observable<Option<bool>>, [U8aFixed, u32]> & QueryableStorageEntry<ApiType, [U8aFixed, u32]>;
      /**
       * Copies of contracts that have not ended.
       **/
      copies: AugmentedQuery<ApiType, (arg: u64 | AnyNumber | Uint8Array) => Observable<Option<AssayPrimitivesHostingCopy>>, [u64]> & QueryableStorageEntry<ApiType, [u64]>;
      /**
       * Copies, by the block in which each is looked at next.
       **/
      copiesDue: AugmentedQuery<ApiType, (arg1: U8aFixed | string | Uint8Array, arg2: u64 | AnyNumber | Uint8Array) => Observable<Option<bool>>, [U8aFixed, u64]> & QueryableStorageEntry<ApiType, [U8aFixed, u64]>;
      /**
       * The copies of which an account is the hoster, or the encoder of the present segment.
       **/
      copiesOf: AugmentedQuery<ApiType, (arg1: AccountId32 | string | Uint8Array, arg2: u64 | AnyNumber | Uint8Array) => Observable<Option<bool>>, [AccountId32, u64]> & QueryableStorageEntry<ApiType, [AccountId32, u64]>;
      /**
       * How many copies in a row an account had of which hoster and encoder told different roots. A copy that is whole ends the row.
       **/
      disputes: AugmentedQuery<ApiType, (arg: AccountId32 | string | Uint8Array) => Observable<u32>, [AccountId32]> & QueryableStorageEntry<ApiType, [AccountId32]>;
      /**
       * All that donors gave to a feed so far.
       **/
      donated: AugmentedQuery<ApiType, (arg: H256 | string | Uint8Array) => Observable<u128>, [H256]> & QueryableStorageEntry<ApiType, [H256]>;
      /**
       * What each donor has in the pool of a feed.
       **/
      donations: AugmentedQuery<ApiType, (arg1: H256 | string | Uint8Array, arg2: AccountId32 | string | Uint8Array) => Observable<AssayPrimitivesHostingDonation>, [H256, AccountId32]> & QueryableStorageEntry<ApiType, [H256, AccountId32]>;
      /**
       * How many copies of a feed an account hosts.
       **/
      hosted: AugmentedQuery<ApiType, (arg1: H256 | string | Uint8Array, arg2: AccountId32 | string | Uint8Array) => Observable<u32>, [H256, AccountId32]> & QueryableStorageEntry<ApiType, [H256, AccountId32]>;
      /**
       * SHA-256 of each modulus under which a copy is made or kept, or was some time ago.
       **/
      moduli: AugmentedQuery<ApiType, (arg: H256 | string | Uint8Array) => Observable<bool>, [H256]> & QueryableStorageEntry<ApiType, [H256]>;
      /**
       * Moduli that copies need no more, by the block in which each is forgotten.
       **/
      moduliPruned: AugmentedQuery<ApiType, (arg1: U8aFixed | string | Uint8Array, arg2: H256 | string | Uint8Array) => Observable<Option<bool>>, [U8aFixed, H256]> & QueryableStorageEntry<ApiType, [U8aFixed, H256]>;
      /**
       * Number of the next contract.
       **/
      nextContract: AugmentedQuery<ApiType, () => Observable<u32>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Number of the next copy.
       **/
      nextCopy: AugmentedQuery<ApiType, () => Observable<u64>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Number of the next plan.
       **/
      nextPlan: AugmentedQuery<ApiType, () => Observable<u32>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * What the donors of a plan have notice of, until the plan is removed.
       **/
      notices: AugmentedQuery<ApiType, (arg: u32 | AnyNumber | Uint8Array) => Observable<Option<AssayPrimitivesHostingNotice>>, [u32]> & QueryableStorageEntry<ApiType, [u32]>;
      /**
       * What providers are willing to do.
       **/
      offers: AugmentedQuery<ApiType, (arg: AccountId32 | string | Uint8Array) => Observable<AssayPrimitivesHostingOffer>, [AccountId32]> & QueryableStorageEntry<ApiType, [AccountId32]>;
      /**
       * Windows and sizes.
       **/
      parameters: AugmentedQuery<ApiType, () => Observable<AssayPrimitivesHostingParameters>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Plans, until the last of their contracts has ended.
       **/
      plans: AugmentedQuery<ApiType, (arg: u32 | AnyNumber | Uint8Array) => Observable<Option<AssayPrimitivesHostingPlan>>, [u32]> & QueryableStorageEntry<ApiType, [u32]>;
      /**
       * Plans, by the block in which each is looked at next: for new blocks of its feed, and for its end.
       **/
      plansDue: AugmentedQuery<ApiType, (arg1: U8aFixed | string | Uint8Array, arg2: u32 | AnyNumber | Uint8Array) => Observable<Option<bool>>, [U8aFixed, u32]> & QueryableStorageEntry<ApiType, [U8aFixed, u32]>;
      /**
       * The plans of a feed that are not cancelled or over.
       **/
      plansOf: AugmentedQuery<ApiType, (arg: H256 | string | Uint8Array) => Observable<Vec<u32>>, [H256]> & QueryableStorageEntry<ApiType, [H256]>;
      /**
       * The money that donors gave to a feed.
       **/
      pools: AugmentedQuery<ApiType, (arg: H256 | string | Uint8Array) => Observable<AssayPrimitivesHostingPool>, [H256]> & QueryableStorageEntry<ApiType, [H256]>;
      /**
       * The latest challenges of a copy, in all its generations.
       **/
      results: AugmentedQuery<ApiType, (arg: u64 | AnyNumber | Uint8Array) => Observable<Vec<AssayPrimitivesHostingChallengeResult>>, [u64]> & QueryableStorageEntry<ApiType, [u64]>;
      /**
       * The latest order of a round on the hoster of a copy.
       **/
      rounds: AugmentedQuery<ApiType, (arg: u64 | AnyNumber | Uint8Array) => Observable<Option<u32>>, [u64]> & QueryableStorageEntry<ApiType, [u64]>;
      /**
       * Generic query
       **/
      [key: string]: QueryableStorageEntry<ApiType>;
    };
    randomness: {
      /**
       * The value of the last finished block.
       **/
      beacon: AugmentedQuery<ApiType, () => Observable<H256>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * What was mixed in since the last value: a running hash.
       **/
      mixed: AugmentedQuery<ApiType, () => Observable<Option<H256>>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * The values of recent blocks by block number.
       **/
      values: AugmentedQuery<ApiType, (arg: u32 | AnyNumber | Uint8Array) => Observable<Option<H256>>, [u32]> & QueryableStorageEntry<ApiType, [u32]>;
      /**
       * Generic query
       **/
      [key: string]: QueryableStorageEntry<ApiType>;
    };
    session: {
      /**
       * Current index of the session.
       **/
      currentIndex: AugmentedQuery<ApiType, () => Observable<u32>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * The current set of validators.
       **/
      validators: AugmentedQuery<ApiType, () => Observable<Vec<AccountId32>>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Generic query
       **/
      [key: string]: QueryableStorageEntry<ApiType>;
    };
    sudo: {
      /**
       * The `AccountId` of the sudo key.
       **/
      key: AugmentedQuery<ApiType, () => Observable<Option<AccountId32>>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Generic query
       **/
      [key: string]: QueryableStorageEntry<ApiType>;
    };
    system: {
      /**
       * The full account information for a particular account ID.
       **/
      account: AugmentedQuery<ApiType, (arg: AccountId32 | string | Uint8Array) => Observable<FrameSystemAccountInfo>, [AccountId32]> & QueryableStorageEntry<ApiType, [AccountId32]>;
      /**
       * Total length (in bytes) for all extrinsics put together, for the current block.
       **/
      allExtrinsicsLen: AugmentedQuery<ApiType, () => Observable<Option<u32>>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Map of block numbers to block hashes.
       **/
      blockHash: AugmentedQuery<ApiType, (arg: u32 | AnyNumber | Uint8Array) => Observable<H256>, [u32]> & QueryableStorageEntry<ApiType, [u32]>;
      /**
       * The current weight for the block.
       **/
      blockWeight: AugmentedQuery<ApiType, () => Observable<FrameSupportDispatchPerDispatchClassWeight>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Digest of the current block, also part of the block header.
       **/
      digest: AugmentedQuery<ApiType, () => Observable<SpRuntimeDigest>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * The number of events in the `Events<T>` list.
       **/
      eventCount: AugmentedQuery<ApiType, () => Observable<u32>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Events deposited for the current block.
       **/
      events: AugmentedQuery<ApiType, () => Observable<Vec<FrameSystemEventRecord>>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * The execution phase of the block.
       **/
      executionPhase: AugmentedQuery<ApiType, () => Observable<Option<FrameSystemPhase>>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Total extrinsics count for the current block.
       **/
      extrinsicCount: AugmentedQuery<ApiType, () => Observable<Option<u32>>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Extrinsics data for the current block (maps an extrinsic's index to its data).
       * Emptied before the block ends.
       **/
      extrinsicData: AugmentedQuery<ApiType, (arg: u32 | AnyNumber | Uint8Array) => Observable<Bytes>, [u32]> & QueryableStorageEntry<ApiType, [u32]>;
      /**
       * Stores the `spec_version` and `spec_name` of when the last runtime upgrade happened.
       **/
      lastRuntimeUpgrade: AugmentedQuery<ApiType, () => Observable<Option<FrameSystemLastRuntimeUpgradeInfo>>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * The current block number being processed. Set by `execute_block`.
       **/
      number: AugmentedQuery<ApiType, () => Observable<u32>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Hash of the previous block.
       **/
      parentHash: AugmentedQuery<ApiType, () => Observable<H256>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Generic query
       **/
      [key: string]: QueryableStorageEntry<ApiType>;
    };
    timestamp: {
      /**
       * Whether the timestamp has been updated in this block.
       **/
      didUpdate: AugmentedQuery<ApiType, () => Observable<bool>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * The current time for the current block.
       **/
      now: AugmentedQuery<ApiType, () => Observable<u64>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Generic query
       **/
      [key: string]: QueryableStorageEntry<ApiType>;
    };
    transactionPayment: {
      /**
       * The multiplier of weight fees: always one on this chain.
       **/
      nextFeeMultiplier: AugmentedQuery<ApiType, () => Observable<u128>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Version of the storage layout.
       **/
      storageVersion: AugmentedQuery<ApiType, () => Observable<PalletTransactionPaymentReleases>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * Generic query
       **/
      [key: string]: QueryableStorageEntry<ApiType>;
    };
    workers: {
      /**
       * Whose Noise key it is.
       **/
      accountOf: AugmentedQuery<ApiType, (arg: AssayPrimitivesNoiseKey | string | Uint8Array) => Observable<Option<AccountId32>>, [AssayPrimitivesNoiseKey]> & QueryableStorageEntry<ApiType, [AssayPrimitivesNoiseKey]>;
      /**
       * Bonds of workers, and of accounts that left, until they are returned.
       **/
      bonds: AugmentedQuery<ApiType, (arg: AccountId32 | string | Uint8Array) => Observable<AssayPrimitivesBond>, [AccountId32]> & QueryableStorageEntry<ApiType, [AccountId32]>;
      /**
       * Accounts, by the block in which what they gave up is returned.
       **/
      bondsDue: AugmentedQuery<ApiType, (arg1: U8aFixed | string | Uint8Array, arg2: AccountId32 | string | Uint8Array) => Observable<Option<bool>>, [U8aFixed, AccountId32]> & QueryableStorageEntry<ApiType, [U8aFixed, AccountId32]>;
      /**
       * What roles and duties bind, and for how long.
       **/
      bondTerms: AugmentedQuery<ApiType, () => Observable<AssayPrimitivesBondTerms>, []> & QueryableStorageEntry<ApiType, []>;
      /**
       * The Noise key that an account registered last. Outlives its registration.
       **/
      keyOf: AugmentedQuery<ApiType, (arg: AccountId32 | string | Uint8Array) => Observable<Option<AssayPrimitivesNoiseKey>>, [AccountId32]> & QueryableStorageEntry<ApiType, [AccountId32]>;
      /**
       * How the workers with a Noise key have behaved in a role. Another account with the key begins there.
       **/
      keyReputations: AugmentedQuery<ApiType, (arg1: AssayPrimitivesNoiseKey | string | Uint8Array, arg2: AssayPrimitivesRole | 'Hoster' | 'Attestor' | 'Encoder' | number | Uint8Array) => Observable<Option<AssayPrimitivesReputation>>, [AssayPrimitivesNoiseKey, AssayPrimitivesRole]> & QueryableStorageEntry<ApiType, [AssayPrimitivesNoiseKey, AssayPrimitivesRole]>;
      /**
       * The place of a worker in a role.
       **/
      placeOf: AugmentedQuery<ApiType, (arg1: AssayPrimitivesRole | 'Hoster' | 'Attestor' | 'Encoder' | number | Uint8Array, arg2: AccountId32 | string | Uint8Array) => Observable<Option<u32>>, [AssayPrimitivesRole, AccountId32]> & QueryableStorageEntry<ApiType, [AssayPrimitivesRole, AccountId32]>;
      /**
       * How a worker has behaved in a role. Outlives its registration.
       **/
      reputations: AugmentedQuery<ApiType, (arg1: AccountId32 | string | Uint8Array, arg2: AssayPrimitivesRole | 'Hoster' | 'Attestor' | 'Encoder' | number | Uint8Array) => Observable<AssayPrimitivesReputation>, [AccountId32, AssayPrimitivesRole]> & QueryableStorageEntry<ApiType, [AccountId32, AssayPrimitivesRole]>;
      /**
       * How many workers a role has.
       **/
      rosters: AugmentedQuery<ApiType, (arg: AssayPrimitivesRole | 'Hoster' | 'Attestor' | 'Encoder' | number | Uint8Array) => Observable<PalletWorkersRoster>, [AssayPrimitivesRole]> & QueryableStorageEntry<ApiType, [AssayPrimitivesRole]>;
      /**
       * Living workers, by the block in which each falls silent if it is not heard of before.
       **/
      silences: AugmentedQuery<ApiType, (arg1: U8aFixed | string | Uint8Array, arg2: AccountId32 | string | Uint8Array) => Observable<Option<bool>>, [U8aFixed, AccountId32]> & QueryableStorageEntry<ApiType, [U8aFixed, AccountId32]>;
      /**
       * Workers that get duties as soon as they have room for them.
       **/
      standings: AugmentedQuery<ApiType, (arg1: AssayPrimitivesRole | 'Hoster' | 'Attestor' | 'Encoder' | number | Uint8Array, arg2: AccountId32 | string | Uint8Array) => Observable<Option<PalletWorkersStanding>>, [AssayPrimitivesRole, AccountId32]> & QueryableStorageEntry<ApiType, [AssayPrimitivesRole, AccountId32]>;
      /**
       * The same of unproven workers.
       **/
      unprovenWeights: AugmentedQuery<ApiType, (arg1: AssayPrimitivesRole | 'Hoster' | 'Attestor' | 'Encoder' | number | Uint8Array, arg2: u8 | AnyNumber | Uint8Array, arg3: u32 | AnyNumber | Uint8Array) => Observable<Vec<u64>>, [AssayPrimitivesRole, u8, u32]> & QueryableStorageEntry<ApiType, [AssayPrimitivesRole, u8, u32]>;
      /**
       * Weights of proven workers in draws: of the places in a role (level 0), 32 a node, and sums of 32 nodes of the level below.
       **/
      weights: AugmentedQuery<ApiType, (arg1: AssayPrimitivesRole | 'Hoster' | 'Attestor' | 'Encoder' | number | Uint8Array, arg2: u8 | AnyNumber | Uint8Array, arg3: u32 | AnyNumber | Uint8Array) => Observable<Vec<u64>>, [AssayPrimitivesRole, u8, u32]> & QueryableStorageEntry<ApiType, [AssayPrimitivesRole, u8, u32]>;
      /**
       * The worker at a place in a role.
       **/
      workerAt: AugmentedQuery<ApiType, (arg1: AssayPrimitivesRole | 'Hoster' | 'Attestor' | 'Encoder' | number | Uint8Array, arg2: u32 | AnyNumber | Uint8Array) => Observable<Option<AccountId32>>, [AssayPrimitivesRole, u32]> & QueryableStorageEntry<ApiType, [AssayPrimitivesRole, u32]>;
      /**
       * Registered workers.
       **/
      workers: AugmentedQuery<ApiType, (arg: AccountId32 | string | Uint8Array) => Observable<Option<AssayPrimitivesWorkerRecord>>, [AccountId32]> & QueryableStorageEntry<ApiType, [AccountId32]>;
      /**
       * Generic query
       **/
      [key: string]: QueryableStorageEntry<ApiType>;
    };
  } // AugmentedQueries
} // declare module
