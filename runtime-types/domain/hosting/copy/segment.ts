/**
 * The segments of a copy as the chain lists them: which blocks, by which encoder, under which root.
 *
 * Owns: the record, the checkpoint that an encoder signs, and the bounds of a segment. Does not own: the life of a copy (pallet Hosting).
 */
import { concatBytes, u32le, u64le, utf8 } from '../../../bytes.ts'
import { sha256 } from '../../../crypto/sha256.ts'
import { AccountId, H256 } from '../../../scale/account.ts'
import { struct } from '../../../scale/compound.ts'
import type { ValueOf } from '../../../scale/codec.ts'
import { boundedBytes, u32, u64 } from '../../../scale/primitives.ts'
import { LENGTH_BYTES } from './block.ts'
import type { CopyIdentity } from './keys.ts'

/** Of the shortest modulus, and so of the smallest leaf: 1,024 bits, for tests. */
export const MIN_LEAF_BYTES = 128
/** Of the largest modulus, and so of the largest leaf: 2,048 bits. */
export const MAX_LEAF_BYTES = 256
/** A modulus, big endian, or a leaf: both have as many bytes. */
export const LeafBytes = boundedBytes(MAX_LEAF_BYTES)

/** A part of a copy that one encoder made under one key. */
export const Segment = struct(
  {
    /** Its first block, by the index in the feed. */
    from: u32,
    /** The block after its last one. */
    to: u32,
    encoder: AccountId,
    modulus: LeafBytes,
    leaves: u64,
    root: H256,
  },
  { path: ['assay_primitives', 'hosting', 'Segment'], docs: ['A part of a copy that one encoder made under one key.'] },
)
export type Segment = ValueOf<typeof Segment>

const CHECKPOINT_DOMAIN = utf8('assay/copy-checkpoint/1')

/** What an encoder signs over a segment, complete or not: what the hoster may submit where the encoder falls silent. */
export function checkpointSignable(
  identity: CopyIdentity,
  { from, to, leaves, root }: Pick<Segment, 'from' | 'to' | 'leaves' | 'root'>,
): Uint8Array {
  const { genesis, copy, generation, modulus } = identity
  const place = concatBytes(genesis, u64le(copy), u32le(generation), u32le(from), u32le(to))
  return concatBytes(CHECKPOINT_DOMAIN, place, u64le(leaves), root, sha256(modulus))
}

/**
 * The fewest and the most leaves that so many blocks can have: as many as if the blocks were one, and as many as if each ended with a
 * leaf of one byte.
 * @param least plain bytes of all blocks together, or fewer @param most the same bytes, or more
 */
export function leafBounds(
  blocks: number,
  { least, most }: { readonly least: bigint; readonly most: bigint },
  leafBytes: number,
): readonly [fewest: bigint, most: bigint] {
  const piece = BigInt(leafBytes - 1)
  const n = BigInt(blocks)
  const lengths = n * BigInt(LENGTH_BYTES)
  return [(least + lengths + piece - 1n) / piece, (most + lengths + n * (piece - 1n)) / piece]
}

/** Whether a segment of `blocks` blocks with `bytes` plain bytes together can have so many leaves. */
export function canHaveLeaves(leaves: bigint, blocks: number, bytes: bigint, leafBytes: number): boolean {
  const [fewest, most] = leafBounds(blocks, { least: bytes, most: bytes }, leafBytes)
  return leaves >= fewest && leaves <= most
}
