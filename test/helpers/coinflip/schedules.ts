/**
 * Random schedules of a coinflip: slow ways, partitions, eclipses and restarts around the edges of blocks.
 *
 * Owns: drawing them. Does not own: what they do to frames and processes (the simulated network).
 *
 * Nobody is away for longer than the windows of the arbiter allow, two blocks.
 */
import { parseConditions, type Conditions } from '#worker/simulation/conditions.ts'
import type { Chance, Random } from '#worker/simulation/random.ts'

const BLOCK_MS = 6_000
/** Restarts and partitions begin within this time of a block, before or after. */
const EDGE_MS = 250
/** No attempt that goes on on chain is longer. */
const LAST_BLOCK = 30
const MOST_DOWN_MS = 2 * BLOCK_MS - 2 * EDGE_MS
const SLOWEST_MS = 2_000
const LONGEST_CUT_MS = 60_000

const edge = (random: Random): number =>
  Math.max(0, random.below(LAST_BLOCK) * BLOCK_MS + random.below(2 * EDGE_MS) - EDGE_MS)

/** One member alone, or two parts. */
function groupsOf(random: Random, peers: number): number[][] {
  const ranks = Array.from({ length: peers }, (_, rank) => rank)
  const alone = random.below(peers)
  const isEclipse = random.chance(0.5)
  const isFirst = (rank: number): boolean => (isEclipse ? rank === alone : random.chance(0.5))
  const first = ranks.filter(isFirst)
  return [first, ranks.filter((rank) => !first.includes(rank))]
}

/** The schedule of a session of so many members. */
export function randomSchedule(chance: Chance, peers: number): Conditions {
  const random = chance.streams('schedule').at(0)
  const slow = random.below(peers)
  const way = random.chance(0.5) ? { from: [slow] } : { to: [slow] }
  const fromMs = edge(random)
  return parseConditions({
    latencyMs: { uniform: [5, 100] },
    loss: random.chance(0.3) ? 0.02 : 0,
    links: random.chance(0.5) ? [{ ...way, latencyMs: { uniform: [100, SLOWEST_MS] } }] : [],
    partitions: random.chance(0.4)
      ? [{ fromMs, toMs: fromMs + 1 + random.below(LONGEST_CUT_MS), groups: groupsOf(random, peers) }]
      : [],
    crashes: random.chance(0.4)
      ? [{ share: random.chance(0.5) ? 1 : 0.3, atMs: edge(random), downMs: 1 + random.below(MOST_DOWN_MS) }]
      : [],
  })
}
