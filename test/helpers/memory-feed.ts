/**
 * A small feed by a known author.
 *
 * Owns: its blocks. Does not own: how a feed in memory is made (offchain-worker/simulation/simulated-feed.ts).
 */
import { utf8 } from '#types/bytes.ts'
import { feedOf, type SimulatedFeed } from '#worker/simulation/simulated-feed.ts'
import { identity } from './coinflip-net.ts'

export type MemoryFeed = SimulatedFeed

/** `count` blocks of different lengths. */
export const memoryFeed = (count: number): MemoryFeed =>
  feedOf(
    identity('author'),
    Array.from({ length: count }, (_, i) => utf8(`block ${i} `.repeat(1 + (i % 7)))),
  )
