/**
 * The ports of encoded copies: how an encoder makes them, and how a hoster keeps them.
 *
 * Owns: these interfaces, and what encoder and hoster tell of copies. Does not own: the ports of plain feeds (ports.ts).
 */
import type { KeyObject } from 'node:crypto'
import type { SegmentEnd, StorageChallenge } from '#types/domain/hosting/contract.ts'
import type { StorageAnswer } from '#types/domain/hosting/copy/challenge.ts'
import type { EncodingComplaint } from '#types/domain/hosting/copy/complaint.ts'
import type { Segment } from '#types/domain/hosting/copy/segment.ts'
import type { BlockProof, FeedHead } from '#types/domain/hosting/feed.ts'
import type { PromisedFeed } from '#types/domain/hosting/feed-growth.ts'
import type { AssignmentProgress } from '#worker/kernel/assignments.ts'
import type { KernelProgress, RoleDeps } from '#worker/kernel/ports.ts'
import type { BadBlockName } from './transfer/messages.ts'

/** What an encoder's key is for: the part of a copy from block `from` on. */
export interface SegmentName {
  readonly copy: bigint
  readonly generation: number
  readonly from: number
}

/** An encoder's key. */
export interface EncoderKey {
  /** Big endian. */
  readonly modulus: Uint8Array
  readonly secret: KeyObject
}

/** The keys of an encoder on disk. */
export interface EncoderKeys {
  /** Makes the key, or finds the one that was made before. It is on the disk before this resolves. @throws AssayError */
  make(name: SegmentName, bits: number): Promise<EncoderKey>
  /** `undefined` where none was made. @throws AssayError where it cannot be read */
  find(name: SegmentName): Promise<EncoderKey | undefined>
  list(): Promise<readonly SegmentName[]>
  /** Deletes the keys of all segments and generations of a copy. */
  forget(copy: bigint): Promise<void>
}

/** Encodes blocks. */
export interface BlockEncoder {
  /**
   * @param key of the block (copy/keys.ts) @param leafBytes bytes of the modulus
   * @returns the encoded block, and the top of the tree over its leaves
   */
  encode(
    plain: Uint8Array,
    key: Uint8Array,
    leafBytes: number,
    secret: KeyObject,
  ): Promise<{ readonly encoded: Uint8Array; readonly top: Uint8Array }>
}

/** A feed as an ordinary reader gets it. */
export interface FeedSource {
  /** A block, checked against the feed that was asked for, and its proof in the tree of so many blocks. @throws AssayError where it does not come */
  read(index: number, length: number): Promise<{ readonly plain: Uint8Array; readonly proof: BlockProof }>
  /** Leaves the swarm. What was read stays on the disk. */
  close(): Promise<void>
}

/** Feeds of other machines that an encoder reads. */
export interface FeedSources {
  /** @throws AssayError where the network is not there */
  open(copy: bigint, feed: PromisedFeed): Promise<FeedSource>
  /** Deletes what was read for a copy. */
  forget(copy: bigint): Promise<void>
}

/** Which blocks a hoster keeps, and how they are encoded. */
export interface PinTerms {
  readonly feed: Uint8Array
  readonly copy: bigint
  readonly generation: number
  readonly from: number
  readonly to: number
  /** By their first blocks, ascending; the last one is the present one. */
  readonly segments: readonly { readonly from: number; readonly modulus: Uint8Array }[]
}

/** What became of a block: kept, with the end of all that is held of the present segment; or not, and why. */
export type TakenBlock =
  | { readonly kind: 'taken'; readonly end: SegmentEnd }
  | { readonly kind: 'bad'; readonly why: BadBlockName }

/** A copy on a hoster's disk: encoded blocks only. */
export interface PinnedCopy {
  /** Blocks of the feed's tree that it knows. */
  readonly length: number
  /** The end of what is held of the present segment without a gap; `undefined` for nothing. */
  held(): SegmentEnd | undefined
  /** Checks a block and keeps it. @throws AssayError where the disk does not take it, never for what a peer sent */
  take(encoded: Uint8Array, proof: BlockProof): Promise<TakenBlock>
  /** @param segments as on chain @throws AssayError where a leaf is missing */
  answer(challenge: StorageChallenge, segments: readonly Segment[]): Promise<StorageAnswer>
  /** The complaint about a block that was bad, against the end that its encoder committed to; `undefined` where none can be proven. */
  complaintFor(encoded: Uint8Array, proof: BlockProof, end: SegmentEnd): Promise<EncodingComplaint | undefined>
  close(): Promise<void>
}

/** The copies on a hoster's disk. */
export interface PinnedCopies {
  /**
   * Opens the copy under these terms. What it holds under others is dropped.
   * @param head of the feed, as registered
   * @throws AssayError
   */
  open(terms: PinTerms, head: FeedHead): Promise<PinnedCopy>
  /** Deletes a copy. */
  forget(copy: bigint): Promise<void>
}

/** What names the record that an encoder or a hoster is assigned to. */
export type NamesCopy = { readonly copy: string }

/** How far a copy is. */
type CopyProgress = NamesCopy & {
  /** Blocks that are done, of so many. */
  readonly blocks: number
  readonly of: number
}

/** What an encoder tells to those who watch it. */
export type EncodingProgress =
  | AssignmentProgress<NamesCopy>
  | ({ readonly kind: 'key-made' } & NamesCopy)
  | ({ readonly kind: 'encoding' } & CopyProgress)
  | ({ readonly kind: 'encoded' } & CopyProgress)
  | ({ readonly kind: 'block-refused'; readonly index: number; readonly why: BadBlockName } & NamesCopy)

/** What a hoster tells of its copies. */
export type PinningProgress =
  | AssignmentProgress<NamesCopy>
  | ({ readonly kind: 'pinning' } & CopyProgress)
  | ({ readonly kind: 'pinned' } & CopyProgress)
  | ({ readonly kind: 'challenged'; readonly leaves: number } & NamesCopy)
  | ({ readonly kind: 'bad-encoding'; readonly why: string } & NamesCopy)

/** What an encoder is given. */
export interface EncoderDeps extends Omit<RoleDeps, 'report'> {
  readonly keys: EncoderKeys
  readonly codec: BlockEncoder
  readonly sources: FeedSources
  readonly report: (progress: EncodingProgress | KernelProgress) => void
}
