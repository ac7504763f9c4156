import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { concatBytes, fromUtf8, toHex, utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { systemClock } from '#types/clock.ts'
import { checkBlockProof, feedBytes, treeHash as hashOfRoots, type BlockProof } from '#types/domain/hosting/feed.ts'
import { decodeFileHeader, encodeFileHeader, FEED_BLOCK_BYTES } from '#worker/systems/hosting/adapters/feed-files.ts'
import { proveBlock } from '#worker/systems/hosting/adapters/feed-proof.ts'
import { createFeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import type { Feed, FeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import { freshKeyPair } from '../../../../../helpers/dht.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

/** As stat counts. */
const DISK_BLOCK_BYTES = 512
const LARGE_BYTES = 24 * 2 ** 20
/** A write buffer, and the batch that fills it. */
const MOST_KEPT_BYTES = 12 * 2 ** 20

async function openStore(dir?: string): Promise<FeedStore> {
  const store = await createFeedStore({ dir: dir ?? (await tempDir()) }, { clock: systemClock })
  onTestFinished(() => store.close())
  return store
}

async function sampleFolder(): Promise<string> {
  const dir = await tempDir()
  await mkdir(join(dir, 'b/inner'), { recursive: true })
  await mkdir(join(dir, 'node_modules'))
  await mkdir(join(dir, '.git'))
  await writeFile(join(dir, 'b.txt'), 'after the folder b, as "." sorts before "/"? no: bytes decide')
  await writeFile(join(dir, 'b/inner/large'), Buffer.alloc(FEED_BLOCK_BYTES * 2 + 5, 7))
  await writeFile(join(dir, 'a'), '')
  await writeFile(join(dir, '.env'), 'SECRET')
  await writeFile(join(dir, '.git/config'), 'x')
  await writeFile(join(dir, 'node_modules/x.js'), 'x')
  await symlink('/etc/hostname', join(dir, 'link'))
  return dir
}

const blocksOf = (feed: Feed): Promise<Uint8Array[]> =>
  Promise.all(
    Array.from(
      { length: feed.core.length },
      async (_, index) => (await feed.core.get(index, { wait: false })) ?? utf8(''),
    ),
  )

const u64 = (value: number): Uint8Array => new Uint8Array(new BigUint64Array([BigInt(value)]).buffer)

/** Bytes that the files of a folder take of the disk. */
async function takenBy(dir: string): Promise<number> {
  const names = await readdir(dir, { recursive: true })
  const taken = await Promise.all(names.map(async (name) => (await stat(join(dir, name))).blocks * DISK_BLOCK_BYTES))
  return taken.reduce((sum, bytes) => sum + bytes, 0)
}

it('takes little of the disk for an open folder, and of the memory for what was written', async () => {
  const dir = await tempDir()
  const files = await tempDir()
  await writeFile(join(files, 'large'), randomBytes(LARGE_BYTES))
  const store = await openStore(dir)
  await store.publish(files, { keyPair: freshKeyPair() })
  // What is in memory alone is in the log, and nowhere else.
  const logs = (await readdir(join(dir, 'db'))).filter((name) => name.endsWith('.log'))
  const kept = await Promise.all(logs.map(async (name) => (await stat(join(dir, 'db', name))).size))
  expect(Math.max(...kept)).toBeLessThan(MOST_KEPT_BYTES)
  expect(await takenBy(dir)).toBeLessThan(LARGE_BYTES + 3 * MOST_KEPT_BYTES)
})

/** The tree of Hypercore, computed top-down from all blocks: another way than the code under test takes. */
interface Subtree {
  hash: Uint8Array
  size: number
}
function subtree(blocks: readonly Uint8Array[]): Subtree {
  const [only] = blocks
  if (blocks.length === 1 && only !== undefined) {
    return { hash: blake2b256Of(Uint8Array.of(0), u64(only.length), only), size: only.length }
  }
  const [left, right] = [subtree(blocks.slice(0, blocks.length / 2)), subtree(blocks.slice(blocks.length / 2))]
  const size = left.size + right.size
  return { hash: blake2b256Of(Uint8Array.of(1), u64(size), left.hash, right.hash), size }
}
function treeHash(blocks: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(2)]
  for (let at = 0; at < blocks.length;) {
    let span = 1
    while (span * 2 <= blocks.length - at) span *= 2
    const root = subtree(blocks.slice(at, at + span))
    parts.push(root.hash, u64(2 * at + span - 1), u64(root.size))
    at += span
  }
  return blake2b256Of(...parts)
}

/** Climbs a proof as the chain will, from the leaf to the roots. */
function rootFromProof(proof: BlockProof): Uint8Array {
  let node: Subtree = { hash: proof.leaf, size: proof.bytes }
  let position = proof.index
  for (const { nodeHash: hash, bytes } of proof.siblings) {
    const sibling = { hash, size: Number(bytes) }
    const [left, right] = position % 2 === 1 ? [sibling, node] : [node, sibling]
    const size = left.size + right.size
    node = { hash: blake2b256Of(Uint8Array.of(1), u64(size), left.hash, right.hash), size }
    position = (position - (position % 2)) / 2
  }
  return node.hash
}

const namespace = (index: number): Uint8Array => blake2b256Of(blake2b256Of(utf8('hypercore')), Uint8Array.of(index))

describe('feed store', () => {
  it('publishes the files of a folder in byte order of their paths, and nothing hidden or linked', async () => {
    const store = await openStore()
    const { feed } = await store.publish(await sampleFolder(), { keyPair: freshKeyPair() })
    const blocks = await blocksOf(feed)
    const files: { path: string; content: Uint8Array }[] = []
    for (let at = 0; at < blocks.length;) {
      const { path, size, blocks: count } = decodeFileHeader(blocks[at] ?? utf8(''))
      const content = concatBytes(...blocks.slice(at + 1, at + 1 + count))
      expect(content).toHaveLength(size)
      files.push({ path, content })
      at += 1 + count
    }
    expect(files.map(({ path }) => path)).toEqual(['a', 'b.txt', 'b/inner/large'])
    expect(files[0]?.content).toHaveLength(0)
    expect(fromUtf8(files[1]?.content ?? utf8(''))).toMatch(/bytes decide$/)
    expect(files[2]?.content.every((byte) => byte === 7)).toBe(true)
    expect(Math.max(...blocks.map(({ length }) => length))).toBe(FEED_BLOCK_BYTES)
  })

  it('the head is what an independent computation finds, signed by the author', async () => {
    const store = await openStore()
    const keyPair = freshKeyPair()
    const { feed, head } = await store.publish(await sampleFolder(), { keyPair })
    const blocks = await blocksOf(feed)
    expect(head.length).toBe(7)
    expect(Number(feedBytes(head))).toBe(concatBytes(...blocks).length)
    const hash = hashOfRoots(head.length, head.roots)
    expect(toHex(hash)).toBe(toHex(treeHash(blocks)))
    const manifest = feed.core.getManifest({ raw: true }) ?? utf8('')
    expect(toHex(head.key)).toBe(toHex(blake2b256Of(namespace(3), manifest)))
    expect(toHex(manifest.subarray(-32))).toBe(toHex(keyPair.publicKey))
    expect(toHex(head.publicKey)).toBe(toHex(keyPair.publicKey))
    const signable = concatBytes(namespace(0), head.key, hash, u64(head.length), u64(head.fork))
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), keyPair.publicKey])
    const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    expect(verify(null, signable, publicKey, head.signature)).toBe(true)
    expect(verify(null, utf8('other'), publicKey, head.signature)).toBe(false)
  })

  it('every block is provable; the path leads to one of the roots and these to the tree hash', async () => {
    const store = await openStore()
    const folder = await tempDir()
    for (let i = 0; i < 11; i++) await writeFile(join(folder, `file ${i}`), `content ${i}`.repeat(i))
    const { feed, head } = await store.publish(folder, { keyPair: freshKeyPair() })
    expect(head.length).toBe(21)
    for (let index = 0; index < head.length; index++) {
      const proof = await proveBlock(feed.core, index)
      expect(proof.siblings).toHaveLength(index < 16 ? 4 : index < 20 ? 2 : 0)
      const position = index < 16 ? 0 : index < 20 ? 1 : 2
      expect(toHex(rootFromProof(proof))).toBe(toHex(head.roots[position]?.nodeHash ?? utf8('')))
      expect(head.roots).toHaveLength(3)
      expect(checkBlockProof(head, proof)).toBe(true)
    }
  })

  it('publishing the same folder again, also after a restart, appends nothing; other content is refused', async () => {
    const [dir, folder, keyPair] = [await tempDir(), await sampleFolder(), freshKeyPair()]
    const first = await openStore(dir)
    const published = await first.publish(folder, { keyPair })
    expect((await first.publish(folder, { keyPair })).head).toEqual(published.head)
    await first.close()

    const second = await openStore(dir)
    expect((await second.publish(folder, { keyPair })).head).toEqual(published.head)
    await writeFile(join(folder, 'zz'), 'a file at the end')
    const grown = await second.publish(folder, { keyPair })
    expect(grown.head.length).toBe(published.head.length + 2)
    await writeFile(join(folder, 'b.txt'), 'changed')
    await expect(second.publish(folder, { keyPair })).rejects.toMatchObject({
      code: 'FEED_DIFFERS',
      meta: { index: 1 },
    })
    expect((await second.open(grown.head.key)).core.length).toBe(grown.head.length)
  })

  it('the secret key is nowhere in the storage', async () => {
    const [dir, keyPair] = [await tempDir(), freshKeyPair()]
    const store = await openStore(dir)
    await store.publish(await sampleFolder(), { keyPair })
    await store.close()
    const seed = Buffer.from(keyPair.secretKey.subarray(0, 32))
    const publicKey = Buffer.from(keyPair.publicKey)
    let sawPublicKey = false
    for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const content = await readFile(join(entry.parentPath, entry.name))
      expect(content.includes(seed)).toBe(false)
      sawPublicKey ||= content.includes(publicKey)
    }
    expect(sawPublicKey).toBe(true)
  })

  it('names what is wrong: empty, missing and too large folders, a locked storage', async () => {
    const dir = await tempDir()
    const store = await openStore(dir)
    const keyPair = freshKeyPair()
    const empty = await tempDir()
    await expect(store.publish(empty, { keyPair })).rejects.toMatchObject({ code: 'FOLDER_EMPTY' })
    await expect(store.publish(join(empty, 'none'), { keyPair })).rejects.toMatchObject({ code: 'DATA_UNREADABLE' })
    const folder = await sampleFolder()
    await expect(store.publish(folder, { keyPair, maxBytes: 1_000 })).rejects.toMatchObject({
      code: 'FOLDER_TOO_LARGE',
    })
    await expect(store.publish(folder, { keyPair, maxFiles: 2 })).rejects.toMatchObject({ code: 'FOLDER_TOO_LARGE' })
    const { feed } = await store.publish(folder, { keyPair })
    expect(feed.core.length, 'the refused attempts left nothing').toBe(7)
    await expect(openStore(dir)).rejects.toMatchObject({ code: 'FEED_STORE_LOCKED' })
  })

  it('names the option that allows more, and leaves out a name that is not UTF-8', async () => {
    const [store, folder, keyPair] = [await openStore(), await sampleFolder(), freshKeyPair()]
    const refused = async (limits: object, words: string) =>
      expect(store.publish(folder, { keyPair, ...limits })).rejects.toMatchObject({
        code: 'FOLDER_TOO_LARGE',
        message: expect.stringContaining(words),
      })
    await refused({ maxBytes: 102_400 }, 'at most 100 KiB in')
    await refused({ maxBytes: 1_024 }, 'a higher --max-size')
    await refused({ maxFiles: 2 }, 'at most 2 files in')
    await refused({ maxDepth: 1 }, 'at most 1 levels of folders in')
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0x61])]), 'x')
    const skipped: string[] = []
    const { feed } = await store.publish(folder, { keyPair, onSkipped: (path) => skipped.push(path) })
    expect(feed.core.length).toBe(7)
    expect(skipped).toEqual([join(folder, '\u00ffa')])
  })

  it('refuses a file that grows while it is read', async () => {
    const [store, folder] = [await openStore(), await tempDir()]
    const file = join(folder, 'log')
    await writeFile(file, Buffer.alloc(FEED_BLOCK_BYTES * 200))
    const onProgress = (): void => appendFileSync(file, 'more')
    await expect(store.publish(folder, { keyPair: freshKeyPair(), onProgress })).rejects.toMatchObject({
      code: 'FILE_CHANGED',
    })
  })

  it('a copy with gaps proves what it holds and knows what it lacks', async () => {
    const [source, target] = [await openStore(), await openStore()]
    const folder = await tempDir()
    for (let i = 0; i < 60; i++) await writeFile(join(folder, `file ${i}`), `content ${i}`)
    const { feed, head } = await source.publish(folder, { keyPair: freshKeyPair() })
    const keep = new Set(Array.from({ length: head.length }, (_, i) => i).filter((i) => i % 10 < 7))
    const copy = await target.copy(feed, { keep })
    expect(copy.core.length).toBe(head.length)
    for (let index = 0; index < head.length; index++) {
      expect(await copy.core.has(index)).toBe(keep.has(index))
      if (keep.has(index)) expect(checkBlockProof(head, await proveBlock(copy.core, index))).toBe(true)
      else await expect(proveBlock(copy.core, index)).rejects.toMatchObject({ code: 'UNPROVABLE' })
    }
    const whole = await target.copy(feed)
    expect(await Promise.all(Array.from({ length: head.length }, (_, i) => whole.core.has(i)))).not.toContain(false)
  })
})

describe('file header', () => {
  const header = { path: 'dir/ä.txt', size: 70_000, blocks: 2 }
  it('survives the round trip', () => {
    expect(decodeFileHeader(encodeFileHeader(header))).toEqual(header)
  })
  it.each([
    ['empty', new Uint8Array(0)],
    ['a content block', utf8('just some text that is long enough')],
    ['one byte short', encodeFileHeader(header).subarray(0, -1)],
    ['one byte long', concatBytes(encodeFileHeader(header), Uint8Array.of(0))],
    ['a wrong block count', encodeFileHeader({ ...header, blocks: 3 })],
  ])('refuses %s', (_name, block) => {
    expect(() => decodeFileHeader(block)).toThrow(expect.objectContaining({ code: 'BAD_FILE_HEADER' }))
  })
})
