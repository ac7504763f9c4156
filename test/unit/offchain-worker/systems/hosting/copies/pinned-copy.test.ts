/** A hoster's copy: encoded on the disk, plain for readers, over restarts, bad peers and changing segments. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { checkAnswer, drawLeaves } from '#types/domain/hosting/copy/challenge.ts'
import type { PinnedCopy } from '#worker/systems/hosting/copies/pinned-copy.ts'
import { testKey } from '../../../../../helpers/hosting/copies.ts'
import {
  closedSegments,
  copyIdentity,
  encodeSegment,
  openSegment,
  PLAIN_SAMPLE,
  proofOf,
  sampleBlocks,
  sampleFeed,
} from '../../../../../helpers/hosting/copy-samples.ts'
import { openCopies, stockRead, takeAll } from '../../../../../helpers/hosting/pinned.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

const SIZES = [0, 1, 123, 4_000, 65_536, 0, 300, 2 ** 20, 17]
const feed = sampleFeed(sampleBlocks(SIZES))
const all = feed.blocks.map((_, index) => index)
const whole = encodeSegment(feed)
const { from, to, leaves, root } = whole.segment
const rootOfAll = { from, to, leaves, root }
const other = testKey('other')
const hex = (blocks: readonly (Uint8Array | null)[]): (string | null)[] => blocks.map((block) => block && toHex(block))

const small = sampleFeed(sampleBlocks(Array.from({ length: 21 }, (_, i) => (i * 97) % 700)))
const smallWhole = encodeSegment(small)

/** All bytes of all files below a folder. */
async function filesOf(dir: string): Promise<Buffer> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return Buffer.concat(await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name)))))
}

async function opened(options = openSegment(small)): Promise<PinnedCopy> {
  return (await openCopies(await tempDir())).copies.open(options)
}

describe('a whole copy', () => {
  it('is served to a stock reader as the plain feed, also after a restart, and no plain byte is on the disk', async () => {
    const dir = await tempDir()
    const first = await openCopies(dir)
    const copy = await first.copies.open(openSegment(feed))
    expect([copy.next, copy.segmentSoFar()]).toEqual([0, undefined])
    expect(await takeAll(copy, feed, whole)).toEqual(all.map(() => 'taken'))
    expect(copy.next).toBeUndefined()
    expect(hex(await stockRead(copy.feed, all))).toEqual(hex(feed.blocks))
    await copy.close()
    await first.close()

    const files = await filesOf(dir)
    expect(files.includes(PLAIN_SAMPLE)).toBe(false)
    // The log of the storage puts a head into it somewhere.
    expect(files.includes(Buffer.from(whole.encoded.get(4)!.subarray(0, 128)))).toBe(true)

    const again = await (await openCopies(dir)).copies.open(openSegment(feed))
    expect(again.next).toBeUndefined()
    expect(hex(await stockRead(again.feed, all.toReversed()))).toEqual(hex(feed.blocks).toReversed())
    expect(again.segmentSoFar()).toEqual(rootOfAll)
  })

  it('answers challenges as the chain checks them, and says which block it misses', async () => {
    const copy = await opened(closedSegments(small, smallWhole.segment))
    const seed = { ...copyIdentity(), beacon: new Uint8Array(32).fill(9) }
    await expect(copy.answer(seed, 10)).rejects.toMatchObject({ code: 'COPY_INCOMPLETE' })
    await takeAll(copy, small, smallWhole)
    for (const beacon of [1, 2, 3, 4]) {
      const drawnBy = { ...seed, beacon: new Uint8Array(32).fill(beacon) }
      const segments = [smallWhole.segment]
      const answer = await copy.answer(drawnBy, 10)
      expect(checkAnswer(segments, drawLeaves(drawnBy, segments, 10), answer)).toBe(true)
    }
  })
})

