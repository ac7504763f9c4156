/** A hoster whose disk fails: bytes that change, found by the check, by a reader or by a challenge. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import type { PinnedCopy } from '#worker/systems/hosting/copies/pinned-copy.ts'
import {
  closedSegments,
  copyIdentity,
  encodeSegment,
  proofOf,
  sampleBlocks,
  sampleFeed,
} from '../../../../../helpers/hosting/copy-samples.ts'
import { openCopies, stockRead, takeAll, type TestCopies } from '../../../../../helpers/hosting/pinned.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

const feed = sampleFeed(sampleBlocks([300, 20_000, 8_000, 9_000, 10, 7_000]))
const all = feed.blocks.map((_, index) => index)
const whole = encodeSegment(feed)
const fast = { bytesPerSecond: 2 ** 30 }
const hex = (blocks: readonly (Uint8Array | null)[]): (string | null)[] => blocks.map((block) => block && toHex(block))

async function wholeCopy(dir: string, options = closedSegments(feed, whole.segment)): Promise<PinnedCopy> {
  return filled(await openCopies(dir), options)
}

async function filled({ copies }: TestCopies, options = closedSegments(feed, whole.segment)): Promise<PinnedCopy> {
  const copy = await copies.open(options)
  await takeAll(copy, feed, whole)
  return copy
}

/** Changes a byte of a stored block in the file in which it lies. The storage first moves large blocks to where they stay. */
async function spoil({ feed: { core } }: PinnedCopy, dir: string, index: number): Promise<void> {
  await (core as unknown as { compact(): Promise<unknown> }).compact()
  const stored = Buffer.from(whole.encoded.get(index)!)
  const folder = join(dir, 'feeds', 'db')
  for (const name of await readdir(folder)) {
    const file = await readFile(join(folder, name))
    const at = file.indexOf(stored)
    if (at === -1) continue
    file[at + 700]! ^= 1
    await writeFile(join(folder, name), file)
    return
  }
  throw new Error(`block ${index} is in no file`)
}

/** What a disk without checksums would give: other bytes for a block. */
async function replace({ feed: { core } }: PinnedCopy, index: number, bytes: Uint8Array): Promise<void> {
  const { state } = (core as unknown as { core: { state: { storage: object } } }).core
  const { write } = Object.getPrototypeOf(state.storage) as {
    write(): { putBlock(i: number, b: Uint8Array): void; flush(): Promise<void> }
  }
  const batch = write.call(state.storage)
  batch.putBlock(index, bytes)
  await batch.flush()
}

describe('a byte that changes on the disk', () => {
  it('is found by the check, costs that block alone, and is repaired by taking it again', async () => {
    const dir = await tempDir()
    const told: number[] = []
    const onSpoiled = (index: number): void => void told.push(index)
    const copy = await wholeCopy(dir, { ...closedSegments(feed, whole.segment), onSpoiled })
    expect(await copy.check(fast)).toEqual([])
    expect(toHex((await copy.feed.core.get(2, { wait: false }))!)).toBe(toHex(feed.blocks[2]!))
    await spoil(copy, dir, 2)
    expect(await copy.check(fast)).toEqual([2])
    expect(told).toEqual([2])
    expect(await copy.feed.core.get(2, { wait: false })).toBeNull()
    expect(copy.next).toBe(2)
    expect(hex(await stockRead(copy.feed, all, 500))).toEqual(
      hex(feed.blocks.map((block, i) => (i === 2 ? null : block)) as Uint8Array[]),
    )
    expect(await copy.take(2, whole.encoded.get(2)!, proofOf(feed, 2))).toEqual({ kind: 'taken' })
    expect(hex(await stockRead(copy.feed, all))).toEqual(hex(feed.blocks))
    expect(toHex(copy.segmentSoFar()!.root)).toBe(toHex(whole.segment.root))
    expect(await copy.check(fast)).toEqual([])
  })

  it('is found by a reader, who keeps its connection, and is missing after a restart too', async () => {
    const dir = await tempDir()
    const folder = await openCopies(dir)
    const copy = await filled(folder)
    await spoil(copy, dir, 3)
    expect(hex(await stockRead(copy.feed, [3, 0, 1], 1_000))).toEqual([null, ...hex(feed.blocks.slice(0, 2))])
    expect(copy.next).toBe(3)
    await folder.close()
    const again = await (await openCopies(dir)).copies.open(closedSegments(feed, whole.segment))
    expect(again.next).toBe(3)
    expect(await takeAll(again, feed, whole)).toEqual(['taken'])
    expect(hex(await stockRead(again.feed, all))).toEqual(hex(feed.blocks))
  })

  it('is a miss where a challenge finds it first', async () => {
    const dir = await tempDir()
    const copy = await wholeCopy(dir)
    await spoil(copy, dir, 1)
    const seed = { ...copyIdentity(), beacon: new Uint8Array(32).fill(1) }
    await expect(copy.answer(seed, 20)).rejects.toThrow('no good bytes of blocks 1')
    expect([copy.next, await copy.check(fast)]).toEqual([1, []])
  })

  it.each([
    ['one that decodes to nothing', Uint8Array.from(whole.encoded.get(2)!, (byte, i) => (i === 700 ? byte ^ 1 : byte))],
    ['half of it', whole.encoded.get(2)!.subarray(0, 128)],
    ['none', new Uint8Array()],
  ])('below the checksums of the storage is found too: %s', async (_, bytes) => {
    const copy = await wholeCopy(await tempDir())
    await replace(copy, 2, bytes)
    const seed = { ...copyIdentity(), beacon: new Uint8Array(32).fill(1) }
    await expect(copy.answer(seed, 60)).rejects.toMatchObject({ code: 'COPY_INCOMPLETE' })
    expect(await copy.check(fast)).toEqual(copy.next === undefined ? [2] : [])
    expect(copy.next).toBe(2)
    await replace(copy, 2, bytes)
    await copy.take(2, whole.encoded.get(2)!, proofOf(feed, 2))
    await replace(copy, 2, bytes)
    expect(hex(await stockRead(copy.feed, [2, 3], 1_000))).toEqual([null, toHex(feed.blocks[3]!)])
    expect(copy.next).toBe(2)
  })
})

describe('the check', () => {
  it('reads no faster than it may, and ends with the copy', async () => {
    const copy = await wholeCopy(await tempDir())
    const began = performance.now()
    await copy.check({ bytesPerSecond: 200_000 })
    expect(performance.now() - began).toBeGreaterThan(200)
    const slow = copy.check({ bytesPerSecond: 1 })
    await copy.close()
    expect(await slow).toEqual([])
    await expect(copy.take(0, new Uint8Array(), proofOf(feed, 0))).rejects.toMatchObject({ code: 'COPY_CLOSED' })
  })
})
