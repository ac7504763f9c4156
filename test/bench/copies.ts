/**
 * Copies of feeds: the codec against bare RSA on the same blocks, and reading an encoded copy against reading a plain feed.
 *
 * Owns: the blocks, and alternating between the two sides. Does not own: the codec.
 *
 * RSA has 2,048 bits. The codec with one thread is measured against RSA in this thread, both by the processor time of all threads,
 * so that neither what else the machine does nor the way to a thread and back is left out or counted twice. A stock reader reads
 * over a pipe in the process of its hoster, with a thread of the codec on each core; cold means that the hoster keeps no plain block.
 */
import { createPublicKey, privateEncrypt, publicDecrypt, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import Hypercore from 'hypercore'
import { systemClock } from '#types/clock.ts'
import { leafHash } from '#types/domain/hosting/feed.ts'
import { blockKey, copyKey } from '#types/domain/hosting/copy/keys.ts'
import { silentLog } from '#types/log.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { createFeedStore, type Feed } from '#worker/systems/hosting/adapters/feed-store.ts'
import { createCodecPool, inOrder, type CodecPool } from '#worker/systems/hosting/copies/codec-pool.ts'
import { createCopyStore } from '#worker/systems/hosting/copies/copy-store.ts'
import { feedOf, type SimulatedFeed } from '#worker/systems/hosting/simulation/feed.ts'
import { bareRsa, BLOCK_BYTES, LEAF_BYTES, newKey, padding, type Key } from './bare-rsa.ts'
import { figure, median, perSecond, timed, type Figure, type Measurement } from './figure.ts'

const ENTRY = new URL('../../.build/codec-thread.js', import.meta.url)
const MIB = 2 ** 20
const ENCODED_BLOCKS = 8
const RUNS = 9
/** Decoding is fast: one run decodes each block so many times. */
const DECODED_TIMES = 4
/** Of the feed that is read. */
const READ_BLOCKS = 64
const READ_RUNS = 9
const LEAST_RATIO = 0.85
const READ_MS = 60_000
const US_PER_MS = 1_000

const deps = { clock: systemClock, log: silentLog }
const identity = { genesis: new Uint8Array(32), copy: 1n, generation: 0 }

const keyAt = (feed: Uint8Array, { modulus }: Key) => {
  const key = copyKey({ ...identity, feed, modulus })
  return (index: number): Uint8Array => blockKey(key, index)
}

/** Milliseconds of processor time that `act` takes in all threads together. */
async function processorTime(act: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await act()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / US_PER_MS
}

interface Rates {
  readonly name: string
  readonly codec: number[]
  readonly bare: number[]
}

const rateFigure = ({ name, codec, bare }: Rates): Figure =>
  figure(name, 'MiB/s', codec, {
    aim: { is: '>=', than: LEAST_RATIO, of: 'ratio' },
    reference: { name: 'bare RSA', value: median(bare) },
  })

async function codecFigures(one: CodecPool, all: CodecPool): Promise<Figure[]> {
  const key = newKey()
  const at = keyAt(new Uint8Array(32), key)
  const publicKey = createPublicKey(key.secret)
  const plain = Array.from({ length: ENCODED_BLOCKS }, () => new Uint8Array(randomBytes(BLOCK_BYTES)))
  const encodeAll = async (pool: CodecPool): Promise<Uint8Array[]> => {
    const made: Uint8Array[] = []
    const row = inOrder(plain.entries(), pool.width, ([index, block]) =>
      pool.encode(block, at(index), LEAF_BYTES, key.secret),
    )
    for await (const { encoded } of row) made.push(encoded)
    return made
  }
  const encoded = await encodeAll(one)
  await encodeAll(all)
  const decoded = Array.from({ length: DECODED_TIMES }, () => [...encoded.entries()]).flat()
  const decodeAll = async (pool: CodecPool): Promise<void> => {
    const decode = ([index, block]: readonly [number, Uint8Array]) => pool.decode(block, at(index), key.modulus)
    for await (const result of inOrder(decoded, pool.width, decode)) if ('bad' in result) throw new Error(result.bad)
  }
  await decodeAll(one)
  await decodeAll(all)
  const mib = (ENCODED_BLOCKS * BLOCK_BYTES) / MIB
  const encode: Rates = { name: 'encoding a copy, by processor time', codec: [], bare: [] }
  const decode: Rates = { name: 'decoding a copy, by processor time', codec: [], bare: [] }
  const encodeCores: number[] = []
  const decodeCores: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const note = async (rates: number[], work: () => unknown, size = mib, clock = processorTime): Promise<void> =>
      void rates.push(perSecond(size, await clock(work)))
    await note(encode.codec, () => encodeAll(one))
    await note(encode.bare, () => bareRsa(plain, (number) => privateEncrypt({ key: key.secret, padding }, number)))
    await note(decode.codec, () => decodeAll(one), DECODED_TIMES * mib)
    await note(
      decode.bare,
      () =>
        bareRsa(
          decoded.map(([index]) => plain[index]!),
          (number) => publicDecrypt({ key: publicKey, padding }, number),
        ),
      DECODED_TIMES * mib,
    )
    await note(encodeCores, () => encodeAll(all), mib, timed)
    await note(decodeCores, () => decodeAll(all), DECODED_TIMES * mib, timed)
  }
  return [
    rateFigure(encode),
    rateFigure(decode),
    figure('encoding a copy, a thread on each core', 'MiB/s', encodeCores),
    figure('decoding a copy, a thread on each core', 'MiB/s', decodeCores),
  ]
}

