// Auto-generated via `yarn polkadot-types-from-defs`, do not edit
/* eslint-disable */

// import type lookup before we augment - in some environments
// this is required to allow for ambient/previous definitions
import '@polkadot/types/lookup';

import type { BTreeMap, Bytes, Compact, Enum, Null, Option, Result, Struct, Text, U8aFixed, Vec, bool, u128, u32, u64, u8 } from '@polkadot/types-codec';
import type { ITuple } from '@polkadot/types-codec/types';
import type { AccountId32, Call, H256, MultiAddress } from '@polkadot/types/interfaces/runtime';
import type { Event } from '@polkadot/types/interfaces/system';

declare module '@polkadot/types/lookup' {
  /** @name FrameSystemAccountInfo (3) */
  interface FrameSystemAccountInfo extends Struct {
    readonly nonce: u32;
    readonly consumers: u32;
    readonly providers: u32;
    readonly sufficients: u32;
    readonly data: PalletBalancesAccountData;
  }

  /** @name PalletBalancesAccountData (5) */
  interface PalletBalancesAccountData extends Struct {
    readonly free: u128;
    readonly reserved: u128;
    readonly frozen: u128;
    readonly flags: u128;
  }

  /** @name FrameSupportDispatchPerDispatchClassWeight (8) */
  interface FrameSupportDispatchPerDispatchClassWeight extends Struct {
    readonly normal: SpWeightsWeightV2Weight;
    readonly operational: SpWeightsWeightV2Weight;
    readonly mandatory: SpWeightsWeightV2Weight;
  }

  /** @name SpWeightsWeightV2Weight (9) */
  interface SpWeightsWeightV2Weight extends Struct {
    readonly refTime: Compact<u64>;
    readonly proofSize: Compact<u64>;
  }

  /** @name SpRuntimeDigest (14) */
  interface SpRuntimeDigest extends Struct {
    readonly logs: Vec<SpRuntimeDigestDigestItem>;
  }

  /** @name SpRuntimeDigestDigestItem (16) */
  interface SpRuntimeDigestDigestItem extends Enum {
    readonly isOther: boolean;
    readonly asOther: Bytes;
    readonly isConsensus: boolean;
    readonly asConsensus: ITuple<[U8aFixed, Bytes]>;
    readonly isSeal: boolean;
    readonly asSeal: ITuple<[U8aFixed, Bytes]>;
    readonly isPreRuntime: boolean;
    readonly asPreRuntime: ITuple<[U8aFixed, Bytes]>;
    readonly isRuntimeEnvironmentUpdated: boolean;
    readonly type: 'Other' | 'Consensus' | 'Seal' | 'PreRuntime' | 'RuntimeEnvironmentUpdated';
  }

  /** @name FrameSystemEventRecord (19) */
  interface FrameSystemEventRecord extends Struct {
    readonly phase: FrameSystemPhase;
    readonly event: Event;
    readonly topics: Vec<H256>;
  }

  /** @name FrameSystemEvent (21) */
  interface FrameSystemEvent extends Enum {
    readonly isExtrinsicSuccess: boolean;
    readonly asExtrinsicSuccess: {
      readonly dispatchInfo: FrameSystemDispatchEventInfo;
    } & Struct;
    readonly isExtrinsicFailed: boolean;
    readonly asExtrinsicFailed: {
      readonly dispatchError: SpRuntimeDispatchError;
      readonly dispatchInfo: FrameSystemDispatchEventInfo;
    } & Struct;
    readonly isNewAccount: boolean;
    readonly asNewAccount: {
      readonly account: AccountId32;
    } & Struct;
    readonly isKilledAccount: boolean;
    readonly asKilledAccount: {
      readonly account: AccountId32;
    } & Struct;
    readonly isRemarked: boolean;
    readonly asRemarked: {
      readonly sender: AccountId32;
      readonly hash_: H256;
    } & Struct;
    readonly type: 'ExtrinsicSuccess' | 'ExtrinsicFailed' | 'NewAccount' | 'KilledAccount' | 'Remarked';
  }

  /** @name FrameSystemDispatchEventInfo (22) */
  interface FrameSystemDispatchEventInfo extends Struct {
    readonly weight: SpWeightsWeightV2Weight;
    readonly class: FrameSupportDispatchDispatchClass;
    readonly paysFee: FrameSupportDispatchPays;
  }

  /** @name FrameSupportDispatchDispatchClass (23) */
  interface FrameSupportDispatchDispatchClass extends Enum {
    readonly isNormal: boolean;
    readonly isOperational: boolean;
    readonly isMandatory: boolean;
    readonly type: 'Normal' | 'Operational' | 'Mandatory';
  }

  /** @name FrameSupportDispatchPays (24) */
  interface FrameSupportDispatchPays extends Enum {
    readonly isYes: boolean;
    readonly isNo: boolean;
    readonly type: 'Yes' | 'No';
  }

  /** @name SpRuntimeDispatchError (25) */
  interface SpRuntimeDispatchError extends Enum {
    readonly isOther: boolean;
    readonly isCannotLookup: boolean;
    readonly isBadOrigin: boolean;
    readonly isModule: boolean;
    readonly asModule: SpRuntimeModuleError;
    readonly isConsumerRemaining: boolean;
    readonly isNoProviders: boolean;
    readonly isTooManyConsumers: boolean;
    readonly isToken: boolean;
    readonly asToken: SpRuntimeTokenError;
    readonly isArithmetic: boolean;
    readonly asArithmetic: SpArithmeticArithmeticError;
    readonly isTransactional: boolean;
    readonly asTransactional: SpRuntimeTransactionalError;
    readonly isExhausted: boolean;
    readonly isCorruption: boolean;
    readonly isUnavailable: boolean;
    readonly isRootNotAllowed: boolean;
    readonly isTrie: boolean;
    readonly asTrie: SpRuntimeProvingTrieTrieError;
    readonly type: 'Other' | 'CannotLookup' | 'BadOrigin' | 'Module' | 'ConsumerRemaining' | 'NoProviders' | 'TooManyConsumers' | 'Token' | 'Arithmetic' | 'Transactional' | 'Exhausted' | 'Corruption' | 'Unavailable' | 'RootNotAllowed' | 'Trie';
  }

  /** @name SpRuntimeModuleError (26) */
  interface SpRuntimeModuleError extends Struct {
    readonly index: u8;
    readonly error: U8aFixed;
  }

  /** @name SpRuntimeTokenError (27) */
  interface SpRuntimeTokenError extends Enum {
    readonly isFundsUnavailable: boolean;
    readonly isOnlyProvider: boolean;
    readonly isBelowMinimum: boolean;
    readonly isCannotCreate: boolean;
    readonly isUnknownAsset: boolean;
    readonly isFrozen: boolean;
    readonly isUnsupported: boolean;
    readonly isCannotCreateHold: boolean;
    readonly isNotExpendable: boolean;
    readonly isBlocked: boolean;
    readonly type: 'FundsUnavailable' | 'OnlyProvider' | 'BelowMinimum' | 'CannotCreate' | 'UnknownAsset' | 'Frozen' | 'Unsupported' | 'CannotCreateHold' | 'NotExpendable' | 'Blocked';
  }

  /** @name SpArithmeticArithmeticError (28) */
  interface SpArithmeticArithmeticError extends Enum {
    readonly isUnderflow: boolean;
    readonly isOverflow: boolean;
    readonly isDivisionByZero: boolean;
    readonly type: 'Underflow' | 'Overflow' | 'DivisionByZero';
  }

  /** @name SpRuntimeTransactionalError (29) */
  interface SpRuntimeTransactionalError extends Enum {
    readonly isLimitReached: boolean;
    readonly isNoLayer: boolean;
    readonly type: 'LimitReached' | 'NoLayer';
  }

  /** @name SpRuntimeProvingTrieTrieError (30) */
  interface SpRuntimeProvingTrieTrieError extends Enum {
    readonly isInvalidStateRoot: boolean;
    readonly isIncompleteDatabase: boolean;
    readonly isValueAtIncompleteKey: boolean;
    readonly isDecoderError: boolean;
    readonly isInvalidHash: boolean;
    readonly isDuplicateKey: boolean;
    readonly isExtraneousNode: boolean;
    readonly isExtraneousValue: boolean;
    readonly isExtraneousHashReference: boolean;
    readonly isInvalidChildReference: boolean;
    readonly isValueMismatch: boolean;
    readonly isIncompleteProof: boolean;
    readonly isRootMismatch: boolean;
    readonly isDecodeError: boolean;
    readonly type: 'InvalidStateRoot' | 'IncompleteDatabase' | 'ValueAtIncompleteKey' | 'DecoderError' | 'InvalidHash' | 'DuplicateKey' | 'ExtraneousNode' | 'ExtraneousValue' | 'ExtraneousHashReference' | 'InvalidChildReference' | 'ValueMismatch' | 'IncompleteProof' | 'RootMismatch' | 'DecodeError';
  }

  /** @name PalletBalancesEvent (31) */
  interface PalletBalancesEvent extends Enum {
    readonly isEndowed: boolean;
    readonly asEndowed: {
      readonly account: AccountId32;
      readonly freeBalance: u128;
    } & Struct;
    readonly isDustLost: boolean;
    readonly asDustLost: {
      readonly account: AccountId32;
      readonly amount: u128;
    } & Struct;
    readonly isTransfer: boolean;
    readonly asTransfer: {
      readonly from: AccountId32;
      readonly to: AccountId32;
      readonly amount: u128;
    } & Struct;
    readonly isBalanceSet: boolean;
    readonly asBalanceSet: {
      readonly who: AccountId32;
      readonly free: u128;
    } & Struct;
    readonly isReserved: boolean;
    readonly asReserved: {
      readonly who: AccountId32;
      readonly amount: u128;
    } & Struct;
    readonly isUnreserved: boolean;
    readonly asUnreserved: {
      readonly who: AccountId32;
      readonly amount: u128;
    } & Struct;
    readonly isReserveRepatriated: boolean;
    readonly asReserveRepatriated: {
      readonly from: AccountId32;
      readonly to: AccountId32;
      readonly amount: u128;
      readonly destinationStatus: FrameSupportTokensMiscBalanceStatus;
    } & Struct;
    readonly isDeposit: boolean;
    readonly asDeposit: {
      readonly who: AccountId32;
      readonly amount: u128;
    } & Struct;
    readonly isWithdraw: boolean;
    readonly asWithdraw: {
      readonly who: AccountId32;
      readonly amount: u128;
    } & Struct;
    readonly isSlashed: boolean;
    readonly asSlashed: {
      readonly who: AccountId32;
      readonly amount: u128;
    } & Struct;
    readonly isMinted: boolean;
    readonly asMinted: {
      readonly who: AccountId32;
      readonly amount: u128;
    } & Struct;
    readonly isBurned: boolean;
    readonly asBurned: {
      readonly who: AccountId32;
      readonly amount: u128;
    } & Struct;
    readonly type: 'Endowed' | 'DustLost' | 'Transfer' | 'BalanceSet' | 'Reserved' | 'Unreserved' | 'ReserveRepatriated' | 'Deposit' | 'Withdraw' | 'Slashed' | 'Minted' | 'Burned';
  }

  /** @name FrameSupportTokensMiscBalanceStatus (32) */
  interface FrameSupportTokensMiscBalanceStatus extends Enum {
    readonly isFree: boolean;
    readonly isReserved: boolean;
    readonly type: 'Free' | 'Reserved';
  }

  /** @name PalletTransactionPaymentEvent (33) */
  interface PalletTransactionPaymentEvent extends Enum {
    readonly isTransactionFeePaid: boolean;
    readonly asTransactionFeePaid: {
      readonly who: AccountId32;
      readonly actualFee: u128;
      readonly tip: u128;
    } & Struct;
    readonly type: 'TransactionFeePaid';
  }

