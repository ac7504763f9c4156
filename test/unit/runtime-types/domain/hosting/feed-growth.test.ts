/** Trees that begin with one another, and trees that contradict each other. */
import { describe, expect, test } from 'vitest'
import { utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { feedKey, headSignable, treeHash, type FeedHead, type TreeNode } from '#types/domain/hosting/feed.ts'
import { checkFeedConflict, extendsTree, FeedConflict, type FeedBranch } from '#types/domain/hosting/feed-growth.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { feedOf } from '#worker/systems/hosting/simulation/feed.ts'
import { memoryFeed } from '../../../../helpers/hosting/memory-feed.ts'

const LENGTHS = Array.from({ length: 34 }, (_, i) => i + 1)
const author = identityOf('author')
const feeds = new Map(LENGTHS.map((length) => [length, memoryFeed(length)]))
const of = (length: number): ReturnType<typeof memoryFeed> => feeds.get(length)!

/** The author's feed of that length with another block at an index. */
const rewritten = (length: number, index: number) => feedOf(author, of(length).blocks.with(index, utf8('rewritten')))

const spoil = ({ nodeHash, bytes }: TreeNode): TreeNode => ({ nodeHash: blake2b256(nodeHash), bytes })

describe('a longer tree', () => {
  test('begins with every shorter one of the same blocks, whatever the two lengths', () => {
    for (const shorter of LENGTHS)
      for (const longer of LENGTHS) {
        const { head, roots, nodes } = of(Math.max(longer, shorter)).branchAt(shorter)
        expect(roots).toEqual(of(shorter).head.roots)
        expect(extendsTree(of(shorter).head, of(longer).head, nodes), `${shorter} to ${longer}`).toBe(shorter <= longer)
        expect(extendsTree({ length: shorter, roots }, head, nodes)).toBe(true)
      }
  })

  test('does not begin with a tree of other blocks, and no other node, nor one more or less, proves that it does', () => {
    for (const shorter of LENGTHS)
      for (const longer of LENGTHS.slice(shorter)) {
        const { nodes } = of(longer).branchAt(shorter)
        const { head } = of(shorter)
        const { head: next } = of(longer)
        const other = rewritten(shorter, Math.floor(shorter / 2))
        expect(extendsTree(other.head, next, nodes)).toBe(false)
        expect(extendsTree(head, rewritten(longer, 0).head, nodes)).toBe(false)
        expect(extendsTree(head, next, [...nodes, ...head.roots.slice(0, 1)])).toBe(false)
        if (nodes.length > 0) expect(extendsTree(head, next, nodes.slice(1))).toBe(false)
        for (const at of nodes.keys())
          expect(extendsTree(head, next, nodes.with(at, spoil(nodes[at]!))), `${shorter} to ${longer}`).toBe(false)
        expect(extendsTree({ ...head, roots: head.roots.slice(1) }, next, nodes)).toBe(false)
      }
  })

  test('of 2^32 - 1 blocks takes no more nodes than it has levels', () => {
    const roots = Array.from({ length: 32 }, () => of(1).head.roots[0]!)
    const longest = { length: 2 ** 32 - 1, roots }
    expect(extendsTree(of(5).head, longest, of(8).branchAt(5).nodes)).toBe(false)
    expect(extendsTree(longest, longest, [])).toBe(true)
  })
})

describe('two trees by one key', () => {
  const conflict = (length: number, first: FeedBranch, second: FeedBranch): FeedConflict => ({ length, first, second })

  test('contradict each other where a block differs, at one length or at two', () => {
    for (const [one, two, changed] of [
      [21, 21, 20],
      [21, 24, 3],
      [5, 6, 4],
      [33, 8, 7],
      [1, 32, 0],
    ] as const) {
      const length = Math.min(one, two)
      const found = conflict(length, of(one).branchAt(length), rewritten(two, changed).branchAt(length))
      expect(checkFeedConflict(found), `${one} and ${two}`).toBe(true)
      expect(checkFeedConflict({ ...found, first: found.second, second: found.first })).toBe(true)
      expect(decode(FeedConflict, encode(FeedConflict, found))).toEqual(found)
    }
  })

  test('contradict each other at a length that neither was signed at', () => {
    expect(checkFeedConflict(conflict(7, of(21).branchAt(7), rewritten(24, 3).branchAt(7)))).toBe(true)
    expect(checkFeedConflict(conflict(3, of(21).branchAt(3), rewritten(24, 3).branchAt(3)))).toBe(false)
  })

  test('do not where one begins with the other, whoever moves sizes between two roots', () => {
    for (const length of [1, 5, 20, 21])
      expect(checkFeedConflict(conflict(length, of(21).branchAt(length), of(24).branchAt(length)))).toBe(false)
    const { head, roots, nodes } = of(24).branchAt(20)
    expect([roots.length, nodes.length]).toEqual([2, 1])
    const [last, sibling] = [roots[1]!, nodes[0]!]
    const moved = {
      head,
      roots: [roots[0]!, { ...last, bytes: last.bytes + 1n }],
      nodes: [{ ...sibling, bytes: sibling.bytes - 1n }],
    }
    expect(extendsTree({ length: 20, roots: moved.roots }, head, moved.nodes)).toBe(true)
    expect(checkFeedConflict(conflict(20, of(24).branchAt(20), moved))).toBe(false)
  })

  test('are no evidence if one is forged, of another key, of a fork, or without blocks', () => {
    const first = of(21).branchAt(21)
    const second = rewritten(21, 3).branchAt(21)
    const withHead = (change: Partial<FeedHead>): FeedBranch => ({ ...second, head: { ...second.head, ...change } })
    const stranger = identityOf('stranger')
    const hash = treeHash(21, second.roots)
    const signed = headSignable(second.head.key, hash, 21, 0)
    expect(checkFeedConflict(conflict(21, first, withHead({ signature: stranger.sign(signed) })))).toBe(false)
    expect(checkFeedConflict(conflict(21, first, withHead({ signature: first.head.signature })))).toBe(false)
    const { namespace } = first.head
    const key = feedKey(namespace, stranger.publicKey)
    const signature = stranger.sign(headSignable(key, hash, 21, 0))
    const theirs = withHead({ key, publicKey: stranger.publicKey, signature })
    expect(checkFeedConflict(conflict(21, first, theirs))).toBe(false)
    const forked = author.sign(headSignable(second.head.key, hash, 21, 1))
    expect(checkFeedConflict(conflict(21, first, withHead({ fork: 1, signature: forked })))).toBe(false)
    expect(checkFeedConflict({ length: 0, first: { ...first, roots: [] }, second: { ...second, roots: [] } })).toBe(
      false,
    )
    expect(checkFeedConflict(conflict(20, first, second))).toBe(false)
    expect(checkFeedConflict(conflict(21, first, first))).toBe(false)
    expect(checkFeedConflict(conflict(21, first, second))).toBe(true)
  })
})
