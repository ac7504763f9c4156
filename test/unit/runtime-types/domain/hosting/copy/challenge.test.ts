/** Storage challenges: a hoster that has its leaves answers, and nothing but the drawn leaves is an answer. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  answerSegment,
  checkAnswer,
  drawLeaves,
  drawsBySegment,
  StorageAnswer,
} from '#types/domain/hosting/copy/challenge.ts'
import type { BlockAnswer, SegmentAnswer } from '#types/domain/hosting/copy/challenge.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { encoding, segmentOf, testIdentity, testKey, type TestSegment } from '../../../../../helpers/hosting/copies.ts'

const [ONE, OTHER] = [testKey(), testKey('second')]
const DRAWS = 10
const seed = (of: number) => ({ beacon: new Uint8Array(32).fill(of), copy: 1n, generation: 0 })

/** Blocks 4 to 9 by one encoder, 10 to 12 by another: 1 to 9 leaves each. */
const PARTS: readonly TestSegment[] = [
  { key: ONE, from: 4, sizes: [0, 300, 124, 1_000, 5, 123] },
  { key: OTHER, from: 10, sizes: [700, 1, 400] },
].map(({ key, from, sizes }) => {
  const identity = testIdentity(key.modulus)
  const encoded = sizes.map((size, i) => encoding(new Uint8Array(size).fill(i), from + i, identity, key))
  return segmentOf(from, encoded, key.modulus)
})
const SEGMENTS = PARTS.map(({ segment }) => segment)
const ALL = Number(SEGMENTS[0]!.leaves + SEGMENTS[1]!.leaves)

/** The answer of a hoster that has everything. */
async function answer(drawn: readonly bigint[]): Promise<StorageAnswer> {
  const draws = drawsBySegment(SEGMENTS, drawn)
  return Promise.all(
    draws.map((draw) => {
      const part = PARTS.find(({ segment }) => segment === draw.segment)!
      return answerSegment(draw, part.blocks, async (index) => part.encoded.get(index)!)
    }),
  )
}

test('the draw is the same for the same seed, within the copy, ascending, each leaf once', () => {
  const drawn = drawLeaves(seed(1), SEGMENTS, DRAWS)
  expect(drawLeaves(seed(1), SEGMENTS, DRAWS)).toEqual(drawn)
  expect(drawLeaves(seed(2), SEGMENTS, DRAWS)).not.toEqual(drawn)
  expect(drawLeaves({ ...seed(1), generation: 1 }, SEGMENTS, DRAWS)).not.toEqual(drawn)
  expect(drawn.every((leaf, i) => leaf < BigInt(ALL) && (i === 0 || leaf > drawn[i - 1]!))).toBe(true)
  expect(drawLeaves(seed(1), [{ leaves: 1n }], DRAWS)).toEqual([0n])
})

test('the draws come to every leaf alike', () => {
  const counts = Array.from({ length: ALL }, () => 0)
  const ROUNDS = 4_000
  for (let round = 0; round < ROUNDS; round++) {
    const { beacon } = seed(0)
    new DataView(beacon.buffer).setUint32(0, round)
    for (const leaf of drawLeaves({ ...seed(0), beacon }, SEGMENTS, 1)) counts[Number(leaf)]!++
  }
  const expected = ROUNDS / ALL
  const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  // The 99.9 % quantile for 26 degrees of freedom is 54.1.
  expect(ALL).toBe(27)
  expect(chiSquared).toBeLessThan(54.1)
})

test('whatever is drawn, the hoster that has it all answers, also over the wire', async () => {
  const some = fc.uniqueArray(fc.bigInt({ min: 0n, max: BigInt(ALL - 1) }), { minLength: 1, maxLength: ALL })
  await fc.assert(
    fc.asyncProperty(some, async (chosen) => {
      const drawn = chosen.toSorted((a, b) => Number(a - b))
      const wire = encode(StorageAnswer, await answer(drawn))
      expect(checkAnswer(SEGMENTS, drawn, decode(StorageAnswer, wire))).toBe(true)
    }),
    { numRuns: 50 },
  )
})

describe('no answer is', async () => {
  // Two leaves of one block, one of the next, one of the other segment.
  const drawn = [1n, 3n, 4n, 20n]
  const good = await answer(drawn)
  const [first, second] = good as readonly [SegmentAnswer, SegmentAnswer]
  const [two, one] = first.blocks as readonly [BlockAnswer, BlockAnswer]
  const withBlocks = (...blocks: readonly BlockAnswer[]): StorageAnswer => [{ ...first, blocks }, second]
  const leaf = two.leaves[0]!

  it.each<[string, StorageAnswer]>([
    ['nothing', []],
    ['one segment of two', [first]],
    ['the segments in another order', [second, first]],
    ['a segment twice', [first, second, second]],
    ['one block of two', withBlocks(two)],
    ['the blocks in another order', withBlocks(one, two)],
    ['a block twice', withBlocks(two, two, one)],
    ['one leaf of two', withBlocks({ ...two, leaves: two.leaves.slice(1) }, one)],
    ['a leaf more', withBlocks({ ...two, leaves: [...two.leaves, leaf] }, one)],
    ['the leaves in another order', withBlocks({ ...two, leaves: two.leaves.toReversed() }, one)],
    ['a changed leaf', withBlocks({ ...two, leaves: two.leaves.with(0, leaf.with(5, leaf[5]! ^ 1)) }, one)],
    ['a leaf with a byte more', withBlocks({ ...two, leaves: two.leaves.with(0, Uint8Array.of(0, ...leaf)) }, one)],
    ['another start', withBlocks({ ...two, start: two.start - 1n }, one)],
    ['another count', withBlocks({ ...two, count: two.count + 1 }, one)],
    ['another index', withBlocks({ ...two, index: two.index - 1 }, one)],
    ['an index beyond the segment', withBlocks(two, { ...one, index: 99 })],
    ['an index before the segment', withBlocks({ ...two, index: 3 }, one)],
    ['a sibling too many', [{ ...first, siblings: [...first.siblings, leaf.subarray(0, 32)] }, second]],
    ['a sibling too few', [{ ...first, siblings: first.siblings.slice(1) }, second]],
    ['no blocks', [{ ...first, blocks: [] }, second]],
    ['a block without leaves', withBlocks(two, one, { ...one, index: 9, leaves: [], siblings: [] })],
  ])('%s', (_, bad) => {
    expect(checkAnswer(SEGMENTS, drawn, good)).toBe(true)
    expect(checkAnswer(SEGMENTS, drawn, bad)).toBe(false)
  })

  it('the answer to another draw, or about another copy', () => {
    expect(checkAnswer(SEGMENTS, [1n, 3n, 4n, 21n], good)).toBe(false)
    const other = SEGMENTS.map((segment) => ({ ...segment, root: new Uint8Array(32) }))
    expect(checkAnswer(other, drawn, good)).toBe(false)
  })
})