  /** @name PalletSudoEvent (34) */
  interface PalletSudoEvent extends Enum {
    readonly isSudid: boolean;
    readonly asSudid: {
      readonly sudoResult: Result<Null, SpRuntimeDispatchError>;
    } & Struct;
    readonly isKeyChanged: boolean;
    readonly asKeyChanged: {
      readonly old: Option<AccountId32>;
      readonly new_: AccountId32;
    } & Struct;
    readonly isKeyRemoved: boolean;
    readonly isSudoAsDone: boolean;
    readonly asSudoAsDone: {
      readonly sudoResult: Result<Null, SpRuntimeDispatchError>;
    } & Struct;
    readonly type: 'Sudid' | 'KeyChanged' | 'KeyRemoved' | 'SudoAsDone';
  }

  /** @name PalletUtilityEvent (38) */
  interface PalletUtilityEvent extends Enum {
    readonly isBatchInterrupted: boolean;
    readonly asBatchInterrupted: {
      readonly index: u32;
      readonly error: SpRuntimeDispatchError;
    } & Struct;
    readonly isBatchCompleted: boolean;
    readonly isBatchCompletedWithErrors: boolean;
    readonly isItemCompleted: boolean;
    readonly isItemFailed: boolean;
    readonly asItemFailed: {
      readonly error: SpRuntimeDispatchError;
    } & Struct;
    readonly type: 'BatchInterrupted' | 'BatchCompleted' | 'BatchCompletedWithErrors' | 'ItemCompleted' | 'ItemFailed';
  }

  /** @name PalletWorkersEvent (39) */
  interface PalletWorkersEvent extends Enum {
    readonly isRegistered: boolean;
    readonly asRegistered: {
      readonly account: AccountId32;
      readonly noiseKey: AssayPrimitivesNoiseKey;
      readonly name: Text;
    } & Struct;
    readonly isUpdated: boolean;
    readonly asUpdated: {
      readonly account: AccountId32;
    } & Struct;
    readonly isPaused: boolean;
    readonly asPaused: {
      readonly account: AccountId32;
    } & Struct;
    readonly isResumed: boolean;
    readonly asResumed: {
      readonly account: AccountId32;
    } & Struct;
    readonly isUnregistered: boolean;
    readonly asUnregistered: {
      readonly account: AccountId32;
    } & Struct;
    readonly isReputationChanged: boolean;
    readonly asReputationChanged: {
      readonly account: AccountId32;
      readonly role: AssayPrimitivesRole;
      readonly reputationPpm: u32;
    } & Struct;
    readonly isBondCharged: boolean;
    readonly asBondCharged: {
      readonly account: AccountId32;
      readonly amount: u128;
    } & Struct;
    readonly isBondToppedUp: boolean;
    readonly asBondToppedUp: {
      readonly account: AccountId32;
    } & Struct;
    readonly isBondReturned: boolean;
    readonly asBondReturned: {
      readonly account: AccountId32;
      readonly amount: u128;
    } & Struct;
    readonly isBondTermsChanged: boolean;
    readonly asBondTermsChanged: {
      readonly changes: AssayPrimitivesBondTermChanges;
    } & Struct;
    readonly isNameChanged: boolean;
    readonly asNameChanged: {
      readonly account: AccountId32;
      readonly name: Text;
    } & Struct;
    readonly type: 'Registered' | 'Updated' | 'Paused' | 'Resumed' | 'Unregistered' | 'ReputationChanged' | 'BondCharged' | 'BondToppedUp' | 'BondReturned' | 'BondTermsChanged' | 'NameChanged';
  }

  /** @name AssayPrimitivesNoiseKey (40) */
  interface AssayPrimitivesNoiseKey extends U8aFixed {}

  /** @name AssayPrimitivesRole (42) */
  interface AssayPrimitivesRole extends Enum {
    readonly isHoster: boolean;
    readonly isAttestor: boolean;
    readonly isEncoder: boolean;
    readonly type: 'Hoster' | 'Attestor' | 'Encoder';
  }

  /** @name AssayPrimitivesBondTermChanges (43) */
  interface AssayPrimitivesBondTermChanges extends Struct {
    readonly roleBond: Option<u128>;
    readonly capacityBond: Option<u128>;
    readonly unbonding: Option<u32>;
  }

  /** @name PalletFeedsEvent (46) */
  interface PalletFeedsEvent extends Enum {
    readonly isPublished: boolean;
    readonly asPublished: {
      readonly feed: H256;
      readonly publisher: AccountId32;
      readonly length: u32;
    } & Struct;
    readonly isHostingStarted: boolean;
    readonly asHostingStarted: {
      readonly feed: H256;
      readonly hoster: AccountId32;
    } & Struct;
    readonly isHostingStopped: boolean;
    readonly asHostingStopped: {
      readonly feed: H256;
      readonly hoster: AccountId32;
    } & Struct;
    readonly isUpdated: boolean;
    readonly asUpdated: {
      readonly feed: H256;
      readonly length: u32;
    } & Struct;
    readonly isHostingExtended: boolean;
    readonly asHostingExtended: {
      readonly feed: H256;
      readonly hoster: AccountId32;
      readonly length: u32;
    } & Struct;
    readonly isConflictProven: boolean;
    readonly asConflictProven: {
      readonly feed: H256;
      readonly length: u32;
    } & Struct;
    readonly type: 'Published' | 'HostingStarted' | 'HostingStopped' | 'Updated' | 'HostingExtended' | 'ConflictProven';
  }

  /** @name PalletAttestationEvent (47) */
  interface PalletAttestationEvent extends Enum {
    readonly isRoundScheduled: boolean;
    readonly asRoundScheduled: {
      readonly round: u32;
      readonly order: u32;
      readonly hoster: AccountId32;
      readonly feed: H256;
    } & Struct;
    readonly isRoundOpened: boolean;
    readonly asRoundOpened: {
      readonly round: u32;
      readonly hoster: AccountId32;
      readonly feed: H256;
      readonly openedAt: u32;
      readonly endsAt: u32;
      readonly members: Vec<AssayPrimitivesRoundMember>;
    } & Struct;
    readonly isCoinflipAgreed: boolean;
    readonly asCoinflipAgreed: {
      readonly round: u32;
      readonly attempt: u32;
      readonly transcriptRoot: H256;
      readonly hiddenMagic: H256;
    } & Struct;
    readonly isCoinflipRestarted: boolean;
    readonly asCoinflipRestarted: {
      readonly round: u32;
      readonly attempt: u32;
      readonly dropped: Vec<AccountId32>;
    } & Struct;
    readonly isEvidenceAccepted: boolean;
    readonly asEvidenceAccepted: {
      readonly round: u32;
      readonly attempt: u32;
      readonly offender: AccountId32;
      readonly lie: AssayPrimitivesCoinflipLie;
    } & Struct;
    readonly isReportAccepted: boolean;
    readonly asReportAccepted: {
      readonly round: u32;
      readonly attestor: AccountId32;
      readonly served: bool;
    } & Struct;
    readonly isRoundClosed: boolean;
    readonly asRoundClosed: {
      readonly round: u32;
      readonly verdict: AssayPrimitivesRoundVerdict;
      readonly served: u32;
      readonly unserved: u32;
      readonly reason: AssayPrimitivesRoundClosingReason;
    } & Struct;
    readonly isPaid: boolean;
    readonly asPaid: {
      readonly round: u32;
      readonly who: AccountId32;
      readonly amount: u128;
    } & Struct;
    readonly isAbsenceReported: boolean;
    readonly asAbsenceReported: {
      readonly round: u32;
      readonly attestor: AccountId32;
      readonly reporter: AccountId32;
      readonly reward: u128;
      readonly paid: Option<AccountId32>;
    } & Struct;
    readonly isAccusationRejected: boolean;
    readonly asAccusationRejected: {
      readonly round: u32;
      readonly attestor: AccountId32;
      readonly accuser: AccountId32;
      readonly deposit: u128;
    } & Struct;
    readonly isCoinflipDemanded: boolean;
    readonly asCoinflipDemanded: {
      readonly round: u32;
      readonly attempt: u32;
      readonly stage: AssayPrimitivesCoinflipFlipStage;
      readonly demander: AccountId32;
      readonly until: u32;
    } & Struct;
    readonly isCommitmentsPut: boolean;
    readonly asCommitmentsPut: {
      readonly round: u32;
      readonly attempt: u32;
      readonly sender: AccountId32;
      readonly members: Vec<AccountId32>;
    } & Struct;
    readonly isValuesPut: boolean;
    readonly asValuesPut: {
      readonly round: u32;
      readonly attempt: u32;
      readonly sender: AccountId32;
      readonly members: Vec<AccountId32>;
    } & Struct;
    readonly isMembersAbsent: boolean;
    readonly asMembersAbsent: {
      readonly round: u32;
      readonly attempt: u32;
      readonly members: Vec<AccountId32>;
      readonly afterGate: bool;
    } & Struct;
    readonly isNumberPublic: boolean;
    readonly asNumberPublic: {
      readonly round: u32;
      readonly attempt: u32;
      readonly magic: H256;
    } & Struct;
    readonly isParametersChanged: boolean;
    readonly asParametersChanged: {
      readonly changes: AssayPrimitivesRoundParameterChanges;
    } & Struct;
    readonly isAttestorsAwaited: boolean;
    readonly asAttestorsAwaited: {
      readonly round: u32;
      readonly needed: u32;
      readonly eligible: u32;
      readonly areBusy: bool;
      readonly until: u32;
    } & Struct;
    readonly type: 'RoundScheduled' | 'RoundOpened' | 'CoinflipAgreed' | 'CoinflipRestarted' | 'EvidenceAccepted' | 'ReportAccepted' | 'RoundClosed' | 'Paid' | 'AbsenceReported' | 'AccusationRejected' | 'CoinflipDemanded' | 'CommitmentsPut' | 'ValuesPut' | 'MembersAbsent' | 'NumberPublic' | 'ParametersChanged' | 'AttestorsAwaited';
  }

  /** @name AssayPrimitivesRoundMember (49) */
  interface AssayPrimitivesRoundMember extends Struct {
    readonly account: AccountId32;
    readonly noiseKey: AssayPrimitivesNoiseKey;
  }

  /** @name AssayPrimitivesCoinflipLie (51) */
  interface AssayPrimitivesCoinflipLie extends Enum {
    readonly isEquivocation: boolean;
    readonly isBadReveal: boolean;
    readonly isBadPing: boolean;
    readonly isFalseFraud: boolean;
    readonly type: 'Equivocation' | 'BadReveal' | 'BadPing' | 'FalseFraud';
  }

  /** @name AssayPrimitivesRoundVerdict (53) */
  interface AssayPrimitivesRoundVerdict extends Enum {
    readonly isPass: boolean;
    readonly isFail: boolean;
    readonly isInconclusive: boolean;
    readonly type: 'Pass' | 'Fail' | 'Inconclusive';
  }

  /** @name AssayPrimitivesRoundClosingReason (54) */
  interface AssayPrimitivesRoundClosingReason extends Enum {
    readonly isQuorum: boolean;
    readonly isReportsDisagree: boolean;
    readonly isTooFewReports: boolean;
    readonly isFeedEnded: boolean;
    readonly isTooFewCredible: boolean;
    readonly isTooFewMembers: boolean;
    readonly isNoAgreement: boolean;
    readonly isTooFewAttestors: boolean;
    readonly isAttestorsBusy: boolean;
    readonly type: 'Quorum' | 'ReportsDisagree' | 'TooFewReports' | 'FeedEnded' | 'TooFewCredible' | 'TooFewMembers' | 'NoAgreement' | 'TooFewAttestors' | 'AttestorsBusy';
  }

