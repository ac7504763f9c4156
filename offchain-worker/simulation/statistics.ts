/**
 * The statistics of simulations: shares that were observed, beside what they should be.
 *
 * Owns: intervals, binomial tails, and when a finding holds.
 */

/** A share that was observed, with the interval in which the true one lies 99 times in 100. */
export interface Observed {
  readonly hits: number
  readonly of: number
  readonly low: number
  readonly high: number
}

/** A share beside what it should be. */
export interface Finding {
  readonly name: string
  readonly expected: number
  readonly observed: Observed
  readonly breaches: number
}

/** Whether the expected share lies in the interval, and nothing broke. */
export const holds = ({ expected, observed: { low, high }, breaches }: Finding): boolean =>
  breaches === 0 && expected >= low && expected <= high

/** Of the normal distribution, both sides together 1 %. */
const Z_99 = 2.5758

/** Wilson's score interval. Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference". */
export function observed(hits: number, of: number): Observed {
  const share = hits / of
  const z2 = Z_99 ** 2
  const centre = (share + z2 / (2 * of)) / (1 + z2 / of)
  const half = (Z_99 / (1 + z2 / of)) * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of * of))
  return { hits, of, low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}

/** Probability of `least` or more hits in `n` tries of probability `p`. */
export function binomialTail(n: number, least: number, p: number): number {
  let sum = 0
  for (let k = least; k <= n; k++) {
    let ways = 1
    for (let i = 0; i < k; i++) ways *= (n - i) / (i + 1)
    sum += ways * p ** k * (1 - p) ** (n - k)
  }
  return sum
}

/** Probability that asking for `asked` of `blocks` different blocks meets one of the `lost`: 1-(1-f)^c, drawn without putting back. */
export function detection(blocks: number, lost: number, asked: number): number {
  let missed = 1
  for (let i = 0; i < asked; i++) missed *= Math.max(0, blocks - lost - i) / (blocks - i)
  return 1 - missed
}

/** A mean with half of the interval in which the true one lies 99 times in 100. */
export interface Mean {
  readonly mean: number
  readonly give: number
}

/** The mean of some values, by the normal distribution: the interval is too narrow where there are few. */
export function mean(values: readonly number[]): Mean {
  const middle = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1)
  return { mean: middle, give: Z_99 * Math.sqrt(variance / values.length) }
}
