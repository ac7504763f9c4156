// Auto-generated via `yarn polkadot-types-from-defs`, do not edit
/* eslint-disable */

// import type lookup before we augment - in some environments
// this is required to allow for ambient/previous definitions
import '@polkadot/types/types/registry';

import type { AssayPrimitivesCoinflipCommitment, AssayPrimitivesCoinflipEvidence, AssayPrimitivesCoinflipOutcome, AssayPrimitivesCoinflipPhase, AssayPrimitivesCoinflipSignedCommitment, AssayPrimitivesCoinflipSignedReveal, AssayPrimitivesFeedBlockProof, AssayPrimitivesFeedFeedHead, AssayPrimitivesFeedTreeNode, AssayPrimitivesNoiseKey, AssayPrimitivesNoiseSignature, AssayPrimitivesReceipt, AssayPrimitivesReport, AssayPrimitivesReportHosterMetrics, AssayPrimitivesReputation, AssayPrimitivesRole, AssayPrimitivesRound, AssayPrimitivesRoundAbsences, AssayPrimitivesRoundAbsentee, AssayPrimitivesRoundAgreement, AssayPrimitivesRoundMember, AssayPrimitivesRoundOrder, AssayPrimitivesRoundParameters, AssayPrimitivesRoundPhase, AssayPrimitivesRoundReportSummary, AssayPrimitivesRoundVerdict, AssayPrimitivesRoundVote, AssayPrimitivesServedChunk, AssayPrimitivesSignedReceipt, AssayPrimitivesWorkerRecord, AssayPrimitivesWorkerStatus, AssayRuntimeRuntime, AssayRuntimeRuntimeError, FrameMetadataHashExtensionCheckMetadataHash, FrameMetadataHashExtensionMode, FrameSupportDispatchDispatchClass, FrameSupportDispatchPays, FrameSupportDispatchPerDispatchClassU32, FrameSupportDispatchPerDispatchClassWeight, FrameSupportDispatchPerDispatchClassWeightsPerClass, FrameSupportTokensMiscBalanceStatus, FrameSystemAccountInfo, FrameSystemCall, FrameSystemDispatchEventInfo, FrameSystemEvent, FrameSystemEventRecord, FrameSystemExtensionsCheckGenesis, FrameSystemExtensionsCheckNonZeroSender, FrameSystemExtensionsCheckNonce, FrameSystemExtensionsCheckSpecVersion, FrameSystemExtensionsCheckTxVersion, FrameSystemExtensionsCheckWeight, FrameSystemLastRuntimeUpgradeInfo, FrameSystemLimitsBlockLength, FrameSystemLimitsBlockWeights, FrameSystemLimitsWeightsPerClass, FrameSystemPhase, PalletAttestationCall, PalletAttestationError, PalletAttestationEvent, PalletBalancesAccountData, PalletBalancesBalanceLock, PalletBalancesCall, PalletBalancesError, PalletBalancesEvent, PalletBalancesReasons, PalletBalancesReserveData, PalletFeedsCall, PalletFeedsError, PalletFeedsEvent, PalletSudoCall, PalletSudoError, PalletSudoEvent, PalletTimestampCall, PalletTransactionPaymentChargeTransactionPayment, PalletTransactionPaymentEvent, PalletTransactionPaymentFeeDetails, PalletTransactionPaymentInclusionFee, PalletTransactionPaymentReleases, PalletTransactionPaymentRuntimeDispatchInfo, PalletUtilityCall, PalletUtilityError, PalletUtilityEvent, PalletWorkersCall, PalletWorkersError, PalletWorkersEvent, SpArithmeticArithmeticError, SpConsensusAuraSr25519AppSr25519Public, SpRuntimeDigest, SpRuntimeDigestDigestItem, SpRuntimeDispatchError, SpRuntimeModuleError, SpRuntimeMultiSignature, SpRuntimeProvingTrieTrieError, SpRuntimeTokenError, SpRuntimeTransactionValidityInvalidTransaction, SpRuntimeTransactionValidityTransactionSource, SpRuntimeTransactionValidityTransactionValidityError, SpRuntimeTransactionValidityUnknownTransaction, SpRuntimeTransactionValidityValidTransaction, SpRuntimeTransactionalError, SpVersionRuntimeVersion, SpWeightsRuntimeDbWeight, SpWeightsWeightV2Weight } from '@polkadot/types/lookup';

