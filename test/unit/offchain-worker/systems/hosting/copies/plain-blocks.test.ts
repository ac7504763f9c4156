/** The cache of plain blocks: one decoding for all who ask, bounded in bytes and in work. */
import { expect, it } from 'vitest'
import { PlainBlocks, type PlainBlocksDeps } from '#worker/systems/hosting/copies/plain-blocks.ts'

interface Watched {
  readonly blocks: PlainBlocks
  readonly decoded: number[]
  readonly bad: (readonly [number, Buffer | null])[]
  /** Ends the decoding of a block. */
  readonly release: Map<number, () => void>
  readonly get: (index: number) => Promise<Buffer | null>
}

/** Blocks of 100 bytes; those from 90 on are bad. */
function watched(limits: Pick<PlainBlocksDeps, 'width' | 'cacheBytes'>, isHeldUp = false): Watched {
  const [decoded, bad, release]: [number[], [number, Buffer | null][], Map<number, () => void>] = [[], [], new Map()]
  const blocks = new PlainBlocks({
    ...limits,
    decode: async (index) => {
      decoded.push(index)
      if (isHeldUp) await new Promise<void>((go) => release.set(index, go))
      return index < 90 ? { plain: new Uint8Array(100).fill(index) } : { bad: 'leaf' }
    },
    onBad: (index, bytes) => void bad.push([index, bytes]),
  })
  return { blocks, decoded, bad, release, get: (index) => blocks.get(index, async () => Buffer.alloc(128)) }
}

it('all who ask at the same time wait for one decoding, and the next ones for none', async () => {
  const { get, decoded } = watched({ width: 2, cacheBytes: 1_000 })
  const same = await Promise.all([get(1), get(1), get(1)])
  expect([same[0]!.length, same[0]![0]]).toEqual([100, 1])
  expect(await get(1)).toBe(same[0])
  expect(decoded).toEqual([1])
})

it('keeps no more bytes than it may, those that were asked for last', async () => {
  const { get, decoded } = watched({ width: 2, cacheBytes: 250 })
  for (const index of [1, 2, 1, 3, 1, 2]) await get(index)
  expect(decoded).toEqual([1, 2, 3, 2])
  const none = watched({ width: 2, cacheBytes: 0 })
  await none.get(1)
  await none.get(1)
  expect(none.decoded).toEqual([1, 1])
})

it('reads and decodes no more blocks at the same time than it may', async () => {
  const { blocks, decoded, release } = watched({ width: 2, cacheBytes: 1_000 }, true)
  const read: number[] = []
  const gets = [1, 2, 3, 4].map((index) =>
    blocks.get(index, async () => {
      read.push(index)
      return Buffer.alloc(128)
    }),
  )
  const turn = (): Promise<void> => new Promise((done) => setImmediate(done))
  await turn()
  expect([read, decoded]).toEqual([
    [1, 2],
    [1, 2],
  ])
  release.get(2)!()
  await turn()
  expect(decoded).toEqual([1, 2, 3])
  for (const index of [1, 3]) release.get(index)!()
  await turn()
  release.get(4)!()
  expect((await Promise.all(gets)).map((block) => block![0])).toEqual([1, 2, 3, 4])
})

it('gives null for what is bad, spoiled or not there, tells of it, and keeps nothing', async () => {
  const { blocks, get, bad } = watched({ width: 2, cacheBytes: 1_000 })
  expect(await get(95)).toBeNull()
  expect(await blocks.get(1, async () => null)).toBeNull()
  const spoiled = Object.assign(new Error('Blob CRC mismatch'), { code: 'EIO' })
  expect(await blocks.get(2, () => Promise.reject(spoiled))).toBeNull()
  expect(bad).toEqual([
    [95, Buffer.alloc(128)],
    [1, null],
    [2, null],
  ])
  await expect(blocks.get(3, () => Promise.reject(new Error('the storage is closed')))).rejects.toThrow('closed')
  expect((await get(3))![0]).toBe(3)
})

it('forgets a block also while it is being decoded', async () => {
  const { blocks, get, decoded, release } = watched({ width: 2, cacheBytes: 1_000 }, true)
  const first = get(1)
  await new Promise((done) => setImmediate(done))
  blocks.forget(0, 5)
  release.get(1)!()
  await first
  const second = get(1)
  await new Promise((done) => setImmediate(done))
  release.get(1)!()
  await second
  expect(decoded).toEqual([1, 1])
})
