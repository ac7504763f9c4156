/** Copies over time: other encoders, new generations, growing feeds, and contracts that end. */
import { describe, expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { checkAnswer, drawLeaves } from '#types/domain/hosting/copy/challenge.ts'
import type { CopyOptions } from '#worker/systems/hosting/copies/copy-layout.ts'
import type { PinnedCopy } from '#worker/systems/hosting/copies/pinned-copy.ts'
import { testKey } from '../../../../../helpers/hosting/copies.ts'
import {
  copyIdentity,
  encodeSegment,
  openSegment,
  proofOf,
  sampleBlocks,
  sampleFeed,
} from '../../../../../helpers/hosting/copy-samples.ts'
import { openCopies, stockRead, takeAll } from '../../../../../helpers/hosting/pinned.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

const other = testKey('other')
const hex = (blocks: readonly (Uint8Array | null)[]): (string | null)[] => blocks.map((block) => block && toHex(block))

const small = sampleFeed(sampleBlocks(Array.from({ length: 21 }, (_, i) => (i * 97) % 700)))
const smallAll = small.blocks.map((_, index) => index)
const smallWhole = encodeSegment(small)

async function opened(options = openSegment(small)): Promise<PinnedCopy> {
  return (await openCopies(await tempDir())).copies.open(options)
}

describe('segments', () => {
  it('another encoder goes on where the last checkpoint ends, and what the first one made behind it is dropped', async () => {
    const dir = await tempDir()
    const first = await openCopies(dir)
    const copy = await first.copies.open(openSegment(small))
    await takeAll(copy, small, encodeSegment(small, 0, 13))
    const checkpoint = encodeSegment(small, 0, 8)
    expect(copy.segmentAt(0, 8)).toMatchObject({ to: 8, root: checkpoint.segment.root })
    const next = { closed: [checkpoint.segment], present: { from: 8, modulus: other.modulus } }
    await copy.setSegments(next)
    expect([copy.next, copy.segmentSoFar()]).toEqual([8, undefined])
    const second = encodeSegment(small, 8, 21, other)
    await takeAll(copy, small, { ...second, encoded: new Map([...second.encoded].slice(0, 5)) })
    expect(copy.next).toBe(13)
    await first.close()

    const again = await (await openCopies(dir)).copies.open({ ...openSegment(small), segments: next })
    expect(again.next).toBe(13)
    await takeAll(again, small, second)
    expect(hex(await stockRead(again.feed, smallAll))).toEqual(hex(small.blocks))
    expect(again.segmentSoFar()).toMatchObject({ from: 8, to: 21, root: second.segment.root })
    const closed = [checkpoint.segment, second.segment]
    await again.setSegments({ closed })
    const seed = { ...copyIdentity(), beacon: new Uint8Array(32).fill(4) }
    expect(checkAnswer(closed, drawLeaves(seed, closed, 20), await again.answer(seed, 20))).toBe(true)
  })

  it('a new generation begins anew', async () => {
    const dir = await tempDir()
    const folder = await openCopies(dir)
    const copy = await folder.copies.open(openSegment(small))
    await takeAll(copy, small, smallWhole)
    await copy.close()
    const identity = copyIdentity(1n, 1)
    const again = await folder.copies.open({ ...openSegment(small, other), identity })
    expect(again.next).toBe(0)
    const anew = encodeSegment(small, 0, 21, other, identity)
    expect(await takeAll(again, small, anew)).toEqual(smallAll.map(() => 'taken'))
    expect(hex(await stockRead(again.feed, smallAll))).toEqual(hex(small.blocks))
  })

  it('that do not fit are refused, and nothing changes', async () => {
    const copy = await opened()
    await takeAll(copy, small, smallWhole)
    const present = { from: 3, modulus: other.modulus }
    for (const segments of [{ closed: [] }, { closed: [], present }, { closed: [smallWhole.segment], present }]) {
      await expect(copy.setSegments(segments)).rejects.toMatchObject({ code: 'BAD_COPY' })
    }
    await expect(copy.setSegments({ closed: [], present: { from: 0, modulus: new Uint8Array(7) } })).rejects.toThrow(
      'modulus',
    )
    expect(copy.next).toBeUndefined()
  })
})

describe('a feed that grows', () => {
  const blocks = sampleBlocks(Array.from({ length: 48 }, (_, i) => (i * 97) % 700))
  const grown = sampleFeed(blocks)

  it('gets a second copy for its new blocks, and readers get both', async () => {
    const dir = await tempDir()
    const folder = await openCopies(dir)
    const copy = await folder.copies.open(openSegment(small))
    await takeAll(copy, small, smallWhole)
    const identity = copyIdentity(2n)
    const options = {
      head: grown.head,
      identity,
      range: { from: 21, to: 48 },
      segments: { closed: [], present: { from: 21, modulus: other.modulus } },
    }
    const second = await folder.copies.open(options)
    expect(second.joinsFrom).toBe(21)
    expect(await second.take(21, new Uint8Array(128), proofOf(grown, 21))).toEqual({ kind: 'bad', why: 'nodes' })
    expect(await second.join(21, grown.branchAt(21).nodes)).toBe(true)
    expect(second.joinsFrom).toBeUndefined()
    const encoded = encodeSegment(grown, 21, 48, other, identity)
    expect(new Set(await takeAll(second, grown, encoded))).toEqual(new Set(['taken']))
    const indices = blocks.map((_, index) => index)
    expect(hex(await stockRead(second.feed, indices))).toEqual(hex(blocks))
    expect(copy.feed).toBe(second.feed)
    await folder.close()

    const again = await openCopies(dir)
    const first = await again.copies.open(openSegment(small))
    expect(hex(await stockRead(first.feed, indices))).toEqual(hex(blocks))
    const last = await again.copies.open(options)
    await last.remove()
    expect(hex(await stockRead(first.feed, [20, 21], 500))).toEqual([toHex(blocks[20]!), null])
    expect(first.next).toBeUndefined()
  })

  it('a copy of blocks that another copy has, or that the feed has not, is refused', async () => {
    const folder = await openCopies(await tempDir())
    await folder.copies.open(openSegment(small))
    const second = { ...openSegment(small), identity: copyIdentity(2n) }
    await expect(folder.copies.open(second)).rejects.toMatchObject({ code: 'COPY_OVERLAPS' })
    for (const range of [
      { from: 0, to: 22 },
      { from: 5, to: 5 },
      { from: -1, to: 3 },
      { from: 0.5, to: 3 },
    ]) {
      await expect(folder.copies.open({ ...second, range })).rejects.toMatchObject({ code: 'BAD_COPY' })
    }
    const forged = { ...small.head, length: 20 }
    await expect(opened({ ...openSegment(small), head: forged, range: { from: 0, to: 20 } })).rejects.toThrow()
  })
})

it('a copy of another chain in the same folder gives way, as far as it has the same blocks', async () => {
  const dir = await tempDir()
  const first = await openCopies(dir)
  const part = (from: number, to: number, copy: bigint, genesis: number): CopyOptions => ({
    ...openSegment(small),
    identity: { ...copyIdentity(copy), genesis: new Uint8Array(32).fill(genesis) },
    range: { from, to },
    segments: { closed: [], present: { from, modulus: smallWhole.segment.modulus } },
  })
  const fill = async (folder: typeof first, options: CopyOptions): Promise<PinnedCopy> => {
    const copy = await folder.copies.open(options)
    const { from, to } = options.range
    await takeAll(copy, small, encodeSegment(small, from, to, undefined, options.identity))
    expect(copy.next).toBeUndefined()
    return copy
  }
  await fill(first, part(0, 8, 1n, 1))
  await fill(first, part(8, 21, 2n, 1))
  await first.close()

  const second = await openCopies(dir)
  const copy = await fill(second, part(4, 6, 1n, 2))
  expect(hex(await stockRead(copy.feed, [0, 4, 5, 7, 8], 500))).toEqual([
    null,
    ...hex(small.blocks.slice(4, 6)),
    null,
    toHex(small.blocks[8]!),
  ])
  await expect(second.copies.open(part(5, 7, 3n, 2))).rejects.toMatchObject({ code: 'COPY_OVERLAPS' })
})

describe('a copy whose contract ended meanwhile', () => {
  it('is found on the disk and dropped, and the others stay', async () => {
    const dir = await tempDir()
    const first = await openCopies(dir)
    const half = (from: number, to: number, copy: bigint): CopyOptions => ({
      ...openSegment(small),
      identity: copyIdentity(copy),
      range: { from, to },
      segments: { closed: [], present: { from, modulus: smallWhole.segment.modulus } },
    })
    for (const [from, to, copy] of [
      [0, 8, 5n],
      [8, 21, 6n],
    ] as const) {
      const taken = await takeAll(
        await first.copies.open(half(from, to, copy)),
        small,
        encodeSegment(small, from, to, undefined, copyIdentity(copy)),
      )
      expect(new Set(taken)).toEqual(new Set(['taken']))
    }
    await first.close()
    const { copies } = await openCopies(dir)
    const onDisk = (await copies.list()).toSorted((a, b) => Number(a.copy - b.copy))
    expect(onDisk).toEqual([5n, 6n].map((copy) => ({ feed: small.head.key, copy })))
    await copies.discard(onDisk[0]!)
    // At the same time, and still neither forgets the other.
    const both = [half(0, 4, 7n), half(4, 8, 8n)]
    for (const copy of await Promise.all(both.map((each) => copies.open(each)))) await copy.remove()
    expect((await copies.list()).map(({ copy }) => copy)).toEqual([6n])
    const kept = await copies.open(half(8, 21, 6n))
    expect(kept.next).toBeUndefined()
    await expect(copies.discard({ feed: small.head.key, copy: 6n })).rejects.toMatchObject({ code: 'COPY_OPEN' })
    const racing = [half(0, 8, 7n), half(4, 8, 8n)]
    const outcome = await Promise.allSettled(racing.map((each) => copies.open(each)))
    expect(outcome.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(hex(await stockRead(kept.feed, [7, 8], 500))).toEqual([null, toHex(small.blocks[8]!)])
  })
})
