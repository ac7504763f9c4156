/**
 * A hoster that serves nobody, and has attestors on its side that always say that it does: the part of its pay that it gets.
 *
 * Owns: which committees are drawn, and what their verdicts do to pay. Does not own: rounds themselves; the campaign plays real ones, and
 * they end as these do.
 *
 * Pay is withheld from the first round on that fails, until one passes. A round without a verdict changes nothing. Where a plan has no
 * rounds, nobody looks at all.
 */
import { quorum, verdictOf, type VerdictName } from '#types/domain/attestation/round.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { binomialTail, observed } from '#worker/simulation/statistics.ts'
import type { CurveLine, CurvePoint, Curves } from './plots.ts'

/** Attestors of a round. */
const COMMITTEE = 10
const VOTES = quorum(COMMITTEE)
const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8]
const LINE_STEP = 0.02

/** The part of challenges that are paid in the long run, with this share of all attestors on the hoster's side. */
function paidShare(share: number): number {
  const passes = binomialTail(COMMITTEE, VOTES, share)
  return passes / (passes + binomialTail(COMMITTEE, VOTES, 1 - share))
}

/** Challenges that are paid, of so many. The latest verdict decides, so rounds without one are passed over. */
function paidChallenges(seed: string, share: number, challenges: number): number {
  const random = chanceFrom(`${seed}/yes-sayers`)
    .streams('committees')
    .at(Math.round(share * 100))
  let paid = 0
  for (let challenge = 0; challenge < challenges; challenge++) {
    let verdict: VerdictName = 'Inconclusive'
    while (verdict === 'Inconclusive') {
      const own = Array.from({ length: COMMITTEE }, () => random.chance(share)).filter(Boolean).length
      verdict = verdictOf(COMMITTEE, own, COMMITTEE - own)
    }
    if (verdict === 'Pass') paid++
  }
  return paid
}

/** The part of its pay over the share of attestors on its side, and the part of rounds that pass: observed, and by the formula. */
export function yesSayerCurve(seed: string, challenges: number): Curves {
  const points: CurvePoint[] = []
  const lines: CurveLine[] = []
  const curve = 'paid'
  for (const x of SHARES) {
    const expected = paidShare(x)
    const finding = { name: `paid with ${x * 100} % yes-sayers`, expected, breaches: 0 }
    points.push({
      x,
      curve,
      finding: { ...finding, observed: observed(paidChallenges(seed, x, challenges), challenges) },
    })
  }
  for (let x = LINE_STEP; x < 1; x += LINE_STEP) {
    lines.push({ x, curve, expected: paidShare(x) })
    lines.push({ x, curve: 'rounds passed', expected: binomialTail(COMMITTEE, VOTES, x) })
  }
  return { points, lines }
}
