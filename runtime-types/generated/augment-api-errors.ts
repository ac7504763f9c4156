// Auto-generated via `yarn polkadot-types-from-chain`, do not edit
/* eslint-disable */

// import type lookup before we augment - in some environments
// this is required to allow for ambient/previous definitions
import '@polkadot/api-base/types/errors';

import type { ApiTypes, AugmentedError } from '@polkadot/api-base/types';

export type __AugmentedError<ApiType extends ApiTypes> = AugmentedError<ApiType>;

declare module '@polkadot/api-base/types/errors' {
  interface AugmentedErrors<ApiType extends ApiTypes> {
    attestation: {
      /**
       * Another was faster to report this absence.
       **/
      AbsenceKnown: AugmentedError<ApiType>;
      /**
       * The member was convicted before.
       **/
      AlreadyConvicted: AugmentedError<ApiType>;
      /**
       * The attempt is before the chain, or its number was asked for or is known.
       **/
      AlreadyDemanded: AugmentedError<ApiType>;
      /**
       * The attestor has reported.
       **/
      AlreadyReported: AugmentedError<ApiType>;
      /**
       * The attestor has told its outcome of this attempt.
       **/
      AlreadyVoted: AugmentedError<ApiType>;
      /**
       * The evidence proves nothing.
       **/
      BadEvidence: AugmentedError<ApiType>;
      /**
       * The outcome does not fit the session.
       **/
      BadOutcome: AugmentedError<ApiType>;
      /**
       * The parameters leave no time or nobody for a round.
       **/
      BadParameters: AugmentedError<ApiType>;
      /**
       * A Merkle proof does not lead to the feed’s root.
       **/
      BadProof: AugmentedError<ApiType>;
      /**
       * A receipt is not for this audit, not by the hoster, or names no block of this chain.
       **/
      BadReceipt: AugmentedError<ApiType>;
      /**
       * Expected 1 to 10000 rounds.
       **/
      BadRoundCount: AugmentedError<ApiType>;
      /**
       * A number does not open the commitment of its member.
       **/
      BadValue: AugmentedError<ApiType>;
      /**
       * A commitment is not signed by a member of this coinflip, or there should be none.
       **/
      BadWord: AugmentedError<ApiType>;
      /**
       * The account does not have the deposit that it would lose if the attestor did report.
       **/
      CannotAccuse: AugmentedError<ApiType>;
      /**
       * There are several metrics of the same attestor.
       **/
      DuplicateMetrics: AugmentedError<ApiType>;
      /**
       * A receipt names no drawn chunk that the report proves.
       **/
      EmptyReceipt: AugmentedError<ApiType>;
      /**
       * An attestor’s metrics are of itself.
       **/
      MetricsOfSelf: AugmentedError<ApiType>;
      /**
       * Metrics are of somebody who is no attestor of this round.
       **/
      MetricsOfUnknownPeer: AugmentedError<ApiType>;
      /**
       * Metrics stand for no samples or too many, or are beyond what can be measured.
       **/
      MetricsOutOfBounds: AugmentedError<ApiType>;
      /**
       * Percentiles of a latency do not ascend.
       **/
      MetricsOutOfOrder: AugmentedError<ApiType>;
      /**
       * Nobody was absent in this round, or the time to report it is over.
       **/
      NoAbsences: AugmentedError<ApiType>;
      /**
       * The round has no agreed number.
       **/
      NoAgreement: AugmentedError<ApiType>;
      /**
       * A demand must contain the signed commitment of its author.
       **/
      NoOwnWord: AugmentedError<ApiType>;
      /**
       * The attestor does not count as absent: evidence had convicted it before.
       **/
      NotAbsent: AugmentedError<ApiType>;
      /**
       * All of it is on the chain already.
       **/
      NothingNew: AugmentedError<ApiType>;
      /**
       * The account does not host this feed.
       **/
      NotHosting: AugmentedError<ApiType>;
      /**
       * The account is not an attestor of this round.
       **/
      NotMember: AugmentedError<ApiType>;
      /**
       * Only the account that placed the order may cancel it.
       **/
      NotRequester: AugmentedError<ApiType>;
      /**
       * A receipt was given outside the attestor’s slot.
       **/
      OutsideSlot: AugmentedError<ApiType>;
      /**
       * Evidence spoilt the attempt, which begins again soon.
       **/
      Spoilt: AugmentedError<ApiType>;
      /**
       * Reports are taken after the round’s end.
       **/
      TooEarly: AugmentedError<ApiType>;
      /**
       * The members still have time to agree by themselves.
       **/
      TooEarlyToDemand: AugmentedError<ApiType>;
      /**
       * The time for reports is over.
       **/
      TooLate: AugmentedError<ApiType>;
      /**
       * The time to ask the chain is over.
       **/
      TooLateToDemand: AugmentedError<ApiType>;
      /**
       * As many orders as the chain takes are open.
       **/
      TooManyOrders: AugmentedError<ApiType>;
      /**
       * As many orders of the account as it may have are open.
       **/
      TooManyOwnOrders: AugmentedError<ApiType>;
      /**
       * The feed is not registered.
       **/
      UnknownFeed: AugmentedError<ApiType>;
      /**
       * There is no such order.
       **/
      UnknownOrder: AugmentedError<ApiType>;
      /**
       * There is no such round.
       **/
      UnknownRound: AugmentedError<ApiType>;
      /**
       * The coinflip is at another attempt.
       **/
      WrongAttempt: AugmentedError<ApiType>;
      /**
       * These are not the audit keys and the salt that the attestor committed to, or it does not own the keys.
       **/
      WrongAuditKey: AugmentedError<ApiType>;
      /**
       * This is not the number that was agreed on.
       **/
      WrongMagic: AugmentedError<ApiType>;
      /**
       * The round is not in the phase for this.
       **/
      WrongPhase: AugmentedError<ApiType>;
      /**
       * Generic error
       **/
      [key: string]: AugmentedError<ApiType>;
    };
    balances: {
      /**
       * Beneficiary account must pre-exist.
       **/
      DeadAccount: AugmentedError<ApiType>;
      /**
       * The delta cannot be zero.
       **/
      DeltaZero: AugmentedError<ApiType>;
      /**
       * Value too low to create account due to existential deposit.
       **/
      ExistentialDeposit: AugmentedError<ApiType>;
      /**
       * A vesting schedule already exists for this account.
       **/
      ExistingVestingSchedule: AugmentedError<ApiType>;
      /**
       * Transfer/payment would kill account.
       **/
      Expendability: AugmentedError<ApiType>;
      /**
       * Balance too low to send value.
       **/
      InsufficientBalance: AugmentedError<ApiType>;
      /**
       * The issuance cannot be modified since it is already deactivated.
       **/
      IssuanceDeactivated: AugmentedError<ApiType>;
      /**
       * Account liquidity restrictions prevent withdrawal.
       **/
      LiquidityRestrictions: AugmentedError<ApiType>;
      /**
       * Number of freezes exceed `MaxFreezes`.
       **/
      TooManyFreezes: AugmentedError<ApiType>;
      /**
       * Number of holds exceed `VariantCountOf<T::RuntimeHoldReason>`.
       **/
      TooManyHolds: AugmentedError<ApiType>;
      /**
       * Number of named reserves exceed `MaxReserves`.
       **/
      TooManyReserves: AugmentedError<ApiType>;
      /**
       * Vesting balance too high to send value.
       **/
      VestingBalance: AugmentedError<ApiType>;
      /**
       * Generic error
       **/
      [key: string]: AugmentedError<ApiType>;
    };
    feeds: {
      /**
       * The hoster hosts this feed at this length.
       **/
      AlreadyHosting: AugmentedError<ApiType>;
      /**
       * The feed is registered.
       **/
      AlreadyPublished: AugmentedError<ApiType>;
      /**
       * The signature is not by the feed’s key over this length and tree.
       **/
      BadSignature: AugmentedError<ApiType>;
      /**
       * The feed’s key signed two trees that contradict each other. The feed has ended.
       **/
      Conflicted: AugmentedError<ApiType>;
      /**
       * The feed has no block.
       **/
      EmptyFeed: AugmentedError<ApiType>;
      /**
       * The two trees do not contradict each other, or the feed’s key has not signed both.
       **/
      NoConflict: AugmentedError<ApiType>;
      /**
       * Only a registered worker with the role Hoster hosts feeds.
       **/
      NotAHoster: AugmentedError<ApiType>;
      /**
       * The longer tree does not begin with the registered one, or the nodes do not prove it.
       **/
      NotAnExtension: AugmentedError<ApiType>;
      /**
       * The hoster does not host this feed.
       **/
      NotHosting: AugmentedError<ApiType>;
      /**
       * The feed is registered at this length or a greater one.
       **/
      NotLonger: AugmentedError<ApiType>;
      /**
       * The feed is registered at another length.
       **/
      OtherLength: AugmentedError<ApiType>;
      /**
       * The head is of a fork: the author has truncated the feed. Publish it under another key.
       **/
      Truncated: AugmentedError<ApiType>;
      /**
       * The feed is not registered.
       **/
      UnknownFeed: AugmentedError<ApiType>;
      /**
       * The key is not the hash of the manifest with this namespace and public key.
       **/
      WrongKey: AugmentedError<ApiType>;
      /**
       * A feed of this length has another number of roots.
       **/
      WrongRoots: AugmentedError<ApiType>;
      /**
       * Generic error
       **/
      [key: string]: AugmentedError<ApiType>;
    };
    hosting: {
      /**
       * Another copy is to take the place of this one already.
       **/
      AlreadyLeaving: AugmentedError<ApiType>;
      /**
       * The answer has not just the leaves that were drawn, or a path does not lead to the root of its segment.
       **/
      BadAnswer: AugmentedError<ApiType>;
      /**
       * Expected an odd modulus of the least or the greatest length, with its highest bit set.
       **/
      BadModulus: AugmentedError<ApiType>;
      /**
       * The parameters leave no time, no leaves or no key.
       **/
      BadParameters: AugmentedError<ApiType>;
      /**
       * The terms of the plan are of no use: see its documentation for the bounds.
       **/
      BadPlan: AugmentedError<ApiType>;
      /**
       * The segment ends elsewhere, or cannot have so many leaves.
       **/
      BadSegment: AugmentedError<ApiType>;
      /**
       * The signature is not by the encoder over this end of its segment.
       **/
      BadSignature: AugmentedError<ApiType>;
      /**
       * The account does not have the deposit that it would lose if the encoding is good.
       **/
      CannotComplain: AugmentedError<ApiType>;
      /**
       * The account has less in the pool, or contracts have committed it.
       **/
      CannotWithdraw: AugmentedError<ApiType>;
      /**
       * The feed’s key signed two trees that contradict each other. The feed has ended.
       **/
      FeedEnded: AugmentedError<ApiType>;
      /**
       * The feed has more bytes than the market takes.
       **/
      FeedTooLarge: AugmentedError<ApiType>;
      /**
       * The account has decided over the money of others, so its own stays in the pool for two notices.
       **/
      Locked: AugmentedError<ApiType>;
      /**
       * An encoder has used this modulus, for a copy that there is or was a while ago. Each assignment needs a key of its own.
       **/
      ModulusUsed: AugmentedError<ApiType>;
      /**
       * Only a registered worker offers storage as a Hoster, and encoding as an Encoder.
       **/
      NotAProvider: AugmentedError<ApiType>;
      /**
       * The account is not the encoder of the copy’s present segment.
       **/
      NotEncoder: AugmentedError<ApiType>;
      /**
       * The account is not the hoster of the copy.
       **/
      NotHoster: AugmentedError<ApiType>;
      /**
       * Only an account that has more than half of the pool may decide what it is spent on.
       **/
      NotMostOfPool: AugmentedError<ApiType>;
      /**
       * Only its owner, or the holder of more than half of the pool, may cancel a plan.
       **/
      NotPlanOwner: AugmentedError<ApiType>;
      /**
       * A range goes beyond the registered length of the feed.
       **/
      OutsideFeed: AugmentedError<ApiType>;
      /**
       * The pool has no room for so much.
       **/
      PoolFull: AugmentedError<ApiType>;
      /**
       * A price of the plan is above the most that the chain allows (parameters mostHosterPay, mostEncoderPay).
       **/
      TooDear: AugmentedError<ApiType>;
      /**
       * The encoder still has time to tell the end of its segment.
       **/
      TooEarly: AugmentedError<ApiType>;
      /**
       * The time for the answer is over.
       **/
      TooLate: AugmentedError<ApiType>;
      /**
       * Expected a gift of leastGift (a constant) or more.
       **/
      TooLittle: AugmentedError<ApiType>;
      /**
       * The feed has as many plans as it may have.
       **/
      TooManyPlans: AugmentedError<ApiType>;
      /**
       * Money decides over that of other donors only after it has been in the pool for a notice (parameter planNotice).
       **/
      TooNew: AugmentedError<ApiType>;
      /**
       * There is no such copy.
       **/
      UnknownCopy: AugmentedError<ApiType>;
      /**
       * The feed is not registered.
       **/
      UnknownFeed: AugmentedError<ApiType>;
      /**
       * There is no such plan, or it is cancelled or over.
       **/
      UnknownPlan: AugmentedError<ApiType>;
      /**
       * The copy has no such segment.
       **/
      UnknownSegment: AugmentedError<ApiType>;
      /**
       * The copy is in another generation.
       **/
      WrongGeneration: AugmentedError<ApiType>;
      /**
       * The copy is not in the state for this.
       **/
      WrongState: AugmentedError<ApiType>;
      /**
       * Expected an amount above zero.
       **/
      ZeroAmount: AugmentedError<ApiType>;
      /**
       * Generic error
       **/
      [key: string]: AugmentedError<ApiType>;
    };
    sudo: {
      /**
       * Sender must be the Sudo account.
       **/
      RequireSudo: AugmentedError<ApiType>;
      /**
       * Generic error
       **/
      [key: string]: AugmentedError<ApiType>;
    };
    utility: {
      /**
       * Too many calls batched.
       **/
      TooManyCalls: AugmentedError<ApiType>;
      /**
       * Generic error
       **/
      [key: string]: AugmentedError<ApiType>;
    };
    workers: {
      /**
       * The worker is paused.
       **/
      AlreadyPaused: AugmentedError<ApiType>;
      /**
       * The account is registered; use update.
       **/
      AlreadyRegistered: AugmentedError<ApiType>;
      /**
       * A bond above 2^64, or an unbonding time of no block or more than ten million.
       **/
      BadBondTerms: AugmentedError<ApiType>;
      /**
       * Expected a name of at most 32 bytes, of printable characters and without space at its ends.
       **/
      BadName: AugmentedError<ApiType>;
      /**
       * The signature does not prove that the account owns the Noise key.
       **/
      BadPossession: AugmentedError<ApiType>;
      /**
       * Expected one or more different roles.
       **/
      BadRoles: AugmentedError<ApiType>;
      /**
       * The free balance does not cover the bond of these roles and this capacity.
       **/
      CannotBond: AugmentedError<ApiType>;
      /**
       * The worker has duties under way; pause it and wait for them.
       **/
      HasDuties: AugmentedError<ApiType>;
      /**
       * The Noise key belongs to another account.
       **/
      NoiseKeyTaken: AugmentedError<ApiType>;
      /**
       * The bond covers the worker’s roles and capacity.
       **/
      NothingToTopUp: AugmentedError<ApiType>;
      /**
       * The worker is not paused.
       **/
      NotPaused: AugmentedError<ApiType>;
      /**
       * The account is not a worker.
       **/
      NotRegistered: AugmentedError<ApiType>;
      /**
       * A role has no place for another worker.
       **/
      TooManyWorkers: AugmentedError<ApiType>;
      /**
       * A worker takes at least one duty.
       **/
      ZeroCapacity: AugmentedError<ApiType>;
      /**
       * Generic error
       **/
      [key: string]: AugmentedError<ApiType>;
    };
  } // AugmentedErrors
} // declare module
