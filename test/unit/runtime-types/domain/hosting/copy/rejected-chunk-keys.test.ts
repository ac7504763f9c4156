/**
 * The idea of a new secret key for each chunk, and the hoster that cheats it: it keeps keys and a tree, and no chunk.
 *
 * Owns: the rejected encoding, in as much as the cheat needs it. The page beside the codec tells why it was rejected.
 */
import { createCipheriv, createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { concatBytes, u32le } from '#types/bytes.ts'
import { rsaInvert, rsaPublic } from '#types/crypto/rsa.ts'
import {
  answerSegment,
  checkAnswer,
  drawLeaves,
  drawsBySegment,
  type StorageAnswer,
} from '#types/domain/hosting/copy/challenge.ts'
import { encoding, segmentOf, testIdentity, testKey, type TestSegment } from '../../../../../helpers/hosting/copies.ts'

const KEY = testKey()
const LEAF_BYTES = KEY.modulus.length
const KEY_BYTES = 32
const CHUNK_BYTES = 4_096
const CHUNKS = 16
const CHALLENGES = 50
const DRAWS = 10

/** Sixteen chunks that anybody can fetch from the feed. */
const feed = Array.from({ length: CHUNKS }, (_, i) => new Uint8Array(CHUNK_BYTES).fill(i))
const secretOf = (index: number): Uint8Array => createHash('sha256').update('secret').update(u32le(index)).digest()

const encrypted = (chunk: Uint8Array, key: Uint8Array): Uint8Array =>
  createCipheriv('aes-256-ctr', key, new Uint8Array(16)).update(chunk)

/** A chunk as the seed describes it: its key, which the encoder's private key has signed, and the chunk under that key. */
function withOwnKey(chunk: Uint8Array, index: number): Uint8Array {
  const padded = new Uint8Array(LEAF_BYTES)
  padded.set(secretOf(index), LEAF_BYTES - KEY_BYTES)
  return concatBytes(rsaInvert(KEY.secret, padded), encrypted(chunk, secretOf(index)))
}

/** How many of the challenges a hoster passes that answers with what `read` gives it. */
async function passed(copy: TestSegment, read: (index: number) => Uint8Array): Promise<number> {
  let count = 0
  for (let i = 0; i < CHALLENGES; i++) {
    const drawn = drawLeaves({ beacon: new Uint8Array(32).fill(i), copy: 1n, generation: 0 }, [copy.segment], DRAWS)
    const draws = drawsBySegment([copy.segment], drawn)
    const answer: StorageAnswer = await Promise.all(
      draws.map((draw) => answerSegment(draw, copy.blocks, async (index) => read(index))),
    )
    if (checkAnswer([copy.segment], drawn, answer)) count++
  }
  return count
}

test('a hoster of chunks with keys of their own keeps a thirtieth of its copy, and passes every challenge', async () => {
  const copy = segmentOf(0, feed.map(withOwnKey), KEY.modulus)
  const rsa = rsaPublic(KEY.modulus)
  /** What it keeps of a chunk: the signed key, and the tree, which `copy.blocks` is. */
  const kept = feed.map((_, index) => copy.encoded.get(index)!.slice(0, LEAF_BYTES))
  const again = (index: number): Uint8Array => {
    const key = rsa.apply(kept[index]!)!.subarray(LEAF_BYTES - KEY_BYTES)
    return concatBytes(kept[index]!, encrypted(feed[index]!, key))
  }
  expect(LEAF_BYTES * 30).toBeLessThan(CHUNK_BYTES)
  expect(await passed(copy, again)).toBe(CHALLENGES)
})

test('with the encoding of this chain, a hoster that kept only as much passes none', async () => {
  const identity = testIdentity(KEY.modulus)
  const encoded = feed.map((chunk, index) => encoding(chunk, index, identity, KEY))
  const copy = segmentOf(0, encoded, KEY.modulus)
  /** The best that it can do without the private key: its first leaf of each block, and bytes that it makes up. */
  const again = (index: number): Uint8Array => {
    const block = new Uint8Array(copy.encoded.get(index)!.length)
    block.set(copy.encoded.get(index)!.subarray(0, LEAF_BYTES))
    return block
  }
  expect(await passed(copy, (index) => copy.encoded.get(index)!)).toBe(CHALLENGES)
  expect(await passed(copy, again)).toBe(0)
})
