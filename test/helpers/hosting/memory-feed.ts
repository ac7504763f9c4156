/**
 * A small feed by a known author.
 *
 * Owns: its blocks. Does not own: making a feed in memory (the simulated feed).
 */
import { utf8 } from '#types/bytes.ts'
import { feedOf, type SimulatedFeed } from '#worker/systems/hosting/simulation/feed.ts'
import { identityOf } from '#worker/simulation/identities.ts'

export type MemoryFeed = SimulatedFeed

/** `count` blocks of different lengths. */
export const memoryFeed = (count: number): MemoryFeed =>
  feedOf(
    identityOf('author'),
    Array.from({ length: count }, (_, i) => utf8(`block ${i} `.repeat(1 + (i % 7)))),
  )

/** These blocks as they are served. */
export const chunksOf = ({ blocks }: Pick<MemoryFeed, 'blocks'>, indices: readonly number[]) =>
  indices.map((index) => ({ index, bytes: blocks[index]! }))

/** Bytes of these blocks together, as a receipt has them. */
export const bytesOf = ({ blocks }: Pick<MemoryFeed, 'blocks'>, indices: readonly number[]): bigint =>
  BigInt(indices.reduce((sum, index) => sum + blocks[index]!.length, 0))
