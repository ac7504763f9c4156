// Auto-generated via `yarn polkadot-types-from-defs`, do not edit
/* eslint-disable */

/* eslint-disable sort-keys */

export default {
  /**
   * Lookup3: frame_system::AccountInfo<Nonce, pallet_balances::types::AccountData<Balance>>
   **/
  FrameSystemAccountInfo: {
    nonce: 'u32',
    consumers: 'u32',
    providers: 'u32',
    sufficients: 'u32',
    data: 'PalletBalancesAccountData'
  },
  /**
   * Lookup5: pallet_balances::types::AccountData<Balance>
   **/
  PalletBalancesAccountData: {
    free: 'u128',
    reserved: 'u128',
    frozen: 'u128',
    flags: 'u128'
  },
  /**
   * Lookup8: frame_support::dispatch::PerDispatchClass<sp_weights::weight_v2::Weight>
   **/
  FrameSupportDispatchPerDispatchClassWeight: {
    normal: 'SpWeightsWeightV2Weight',
    operational: 'SpWeightsWeightV2Weight',
    mandatory: 'SpWeightsWeightV2Weight'
  },
  /**
   * Lookup9: sp_weights::weight_v2::Weight
   **/
  SpWeightsWeightV2Weight: {
    refTime: 'Compact<u64>',
    proofSize: 'Compact<u64>'
  },
  /**
   * Lookup14: sp_runtime::generic::digest::Digest
   **/
  SpRuntimeDigest: {
    logs: 'Vec<SpRuntimeDigestDigestItem>'
  },
  /**
   * Lookup16: sp_runtime::generic::digest::DigestItem
   **/
  SpRuntimeDigestDigestItem: {
    _enum: {
      Other: 'Bytes',
      __Unused1: 'Null',
      __Unused2: 'Null',
      __Unused3: 'Null',
      Consensus: '([u8;4],Bytes)',
      Seal: '([u8;4],Bytes)',
      PreRuntime: '([u8;4],Bytes)',
      __Unused7: 'Null',
      RuntimeEnvironmentUpdated: 'Null'
    }
  },
  /**
   * Lookup19: frame_system::EventRecord<assay_runtime::RuntimeEvent, primitive_types::H256>
   **/
  FrameSystemEventRecord: {
    phase: 'FrameSystemPhase',
    event: 'Event',
    topics: 'Vec<H256>'
  },
  /**
   * Lookup21: frame_system::pallet::Event<T>
   **/
  FrameSystemEvent: {
    _enum: {
      ExtrinsicSuccess: {
        dispatchInfo: 'FrameSystemDispatchEventInfo',
      },
      ExtrinsicFailed: {
        dispatchError: 'SpRuntimeDispatchError',
        dispatchInfo: 'FrameSystemDispatchEventInfo',
      },
      NewAccount: {
        account: 'AccountId32',
      },
      KilledAccount: {
        account: 'AccountId32',
      },
      Remarked: {
        _alias: {
          hash_: 'hash',
        },
        sender: 'AccountId32',
        hash_: 'H256'
      }
    }
  },
  /**
   * Lookup22: frame_system::DispatchEventInfo
   **/
  FrameSystemDispatchEventInfo: {
    weight: 'SpWeightsWeightV2Weight',
    class: 'FrameSupportDispatchDispatchClass',
    paysFee: 'FrameSupportDispatchPays'
  },
  /**
   * Lookup23: frame_support::dispatch::DispatchClass
   **/
  FrameSupportDispatchDispatchClass: {
    _enum: ['Normal', 'Operational', 'Mandatory']
  },
  /**
   * Lookup24: frame_support::dispatch::Pays
   **/
  FrameSupportDispatchPays: {
    _enum: ['Yes', 'No']
  },
  /**
   * Lookup25: sp_runtime::DispatchError
   **/
  SpRuntimeDispatchError: {
    _enum: {
      Other: 'Null',
      CannotLookup: 'Null',
      BadOrigin: 'Null',
      Module: 'SpRuntimeModuleError',
      ConsumerRemaining: 'Null',
      NoProviders: 'Null',
      TooManyConsumers: 'Null',
      Token: 'SpRuntimeTokenError',
      Arithmetic: 'SpArithmeticArithmeticError',
      Transactional: 'SpRuntimeTransactionalError',
      Exhausted: 'Null',
      Corruption: 'Null',
      Unavailable: 'Null',
      RootNotAllowed: 'Null',
      Trie: 'SpRuntimeProvingTrieTrieError'
    }
  },
  /**
   * Lookup26: sp_runtime::ModuleError
   **/
  SpRuntimeModuleError: {
    index: 'u8',
    error: '[u8;4]'
  },
  /**
   * Lookup27: sp_runtime::TokenError
   **/
  SpRuntimeTokenError: {
    _enum: ['FundsUnavailable', 'OnlyProvider', 'BelowMinimum', 'CannotCreate', 'UnknownAsset', 'Frozen', 'Unsupported', 'CannotCreateHold', 'NotExpendable', 'Blocked']
  },
  /**
   * Lookup28: sp_arithmetic::ArithmeticError
   **/
  SpArithmeticArithmeticError: {
    _enum: ['Underflow', 'Overflow', 'DivisionByZero']
  },
  /**
   * Lookup29: sp_runtime::TransactionalError
   **/
  SpRuntimeTransactionalError: {
    _enum: ['LimitReached', 'NoLayer']
  },
  /**
   * Lookup30: sp_runtime::proving_trie::TrieError
   **/
  SpRuntimeProvingTrieTrieError: {
    _enum: ['InvalidStateRoot', 'IncompleteDatabase', 'ValueAtIncompleteKey', 'DecoderError', 'InvalidHash', 'DuplicateKey', 'ExtraneousNode', 'ExtraneousValue', 'ExtraneousHashReference', 'InvalidChildReference', 'ValueMismatch', 'IncompleteProof', 'RootMismatch', 'DecodeError']
  },
  /**
   * Lookup31: pallet_balances::pallet::Event<T>
   **/
  PalletBalancesEvent: {
    _enum: {
      Endowed: {
        account: 'AccountId32',
        freeBalance: 'u128',
      },
      DustLost: {
        account: 'AccountId32',
        amount: 'u128',
      },
      Transfer: {
        from: 'AccountId32',
        to: 'AccountId32',
        amount: 'u128',
      },
      BalanceSet: {
        who: 'AccountId32',
        free: 'u128',
      },
      Reserved: {
        who: 'AccountId32',
        amount: 'u128',
      },
      Unreserved: {
        who: 'AccountId32',
        amount: 'u128',
      },
      ReserveRepatriated: {
        from: 'AccountId32',
        to: 'AccountId32',
        amount: 'u128',
        destinationStatus: 'FrameSupportTokensMiscBalanceStatus',
      },
      Deposit: {
        who: 'AccountId32',
        amount: 'u128',
      },
      Withdraw: {
        who: 'AccountId32',
        amount: 'u128',
      },
      Slashed: {
        who: 'AccountId32',
        amount: 'u128',
      },
      Minted: {
        who: 'AccountId32',
        amount: 'u128',
      },
      Burned: {
        who: 'AccountId32',
        amount: 'u128'
      }
    }
  },
  /**
   * Lookup32: frame_support::traits::tokens::misc::BalanceStatus
   **/
  FrameSupportTokensMiscBalanceStatus: {
    _enum: ['Free', 'Reserved']
  },
  /**
   * Lookup33: pallet_transaction_payment::pallet::Event<T>
   **/
  PalletTransactionPaymentEvent: {
    _enum: {
      TransactionFeePaid: {
        who: 'AccountId32',
        actualFee: 'u128',
        tip: 'u128'
      }
    }
  },
  /**
   * Lookup34: pallet_sudo::pallet::Event<T>
   **/
  PalletSudoEvent: {
    _enum: {
      Sudid: {
        sudoResult: 'Result<Null, SpRuntimeDispatchError>',
      },
      KeyChanged: {
        _alias: {
          new_: 'new',
        },
        old: 'Option<AccountId32>',
        new_: 'AccountId32',
      },
      KeyRemoved: 'Null',
      SudoAsDone: {
        sudoResult: 'Result<Null, SpRuntimeDispatchError>'
      }
    }
  },
  /**
   * Lookup38: pallet_utility::pallet::Event<T>
   **/
  PalletUtilityEvent: {
    _enum: {
      BatchInterrupted: {
        index: 'u32',
        error: 'SpRuntimeDispatchError',
      },
      BatchCompleted: 'Null',
      BatchCompletedWithErrors: 'Null',
      ItemCompleted: 'Null',
      ItemFailed: {
        error: 'SpRuntimeDispatchError'
      }
    }
  },
  /**
   * Lookup39: pallet_workers::pallet::Event<T>
   **/
  PalletWorkersEvent: {
    _enum: {
      Registered: {
        account: 'AccountId32',
        noiseKey: 'AssayPrimitivesNoiseKey',
        name: 'Text',
      },
      Updated: {
        account: 'AccountId32',
      },
      Paused: {
        account: 'AccountId32',
      },
      Resumed: {
        account: 'AccountId32',
      },
      Unregistered: {
        account: 'AccountId32',
      },
      ReputationChanged: {
        account: 'AccountId32',
        role: 'AssayPrimitivesRole',
        reputationPpm: 'u32',
      },
      BondCharged: {
        account: 'AccountId32',
        amount: 'u128',
      },
      BondToppedUp: {
        account: 'AccountId32',
      },
      BondReturned: {
        account: 'AccountId32',
        amount: 'u128',
      },
      BondTermsChanged: {
        changes: 'AssayPrimitivesBondTermChanges',
      },
      NameChanged: {
        account: 'AccountId32',
        name: 'Text'
      }
    }
  },
  /**
   * Lookup40: assay_primitives::NoiseKey
   **/
  AssayPrimitivesNoiseKey: '[u8;32]',
  /**
   * Lookup42: assay_primitives::Role
   **/
  AssayPrimitivesRole: {
    _enum: ['Hoster', 'Attestor', 'Encoder']
  },
  /**
   * Lookup43: assay_primitives::BondTermChanges
   **/
  AssayPrimitivesBondTermChanges: {
    roleBond: 'Option<u128>',
    capacityBond: 'Option<u128>',
    unbonding: 'Option<u32>'
  },
  /**
   * Lookup46: pallet_feeds::pallet::Event<T>
   **/
  PalletFeedsEvent: {
    _enum: {
      Published: {
        feed: 'H256',
        publisher: 'AccountId32',
        length: 'u32',
      },
      HostingStarted: {
        feed: 'H256',
        hoster: 'AccountId32',
      },
      HostingStopped: {
        feed: 'H256',
        hoster: 'AccountId32',
      },
      Updated: {
        feed: 'H256',
        length: 'u32',
      },
      HostingExtended: {
        feed: 'H256',
        hoster: 'AccountId32',
        length: 'u32',
      },
      ConflictProven: {
        feed: 'H256',
        length: 'u32'
      }
    }
  },
  /**
   * Lookup47: pallet_attestation::pallet::Event<T>
   **/
  PalletAttestationEvent: {
    _enum: {
      RoundScheduled: {
        round: 'u32',
        order: 'u32',
        hoster: 'AccountId32',
        feed: 'H256',
      },
      RoundOpened: {
        round: 'u32',
        hoster: 'AccountId32',
        feed: 'H256',
        openedAt: 'u32',
        endsAt: 'u32',
        members: 'Vec<AssayPrimitivesRoundMember>',
      },
      CoinflipAgreed: {
        round: 'u32',
        attempt: 'u32',
        transcriptRoot: 'H256',
        hiddenMagic: 'H256',
      },
      CoinflipRestarted: {
        round: 'u32',
        attempt: 'u32',
        dropped: 'Vec<AccountId32>',
      },
      EvidenceAccepted: {
        round: 'u32',
        attempt: 'u32',
        offender: 'AccountId32',
        lie: 'AssayPrimitivesCoinflipLie',
      },
      ReportAccepted: {
        round: 'u32',
        attestor: 'AccountId32',
        served: 'bool',
      },
      RoundClosed: {
        round: 'u32',
        verdict: 'AssayPrimitivesRoundVerdict',
        served: 'u32',
        unserved: 'u32',
        reason: 'AssayPrimitivesRoundClosingReason',
      },
      Paid: {
        round: 'u32',
        who: 'AccountId32',
        amount: 'u128',
      },
      AbsenceReported: {
        round: 'u32',
        attestor: 'AccountId32',
        reporter: 'AccountId32',
        reward: 'u128',
        paid: 'Option<AccountId32>',
      },
      AccusationRejected: {
        round: 'u32',
        attestor: 'AccountId32',
        accuser: 'AccountId32',
        deposit: 'u128',
      },
      CoinflipDemanded: {
        round: 'u32',
        attempt: 'u32',
        stage: 'AssayPrimitivesCoinflipFlipStage',
        demander: 'AccountId32',
        until: 'u32',
      },
      CommitmentsPut: {
        round: 'u32',
        attempt: 'u32',
        sender: 'AccountId32',
        members: 'Vec<AccountId32>',
      },
      ValuesPut: {
        round: 'u32',
        attempt: 'u32',
        sender: 'AccountId32',
        members: 'Vec<AccountId32>',
      },
      MembersAbsent: {
        round: 'u32',
        attempt: 'u32',
        members: 'Vec<AccountId32>',
        afterGate: 'bool',
      },
      NumberPublic: {
        round: 'u32',
        attempt: 'u32',
        magic: 'H256',
      },
      ParametersChanged: {
        changes: 'AssayPrimitivesRoundParameterChanges',
      },
      AttestorsAwaited: {
        round: 'u32',
        needed: 'u32',
        eligible: 'u32',
        areBusy: 'bool',
        until: 'u32'
      }
    }
  },
  /**
   * Lookup49: assay_primitives::round::Member
   **/
  AssayPrimitivesRoundMember: {
    account: 'AccountId32',
    noiseKey: 'AssayPrimitivesNoiseKey'
  },
  /**
   * Lookup51: assay_primitives::coinflip::Lie
   **/
  AssayPrimitivesCoinflipLie: {
    _enum: ['Equivocation', 'BadReveal', 'BadPing', 'FalseFraud']
  },
  /**
   * Lookup53: assay_primitives::round::Verdict
   **/
  AssayPrimitivesRoundVerdict: {
    _enum: ['Pass', 'Fail', 'Inconclusive']
  },
  /**
   * Lookup54: assay_primitives::round::ClosingReason
   **/
  AssayPrimitivesRoundClosingReason: {
    _enum: ['Quorum', 'ReportsDisagree', 'TooFewReports', 'FeedEnded', 'TooFewCredible', 'TooFewMembers', 'NoAgreement', 'TooFewAttestors', 'AttestorsBusy']
  },
  /**
   * Lookup55: assay_primitives::coinflip::FlipStage
   **/
  AssayPrimitivesCoinflipFlipStage: {
    _enum: ['Commit', 'Reveal', 'Number']
  },
  /**
   * Lookup56: assay_primitives::round::ParameterChanges
   **/
  AssayPrimitivesRoundParameterChanges: {
    attestors: 'Option<u32>',
    roundLength: 'Option<u32>',
    coinflipWindow: 'Option<u32>',
    reportWindow: 'Option<u32>',
    challenges: 'Option<u32>',
    slotTolerance: 'Option<u32>',
    gap: 'Option<u32>',
    maxRedraws: 'Option<u32>',
    maxWait: 'Option<u32>',
    hosterReward: 'Option<u128>',
    attestorReward: 'Option<u128>',
    magicRule: 'Option<AssayPrimitivesCoinflipMagicRule>',
    accusationDeposit: 'Option<u128>',
    answerWindow: 'Option<u32>',
    objectionWindow: 'Option<u32>',
    demandDeposit: 'Option<u128>'
  },
  /**
   * Lookup58: assay_primitives::coinflip::MagicRule
   **/
  AssayPrimitivesCoinflipMagicRule: {
    _enum: ['Concat', 'XorHash', 'Xor']
  },
  /**
   * Lookup59: pallet_hosting::pallet::Event<T>
   **/
  PalletHostingEvent: {
    _enum: {
      Donated: {
        feed: 'H256',
        donor: 'AccountId32',
        amount: 'u128',
      },
      Withdrawn: {
        feed: 'H256',
        donor: 'AccountId32',
        amount: 'u128',
      },
      PlanPublished: {
        plan: 'u32',
        feed: 'H256',
        owner: 'AccountId32',
      },
      PlanCancelled: {
        plan: 'u32',
      },
      GrowthNoticed: {
        plan: 'u32',
        feed: 'H256',
        length: 'u32',
        from: 'u32',
      },
      Offered: {
        provider: 'AccountId32',
        storageBytes: 'u64',
        encodingBytesPerBlock: 'u32',
      },
      ContractChanged: {
        contract: 'u32',
        feed: 'H256',
        state: 'AssayPrimitivesHostingContractState',
      },
      CopyAssigned: {
        copy: 'u64',
        generation: 'u32',
        contract: 'u32',
        feed: 'H256',
        from: 'u32',
        hoster: 'AssayPrimitivesHostingProvider',
        encoder: 'AssayPrimitivesHostingProvider',
      },
      CopyAccepted: {
        copy: 'u64',
        generation: 'u32',
        modulus: 'Bytes',
        until: 'u32',
      },
      SegmentCommitted: {
        copy: 'u64',
        generation: 'u32',
        end: 'AssayPrimitivesHostingSegmentEnd',
      },
      SegmentMatched: {
        copy: 'u64',
        generation: 'u32',
        end: 'AssayPrimitivesHostingSegmentEnd',
      },
      CopyLive: {
        copy: 'u64',
        generation: 'u32',
        contract: 'u32',
        hoster: 'AccountId32',
      },
      CopyFailed: {
        copy: 'u64',
        generation: 'u32',
        fault: 'AssayPrimitivesHostingCopyFault',
        blamed: 'Option<AccountId32>',
      },
      CopyEnded: {
        copy: 'u64',
        generation: 'u32',
        contract: 'u32',
      },
      ComplaintRefuted: {
        copy: 'u64',
        generation: 'u32',
        complainer: 'AccountId32',
      },
      StorageChallenged: {
        copy: 'u64',
        generation: 'u32',
        hoster: 'AccountId32',
        challenge: 'AssayPrimitivesHostingStorageChallenge',
      },
      StorageProven: {
        copy: 'u64',
        generation: 'u32',
        hoster: 'AccountId32',
      },
      StorageMissed: {
        copy: 'u64',
        generation: 'u32',
        hoster: 'AccountId32',
      },
      Paid: {
        feed: 'H256',
        copy: 'u64',
        generation: 'u32',
        who: 'AccountId32',
        amount: 'u128',
        for: 'AssayPrimitivesHostingPaidFor',
      },
      PayWithheld: {
        copy: 'u64',
        generation: 'u32',
        hoster: 'AccountId32',
      },
      ParametersChanged: {
        changes: 'AssayPrimitivesHostingParameterChanges'
      }
    }
  },
  /**
   * Lookup60: assay_primitives::hosting::ContractState
   **/
  AssayPrimitivesHostingContractState: {
    _enum: ['Queued', 'Setup', 'Active', 'Repairing', 'Ended', 'Cancelled', 'Starved', 'Lost']
  },
  /**
   * Lookup61: assay_primitives::hosting::Provider
   **/
  AssayPrimitivesHostingProvider: {
    account: 'AccountId32',
    noiseKey: 'AssayPrimitivesNoiseKey'
  },
  /**
   * Lookup63: assay_primitives::hosting::SegmentEnd
   **/
  AssayPrimitivesHostingSegmentEnd: {
    to: 'u32',
    leaves: 'u64',
    root: 'H256'
  },
  /**
   * Lookup64: assay_primitives::hosting::CopyFault
   **/
  AssayPrimitivesHostingCopyFault: {
    _enum: ['NotAccepted', 'NotEncoded', 'NotConfirmed', 'RootsDiffer', 'BadEncoding', 'StorageMissed', 'HosterLeft']
  },
  /**
   * Lookup65: assay_primitives::hosting::StorageChallenge
   **/
  AssayPrimitivesHostingStorageChallenge: {
    beacon: 'H256',
    draws: 'u32',
    until: 'u32'
  },
  /**
   * Lookup66: assay_primitives::hosting::PaidFor
   **/
  AssayPrimitivesHostingPaidFor: {
    _enum: ['Storage', 'Encoding', 'EncodingProven']
  },
  /**
   * Lookup67: assay_primitives::hosting::ParameterChanges
   **/
  AssayPrimitivesHostingParameterChanges: {
    challengeInterval: 'Option<u32>',
    challengeWindow: 'Option<u32>',
    challengedLeaves: 'Option<u32>',
    acceptWindow: 'Option<u32>',
    encodeWindow: 'Option<u32>',
    confirmWindow: 'Option<u32>',
    setupTries: 'Option<u32>',
    retryPause: 'Option<u32>',
    queuePause: 'Option<u32>',
    starvingGrace: 'Option<u32>',
    vettingSharePpm: 'Option<u32>',
    leastModulusBytes: 'Option<u32>',
    planNotice: 'Option<u32>',
    mostHosterPay: 'Option<u128>',
    mostEncoderPay: 'Option<u128>',
    leastEncodingBytesPerBlock: 'Option<u32>'
  },
  /**
   * Lookup68: frame_system::Phase
   **/
  FrameSystemPhase: {
    _enum: {
      ApplyExtrinsic: 'u32',
      Finalization: 'Null',
      Initialization: 'Null'
    }
  },
  /**
   * Lookup70: frame_system::LastRuntimeUpgradeInfo
   **/
  FrameSystemLastRuntimeUpgradeInfo: {
    specVersion: 'Compact<u32>',
    specName: 'Text'
  },
  /**
   * Lookup72: frame_system::pallet::Call<T>
   **/
  FrameSystemCall: {
    _enum: {
      remark: {
        remark: 'Bytes',
      },
      __Unused1: 'Null',
      __Unused2: 'Null',
      __Unused3: 'Null',
      set_storage: {
        items: 'Vec<(Bytes,Bytes)>',
      },
      kill_storage: {
        _alias: {
          keys_: 'keys',
        },
        keys_: 'Vec<Bytes>',
      },
      kill_prefix: {
        prefix: 'Bytes',
        subkeys: 'u32',
      },
      remark_with_event: {
        remark: 'Bytes'
      }
    }
  },
  /**
   * Lookup76: frame_system::limits::BlockWeights
   **/
  FrameSystemLimitsBlockWeights: {
    baseBlock: 'SpWeightsWeightV2Weight',
    maxBlock: 'SpWeightsWeightV2Weight',
    perClass: 'FrameSupportDispatchPerDispatchClassWeightsPerClass'
  },
  /**
   * Lookup77: frame_support::dispatch::PerDispatchClass<frame_system::limits::WeightsPerClass>
   **/
  FrameSupportDispatchPerDispatchClassWeightsPerClass: {
    normal: 'FrameSystemLimitsWeightsPerClass',
    operational: 'FrameSystemLimitsWeightsPerClass',
    mandatory: 'FrameSystemLimitsWeightsPerClass'
  },
  /**
   * Lookup78: frame_system::limits::WeightsPerClass
   **/
  FrameSystemLimitsWeightsPerClass: {
    baseExtrinsic: 'SpWeightsWeightV2Weight',
    maxExtrinsic: 'Option<SpWeightsWeightV2Weight>',
    maxTotal: 'Option<SpWeightsWeightV2Weight>',
    reserved: 'Option<SpWeightsWeightV2Weight>'
  },
  /**
   * Lookup80: frame_system::limits::BlockLength
   **/
  FrameSystemLimitsBlockLength: {
    max: 'FrameSupportDispatchPerDispatchClassU32'
  },
  /**
   * Lookup81: frame_support::dispatch::PerDispatchClass<T>
   **/
  FrameSupportDispatchPerDispatchClassU32: {
    normal: 'u32',
    operational: 'u32',
    mandatory: 'u32'
  },
  /**
   * Lookup82: sp_weights::RuntimeDbWeight
   **/
  SpWeightsRuntimeDbWeight: {
    read: 'u64',
    write: 'u64'
  },
  /**
   * Lookup83: sp_version::RuntimeVersion
   **/
  SpVersionRuntimeVersion: {
    specName: 'Text',
    implName: 'Text',
    authoringVersion: 'u32',
    specVersion: 'u32',
    implVersion: 'u32',
    apis: 'Vec<([u8;8],u32)>',
    transactionVersion: 'u32',
    stateVersion: 'u8'
  },
  /**
   * Lookup89: pallet_timestamp::pallet::Call<T>
   **/
  PalletTimestampCall: {
    _enum: {
      set: {
        now: 'Compact<u64>'
      }
    }
  },
  /**
   * Lookup91: sp_consensus_aura::sr25519::app_sr25519::Public
   **/
  SpConsensusAuraSr25519AppSr25519Public: '[u8;32]',
  /**
   * Lookup94: pallet_balances::types::BalanceLock<Balance>
   **/
  PalletBalancesBalanceLock: {
    id: '[u8;8]',
    amount: 'u128',
    reasons: 'PalletBalancesReasons'
  },
  /**
   * Lookup95: pallet_balances::types::Reasons
   **/
  PalletBalancesReasons: {
    _enum: ['Fee', 'Misc', 'All']
  },
  /**
   * Lookup97: pallet_balances::types::ReserveData<ReserveIdentifier, Balance>
   **/
  PalletBalancesReserveData: {
    id: '[u8;8]',
    amount: 'u128'
  },
  /**
   * Lookup98: pallet_balances::pallet::Call<T>
   **/
  PalletBalancesCall: {
    _enum: {
      transfer_allow_death: {
        dest: 'MultiAddress',
        value: 'Compact<u128>',
      },
      __Unused1: 'Null',
      force_transfer: {
        source: 'MultiAddress',
        dest: 'MultiAddress',
        value: 'Compact<u128>',
      },
      transfer_keep_alive: {
        dest: 'MultiAddress',
        value: 'Compact<u128>',
      },
      transfer_all: {
        dest: 'MultiAddress',
        keepAlive: 'bool',
      },
      force_unreserve: {
        who: 'MultiAddress',
        amount: 'u128',
      },
      __Unused6: 'Null',
      __Unused7: 'Null',
      force_set_balance: {
        who: 'MultiAddress',
        newFree: 'Compact<u128>',
      },
      __Unused9: 'Null',
      burn: {
        value: 'Compact<u128>',
        keepAlive: 'bool'
      }
    }
  },
  /**
   * Lookup103: pallet_balances::pallet::Error<T>
   **/
  PalletBalancesError: {
    _enum: ['VestingBalance', 'LiquidityRestrictions', 'InsufficientBalance', 'ExistentialDeposit', 'Expendability', 'ExistingVestingSchedule', 'DeadAccount', 'TooManyReserves', 'TooManyHolds', 'TooManyFreezes', 'IssuanceDeactivated', 'DeltaZero']
  },
  /**
   * Lookup105: pallet_transaction_payment::Releases
   **/
  PalletTransactionPaymentReleases: {
    _enum: ['V1Ancient', 'V2']
  },
  /**
   * Lookup106: pallet_sudo::pallet::Call<T>
   **/
  PalletSudoCall: {
    _enum: {
      sudo: {
        call: 'Call',
      },
      sudo_unchecked_weight: {
        call: 'Call',
        weight: 'SpWeightsWeightV2Weight',
      },
      set_key: {
        _alias: {
          new_: 'new',
        },
        new_: 'MultiAddress',
      },
      sudo_as: {
        who: 'MultiAddress',
        call: 'Call',
      },
      remove_key: 'Null'
    }
  },
  /**
   * Lookup108: pallet_utility::pallet::Call<T>
   **/
  PalletUtilityCall: {
    _enum: {
      batch: {
        calls: 'Vec<Call>',
      },
      __Unused1: 'Null',
      batch_all: {
        calls: 'Vec<Call>',
      },
      __Unused3: 'Null',
      force_batch: {
        calls: 'Vec<Call>'
      }
    }
  },
  /**
   * Lookup110: pallet_workers::pallet::Call<T>
   **/
  PalletWorkersCall: {
    _enum: {
      register: {
        noiseKey: 'AssayPrimitivesNoiseKey',
        possession: 'AssayPrimitivesNoiseSignature',
        roles: 'Vec<AssayPrimitivesRole>',
        capacity: 'u32',
        name: 'Text',
      },
      update: {
        roles: 'Vec<AssayPrimitivesRole>',
        capacity: 'u32',
      },
      pause: 'Null',
      resume: 'Null',
      unregister: 'Null',
      heartbeat: 'Null',
      top_up: 'Null',
      set_bond_terms: {
        changes: 'AssayPrimitivesBondTermChanges',
      },
      set_name: {
        name: 'Text'
      }
    }
  },
  /**
   * Lookup111: assay_primitives::NoiseSignature
   **/
  AssayPrimitivesNoiseSignature: '[u8;64]',
  /**
   * Lookup114: pallet_feeds::pallet::Call<T>
   **/
  PalletFeedsCall: {
    _enum: {
      publish: {
        head: 'AssayPrimitivesFeedFeedHead',
      },
      host: {
        feed: 'H256',
        length: 'u32',
      },
      stop_hosting: {
        feed: 'H256',
      },
      update: {
        head: 'AssayPrimitivesFeedFeedHead',
        nodes: 'Vec<AssayPrimitivesFeedTreeNode>',
      },
      report_conflict: {
        conflict: 'AssayPrimitivesFeedFeedConflict'
      }
    }
  },
  /**
   * Lookup115: assay_primitives::feed::FeedHead
   **/
  AssayPrimitivesFeedFeedHead: {
    key: 'H256',
    namespace: 'H256',
    publicKey: 'H256',
    length: 'u32',
    fork: 'u32',
    roots: 'Vec<AssayPrimitivesFeedTreeNode>',
    signature: 'AssayPrimitivesNoiseSignature'
  },
  /**
   * Lookup117: assay_primitives::feed::TreeNode
   **/
  AssayPrimitivesFeedTreeNode: {
    nodeHash: 'H256',
    bytes: 'Compact<u64>'
  },
  /**
   * Lookup118: assay_primitives::feed::FeedConflict
   **/
  AssayPrimitivesFeedFeedConflict: {
    length: 'u32',
    first: 'AssayPrimitivesFeedFeedBranch',
    second: 'AssayPrimitivesFeedFeedBranch'
  },
  /**
   * Lookup119: assay_primitives::feed::FeedBranch
   **/
  AssayPrimitivesFeedFeedBranch: {
    head: 'AssayPrimitivesFeedFeedHead',
    roots: 'Vec<AssayPrimitivesFeedTreeNode>',
    nodes: 'Vec<AssayPrimitivesFeedTreeNode>'
  },
  /**
   * Lookup120: pallet_attestation::pallet::Call<T>
   **/
  PalletAttestationCall: {
    _enum: {
      request_round: {
        hoster: 'AccountId32',
        feed: 'H256',
      },
      schedule_rounds: {
        hoster: 'AccountId32',
        feed: 'H256',
        rounds: 'u32',
      },
      cancel_order: {
        order: 'u32',
      },
      submit_coinflip_outcome: {
        round: 'u32',
        attempt: 'u32',
        outcome: 'AssayPrimitivesCoinflipOutcome',
      },
      submit_evidence: {
        round: 'u32',
        attempt: 'u32',
        evidence: 'AssayPrimitivesCoinflipEvidence',
      },
      submit_report: {
        round: 'u32',
        report: 'AssayPrimitivesReport',
      },
      set_parameters: {
        changes: 'AssayPrimitivesRoundParameterChanges',
      },
      report_absent: {
        round: 'u32',
        attestor: 'AccountId32',
      },
      demand_coinflip: {
        round: 'u32',
        attempt: 'u32',
        words: 'Vec<AssayPrimitivesCoinflipListedWord>',
      },
      put_commitments: {
        round: 'u32',
        attempt: 'u32',
        words: 'Vec<AssayPrimitivesCoinflipListedWord>',
      },
      put_values: {
        round: 'u32',
        attempt: 'u32',
        values: 'Vec<AssayPrimitivesCoinflipOpenedValue>'
      }
    }
  },
  /**
   * Lookup121: assay_primitives::coinflip::Outcome
   **/
  AssayPrimitivesCoinflipOutcome: {
    _enum: {
      Agreed: {
        transcript: 'Vec<AssayPrimitivesCoinflipCommitment>',
        hiddenMagic: 'H256'
      }
    }
  },
  /**
   * Lookup123: assay_primitives::coinflip::Commitment
   **/
  AssayPrimitivesCoinflipCommitment: {
    commitment: 'H256',
    auditKeyHash: 'H256'
  },
  /**
   * Lookup124: assay_primitives::coinflip::Evidence
   **/
  AssayPrimitivesCoinflipEvidence: {
    _enum: {
      Equivocation: {
        first: 'AssayPrimitivesCoinflipSignedCommitment',
        second: 'AssayPrimitivesCoinflipSignedCommitment',
      },
      BadReveal: {
        commitment: 'AssayPrimitivesCoinflipSignedCommitment',
        reveal: 'AssayPrimitivesCoinflipSignedReveal',
      },
      BadPing: {
        confirmation: 'AssayPrimitivesCoinflipSignedConfirmation',
        openings: 'Vec<AssayPrimitivesCoinflipOpening>',
      },
      FalseFraud: 'AssayPrimitivesCoinflipSignedFraud'
    }
  },
  /**
   * Lookup125: assay_primitives::coinflip::SignedCommitment
   **/
  AssayPrimitivesCoinflipSignedCommitment: {
    author: 'AssayPrimitivesNoiseKey',
    body: 'AssayPrimitivesCoinflipCommitment',
    signature: 'AssayPrimitivesNoiseSignature'
  },
  /**
   * Lookup126: assay_primitives::coinflip::SignedReveal
   **/
  AssayPrimitivesCoinflipSignedReveal: {
    author: 'AssayPrimitivesNoiseKey',
    receiver: 'AssayPrimitivesNoiseKey',
    value: 'H256',
    signature: 'AssayPrimitivesNoiseSignature'
  },
  /**
   * Lookup127: assay_primitives::coinflip::SignedConfirmation
   **/
  AssayPrimitivesCoinflipSignedConfirmation: {
    author: 'AssayPrimitivesNoiseKey',
    receiver: 'AssayPrimitivesNoiseKey',
    kind: 'AssayPrimitivesCoinflipConfirmationKind',
    body: 'AssayPrimitivesCoinflipConfirmation',
    signature: 'AssayPrimitivesNoiseSignature'
  },
  /**
   * Lookup128: assay_primitives::coinflip::ConfirmationKind
   **/
  AssayPrimitivesCoinflipConfirmationKind: {
    _enum: ['Ping', 'Pong']
  },
  /**
   * Lookup129: assay_primitives::coinflip::Confirmation
   **/
  AssayPrimitivesCoinflipConfirmation: {
    transcriptRoot: 'H256',
    word: 'H256'
  },
  /**
   * Lookup131: assay_primitives::coinflip::Opening
   **/
  AssayPrimitivesCoinflipOpening: {
    value: 'H256',
    auditKeyHash: 'H256'
  },
  /**
   * Lookup132: assay_primitives::coinflip::SignedFraud
   **/
  AssayPrimitivesCoinflipSignedFraud: {
    author: 'AssayPrimitivesNoiseKey',
    accusation: 'AssayPrimitivesCoinflipAccusation',
    signature: 'AssayPrimitivesNoiseSignature'
  },
  /**
   * Lookup133: assay_primitives::coinflip::Accusation
   **/
  AssayPrimitivesCoinflipAccusation: {
    _enum: {
      Equivocation: {
        first: 'AssayPrimitivesCoinflipSignedCommitment',
        second: 'AssayPrimitivesCoinflipSignedCommitment',
      },
      BadReveal: {
        commitment: 'AssayPrimitivesCoinflipSignedCommitment',
        reveal: 'AssayPrimitivesCoinflipSignedReveal',
      },
      BadPing: {
        confirmation: 'AssayPrimitivesCoinflipSignedConfirmation',
        openings: 'Vec<AssayPrimitivesCoinflipOpening>'
      }
    }
  },
  /**
   * Lookup134: assay_primitives::report::Report
   **/
  AssayPrimitivesReport: {
    magic: 'H256',
    auditKeys: '[[u8;32];4]',
    salt: 'H256',
    auditSignatures: 'Vec<AssayPrimitivesNoiseSignature>',
    receipts: 'Vec<AssayPrimitivesSignedReceipt>',
    proofs: 'AssayPrimitivesFeedPooledProofs',
    hosterMetrics: 'AssayPrimitivesMetricsHosterMetrics',
    attestorMetrics: 'Vec<AssayPrimitivesMetricsPeerMetrics>'
  },
  /**
   * Lookup138: assay_primitives::SignedReceipt
   **/
  AssayPrimitivesSignedReceipt: {
    receipt: 'AssayPrimitivesReceipt',
    signature: 'AssayPrimitivesNoiseSignature'
  },
  /**
   * Lookup139: assay_primitives::Receipt
   **/
  AssayPrimitivesReceipt: {
    feed: 'H256',
    peer: 'AssayPrimitivesNoiseKey',
    nonce: 'H256',
    chunks: 'Vec<Compact<u32>>',
    leaves: 'H256',
    possession: 'H256',
    bytes: 'Compact<u64>',
    blockNumber: 'u32',
    blockHash: 'H256'
  },
  /**
   * Lookup141: assay_primitives::feed::PooledProofs
   **/
  AssayPrimitivesFeedPooledProofs: {
    proofs: 'Vec<AssayPrimitivesFeedPooledProof>',
    nodes: 'Vec<AssayPrimitivesFeedTreeNode>'
  },
  /**
   * Lookup143: assay_primitives::feed::PooledProof
   **/
  AssayPrimitivesFeedPooledProof: {
    index: 'Compact<u32>',
    leaf: 'H256',
    bytes: 'Compact<u32>',
    siblings: 'Vec<Compact<u32>>'
  },
  /**
   * Lookup144: assay_primitives::metrics::HosterMetrics
   **/
  AssayPrimitivesMetricsHosterMetrics: {
    samples: 'Compact<u32>',
    lost: 'Compact<u32>',
    latencyP50Us: 'Compact<u32>',
    latencyP95Us: 'Compact<u32>',
    latencyP99Us: 'Compact<u32>',
    throughputBytesPerSecond: 'Compact<u64>'
  },
  /**
   * Lookup146: assay_primitives::metrics::PeerMetrics
   **/
  AssayPrimitivesMetricsPeerMetrics: {
    rank: 'u8',
    samples: 'Compact<u32>',
    lost: 'Compact<u32>',
    latencyP50Us: 'Compact<u32>',
    latencyP95Us: 'Compact<u32>',
    latencyP99Us: 'Compact<u32>',
    throughputBytesPerSecond: 'Compact<u64>'
  },
  /**
   * Lookup148: assay_primitives::coinflip::ListedWord
   **/
  AssayPrimitivesCoinflipListedWord: {
    rank: 'u8',
    body: 'AssayPrimitivesCoinflipCommitment',
    signature: 'AssayPrimitivesNoiseSignature'
  },
  /**
   * Lookup150: assay_primitives::coinflip::OpenedValue
   **/
  AssayPrimitivesCoinflipOpenedValue: {
    rank: 'u8',
    value: 'H256'
  },
  /**
   * Lookup151: pallet_hosting::pallet::Call<T>
   **/
  PalletHostingCall: {
    _enum: {
      donate: {
        feed: 'H256',
        amount: 'u128',
      },
      withdraw: {
        feed: 'H256',
        amount: 'u128',
      },
      publish_plan: {
        terms: 'AssayPrimitivesHostingPlanTerms',
      },
      cancel_plan: {
        plan: 'u32',
      },
      offer: {
        storageBytes: 'u64',
        encodingBytesPerBlock: 'u32',
      },
      accept_copy: {
        copy: 'u64',
        generation: 'u32',
        modulus: 'Bytes',
      },
      commit_segment: {
        copy: 'u64',
        generation: 'u32',
        end: 'AssayPrimitivesHostingSegmentEnd',
      },
      confirm_segment: {
        copy: 'u64',
        generation: 'u32',
        end: 'AssayPrimitivesHostingSegmentEnd',
      },
      submit_checkpoint: {
        copy: 'u64',
        generation: 'u32',
        end: 'AssayPrimitivesHostingSegmentEnd',
        signature: 'AssayPrimitivesNoiseSignature',
      },
      complain: {
        copy: 'u64',
        generation: 'u32',
        segment: 'u32',
        complaint: 'AssayPrimitivesHostingEncodingComplaint',
      },
      answer_storage: {
        copy: 'u64',
        generation: 'u32',
        answer: 'Vec<AssayPrimitivesHostingSegmentAnswer>',
      },
      leave_copy: {
        copy: 'u64',
        generation: 'u32',
      },
      set_parameters: {
        changes: 'AssayPrimitivesHostingParameterChanges'
      }
    }
  },
  /**
   * Lookup152: assay_primitives::hosting::PlanTerms
   **/
  AssayPrimitivesHostingPlanTerms: {
    feed: 'H256',
    ranges: 'Vec<AssayPrimitivesHostingBlockRange>',
    copies: 'u32',
    from: 'u32',
    until: 'u32',
    hosterPay: 'u128',
    encoderPay: 'u128',
    performanceEvery: 'u32',
    reencodeEvery: 'u32',
    targets: 'AssayPrimitivesHostingServiceTargets'
  },
  /**
   * Lookup154: assay_primitives::hosting::BlockRange
   **/
  AssayPrimitivesHostingBlockRange: {
    from: 'u32',
    to: 'Option<u32>'
  },
  /**
   * Lookup155: assay_primitives::hosting::ServiceTargets
   **/
  AssayPrimitivesHostingServiceTargets: {
    leastReputationPpm: 'u32',
    highestLatencyP95Us: 'Option<u32>',
    leastThroughputBytesPerSecond: 'Option<u64>'
  },
  /**
   * Lookup157: assay_primitives::hosting::EncodingComplaint
   **/
  AssayPrimitivesHostingEncodingComplaint: {
    _enum: {
      Leaf: 'AssayPrimitivesHostingLeafComplaint',
      Count: 'AssayPrimitivesHostingCountComplaint',
      Block: 'AssayPrimitivesHostingBlockComplaint'
    }
  },
  /**
   * Lookup158: assay_primitives::hosting::LeafComplaint
   **/
  AssayPrimitivesHostingLeafComplaint: {
    place: 'AssayPrimitivesHostingBlockPlace',
    at: 'Compact<u32>',
    leaf: 'Bytes',
    siblings: 'Vec<H256>'
  },
  /**
   * Lookup159: assay_primitives::hosting::BlockPlace
   **/
  AssayPrimitivesHostingBlockPlace: {
    index: 'Compact<u32>',
    start: 'Compact<u64>',
    leaves: 'Compact<u32>',
    siblings: 'Vec<H256>'
  },
  /**
   * Lookup160: assay_primitives::hosting::CountComplaint
   **/
  AssayPrimitivesHostingCountComplaint: {
    place: 'AssayPrimitivesHostingBlockPlace',
    top: 'H256',
    proof: 'AssayPrimitivesFeedBlockProof'
  },
  /**
   * Lookup161: assay_primitives::feed::BlockProof
   **/
  AssayPrimitivesFeedBlockProof: {
    index: 'Compact<u32>',
    leaf: 'H256',
    bytes: 'Compact<u32>',
    siblings: 'Vec<AssayPrimitivesFeedTreeNode>'
  },
  /**
   * Lookup162: assay_primitives::hosting::BlockComplaint
   **/
  AssayPrimitivesHostingBlockComplaint: {
    place: 'AssayPrimitivesHostingBlockPlace',
    encoded: 'Bytes',
    proof: 'AssayPrimitivesFeedBlockProof'
  },
  /**
   * Lookup164: assay_primitives::hosting::SegmentAnswer
   **/
  AssayPrimitivesHostingSegmentAnswer: {
    blocks: 'Vec<AssayPrimitivesHostingBlockAnswer>',
    siblings: 'Vec<H256>'
  },
  /**
   * Lookup166: assay_primitives::hosting::BlockAnswer
   **/
  AssayPrimitivesHostingBlockAnswer: {
    index: 'Compact<u32>',
    start: 'Compact<u64>',
    count: 'Compact<u32>',
    leaves: 'Vec<Bytes>',
    siblings: 'Vec<H256>'
  },
  /**
   * Lookup168: pallet_sudo::pallet::Error<T>
   **/
  PalletSudoError: {
    _enum: ['RequireSudo']
  },
  /**
   * Lookup169: pallet_utility::pallet::Error<T>
   **/
  PalletUtilityError: {
    _enum: ['TooManyCalls']
  },
  /**
   * Lookup170: assay_primitives::WorkerRecord
   **/
  AssayPrimitivesWorkerRecord: {
    name: 'Text',
    noiseKey: 'AssayPrimitivesNoiseKey',
    roles: 'Vec<AssayPrimitivesRole>',
    capacity: 'u32',
    duties: 'u32',
    status: 'AssayPrimitivesWorkerStatus',
    registeredAt: 'u32',
    lastSeen: 'u32'
  },
  /**
   * Lookup171: assay_primitives::WorkerStatus
   **/
  AssayPrimitivesWorkerStatus: {
    _enum: ['Active', 'Paused']
  },
  /**
   * Lookup173: assay_primitives::Reputation
   **/
  AssayPrimitivesReputation: {
    goodPpm: 'u32',
    badPpm: 'u32'
  },
  /**
   * Lookup176: pallet_workers::Roster
   **/
  PalletWorkersRoster: {
    places: 'u32',
    proven: 'PalletWorkersCrowd',
    unproven: 'PalletWorkersCrowd'
  },
  /**
   * Lookup177: pallet_workers::Crowd
   **/
  PalletWorkersCrowd: {
    workers: 'u32',
    busy: 'u32',
    weight: 'u64',
    busyWeight: 'u64'
  },
  /**
   * Lookup180: pallet_workers::Standing
   **/
  PalletWorkersStanding: {
    weight: 'u64',
    isProven: 'bool',
    isBusy: 'bool'
  },
  /**
   * Lookup183: assay_primitives::BondTerms
   **/
  AssayPrimitivesBondTerms: {
    roleBond: 'u128',
    capacityBond: 'u128',
    unbonding: 'u32'
  },
  /**
   * Lookup184: assay_primitives::Bond
   **/
  AssayPrimitivesBond: {
    required: 'u128',
    held: 'u128',
    unbonding: 'u128',
    until: 'u32'
  },
  /**
   * Lookup185: pallet_workers::pallet::Error<T>
   **/
  PalletWorkersError: {
    _enum: ['AlreadyRegistered', 'NotRegistered', 'NoiseKeyTaken', 'BadPossession', 'BadRoles', 'ZeroCapacity', 'HasDuties', 'AlreadyPaused', 'NotPaused', 'TooManyWorkers', 'CannotBond', 'NothingToTopUp', 'BadBondTerms', 'BadName']
  },
  /**
   * Lookup187: assay_primitives::feed::Hosting
   **/
  AssayPrimitivesFeedHosting: {
    since: 'u32',
    tree: 'AssayPrimitivesFeedFeedTree'
  },
  /**
   * Lookup188: assay_primitives::feed::FeedTree
   **/
  AssayPrimitivesFeedFeedTree: {
    length: 'u32',
    roots: 'Vec<AssayPrimitivesFeedTreeNode>'
  },
  /**
   * Lookup189: pallet_feeds::pallet::Error<T>
   **/
  PalletFeedsError: {
    _enum: ['AlreadyPublished', 'EmptyFeed', 'WrongKey', 'WrongRoots', 'BadSignature', 'UnknownFeed', 'NotAHoster', 'AlreadyHosting', 'NotHosting', 'Truncated', 'NotLonger', 'NotAnExtension', 'NoConflict', 'Conflicted', 'OtherLength']
  },
  /**
   * Lookup190: assay_primitives::round::Parameters
   **/
  AssayPrimitivesRoundParameters: {
    attestors: 'u32',
    roundLength: 'u32',
    coinflipWindow: 'u32',
    reportWindow: 'u32',
    challenges: 'u32',
    slotTolerance: 'u32',
    gap: 'u32',
    maxRedraws: 'u32',
    maxWait: 'u32',
    hosterReward: 'u128',
    attestorReward: 'u128',
    magicRule: 'AssayPrimitivesCoinflipMagicRule',
    accusationDeposit: 'u128',
    answerWindow: 'u32',
    objectionWindow: 'u32',
    demandDeposit: 'u128'
  },
  /**
   * Lookup191: assay_primitives::round::Order
   **/
  AssayPrimitivesRoundOrder: {
    requester: 'AccountId32',
    hoster: 'AccountId32',
    feed: 'H256',
    remaining: 'u32',
    deposit: 'u128',
    left: 'u128'
  },
  /**
   * Lookup192: assay_primitives::round::Round
   **/
  AssayPrimitivesRound: {
    order: 'u32',
    hoster: 'AccountId32',
    hosterKey: 'AssayPrimitivesNoiseKey',
    feed: 'H256',
    phase: 'AssayPrimitivesRoundPhase',
    attempt: 'u32',
    redraw: 'u32',
    scheduledAt: 'u32',
    openedAt: 'u32',
    endsAt: 'u32',
    agreedAt: 'u32',
    closedAt: 'u32',
    members: 'Vec<AssayPrimitivesRoundMember>',
    drawn: 'u32',
    agreement: 'Option<AssayPrimitivesRoundAgreement>',
    hosterReputationPpm: 'u32',
    verdict: 'Option<AssayPrimitivesRoundVerdict>',
    reason: 'Option<AssayPrimitivesRoundClosingReason>',
    shortage: 'Option<AssayPrimitivesRoundShortage>',
    magic: 'Option<H256>',
    magicRule: 'AssayPrimitivesCoinflipMagicRule',
    auditFrom: 'u32'
  },
  /**
   * Lookup193: assay_primitives::round::Phase
   **/
  AssayPrimitivesRoundPhase: {
    _enum: ['Scheduled', 'Open', 'Coinflip', 'Audit', 'Report', 'Closed']
  },
  /**
   * Lookup195: assay_primitives::round::Agreement
   **/
  AssayPrimitivesRoundAgreement: {
    transcript: 'Vec<AssayPrimitivesCoinflipCommitment>',
    hiddenMagic: 'H256'
  },
  /**
   * Lookup199: assay_primitives::round::Shortage
   **/
  AssayPrimitivesRoundShortage: {
    needed: 'u32',
    eligible: 'u32',
    areBusy: 'bool'
  },
  /**
   * Lookup203: assay_primitives::round::Vote
   **/
  AssayPrimitivesRoundVote: {
    attempt: 'u32',
    outcome: 'AssayPrimitivesCoinflipOutcome'
  },
  /**
   * Lookup205: assay_primitives::round::PastFlip
   **/
  AssayPrimitivesRoundPastFlip: {
    members: 'Vec<AssayPrimitivesRoundMember>',
    magicRule: 'AssayPrimitivesCoinflipMagicRule'
  },
  /**
   * Lookup206: assay_primitives::round::ReportSummary
   **/
  AssayPrimitivesRoundReportSummary: {
    served: 'bool',
    proven: 'u32',
    metrics: 'AssayPrimitivesMetricsHosterMetrics'
  },
  /**
   * Lookup207: assay_primitives::round::Earnings
   **/
  AssayPrimitivesRoundEarnings: {
    paid: 'u128',
    isForfeit: 'bool'
  },
  /**
   * Lookup208: assay_primitives::metrics::MeasuredPerformance
   **/
  AssayPrimitivesMetricsMeasuredPerformance: {
    round: 'u32',
    attestors: 'u8',
    attempts: 'Compact<u32>',
    lossPpm: 'Compact<u32>',
    speed: 'Option<AssayPrimitivesMetricsSpeed>'
  },
  /**
   * Lookup210: assay_primitives::metrics::Speed
   **/
  AssayPrimitivesMetricsSpeed: {
    attestors: 'u8',
    samples: 'Compact<u32>',
    latencyP50Us: 'Compact<u32>',
    latencyP95Us: 'Compact<u32>',
    latencyP99Us: 'Compact<u32>',
    throughputBytesPerSecond: 'Compact<u64>'
  },
  /**
   * Lookup211: assay_primitives::round::Absences
   **/
  AssayPrimitivesRoundAbsences: {
    requester: 'AccountId32',
    closedAt: 'u32',
    until: 'u32',
    reward: 'u128',
    held: 'u128',
    absentees: 'Vec<AssayPrimitivesRoundAbsentee>',
    turns: 'Vec<AccountId32>'
  },
  /**
   * Lookup213: assay_primitives::round::Absentee
   **/
  AssayPrimitivesRoundAbsentee: {
    account: 'AccountId32',
    reported: 'bool'
  },
  /**
   * Lookup214: assay_primitives::round::StorageDeposit
   **/
  AssayPrimitivesRoundStorageDeposit: {
    requester: 'AccountId32',
    amount: 'u128'
  },
  /**
   * Lookup215: assay_primitives::coinflip::Arbitration
   **/
  AssayPrimitivesCoinflipArbitration: {
    flip: 'Option<AssayPrimitivesCoinflipFlip>',
    spoiltAt: 'Option<u32>',
    numberAsked: 'bool',
    congestion: 'u32'
  },
  /**
   * Lookup217: assay_primitives::coinflip::Flip
   **/
  AssayPrimitivesCoinflipFlip: {
    stage: 'AssayPrimitivesCoinflipFlipStage',
    since: 'u32',
    until: 'u32',
    lastListed: 'u32',
    demander: 'AccountId32',
    held: 'u128',
    spent: 'u128',
    listed: 'Vec<AssayPrimitivesCoinflipListedWord>',
    opened: 'Vec<AssayPrimitivesCoinflipOpenedValue>'
  },
  /**
   * Lookup218: pallet_attestation::pallet::Error<T>
   **/
  PalletAttestationError: {
    _enum: ['UnknownFeed', 'NotHosting', 'BadRoundCount', 'UnknownOrder', 'NotRequester', 'UnknownRound', 'WrongPhase', 'WrongAttempt', 'NotMember', 'AlreadyVoted', 'BadOutcome', 'BadEvidence', 'AlreadyConvicted', 'TooEarly', 'TooLate', 'AlreadyReported', 'NoAgreement', 'WrongMagic', 'WrongAuditKey', 'BadReceipt', 'OutsideSlot', 'BadProof', 'BadParameters', 'TooManyOrders', 'NotAbsent', 'AbsenceKnown', 'CannotAccuse', 'NoAbsences', 'MetricsOutOfBounds', 'MetricsOutOfOrder', 'MetricsOfUnknownPeer', 'MetricsOfSelf', 'DuplicateMetrics', 'TooManyOwnOrders', 'EmptyReceipt', 'AlreadyDemanded', 'TooEarlyToDemand', 'TooLateToDemand', 'Spoilt', 'NoOwnWord', 'BadWord', 'BadValue', 'NothingNew']
  },
  /**
   * Lookup219: assay_primitives::hosting::Parameters
   **/
  AssayPrimitivesHostingParameters: {
    challengeInterval: 'u32',
    challengeWindow: 'u32',
    challengedLeaves: 'u32',
    acceptWindow: 'u32',
    encodeWindow: 'u32',
    confirmWindow: 'u32',
    setupTries: 'u32',
    retryPause: 'u32',
    queuePause: 'u32',
    starvingGrace: 'u32',
    vettingSharePpm: 'u32',
    leastModulusBytes: 'u32',
    planNotice: 'u32',
    mostHosterPay: 'u128',
    mostEncoderPay: 'u128',
    leastEncodingBytesPerBlock: 'u32'
  },
  /**
   * Lookup220: assay_primitives::hosting::Pool
   **/
  AssayPrimitivesHostingPool: {
    era: 'u32',
    total: 'u128',
    shares: 'u128',
    committed: 'u128'
  },
  /**
   * Lookup223: assay_primitives::hosting::Donation
   **/
  AssayPrimitivesHostingDonation: {
    era: 'u32',
    shares: 'u128',
    given: 'u128',
    withdrawn: 'u128',
    decidesFrom: 'u32',
    lockedUntil: 'u32'
  },
  /**
   * Lookup224: assay_primitives::hosting::Plan
   **/
  AssayPrimitivesHostingPlan: {
    owner: 'AccountId32',
    terms: 'AssayPrimitivesHostingPlanTerms',
    covered: 'u32',
    coveredBytes: 'u64',
    contracts: 'u32'
  },
  /**
   * Lookup225: assay_primitives::hosting::Notice
   **/
  AssayPrimitivesHostingNotice: {
    tree: 'AssayPrimitivesFeedFeedTree',
    from: 'u32'
  },
  /**
   * Lookup227: assay_primitives::hosting::Contract
   **/
  AssayPrimitivesHostingContract: {
    plan: 'u32',
    feed: 'H256',
    from: 'u32',
    to: 'u32',
    tree: 'AssayPrimitivesFeedFeedTree',
    mostBytes: 'u64',
    state: 'AssayPrimitivesHostingContractState',
    copies: 'Vec<u64>',
    openedAt: 'u32',
    starvingSince: 'u32'
  },
  /**
   * Lookup229: assay_primitives::hosting::Copy
   **/
  AssayPrimitivesHostingCopy: {
    contract: 'u32',
    generation: 'u32',
    state: 'AssayPrimitivesHostingCopyState',
    hoster: 'Option<AssayPrimitivesHostingProvider>',
    encoder: 'Option<AssayPrimitivesHostingProvider>',
    encodeBlocks: 'u32',
    encodesUntil: 'u32',
    modulus: 'Option<Bytes>',
    segments: 'Vec<AssayPrimitivesHostingSegment>',
    pending: 'Option<AssayPrimitivesHostingSegmentEnd>',
    challenge: 'Option<AssayPrimitivesHostingStorageChallenge>',
    tries: 'u32',
    due: 'u32',
    passes: 'u32',
    misses: 'u32',
    committed: 'u128',
    owed: 'u128',
    replaces: 'Option<u64>',
    isLeaving: 'bool'
  },
  /**
   * Lookup230: assay_primitives::hosting::CopyState
   **/
  AssayPrimitivesHostingCopyState: {
    _enum: ['Vacant', 'Assigned', 'Encoding', 'Confirming', 'Live', 'Suspect', 'Ended']
  },
  /**
   * Lookup234: assay_primitives::hosting::Segment
   **/
  AssayPrimitivesHostingSegment: {
    from: 'u32',
    to: 'u32',
    encoder: 'AccountId32',
    modulus: 'Bytes',
    leaves: 'u64',
    root: 'H256'
  },
  /**
   * Lookup239: assay_primitives::hosting::ChallengeResult
   **/
  AssayPrimitivesHostingChallengeResult: {
    block: 'u32',
    passed: 'bool'
  },
  /**
   * Lookup241: assay_primitives::hosting::Offer
   **/
  AssayPrimitivesHostingOffer: {
    storageBytes: 'u64',
    usedBytes: 'u64',
    encodingBytesPerBlock: 'u32'
  },
  /**
   * Lookup243: pallet_hosting::pallet::Error<T>
   **/
  PalletHostingError: {
    _enum: ['UnknownFeed', 'FeedEnded', 'ZeroAmount', 'TooLittle', 'PoolFull', 'CannotWithdraw', 'TooNew', 'Locked', 'NotMostOfPool', 'BadPlan', 'TooDear', 'OutsideFeed', 'FeedTooLarge', 'TooManyPlans', 'UnknownPlan', 'NotPlanOwner', 'NotAProvider', 'UnknownCopy', 'WrongGeneration', 'WrongState', 'NotHoster', 'NotEncoder', 'BadModulus', 'ModulusUsed', 'BadSegment', 'TooEarly', 'TooLate', 'BadSignature', 'BadAnswer', 'UnknownSegment', 'CannotComplain', 'AlreadyLeaving', 'BadParameters']
  },
  /**
   * Lookup244: frame_system::extensions::check_non_zero_sender::CheckNonZeroSender
   **/
  FrameSystemExtensionsCheckNonZeroSender: 'Null',
  /**
   * Lookup245: frame_system::extensions::check_spec_version::CheckSpecVersion
   **/
  FrameSystemExtensionsCheckSpecVersion: 'Null',
  /**
   * Lookup246: frame_system::extensions::check_tx_version::CheckTxVersion
   **/
  FrameSystemExtensionsCheckTxVersion: 'Null',
  /**
   * Lookup247: frame_system::extensions::check_genesis::CheckGenesis
   **/
  FrameSystemExtensionsCheckGenesis: 'Null',
  /**
   * Lookup250: frame_system::extensions::check_nonce::CheckNonce
   **/
  FrameSystemExtensionsCheckNonce: 'Compact<u32>',
  /**
   * Lookup251: frame_system::extensions::check_weight::CheckWeight
   **/
  FrameSystemExtensionsCheckWeight: 'Null',
  /**
   * Lookup252: pallet_transaction_payment::ChargeTransactionPayment
   **/
  PalletTransactionPaymentChargeTransactionPayment: 'Compact<u128>',
  /**
   * Lookup253: frame_metadata_hash_extension::CheckMetadataHash
   **/
  FrameMetadataHashExtensionCheckMetadataHash: {
    mode: 'FrameMetadataHashExtensionMode'
  },
  /**
   * Lookup254: frame_metadata_hash_extension::Mode
   **/
  FrameMetadataHashExtensionMode: {
    _enum: ['Disabled', 'Enabled']
  },
  /**
   * Lookup256: assay_runtime::Runtime
   **/
  AssayRuntimeRuntime: 'Null',
  /**
   * Lookup257: sp_runtime::MultiSignature
   **/
  SpRuntimeMultiSignature: {
    _enum: {
      Ed25519: '[u8;64]',
      Sr25519: '[u8;64]',
      Ecdsa: '[u8;65]'
    }
  },
  /**
   * Lookup260: assay_runtime::RuntimeError
   **/
  AssayRuntimeRuntimeError: {
    _enum: {
      __Unused0: 'Null',
      __Unused1: 'Null',
      __Unused2: 'Null',
      __Unused3: 'Null',
      Balances: 'PalletBalancesError',
      __Unused5: 'Null',
      Sudo: 'PalletSudoError',
      Utility: 'PalletUtilityError',
      __Unused8: 'Null',
      __Unused9: 'Null',
      Workers: 'PalletWorkersError',
      Feeds: 'PalletFeedsError',
      Attestation: 'PalletAttestationError',
      Hosting: 'PalletHostingError'
    }
  },
  /**
   * Lookup261: sp_runtime::generic::block::Block<sp_runtime::generic::header::Header<Number, Hash>, sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic<sp_runtime::multiaddress::MultiAddress<sp_core::crypto::AccountId32, AccountIndex>, assay_runtime::RuntimeCall, sp_runtime::MultiSignature, Extra>>
   **/
  SpRuntimeBlock: {
    header: 'SpRuntimeHeader',
    extrinsics: 'Vec<Bytes>'
  },
  /**
   * Lookup262: sp_runtime::generic::header::Header<Number, Hash>
   **/
  SpRuntimeHeader: {
    parentHash: 'H256',
    number: 'Compact<u32>',
    stateRoot: 'H256',
    extrinsicsRoot: 'H256',
    digest: 'SpRuntimeDigest'
  },
  /**
   * Lookup265: sp_runtime::ExtrinsicInclusionMode
   **/
  SpRuntimeExtrinsicInclusionMode: {
    _enum: ['AllExtrinsics', 'OnlyInherents']
  },
  /**
   * Lookup268: frame_support::view_functions::ViewFunctionId
   **/
  FrameSupportViewFunctionsViewFunctionId: {
    prefix: '[u8;16]',
    suffix: '[u8;16]'
  },
  /**
   * Lookup271: frame_support::view_functions::ViewFunctionDispatchError
   **/
  FrameSupportViewFunctionsViewFunctionDispatchError: {
    _enum: {
      NotImplemented: 'Null',
      NotFound: 'FrameSupportViewFunctionsViewFunctionId',
      Codec: 'Null'
    }
  },
  /**
   * Lookup273: sp_runtime::transaction_validity::TransactionValidityError
   **/
  SpRuntimeTransactionValidityTransactionValidityError: {
    _enum: {
      Invalid: 'SpRuntimeTransactionValidityInvalidTransaction',
      Unknown: 'SpRuntimeTransactionValidityUnknownTransaction'
    }
  },
  /**
   * Lookup274: sp_runtime::transaction_validity::InvalidTransaction
   **/
  SpRuntimeTransactionValidityInvalidTransaction: {
    _enum: {
      Call: 'Null',
      Payment: 'Null',
      Future: 'Null',
      Stale: 'Null',
      BadProof: 'Null',
      AncientBirthBlock: 'Null',
      ExhaustsResources: 'Null',
      Custom: 'u8',
      BadMandatory: 'Null',
      MandatoryValidation: 'Null',
      BadSigner: 'Null',
      IndeterminateImplicit: 'Null',
      UnknownOrigin: 'Null'
    }
  },
  /**
   * Lookup275: sp_runtime::transaction_validity::UnknownTransaction
   **/
  SpRuntimeTransactionValidityUnknownTransaction: {
    _enum: {
      CannotLookup: 'Null',
      NoUnsignedValidator: 'Null',
      Custom: 'u8'
    }
  },
  /**
   * Lookup276: sp_inherents::InherentData
   **/
  SpInherentsInherentData: {
    data: 'BTreeMap<[u8;8], Bytes>'
  },
  /**
   * Lookup280: sp_inherents::CheckInherentsResult
   **/
  SpInherentsCheckInherentsResult: {
    okay: 'bool',
    fatalError: 'bool',
    errors: 'SpInherentsInherentData'
  },
  /**
   * Lookup281: sp_runtime::transaction_validity::TransactionSource
   **/
  SpRuntimeTransactionValidityTransactionSource: {
    _enum: ['InBlock', 'Local', 'External']
  },
  /**
   * Lookup283: sp_runtime::transaction_validity::ValidTransaction
   **/
  SpRuntimeTransactionValidityValidTransaction: {
    priority: 'u64',
    requires: 'Vec<Bytes>',
    provides: 'Vec<Bytes>',
    longevity: 'u64',
    propagate: 'bool'
  },
  /**
   * Lookup284: pallet_transaction_payment::types::RuntimeDispatchInfo<Balance, sp_weights::weight_v2::Weight>
   **/
  PalletTransactionPaymentRuntimeDispatchInfo: {
    weight: 'SpWeightsWeightV2Weight',
    class: 'FrameSupportDispatchDispatchClass',
    partialFee: 'u128'
  },
  /**
   * Lookup285: pallet_transaction_payment::types::FeeDetails<Balance>
   **/
  PalletTransactionPaymentFeeDetails: {
    inclusionFee: 'Option<PalletTransactionPaymentInclusionFee>',
    tip: 'u128'
  },
  /**
   * Lookup287: pallet_transaction_payment::types::InclusionFee<Balance>
   **/
  PalletTransactionPaymentInclusionFee: {
    baseFee: 'u128',
    lenFee: 'u128',
    adjustedWeightFee: 'u128'
  },
  /**
   * Lookup292: sp_core::crypto::KeyTypeId
   **/
  SpCoreCryptoKeyTypeId: '[u8;4]'
};
