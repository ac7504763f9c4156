/** Which blocks a listing and a range of bytes take, and what is refused of a feed that anybody may have written. */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { concatBytes, utf8 } from '#types/bytes.ts'
import { encodeFileHeader, FEED_BLOCK_BYTES } from '#worker/systems/hosting/adapters/feed-files.ts'
import { bytesOf, contentOf, findFile, walkFiles, type FeedFile } from '#worker/systems/hosting/reader/file-walk.ts'

const big = new Uint8Array(randomBytes(40 * FEED_BLOCK_BYTES + 77))
const FILES = { a: utf8('hello'), big, empty: new Uint8Array(0), last: utf8('z') }

const blocksOf = (path: string, content: Uint8Array): Uint8Array[] => {
  const count = Math.ceil(content.length / FEED_BLOCK_BYTES)
  const parts = Array.from({ length: count }, (_, i) =>
    content.subarray(i * FEED_BLOCK_BYTES, (i + 1) * FEED_BLOCK_BYTES),
  )
  return [encodeFileHeader({ path, size: content.length, blocks: count }), ...parts]
}

const FEED = Object.entries(FILES).flatMap(([path, content]) => blocksOf(path, content))

/** A feed that remembers which blocks it was asked for, and how many were under way at once. */
function feedOf(blocks: readonly Uint8Array[]) {
  const asked: number[] = []
  let [pending, most] = [0, 0]
  const getBlock = async (index: number): Promise<Uint8Array> => {
    asked.push(index)
    most = Math.max(most, ++pending)
    await Promise.resolve()
    pending--
    return blocks[index]!
  }
  return { length: blocks.length, getBlock, asked, most: () => most }
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('files of a feed', () => {
  it('are listed by their headers alone', async () => {
    const feed = feedOf(FEED)
    const files = await collect(walkFiles(feed.length, feed.getBlock))
    expect(files.map(({ path, size }) => [path, size])).toEqual(
      Object.entries(FILES).map(([path, { length }]) => [path, length]),
    )
    expect(feed.asked).toEqual([0, 2, 44, 45])
  })

  it('a file is found by its path, and its whole content comes in order, some blocks at a time', async () => {
    const feed = feedOf(FEED)
    const file = await findFile('big', feed.length, feed.getBlock)
    expect(feed.asked).toEqual([0, 2])
    const content = concatBytes(...(await collect(contentOf(file, bytesOf(file, undefined), feed.getBlock))))
    expect(Buffer.compare(content, big)).toBe(0)
    expect(feed.most()).toBe(32)
  })

  it.each([
    [0, 0],
    [65_535, 65_536],
    [65_536, 131_071],
    [big.length - 1, undefined],
    [100_000, 2_000_000],
  ])('bytes %i to %s take only the blocks that have them', async (from, to) => {
    const feed = feedOf(FEED)
    const file = await findFile('big', feed.length, feed.getBlock)
    const before = feed.asked.length
    const bytes = bytesOf(file, { from, to })
    const content = concatBytes(...(await collect(contentOf(file, bytes, feed.getBlock))))
    expect(Buffer.compare(content, big.subarray(from, to === undefined ? undefined : to + 1))).toBe(0)
    const last = to ?? big.length - 1
    expect(feed.asked.length - before).toBe(
      Math.floor(last / FEED_BLOCK_BYTES) - Math.floor(from / FEED_BLOCK_BYTES) + 1,
    )
  })

  it('an empty file takes no block', async () => {
    const feed = feedOf(FEED)
    const file = await findFile('empty', feed.length, feed.getBlock)
    const before = feed.asked.length
    expect(await collect(contentOf(file, bytesOf(file, undefined), feed.getBlock))).toEqual([])
    expect(feed.asked.length).toBe(before)
  })

  const file: FeedFile = { path: 'a', size: 5, firstBlock: 1, blocks: 1, isWhole: true }
  it.each([
    [{ from: 5, to: undefined }, '5-'],
    [{ from: 0, to: 5 }, '0-5'],
    [{ from: 9, to: 9 }, '9-9'],
  ])('bytes %j are outside of a file of 5', (range, shown) => {
    expect(() => bytesOf(file, range)).toThrow(
      expect.objectContaining({ code: 'BYTES_OUTSIDE', message: expect.stringContaining(`got ${shown}`) }),
    )
  })

  it('a missing path says how many others there are', async () => {
    const feed = feedOf(FEED)
    await expect(findFile('b', feed.length, feed.getBlock)).rejects.toMatchObject({
      code: 'NO_FILE',
      meta: { files: 4 },
    })
  })

  it('a file that the feed does not have to its end is listed as such, and not given', async () => {
    const feed = feedOf(FEED.slice(0, 20))
    expect((await collect(walkFiles(feed.length, feed.getBlock))).map(({ isWhole }) => isWhole)).toEqual([true, false])
    await expect(findFile('big', feed.length, feed.getBlock)).rejects.toMatchObject({ code: 'FILE_INCOMPLETE' })
  })

  it('another feed than one of files is refused, and so is a block of another length than the header says', async () => {
    const other = feedOf([utf8('a log line')])
    await expect(collect(walkFiles(other.length, other.getBlock))).rejects.toMatchObject({ code: 'NOT_FILES' })
    const lying = feedOf([encodeFileHeader({ path: 'a', size: 5, blocks: 1 }), utf8('six bytes?')])
    const found = await findFile('a', lying.length, lying.getBlock)
    await expect(collect(contentOf(found, bytesOf(found, undefined), lying.getBlock))).rejects.toMatchObject({
      code: 'NOT_FILES',
      message: expect.stringContaining('expected block 1 to have 5 bytes of a, got 10'),
    })
  })
})