describe('a peer that sends', () => {
  it('a wrong block is told what is wrong, and the right one is taken after it', async () => {
    const copy = await opened()
    const forged = small.blocks.map((block) => block.map((byte) => byte ^ 1))
    const forgedEncoding = encodeSegment({ ...sampleFeed(forged), head: small.head })
    const otherKey = encodeSegment(small, 0, 21, other)
    const stranger = sampleFeed(sampleBlocks(SIZES), 'stranger')
    const right = (index: number) => [index, smallWhole.encoded.get(index)!, proofOf(small, index)] as const
    const takes = [
      copy.take(1, right(1)[1], right(1)[2]),
      copy.take(0, right(0)[1], right(1)[2]),
      copy.take(-1, right(0)[1], right(0)[2]),
      copy.take(2 ** 40, right(0)[1], right(0)[2]),
      copy.take(0, right(0)[1], proofOf(stranger, 0)),
      copy.take(0, right(0)[1], { ...right(0)[2], siblings: [] }),
      copy.take(0, new Uint8Array(), right(0)[2]),
      copy.take(0, new Uint8Array(256), right(0)[2]),
      copy.take(0, new Uint8Array(128).fill(255), right(0)[2]),
      copy.take(0, otherKey.encoded.get(0)!, right(0)[2]),
      copy.take(...right(0)),
      copy.take(1, forgedEncoding.encoded.get(1)!, right(1)[2]),
      copy.take(1, smallWhole.encoded.get(9)!, right(1)[2]),
      copy.take(...right(1)),
    ]
    const answers = (await Promise.all(takes)).map((taken) => (taken.kind === 'bad' ? taken.why : 'taken'))
    expect(answers.slice(0, 9)).toEqual([
      'order',
      'order',
      'order',
      'order',
      'proof',
      'proof',
      'length',
      'length',
      'leaf',
    ])
    expect(['leaf', 'content']).toContain(answers[9])
    expect(answers.slice(10)).toEqual(['taken', 'other', 'length', 'taken'])
    expect(copy.next).toBe(2)
    expect(hex(await stockRead(copy.feed, [0, 1, 2], 500))).toEqual([...hex(small.blocks.slice(0, 2)), null])
  })

  it('a block to a disk that is gone gets no answer, and the copy has not grown', async () => {
    const folder = await openCopies(await tempDir())
    const copy = await folder.copies.open(openSegment(small))
    await expect(folder.copies.open(openSegment(small))).rejects.toMatchObject({ code: 'COPY_OPEN' })
    await takeAll(copy, small, { ...smallWhole, encoded: new Map([[0, smallWhole.encoded.get(0)!]]) })
    await folder.close()
    await expect(copy.take(1, smallWhole.encoded.get(1)!, proofOf(small, 1))).rejects.toThrow()
    expect(copy.next).toBe(1)
  })
})

describe('the side file', () => {
  const damages: readonly [string, (file: Buffer) => Buffer | undefined][] = [
    ['missing', () => undefined],
    ['torn', (file) => file.subarray(0, 44 * 8 + 20)],
    ['empty', () => Buffer.alloc(0)],
    ['of another copy', (file) => Buffer.concat([file.subarray(0, 8), Buffer.alloc(32, 3), file.subarray(40)])],
    [
      'wrong in the middle',
      (file) => Buffer.concat([file.subarray(0, 44 * 9), Buffer.alloc(44), file.subarray(44 * 10)]),
    ],
    [
      'wrong in a hash',
      (file) => Buffer.concat([file.subarray(0, 44 * 9 + 20), Buffer.alloc(4, 1), file.subarray(44 * 9 + 24)]),
    ],
  ]
  it.each(damages)('%s is made again from the encoded blocks', async (_, damage) => {
    const dir = await tempDir()
    const first = await openCopies(dir)
    const options = closedSegments(small, smallWhole.segment)
    const copy = await first.copies.open(options)
    await takeAll(copy, small, smallWhole)
    await first.close()
    const [name] = await readdir(join(dir, 'ledgers'))
    const path = join(dir, 'ledgers', name!)
    const right = await readFile(path)
    expect(right).toHaveLength(44 * 22)
    const damaged = damage(right)
    await writeFile(path, damaged ?? '')
    const again = await (await openCopies(dir)).copies.open(options)
    expect(toHex(again.segmentSoFar()!.root)).toBe(toHex(smallWhole.segment.root))
    await again.close()
    expect(toHex(await readFile(path))).toBe(toHex(right))
  })
})
