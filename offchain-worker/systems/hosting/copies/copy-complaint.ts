/**
 * Complaints about an encoder, from what a hoster has at hand.
 *
 * Owns: choosing the form and making it. Does not own: the judgement (complaint.ts).
 */
import { rsaPublic } from '#types/crypto/rsa.ts'
import { leavesOf, pieceOf } from '#types/domain/hosting/copy/block.ts'
import type { StoredBlock } from '#types/domain/hosting/copy/challenge.ts'
import { judge, type Accused, type BlockPlace, type EncodingComplaint } from '#types/domain/hosting/copy/complaint.ts'
import { blockNode, siblingsOf, topOf } from '#types/domain/hosting/copy/tree.ts'
import type { BlockProof } from '#types/domain/hosting/feed.ts'
import { heightAt } from '../adapters/feed-proof.ts'
import { leafNodes } from './codec-work.ts'

/** A block that a hoster has refused. */
export interface BadBlock {
  readonly index: number
  readonly encoded: Uint8Array
  /** Leads to the roots of the accused's tree, or of a longer one of the feed. */
  readonly proof: BlockProof
}

function formOf({ segment, tree }: Accused, place: BlockPlace, block: BadBlock): EncodingComplaint {
  const { index, encoded } = block
  // In a shorter tree, the path of a block ends sooner.
  const proof = { ...block.proof, siblings: block.proof.siblings.slice(0, heightAt(index, tree.length)) }
  const size = segment.modulus.length
  const nodes = leafNodes(encoded, size)
  if (nodes.length !== leavesOf(proof.bytes, size)) {
    return { tag: 'Count', value: { place, top: topOf(nodes), proof } }
  }
  const rsa = rsaPublic(segment.modulus)
  const leafAt = (at: number): Uint8Array => encoded.subarray(at * size, (at + 1) * size)
  const at = nodes.findIndex((_, i) => !pieceOf(leafAt(i), rsa))
  if (at === -1) return { tag: 'Block', value: { place, encoded, proof } }
  return { tag: 'Leaf', value: { place, at, leaf: leafAt(at), siblings: siblingsOf(nodes, [at]) } }
}

/**
 * The complaint that convicts the encoder of a block; undefined where none does: the block is not under the segment's root, or is good.
 * @param accused the segment under the root that the encoder committed or signed
 * @param before all blocks of the segment before this one, and `after` all behind it
 */
export function complaintOf(
  accused: Accused,
  before: readonly StoredBlock[],
  block: BadBlock,
  after: readonly StoredBlock[],
): EncodingComplaint | undefined {
  const { index, encoded } = block
  const size = accused.segment.modulus.length
  if (encoded.length === 0 || encoded.length % size !== 0) return undefined
  const last = before.at(-1)
  const start = last ? last.start + BigInt(last.leaves) : 0n
  const own: StoredBlock = { index, start, leaves: encoded.length / size, top: topOf(leafNodes(encoded, size)) }
  const nodes = [...before, own, ...after].map((each) => blockNode(each, each.top))
  const place: BlockPlace = { index, start, leaves: own.leaves, siblings: siblingsOf(nodes, [before.length]) }
  const complaint = formOf(accused, place, block)
  return judge(accused, complaint) === 'bad' ? complaint : undefined
}