  /** @name AssayPrimitivesCoinflipFlipStage (55) */
  interface AssayPrimitivesCoinflipFlipStage extends Enum {
    readonly isCommit: boolean;
    readonly isReveal: boolean;
    readonly isNumber: boolean;
    readonly type: 'Commit' | 'Reveal' | 'Number';
  }

  /** @name AssayPrimitivesRoundParameterChanges (56) */
  interface AssayPrimitivesRoundParameterChanges extends Struct {
    readonly attestors: Option<u32>;
    readonly roundLength: Option<u32>;
    readonly coinflipWindow: Option<u32>;
    readonly reportWindow: Option<u32>;
    readonly challenges: Option<u32>;
    readonly slotTolerance: Option<u32>;
    readonly gap: Option<u32>;
    readonly maxRedraws: Option<u32>;
    readonly maxWait: Option<u32>;
    readonly hosterReward: Option<u128>;
    readonly attestorReward: Option<u128>;
    readonly magicRule: Option<AssayPrimitivesCoinflipMagicRule>;
    readonly accusationDeposit: Option<u128>;
    readonly answerWindow: Option<u32>;
    readonly objectionWindow: Option<u32>;
    readonly demandDeposit: Option<u128>;
  }

  /** @name AssayPrimitivesCoinflipMagicRule (58) */
  interface AssayPrimitivesCoinflipMagicRule extends Enum {
    readonly isConcat: boolean;
    readonly isXorHash: boolean;
    readonly isXor: boolean;
    readonly type: 'Concat' | 'XorHash' | 'Xor';
  }

  /** @name PalletHostingEvent (59) */
  interface PalletHostingEvent extends Enum {
    readonly isDonated: boolean;
    readonly asDonated: {
      readonly feed: H256;
      readonly donor: AccountId32;
      readonly amount: u128;
    } & Struct;
    readonly isWithdrawn: boolean;
    readonly asWithdrawn: {
      readonly feed: H256;
      readonly donor: AccountId32;
      readonly amount: u128;
    } & Struct;
    readonly isPlanPublished: boolean;
    readonly asPlanPublished: {
      readonly plan: u32;
      readonly feed: H256;
      readonly owner: AccountId32;
    } & Struct;
    readonly isPlanCancelled: boolean;
    readonly asPlanCancelled: {
      readonly plan: u32;
    } & Struct;
    readonly isGrowthNoticed: boolean;
    readonly asGrowthNoticed: {
      readonly plan: u32;
      readonly feed: H256;
      readonly length: u32;
      readonly from: u32;
    } & Struct;
    readonly isOffered: boolean;
    readonly asOffered: {
      readonly provider: AccountId32;
      readonly storageBytes: u64;
      readonly encodingBytesPerBlock: u32;
    } & Struct;
    readonly isContractChanged: boolean;
    readonly asContractChanged: {
      readonly contract: u32;
      readonly feed: H256;
      readonly state: AssayPrimitivesHostingContractState;
    } & Struct;
    readonly isCopyAssigned: boolean;
    readonly asCopyAssigned: {
      readonly copy: u64;
      readonly generation: u32;
      readonly contract: u32;
      readonly feed: H256;
      readonly from: u32;
      readonly hoster: AssayPrimitivesHostingProvider;
      readonly encoder: AssayPrimitivesHostingProvider;
    } & Struct;
    readonly isCopyAccepted: boolean;
    readonly asCopyAccepted: {
      readonly copy: u64;
      readonly generation: u32;
      readonly modulus: Bytes;
      readonly until: u32;
    } & Struct;
    readonly isSegmentCommitted: boolean;
    readonly asSegmentCommitted: {
      readonly copy: u64;
      readonly generation: u32;
      readonly end: AssayPrimitivesHostingSegmentEnd;
    } & Struct;
    readonly isSegmentMatched: boolean;
    readonly asSegmentMatched: {
      readonly copy: u64;
      readonly generation: u32;
      readonly end: AssayPrimitivesHostingSegmentEnd;
    } & Struct;
    readonly isCopyLive: boolean;
    readonly asCopyLive: {
      readonly copy: u64;
      readonly generation: u32;
      readonly contract: u32;
      readonly hoster: AccountId32;
    } & Struct;
    readonly isCopyFailed: boolean;
    readonly asCopyFailed: {
      readonly copy: u64;
      readonly generation: u32;
      readonly fault: AssayPrimitivesHostingCopyFault;
      readonly blamed: Option<AccountId32>;
    } & Struct;
    readonly isCopyEnded: boolean;
    readonly asCopyEnded: {
      readonly copy: u64;
      readonly generation: u32;
      readonly contract: u32;
    } & Struct;
    readonly isComplaintRefuted: boolean;
    readonly asComplaintRefuted: {
      readonly copy: u64;
      readonly generation: u32;
      readonly complainer: AccountId32;
    } & Struct;
    readonly isStorageChallenged: boolean;
    readonly asStorageChallenged: {
      readonly copy: u64;
      readonly generation: u32;
      readonly hoster: AccountId32;
      readonly challenge: AssayPrimitivesHostingStorageChallenge;
    } & Struct;
    readonly isStorageProven: boolean;
    readonly asStorageProven: {
      readonly copy: u64;
      readonly generation: u32;
      readonly hoster: AccountId32;
    } & Struct;
    readonly isStorageMissed: boolean;
    readonly asStorageMissed: {
      readonly copy: u64;
      readonly generation: u32;
      readonly hoster: AccountId32;
    } & Struct;
    readonly isPaid: boolean;
    readonly asPaid: {
      readonly feed: H256;
      readonly copy: u64;
      readonly generation: u32;
      readonly who: AccountId32;
      readonly amount: u128;
      readonly for: AssayPrimitivesHostingPaidFor;
    } & Struct;
    readonly isPayWithheld: boolean;
    readonly asPayWithheld: {
      readonly copy: u64;
      readonly generation: u32;
      readonly hoster: AccountId32;
    } & Struct;
    readonly isParametersChanged: boolean;
    readonly asParametersChanged: {
      readonly changes: AssayPrimitivesHostingParameterChanges;
    } & Struct;
    readonly type: 'Donated' | 'Withdrawn' | 'PlanPublished' | 'PlanCancelled' | 'GrowthNoticed' | 'Offered' | 'ContractChanged' | 'CopyAssigned' | 'CopyAccepted' | 'SegmentCommitted' | 'SegmentMatched' | 'CopyLive' | 'CopyFailed' | 'CopyEnded' | 'ComplaintRefuted' | 'StorageChallenged' | 'StorageProven' | 'StorageMissed' | 'Paid' | 'PayWithheld' | 'ParametersChanged';
  }

  /** @name AssayPrimitivesHostingContractState (60) */
  interface AssayPrimitivesHostingContractState extends Enum {
    readonly isQueued: boolean;
    readonly isSetup: boolean;
    readonly isActive: boolean;
    readonly isRepairing: boolean;
    readonly isEnded: boolean;
    readonly isCancelled: boolean;
    readonly isStarved: boolean;
    readonly isLost: boolean;
    readonly type: 'Queued' | 'Setup' | 'Active' | 'Repairing' | 'Ended' | 'Cancelled' | 'Starved' | 'Lost';
  }

  /** @name AssayPrimitivesHostingProvider (61) */
  interface AssayPrimitivesHostingProvider extends Struct {
    readonly account: AccountId32;
    readonly noiseKey: AssayPrimitivesNoiseKey;
  }

  /** @name AssayPrimitivesHostingSegmentEnd (63) */
  interface AssayPrimitivesHostingSegmentEnd extends Struct {
    readonly to: u32;
    readonly leaves: u64;
    readonly root: H256;
  }

  /** @name AssayPrimitivesHostingCopyFault (64) */
  interface AssayPrimitivesHostingCopyFault extends Enum {
    readonly isNotAccepted: boolean;
    readonly isNotEncoded: boolean;
    readonly isNotConfirmed: boolean;
    readonly isRootsDiffer: boolean;
    readonly isBadEncoding: boolean;
    readonly isStorageMissed: boolean;
    readonly isHosterLeft: boolean;
    readonly type: 'NotAccepted' | 'NotEncoded' | 'NotConfirmed' | 'RootsDiffer' | 'BadEncoding' | 'StorageMissed' | 'HosterLeft';
  }

  /** @name AssayPrimitivesHostingStorageChallenge (65) */
  interface AssayPrimitivesHostingStorageChallenge extends Struct {
    readonly beacon: H256;
    readonly draws: u32;
    readonly until: u32;
  }

  /** @name AssayPrimitivesHostingPaidFor (66) */
  interface AssayPrimitivesHostingPaidFor extends Enum {
    readonly isStorage: boolean;
    readonly isEncoding: boolean;
    readonly isEncodingProven: boolean;
    readonly type: 'Storage' | 'Encoding' | 'EncodingProven';
  }

  /** @name AssayPrimitivesHostingParameterChanges (67) */
  interface AssayPrimitivesHostingParameterChanges extends Struct {
    readonly challengeInterval: Option<u32>;
    readonly challengeWindow: Option<u32>;
    readonly challengedLeaves: Option<u32>;
    readonly acceptWindow: Option<u32>;
    readonly encodeWindow: Option<u32>;
    readonly confirmWindow: Option<u32>;
    readonly setupTries: Option<u32>;
    readonly retryPause: Option<u32>;
    readonly queuePause: Option<u32>;
    readonly starvingGrace: Option<u32>;
    readonly vettingSharePpm: Option<u32>;
    readonly leastModulusBytes: Option<u32>;
    readonly planNotice: Option<u32>;
    readonly mostHosterPay: Option<u128>;
    readonly mostEncoderPay: Option<u128>;
    readonly leastEncodingBytesPerBlock: Option<u32>;
  }

  /** @name FrameSystemPhase (68) */
  interface FrameSystemPhase extends Enum {
    readonly isApplyExtrinsic: boolean;
    readonly asApplyExtrinsic: u32;
    readonly isFinalization: boolean;
    readonly isInitialization: boolean;
    readonly type: 'ApplyExtrinsic' | 'Finalization' | 'Initialization';
  }

  /** @name FrameSystemLastRuntimeUpgradeInfo (70) */
  interface FrameSystemLastRuntimeUpgradeInfo extends Struct {
    readonly specVersion: Compact<u32>;
    readonly specName: Text;
  }

  /** @name FrameSystemCall (72) */
  interface FrameSystemCall extends Enum {
    readonly isRemark: boolean;
    readonly asRemark: {
      readonly remark: Bytes;
    } & Struct;
    readonly isSetStorage: boolean;
    readonly asSetStorage: {
      readonly items: Vec<ITuple<[Bytes, Bytes]>>;
    } & Struct;
    readonly isKillStorage: boolean;
    readonly asKillStorage: {
      readonly keys_: Vec<Bytes>;
    } & Struct;
    readonly isKillPrefix: boolean;
    readonly asKillPrefix: {
      readonly prefix: Bytes;
      readonly subkeys: u32;
    } & Struct;
    readonly isRemarkWithEvent: boolean;
    readonly asRemarkWithEvent: {
      readonly remark: Bytes;
    } & Struct;
    readonly type: 'Remark' | 'SetStorage' | 'KillStorage' | 'KillPrefix' | 'RemarkWithEvent';
  }

  /** @name FrameSystemLimitsBlockWeights (76) */
  interface FrameSystemLimitsBlockWeights extends Struct {
    readonly baseBlock: SpWeightsWeightV2Weight;
    readonly maxBlock: SpWeightsWeightV2Weight;
    readonly perClass: FrameSupportDispatchPerDispatchClassWeightsPerClass;
  }

