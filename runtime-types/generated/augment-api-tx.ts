// Auto-generated via `yarn polkadot-types-from-chain`, do not edit
/* eslint-disable */

// import type lookup before we augment - in some environments
// this is required to allow for ambient/previous definitions
import '@polkadot/api-base/types/submittable';

import type { ApiTypes, AugmentedSubmittable, SubmittableExtrinsic, SubmittableExtrinsicFunction } from '@polkadot/api-base/types';
import type { Bytes, Compact, Text, U8aFixed, Vec, bool, u128, u16, u32, u64 } from '@polkadot/types-codec';
import type { AnyNumber, IMethod, ITuple } from '@polkadot/types-codec/types';
import type { AccountId32, Call, H256, MultiAddress } from '@polkadot/types/interfaces/runtime';
import type { AssayPrimitivesBondTermChanges, AssayPrimitivesCoinflipEvidence, AssayPrimitivesCoinflipListedWord, AssayPrimitivesCoinflipOpenedValue, AssayPrimitivesCoinflipOutcome, AssayPrimitivesCommitteeParameterChanges, AssayPrimitivesFeedFeedConflict, AssayPrimitivesFeedFeedHead, AssayPrimitivesFeedTreeNode, AssayPrimitivesHostingEncodingComplaint, AssayPrimitivesHostingParameterChanges, AssayPrimitivesHostingPlanTerms, AssayPrimitivesHostingSegmentAnswer, AssayPrimitivesHostingSegmentEnd, AssayPrimitivesNoiseKey, AssayPrimitivesNoiseSignature, AssayPrimitivesReport, AssayPrimitivesRole, AssayPrimitivesRoundParameterChanges, AssayPrimitivesThresholdConfirmWord, AssayPrimitivesThresholdDealing, AssayPrimitivesThresholdDisputeWord, AssayPrimitivesThresholdJoinWord, SpWeightsWeightV2Weight } from '@polkadot/types/lookup';

export type __AugmentedSubmittable = AugmentedSubmittable<() => unknown>;
export type __SubmittableExtrinsic<ApiType extends ApiTypes> = SubmittableExtrinsic<ApiType>;
export type __SubmittableExtrinsicFunction<ApiType extends ApiTypes> = SubmittableExtrinsicFunction<ApiType>;