declare module '@polkadot/types/types/registry' {
  interface InterfaceTypes {
    AssayPrimitivesCoinflipCommitment: AssayPrimitivesCoinflipCommitment;
    AssayPrimitivesCoinflipEvidence: AssayPrimitivesCoinflipEvidence;
    AssayPrimitivesCoinflipOutcome: AssayPrimitivesCoinflipOutcome;
    AssayPrimitivesCoinflipPhase: AssayPrimitivesCoinflipPhase;
    AssayPrimitivesCoinflipSignedCommitment: AssayPrimitivesCoinflipSignedCommitment;
    AssayPrimitivesCoinflipSignedReveal: AssayPrimitivesCoinflipSignedReveal;
    AssayPrimitivesFeedBlockProof: AssayPrimitivesFeedBlockProof;
    AssayPrimitivesFeedFeedHead: AssayPrimitivesFeedFeedHead;
    AssayPrimitivesFeedTreeNode: AssayPrimitivesFeedTreeNode;
    AssayPrimitivesNoiseKey: AssayPrimitivesNoiseKey;
    AssayPrimitivesNoiseSignature: AssayPrimitivesNoiseSignature;
    AssayPrimitivesReceipt: AssayPrimitivesReceipt;
    AssayPrimitivesReport: AssayPrimitivesReport;
    AssayPrimitivesReportHosterMetrics: AssayPrimitivesReportHosterMetrics;
    AssayPrimitivesReputation: AssayPrimitivesReputation;
    AssayPrimitivesRole: AssayPrimitivesRole;
    AssayPrimitivesRound: AssayPrimitivesRound;
    AssayPrimitivesRoundAbsences: AssayPrimitivesRoundAbsences;
    AssayPrimitivesRoundAbsentee: AssayPrimitivesRoundAbsentee;
    AssayPrimitivesRoundAgreement: AssayPrimitivesRoundAgreement;
    AssayPrimitivesRoundMember: AssayPrimitivesRoundMember;
    AssayPrimitivesRoundOrder: AssayPrimitivesRoundOrder;
    AssayPrimitivesRoundParameters: AssayPrimitivesRoundParameters;
    AssayPrimitivesRoundPhase: AssayPrimitivesRoundPhase;
    AssayPrimitivesRoundReportSummary: AssayPrimitivesRoundReportSummary;
    AssayPrimitivesRoundVerdict: AssayPrimitivesRoundVerdict;
    AssayPrimitivesRoundVote: AssayPrimitivesRoundVote;
    AssayPrimitivesServedChunk: AssayPrimitivesServedChunk;
    AssayPrimitivesSignedReceipt: AssayPrimitivesSignedReceipt;
    AssayPrimitivesWorkerRecord: AssayPrimitivesWorkerRecord;
    AssayPrimitivesWorkerStatus: AssayPrimitivesWorkerStatus;
    AssayRuntimeRuntime: AssayRuntimeRuntime;
    AssayRuntimeRuntimeError: AssayRuntimeRuntimeError;
    FrameMetadataHashExtensionCheckMetadataHash: FrameMetadataHashExtensionCheckMetadataHash;
    FrameMetadataHashExtensionMode: FrameMetadataHashExtensionMode;
    FrameSupportDispatchDispatchClass: FrameSupportDispatchDispatchClass;
    FrameSupportDispatchPays: FrameSupportDispatchPays;
    FrameSupportDispatchPerDispatchClassU32: FrameSupportDispatchPerDispatchClassU32;
    FrameSupportDispatchPerDispatchClassWeight: FrameSupportDispatchPerDispatchClassWeight;
    FrameSupportDispatchPerDispatchClassWeightsPerClass: FrameSupportDispatchPerDispatchClassWeightsPerClass;
    FrameSupportTokensMiscBalanceStatus: FrameSupportTokensMiscBalanceStatus;
    FrameSystemAccountInfo: FrameSystemAccountInfo;
    FrameSystemCall: FrameSystemCall;
    FrameSystemDispatchEventInfo: FrameSystemDispatchEventInfo;
    FrameSystemEvent: FrameSystemEvent;
    FrameSystemEventRecord: FrameSystemEventRecord;
    FrameSystemExtensionsCheckGenesis: FrameSystemExtensionsCheckGenesis;
    FrameSystemExtensionsCheckNonZeroSender: FrameSystemExtensionsCheckNonZeroSender;
    FrameSystemExtensionsCheckNonce: FrameSystemExtensionsCheckNonce;
    FrameSystemExtensionsCheckSpecVersion: FrameSystemExtensionsCheckSpecVersion;
    FrameSystemExtensionsCheckTxVersion: FrameSystemExtensionsCheckTxVersion;
    FrameSystemExtensionsCheckWeight: FrameSystemExtensionsCheckWeight;
    FrameSystemLastRuntimeUpgradeInfo: FrameSystemLastRuntimeUpgradeInfo;
    FrameSystemLimitsBlockLength: FrameSystemLimitsBlockLength;
    FrameSystemLimitsBlockWeights: FrameSystemLimitsBlockWeights;
    FrameSystemLimitsWeightsPerClass: FrameSystemLimitsWeightsPerClass;
    FrameSystemPhase: FrameSystemPhase;
    PalletAttestationCall: PalletAttestationCall;
    PalletAttestationError: PalletAttestationError;
    PalletAttestationEvent: PalletAttestationEvent;
    PalletBalancesAccountData: PalletBalancesAccountData;
    PalletBalancesBalanceLock: PalletBalancesBalanceLock;
    PalletBalancesCall: PalletBalancesCall;
    PalletBalancesError: PalletBalancesError;
    PalletBalancesEvent: PalletBalancesEvent;
    PalletBalancesReasons: PalletBalancesReasons;
    PalletBalancesReserveData: PalletBalancesReserveData;
    PalletFeedsCall: PalletFeedsCall;
    PalletFeedsError: PalletFeedsError;
    PalletFeedsEvent: PalletFeedsEvent;
    PalletSudoCall: PalletSudoCall;
    PalletSudoError: PalletSudoError;
    PalletSudoEvent: PalletSudoEvent;
    PalletTimestampCall: PalletTimestampCall;
    PalletTransactionPaymentChargeTransactionPayment: PalletTransactionPaymentChargeTransactionPayment;
    PalletTransactionPaymentEvent: PalletTransactionPaymentEvent;
    PalletTransactionPaymentFeeDetails: PalletTransactionPaymentFeeDetails;
    PalletTransactionPaymentInclusionFee: PalletTransactionPaymentInclusionFee;
    PalletTransactionPaymentReleases: PalletTransactionPaymentReleases;
    PalletTransactionPaymentRuntimeDispatchInfo: PalletTransactionPaymentRuntimeDispatchInfo;
    PalletUtilityCall: PalletUtilityCall;
    PalletUtilityError: PalletUtilityError;
    PalletUtilityEvent: PalletUtilityEvent;
    PalletWorkersCall: PalletWorkersCall;
    PalletWorkersError: PalletWorkersError;
    PalletWorkersEvent: PalletWorkersEvent;
    SpArithmeticArithmeticError: SpArithmeticArithmeticError;
    SpConsensusAuraSr25519AppSr25519Public: SpConsensusAuraSr25519AppSr25519Public;
    SpRuntimeDigest: SpRuntimeDigest;
    SpRuntimeDigestDigestItem: SpRuntimeDigestDigestItem;
    SpRuntimeDispatchError: SpRuntimeDispatchError;
    SpRuntimeModuleError: SpRuntimeModuleError;
    SpRuntimeMultiSignature: SpRuntimeMultiSignature;
    SpRuntimeProvingTrieTrieError: SpRuntimeProvingTrieTrieError;
    SpRuntimeTokenError: SpRuntimeTokenError;
    SpRuntimeTransactionValidityInvalidTransaction: SpRuntimeTransactionValidityInvalidTransaction;
    SpRuntimeTransactionValidityTransactionSource: SpRuntimeTransactionValidityTransactionSource;
    SpRuntimeTransactionValidityTransactionValidityError: SpRuntimeTransactionValidityTransactionValidityError;
    SpRuntimeTransactionValidityUnknownTransaction: SpRuntimeTransactionValidityUnknownTransaction;
    SpRuntimeTransactionValidityValidTransaction: SpRuntimeTransactionValidityValidTransaction;
    SpRuntimeTransactionalError: SpRuntimeTransactionalError;
    SpVersionRuntimeVersion: SpVersionRuntimeVersion;
    SpWeightsRuntimeDbWeight: SpWeightsRuntimeDbWeight;
    SpWeightsWeightV2Weight: SpWeightsWeightV2Weight;
  } // InterfaceTypes
} // declare module