  /** @name FrameSupportDispatchPerDispatchClassWeightsPerClass (77) */
  interface FrameSupportDispatchPerDispatchClassWeightsPerClass extends Struct {
    readonly normal: FrameSystemLimitsWeightsPerClass;
    readonly operational: FrameSystemLimitsWeightsPerClass;
    readonly mandatory: FrameSystemLimitsWeightsPerClass;
  }

  /** @name FrameSystemLimitsWeightsPerClass (78) */
  interface FrameSystemLimitsWeightsPerClass extends Struct {
    readonly baseExtrinsic: SpWeightsWeightV2Weight;
    readonly maxExtrinsic: Option<SpWeightsWeightV2Weight>;
    readonly maxTotal: Option<SpWeightsWeightV2Weight>;
    readonly reserved: Option<SpWeightsWeightV2Weight>;
  }

  /** @name FrameSystemLimitsBlockLength (80) */
  interface FrameSystemLimitsBlockLength extends Struct {
    readonly max: FrameSupportDispatchPerDispatchClassU32;
  }

  /** @name FrameSupportDispatchPerDispatchClassU32 (81) */
  interface FrameSupportDispatchPerDispatchClassU32 extends Struct {
    readonly normal: u32;
    readonly operational: u32;
    readonly mandatory: u32;
  }

  /** @name SpWeightsRuntimeDbWeight (82) */
  interface SpWeightsRuntimeDbWeight extends Struct {
    readonly read: u64;
    readonly write: u64;
  }

  /** @name SpVersionRuntimeVersion (83) */
  interface SpVersionRuntimeVersion extends Struct {
    readonly specName: Text;
    readonly implName: Text;
    readonly authoringVersion: u32;
    readonly specVersion: u32;
    readonly implVersion: u32;
    readonly apis: Vec<ITuple<[U8aFixed, u32]>>;
    readonly transactionVersion: u32;
    readonly stateVersion: u8;
  }

  /** @name PalletTimestampCall (89) */
  interface PalletTimestampCall extends Enum {
    readonly isSet: boolean;
    readonly asSet: {
      readonly now: Compact<u64>;
    } & Struct;
    readonly type: 'Set';
  }

  /** @name SpConsensusAuraSr25519AppSr25519Public (91) */
  interface SpConsensusAuraSr25519AppSr25519Public extends U8aFixed {}

  /** @name PalletBalancesBalanceLock (94) */
  interface PalletBalancesBalanceLock extends Struct {
    readonly id: U8aFixed;
    readonly amount: u128;
    readonly reasons: PalletBalancesReasons;
  }

  /** @name PalletBalancesReasons (95) */
  interface PalletBalancesReasons extends Enum {
    readonly isFee: boolean;
    readonly isMisc: boolean;
    readonly isAll: boolean;
    readonly type: 'Fee' | 'Misc' | 'All';
  }

  /** @name PalletBalancesReserveData (97) */
  interface PalletBalancesReserveData extends Struct {
    readonly id: U8aFixed;
    readonly amount: u128;
  }

  /** @name PalletBalancesCall (98) */
  interface PalletBalancesCall extends Enum {
    readonly isTransferAllowDeath: boolean;
    readonly asTransferAllowDeath: {
      readonly dest: MultiAddress;
      readonly value: Compact<u128>;
    } & Struct;
    readonly isForceTransfer: boolean;
    readonly asForceTransfer: {
      readonly source: MultiAddress;
      readonly dest: MultiAddress;
      readonly value: Compact<u128>;
    } & Struct;
    readonly isTransferKeepAlive: boolean;
    readonly asTransferKeepAlive: {
      readonly dest: MultiAddress;
      readonly value: Compact<u128>;
    } & Struct;
    readonly isTransferAll: boolean;
    readonly asTransferAll: {
      readonly dest: MultiAddress;
      readonly keepAlive: bool;
    } & Struct;
    readonly isForceUnreserve: boolean;
    readonly asForceUnreserve: {
      readonly who: MultiAddress;
      readonly amount: u128;
    } & Struct;
    readonly isForceSetBalance: boolean;
    readonly asForceSetBalance: {
      readonly who: MultiAddress;
      readonly newFree: Compact<u128>;
    } & Struct;
    readonly isBurn: boolean;
    readonly asBurn: {
      readonly value: Compact<u128>;
      readonly keepAlive: bool;
    } & Struct;
    readonly type: 'TransferAllowDeath' | 'ForceTransfer' | 'TransferKeepAlive' | 'TransferAll' | 'ForceUnreserve' | 'ForceSetBalance' | 'Burn';
  }

  /** @name PalletBalancesError (103) */
  interface PalletBalancesError extends Enum {
    readonly isVestingBalance: boolean;
    readonly isLiquidityRestrictions: boolean;
    readonly isInsufficientBalance: boolean;
    readonly isExistentialDeposit: boolean;
    readonly isExpendability: boolean;
    readonly isExistingVestingSchedule: boolean;
    readonly isDeadAccount: boolean;
    readonly isTooManyReserves: boolean;
    readonly isTooManyHolds: boolean;
    readonly isTooManyFreezes: boolean;
    readonly isIssuanceDeactivated: boolean;
    readonly isDeltaZero: boolean;
    readonly type: 'VestingBalance' | 'LiquidityRestrictions' | 'InsufficientBalance' | 'ExistentialDeposit' | 'Expendability' | 'ExistingVestingSchedule' | 'DeadAccount' | 'TooManyReserves' | 'TooManyHolds' | 'TooManyFreezes' | 'IssuanceDeactivated' | 'DeltaZero';
  }

  /** @name PalletTransactionPaymentReleases (105) */
  interface PalletTransactionPaymentReleases extends Enum {
    readonly isV1Ancient: boolean;
    readonly isV2: boolean;
    readonly type: 'V1Ancient' | 'V2';
  }

  /** @name PalletSudoCall (106) */
  interface PalletSudoCall extends Enum {
    readonly isSudo: boolean;
    readonly asSudo: {
      readonly call: Call;
    } & Struct;
    readonly isSudoUncheckedWeight: boolean;
    readonly asSudoUncheckedWeight: {
      readonly call: Call;
      readonly weight: SpWeightsWeightV2Weight;
    } & Struct;
    readonly isSetKey: boolean;
    readonly asSetKey: {
      readonly new_: MultiAddress;
    } & Struct;
    readonly isSudoAs: boolean;
    readonly asSudoAs: {
      readonly who: MultiAddress;
      readonly call: Call;
    } & Struct;
    readonly isRemoveKey: boolean;
    readonly type: 'Sudo' | 'SudoUncheckedWeight' | 'SetKey' | 'SudoAs' | 'RemoveKey';
  }

  /** @name PalletUtilityCall (108) */
  interface PalletUtilityCall extends Enum {
    readonly isBatch: boolean;
    readonly asBatch: {
      readonly calls: Vec<Call>;
    } & Struct;
    readonly isBatchAll: boolean;
    readonly asBatchAll: {
      readonly calls: Vec<Call>;
    } & Struct;
    readonly isForceBatch: boolean;
    readonly asForceBatch: {
      readonly calls: Vec<Call>;
    } & Struct;
    readonly type: 'Batch' | 'BatchAll' | 'ForceBatch';
  }

  /** @name PalletWorkersCall (110) */
  interface PalletWorkersCall extends Enum {
    readonly isRegister: boolean;
    readonly asRegister: {
      readonly noiseKey: AssayPrimitivesNoiseKey;
      readonly possession: AssayPrimitivesNoiseSignature;
      readonly roles: Vec<AssayPrimitivesRole>;
      readonly capacity: u32;
      readonly name: Text;
    } & Struct;
    readonly isUpdate: boolean;
    readonly asUpdate: {
      readonly roles: Vec<AssayPrimitivesRole>;
      readonly capacity: u32;
    } & Struct;
    readonly isPause: boolean;
    readonly isResume: boolean;
    readonly isUnregister: boolean;
    readonly isHeartbeat: boolean;
    readonly isTopUp: boolean;
    readonly isSetBondTerms: boolean;
    readonly asSetBondTerms: {
      readonly changes: AssayPrimitivesBondTermChanges;
    } & Struct;
    readonly isSetName: boolean;
    readonly asSetName: {
      readonly name: Text;
    } & Struct;
    readonly type: 'Register' | 'Update' | 'Pause' | 'Resume' | 'Unregister' | 'Heartbeat' | 'TopUp' | 'SetBondTerms' | 'SetName';
  }

  /** @name AssayPrimitivesNoiseSignature (111) */
  interface AssayPrimitivesNoiseSignature extends U8aFixed {}

  /** @name PalletFeedsCall (114) */
  interface PalletFeedsCall extends Enum {
    readonly isPublish: boolean;
    readonly asPublish: {
      readonly head: AssayPrimitivesFeedFeedHead;
    } & Struct;
    readonly isHost: boolean;
    readonly asHost: {
      readonly feed: H256;
      readonly length: u32;
    } & Struct;
    readonly isStopHosting: boolean;
    readonly asStopHosting: {
      readonly feed: H256;
    } & Struct;
    readonly isUpdate: boolean;
    readonly asUpdate: {
      readonly head: AssayPrimitivesFeedFeedHead;
      readonly nodes: Vec<AssayPrimitivesFeedTreeNode>;
    } & Struct;
    readonly isReportConflict: boolean;
    readonly asReportConflict: {
      readonly conflict: AssayPrimitivesFeedFeedConflict;
    } & Struct;
    readonly type: 'Publish' | 'Host' | 'StopHosting' | 'Update' | 'ReportConflict';
  }

  /** @name AssayPrimitivesFeedFeedHead (115) */
  interface AssayPrimitivesFeedFeedHead extends Struct {
    readonly key: H256;
    readonly namespace: H256;
    readonly publicKey: H256;
    readonly length: u32;
    readonly fork: u32;
    readonly roots: Vec<AssayPrimitivesFeedTreeNode>;
    readonly signature: AssayPrimitivesNoiseSignature;
  }

  /** @name AssayPrimitivesFeedTreeNode (117) */
  interface AssayPrimitivesFeedTreeNode extends Struct {
    readonly nodeHash: H256;
    readonly bytes: Compact<u64>;
  }

  /** @name AssayPrimitivesFeedFeedConflict (118) */
  interface AssayPrimitivesFeedFeedConflict extends Struct {
    readonly length: u32;
    readonly first: AssayPrimitivesFeedFeedBranch;
    readonly second: AssayPrimitivesFeedFeedBranch;
  }

  /** @name AssayPrimitivesFeedFeedBranch (119) */
  interface AssayPrimitivesFeedFeedBranch extends Struct {
    readonly head: AssayPrimitivesFeedFeedHead;
    readonly roots: Vec<AssayPrimitivesFeedTreeNode>;
    readonly nodes: Vec<AssayPrimitivesFeedTreeNode>;
  }

