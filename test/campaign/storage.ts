/**
 * The experiment with a hoster that has dropped leaves of its copy and kept all hashes: how many storage challenges it fails.
 *
 * Owns: the copy, the hoster and its answers. Does not own: the draw and the check, which are the chain's.
 */
import {
  answerSegment,
  checkAnswer,
  drawLeaves,
  drawsBySegment,
  type StorageAnswer,
} from '#types/domain/hosting/copy/challenge.ts'
import { DEFAULT_HOSTING_PARAMETERS } from '#types/domain/hosting/market-parameters.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { segmentOf, testKey, type TestSegment } from '../helpers/hosting/copies.ts'
import type { Finding } from './parts.ts'
import { observed } from './statistics.ts'

const BLOCKS = 64
const LEAVES_PER_BLOCK = 16
const LEAVES = BLOCKS * LEAVES_PER_BLOCK
const SEED_BYTES = 32

/** The copy, its answers, and what the hoster dropped. */
interface Cheater {
  readonly copy: TestSegment
  readonly dropped: ReadonlySet<bigint>
}

/** What it sends: it has the hashes of the dropped leaves, but not their bytes. */
async function answerOf({ copy, dropped }: Cheater, drawn: readonly bigint[]): Promise<StorageAnswer> {
  const [draw] = drawsBySegment([copy.segment], drawn)
  const whole = await answerSegment(draw!, copy.blocks, async (index) => copy.encoded.get(index)!)
  let at = 0
  const blocks = whole.blocks.map((block) => ({
    ...block,
    leaves: block.leaves.map((leaf) => (dropped.has(drawn[at++]!) ? new Uint8Array(leaf.length) : leaf)),
  }))
  return [{ ...whole, blocks }]
}

/** Storage challenges of a hoster that dropped this share of its leaves: how many it fails. Expected is 1 - (1 - f)^k for k draws. */
export async function leafDetection(seed: string, share: number, challenges: number): Promise<Finding> {
  const random = chanceFrom(`${seed}/leaves/${share}`).streams('leaves').at(0)
  const { modulus } = testKey()
  const encoded = Array.from({ length: BLOCKS }, () => random.bytes(LEAVES_PER_BLOCK * modulus.length))
  const dropped = new Set<bigint>()
  while (dropped.size < Math.round(LEAVES * share)) dropped.add(BigInt(random.below(LEAVES)))
  const cheater = { copy: segmentOf(0, encoded, modulus), dropped }
  const { challengedLeaves: draws } = DEFAULT_HOSTING_PARAMETERS
  let failed = 0
  for (let i = 0; i < challenges; i++) {
    const { segment } = cheater.copy
    const drawn = drawLeaves({ beacon: random.bytes(SEED_BYTES), copy: 1n, generation: 0 }, [segment], draws)
    if (!checkAnswer([segment], drawn, await answerOf(cheater, drawn))) failed++
  }
  const name = `${share * 100} % of leaves dropped`
  const expected = 1 - (1 - dropped.size / LEAVES) ** draws
  return { name, expected, observed: observed(failed, challenges), breaches: 0 }
}
