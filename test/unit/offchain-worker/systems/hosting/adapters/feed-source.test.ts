/** The feeds that an encoder reads over the real network: each block is checked, and none is fetched twice. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { mkdir, writeFile } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import { checkBlockProof } from '#types/domain/hosting/feed.ts'
import { extendsTree } from '#types/domain/hosting/feed-growth.ts'
import { readFeedHead } from '#worker/systems/hosting/adapters/feed-proof.ts'
import { serveFeed } from '#worker/systems/hosting/adapters/feed-server.ts'
import { createFeedSources } from '#worker/systems/hosting/adapters/feed-source.ts'
import { createFeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import { freshKeyPair, joinNetwork, testDeps, useDht } from '../../../../../helpers/dht.ts'
import { patiently } from '../../../../../helpers/patience.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

const bootstrap = useDht()
const COPY = 7n

/** A feed of 8 blocks that is served, and how to end that. */
async function served() {
  const folder = join(await tempDir(), 'files')
  await mkdir(folder)
  for (let i = 0; i < 4; i++) await writeFile(join(folder, `${i}.txt`), `file ${i}\n`.repeat(50))
  const store = await createFeedStore({ dir: await tempDir() }, { clock: systemClock })
  onTestFinished(() => store.close())
  const { feed } = await store.publish(folder, { keyPair: freshKeyPair() })
  const network = await joinNetwork(bootstrap())
  const serving = serveFeed({ network, feed }, testDeps)
  await serving.announced()
  return {
    head: await readFeedHead(feed.core),
    read: (index: number) => serving.readBlock(index),
    branchAt: (length: number) => serving.branchAt(length),
    end: () => serving.close(),
  }
}

async function sources() {
  const dir = await tempDir()
  return { dir, ...createFeedSources({ bootstrap: bootstrap(), host: '127.0.0.1', dir }, testDeps) }
}

test(
  'reads and proves blocks, and has them when nobody serves them any more',
  { timeout: patiently(30_000) },
  async () => {
    const { head, read, branchAt, end } = await served()
    const { dir, open, forget } = await sources()
    const source = await open(COPY, head)
    for (const index of [0, 5, head.length - 1]) {
      const { plain, proof } = await source.read(index, head.length)
      expect(toHex(plain)).toBe(toHex((await read(index))!))
      expect(checkBlockProof(head, proof)).toBe(true)
    }
    const { roots } = await branchAt(3)
    expect(extendsTree({ length: 3, roots }, head, await source.joining(3, head.length))).toBe(true)
    expect(await source.joining(head.length, head.length)).toEqual([])
    await expect(source.joining(3, head.length + 1)).rejects.toMatchObject({ code: 'FEED_SHORT' })
    await expect(source.read(1, head.length + 1)).rejects.toMatchObject({ code: 'FEED_SHORT' })
    const known = (await read(5))!
    await source.close()
    await end()

    const again = await open(COPY, head)
    expect(toHex((await again.read(5, head.length)).plain)).toBe(toHex(known))
    await again.close()
    expect(await readdir(dir)).toEqual([String(COPY)])
    await forget(COPY)
    expect(await readdir(dir)).toEqual([])
  },
)

test('takes no block of another tree than the registered one', { timeout: patiently(30_000) }, async () => {
  const { head } = await served()
  const { open } = await sources()
  const roots = head.roots.map((root) => ({ ...root, nodeHash: new Uint8Array(32) }))
  const source = await open(COPY, { ...head, roots })
  onTestFinished(() => source.close())
  await expect(source.read(0, head.length)).rejects.toMatchObject({ code: 'BAD_BLOCK' })
})