  /** @name PalletAttestationCall (120) */
  interface PalletAttestationCall extends Enum {
    readonly isRequestRound: boolean;
    readonly asRequestRound: {
      readonly hoster: AccountId32;
      readonly feed: H256;
    } & Struct;
    readonly isScheduleRounds: boolean;
    readonly asScheduleRounds: {
      readonly hoster: AccountId32;
      readonly feed: H256;
      readonly rounds: u32;
    } & Struct;
    readonly isCancelOrder: boolean;
    readonly asCancelOrder: {
      readonly order: u32;
    } & Struct;
    readonly isSubmitCoinflipOutcome: boolean;
    readonly asSubmitCoinflipOutcome: {
      readonly round: u32;
      readonly attempt: u32;
      readonly outcome: AssayPrimitivesCoinflipOutcome;
    } & Struct;
    readonly isSubmitEvidence: boolean;
    readonly asSubmitEvidence: {
      readonly round: u32;
      readonly attempt: u32;
      readonly evidence: AssayPrimitivesCoinflipEvidence;
    } & Struct;
    readonly isSubmitReport: boolean;
    readonly asSubmitReport: {
      readonly round: u32;
      readonly report: AssayPrimitivesReport;
    } & Struct;
    readonly isSetParameters: boolean;
    readonly asSetParameters: {
      readonly changes: AssayPrimitivesRoundParameterChanges;
    } & Struct;
    readonly isReportAbsent: boolean;
    readonly asReportAbsent: {
      readonly round: u32;
      readonly attestor: AccountId32;
    } & Struct;
    readonly isDemandCoinflip: boolean;
    readonly asDemandCoinflip: {
      readonly round: u32;
      readonly attempt: u32;
      readonly words: Vec<AssayPrimitivesCoinflipListedWord>;
    } & Struct;
    readonly isPutCommitments: boolean;
    readonly asPutCommitments: {
      readonly round: u32;
      readonly attempt: u32;
      readonly words: Vec<AssayPrimitivesCoinflipListedWord>;
    } & Struct;
    readonly isPutValues: boolean;
    readonly asPutValues: {
      readonly round: u32;
      readonly attempt: u32;
      readonly values: Vec<AssayPrimitivesCoinflipOpenedValue>;
    } & Struct;
    readonly type: 'RequestRound' | 'ScheduleRounds' | 'CancelOrder' | 'SubmitCoinflipOutcome' | 'SubmitEvidence' | 'SubmitReport' | 'SetParameters' | 'ReportAbsent' | 'DemandCoinflip' | 'PutCommitments' | 'PutValues';
  }

  /** @name AssayPrimitivesCoinflipOutcome (121) */
  interface AssayPrimitivesCoinflipOutcome extends Enum {
    readonly isAgreed: boolean;
    readonly asAgreed: {
      readonly transcript: Vec<AssayPrimitivesCoinflipCommitment>;
      readonly hiddenMagic: H256;
    } & Struct;
    readonly type: 'Agreed';
  }

  /** @name AssayPrimitivesCoinflipCommitment (123) */
  interface AssayPrimitivesCoinflipCommitment extends Struct {
    readonly commitment: H256;
    readonly auditKeyHash: H256;
  }

  /** @name AssayPrimitivesCoinflipEvidence (124) */
  interface AssayPrimitivesCoinflipEvidence extends Enum {
    readonly isEquivocation: boolean;
    readonly asEquivocation: {
      readonly first: AssayPrimitivesCoinflipSignedCommitment;
      readonly second: AssayPrimitivesCoinflipSignedCommitment;
    } & Struct;
    readonly isBadReveal: boolean;
    readonly asBadReveal: {
      readonly commitment: AssayPrimitivesCoinflipSignedCommitment;
      readonly reveal: AssayPrimitivesCoinflipSignedReveal;
    } & Struct;
    readonly isBadPing: boolean;
    readonly asBadPing: {
      readonly confirmation: AssayPrimitivesCoinflipSignedConfirmation;
      readonly openings: Vec<AssayPrimitivesCoinflipOpening>;
    } & Struct;
    readonly isFalseFraud: boolean;
    readonly asFalseFraud: AssayPrimitivesCoinflipSignedFraud;
    readonly type: 'Equivocation' | 'BadReveal' | 'BadPing' | 'FalseFraud';
  }

  /** @name AssayPrimitivesCoinflipSignedCommitment (125) */
  interface AssayPrimitivesCoinflipSignedCommitment extends Struct {
    readonly author: AssayPrimitivesNoiseKey;
    readonly body: AssayPrimitivesCoinflipCommitment;
    readonly signature: AssayPrimitivesNoiseSignature;
  }

  /** @name AssayPrimitivesCoinflipSignedReveal (126) */
  interface AssayPrimitivesCoinflipSignedReveal extends Struct {
    readonly author: AssayPrimitivesNoiseKey;
    readonly receiver: AssayPrimitivesNoiseKey;
    readonly value: H256;
    readonly signature: AssayPrimitivesNoiseSignature;
  }

  /** @name AssayPrimitivesCoinflipSignedConfirmation (127) */
  interface AssayPrimitivesCoinflipSignedConfirmation extends Struct {
    readonly author: AssayPrimitivesNoiseKey;
    readonly receiver: AssayPrimitivesNoiseKey;
    readonly kind: AssayPrimitivesCoinflipConfirmationKind;
    readonly body: AssayPrimitivesCoinflipConfirmation;
    readonly signature: AssayPrimitivesNoiseSignature;
  }

  /** @name AssayPrimitivesCoinflipConfirmationKind (128) */
  interface AssayPrimitivesCoinflipConfirmationKind extends Enum {
    readonly isPing: boolean;
    readonly isPong: boolean;
    readonly type: 'Ping' | 'Pong';
  }

  /** @name AssayPrimitivesCoinflipConfirmation (129) */
  interface AssayPrimitivesCoinflipConfirmation extends Struct {
    readonly transcriptRoot: H256;
    readonly word: H256;
  }

  /** @name AssayPrimitivesCoinflipOpening (131) */
  interface AssayPrimitivesCoinflipOpening extends Struct {
    readonly value: H256;
    readonly auditKeyHash: H256;
  }

  /** @name AssayPrimitivesCoinflipSignedFraud (132) */
  interface AssayPrimitivesCoinflipSignedFraud extends Struct {
    readonly author: AssayPrimitivesNoiseKey;
    readonly accusation: AssayPrimitivesCoinflipAccusation;
    readonly signature: AssayPrimitivesNoiseSignature;
  }

  /** @name AssayPrimitivesCoinflipAccusation (133) */
  interface AssayPrimitivesCoinflipAccusation extends Enum {
    readonly isEquivocation: boolean;
    readonly asEquivocation: {
      readonly first: AssayPrimitivesCoinflipSignedCommitment;
      readonly second: AssayPrimitivesCoinflipSignedCommitment;
    } & Struct;
    readonly isBadReveal: boolean;
    readonly asBadReveal: {
      readonly commitment: AssayPrimitivesCoinflipSignedCommitment;
      readonly reveal: AssayPrimitivesCoinflipSignedReveal;
    } & Struct;
    readonly isBadPing: boolean;
    readonly asBadPing: {
      readonly confirmation: AssayPrimitivesCoinflipSignedConfirmation;
      readonly openings: Vec<AssayPrimitivesCoinflipOpening>;
    } & Struct;
    readonly type: 'Equivocation' | 'BadReveal' | 'BadPing';
  }

  /** @name AssayPrimitivesReport (134) */
  interface AssayPrimitivesReport extends Struct {
    readonly magic: H256;
    readonly auditKeys: Vec<AssayPrimitivesNoiseKey>;
    readonly salt: H256;
    readonly auditSignatures: Vec<AssayPrimitivesNoiseSignature>;
    readonly receipts: Vec<AssayPrimitivesSignedReceipt>;
    readonly proofs: AssayPrimitivesFeedPooledProofs;
    readonly hosterMetrics: AssayPrimitivesMetricsHosterMetrics;
    readonly attestorMetrics: Vec<AssayPrimitivesMetricsPeerMetrics>;
  }

  /** @name AssayPrimitivesSignedReceipt (138) */
  interface AssayPrimitivesSignedReceipt extends Struct {
    readonly receipt: AssayPrimitivesReceipt;
    readonly signature: AssayPrimitivesNoiseSignature;
  }

  /** @name AssayPrimitivesReceipt (139) */
  interface AssayPrimitivesReceipt extends Struct {
    readonly feed: H256;
    readonly peer: AssayPrimitivesNoiseKey;
    readonly nonce: H256;
    readonly chunks: Vec<Compact<u32>>;
    readonly leaves: H256;
    readonly possession: H256;
    readonly bytes: Compact<u64>;
    readonly blockNumber: u32;
    readonly blockHash: H256;
  }

  /** @name AssayPrimitivesFeedPooledProofs (141) */
  interface AssayPrimitivesFeedPooledProofs extends Struct {
    readonly proofs: Vec<AssayPrimitivesFeedPooledProof>;
    readonly nodes: Vec<AssayPrimitivesFeedTreeNode>;
  }

  /** @name AssayPrimitivesFeedPooledProof (143) */
  interface AssayPrimitivesFeedPooledProof extends Struct {
    readonly index: Compact<u32>;
    readonly leaf: H256;
    readonly bytes: Compact<u32>;
    readonly siblings: Vec<Compact<u32>>;
  }

  /** @name AssayPrimitivesMetricsHosterMetrics (144) */
  interface AssayPrimitivesMetricsHosterMetrics extends Struct {
    readonly samples: Compact<u32>;
    readonly lost: Compact<u32>;
    readonly latencyP50Us: Compact<u32>;
    readonly latencyP95Us: Compact<u32>;
    readonly latencyP99Us: Compact<u32>;
    readonly throughputBytesPerSecond: Compact<u64>;
  }

  /** @name AssayPrimitivesMetricsPeerMetrics (146) */
  interface AssayPrimitivesMetricsPeerMetrics extends Struct {
    readonly rank: u8;
    readonly samples: Compact<u32>;
    readonly lost: Compact<u32>;
    readonly latencyP50Us: Compact<u32>;
    readonly latencyP95Us: Compact<u32>;
    readonly latencyP99Us: Compact<u32>;
    readonly throughputBytesPerSecond: Compact<u64>;
  }

  /** @name AssayPrimitivesCoinflipListedWord (148) */
  interface AssayPrimitivesCoinflipListedWord extends Struct {
    readonly rank: u8;
    readonly body: AssayPrimitivesCoinflipCommitment;
    readonly signature: AssayPrimitivesNoiseSignature;
  }

  /** @name AssayPrimitivesCoinflipOpenedValue (150) */
  interface AssayPrimitivesCoinflipOpenedValue extends Struct {
    readonly rank: u8;
    readonly value: H256;
  }

  /** @name PalletHostingCall (151) */
  interface PalletHostingCall extends Enum {
    readonly isDonate: boolean;
    readonly asDonate: {
      readonly feed: H256;
      readonly amount: u128;
    } & Struct;
    readonly isWithdraw: boolean;
    readonly asWithdraw: {
      readonly feed: H256;
      readonly amount: u128;
    } & Struct;
    readonly isPublishPlan: boolean;
    readonly asPublishPlan: {
      readonly terms: AssayPrimitivesHostingPlanTerms;
    } & Struct;
    readonly isCancelPlan: boolean;
    readonly asCancelPlan: {
      readonly plan: u32;
    } & Struct;
    readonly isOffer: boolean;
    readonly asOffer: {
      readonly storageBytes: u64;
      readonly encodingBytesPerBlock: u32;
    } & Struct;
    readonly isAcceptCopy: boolean;
    readonly asAcceptCopy: {
      readonly copy: u64;
      readonly generation: u32;
      readonly modulus: Bytes;
    } & Struct;
    readonly isCommitSegment: boolean;
    readonly asCommitSegment: {
      readonly copy: u64;
      readonly generation: u32;
      readonly end: AssayPrimitivesHostingSegmentEnd;
    } & Struct;
    readonly isConfirmSegment: boolean;
    readonly asConfirmSegment: {
      readonly copy: u64;
      readonly generation: u32;
      readonly end: AssayPrimitivesHostingSegmentEnd;
    } & Struct;
    readonly isSubmitCheckpoint: boolean;
    readonly asSubmitCheckpoint: {
      readonly copy: u64;
      readonly generation: u32;
      readonly end: AssayPrimitivesHostingSegmentEnd;
      readonly signature: AssayPrimitivesNoiseSignature;
    } & Struct;
    readonly isComplain: boolean;
    readonly asComplain: {
      readonly copy: u64;
      readonly generation: u32;
      readonly segment: u32;
      readonly complaint: AssayPrimitivesHostingEncodingComplaint;
    } & Struct;
    readonly isAnswerStorage: boolean;
    readonly asAnswerStorage: {
      readonly copy: u64;
      readonly generation: u32;
      readonly answer: Vec<AssayPrimitivesHostingSegmentAnswer>;
    } & Struct;
    readonly isLeaveCopy: boolean;
    readonly asLeaveCopy: {
      readonly copy: u64;
      readonly generation: u32;
    } & Struct;
    readonly isSetParameters: boolean;
    readonly asSetParameters: {
      readonly changes: AssayPrimitivesHostingParameterChanges;
    } & Struct;
    readonly type: 'Donate' | 'Withdraw' | 'PublishPlan' | 'CancelPlan' | 'Offer' | 'AcceptCopy' | 'CommitSegment' | 'ConfirmSegment' | 'SubmitCheckpoint' | 'Complain' | 'AnswerStorage' | 'LeaveCopy' | 'SetParameters';
  }

