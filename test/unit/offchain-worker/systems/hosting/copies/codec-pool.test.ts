/** Encoding and decoding in threads: the same bytes as in the calling thread, in order, with bounded memory, and no thread left. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { blockKey, copyKey } from '#types/domain/hosting/copy/keys.ts'
import { silentLog } from '#types/log.ts'
import { createCodecPool, inOrder, type CodecPool } from '#worker/systems/hosting/copies/codec-pool.ts'
import { CLI } from '../../../../../helpers/bundle.ts'
import { encoding, segmentOf, testIdentity, testKey } from '../../../../../helpers/hosting/copies.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'
import { until } from '../../../../../helpers/until.ts'

const THREAD = pathToFileURL(join(CLI, '..', 'codec-thread.js'))
const key = testKey()
const identity = testIdentity(key.modulus)
const keyAt = (index: number): Uint8Array => blockKey(copyKey(identity), index)
const BLOCKS = [0, 1, 123, 124, 3_000, 65_536].map((length, i) => new Uint8Array(length).fill(i))

function pool(threads: number, entry = THREAD): CodecPool {
  const opened = createCodecPool({ threads, entry }, silentLog)
  onTestFinished(() => opened.close())
  return opened
}
const encode = (codec: CodecPool, plain: Uint8Array, index: number) =>
  codec.encode(plain, keyAt(index), key.modulus.length, key.secret)

describe.each([0, 2])('a pool of %i threads', (threads) => {
  it('gives the bytes and the tops of the codec', async () => {
    const codec = pool(threads)
    const made = await Promise.all(BLOCKS.map((plain, index) => encode(codec, plain, index)))
    const wanted = BLOCKS.map((plain, index) => encoding(plain, index, identity, key))
    expect(made.map(({ encoded }) => toHex(encoded))).toEqual(wanted.map(toHex))
    const { blocks } = segmentOf(0, wanted, key.modulus)
    expect(made.map(({ top }) => toHex(top))).toEqual(blocks.map(({ top }) => toHex(top)))
    for (const [index, { encoded, top }] of made.entries()) {
      const decoded = await codec.decode(encoded, keyAt(index), key.modulus, true)
      expect('plain' in decoded && [toHex(decoded.plain), toHex(decoded.top!)]).toEqual([
        toHex(BLOCKS[index]!),
        toHex(top),
      ])
      expect(toHex(await codec.top(encoded, key.modulus.length))).toBe(toHex(top))
    }
    expect(await codec.decode(made[2]!.encoded, keyAt(3), key.modulus)).toEqual({ bad: 'content' })
    expect(await codec.decode(new Uint8Array(5), keyAt(3), key.modulus)).toEqual({ bad: 'length' })
  })

  it('leaves the bytes of its callers alone', async () => {
    const codec = pool(threads)
    const memory = Buffer.alloc(10_000, 7)
    const plain = memory.subarray(100, 400)
    const { encoded } = await encode(codec, plain, 1)
    await codec.decode(encoded, keyAt(1), key.modulus)
    expect(memory.every((byte) => byte === 7)).toBe(true)
    expect(encoded.length).toBeGreaterThan(0)
  })

  it('says what failed, and goes on', async () => {
    const codec = pool(threads)
    const tooLong = codec.encode(BLOCKS[1]!, keyAt(1), 256, key.secret)
    await expect(tooLong).rejects.toMatchObject({ code: 'CODEC_FAILED' })
    expect((await encode(codec, BLOCKS[1]!, 1)).encoded).toHaveLength(128)
  })

  it('takes no job once it is closed', async () => {
    const codec = pool(threads)
    await encode(codec, BLOCKS[1]!, 1)
    await codec.close()
    await expect(encode(codec, BLOCKS[1]!, 1)).rejects.toMatchObject({ code: 'CODEC_CLOSED' })
  })
})

describe('threads', () => {
  it('end with the pool, and the jobs that wait fail', async () => {
    const codec = pool(2)
    const jobs = Array.from({ length: 12 }, (_, index) => encode(codec, BLOCKS[5]!, index))
    const outcome = Promise.allSettled(jobs)
    await jobs[0]
    await codec.close()
    const codes = (await outcome).map((each) =>
      each.status === 'rejected' ? (each.reason as { code: string }).code : 'done',
    )
    expect(codes[0]).toBe('done')
    expect(codes.at(-1)).toBe('CODEC_CLOSED')
  })

  it('that end are replaced by the others, and by the caller in the end', async () => {
    const dying = join(await tempDir(), 'dying.mjs')
    await writeFile(dying, 'setTimeout(() => process.exit(3), 50)')
    const lost: unknown[] = []
    const codec = createCodecPool(
      { threads: 2, entry: pathToFileURL(dying) },
      { error: (values) => void lost.push(values) },
    )
    onTestFinished(() => codec.close())
    const jobs = await Promise.all([1, 2, 3, 4, 5].map((index) => encode(codec, BLOCKS[1]!, index)))
    expect(jobs).toHaveLength(5)
    expect(lost).toHaveLength(2)
  })
})

describe('inOrder', () => {
  it('keeps the order, and takes no more of the row than it may have at the same time', async () => {
    const open: (() => void)[] = []
    let taken = 0
    function* row(): Generator<number> {
      for (let i = 0; i < 10; i++) {
        taken++
        yield i
      }
    }
    const seen: number[] = []
    const all = (async () => {
      for await (const value of inOrder(row(), 3, (i) => new Promise<number>((done) => open.push(() => done(i)))))
        seen.push(value)
    })()
    await until('three are under way', () => open.length === 3)
    open[2]!()
    open[1]!()
    await new Promise((done) => setImmediate(done))
    expect([taken, seen]).toEqual([3, []])
    open[0]!()
    for (let i = 3; i < 10; i++) {
      await until('the next is under way', () => open.length > i)
      open[i]!()
    }
    await all
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('throws an error in the place of its item, and leaves none behind', async () => {
    const seen: number[] = []
    const run = async (): Promise<void> => {
      const mapped = inOrder([0, 1, 2, 3], 4, async (i) => {
        if (i > 1) throw new Error(`no ${i}`)
        return i
      })
      for await (const value of mapped) seen.push(value)
    }
    await expect(run()).rejects.toThrow('no 2')
    expect(seen).toEqual([0, 1])
  })
})
