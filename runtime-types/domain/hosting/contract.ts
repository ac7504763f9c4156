/**
 * A contract, and the copies that it is about: one range of a feed at several hosters, each with a copy that nobody else has.
 *
 * Owns: the encodings. Does not own: the steps from one state to the next (pallet Hosting).
 *
 *   contract: Queued -> Setup -> Active <-> Repairing -> Ended, or Cancelled, Starved, Lost
 *   copy: Vacant -> Assigned -> Encoding -> Confirming -> (Assigned for the next segment, or) Live <-> Suspect -> Vacant, generation + 1
 *
 * Times are block numbers, amounts in the smallest unit.
 */
import { AccountId, H256 } from '../../scale/account.ts'
import { balanceOf } from '../../scale/balance.ts'
import { option, struct, vec } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { enumeration } from '../../scale/enumeration.ts'
import { bool, u32, u64 } from '../../scale/primitives.ts'
import { NoiseKey } from '../worker.ts'
import { LeafBytes, Segment } from './copy/segment.ts'
import { FeedTree } from './feed-growth.ts'
import { MAX_COPIES } from './plan.ts'

/** Most segments of a copy: after so many encoders that fell silent, it begins anew. */
export const MAX_SEGMENTS = 16
/** The results of so many challenges of a copy are kept. */
export const KEPT_RESULTS = 40

export const ContractState = enumeration(
  ['Queued', 'Setup', 'Active', 'Repairing', 'Ended', 'Cancelled', 'Starved', 'Lost'],
  { path: ['assay_primitives', 'hosting', 'ContractState'] },
)
export type ContractStateName = ValueOf<typeof ContractState>

export const Contract = struct(
  {
    plan: u32,
    feed: H256,
    from: u32,
    to: u32,
    /** The feed when the contract began: what a copy is checked against. */
    tree: FeedTree,
    /** Plain bytes of its blocks, or more: the chain knows only the bytes below each root. */
    mostBytes: u64,
    state: ContractState,
    /** Copies that are wanted or live, replacements included. */
    copies: vec(u64, 2 * MAX_COPIES),
    openedAt: u32,
    /** The block since which none of its copies could commit all that it needs; 0 where the latest one could. */
    starvingSince: u32,
  },
  { path: ['assay_primitives', 'hosting', 'Contract'], docs: ['A range of a feed that several hosters keep.'] },
)
export type Contract = ValueOf<typeof Contract>

/** A hoster or an encoder of a copy, by the Noise key that it had when it was drawn. */
export const Provider = struct(
  { account: AccountId, noiseKey: NoiseKey },
  { path: ['assay_primitives', 'hosting', 'Provider'] },
)
export type Provider = ValueOf<typeof Provider>

export const CopyState = enumeration(['Vacant', 'Assigned', 'Encoding', 'Confirming', 'Live', 'Suspect', 'Ended'], {
  path: ['assay_primitives', 'hosting', 'CopyState'],
})
export type CopyStateName = ValueOf<typeof CopyState>

/** The end of the present segment, as its encoder told it. */
export const SegmentEnd = struct(
  { to: u32, leaves: u64, root: H256 },
  { path: ['assay_primitives', 'hosting', 'SegmentEnd'] },
)
export type SegmentEnd = ValueOf<typeof SegmentEnd>

export const StorageChallenge = struct(
  {
    /** The beacon from which the leaves follow (copy/challenge.ts). */
    beacon: H256,
    /** How many leaves are drawn. */
    draws: u32,
    /** The last block that may have the answer. */
    until: u32,
  },
  { path: ['assay_primitives', 'hosting', 'StorageChallenge'] },
)
export type StorageChallenge = ValueOf<typeof StorageChallenge>

export const Copy = struct(
  {
    contract: u32,
    /** Counts how many times other providers began it anew. */
    generation: u32,
    state: CopyState,
    hoster: option(Provider),
    /** Of the present segment; none while the copy is live. */
    encoder: option(Provider),
    /** What the encoder has to encode in, by its offer when it was drawn, in blocks. */
    encodeBlocks: u32,
    /** The last block in which only the encoder may tell the end of its segment; 0 before it has a key. */
    encodesUntil: u32,
    /** Of the present segment's key, big endian. */
    modulus: option(LeafBytes),
    segments: vec(Segment, MAX_SEGMENTS),
    pending: option(SegmentEnd),
    challenge: option(StorageChallenge),
    /** How many encoders have failed since the copy began. */
    tries: u32,
    /** The block in which the chain looks at it next; 0 where it does not. */
    due: u32,
    passes: u32,
    misses: u32,
    /** Of the pool: what the present steps of this copy can cost. */
    committed: balanceOf,
    /** The second halves of the encoders' pay, due with the first passed challenge. */
    owed: balanceOf,
    /** The copy whose place this one takes when it is live. */
    replaces: option(u64),
    /** Its hoster has asked to leave, or it is to be encoded anew: it ends as soon as another takes its place. */
    isLeaving: bool,
  },
  { path: ['assay_primitives', 'hosting', 'Copy'], docs: ['One encoded copy of the blocks of a contract.'] },
)
export type Copy = ValueOf<typeof Copy>

export const ChallengeResult = struct(
  { block: u32, passed: bool },
  { path: ['assay_primitives', 'hosting', 'ChallengeResult'] },
)
export type ChallengeResult = ValueOf<typeof ChallengeResult>

/** What a hoster or an encoder is willing to do. */
export const Offer = struct(
  {
    /** Of encoded copies that a hoster keeps; 0: it takes none. */
    storageBytes: u64,
    /** Of these, taken by copies. */
    usedBytes: u64,
    /** That an encoder encodes in a block's time; 0: it takes none. */
    encodingBytesPerBlock: u32,
  },
  { path: ['assay_primitives', 'hosting', 'Offer'], docs: ['What a provider is willing to do.'] },
)
export type Offer = ValueOf<typeof Offer>
export const NO_OFFER: Offer = { storageBytes: 0n, usedBytes: 0n, encodingBytesPerBlock: 0 }