/** What a reader waits for the first block, in ms, and MiB/s of all others together. */
interface Read {
  readonly firstMs: number
  readonly rate: number
}

/** A new Hypercore that reads a whole feed over a pipe. */
async function read({ core, key }: Feed): Promise<Read> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-bench-reader-'))
  const reader = new Hypercore(dir, Buffer.from(key))
  await reader.ready()
  const began = performance.now()
  const [from, to] = [core.replicate(true, { keepAlive: false }), reader.replicate(false, { keepAlive: false })]
  for (const stream of [from, to]) stream.on('error', () => {})
  from.pipe(to).pipe(from)
  try {
    await reader.get(0, { timeout: READ_MS })
    const firstMs = performance.now() - began
    const rest = Array.from({ length: READ_BLOCKS - 1 }, (_, i) => reader.get(i + 1, { timeout: READ_MS }))
    const ms = await timed(() => Promise.all(rest))
    return { firstMs, rate: perSecond(((READ_BLOCKS - 1) * BLOCK_BYTES) / MIB, ms) }
  } finally {
    from.destroy()
    to.destroy()
    await reader.close()
    await rm(dir, { recursive: true, force: true })
  }
}

/** A copy that is served. @param cacheBytes 0: every read is cold */
async function serveCopy(
  feed: SimulatedFeed,
  encoded: readonly Uint8Array[],
  key: Key,
  pool: CodecPool,
  dir: string,
  cacheBytes: number,
) {
  const store = await createFeedStore({ dir: join(dir, 'feeds') }, deps)
  const copies = createCopyStore({ store, dir: join(dir, 'ledgers'), pool, cacheBytes }, deps)
  const copy = await copies.open({
    head: feed.head,
    identity,
    range: { from: 0, to: feed.blocks.length },
    segments: { closed: [], present: { from: 0, modulus: key.modulus } },
  })
  for (const [index, block] of feed.blocks.entries()) {
    const proof = { index, leaf: leafHash(block), bytes: block.length, siblings: feed.siblings(index) }
    const taken = await copy.take(index, encoded[index]!, proof)
    if (taken.kind === 'bad') throw new Error(taken.why)
  }
  const close = async (): Promise<void> => {
    await copies.close()
    await store.close()
  }
  return { feed: copy.feed, close }
}

async function readFigures(pool: CodecPool, dir: string): Promise<Figure[]> {
  const key = newKey()
  const blocks = Array.from({ length: READ_BLOCKS }, () => new Uint8Array(randomBytes(BLOCK_BYTES)))
  const feed = feedOf(identityOf('author'), blocks)
  const at = keyAt(feed.head.key, key)
  const encoded: Uint8Array[] = []
  for await (const made of inOrder(blocks.entries(), pool.width, ([i, block]) =>
    pool.encode(block, at(i), LEAF_BYTES, key.secret),
  ))
    encoded.push(made.encoded)
  const cold = await serveCopy(feed, encoded, key, pool, join(dir, 'cold'), 0)
  const warm = await serveCopy(feed, encoded, key, pool, join(dir, 'warm'), 2 * READ_BLOCKS * BLOCK_BYTES)
  const store = await createFeedStore({ dir: join(dir, 'bare') }, deps)
  const bare = await store.copy(warm.feed)
  const reads = { cold: [] as Read[], warm: [] as Read[], bare: [] as Read[] }
  for (let run = -1; run < READ_RUNS; run++) {
    for (const [name, served] of [
      ['bare', bare],
      ['cold', cold.feed],
      ['warm', warm.feed],
    ] as const) {
      const done = await read(served)
      if (run >= 0) reads[name].push(done)
    }
  }
  await store.close()
  await cold.close()
  await warm.close()
  return (['cold', 'warm'] as const).flatMap((name) => {
    const of = (field: keyof Read, unit: string, what: string): Figure =>
      figure(
        `${what} of a copy, ${name}`,
        unit,
        reads[name].map((each) => each[field]),
        {
          reference: { name: 'bare Hypercore', value: median(reads.bare.map((each) => each[field])) },
        },
      )
    return [of('firstMs', 'ms', 'first block'), of('rate', 'MiB/s', 'reading')]
  })
}

/** See the module's header. */
export const copies: Measurement = {
  name: 'copies',
  async measure() {
    const dir = await mkdtemp(join(tmpdir(), 'assay-bench-copies-'))
    const one = createCodecPool({ threads: 1, entry: ENTRY }, silentLog)
    const all = createCodecPool({ threads: availableParallelism(), entry: ENTRY }, silentLog)
    try {
      return [...(await codecFigures(one, all)), ...(await readFigures(all, dir))]
    } finally {
      await one.close()
      await all.close()
      await rm(dir, { recursive: true, force: true })
    }
  },
}
