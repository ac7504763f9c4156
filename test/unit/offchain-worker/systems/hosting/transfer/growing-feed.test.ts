/** A hoster that keeps a part of a feed gets a copy of what the feed grew by: real Hypercores, over streams. */
import type Hypercore from 'hypercore'
import { beforeEach, describe, expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { extendsTree } from '#types/domain/hosting/feed-growth.ts'
import { joiningOf, proveBlock, readBranch } from '#worker/systems/hosting/adapters/feed-proof.ts'
import type { PinnedCopy } from '#worker/systems/hosting/copies/pinned-copy.ts'
import { testKey } from '../../../../../helpers/hosting/copies.ts'
import { copyIdentity, encodeSegment, openSegment } from '../../../../../helpers/hosting/copy-samples.ts'
import {
  BETWEEN,
  blocks,
  GROWN,
  grownFeed,
  HELD,
  identity,
  key,
  replicaOf,
  transferOver,
  type Say,
} from '../../../../../helpers/hosting/core-transfer.ts'
import { openCopies, stockRead, type TestCopies } from '../../../../../helpers/hosting/pinned.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

const hex = (some: readonly (Uint8Array | null)[]): (string | null)[] => some.map((block) => block && toHex(block))
const complete = [{ kind: 'complete' }, { kind: 'complete' }]

describe('a hoster that keeps a part of a feed', () => {
  let dir: string
  let folder: TestCopies
  let first: PinnedCopy
  let feed: Awaited<ReturnType<typeof grownFeed>>
  let replica: Hypercore
  const options = (from: number) => ({
    head: feed.after,
    identity,
    range: { from, to: GROWN },
    segments: { closed: [], present: { from, modulus: key.modulus } },
  })

  beforeEach(async () => {
    dir = await tempDir()
    folder = await openCopies(dir)
    feed = await grownFeed()
    const known = { head: feed.before, blocks: blocks.slice(0, HELD) }
    first = await folder.copies.open(openSegment(known))
    const { encoded } = encodeSegment(known)
    for (const [index, bytes] of encoded) await first.take(index, bytes, await proveBlock(feed.core, index, HELD))
    expect(first.next).toBeUndefined()
    replica = await replicaOf(feed.core)
  })

  test.each([HELD, BETWEEN])('takes the blocks from %i on, and readers get both copies', async (from) => {
    const copy = await folder.copies.open(options(from))
    expect(copy.joinsFrom).toBe(HELD)
    expect(await transferOver(copy, feed.after, replica)).toMatchObject(complete)
    expect(copy.next).toBeUndefined()
    const indices = blocks.flatMap((_, index) => (index < HELD || index >= from ? [index] : []))
    expect(hex(await stockRead(first.feed, indices))).toEqual(hex(indices.map((index) => blocks[index]!)))
  })

  test.each([0, 3])('goes on after a restart with %i blocks', async (held) => {
    const copy = await folder.copies.open(options(BETWEEN))
    const isEnough = (): boolean => copy.joinsFrom === undefined && (copy.next ?? GROWN) >= BETWEEN + held
    await transferOver(copy, feed.after, replica, { isEnough })
    await folder.close()
    folder = await openCopies(dir)
    const again = await folder.copies.open(options(BETWEEN))
    expect([again.joinsFrom, again.next]).toEqual([undefined, BETWEEN + held])
    expect(await transferOver(again, feed.after, replica)).toMatchObject(complete)
    expect(hex(await stockRead(again.feed, [20, 47]))).toEqual(hex([blocks[20]!, blocks[47]!]))
  })

  const lies: readonly (readonly [string, Say])[] = [
    ['another hash', ([node, ...rest]) => [{ ...node!, nodeHash: new Uint8Array(32) }, ...rest]],
    ['another size', ([node, ...rest]) => [{ ...node!, bytes: node!.bytes + 1n }, ...rest]],
    [
      'sizes that give the same sum',
      ([a, b, ...rest]) => [{ ...a!, bytes: a!.bytes + 1n }, { ...b!, bytes: b!.bytes - 1n }, ...rest],
    ],
    ['one node less', (nodes) => nodes.slice(1)],
    ['one node more', (nodes) => [...nodes, nodes[0]!]],
    ['as many as fit', (nodes) => Array.from({ length: 32 }, () => nodes[0]!)],
    ['another order', (nodes) => nodes.toReversed()],
    ['none', () => []],
  ]
  test.each(lies)('refuses an encoder that lies about the nodes: %s', async (_, say) => {
    const copy = await folder.copies.open(options(HELD))
    const exits = await transferOver(copy, feed.after, replica, { say })
    expect(exits).toEqual([{ kind: 'bad-nodes' }, { kind: 'refused', index: HELD, why: 'nodes' }])
    expect([copy.joinsFrom, copy.next, copy.feed.core.length]).toEqual([HELD, HELD, HELD])
    expect(hex(await stockRead(first.feed, [0, 20]))).toEqual(hex([blocks[0]!, blocks[20]!]))
    expect(await transferOver(copy, feed.after, replica)).toMatchObject(complete)
  })

  describe('and is to keep two more of it', () => {
    const part = (head: typeof feed.after) => ({
      head,
      identity: copyIdentity(3n),
      range: { from: HELD, to: BETWEEN },
      segments: { closed: [], present: { from: HELD, modulus: testKey().modulus } },
    })
    const nodesTo = async (from: number, length: number) => joiningOf(await proveBlock(feed.core, from, length), length)

    test('joins the tree once for both', async () => {
      const [one, two] = [await folder.copies.open(options(BETWEEN)), await folder.copies.open(part(feed.after))]
      expect(await one.join(HELD, await nodesTo(HELD, GROWN))).toBe(true)
      expect(await two.join(HELD, [])).toBe(true)
      expect(two.joinsFrom).toBeUndefined()
    })

    test('blames nobody where the tree has grown while the nodes were on their way', async () => {
      const [one, two] = [await folder.copies.open(options(BETWEEN)), await folder.copies.open(part(feed.between))]
      const late = await nodesTo(HELD, GROWN)
      expect(await two.join(HELD, await nodesTo(HELD, BETWEEN))).toBe(true)
      await expect(one.join(HELD, late)).rejects.toMatchObject({ code: 'COPY_CHANGED' })
      expect(one.joinsFrom).toBe(BETWEEN)
      expect(await one.join(BETWEEN, await nodesTo(BETWEEN, GROWN))).toBe(true)
    })

    test('goes on in the tree of the other one where that went past its own', async () => {
      const [one, two] = [await folder.copies.open(options(BETWEEN)), await folder.copies.open(part(feed.between))]
      await one.join(HELD, await nodesTo(HELD, GROWN))
      expect([two.joinsFrom, two.length]).toEqual([GROWN, BETWEEN])
      expect(await two.join(HELD, await nodesTo(HELD, BETWEEN))).toBe(true)
      expect([two.joinsFrom, two.length]).toEqual([undefined, GROWN])
      await two.close()
      const again = await folder.copies.open(part(feed.between))
      expect([again.joinsFrom, again.length]).toEqual([undefined, GROWN])
    })
  })

  test('needs no nodes for blocks that its tree has, however long the feed is by now', async () => {
    await first.remove()
    const known = openSegment({ head: feed.after, blocks: blocks.slice(0, HELD) })
    const copy = await folder.copies.open({ ...known, identity })
    expect([copy.joinsFrom, copy.length]).toEqual([undefined, HELD])
  })
})

test('the path of the first new block has the nodes that join any two lengths', async () => {
  const { core, after } = await grownFeed()
  for (let from = 1; from < GROWN; from++) {
    const { roots, nodes } = await readBranch(core, from)
    const joining = joiningOf(await proveBlock(core, from, GROWN), GROWN)
    expect(joining).toEqual(nodes)
    expect(extendsTree({ length: from, roots }, after, joining)).toBe(true)
  }
})
