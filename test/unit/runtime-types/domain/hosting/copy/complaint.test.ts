/** Complaints about encodings: junk convicts its encoder in each form, and nobody convicts a good encoder. */
import { expect, test } from 'vitest'
import { leafHash, parentNode, type BlockProof, type FeedHead, type TreeNode } from '#types/domain/hosting/feed.ts'
import { EncodingComplaint, judge, type Accused, type BlockPlace } from '#types/domain/hosting/copy/complaint.ts'
import { blockNode, leafNode, siblingsOf } from '#types/domain/hosting/copy/tree.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { encoding, segmentOf, testIdentity, testKey, type TestSegment } from '../../../../../helpers/hosting/copies.ts'

const KEY = testKey()
const IDENTITY = testIdentity(KEY.modulus)
const SIZE = KEY.modulus.length
const BLOCKS = [100, 300, 50, 124].map((size, i) => new Uint8Array(size).fill(i + 1))

const treeNode = (block: Uint8Array): TreeNode => ({ nodeHash: leafHash(block), bytes: BigInt(block.length) })
const [a, b, c, d] = BLOCKS.map(treeNode) as [TreeNode, TreeNode, TreeNode, TreeNode]
const [ab, cd] = [parentNode(a, b), parentNode(c, d)]
const HEAD = { length: 4, roots: [parentNode(ab, cd)] } as unknown as FeedHead
const SIBLINGS = [
  [b, cd],
  [a, cd],
  [d, ab],
  [c, ab],
]
const proofOf = (index: number): BlockProof => ({
  index,
  leaf: leafHash(BLOCKS[index]!),
  bytes: BLOCKS[index]!.length,
  siblings: SIBLINGS[index]!,
})

const GOOD = BLOCKS.map((plain, index) => encoding(plain, index, IDENTITY, KEY))
const accused = ({ segment }: TestSegment): Accused => ({ identity: IDENTITY, segment, tree: HEAD })
const made = (index: number, bytes: Uint8Array): TestSegment => segmentOf(0, GOOD.with(index, bytes), KEY.modulus)

function placeOf({ blocks }: TestSegment, index: number): BlockPlace {
  const nodes = blocks.map((block) => blockNode(block, block.top))
  const { start, leaves } = blocks[index]!
  return { index, start, leaves, siblings: siblingsOf(nodes, [index]) }
}

const bytesOf = ({ encoded }: TestSegment, index: number): Uint8Array => encoded.get(index)!
const leavesIn = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: bytes.length / SIZE }, (_, j) => bytes.subarray(j * SIZE, (j + 1) * SIZE))

function leafComplaint(copy: TestSegment, index: number, at: number): EncodingComplaint {
  const leaves = leavesIn(bytesOf(copy, index))
  const siblings = siblingsOf(leaves.map(leafNode), [at])
  return { tag: 'Leaf', value: { place: placeOf(copy, index), at, leaf: leaves[at]!, siblings } }
}
const countComplaint = (copy: TestSegment, index: number): EncodingComplaint => ({
  tag: 'Count',
  value: { place: placeOf(copy, index), top: copy.blocks[index]!.top, proof: proofOf(index) },
})
const blockComplaint = (copy: TestSegment, index: number): EncodingComplaint => ({
  tag: 'Block',
  value: { place: placeOf(copy, index), encoded: bytesOf(copy, index), proof: proofOf(index) },
})

/** A leaf that is less than the modulus, and of no piece. */
const NO_PIECE = new Uint8Array(SIZE).fill(2, SIZE - 1)
/** The encoding of another block of the same size. */
const FOREIGN = encoding(new Uint8Array(300).fill(9), 1, IDENTITY, KEY)
/** The right block, encoded for another copy. */
const COPIED = encoding(BLOCKS[1]!, 1, { ...IDENTITY, copy: 2n }, KEY)

test.each<[string, EncodingComplaint, TestSegment, ReturnType<typeof judge>]>([
  ...[0, 1, 2, 3].flatMap((index): [string, EncodingComplaint, TestSegment, ReturnType<typeof judge>][] => {
    const copy = segmentOf(0, GOOD, KEY.modulus)
    return [
      [`leaf of good block ${index}`, leafComplaint(copy, index, 0), copy, 'good'],
      [`count of good block ${index}`, countComplaint(copy, index), copy, 'good'],
      [`good block ${index}`, blockComplaint(copy, index), copy, 'good'],
    ]
  }),
  ...(
    [
      ['more than the modulus', new Uint8Array(SIZE).fill(255)],
      ['no piece', NO_PIECE],
    ] as const
  ).map(([name, leaf]): [string, EncodingComplaint, TestSegment, ReturnType<typeof judge>] => {
    const copy = made(1, Buffer.concat([bytesOf(made(1, GOOD[1]!), 1).subarray(0, SIZE), leaf, leaf]))
    return [`a leaf that is ${name}`, leafComplaint(copy, 1, 1), copy, 'bad']
  }),
  [
    'a block with a leaf less',
    countComplaint(made(1, GOOD[1]!.subarray(SIZE)), 1),
    made(1, GOOD[1]!.subarray(SIZE)),
    'bad',
  ],
  ['a block of too many leaves', countComplaint(made(0, GOOD[1]!), 0), made(0, GOOD[1]!), 'bad'],
  ['another block', blockComplaint(made(1, FOREIGN), 1), made(1, FOREIGN), 'bad'],
  ['a block of another copy', blockComplaint(made(1, COPIED), 1), made(1, COPIED), 'bad'],
])('%s', (_, complaint, copy, judgement) => {
  const wire = decode(EncodingComplaint, encode(EncodingComplaint, complaint))
  expect(judge(accused(copy), wire)).toBe(judgement)
})

test('a complaint whose paths do not lead to what the chain knows proves nothing', () => {
  const bad = made(1, FOREIGN)
  const good = segmentOf(0, GOOD, KEY.modulus)
  const complaint = blockComplaint(bad, 1)
  if (complaint.tag !== 'Block') throw new Error('a complaint about a block')
  const { value } = complaint
  const change = (changes: Partial<typeof value>): EncodingComplaint => ({
    tag: 'Block',
    value: { ...value, ...changes },
  })
  expect(judge(accused(bad), complaint)).toBe('bad')
  for (const [against, other] of [
    [good, complaint],
    [bad, change({ encoded: GOOD[1]! })],
    [bad, change({ encoded: value.encoded.subarray(1) })],
    [bad, change({ place: { ...value.place, start: value.place.start + 1n } })],
    [bad, change({ place: { ...value.place, index: 2 } })],
    [bad, change({ place: { ...value.place, index: 9 } })],
    [bad, change({ place: { ...value.place, siblings: [] } })],
    [bad, change({ proof: proofOf(0) })],
    [bad, change({ proof: { ...proofOf(1), leaf: leafHash(BLOCKS[0]!) } })],
    [bad, change({ proof: { ...proofOf(1), siblings: [a] } })],
    [good, leafComplaint(made(1, Buffer.concat([NO_PIECE, NO_PIECE, NO_PIECE])), 1, 0)],
    [good, countComplaint(made(1, GOOD[1]!.subarray(SIZE)), 1)],
  ] as const) {
    expect(judge(accused(against), other)).toBe('unproven')
  }
  const leaf = leafComplaint(good, 1, 0)
  if (leaf.tag !== 'Leaf') throw new Error('a complaint about a leaf')
  expect(judge(accused(good), { tag: 'Leaf', value: { ...leaf.value, at: 1 } })).toBe('unproven')
  expect(judge(accused(good), { tag: 'Leaf', value: { ...leaf.value, at: 99 } })).toBe('unproven')
})
