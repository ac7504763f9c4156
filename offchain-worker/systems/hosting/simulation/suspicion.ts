/**
 * A hoster's suspicion that a reader is an auditor, from the log of the reader's requests.
 *
 * Owns: the features of a log; a simple classifier (Gaussian naive Bayes); and a rule that needs no training. The classifier learns
 * from sessions of which the hoster knows the truth: after the reports are on chain, so are the auditors' keys. Does not own:
 * acting on a suspicion.
 */
import type { RequestLog } from './hosting.ts'

/** Sessions whose truth is known. */
export interface Known {
  readonly audits: readonly RequestLog[]
  readonly readers: readonly RequestLog[]
}

/** The logarithm of the odds of an auditor: above 0 an auditor is more likely. */
export type Suspicion = (requests: RequestLog) => number

type Features = readonly number[]

interface Gauss {
  readonly mean: number
  readonly variance: number
}

/** Least variance of a feature, so that one that never varies does not divide by zero. */
const LEAST_VARIANCE = 1e-6
/** Steps up to this far may be reordered requests of one run. */
const NEAR_CHUNKS = 8
/** Requests this close to the first count as sent with it. */
const TOGETHER_MS = 3

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
const variance = (values: readonly number[]): number => {
  const middle = mean(values)
  return mean(values.map((value) => (value - middle) ** 2))
}

/** Order, sizes and timing of a session. */
function featuresOf(requests: RequestLog): Features {
  const steps = requests.slice(1).map(({ index }, i) => index - requests[i]!.index)
  const gaps = requests.slice(1).map(({ at }, i) => at - requests[i]!.at)
  const sizes = requests.map(({ bytes }) => bytes)
  const share = (holds: (step: number) => boolean): number => mean(steps.map((step) => (holds(step) ? 1 : 0)))
  const began = requests[0]?.at ?? 0
  return [
    requests.length,
    steps.filter((step) => Math.abs(step) > NEAR_CHUNKS).length,
    share((step) => step === 1),
    share((step) => step < 0),
    mean(steps.map(Math.abs)),
    mean(sizes),
    Math.sqrt(variance(sizes)),
    mean(gaps),
    Math.sqrt(variance(gaps)),
    Math.max(0, ...gaps),
    requests.filter(({ at }) => at - began < TOGETHER_MS).length,
  ]
}

const train = (sessions: readonly RequestLog[]): Gauss[] => {
  const samples = sessions.map(featuresOf)
  return featuresOf([]).map((_, feature) => {
    const values = samples.map((sample) => sample[feature]!)
    return { mean: mean(values), variance: variance(values) + LEAST_VARIANCE }
  })
}

const logLikelihood = (model: readonly Gauss[], sample: Features): number =>
  model.reduce(
    (sum, gauss, feature) =>
      sum - Math.log(gauss.variance) / 2 - (sample[feature]! - gauss.mean) ** 2 / (2 * gauss.variance),
    0,
  )

/** Trains a suspicion on known sessions. */
export function suspicionFrom({ audits, readers }: Known): Suspicion {
  const [audit, reader] = [train(audits), train(readers)]
  return (requests) => {
    const sample = featuresOf(requests)
    return logLikelihood(audit, sample) - logLikelihood(reader, sample)
  }
}

/** Number of requests by which a simple hoster decides. */
const FIRST_REQUESTS = 8

/**
 * The simplest rule of a hoster that serves only suspected auditors. It refuses a reader that reads on without a jump, because an
 * auditor must jump.
 */
export const refusesWhoReadsOn = (requests: RequestLog): boolean =>
  requests.length >= FIRST_REQUESTS &&
  requests.slice(1).every(({ index }, i) => Math.abs(index - requests[i]!.index) <= NEAR_CHUNKS)

/** |true positive rate - false positive rate| of a suspicion: 0 guesses, 1 always knows. */
export function advantage(suspicion: Suspicion, { audits, readers }: Known): number {
  const rate = (sessions: readonly RequestLog[]): number => mean(sessions.map((it) => (suspicion(it) > 0 ? 1 : 0)))
  return Math.abs(rate(audits) - rate(readers))
}