declare module '@polkadot/api-base/types/submittable' {
  interface AugmentedSubmittables<ApiType extends ApiTypes> {
    attestation: {
      /**
       * Hold no more rounds of an order than the present one. The deposits of the others come back.
       **/
      cancelOrder: AugmentedSubmittable<(order: u32 | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [u32]>;
      /**
       * Bring a coinflip before the chain that its members do not end by themselves. Before an agreement it takes the signed commitments that you hold, your own among them; after it none, and asks for the number. It takes the demand deposit, of which the rest comes back.
       **/
      demandCoinflip: AugmentedSubmittable<(round: u32 | AnyNumber | Uint8Array, attempt: u32 | AnyNumber | Uint8Array, words: Vec<AssayPrimitivesCoinflipListedWord> | (AssayPrimitivesCoinflipListedWord | { rank?: any; body?: any; signature?: any } | string | Uint8Array)[]) => SubmittableExtrinsic<ApiType>, [u32, u32, Vec<AssayPrimitivesCoinflipListedWord>]>;
      /**
       * Put signed commitments of members on the chain. Those of others earn a part of the demand deposit.
       **/
      putCommitments: AugmentedSubmittable<(round: u32 | AnyNumber | Uint8Array, attempt: u32 | AnyNumber | Uint8Array, words: Vec<AssayPrimitivesCoinflipListedWord> | (AssayPrimitivesCoinflipListedWord | { rank?: any; body?: any; signature?: any } | string | Uint8Array)[]) => SubmittableExtrinsic<ApiType>, [u32, u32, Vec<AssayPrimitivesCoinflipListedWord>]>;
      /**
       * Put numbers of members on the chain, each of which opens its commitment. Those of others earn a part of the demand deposit.
       **/
      putValues: AugmentedSubmittable<(round: u32 | AnyNumber | Uint8Array, attempt: u32 | AnyNumber | Uint8Array, values: Vec<AssayPrimitivesCoinflipOpenedValue> | (AssayPrimitivesCoinflipOpenedValue | { rank?: any; value?: any } | string | Uint8Array)[]) => SubmittableExtrinsic<ApiType>, [u32, u32, Vec<AssayPrimitivesCoinflipOpenedValue>]>;
      /**
       * Tell that an attestor of a closed round did not report in its time. The member whose turn it is earns a part of a share; if the attestor did report, its accuser loses the accusation deposit.
       **/
      reportAbsent: AugmentedSubmittable<(round: u32 | AnyNumber | Uint8Array, attestor: AccountId32 | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [u32, AccountId32]>;
      /**
       * Pay for one round in which attestors audit a hoster of a feed. The deposit pays them; the rest comes back, except for a fee.
       **/
      requestRound: AugmentedSubmittable<(hoster: AccountId32 | string | Uint8Array, feed: H256 | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [AccountId32, H256]>;
      /**
       * Pay for several rounds on a hoster of a feed, held one after the other.
       **/
      scheduleRounds: AugmentedSubmittable<(hoster: AccountId32 | string | Uint8Array, feed: H256 | string | Uint8Array, rounds: u32 | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [AccountId32, H256, u32]>;
      /**
       * Change some of the sizes, windows and rewards (root). They hold at once, for rounds under way too.
       **/
      setParameters: AugmentedSubmittable<(changes: AssayPrimitivesRoundParameterChanges | { attestors?: any; roundLength?: any; coinflipWindow?: any; reportWindow?: any; challenges?: any; slotTolerance?: any; gap?: any; maxRedraws?: any; maxWait?: any; hosterReward?: any; attestorReward?: any; magicRule?: any; accusationDeposit?: any; answerWindow?: any; objectionWindow?: any; demandDeposit?: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [AssayPrimitivesRoundParameterChanges]>;
      /**
       * Tell the result of a coinflip. When a majority of the members has told the same, the audits follow; what comes later is only noted.
       **/
      submitCoinflipOutcome: AugmentedSubmittable<(round: u32 | AnyNumber | Uint8Array, attempt: u32 | AnyNumber | Uint8Array, outcome: AssayPrimitivesCoinflipOutcome | { Agreed: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [u32, u32, AssayPrimitivesCoinflipOutcome]>;
      /**
       * Prove by the signatures of a member that it lied in a coinflip of the round, in this attempt or one before. It loses the bond of a seat, and the proof costs no fee. Evidence of a wrong confirmation (BadPing) shows everybody the random number of its attempt, so it should wait until the round or the attempt has ended.
       **/
      submitEvidence: AugmentedSubmittable<(round: u32 | AnyNumber | Uint8Array, attempt: u32 | AnyNumber | Uint8Array, evidence: AssayPrimitivesCoinflipEvidence | { Equivocation: any } | { BadReveal: any } | { BadPing: any } | { FalseFraud: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [u32, u32, AssayPrimitivesCoinflipEvidence]>;
      /**
       * Report an audit after the round’s end. The last report closes the round.
       **/
      submitReport: AugmentedSubmittable<(round: u32 | AnyNumber | Uint8Array, report: AssayPrimitivesReport | { magic?: any; auditKeys?: any; salt?: any; auditSignatures?: any; receipts?: any; proofs?: any; hosterMetrics?: any; attestorMetrics?: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [u32, AssayPrimitivesReport]>;
      /**
       * Generic tx
       **/
      [key: string]: SubmittableExtrinsicFunction<ApiType>;
    };
    balances: {
      /**
       * Burn the specified liquid free balance from the origin account.
       * 
       * If `keep_alive` is true, the account must stay above the existential deposit.
       **/
      burn: AugmentedSubmittable<(value: Compact<u128> | AnyNumber | Uint8Array, keepAlive: bool | boolean | Uint8Array) => SubmittableExtrinsic<ApiType>, [Compact<u128>, bool]>;
      /**
       * Set the regular balance of a given account.
       * 
       * The dispatch origin for this call is `root`.
       **/
      forceSetBalance: AugmentedSubmittable<(who: MultiAddress | { Id: any } | { Index: any } | { Raw: any } | { Address32: any } | { Address20: any } | string | Uint8Array, newFree: Compact<u128> | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [MultiAddress, Compact<u128>]>;
      /**
       * Exactly as `transfer_allow_death`, except the origin must be root and the source account may be specified.
       **/
      forceTransfer: AugmentedSubmittable<(source: MultiAddress | { Id: any } | { Index: any } | { Raw: any } | { Address32: any } | { Address20: any } | string | Uint8Array, dest: MultiAddress | { Id: any } | { Index: any } | { Raw: any } | { Address32: any } | { Address20: any } | string | Uint8Array, value: Compact<u128> | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [MultiAddress, MultiAddress, Compact<u128>]>;
      /**
       * Unreserve some balance from a user by force.
       * 
       * Can only be called by ROOT.
       **/
      forceUnreserve: AugmentedSubmittable<(who: MultiAddress | { Id: any } | { Index: any } | { Raw: any } | { Address32: any } | { Address20: any } | string | Uint8Array, amount: u128 | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [MultiAddress, u128]>;
      /**
       * Transfer the entire transferable balance from the caller account.
       * 
       * - `keep_alive`: whether the sender account should be kept alive.
       **/
      transferAll: AugmentedSubmittable<(dest: MultiAddress | { Id: any } | { Index: any } | { Raw: any } | { Address32: any } | { Address20: any } | string | Uint8Array, keepAlive: bool | boolean | Uint8Array) => SubmittableExtrinsic<ApiType>, [MultiAddress, bool]>;
      /**
       * Transfer some liquid free balance to another account.
       * 
       * `transfer_allow_death` will set the `FreeBalance` of the sender and receiver.
       * If the sender's account is below the existential deposit as a result
       * of the transfer, the account will be reaped.
       **/
      transferAllowDeath: AugmentedSubmittable<(dest: MultiAddress | { Id: any } | { Index: any } | { Raw: any } | { Address32: any } | { Address20: any } | string | Uint8Array, value: Compact<u128> | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [MultiAddress, Compact<u128>]>;
      /**
       * Same as the `transfer_allow_death` call, but with a check that the transfer will not
       * kill the origin account.
       **/
      transferKeepAlive: AugmentedSubmittable<(dest: MultiAddress | { Id: any } | { Index: any } | { Raw: any } | { Address32: any } | { Address20: any } | string | Uint8Array, value: Compact<u128> | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [MultiAddress, Compact<u128>]>;
      /**
       * Generic tx
       **/
      [key: string]: SubmittableExtrinsicFunction<ApiType>;
    };
    committee: {
      /**
       * Prove that you hold your share of the next key. The first member to confirm has the chain compute this key. The last one switches to it.
       **/
      confirm: AugmentedSubmittable<(committee: u32 | AnyNumber | Uint8Array, ceremony: u32 | AnyNumber | Uint8Array, word: AssayPrimitivesThresholdConfirmWord | { qualHash?: any; proof?: any } | string | Uint8Array, makesKey: bool | boolean | Uint8Array) => SubmittableExtrinsic<ApiType>, [u32, u32, AssayPrimitivesThresholdConfirmWord, bool]>;
      /**
       * Form a committee of workers with the role Responder, which make a key at once. `q` of them sign, and `spare` more may be down. A deposit is reserved.
       **/
      create: AugmentedSubmittable<(members: Vec<AccountId32> | (AccountId32 | string | Uint8Array)[], q: u16 | AnyNumber | Uint8Array, spare: u16 | AnyNumber | Uint8Array, strict: bool | boolean | Uint8Array) => SubmittableExtrinsic<ApiType>, [Vec<AccountId32>, u16, u16, bool]>;
      /**
       * Deal: open what you committed to, with an encrypted share for each member that joined.
       **/
      deal: AugmentedSubmittable<(committee: u32 | AnyNumber | Uint8Array, ceremony: u32 | AnyNumber | Uint8Array, dealing: AssayPrimitivesThresholdDealing | { points?: any; constantProof?: any; key?: any; keyProof?: any; sealed?: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [u32, u32, AssayPrimitivesThresholdDealing]>;
      /**
       * End your committee, with its ceremony. You get the deposit back, and requesters their fees.
       **/
      disband: AugmentedSubmittable<(committee: u32 | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [u32]>;
      /**
       * Show that a dealer sent you a wrong share. Its dealing then counts no more. If the share is right, the complaint is recorded against you, and costs its fee.
       **/
      dispute: AugmentedSubmittable<(committee: u32 | AnyNumber | Uint8Array, ceremony: u32 | AnyNumber | Uint8Array, word: AssayPrimitivesThresholdDisputeWord | { dealer?: any; key?: any; proof?: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [u32, u32, AssayPrimitivesThresholdDisputeWord]>;
      /**
       * Join the ceremony of your committee. A member that receives gives the key to which its shares are encrypted; a member that deals commits to its dealing.
       **/
      join: AugmentedSubmittable<(committee: u32 | AnyNumber | Uint8Array, ceremony: u32 | AnyNumber | Uint8Array, word: AssayPrimitivesThresholdJoinWord | { key?: any; commitment?: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [u32, u32, AssayPrimitivesThresholdJoinWord]>;
      /**
       * Have the members renew their shares of the key, so that old ones are of no use. Where there is no key yet, have them make it.
       **/
      refresh: AugmentedSubmittable<(committee: u32 | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [u32]>;
      /**
       * Leave a ceremony whose secrets you have lost. It is no fault. What you dealt still counts.
       **/
      renounce: AugmentedSubmittable<(committee: u32 | AnyNumber | Uint8Array, ceremony: u32 | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [u32, u32]>;
      /**
       * Ask a committee for its signature over a message. The fee is reserved. You get it back if there is no signature in time.
       **/
      requestSignature: AugmentedSubmittable<(committee: u32 | AnyNumber | Uint8Array, message: Bytes | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [u32, Bytes]>;
      /**
       * Have the members hand the key on to this group, under another threshold if you like. A member that stays keeps its id. Old shares that nobody erased still give the key.
       **/
      reshare: AugmentedSubmittable<(committee: u32 | AnyNumber | Uint8Array, members: Vec<AccountId32> | (AccountId32 | string | Uint8Array)[], q: u16 | AnyNumber | Uint8Array, spare: u16 | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [u32, Vec<AccountId32>, u16, u16]>;
      /**
       * Change some of the windows and prices (root). They hold for phases, requests and committees that begin later.
       **/
      setParameters: AugmentedSubmittable<(changes: AssayPrimitivesCommitteeParameterChanges | { joinWindow?: any; dealWindow?: any; settleWindow?: any; signingWindow?: any; initiatorTurn?: any; retention?: any; signatureFee?: any; deposit?: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [AssayPrimitivesCommitteeParameterChanges]>;
      /**
       * Give the signature that a request asks for. Anybody may, in a bare extrinsic. The member whose turn it is gets the fee.
       **/
      submitSignature: AugmentedSubmittable<(request: u64 | AnyNumber | Uint8Array, signature: U8aFixed | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [u64, U8aFixed]>;
      /**
       * Generic tx
       **/
      [key: string]: SubmittableExtrinsicFunction<ApiType>;
    };
    feeds: {
      /**
       * Say that you serve a feed at its registered length to every reader that asks. Say it again for a greater length.
       **/
      host: AugmentedSubmittable<(feed: H256 | string | Uint8Array, length: u32 | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [H256, u32]>;
      /**
       * Register a Hypercore at a length that its own key signed. The caller becomes its publisher.
       **/
      publish: AugmentedSubmittable<(head: AssayPrimitivesFeedFeedHead | { key?: any; namespace?: any; publicKey?: any; length?: any; fork?: any; roots?: any; signature?: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [AssayPrimitivesFeedFeedHead]>;
      /**
       * End a feed by evidence that its key signed two trees which contradict each other. No hoster of it can fail a round any more.
       **/
      reportConflict: AugmentedSubmittable<(conflict: AssayPrimitivesFeedFeedConflict | { length?: any; first?: any; second?: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [AssayPrimitivesFeedFeedConflict]>;
      /**
       * Say that you stop serving a feed. Open rounds go on.
       **/
      stopHosting: AugmentedSubmittable<(feed: H256 | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [H256]>;
      /**
       * Bring a feed to a greater length that its own key signed. The nodes prove that it begins with the registered blocks.
       **/
      update: AugmentedSubmittable<(head: AssayPrimitivesFeedFeedHead | { key?: any; namespace?: any; publicKey?: any; length?: any; fork?: any; roots?: any; signature?: any } | string | Uint8Array, nodes: Vec<AssayPrimitivesFeedTreeNode> | (AssayPrimitivesFeedTreeNode | { nodeHash?: any; bytes?: any } | string | Uint8Array)[]) => SubmittableExtrinsic<ApiType>, [AssayPrimitivesFeedFeedHead, Vec<AssayPrimitivesFeedTreeNode>]>;
      /**
       * Generic tx
       **/
      [key: string]: SubmittableExtrinsicFunction<ApiType>;
    };
    hosting: {
      /**
       * Begin to encode a copy, with the modulus of a key that you made for it alone.
       **/
      acceptCopy: AugmentedSubmittable<(copy: u64 | AnyNumber | Uint8Array, generation: u32 | AnyNumber | Uint8Array, modulus: Bytes | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [u64, u32, Bytes]>;
      /**
       * Show the leaves that the chain drew, with the paths to the roots of their segments.
       **/
      answerStorage: AugmentedSubmittable<(copy: u64 | AnyNumber | Uint8Array, generation: u32 | AnyNumber | Uint8Array, answer: Vec<AssayPrimitivesHostingSegmentAnswer> | (AssayPrimitivesHostingSegmentAnswer | { blocks?: any; siblings?: any } | string | Uint8Array)[]) => SubmittableExtrinsic<ApiType>, [u64, u32, Vec<AssayPrimitivesHostingSegmentAnswer>]>;
      /**
       * End a plan with its contracts. What they have committed is free again. A plan of another account, or one that others pay most of, ends after a notice.
       **/
      cancelPlan: AugmentedSubmittable<(plan: u32 | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [u32]>;
      /**
       * Tell the root of what you encoded, to the last block of the contract.
       **/
      commitSegment: AugmentedSubmittable<(copy: u64 | AnyNumber | Uint8Array, generation: u32 | AnyNumber | Uint8Array, end: AssayPrimitivesHostingSegmentEnd | { to?: any; leaves?: any; root?: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [u64, u32, AssayPrimitivesHostingSegmentEnd]>;
      /**
       * Prove that an encoder told the root of something that is no copy of the feed. It loses the bond of a seat to the pool, and the proof costs no fee. If the encoding is good, or nothing is proven, you lose the deposit.
       **/
      complain: AugmentedSubmittable<(copy: u64 | AnyNumber | Uint8Array, generation: u32 | AnyNumber | Uint8Array, segment: u32 | AnyNumber | Uint8Array, complaint: AssayPrimitivesHostingEncodingComplaint | { Leaf: any } | { Count: any } | { Block: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [u64, u32, u32, AssayPrimitivesHostingEncodingComplaint]>;
      /**
       * Tell the root of what you received. If it is the one that the encoder told, the copy is yours and whole.
       **/
      confirmSegment: AugmentedSubmittable<(copy: u64 | AnyNumber | Uint8Array, generation: u32 | AnyNumber | Uint8Array, end: AssayPrimitivesHostingSegmentEnd | { to?: any; leaves?: any; root?: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [u64, u32, AssayPrimitivesHostingSegmentEnd]>;
      /**
       * Give money to the pool of a feed. What no contract has committed can be taken back.
       **/
      donate: AugmentedSubmittable<(feed: H256 | string | Uint8Array, amount: u128 | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [H256, u128]>;
      /**
       * Leave a copy that you host. One that is whole you serve, and are paid for, until another hoster has the copy that takes its place.
       **/
      leaveCopy: AugmentedSubmittable<(copy: u64 | AnyNumber | Uint8Array, generation: u32 | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [u64, u32]>;
      /**
       * Tell how many bytes of encoded copies you keep, and how many bytes you encode in a block’s time. Copies that you have stay.
       **/
      offer: AugmentedSubmittable<(storageBytes: u64 | AnyNumber | Uint8Array, encodingBytesPerBlock: u32 | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [u64, u32]>;
      /**
       * Have blocks of a feed hosted. Only for an account with more than half of the pool, because a plan spends the money of all donors. Where others have a part of it, the plan begins after a notice, in which they can withdraw.
       **/
      publishPlan: AugmentedSubmittable<(terms: AssayPrimitivesHostingPlanTerms | { feed?: any; ranges?: any; copies?: any; from?: any; until?: any; hosterPay?: any; encoderPay?: any; performanceEvery?: any; reencodeEvery?: any; targets?: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [AssayPrimitivesHostingPlanTerms]>;
      /**
       * Change some of the windows and sizes (root). They hold from the next step of each copy on.
       **/
      setParameters: AugmentedSubmittable<(changes: AssayPrimitivesHostingParameterChanges | { challengeInterval?: any; challengeWindow?: any; challengedLeaves?: any; acceptWindow?: any; encodeWindow?: any; confirmWindow?: any; setupTries?: any; retryPause?: any; queuePause?: any; starvingGrace?: any; vettingSharePpm?: any; leastModulusBytes?: any; planNotice?: any; mostHosterPay?: any; mostEncoderPay?: any; leastEncodingBytesPerBlock?: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [AssayPrimitivesHostingParameterChanges]>;
      /**
       * Tell the newest end of its segment that a late encoder has signed. Another encoder goes on from there.
       **/
      submitCheckpoint: AugmentedSubmittable<(copy: u64 | AnyNumber | Uint8Array, generation: u32 | AnyNumber | Uint8Array, end: AssayPrimitivesHostingSegmentEnd | { to?: any; leaves?: any; root?: any } | string | Uint8Array, signature: AssayPrimitivesNoiseSignature | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [u64, u32, AssayPrimitivesHostingSegmentEnd, AssayPrimitivesNoiseSignature]>;
      /**
       * Take back from the pool of a feed what you have in it, as far as no contract has committed it, and you have not just decided over the money of others.
       **/
      withdraw: AugmentedSubmittable<(feed: H256 | string | Uint8Array, amount: u128 | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [H256, u128]>;
      /**
       * Generic tx
       **/
      [key: string]: SubmittableExtrinsicFunction<ApiType>;
    };
    sudo: {
      /**
       * Permanently removes the sudo key.
       * 
       * **This cannot be un-done.**
       **/
      removeKey: AugmentedSubmittable<() => SubmittableExtrinsic<ApiType>, []>;
      /**
       * Authenticates the current sudo key and sets the given AccountId (`new`) as the new sudo key.
       **/
      setKey: AugmentedSubmittable<(updated: MultiAddress | { Id: any } | { Index: any } | { Raw: any } | { Address32: any } | { Address20: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [MultiAddress]>;
      /**
       * Authenticates the sudo key and dispatches a function call with `Root` origin.
       **/
      sudo: AugmentedSubmittable<(call: Call | IMethod | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [Call]>;
      /**
       * Authenticates the sudo key and dispatches a function call with `Signed` origin from a given account.
       **/
      sudoAs: AugmentedSubmittable<(who: MultiAddress | { Id: any } | { Index: any } | { Raw: any } | { Address32: any } | { Address20: any } | string | Uint8Array, call: Call | IMethod | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [MultiAddress, Call]>;
      /**
       * Authenticates the sudo key and dispatches a function call with `Root` origin.
       * The weight of the call is what the caller says.
       **/
      sudoUncheckedWeight: AugmentedSubmittable<(call: Call | IMethod | string | Uint8Array, weight: SpWeightsWeightV2Weight | { refTime?: any; proofSize?: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [Call, SpWeightsWeightV2Weight]>;
      /**
       * Generic tx
       **/
      [key: string]: SubmittableExtrinsicFunction<ApiType>;
    };
    system: {
      /**
       * Kill all storage items with a key that starts with the given prefix.
       * 
       * **NOTE:** `subkeys` bounds how many are removed.
       **/
      killPrefix: AugmentedSubmittable<(prefix: Bytes | string | Uint8Array, subkeys: u32 | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [Bytes, u32]>;
      /**
       * Kill some items from storage.
       **/
      killStorage: AugmentedSubmittable<(keys: Vec<Bytes> | (Bytes | string | Uint8Array)[]) => SubmittableExtrinsic<ApiType>, [Vec<Bytes>]>;
      /**
       * Make some on-chain remark.
       * 
       * Can be executed by every `origin`.
       **/
      remark: AugmentedSubmittable<(remark: Bytes | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [Bytes]>;
      /**
       * Make some on-chain remark and emit event.
       **/
      remarkWithEvent: AugmentedSubmittable<(remark: Bytes | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [Bytes]>;
      /**
       * Set some items of storage.
       **/
      setStorage: AugmentedSubmittable<(items: Vec<ITuple<[Bytes, Bytes]>> | ([Bytes | string | Uint8Array, Bytes | string | Uint8Array])[]) => SubmittableExtrinsic<ApiType>, [Vec<ITuple<[Bytes, Bytes]>>]>;
      /**
       * Generic tx
       **/
      [key: string]: SubmittableExtrinsicFunction<ApiType>;
    };
    timestamp: {
      /**
       * Set the current time.
       * 
       * This call should be invoked exactly once per block, by its author.
       **/
      set: AugmentedSubmittable<(now: Compact<u64> | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [Compact<u64>]>;
      /**
       * Generic tx
       **/
      [key: string]: SubmittableExtrinsicFunction<ApiType>;
    };
    utility: {
      /**
       * Send a batch of dispatch calls.
       * 
       * Stops at the first call that fails; what was done before it stays.
       **/
      batch: AugmentedSubmittable<(calls: Vec<Call> | (Call | IMethod | string | Uint8Array)[]) => SubmittableExtrinsic<ApiType>, [Vec<Call>]>;
      /**
       * Send a batch of dispatch calls and atomically execute them.
       * The whole transaction will rollback and fail if any of the calls failed.
       **/
      batchAll: AugmentedSubmittable<(calls: Vec<Call> | (Call | IMethod | string | Uint8Array)[]) => SubmittableExtrinsic<ApiType>, [Vec<Call>]>;
      /**
       * Send a batch of dispatch calls.
       * Unlike `batch`, it allows errors and won't interrupt.
       **/
      forceBatch: AugmentedSubmittable<(calls: Vec<Call> | (Call | IMethod | string | Uint8Array)[]) => SubmittableExtrinsic<ApiType>, [Vec<Call>]>;
      /**
       * Generic tx
       **/
      [key: string]: SubmittableExtrinsicFunction<ApiType>;
    };
    workers: {
      /**
       * Tell that you live.
       **/
      heartbeat: AugmentedSubmittable<() => SubmittableExtrinsic<ApiType>, []>;
      /**
       * Take no more duties. Those under way go on.
       **/
      pause: AugmentedSubmittable<() => SubmittableExtrinsic<ApiType>, []>;
      /**
       * Become a worker. `possession` is the Noise key’s signature over the genesis hash, the account and the key. A bond for the roles and the capacity is reserved. The name is for people and proves nothing: others may choose the same.
       **/
      register: AugmentedSubmittable<(noiseKey: AssayPrimitivesNoiseKey | string | Uint8Array, possession: AssayPrimitivesNoiseSignature | string | Uint8Array, roles: Vec<AssayPrimitivesRole> | (AssayPrimitivesRole | 'Hoster' | 'Attestor' | 'Encoder' | 'Responder' | number | Uint8Array)[], capacity: u32 | AnyNumber | Uint8Array, name: Text | string) => SubmittableExtrinsic<ApiType>, [AssayPrimitivesNoiseKey, AssayPrimitivesNoiseSignature, Vec<AssayPrimitivesRole>, u32, Text]>;
      /**
       * Take duties again.
       **/
      resume: AugmentedSubmittable<() => SubmittableExtrinsic<ApiType>, []>;
      /**
       * Change some of the terms of bonds (root). Workers keep their bonds until they register or update again.
       **/
      setBondTerms: AugmentedSubmittable<(changes: AssayPrimitivesBondTermChanges | { roleBond?: any; capacityBond?: any; unbonding?: any } | string | Uint8Array) => SubmittableExtrinsic<ApiType>, [AssayPrimitivesBondTermChanges]>;
      /**
       * Take another name, or none. Explorers show it; others may have the same.
       **/
      setName: AugmentedSubmittable<(name: Text | string) => SubmittableExtrinsic<ApiType>, [Text]>;
      /**
       * Make the bond cover roles and capacity again after a charge.
       **/
      topUp: AugmentedSubmittable<() => SubmittableExtrinsic<ApiType>, []>;
      /**
       * Leave. Only without duties; the reputation stays. The bond is returned when every round is over that it answers for.
       **/
      unregister: AugmentedSubmittable<() => SubmittableExtrinsic<ApiType>, []>;
      /**
       * Change roles and capacity, and the bond with them. A part that is not needed then is returned when every round is over that it answers for.
       **/
      update: AugmentedSubmittable<(roles: Vec<AssayPrimitivesRole> | (AssayPrimitivesRole | 'Hoster' | 'Attestor' | 'Encoder' | 'Responder' | number | Uint8Array)[], capacity: u32 | AnyNumber | Uint8Array) => SubmittableExtrinsic<ApiType>, [Vec<AssayPrimitivesRole>, u32]>;
      /**
       * Generic tx
       **/
      [key: string]: SubmittableExtrinsicFunction<ApiType>;
    };
  } // AugmentedSubmittables
} // declare module