  /** @name AssayPrimitivesHostingPlanTerms (152) */
  interface AssayPrimitivesHostingPlanTerms extends Struct {
    readonly feed: H256;
    readonly ranges: Vec<AssayPrimitivesHostingBlockRange>;
    readonly copies: u32;
    readonly from: u32;
    readonly until: u32;
    readonly hosterPay: u128;
    readonly encoderPay: u128;
    readonly performanceEvery: u32;
    readonly reencodeEvery: u32;
    readonly targets: AssayPrimitivesHostingServiceTargets;
  }

  /** @name AssayPrimitivesHostingBlockRange (154) */
  interface AssayPrimitivesHostingBlockRange extends Struct {
    readonly from: u32;
    readonly to: Option<u32>;
  }

  /** @name AssayPrimitivesHostingServiceTargets (155) */
  interface AssayPrimitivesHostingServiceTargets extends Struct {
    readonly leastReputationPpm: u32;
    readonly highestLatencyP95Us: Option<u32>;
    readonly leastThroughputBytesPerSecond: Option<u64>;
  }

  /** @name AssayPrimitivesHostingEncodingComplaint (157) */
  interface AssayPrimitivesHostingEncodingComplaint extends Enum {
    readonly isLeaf: boolean;
    readonly asLeaf: AssayPrimitivesHostingLeafComplaint;
    readonly isCount: boolean;
    readonly asCount: AssayPrimitivesHostingCountComplaint;
    readonly isBlock: boolean;
    readonly asBlock: AssayPrimitivesHostingBlockComplaint;
    readonly type: 'Leaf' | 'Count' | 'Block';
  }

  /** @name AssayPrimitivesHostingLeafComplaint (158) */
  interface AssayPrimitivesHostingLeafComplaint extends Struct {
    readonly place: AssayPrimitivesHostingBlockPlace;
    readonly at: Compact<u32>;
    readonly leaf: Bytes;
    readonly siblings: Vec<H256>;
  }

  /** @name AssayPrimitivesHostingBlockPlace (159) */
  interface AssayPrimitivesHostingBlockPlace extends Struct {
    readonly index: Compact<u32>;
    readonly start: Compact<u64>;
    readonly leaves: Compact<u32>;
    readonly siblings: Vec<H256>;
  }

  /** @name AssayPrimitivesHostingCountComplaint (160) */
  interface AssayPrimitivesHostingCountComplaint extends Struct {
    readonly place: AssayPrimitivesHostingBlockPlace;
    readonly top: H256;
    readonly proof: AssayPrimitivesFeedBlockProof;
  }

  /** @name AssayPrimitivesFeedBlockProof (161) */
  interface AssayPrimitivesFeedBlockProof extends Struct {
    readonly index: Compact<u32>;
    readonly leaf: H256;
    readonly bytes: Compact<u32>;
    readonly siblings: Vec<AssayPrimitivesFeedTreeNode>;
  }

  /** @name AssayPrimitivesHostingBlockComplaint (162) */
  interface AssayPrimitivesHostingBlockComplaint extends Struct {
    readonly place: AssayPrimitivesHostingBlockPlace;
    readonly encoded: Bytes;
    readonly proof: AssayPrimitivesFeedBlockProof;
  }

  /** @name AssayPrimitivesHostingSegmentAnswer (164) */
  interface AssayPrimitivesHostingSegmentAnswer extends Struct {
    readonly blocks: Vec<AssayPrimitivesHostingBlockAnswer>;
    readonly siblings: Vec<H256>;
  }

  /** @name AssayPrimitivesHostingBlockAnswer (166) */
  interface AssayPrimitivesHostingBlockAnswer extends Struct {
    readonly index: Compact<u32>;
    readonly start: Compact<u64>;
    readonly count: Compact<u32>;
    readonly leaves: Vec<Bytes>;
    readonly siblings: Vec<H256>;
  }

  /** @name PalletSudoError (168) */
  interface PalletSudoError extends Enum {
    readonly isRequireSudo: boolean;
    readonly type: 'RequireSudo';
  }

  /** @name PalletUtilityError (169) */
  interface PalletUtilityError extends Enum {
    readonly isTooManyCalls: boolean;
    readonly type: 'TooManyCalls';
  }

  /** @name AssayPrimitivesWorkerRecord (170) */
  interface AssayPrimitivesWorkerRecord extends Struct {
    readonly name: Text;
    readonly noiseKey: AssayPrimitivesNoiseKey;
    readonly roles: Vec<AssayPrimitivesRole>;
    readonly capacity: u32;
    readonly duties: u32;
    readonly status: AssayPrimitivesWorkerStatus;
    readonly registeredAt: u32;
    readonly lastSeen: u32;
  }

  /** @name AssayPrimitivesWorkerStatus (171) */
  interface AssayPrimitivesWorkerStatus extends Enum {
    readonly isActive: boolean;
    readonly isPaused: boolean;
    readonly type: 'Active' | 'Paused';
  }

  /** @name AssayPrimitivesReputation (173) */
  interface AssayPrimitivesReputation extends Struct {
    readonly goodPpm: u32;
    readonly badPpm: u32;
  }

  /** @name PalletWorkersRoster (176) */
  interface PalletWorkersRoster extends Struct {
    readonly places: u32;
    readonly proven: PalletWorkersCrowd;
    readonly unproven: PalletWorkersCrowd;
  }

  /** @name PalletWorkersCrowd (177) */
  interface PalletWorkersCrowd extends Struct {
    readonly workers: u32;
    readonly busy: u32;
    readonly weight: u64;
    readonly busyWeight: u64;
  }

  /** @name PalletWorkersStanding (180) */
  interface PalletWorkersStanding extends Struct {
    readonly weight: u64;
    readonly isProven: bool;
    readonly isBusy: bool;
  }

  /** @name AssayPrimitivesBondTerms (183) */
  interface AssayPrimitivesBondTerms extends Struct {
    readonly roleBond: u128;
    readonly capacityBond: u128;
    readonly unbonding: u32;
  }

  /** @name AssayPrimitivesBond (184) */
  interface AssayPrimitivesBond extends Struct {
    readonly required: u128;
    readonly held: u128;
    readonly unbonding: u128;
    readonly until: u32;
  }

  /** @name PalletWorkersError (185) */
  interface PalletWorkersError extends Enum {
    readonly isAlreadyRegistered: boolean;
    readonly isNotRegistered: boolean;
    readonly isNoiseKeyTaken: boolean;
    readonly isBadPossession: boolean;
    readonly isBadRoles: boolean;
    readonly isZeroCapacity: boolean;
    readonly isHasDuties: boolean;
    readonly isAlreadyPaused: boolean;
    readonly isNotPaused: boolean;
    readonly isTooManyWorkers: boolean;
    readonly isCannotBond: boolean;
    readonly isNothingToTopUp: boolean;
    readonly isBadBondTerms: boolean;
    readonly isBadName: boolean;
    readonly type: 'AlreadyRegistered' | 'NotRegistered' | 'NoiseKeyTaken' | 'BadPossession' | 'BadRoles' | 'ZeroCapacity' | 'HasDuties' | 'AlreadyPaused' | 'NotPaused' | 'TooManyWorkers' | 'CannotBond' | 'NothingToTopUp' | 'BadBondTerms' | 'BadName';
  }

  /** @name AssayPrimitivesFeedHosting (187) */
  interface AssayPrimitivesFeedHosting extends Struct {
    readonly since: u32;
    readonly tree: AssayPrimitivesFeedFeedTree;
  }

  /** @name AssayPrimitivesFeedFeedTree (188) */
  interface AssayPrimitivesFeedFeedTree extends Struct {
    readonly length: u32;
    readonly roots: Vec<AssayPrimitivesFeedTreeNode>;
  }

  /** @name PalletFeedsError (189) */
  interface PalletFeedsError extends Enum {
    readonly isAlreadyPublished: boolean;
    readonly isEmptyFeed: boolean;
    readonly isWrongKey: boolean;
    readonly isWrongRoots: boolean;
    readonly isBadSignature: boolean;
    readonly isUnknownFeed: boolean;
    readonly isNotAHoster: boolean;
    readonly isAlreadyHosting: boolean;
    readonly isNotHosting: boolean;
    readonly isTruncated: boolean;
    readonly isNotLonger: boolean;
    readonly isNotAnExtension: boolean;
    readonly isNoConflict: boolean;
    readonly isConflicted: boolean;
    readonly isOtherLength: boolean;
    readonly type: 'AlreadyPublished' | 'EmptyFeed' | 'WrongKey' | 'WrongRoots' | 'BadSignature' | 'UnknownFeed' | 'NotAHoster' | 'AlreadyHosting' | 'NotHosting' | 'Truncated' | 'NotLonger' | 'NotAnExtension' | 'NoConflict' | 'Conflicted' | 'OtherLength';
  }

  /** @name AssayPrimitivesRoundParameters (190) */
  interface AssayPrimitivesRoundParameters extends Struct {
    readonly attestors: u32;
    readonly roundLength: u32;
    readonly coinflipWindow: u32;
    readonly reportWindow: u32;
    readonly challenges: u32;
    readonly slotTolerance: u32;
    readonly gap: u32;
    readonly maxRedraws: u32;
    readonly maxWait: u32;
    readonly hosterReward: u128;
    readonly attestorReward: u128;
    readonly magicRule: AssayPrimitivesCoinflipMagicRule;
    readonly accusationDeposit: u128;
    readonly answerWindow: u32;
    readonly objectionWindow: u32;
    readonly demandDeposit: u128;
  }

  /** @name AssayPrimitivesRoundOrder (191) */
  interface AssayPrimitivesRoundOrder extends Struct {
    readonly requester: AccountId32;
    readonly hoster: AccountId32;
    readonly feed: H256;
    readonly remaining: u32;
    readonly deposit: u128;
    readonly left: u128;
  }

  /** @name AssayPrimitivesRound (192) */
  interface AssayPrimitivesRound extends Struct {
    readonly order: u32;
    readonly hoster: AccountId32;
    readonly hosterKey: AssayPrimitivesNoiseKey;
    readonly feed: H256;
    readonly phase: AssayPrimitivesRoundPhase;
    readonly attempt: u32;
    readonly redraw: u32;
    readonly scheduledAt: u32;
    readonly openedAt: u32;
    readonly endsAt: u32;
    readonly agreedAt: u32;
    readonly closedAt: u32;
    readonly members: Vec<AssayPrimitivesRoundMember>;
    readonly drawn: u32;
    readonly agreement: Option<AssayPrimitivesRoundAgreement>;
    readonly hosterReputationPpm: u32;
    readonly verdict: Option<AssayPrimitivesRoundVerdict>;
    readonly reason: Option<AssayPrimitivesRoundClosingReason>;
    readonly shortage: Option<AssayPrimitivesRoundShortage>;
    readonly magic: Option<H256>;
    readonly magicRule: AssayPrimitivesCoinflipMagicRule;
    readonly auditFrom: u32;
  }

