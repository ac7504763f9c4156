/**
 * A simple classifier: Gaussian naive Bayes over two classes of equal size.
 *
 * Owns: training, and the advantage over guessing on samples not trained with. Does not own: what the features are.
 */

/** A sample: its features, in one order for all. */
export type Features = readonly number[]

interface Gauss {
  readonly mean: number
  readonly variance: number
}

/** Keeps a feature that never varies from deciding by a division by zero. */
const LEAST_VARIANCE = 1e-6

const gauss = (values: readonly number[]): Gauss => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, variance: variance + LEAST_VARIANCE }
}

const train = (samples: readonly Features[]): Gauss[] =>
  samples[0]!.map((_, feature) => gauss(samples.map((sample) => sample[feature]!)))

const logLikelihood = (model: readonly Gauss[], sample: Features): number =>
  model.reduce(
    (sum, { mean, variance }, feature) =>
      sum - Math.log(variance) / 2 - (sample[feature]! - mean) ** 2 / (2 * variance),
    0,
  )

/** |true positive rate - false positive rate| on the second half after training on the first: 0 guesses, 1 always knows. */
export function advantage(positives: readonly Features[], negatives: readonly Features[]): number {
  const halves = (samples: readonly Features[]): [Features[], Features[]] => {
    const half = samples.length >> 1
    return [samples.slice(0, half), samples.slice(half)]
  }
  const [trainPositive, testPositive] = halves(positives)
  const [trainNegative, testNegative] = halves(negatives)
  const [positive, negative] = [train(trainPositive), train(trainNegative)]
  const rate = (samples: readonly Features[]): number =>
    samples.filter((sample) => logLikelihood(positive, sample) > logLikelihood(negative, sample)).length /
    samples.length
  return Math.abs(rate(testPositive) - rate(testNegative))
}
