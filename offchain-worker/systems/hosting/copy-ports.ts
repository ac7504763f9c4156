/**
 * The ports of encoded copies: how an encoder makes them, and how a hoster keeps them.
 *
 * Owns: these interfaces, and what encoder and hoster tell of copies. Does not own: the ports of plain feeds (ports.ts).
 */
import type { KeyObject } from 'node:crypto'
import type { ChallengeSeed, StorageAnswer } from '#types/domain/hosting/copy/challenge.ts'
import type { EncodingComplaint } from '#types/domain/hosting/copy/complaint.ts'
import type { Segment } from '#types/domain/hosting/copy/segment.ts'
import type { BlockProof, TreeNode } from '#types/domain/hosting/feed.ts'
import type { FeedTree, PromisedFeed } from '#types/domain/hosting/feed-growth.ts'
import type { AssignmentProgress } from '#worker/kernel/assignments.ts'
import type { KernelProgress, RoleDeps } from '#worker/kernel/ports.ts'
import type { CopyOptions, CopySegments } from './copies/copy-layout.ts'
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
  /** The nodes that join the tree of `known` blocks to that of `length`. @throws AssayError where they do not come */
  joining(known: number, length: number): Promise<readonly TreeNode[]>
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

/** What became of a block: kept, or not and why. */
export type TakenBlock = { readonly kind: 'taken' } | { readonly kind: 'bad'; readonly why: BadBlockName }

/** A block that was bad. */
export interface BadBlock {
  readonly index: number
  readonly encoded: Uint8Array
  readonly proof: BlockProof
}

/** A copy on a hoster's disk: encoded blocks only. */
export interface PinnedCopy {
  /** Blocks of the feed's tree in which the copy takes proofs. */
  readonly length: number
  /** Blocks of the tree that is on the disk, where it must be joined to that before the copy takes blocks; otherwise `undefined`. */
  readonly joinsFrom: number | undefined
  /** The first block that is not held; `undefined` where the copy is whole. */
  readonly next: number | undefined
  /** Goes on with the segments that the chain lists. Blocks of other keys are dropped. @throws AssayError */
  setSegments(segments: CopySegments): Promise<void>
  /** Checks the nodes that join the tree of `from` blocks to that of `length`, and keeps this. @returns whether they do. @throws AssayError */
  join(from: number, nodes: readonly TreeNode[]): Promise<boolean>
  /** Checks the next block and keeps it. @throws AssayError where the disk does not take it, never for what a peer sent */
  take(index: number, encoded: Uint8Array, proof: BlockProof): Promise<TakenBlock>
  /** Resolves when all that is held survives a loss of power. @throws AssayError */
  persist(): Promise<void>
  /** The last segment as far as it is held without a gap; `undefined` for nothing. */
  segmentSoFar(): Pick<Segment, 'from' | 'to' | 'leaves' | 'root'> | undefined
  /** @throws AssayError `COPY_INCOMPLETE` */
  answer(seed: ChallengeSeed, draws: number): Promise<StorageAnswer>
  /** The complaint about a block that was bad, under the root of a segment and in the contract's tree; `undefined` where none convicts its encoder. */
  complaintFor(block: BadBlock, segment: Segment, tree: FeedTree): EncodingComplaint | undefined
  /** Reads all blocks once, and drops those that are spoiled. @returns the dropped blocks */
  check(options: { readonly bytesPerSecond: number }): Promise<readonly number[]>
  /** Drops all blocks. */
  remove(): Promise<void>
  close(): Promise<void>
}

/** A copy on the disk. */
interface StoredCopy {
  /** Key of the feed. */
  readonly feed: Uint8Array
  readonly copy: bigint
}

/** The copies on a hoster's disk. */
export interface PinnedCopies {
  /** Opens a copy, with what is on the disk. @throws AssayError */
  open(options: CopyOptions): Promise<PinnedCopy>
  /** The copies that are on the disk, open or not. */
  list(): Promise<readonly StoredCopy[]>
  /** Deletes a copy that is not open. @throws AssayError */
  discard(copy: StoredCopy): Promise<void>
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
  | ({ readonly kind: 'challenged'; readonly draws: number } & NamesCopy)
  | ({ readonly kind: 'blocks-spoiled'; readonly blocks: number } & NamesCopy)
  | ({ readonly kind: 'disk-full' } & NamesCopy)
  | ({ readonly kind: 'encoder-refused'; readonly why: string } & NamesCopy)

/** What an encoder is given. */
export interface EncoderDeps extends Omit<RoleDeps, 'report'> {
  readonly keys: EncoderKeys
  readonly codec: BlockEncoder
  readonly sources: FeedSources
  readonly report: (progress: EncodingProgress | KernelProgress) => void
}