  /** @name AssayPrimitivesRoundPhase (193) */
  interface AssayPrimitivesRoundPhase extends Enum {
    readonly isScheduled: boolean;
    readonly isOpen: boolean;
    readonly isCoinflip: boolean;
    readonly isAudit: boolean;
    readonly isReport: boolean;
    readonly isClosed: boolean;
    readonly type: 'Scheduled' | 'Open' | 'Coinflip' | 'Audit' | 'Report' | 'Closed';
  }

  /** @name AssayPrimitivesRoundAgreement (195) */
  interface AssayPrimitivesRoundAgreement extends Struct {
    readonly transcript: Vec<AssayPrimitivesCoinflipCommitment>;
    readonly hiddenMagic: H256;
  }

  /** @name AssayPrimitivesRoundShortage (199) */
  interface AssayPrimitivesRoundShortage extends Struct {
    readonly needed: u32;
    readonly eligible: u32;
    readonly areBusy: bool;
  }

  /** @name AssayPrimitivesRoundVote (203) */
  interface AssayPrimitivesRoundVote extends Struct {
    readonly attempt: u32;
    readonly outcome: AssayPrimitivesCoinflipOutcome;
  }

  /** @name AssayPrimitivesRoundPastFlip (205) */
  interface AssayPrimitivesRoundPastFlip extends Struct {
    readonly members: Vec<AssayPrimitivesRoundMember>;
    readonly magicRule: AssayPrimitivesCoinflipMagicRule;
  }

  /** @name AssayPrimitivesRoundReportSummary (206) */
  interface AssayPrimitivesRoundReportSummary extends Struct {
    readonly served: bool;
    readonly proven: u32;
    readonly metrics: AssayPrimitivesMetricsHosterMetrics;
  }

  /** @name AssayPrimitivesRoundEarnings (207) */
  interface AssayPrimitivesRoundEarnings extends Struct {
    readonly paid: u128;
    readonly isForfeit: bool;
  }

  /** @name AssayPrimitivesMetricsMeasuredPerformance (208) */
  interface AssayPrimitivesMetricsMeasuredPerformance extends Struct {
    readonly round: u32;
    readonly attestors: u8;
    readonly attempts: Compact<u32>;
    readonly lossPpm: Compact<u32>;
    readonly speed: Option<AssayPrimitivesMetricsSpeed>;
  }

  /** @name AssayPrimitivesMetricsSpeed (210) */
  interface AssayPrimitivesMetricsSpeed extends Struct {
    readonly attestors: u8;
    readonly samples: Compact<u32>;
    readonly latencyP50Us: Compact<u32>;
    readonly latencyP95Us: Compact<u32>;
    readonly latencyP99Us: Compact<u32>;
    readonly throughputBytesPerSecond: Compact<u64>;
  }

  /** @name AssayPrimitivesRoundAbsences (211) */
  interface AssayPrimitivesRoundAbsences extends Struct {
    readonly requester: AccountId32;
    readonly closedAt: u32;
    readonly until: u32;
    readonly reward: u128;
    readonly held: u128;
    readonly absentees: Vec<AssayPrimitivesRoundAbsentee>;
    readonly turns: Vec<AccountId32>;
  }

  /** @name AssayPrimitivesRoundAbsentee (213) */
  interface AssayPrimitivesRoundAbsentee extends Struct {
    readonly account: AccountId32;
    readonly reported: bool;
  }

  /** @name AssayPrimitivesRoundStorageDeposit (214) */
  interface AssayPrimitivesRoundStorageDeposit extends Struct {
    readonly requester: AccountId32;
    readonly amount: u128;
  }

  /** @name AssayPrimitivesCoinflipArbitration (215) */
  interface AssayPrimitivesCoinflipArbitration extends Struct {
    readonly flip: Option<AssayPrimitivesCoinflipFlip>;
    readonly spoiltAt: Option<u32>;
    readonly numberAsked: bool;
    readonly congestion: u32;
  }

  /** @name AssayPrimitivesCoinflipFlip (217) */
  interface AssayPrimitivesCoinflipFlip extends Struct {
    readonly stage: AssayPrimitivesCoinflipFlipStage;
    readonly since: u32;
    readonly until: u32;
    readonly lastListed: u32;
    readonly demander: AccountId32;
    readonly held: u128;
    readonly spent: u128;
    readonly listed: Vec<AssayPrimitivesCoinflipListedWord>;
    readonly opened: Vec<AssayPrimitivesCoinflipOpenedValue>;
  }

  /** @name PalletAttestationError (218) */
  interface PalletAttestationError extends Enum {
    readonly isUnknownFeed: boolean;
    readonly isNotHosting: boolean;
    readonly isBadRoundCount: boolean;
    readonly isUnknownOrder: boolean;
    readonly isNotRequester: boolean;
    readonly isUnknownRound: boolean;
    readonly isWrongPhase: boolean;
    readonly isWrongAttempt: boolean;
    readonly isNotMember: boolean;
    readonly isAlreadyVoted: boolean;
    readonly isBadOutcome: boolean;
    readonly isBadEvidence: boolean;
    readonly isAlreadyConvicted: boolean;
    readonly isTooEarly: boolean;
    readonly isTooLate: boolean;
    readonly isAlreadyReported: boolean;
    readonly isNoAgreement: boolean;
    readonly isWrongMagic: boolean;
    readonly isWrongAuditKey: boolean;
    readonly isBadReceipt: boolean;
    readonly isOutsideSlot: boolean;
    readonly isBadProof: boolean;
    readonly isBadParameters: boolean;
    readonly isTooManyOrders: boolean;
    readonly isNotAbsent: boolean;
    readonly isAbsenceKnown: boolean;
    readonly isCannotAccuse: boolean;
    readonly isNoAbsences: boolean;
    readonly isMetricsOutOfBounds: boolean;
    readonly isMetricsOutOfOrder: boolean;
    readonly isMetricsOfUnknownPeer: boolean;
    readonly isMetricsOfSelf: boolean;
    readonly isDuplicateMetrics: boolean;
    readonly isTooManyOwnOrders: boolean;
    readonly isEmptyReceipt: boolean;
    readonly isAlreadyDemanded: boolean;
    readonly isTooEarlyToDemand: boolean;
    readonly isTooLateToDemand: boolean;
    readonly isSpoilt: boolean;
    readonly isNoOwnWord: boolean;
    readonly isBadWord: boolean;
    readonly isBadValue: boolean;
    readonly isNothingNew: boolean;
    readonly type: 'UnknownFeed' | 'NotHosting' | 'BadRoundCount' | 'UnknownOrder' | 'NotRequester' | 'UnknownRound' | 'WrongPhase' | 'WrongAttempt' | 'NotMember' | 'AlreadyVoted' | 'BadOutcome' | 'BadEvidence' | 'AlreadyConvicted' | 'TooEarly' | 'TooLate' | 'AlreadyReported' | 'NoAgreement' | 'WrongMagic' | 'WrongAuditKey' | 'BadReceipt' | 'OutsideSlot' | 'BadProof' | 'BadParameters' | 'TooManyOrders' | 'NotAbsent' | 'AbsenceKnown' | 'CannotAccuse' | 'NoAbsences' | 'MetricsOutOfBounds' | 'MetricsOutOfOrder' | 'MetricsOfUnknownPeer' | 'MetricsOfSelf' | 'DuplicateMetrics' | 'TooManyOwnOrders' | 'EmptyReceipt' | 'AlreadyDemanded' | 'TooEarlyToDemand' | 'TooLateToDemand' | 'Spoilt' | 'NoOwnWord' | 'BadWord' | 'BadValue' | 'NothingNew';
  }

  /** @name AssayPrimitivesHostingParameters (219) */
  interface AssayPrimitivesHostingParameters extends Struct {
    readonly challengeInterval: u32;
    readonly challengeWindow: u32;
    readonly challengedLeaves: u32;
    readonly acceptWindow: u32;
    readonly encodeWindow: u32;
    readonly confirmWindow: u32;
    readonly setupTries: u32;
    readonly retryPause: u32;
    readonly queuePause: u32;
    readonly starvingGrace: u32;
    readonly vettingSharePpm: u32;
    readonly leastModulusBytes: u32;
    readonly planNotice: u32;
    readonly mostHosterPay: u128;
    readonly mostEncoderPay: u128;
    readonly leastEncodingBytesPerBlock: u32;
  }

  /** @name AssayPrimitivesHostingPool (220) */
  interface AssayPrimitivesHostingPool extends Struct {
    readonly era: u32;
    readonly total: u128;
    readonly shares: u128;
    readonly committed: u128;
  }

  /** @name AssayPrimitivesHostingDonation (223) */
  interface AssayPrimitivesHostingDonation extends Struct {
    readonly era: u32;
    readonly shares: u128;
    readonly given: u128;
    readonly withdrawn: u128;
    readonly decidesFrom: u32;
    readonly lockedUntil: u32;
  }

  /** @name AssayPrimitivesHostingPlan (224) */
  interface AssayPrimitivesHostingPlan extends Struct {
    readonly owner: AccountId32;
    readonly terms: AssayPrimitivesHostingPlanTerms;
    readonly covered: u32;
    readonly coveredBytes: u64;
    readonly contracts: u32;
  }

  /** @name AssayPrimitivesHostingNotice (225) */
  interface AssayPrimitivesHostingNotice extends Struct {
    readonly tree: AssayPrimitivesFeedFeedTree;
    readonly from: u32;
  }

  /** @name AssayPrimitivesHostingContract (227) */
  interface AssayPrimitivesHostingContract extends Struct {
    readonly plan: u32;
    readonly feed: H256;
    readonly from: u32;
    readonly to: u32;
    readonly tree: AssayPrimitivesFeedFeedTree;
    readonly mostBytes: u64;
    readonly state: AssayPrimitivesHostingContractState;
    readonly copies: Vec<u64>;
    readonly openedAt: u32;
    readonly starvingSince: u32;
  }

  /** @name AssayPrimitivesHostingCopy (229) */
  interface AssayPrimitivesHostingCopy extends Struct {
    readonly contract: u32;
    readonly generation: u32;
    readonly state: AssayPrimitivesHostingCopyState;
    readonly hoster: Option<AssayPrimitivesHostingProvider>;
    readonly encoder: Option<AssayPrimitivesHostingProvider>;
    readonly encodeBlocks: u32;
    readonly encodesUntil: u32;
    readonly modulus: Option<Bytes>;
    readonly segments: Vec<AssayPrimitivesHostingSegment>;
    readonly pending: Option<AssayPrimitivesHostingSegmentEnd>;
    readonly challenge: Option<AssayPrimitivesHostingStorageChallenge>;
    readonly tries: u32;
    readonly due: u32;
    readonly passes: u32;
    readonly misses: u32;
    readonly committed: u128;
    readonly owed: u128;
    readonly replaces: Option<u64>;
    readonly isLeaving: bool;
  }

