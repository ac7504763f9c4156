/**
 * Answers of pallet Hosting to questions of supporters and providers.
 *
 * Owns: their encodings. Times are block numbers, amounts in the smallest unit.
 */
import { AccountId } from '../../scale/account.ts'
import { balanceOf } from '../../scale/balance.ts'
import { option, struct, vec } from '../../scale/compound.ts'
import { enumeration } from '../../scale/enumeration.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { u32, u64 } from '../../scale/primitives.ts'
import { Contract, Copy } from './contract.ts'

export const Quote = struct(
  {
    /** Leaves of all copies together, at most. */
    leaves: u64,
    /** To encode all copies of what is registered, at most. */
    setup: balanceOf,
    /** What hosters of full reputation get in a thousand blocks, and what rounds on them cost, at most. */
    perThousandBlocks: balanceOf,
  },
  { path: ['assay_primitives', 'hosting', 'Quote'], docs: ['What a plan costs for the blocks that are registered.'] },
)
export type Quote = ValueOf<typeof Quote>

export const PoolStatus = struct(
  {
    /** All that donors gave so far. */
    donated: balanceOf,
    /** All that was spent: burned for as much minted to providers, or paid for rounds. */
    burned: balanceOf,
    committed: balanceOf,
    free: balanceOf,
    /** The block up to which the pool pays hosters of full reputation, as the copies are now; none where nothing is hosted. */
    lastsUntil: option(u32),
  },
  { path: ['assay_primitives', 'hosting', 'PoolStatus'], docs: ['The money of a feed.'] },
)
export type PoolStatus = ValueOf<typeof PoolStatus>

export const Donor = struct(
  { account: AccountId, given: balanceOf, withdrawn: balanceOf, /** Of the pool, now. */ worth: balanceOf },
  { path: ['assay_primitives', 'hosting', 'Donor'], docs: ['An account that gave money to a feed.'] },
)

const Slot = struct({ copy: u64, record: Copy }, { path: ['assay_primitives', 'hosting', 'Slot'] })

export const ContractStatus = struct(
  { contract: u32, /** Copies that the plan wants. */ wanted: u32, record: Contract, slots: vec(Slot) },
  { path: ['assay_primitives', 'hosting', 'ContractStatus'], docs: ['A contract with its copies.'] },
)

/** What an account must do: about a copy as its encoder (the first two) or its hoster, or about a contract as its plan's owner. */
export const HostingNeedKind = enumeration(
  ['AcceptCopy', 'CommitSegment', 'ConfirmSegment', 'SubmitCheckpoint', 'AnswerStorage', 'FundContract'],
  { path: ['assay_primitives', 'hosting', 'NeedKind'] },
)

export const HostingNeed = struct(
  {
    kind: HostingNeedKind,
    /** Number of the copy, or of the contract. */
    subject: u64,
    /** The last block for it. */
    deadline: u32,
  },
  { path: ['assay_primitives', 'hosting', 'Need'], docs: ['What an account must do.'] },
)
export type HostingNeed = ValueOf<typeof HostingNeed>
