/** A hoster whose disk is full: it says so, counts no block that is not there, and goes on when there is room. */
import { expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import {
  encodeSegment,
  openSegment,
  proofOf,
  sampleBlocks,
  sampleFeed,
} from '../../../../../helpers/hosting/copy-samples.ts'
import { openCopies, stockRead, takeAll } from '../../../../../helpers/hosting/pinned.ts'
import { smallDisk } from '../../../../../helpers/small-disk.ts'

const DISK_BYTES = 160 << 20
const LEFT_BYTES = 65_536
const feed = sampleFeed(sampleBlocks(Array.from({ length: 12 }, () => 40_000)))
const whole = encodeSegment(feed)
const { encoded } = whole
const hex = (blocks: readonly (Uint8Array | null)[]): (string | null)[] => blocks.map((block) => block && toHex(block))

it('refuses a block, serves what it has, and goes on when there is room and the store is opened again', async ({
  skip,
}) => {
  const disk = await smallDisk(DISK_BYTES)
  if (!disk) return skip('this process may not mount a tmpfs')
  const first = await openCopies(disk.path)
  const copy = await first.copies.open(openSegment(feed))
  const take = (index: number) => copy.take(index, encoded.get(index)!, proofOf(feed, index))
  for (const index of [0, 1, 2]) expect(await take(index)).toEqual({ kind: 'taken' })
  // The storage begins a new log, without the room that it had reserved for the first one.
  await (copy.feed.core as unknown as { compact(): Promise<unknown> }).compact()
  await disk.fill(LEFT_BYTES)
  const fill = async (): Promise<void> => {
    while (copy.next !== undefined) await take(copy.next)
  }
  await expect(fill()).rejects.toMatchObject({ code: 'COPY_UNWRITTEN' })
  const stood = copy.next!
  expect(stood).toBeGreaterThanOrEqual(3)
  await expect(take(stood)).rejects.toThrow('make room')
  expect(copy.next).toBe(stood)
  const held = feed.blocks.slice(0, stood)
  const indices = held.map((_, index) => index)
  expect(hex(await stockRead(copy.feed, indices))).toEqual(hex(held))
  await first.close()
  await disk.free()

  const again = await (await openCopies(disk.path)).copies.open(openSegment(feed))
  expect(again.next).toBe(stood)
  expect(await again.check({ bytesPerSecond: 2 ** 30 })).toEqual([])
  await takeAll(again, feed, whole)
  expect(toHex(again.segmentSoFar()!.root)).toBe(toHex(whole.segment.root))
})
