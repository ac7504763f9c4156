/**
 * A hoster that has dropped leaves of its copy and kept all hashes: how many storage challenges it fails.
 *
 * Owns: the copy, the hoster and its answers. Does not own: the draw and the check, which are the chain's.
 */
import { checkAnswer, drawLeaves } from '#types/domain/hosting/copy/challenge.ts'
import { DEFAULT_HOSTING_PARAMETERS } from '#types/domain/hosting/market-parameters.ts'
import { chanceFrom, type Random } from '#worker/simulation/random.ts'
import { observed, type Finding } from '#worker/simulation/statistics.ts'
import type { CurveLine, CurvePoint, Curves } from './plots.ts'
import { answerOf, PAPER_LEAF_BYTES, paperModulus, segmentBy } from './paper-copies.ts'

const BLOCKS = 64
const LEAVES_PER_BLOCK = 16
const LEAVES = BLOCKS * LEAVES_PER_BLOCK
const ENCODER = new Uint8Array(32)
export const BEACON_BYTES = 32

/** So many different leaves of a copy. */
export function someLeaves(share: number, random: Random): ReadonlySet<bigint> {
  const leaves = new Set<bigint>()
  while (leaves.size < Math.round(LEAVES * share)) leaves.add(BigInt(random.below(LEAVES)))
  return leaves
}

/** A copy of 1,024 made-up leaves. */
export const paperCopy = (random: Random) =>
  segmentBy(
    ENCODER,
    0,
    Array.from({ length: BLOCKS }, () => random.bytes(LEAVES_PER_BLOCK * PAPER_LEAF_BYTES)),
    paperModulus(random),
  )

/**
 * Storage challenges of a hoster that dropped this share of its leaves: how many it fails. Expected is 1 - (1 - f)^k for k draws.
 * @param draws leaves of a challenge; by default the chain's default
 */
export async function leafDetection(
  seed: string,
  share: number,
  challenges: number,
  draws = DEFAULT_HOSTING_PARAMETERS.challengedLeaves,
): Promise<Finding> {
  const random = chanceFrom(`${seed}/leaves/${share}`).streams('leaves').at(draws)
  const copy = paperCopy(random)
  const { segment } = copy
  const dropped = someLeaves(share, random)
  let failed = 0
  for (let i = 0; i < challenges; i++) {
    const drawn = drawLeaves({ beacon: random.bytes(BEACON_BYTES), copy: 1n, generation: 0 }, [segment], draws)
    const answer = await answerOf([copy], drawn, (leaf) => dropped.has(leaf))
    if (!checkAnswer([segment], drawn, answer)) failed++
  }
  const name = `${share * 100} % of leaves dropped`
  const expected = 1 - (1 - dropped.size / LEAVES) ** draws
  return { name, expected, observed: observed(failed, challenges), breaches: 0 }
}

const SHARES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5]
const DRAWS = [5, 10, 20]
const LINE_STEP = 0.005

/** Detection over the dropped share, for challenges of several sizes: observed, and by the formula. */
export async function detectionCurve(seed: string, challenges: number): Promise<Curves> {
  const points: CurvePoint[] = []
  const lines: CurveLine[] = []
  for (const draws of DRAWS) {
    const curve = String(draws)
    for (const x of SHARES) points.push({ x, curve, finding: await leafDetection(seed, x, challenges, draws) })
    for (let x = 0; x <= SHARES.at(-1)!; x += LINE_STEP) lines.push({ x, curve, expected: 1 - (1 - x) ** draws })
  }
  return { points, lines }
}
