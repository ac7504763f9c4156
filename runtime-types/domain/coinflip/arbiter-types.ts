/**
 * The words of a coinflip's arbiter: what it keeps of an attempt, what it is told, and its answers.
 *
 * Owns: encodings, names of refusals, prices of a deposit. Does not own: the rules (the arbiter).
 * All times are block numbers. Those of a flip before an agreement do not count congested blocks ({@link ArbitratedAttempt}).
 */
import { AccountId, H256 } from '../../scale/account.ts'
import { balanceOf } from '../../scale/balance.ts'
import { option, struct, vec } from '../../scale/compound.ts'
import { enumeration } from '../../scale/enumeration.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { bool, u32, u8 } from '../../scale/primitives.ts'
import { NoiseSignature } from '../worker.ts'
import { Commitment, MAX_MEMBERS, type Session } from './session.ts'

/** What the arbiter waits for: signed commitments, the numbers that open them, or the numbers that open an agreement. */
export const FlipStage = enumeration(['Commit', 'Reveal', 'Number'], {
  path: ['assay_primitives', 'coinflip', 'FlipStage'],
})

/** A member's word: its commitment under its signature, by its index among the members. */
export const ListedWord = struct(
  { rank: u8, body: Commitment, signature: NoiseSignature },
  { path: ['assay_primitives', 'coinflip', 'ListedWord'] },
)
export type ListedWord = ValueOf<typeof ListedWord>

/** The number of a member, by its index among the members. */
export const OpenedValue = struct({ rank: u8, value: H256 }, { path: ['assay_primitives', 'coinflip', 'OpenedValue'] })
export type OpenedValue = ValueOf<typeof OpenedValue>

export const Flip = struct(
  {
    stage: FlipStage,
    /** Block in which the stage began. */
    since: u32,
    /** The last block in which the stage takes entries. */
    until: u32,
    /** Block in which the latest word was listed. */
    lastListed: u32,
    /** The account whose demand brought the attempt before the arbiter. */
    demander: AccountId,
    /** The rest of its deposit. */
    held: balanceOf,
    /** What the demand has cost it: the fee, and the rewards out of its deposit. Charges of the absent and of liars repay it. */
    spent: balanceOf,
    /** Words, at most one of each member, ascending by rank. */
    listed: vec(ListedWord, MAX_MEMBERS),
    /** Numbers, at most one of each member, ascending by rank. */
    opened: vec(OpenedValue, MAX_MEMBERS),
  },
  { path: ['assay_primitives', 'coinflip', 'Flip'], docs: ['A coinflip before the arbiter.'] },
)
export type Flip = ValueOf<typeof Flip>

export const Arbitration = struct(
  {
    flip: option(Flip),
    /** Block in which evidence spoilt the attempt. From then on its windows stand still. */
    spoiltAt: option(u32),
    /** A member has asked for the agreed number, which is done once in an attempt. */
    numberAsked: bool,
    /** The chain's count of congested blocks when the attempt came before the arbiter. */
    congestion: u32,
  },
  { path: ['assay_primitives', 'coinflip', 'Arbitration'], docs: ['What the arbiter knows of an attempt.'] },
)
export type Arbitration = ValueOf<typeof Arbitration>

/** An attempt in which nobody has turned to the arbiter. */
export const NO_ARBITRATION: Arbitration = {
  flip: undefined,
  spoiltAt: undefined,
  numberAsked: false,
  congestion: 0,
}

/** Blocks by which a member's view of the chain may lag (F). */
export const VIEW_LAG_BLOCKS = 2

/** The windows, in blocks, and the deposit of a demand, in the smallest unit. */
export interface ArbiterParameters {
  /** Blocks from the attempt's start in which the members should agree by themselves (C). */
  readonly coinflipWindow: number
  /** Blocks in which the arbiter waits for entries (A). */
  readonly answerWindow: number
  /** Blocks from the last word to the first number, for evidence against a word that was made late (O). */
  readonly objectionWindow: number
  readonly demandDeposit: bigint
}

/** What the members agreed on: their commitments, and the hidden number. */
export interface AgreedFlip {
  readonly transcript: readonly Commitment[]
  readonly hiddenMagic: Uint8Array
}

/** An attempt under way, in the block at hand. */
export interface ArbitratedAttempt {
  readonly session: Session
  readonly state: Arbitration
  readonly block: number
  /**
   * Blocks so far that had too much operational work for everybody's entry. Windows before an agreement do not count them. A member
   * that only needs to be early may say 0.
   */
  readonly congestion: number
  readonly openedAt: number
  /** What a majority agreed on; `undefined` before. */
  readonly agreement: AgreedFlip | undefined
  /** The number is known to everybody. */
  readonly isPublic: boolean
  /** Block from which audits are held. */
  readonly auditFrom: number
  readonly parameters: ArbiterParameters
}

/** The author of a call to the arbiter. */
export interface Sender {
  readonly account: Uint8Array
  /** Its index among the members; `undefined` where it is none. */
  readonly rank: number | undefined
}

/** Why the arbiter refuses a call. Each is an error of the Attestation pallet. */
export type ArbiterFault =
  | 'WrongPhase'
  | 'NotMember'
  | 'AlreadyDemanded'
  | 'TooEarlyToDemand'
  | 'TooLateToDemand'
  | 'Spoilt'
  | 'NoOwnWord'
  | 'BadWord'
  | 'BadValue'
  | 'NothingNew'

/** @see ArbiterFault */
export interface Refusal {
  readonly ok: false
  readonly fault: ArbiterFault
}

/** The flip that a demand opened. Where it asks for an agreed number, audits begin later. */
export type DemandFinding = Refusal | { readonly ok: true; readonly state: Arbitration; readonly auditFrom: number }

/** The members of which the call brought something new, and the sender's reward for it out of the deposit. */
export type EntryFinding =
  | Refusal
  | { readonly ok: true; readonly state: Arbitration; readonly added: readonly number[]; readonly reward: bigint }

/** What begins with a block. */
export type Turn =
  | { readonly kind: 'nothing' }
  /** The list stands: numbers are told from now on. */
  | { readonly kind: 'reveal'; readonly state: Arbitration }
  /** The attempt begins again without the convicted and these absent members, by rank. */
  | { readonly kind: 'restart'; readonly absent: readonly number[]; readonly afterGate: boolean }
  /** The arbiter knows the number, which makes the agreement. */
  | { readonly kind: 'agreed'; readonly magic: Uint8Array; readonly agreement: AgreedFlip }
  /** The number of an agreement is public. */
  | { readonly kind: 'public'; readonly magic: Uint8Array; readonly state: Arbitration }
  /** Nobody told the number of an agreement in time. */
  | { readonly kind: 'unanswered'; readonly state: Arbitration }
  /** No agreement and no demand in time: the round is over. */
  | { readonly kind: 'over' }
