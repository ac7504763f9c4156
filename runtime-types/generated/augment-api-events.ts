// Auto-generated via `yarn polkadot-types-from-chain`, do not edit
/* eslint-disable */

// import type lookup before we augment - in some environments
// this is required to allow for ambient/previous definitions
import '@polkadot/api-base/types/events';

import type { ApiTypes, AugmentedEvent } from '@polkadot/api-base/types';
import type { Bytes, Null, Option, Result, Text, Vec, bool, u128, u32, u64 } from '@polkadot/types-codec';
import type { AccountId32, H256 } from '@polkadot/types/interfaces/runtime';
import type { AssayPrimitivesBondTermChanges, AssayPrimitivesCoinflipFlipStage, AssayPrimitivesCoinflipLie, AssayPrimitivesHostingContractState, AssayPrimitivesHostingCopyFault, AssayPrimitivesHostingPaidFor, AssayPrimitivesHostingParameterChanges, AssayPrimitivesHostingProvider, AssayPrimitivesHostingSegmentEnd, AssayPrimitivesHostingStorageChallenge, AssayPrimitivesNoiseKey, AssayPrimitivesRole, AssayPrimitivesRoundClosingReason, AssayPrimitivesRoundMember, AssayPrimitivesRoundParameterChanges, AssayPrimitivesRoundVerdict, FrameSupportTokensMiscBalanceStatus, FrameSystemDispatchEventInfo, SpRuntimeDispatchError } from '@polkadot/types/lookup';

export type __AugmentedEvent<ApiType extends ApiTypes> = AugmentedEvent<ApiType>;

