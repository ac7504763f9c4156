/**
 * What a copy is made of in tests: a feed, its proofs, its encoding, and how the chain describes the copy.
 *
 * Owns: making them, the same in every run. Does not own: the key (copies.ts).
 */
import { leafHash, type BlockProof } from '#types/domain/hosting/feed.ts'
import type { CopyIdentity } from '#types/domain/hosting/copy/keys.ts'
import type { Segment } from '#types/domain/hosting/copy/segment.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import type { CopyOptions } from '#worker/systems/hosting/copies/copy-layout.ts'
import { feedOf, type SimulatedFeed } from '#worker/systems/hosting/simulation/feed.ts'
import { encoding, segmentOf, testKey, type TestKey, type TestSegment } from './copies.ts'

/** The search for its primes takes a moment. */
const TEST_KEY = testKey()
/** Bytes that compress, and that a search in a file finds. */
const SAMPLE = 'the plain text of a block '

/** Blocks with a text that a search finds in them. @param sizes in bytes */
export const sampleBlocks = (sizes: readonly number[]): Uint8Array[] =>
  sizes.map((size, i) => Buffer.alloc(size, `${SAMPLE}${i} `))

/** The text that is in each block of 100 bytes or more. */
export const PLAIN_SAMPLE: Buffer = Buffer.from(SAMPLE)

/** A feed by the same author in every run. */
export const sampleFeed = (blocks: readonly Uint8Array[], author = 'author'): SimulatedFeed =>
  feedOf(identityOf(author), blocks)

/** The proof of a block against the feed's head. */
export const proofOf = ({ blocks, siblings }: SimulatedFeed, index: number): BlockProof => {
  const block = blocks[index]!
  return { index, leaf: leafHash(block), bytes: block.length, siblings: siblings(index) }
}

/** What a copy of a feed is of, but for the modulus. */
export const copyIdentity = (copy = 1n, generation = 0): CopyOptions['identity'] => ({
  genesis: new Uint8Array(32).fill(0x22),
  copy,
  generation,
})

/** Encodes blocks of a feed as an encoder does. @param to the block after the last one */
export function encodeSegment(
  feed: Pick<SimulatedFeed, 'head' | 'blocks'>,
  from = 0,
  to = feed.blocks.length,
  key: TestKey = TEST_KEY,
  identity = copyIdentity(),
): TestSegment {
  const full: CopyIdentity = { ...identity, feed: feed.head.key, modulus: key.modulus }
  const encoded = feed.blocks.slice(from, to).map((plain, i) => encoding(plain, from + i, full, key))
  return segmentOf(from, encoded, key.modulus)
}

/** A copy whose only segment is not closed. */
export const openSegment = (feed: Pick<SimulatedFeed, 'head' | 'blocks'>, key: TestKey = TEST_KEY): CopyOptions => ({
  head: feed.head,
  identity: copyIdentity(),
  range: { from: 0, to: feed.blocks.length },
  segments: { closed: [], present: { from: 0, modulus: key.modulus } },
})

/** A copy with these segments. */
export const closedSegments = (feed: SimulatedFeed, ...closed: readonly Segment[]): CopyOptions => ({
  ...openSegment(feed),
  range: { from: closed[0]!.from, to: closed.at(-1)!.to },
  segments: { closed },
})
