/**
 * What encoder and hoster of a copy say to each other while the encoded blocks pass from one to the other.
 *
 * Owns: the messages, their encoding and their bounds, and the name of a transfer. Does not own: the order of messages (sender.ts,
 * receiver.ts).
 */
import { concatBytes, u32le, u64le, utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { leavesOf } from '#types/domain/hosting/copy/block.ts'
import { MAX_ENCODED_BYTES } from '#types/domain/hosting/copy/complaint.ts'
import { SegmentEnd } from '#types/domain/hosting/contract.ts'
import { BlockProof } from '#types/domain/hosting/feed.ts'
import { joiningNodes } from '#types/domain/hosting/feed-growth.ts'
import { NoiseSignature } from '#types/domain/worker.ts'
import { decode, encode, type ValueOf } from '#types/scale/codec.ts'
import { struct, variant } from '#types/scale/compound.ts'
import { enumeration } from '#types/scale/enumeration.ts'
import { boundedBytes, fixedBytes, u32 } from '#types/scale/primitives.ts'

/** Name and version on the wire. */
export const TRANSFER_PROTOCOL = 'assay/copy/2'
/** So many blocks may be on their way before the hoster has them on its disk. */
export const WINDOW_BLOCKS = 8
/** Bytes of the number of an ask. */
export const RUN_BYTES = 8
/** Longest proof of a block: the path up a tree of 2^32 blocks. Bytes. */
const MAX_PROOF_BYTES = 2_048
/** Of a message beside its block and its proof. */
const HEAD_BYTES = 64

/** An ask begins a run. What comes of an earlier run is not looked at. */
const run = { run: fixedBytes(RUN_BYTES) } as const

/**
 * What is wrong with a block. order: it is not the next one; proof: it does not lead to the feed; length, leaf, content: it is no encoding;
 * other: it is one of another block. nodes: those before the first block do not join the two trees of the feed.
 */
const BadBlock = enumeration(['order', 'proof', 'length', 'leaf', 'content', 'other', 'nodes'])
export type BadBlockName = ValueOf<typeof BadBlock>

export const TransferMessage = variant({
  /** Encoder: I am here, ask me. */
  Ready: struct({}),
  /**
   * Hoster: send from block `next` on, each with its proof in the feed's tree of `length` blocks. I know its tree of `known` blocks: where
   * that is shorter, send the nodes first that join the two.
   */
  Ask: struct({ ...run, next: u32, length: u32, known: u32 }),
  /** Encoder: the nodes that join the hoster's tree to the one of `length` blocks (feed-growth.ts). */
  Join: struct({ ...run, nodes: joiningNodes }),
  /** Encoder: a block, and the proof of the plain one. */
  Block: struct({ ...run, encoded: boundedBytes(MAX_ENCODED_BYTES), proof: BlockProof }),
  /** Encoder: all blocks so far, signed (checkpointSignable). */
  Checkpoint: struct({ ...run, end: SegmentEnd, signature: NoiseSignature }),
  /** Hoster: all blocks before `next` are on my disk. */
  Stored: struct({ ...run, next: u32 }),
  /** Hoster: I do not take this block. */
  Bad: struct({ ...run, index: u32, why: BadBlock }),
})
export type TransferMessage = ValueOf<typeof TransferMessage>

/** The segment that is transferred: of which copy, in which generation, from which block on. */
export interface TransferName {
  readonly genesis: Uint8Array
  readonly copy: bigint
  readonly generation: number
  readonly from: number
}

/** The name of a transfer on the wire, 32 bytes. */
export const transferId = ({ genesis, copy, generation, from }: TransferName): Uint8Array =>
  blake2b256Of(utf8(TRANSFER_PROTOCOL), concatBytes(genesis, u64le(copy), u32le(generation), u32le(from)))

/**
 * The longest message of a feed's transfer, in bytes.
 * @param feedBytes of the whole feed: no block is longer
 * @param leafBytes bytes of the modulus
 */
export function longestMessage(feedBytes: bigint, leafBytes: number): number {
  const block = Number(feedBytes < BigInt(MAX_ENCODED_BYTES) ? feedBytes : BigInt(MAX_ENCODED_BYTES))
  return HEAD_BYTES + MAX_PROOF_BYTES + Math.min(MAX_ENCODED_BYTES, leavesOf(block, leafBytes) * leafBytes)
}

/** A message as it goes over the wire. */
export const encodeTransfer = (message: TransferMessage): Uint8Array => encode(TransferMessage, message)

/** The message of a frame; `undefined` if it is none. */
export function decodeTransfer(frame: Uint8Array): TransferMessage | undefined {
  try {
    return decode(TransferMessage, frame)
  } catch {
    return undefined
  }
}
