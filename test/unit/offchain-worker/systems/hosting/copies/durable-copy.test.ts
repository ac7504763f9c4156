/** A hoster tells the chain of blocks once a loss of power cannot take them, and waits for its disk only then. */
import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { PinnedCopy } from '#worker/systems/hosting/copies/pinned-copy.ts'
import { encodeSegment, openSegment, sampleBlocks, sampleFeed } from '../../../../../helpers/hosting/copy-samples.ts'
import { openCopies, takeAll } from '../../../../../helpers/hosting/pinned.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

const feed = sampleFeed(sampleBlocks([300, 20_000, 8_000, 9_000, 10, 7_000]))
const whole = encodeSegment(feed)

/** The calls by which a copy waits for its disk. */
async function watched(copy: PinnedCopy) {
  const { db } = (copy.feed.core as unknown as { core: { storage: { db: { flush(): Promise<void> } } } }).core.storage
  const flush = vi.spyOn(db, 'flush')
  const file = await open(join(await tempDir(), 'file'), 'w')
  const sync = vi.spyOn(Object.getPrototypeOf(file) as typeof file, 'sync')
  await file.close()
  onTestFinished(() => {
    flush.mockRestore()
    sync.mockRestore()
  })
  return { flush, sync }
}

/** The files of the storage, other than its log, that have these bytes. */
async function filesWith(dir: string, bytes: Uint8Array): Promise<readonly string[]> {
  const folder = join(dir, 'feeds', 'db')
  const names = (await readdir(folder)).filter((name) => !name.endsWith('.log'))
  const found = await Promise.all(
    names.map(async (name) => (await readFile(join(folder, name))).includes(Buffer.from(bytes))),
  )
  return names.filter((_, i) => found[i])
}

test('once, for all blocks: they leave the log, which no fsync has seen, for files that one has', async () => {
  const dir = await tempDir()
  const copy = await (await openCopies(dir)).copies.open(openSegment(feed))
  const { flush, sync } = await watched(copy)
  await takeAll(copy, feed, whole)
  expect([flush.mock.calls.length, sync.mock.calls.length]).toEqual([0, 0])
  const large = whole.encoded.get(1)!.subarray(1_000, 3_000)
  expect(await filesWith(dir, large)).toEqual([])
  await copy.persist()
  expect([flush.mock.calls.length, sync.mock.calls.length]).toEqual([1, 1])
  expect(flush.mock.invocationCallOrder[0]).toBeLessThan(sync.mock.invocationCallOrder[0]!)
  expect(await filesWith(dir, large)).toHaveLength(1)
})

test('a disk that fails is told, and tried again', async () => {
  const copy = await (await openCopies(await tempDir())).copies.open(openSegment(feed))
  const { flush, sync } = await watched(copy)
  await takeAll(copy, feed, whole)
  for (const failing of [flush, sync]) {
    failing.mockRejectedValueOnce(new Error('no space left on device'))
    await expect(copy.persist()).rejects.toMatchObject({ code: 'COPY_UNWRITTEN' })
  }
  await copy.persist()
})

test('a copy that the disk does not let go is closed, and can be discarded later', async () => {
  const { copies } = await openCopies(await tempDir())
  const copy = await copies.open(openSegment(feed))
  await takeAll(copy, feed, whole)
  const { state } = (copy.feed.core as unknown as { core: { state: { flush(): Promise<void> } } }).core
  const flush = vi.spyOn(state, 'flush').mockRejectedValueOnce(new Error('no space left on device'))
  await expect(copy.remove()).rejects.toThrow('no space left on device')
  flush.mockRestore()
  const [stored] = await copies.list()
  await copies.discard(stored!)
  expect(await copies.list()).toEqual([])
})
