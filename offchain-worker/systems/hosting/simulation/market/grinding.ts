/**
 * A block author that tries many blocks, and publishes the one that suits its own hoster.
 *
 * Owns: how many tries bring what. Does not own: the draws, which are the chain's.
 *
 * What a challenge draws follows from the hash of the block before. The author of that block may make it anew, with other calls in it,
 * as often as it has time for. It can do so for blocks of its own only.
 */
import { drawLeaves } from '#types/domain/hosting/copy/challenge.ts'
import { DEFAULT_HOSTING_PARAMETERS } from '#types/domain/hosting/market-parameters.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { observed, type Finding } from '#worker/simulation/statistics.ts'
import { BEACON_BYTES, paperCopy, someLeaves } from './detection.ts'

/**
 * Challenges after an author's block, of its own hoster that dropped this share of its leaves: how many it passes with so many tries.
 * Expected is 1 - (1 - (1 - f)^k)^tries for k draws.
 */
export function groundChallenges(seed: string, share: number, tries: number, challenges: number): Finding {
  const random = chanceFrom(`${seed}/grinding/${share}`).streams('tries').at(tries)
  const { segment } = paperCopy(random)
  const dropped = someLeaves(share, random)
  const { challengedLeaves: draws } = DEFAULT_HOSTING_PARAMETERS
  let passed = 0
  for (let i = 0; i < challenges; i++) {
    const suits = Array.from({ length: tries }, () => undefined).some(() => {
      const drawn = drawLeaves({ beacon: random.bytes(BEACON_BYTES), copy: 1n, generation: 0 }, [segment], draws)
      return !drawn.some((leaf) => dropped.has(leaf))
    })
    if (suits) passed++
  }
  const kept = 1 - dropped.size / Number(segment.leaves)
  const name = `${share * 100} % dropped, passed with ${tries} tries of the author`
  return { name, expected: 1 - (1 - kept ** draws) ** tries, observed: observed(passed, challenges), breaches: 0 }
}
