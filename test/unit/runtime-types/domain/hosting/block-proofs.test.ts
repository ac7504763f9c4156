/** Proofs in few bytes: decoding restores them, shared nodes are written once, and each set has one encoding only. */
import { describe, expect, test } from 'vitest'
import { blockProofs } from '#types/domain/hosting/block-proofs.ts'
import { BlockProof, checkBlockProof, leafHash, TreeNode } from '#types/domain/hosting/feed.ts'
import { MAX_PROOFS } from '#types/domain/attestation/report.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { compactU32, struct, vec } from '#types/scale/compound.ts'
import { H256 } from '#types/scale/account.ts'
import { memoryFeed } from '../../../../helpers/hosting/memory-feed.ts'

const proofs = blockProofs(MAX_PROOFS)
const feed = memoryFeed(40)
const proofOf = (index: number): BlockProof => ({
  index,
  leaf: leafHash(feed.blocks[index]!),
  bytes: feed.blocks[index]!.length,
  siblings: feed.siblings(index),
})
const all = feed.blocks.map((_, index) => proofOf(index))

test('decoding restores any proofs', () => {
  for (const some of [[], all.slice(0, 1), all.slice(31, 34), all, [all[3]!, all[3]!]]) {
    const back = decode(proofs, encode(proofs, some))
    expect(back).toEqual(some)
    expect(back.every((proof) => checkBlockProof(feed.head, proof))).toBe(true)
  }
})

test('nodes that paths share are written once', () => {
  const whole = encode(vec(BlockProof, MAX_PROOFS), all).length
  expect(encode(proofs, all).length).toBeLessThan(whole * 0.6)
})

test('more than allowed are refused, written or read', () => {
  const three = encode(proofs, all.slice(0, 3))
  expect(() => encode(blockProofs(2), all.slice(0, 3))).toThrow(/at most 2/)
  expect(() => decode(blockProofs(2), three)).toThrow(/at most 2/)
})

describe('another encoding of the same is refused', () => {
  const pooled = vec(struct({ index: compactU32, leaf: H256, bytes: compactU32, siblings: vec(compactU32) }))
  const wire = (siblings: readonly (readonly number[])[], nodes: readonly TreeNode[]): Uint8Array => {
    const heads = siblings.map((places, at) => ({ ...all[at]!, siblings: places }))
    return encode(struct({ proofs: pooled, nodes: vec(TreeNode) }), { proofs: heads, nodes })
  }
  const nodes = feed.siblings(0)

  test('but the right one is what is written', () => {
    const short = [{ ...all[0]!, siblings: nodes.slice(0, 2) }]
    expect(wire([[0, 1]], nodes.slice(0, 2))).toEqual(encode(proofs, short))
  })

  test.each<[string, Uint8Array, RegExp]>([
    ['out of order', wire([[1, 0]], nodes.slice(0, 2)), /expected a node from 0 to 0, got 1/],
    ['with a node that is not there', wire([[0, 1]], nodes.slice(0, 1)), /expected a node from 0 to 0, got 1/],
    ['with a node that no path names', wire([[0]], nodes.slice(0, 2)), /expected 1 nodes/],
    ['with a node twice', wire([[0], [1]], [nodes[0]!, nodes[0]!]), /expected each node once/],
  ])('%s', (_, bytes, problem) => {
    expect(() => decode(proofs, bytes)).toThrow(problem)
  })
})