  /** @name AssayPrimitivesHostingCopyState (230) */
  interface AssayPrimitivesHostingCopyState extends Enum {
    readonly isVacant: boolean;
    readonly isAssigned: boolean;
    readonly isEncoding: boolean;
    readonly isConfirming: boolean;
    readonly isLive: boolean;
    readonly isSuspect: boolean;
    readonly isEnded: boolean;
    readonly type: 'Vacant' | 'Assigned' | 'Encoding' | 'Confirming' | 'Live' | 'Suspect' | 'Ended';
  }

  /** @name AssayPrimitivesHostingSegment (234) */
  interface AssayPrimitivesHostingSegment extends Struct {
    readonly from: u32;
    readonly to: u32;
    readonly encoder: AccountId32;
    readonly modulus: Bytes;
    readonly leaves: u64;
    readonly root: H256;
  }

  /** @name AssayPrimitivesHostingChallengeResult (239) */
  interface AssayPrimitivesHostingChallengeResult extends Struct {
    readonly block: u32;
    readonly passed: bool;
  }

  /** @name AssayPrimitivesHostingOffer (241) */
  interface AssayPrimitivesHostingOffer extends Struct {
    readonly storageBytes: u64;
    readonly usedBytes: u64;
    readonly encodingBytesPerBlock: u32;
  }

  /** @name PalletHostingError (243) */
  interface PalletHostingError extends Enum {
    readonly isUnknownFeed: boolean;
    readonly isFeedEnded: boolean;
    readonly isZeroAmount: boolean;
    readonly isTooLittle: boolean;
    readonly isPoolFull: boolean;
    readonly isCannotWithdraw: boolean;
    readonly isTooNew: boolean;
    readonly isLocked: boolean;
    readonly isNotMostOfPool: boolean;
    readonly isBadPlan: boolean;
    readonly isTooDear: boolean;
    readonly isOutsideFeed: boolean;
    readonly isFeedTooLarge: boolean;
    readonly isTooManyPlans: boolean;
    readonly isUnknownPlan: boolean;
    readonly isNotPlanOwner: boolean;
    readonly isNotAProvider: boolean;
    readonly isUnknownCopy: boolean;
    readonly isWrongGeneration: boolean;
    readonly isWrongState: boolean;
    readonly isNotHoster: boolean;
    readonly isNotEncoder: boolean;
    readonly isBadModulus: boolean;
    readonly isModulusUsed: boolean;
    readonly isBadSegment: boolean;
    readonly isTooEarly: boolean;
    readonly isTooLate: boolean;
    readonly isBadSignature: boolean;
    readonly isBadAnswer: boolean;
    readonly isUnknownSegment: boolean;
    readonly isCannotComplain: boolean;
    readonly isAlreadyLeaving: boolean;
    readonly isBadParameters: boolean;
    readonly type: 'UnknownFeed' | 'FeedEnded' | 'ZeroAmount' | 'TooLittle' | 'PoolFull' | 'CannotWithdraw' | 'TooNew' | 'Locked' | 'NotMostOfPool' | 'BadPlan' | 'TooDear' | 'OutsideFeed' | 'FeedTooLarge' | 'TooManyPlans' | 'UnknownPlan' | 'NotPlanOwner' | 'NotAProvider' | 'UnknownCopy' | 'WrongGeneration' | 'WrongState' | 'NotHoster' | 'NotEncoder' | 'BadModulus' | 'ModulusUsed' | 'BadSegment' | 'TooEarly' | 'TooLate' | 'BadSignature' | 'BadAnswer' | 'UnknownSegment' | 'CannotComplain' | 'AlreadyLeaving' | 'BadParameters';
  }

  /** @name FrameSystemExtensionsCheckNonZeroSender (244) */
  type FrameSystemExtensionsCheckNonZeroSender = Null;

  /** @name FrameSystemExtensionsCheckSpecVersion (245) */
  type FrameSystemExtensionsCheckSpecVersion = Null;

  /** @name FrameSystemExtensionsCheckTxVersion (246) */
  type FrameSystemExtensionsCheckTxVersion = Null;

  /** @name FrameSystemExtensionsCheckGenesis (247) */
  type FrameSystemExtensionsCheckGenesis = Null;

  /** @name FrameSystemExtensionsCheckNonce (250) */
  interface FrameSystemExtensionsCheckNonce extends Compact<u32> {}

  /** @name FrameSystemExtensionsCheckWeight (251) */
  type FrameSystemExtensionsCheckWeight = Null;

  /** @name PalletTransactionPaymentChargeTransactionPayment (252) */
  interface PalletTransactionPaymentChargeTransactionPayment extends Compact<u128> {}

  /** @name FrameMetadataHashExtensionCheckMetadataHash (253) */
  interface FrameMetadataHashExtensionCheckMetadataHash extends Struct {
    readonly mode: FrameMetadataHashExtensionMode;
  }

  /** @name FrameMetadataHashExtensionMode (254) */
  interface FrameMetadataHashExtensionMode extends Enum {
    readonly isDisabled: boolean;
    readonly isEnabled: boolean;
    readonly type: 'Disabled' | 'Enabled';
  }

  /** @name AssayRuntimeRuntime (256) */
  type AssayRuntimeRuntime = Null;

  /** @name SpRuntimeMultiSignature (257) */
  interface SpRuntimeMultiSignature extends Enum {
    readonly isEd25519: boolean;
    readonly asEd25519: U8aFixed;
    readonly isSr25519: boolean;
    readonly asSr25519: U8aFixed;
    readonly isEcdsa: boolean;
    readonly asEcdsa: U8aFixed;
    readonly type: 'Ed25519' | 'Sr25519' | 'Ecdsa';
  }

  /** @name AssayRuntimeRuntimeError (260) */
  interface AssayRuntimeRuntimeError extends Enum {
    readonly isBalances: boolean;
    readonly asBalances: PalletBalancesError;
    readonly isSudo: boolean;
    readonly asSudo: PalletSudoError;
    readonly isUtility: boolean;
    readonly asUtility: PalletUtilityError;
    readonly isWorkers: boolean;
    readonly asWorkers: PalletWorkersError;
    readonly isFeeds: boolean;
    readonly asFeeds: PalletFeedsError;
    readonly isAttestation: boolean;
    readonly asAttestation: PalletAttestationError;
    readonly isHosting: boolean;
    readonly asHosting: PalletHostingError;
    readonly type: 'Balances' | 'Sudo' | 'Utility' | 'Workers' | 'Feeds' | 'Attestation' | 'Hosting';
  }

  /** @name SpRuntimeBlock (261) */
  interface SpRuntimeBlock extends Struct {
    readonly header: SpRuntimeHeader;
    readonly extrinsics: Vec<Bytes>;
  }

  /** @name SpRuntimeHeader (262) */
  interface SpRuntimeHeader extends Struct {
    readonly parentHash: H256;
    readonly number: Compact<u32>;
    readonly stateRoot: H256;
    readonly extrinsicsRoot: H256;
    readonly digest: SpRuntimeDigest;
  }

  /** @name SpRuntimeExtrinsicInclusionMode (265) */
  interface SpRuntimeExtrinsicInclusionMode extends Enum {
    readonly isAllExtrinsics: boolean;
    readonly isOnlyInherents: boolean;
    readonly type: 'AllExtrinsics' | 'OnlyInherents';
  }

  /** @name FrameSupportViewFunctionsViewFunctionId (268) */
  interface FrameSupportViewFunctionsViewFunctionId extends Struct {
    readonly prefix: U8aFixed;
    readonly suffix: U8aFixed;
  }

  /** @name FrameSupportViewFunctionsViewFunctionDispatchError (271) */
  interface FrameSupportViewFunctionsViewFunctionDispatchError extends Enum {
    readonly isNotImplemented: boolean;
    readonly isNotFound: boolean;
    readonly asNotFound: FrameSupportViewFunctionsViewFunctionId;
    readonly isCodec: boolean;
    readonly type: 'NotImplemented' | 'NotFound' | 'Codec';
  }

  /** @name SpRuntimeTransactionValidityTransactionValidityError (273) */
  interface SpRuntimeTransactionValidityTransactionValidityError extends Enum {
    readonly isInvalid: boolean;
    readonly asInvalid: SpRuntimeTransactionValidityInvalidTransaction;
    readonly isUnknown: boolean;
    readonly asUnknown: SpRuntimeTransactionValidityUnknownTransaction;
    readonly type: 'Invalid' | 'Unknown';
  }

  /** @name SpRuntimeTransactionValidityInvalidTransaction (274) */
  interface SpRuntimeTransactionValidityInvalidTransaction extends Enum {
    readonly isCall: boolean;
    readonly isPayment: boolean;
    readonly isFuture: boolean;
    readonly isStale: boolean;
    readonly isBadProof: boolean;
    readonly isAncientBirthBlock: boolean;
    readonly isExhaustsResources: boolean;
    readonly isCustom: boolean;
    readonly asCustom: u8;
    readonly isBadMandatory: boolean;
    readonly isMandatoryValidation: boolean;
    readonly isBadSigner: boolean;
    readonly isIndeterminateImplicit: boolean;
    readonly isUnknownOrigin: boolean;
    readonly type: 'Call' | 'Payment' | 'Future' | 'Stale' | 'BadProof' | 'AncientBirthBlock' | 'ExhaustsResources' | 'Custom' | 'BadMandatory' | 'MandatoryValidation' | 'BadSigner' | 'IndeterminateImplicit' | 'UnknownOrigin';
  }

  /** @name SpRuntimeTransactionValidityUnknownTransaction (275) */
  interface SpRuntimeTransactionValidityUnknownTransaction extends Enum {
    readonly isCannotLookup: boolean;
    readonly isNoUnsignedValidator: boolean;
    readonly isCustom: boolean;
    readonly asCustom: u8;
    readonly type: 'CannotLookup' | 'NoUnsignedValidator' | 'Custom';
  }

  /** @name SpInherentsInherentData (276) */
  interface SpInherentsInherentData extends Struct {
    readonly data: BTreeMap<U8aFixed, Bytes>;
  }

  /** @name SpInherentsCheckInherentsResult (280) */
  interface SpInherentsCheckInherentsResult extends Struct {
    readonly okay: bool;
    readonly fatalError: bool;
    readonly errors: SpInherentsInherentData;
  }

  /** @name SpRuntimeTransactionValidityTransactionSource (281) */
  interface SpRuntimeTransactionValidityTransactionSource extends Enum {
    readonly isInBlock: boolean;
    readonly isLocal: boolean;
    readonly isExternal: boolean;
    readonly type: 'InBlock' | 'Local' | 'External';
  }

  /** @name SpRuntimeTransactionValidityValidTransaction (283) */
  interface SpRuntimeTransactionValidityValidTransaction extends Struct {
    readonly priority: u64;
    readonly requires: Vec<Bytes>;
    readonly provides: Vec<Bytes>;
    readonly longevity: u64;
    readonly propagate: bool;
  }

  /** @name PalletTransactionPaymentRuntimeDispatchInfo (284) */
  interface PalletTransactionPaymentRuntimeDispatchInfo extends Struct {
    readonly weight: SpWeightsWeightV2Weight;
    readonly class: FrameSupportDispatchDispatchClass;
    readonly partialFee: u128;
  }

  /** @name PalletTransactionPaymentFeeDetails (285) */
  interface PalletTransactionPaymentFeeDetails extends Struct {
    readonly inclusionFee: Option<PalletTransactionPaymentInclusionFee>;
    readonly tip: u128;
  }

  /** @name PalletTransactionPaymentInclusionFee (287) */
  interface PalletTransactionPaymentInclusionFee extends Struct {
    readonly baseFee: u128;
    readonly lenFee: u128;
    readonly adjustedWeightFee: u128;
  }

  /** @name SpCoreCryptoKeyTypeId (292) */
  interface SpCoreCryptoKeyTypeId extends U8aFixed {}

} // declare module