declare module '@polkadot/api-base/types/events' {
  interface AugmentedEvents<ApiType extends ApiTypes> {
    attestation: {
      /**
       * The first account told that an attestor did not report. The member whose turn it was is paid for it.
       **/
      AbsenceReported: AugmentedEvent<ApiType, [round: u32, attestor: AccountId32, reporter: AccountId32, reward: u128, paid: Option<AccountId32>], { round: u32, attestor: AccountId32, reporter: AccountId32, reward: u128, paid: Option<AccountId32> }>;
      /**
       * An account that accused an attestor which did report lost its deposit, which is burned.
       **/
      AccusationRejected: AugmentedEvent<ApiType, [round: u32, attestor: AccountId32, accuser: AccountId32, deposit: u128], { round: u32, attestor: AccountId32, accuser: AccountId32, deposit: u128 }>;
      /**
       * A round waits, because too few attestors could be drawn, or too many are busy. It closes without a verdict if that lasts beyond the block `until`.
       **/
      AttestorsAwaited: AugmentedEvent<ApiType, [round: u32, needed: u32, eligible: u32, areBusy: bool, until: u32], { round: u32, needed: u32, eligible: u32, areBusy: bool, until: u32 }>;
      /**
       * A majority agreed on a number, which stays hidden until the end.
       **/
      CoinflipAgreed: AugmentedEvent<ApiType, [round: u32, attempt: u32, transcriptRoot: H256, hiddenMagic: H256], { round: u32, attempt: u32, transcriptRoot: H256, hiddenMagic: H256 }>;
      /**
       * A member brought a coinflip before the chain. The chain takes commitments or numbers until the block `until`.
       **/
      CoinflipDemanded: AugmentedEvent<ApiType, [round: u32, attempt: u32, stage: AssayPrimitivesCoinflipFlipStage, demander: AccountId32, until: u32], { round: u32, attempt: u32, stage: AssayPrimitivesCoinflipFlipStage, demander: AccountId32, until: u32 }>;
      /**
       * The coinflip starts again without these members.
       **/
      CoinflipRestarted: AugmentedEvent<ApiType, [round: u32, attempt: u32, dropped: Vec<AccountId32>], { round: u32, attempt: u32, dropped: Vec<AccountId32> }>;
      /**
       * Signed commitments of these members are on the chain.
       **/
      CommitmentsPut: AugmentedEvent<ApiType, [round: u32, attempt: u32, sender: AccountId32, members: Vec<AccountId32>], { round: u32, attempt: u32, sender: AccountId32, members: Vec<AccountId32> }>;
      /**
       * Signatures of a member prove that it lied in a coinflip.
       **/
      EvidenceAccepted: AugmentedEvent<ApiType, [round: u32, attempt: u32, offender: AccountId32, lie: AssayPrimitivesCoinflipLie], { round: u32, attempt: u32, offender: AccountId32, lie: AssayPrimitivesCoinflipLie }>;
      /**
       * The chain waited in vain for the commitments of these members, or for their numbers where all had committed. The coinflip starts again without them.
       **/
      MembersAbsent: AugmentedEvent<ApiType, [round: u32, attempt: u32, members: Vec<AccountId32>, afterGate: bool], { round: u32, attempt: u32, members: Vec<AccountId32>, afterGate: bool }>;
      /**
       * Everybody knows the number of a round before its end.
       **/
      NumberPublic: AugmentedEvent<ApiType, [round: u32, attempt: u32, magic: H256], { round: u32, attempt: u32, magic: H256 }>;
      /**
       * A reward was paid from the requester’s deposit.
       **/
      Paid: AugmentedEvent<ApiType, [round: u32, who: AccountId32, amount: u128], { round: u32, who: AccountId32, amount: u128 }>;
      /**
       * Root set these parameters to new values.
       **/
      ParametersChanged: AugmentedEvent<ApiType, [changes: AssayPrimitivesRoundParameterChanges], { changes: AssayPrimitivesRoundParameterChanges }>;
      /**
       * The proofs in an attestor’s report hold, and the report counts.
       **/
      ReportAccepted: AugmentedEvent<ApiType, [round: u32, attestor: AccountId32, served: bool], { round: u32, attestor: AccountId32, served: bool }>;
      /**
       * A round is over, with this verdict for this reason.
       **/
      RoundClosed: AugmentedEvent<ApiType, [round: u32, verdict: AssayPrimitivesRoundVerdict, served: u32, unserved: u32, reason: AssayPrimitivesRoundClosingReason], { round: u32, verdict: AssayPrimitivesRoundVerdict, served: u32, unserved: u32, reason: AssayPrimitivesRoundClosingReason }>;
      /**
       * The chain drew these attestors. They audit the hoster until the round’s end.
       **/
      RoundOpened: AugmentedEvent<ApiType, [round: u32, hoster: AccountId32, feed: H256, openedAt: u32, endsAt: u32, members: Vec<AssayPrimitivesRoundMember>], { round: u32, hoster: AccountId32, feed: H256, openedAt: u32, endsAt: u32, members: Vec<AssayPrimitivesRoundMember> }>;
      /**
       * A round was paid for; the next block’s beacon draws its attestors.
       **/
      RoundScheduled: AugmentedEvent<ApiType, [round: u32, order: u32, hoster: AccountId32, feed: H256], { round: u32, order: u32, hoster: AccountId32, feed: H256 }>;
      /**
       * Numbers of these members are on the chain.
       **/
      ValuesPut: AugmentedEvent<ApiType, [round: u32, attempt: u32, sender: AccountId32, members: Vec<AccountId32>], { round: u32, attempt: u32, sender: AccountId32, members: Vec<AccountId32> }>;
      /**
       * Generic event
       **/
      [key: string]: AugmentedEvent<ApiType>;
    };
    balances: {
      /**
       * A balance was set by root.
       **/
      BalanceSet: AugmentedEvent<ApiType, [who: AccountId32, free: u128], { who: AccountId32, free: u128 }>;
      /**
       * Some amount was burned from an account.
       **/
      Burned: AugmentedEvent<ApiType, [who: AccountId32, amount: u128], { who: AccountId32, amount: u128 }>;
      /**
       * Some amount was deposited (e.g. for transaction fees).
       **/
      Deposit: AugmentedEvent<ApiType, [who: AccountId32, amount: u128], { who: AccountId32, amount: u128 }>;
      /**
       * An account was removed whose balance was non-zero but below ExistentialDeposit,
       * resulting in an outright loss.
       **/
      DustLost: AugmentedEvent<ApiType, [account: AccountId32, amount: u128], { account: AccountId32, amount: u128 }>;
      /**
       * An account was created with some free balance.
       **/
      Endowed: AugmentedEvent<ApiType, [account: AccountId32, freeBalance: u128], { account: AccountId32, freeBalance: u128 }>;
      /**
       * Some amount was minted into an account.
       **/
      Minted: AugmentedEvent<ApiType, [who: AccountId32, amount: u128], { who: AccountId32, amount: u128 }>;
      /**
       * Some balance was reserved (moved from free to reserved).
       **/
      Reserved: AugmentedEvent<ApiType, [who: AccountId32, amount: u128], { who: AccountId32, amount: u128 }>;
      /**
       * Some balance was moved from the reserve of the first account to the second account.
       **/
      ReserveRepatriated: AugmentedEvent<ApiType, [from: AccountId32, to: AccountId32, amount: u128, destinationStatus: FrameSupportTokensMiscBalanceStatus], { from: AccountId32, to: AccountId32, amount: u128, destinationStatus: FrameSupportTokensMiscBalanceStatus }>;
      /**
       * Some amount was removed from the account (e.g. for misbehavior).
       **/
      Slashed: AugmentedEvent<ApiType, [who: AccountId32, amount: u128], { who: AccountId32, amount: u128 }>;
      /**
       * Transfer succeeded.
       **/
      Transfer: AugmentedEvent<ApiType, [from: AccountId32, to: AccountId32, amount: u128], { from: AccountId32, to: AccountId32, amount: u128 }>;
      /**
       * Some balance was unreserved (moved from reserved to free).
       **/
      Unreserved: AugmentedEvent<ApiType, [who: AccountId32, amount: u128], { who: AccountId32, amount: u128 }>;
      /**
       * Some amount was withdrawn from the account (e.g. for transaction fees).
       **/
      Withdraw: AugmentedEvent<ApiType, [who: AccountId32, amount: u128], { who: AccountId32, amount: u128 }>;
      /**
       * Generic event
       **/
      [key: string]: AugmentedEvent<ApiType>;
    };
    feeds: {
      /**
       * The feed’s key signed two trees that contradict each other. The feed has ended.
       **/
      ConflictProven: AugmentedEvent<ApiType, [feed: H256, length: u32], { feed: H256, length: u32 }>;
      /**
       * A hoster says that it serves a feed at a greater length.
       **/
      HostingExtended: AugmentedEvent<ApiType, [feed: H256, hoster: AccountId32, length: u32], { feed: H256, hoster: AccountId32, length: u32 }>;
      /**
       * A hoster says that it serves a feed.
       **/
      HostingStarted: AugmentedEvent<ApiType, [feed: H256, hoster: AccountId32], { feed: H256, hoster: AccountId32 }>;
      /**
       * A hoster stopped serving a feed.
       **/
      HostingStopped: AugmentedEvent<ApiType, [feed: H256, hoster: AccountId32], { feed: H256, hoster: AccountId32 }>;
      /**
       * A feed was registered.
       **/
      Published: AugmentedEvent<ApiType, [feed: H256, publisher: AccountId32, length: u32], { feed: H256, publisher: AccountId32, length: u32 }>;
      /**
       * A feed is registered at a greater length.
       **/
      Updated: AugmentedEvent<ApiType, [feed: H256, length: u32], { feed: H256, length: u32 }>;
      /**
       * Generic event
       **/
      [key: string]: AugmentedEvent<ApiType>;
    };
    hosting: {
      /**
       * An account whose complaint proves nothing lost its deposit, which is burned.
       **/
      ComplaintRefuted: AugmentedEvent<ApiType, [copy: u64, generation: u32, complainer: AccountId32], { copy: u64, generation: u32, complainer: AccountId32 }>;
      /**
       * A contract is in this state.
       **/
      ContractChanged: AugmentedEvent<ApiType, [contract: u32, feed: H256, state: AssayPrimitivesHostingContractState], { contract: u32, feed: H256, state: AssayPrimitivesHostingContractState }>;
      /**
       * The encoder has made a key. It has time until the block `until` to encode, and to commit to the result.
       **/
      CopyAccepted: AugmentedEvent<ApiType, [copy: u64, generation: u32, modulus: Bytes, until: u32], { copy: u64, generation: u32, modulus: Bytes, until: u32 }>;
      /**
       * The chain drew these providers. The encoder makes a key for the blocks from `from` on.
       **/
      CopyAssigned: AugmentedEvent<ApiType, [copy: u64, generation: u32, contract: u32, feed: H256, from: u32, hoster: AssayPrimitivesHostingProvider, encoder: AssayPrimitivesHostingProvider], { copy: u64, generation: u32, contract: u32, feed: H256, from: u32, hoster: AssayPrimitivesHostingProvider, encoder: AssayPrimitivesHostingProvider }>;
      /**
       * A copy is not needed any more.
       **/
      CopyEnded: AugmentedEvent<ApiType, [copy: u64, generation: u32, contract: u32], { copy: u64, generation: u32, contract: u32 }>;
      /**
       * A copy begins anew, or goes on with another encoder. `blamed` has lost reputation for it; nobody where it cannot be told whose fault it was, or where both have.
       **/
      CopyFailed: AugmentedEvent<ApiType, [copy: u64, generation: u32, fault: AssayPrimitivesHostingCopyFault, blamed: Option<AccountId32>], { copy: u64, generation: u32, fault: AssayPrimitivesHostingCopyFault, blamed: Option<AccountId32> }>;
      /**
       * A copy is whole. Its hoster is challenged from here on.
       **/
      CopyLive: AugmentedEvent<ApiType, [copy: u64, generation: u32, contract: u32, hoster: AccountId32], { copy: u64, generation: u32, contract: u32, hoster: AccountId32 }>;
      /**
       * An account gave money to the pool of a feed.
       **/
      Donated: AugmentedEvent<ApiType, [feed: H256, donor: AccountId32, amount: u128], { feed: H256, donor: AccountId32, amount: u128 }>;
      /**
       * A feed has grown under a plan that several donors pay. The plan spends nothing on the new blocks before the block `from`.
       **/
      GrowthNoticed: AugmentedEvent<ApiType, [plan: u32, feed: H256, length: u32, from: u32], { plan: u32, feed: H256, length: u32, from: u32 }>;
      /**
       * A provider told what it is willing to do.
       **/
      Offered: AugmentedEvent<ApiType, [provider: AccountId32, storageBytes: u64, encodingBytesPerBlock: u32], { provider: AccountId32, storageBytes: u64, encodingBytesPerBlock: u32 }>;
      /**
       * A provider was paid. As much was burned from the pool.
       **/
      Paid: AugmentedEvent<ApiType, [feed: H256, copy: u64, generation: u32, who: AccountId32, amount: u128, for_: AssayPrimitivesHostingPaidFor], { feed: H256, copy: u64, generation: u32, who: AccountId32, amount: u128, for: AssayPrimitivesHostingPaidFor }>;
      /**
       * Root set these parameters to new values.
       **/
      ParametersChanged: AugmentedEvent<ApiType, [changes: AssayPrimitivesHostingParameterChanges], { changes: AssayPrimitivesHostingParameterChanges }>;
      /**
       * A hoster has shown its leaves and gets nothing for it: it has failed its latest round, or does not serve the feed to readers.
       **/
      PayWithheld: AugmentedEvent<ApiType, [copy: u64, generation: u32, hoster: AccountId32], { copy: u64, generation: u32, hoster: AccountId32 }>;
      /**
       * A plan was cancelled. Its contracts end, after a notice where its owner alone does not pay most of it.
       **/
      PlanCancelled: AugmentedEvent<ApiType, [plan: u32], { plan: u32 }>;
      /**
       * The holder of most of a pool has a feed hosted by this plan.
       **/
      PlanPublished: AugmentedEvent<ApiType, [plan: u32, feed: H256, owner: AccountId32], { plan: u32, feed: H256, owner: AccountId32 }>;
      /**
       * The encoder has told the end of its segment. The hoster confirms it.
       **/
      SegmentCommitted: AugmentedEvent<ApiType, [copy: u64, generation: u32, end: AssayPrimitivesHostingSegmentEnd], { copy: u64, generation: u32, end: AssayPrimitivesHostingSegmentEnd }>;
      /**
       * Encoder and hoster have told the same root.
       **/
      SegmentMatched: AugmentedEvent<ApiType, [copy: u64, generation: u32, end: AssayPrimitivesHostingSegmentEnd], { copy: u64, generation: u32, end: AssayPrimitivesHostingSegmentEnd }>;
      /**
       * The hoster of a copy shall show these leaves.
       **/
      StorageChallenged: AugmentedEvent<ApiType, [copy: u64, generation: u32, hoster: AccountId32, challenge: AssayPrimitivesHostingStorageChallenge], { copy: u64, generation: u32, hoster: AccountId32, challenge: AssayPrimitivesHostingStorageChallenge }>;
      /**
       * The hoster has not shown them in its time. The first time, the chain asks for others at once.
       **/
      StorageMissed: AugmentedEvent<ApiType, [copy: u64, generation: u32, hoster: AccountId32], { copy: u64, generation: u32, hoster: AccountId32 }>;
      /**
       * The hoster has shown the leaves that the chain drew.
       **/
      StorageProven: AugmentedEvent<ApiType, [copy: u64, generation: u32, hoster: AccountId32], { copy: u64, generation: u32, hoster: AccountId32 }>;
      /**
       * A donor took money back.
       **/
      Withdrawn: AugmentedEvent<ApiType, [feed: H256, donor: AccountId32, amount: u128], { feed: H256, donor: AccountId32, amount: u128 }>;
      /**
       * Generic event
       **/
      [key: string]: AugmentedEvent<ApiType>;
    };
    sudo: {
      /**
       * The sudo key has been updated.
       **/
      KeyChanged: AugmentedEvent<ApiType, [old: Option<AccountId32>, new_: AccountId32], { old: Option<AccountId32>, new_: AccountId32 }>;
      /**
       * The key was permanently removed.
       **/
      KeyRemoved: AugmentedEvent<ApiType, []>;
      /**
       * A sudo call just took place.
       **/
      Sudid: AugmentedEvent<ApiType, [sudoResult: Result<Null, SpRuntimeDispatchError>], { sudoResult: Result<Null, SpRuntimeDispatchError> }>;
      /**
       * A sudo_as call just took place.
       **/
      SudoAsDone: AugmentedEvent<ApiType, [sudoResult: Result<Null, SpRuntimeDispatchError>], { sudoResult: Result<Null, SpRuntimeDispatchError> }>;
      /**
       * Generic event
       **/
      [key: string]: AugmentedEvent<ApiType>;
    };
    system: {
      /**
       * An extrinsic failed.
       **/
      ExtrinsicFailed: AugmentedEvent<ApiType, [dispatchError: SpRuntimeDispatchError, dispatchInfo: FrameSystemDispatchEventInfo], { dispatchError: SpRuntimeDispatchError, dispatchInfo: FrameSystemDispatchEventInfo }>;
      /**
       * An extrinsic completed successfully.
       **/
      ExtrinsicSuccess: AugmentedEvent<ApiType, [dispatchInfo: FrameSystemDispatchEventInfo], { dispatchInfo: FrameSystemDispatchEventInfo }>;
      /**
       * An account was reaped.
       **/
      KilledAccount: AugmentedEvent<ApiType, [account: AccountId32], { account: AccountId32 }>;
      /**
       * A new account was created.
       **/
      NewAccount: AugmentedEvent<ApiType, [account: AccountId32], { account: AccountId32 }>;
      /**
       * On on-chain remark happened.
       **/
      Remarked: AugmentedEvent<ApiType, [sender: AccountId32, hash_: H256], { sender: AccountId32, hash_: H256 }>;
      /**
       * Generic event
       **/
      [key: string]: AugmentedEvent<ApiType>;
    };
    transactionPayment: {
      /**
       * A transaction fee `actual_fee`, of which `tip` was added to the minimum inclusion fee, has been paid by `who`.
       **/
      TransactionFeePaid: AugmentedEvent<ApiType, [who: AccountId32, actualFee: u128, tip: u128], { who: AccountId32, actualFee: u128, tip: u128 }>;
      /**
       * Generic event
       **/
      [key: string]: AugmentedEvent<ApiType>;
    };
    utility: {
      /**
       * Batch of dispatches completed fully with no error.
       **/
      BatchCompleted: AugmentedEvent<ApiType, []>;
      /**
       * Batch of dispatches completed but has errors.
       **/
      BatchCompletedWithErrors: AugmentedEvent<ApiType, []>;
      /**
       * Batch of dispatches did not complete fully. Index of first failing dispatch given, as
       * well as the error.
       **/
      BatchInterrupted: AugmentedEvent<ApiType, [index: u32, error: SpRuntimeDispatchError], { index: u32, error: SpRuntimeDispatchError }>;
      /**
       * A single item within a Batch of dispatches has completed with no error.
       **/
      ItemCompleted: AugmentedEvent<ApiType, []>;
      /**
       * A single item within a Batch of dispatches has completed with error.
       **/
      ItemFailed: AugmentedEvent<ApiType, [error: SpRuntimeDispatchError], { error: SpRuntimeDispatchError }>;
      /**
       * Generic event
       **/
      [key: string]: AugmentedEvent<ApiType>;
    };
    workers: {
      /**
       * A worker lost a part of its bond. Where the rest does not cover its roles and capacity, it gets no duty until it tops up.
       **/
      BondCharged: AugmentedEvent<ApiType, [account: AccountId32, amount: u128], { account: AccountId32, amount: u128 }>;
      /**
       * The time is over for which a bond answers that its worker gave up.
       **/
      BondReturned: AugmentedEvent<ApiType, [account: AccountId32, amount: u128], { account: AccountId32, amount: u128 }>;
      /**
       * Root set these terms of bonds to new values.
       **/
      BondTermsChanged: AugmentedEvent<ApiType, [changes: AssayPrimitivesBondTermChanges], { changes: AssayPrimitivesBondTermChanges }>;
      /**
       * A worker’s bond covers its roles and capacity again.
       **/
      BondToppedUp: AugmentedEvent<ApiType, [account: AccountId32], { account: AccountId32 }>;
      /**
       * A worker has another name.
       **/
      NameChanged: AugmentedEvent<ApiType, [account: AccountId32, name: Text], { account: AccountId32, name: Text }>;
      /**
       * A worker takes no more duties.
       **/
      Paused: AugmentedEvent<ApiType, [account: AccountId32], { account: AccountId32 }>;
      /**
       * A worker registered.
       **/
      Registered: AugmentedEvent<ApiType, [account: AccountId32, noiseKey: AssayPrimitivesNoiseKey, name: Text], { account: AccountId32, noiseKey: AssayPrimitivesNoiseKey, name: Text }>;
      /**
       * A worker’s reputation in a role has changed.
       **/
      ReputationChanged: AugmentedEvent<ApiType, [account: AccountId32, role: AssayPrimitivesRole, reputationPpm: u32], { account: AccountId32, role: AssayPrimitivesRole, reputationPpm: u32 }>;
      /**
       * A worker takes duties again.
       **/
      Resumed: AugmentedEvent<ApiType, [account: AccountId32], { account: AccountId32 }>;
      /**
       * A worker left.
       **/
      Unregistered: AugmentedEvent<ApiType, [account: AccountId32], { account: AccountId32 }>;
      /**
       * A worker changed its roles or capacity.
       **/
      Updated: AugmentedEvent<ApiType, [account: AccountId32], { account: AccountId32 }>;
      /**
       * Generic event
       **/
      [key: string]: AugmentedEvent<ApiType>;
    };
  } // AugmentedEvents
} // declare module
