/**
 * The terms of a plan, from a command line.
 *
 * Owns: the options, their defaults, and the words for values that no plan has. Does not own: the bounds of a plan
 * (runtime-types/domain/hosting/plan.ts).
 */
import { parseAmount } from '#types/domain/amount.ts'
import { checkPlan, PRICED_LEAVES, type BlockRange, type PlanTerms } from '#types/domain/hosting/plan.ts'
import { ONE } from '#types/domain/reputation.ts'
import { parseSize } from '#worker/terminal/quantities.ts'
import { UsageError } from '#worker/terminal/usage-error.ts'

const US_PER_MS = 1_000
/** The chain keeps these in 32 bits. */
const MOST_U32 = 2 ** 32 - 1

/** Options of `assay hosting plan`. A leaf of a copy is 256 bytes, so 1,024 leaves are 256 KiB. */
export const PLAN_OPTIONS = {
  copies: { type: 'number', default: 2, describe: 'Copies of each block, each at another hoster' },
  price: {
    type: 'string',
    default: '0.1',
    describe: `Tokens to a hoster for ${PRICED_LEAVES} leaves (256 KiB) and each challenge that it passes`,
  },
  'encoder-price': {
    type: 'string',
    default: '0.1',
    describe: `Tokens to an encoder for ${PRICED_LEAVES} leaves`,
  },
  blocks: { type: 'number', default: 10_000, describe: 'Blocks of the chain for which it holds' },
  range: {
    type: 'string',
    default: '0-',
    describe: 'Blocks of the feed, such as 0-99,500-; without an end it follows the growing feed',
  },
  'performance-every': {
    type: 'number',
    default: 0,
    describe: 'Measure a hoster by a round of attestors after so many challenges; 0: never',
  },
  'reencode-every': {
    type: 'number',
    default: 0,
    describe: 'Have a copy encoded anew after so many passed challenges; 0: never',
  },
  'least-reputation': { type: 'number', default: 0, describe: 'Least reputation of a hoster, 0 to 1' },
  'highest-latency': { type: 'number', describe: 'Most milliseconds that 95 in 100 requests to a hoster may take' },
  'least-throughput': { type: 'string', describe: 'Least bytes that a hoster serves in a second, such as 1MiB' },
} as const

/** What these options give. */
export interface PlanChoices {
  readonly copies: number
  readonly price: string
  readonly encoderPrice: string
  readonly blocks: number
  readonly range: string
  readonly performanceEvery: number
  readonly reencodeEvery: number
  readonly leastReputation: number
  readonly highestLatency: number | undefined
  readonly leastThroughput: string | undefined
}

/** Tokens of an option in the smallest unit. @throws UsageError `BAD_AMOUNT` */
export function amountOf(name: string, text: string): bigint {
  const amount = parseAmount(text)
  if (amount !== undefined) return amount
  throw new UsageError('BAD_AMOUNT', `${name}: expected tokens such as 2.5, got ${JSON.stringify(text)}`)
}

const bad = (name: string, expected: string, got: unknown): UsageError =>
  new UsageError('BAD_PLAN', `--${name}: expected ${expected}, got ${JSON.stringify(got)}`)

/** A whole number of blocks, challenges or copies. */
function countOf(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= MOST_U32) return value
  throw bad(name, `a whole number from 0 to ${MOST_U32}`, value)
}

/** Ranges whose last block is included, as a person counts them. */
function rangesOf(text: string): BlockRange[] {
  return text.split(',').map((part) => {
    const [, from, last] = /^ *(\d{1,9})-(\d{1,9})? *$/.exec(part) ?? []
    if (from === undefined) throw bad('range', 'blocks such as 0-99,500-', text)
    return { from: Number(from), to: last === undefined ? undefined : Number(last) + 1 }
  })
}

function targetsOf({ leastReputation, highestLatency, leastThroughput }: PlanChoices): PlanTerms['targets'] {
  if (!(leastReputation >= 0 && leastReputation <= 1))
    throw bad('least-reputation', 'a number from 0 to 1', leastReputation)
  const latency = highestLatency === undefined ? undefined : Math.round(highestLatency * US_PER_MS)
  if (latency !== undefined && !(latency > 0 && latency <= MOST_U32))
    throw bad('highest-latency', `milliseconds above 0 and at most ${Math.floor(MOST_U32 / US_PER_MS)}`, highestLatency)
  return {
    leastReputationPpm: Math.round(leastReputation * ONE),
    highestLatencyP95Us: latency,
    leastThroughputBytesPerSecond:
      leastThroughput === undefined ? undefined : BigInt(parseSize('least-throughput', leastThroughput)),
  }
}

/**
 * A plan that holds from the present block on.
 * @param block the present one
 * @throws UsageError `BAD_AMOUNT`, `BAD_SIZE`, `BAD_PLAN`
 */
export function planTerms(feed: Uint8Array, block: number, choices: PlanChoices): PlanTerms {
  const terms: PlanTerms = {
    feed,
    ranges: rangesOf(choices.range),
    copies: countOf('copies', choices.copies),
    from: block,
    until: block + countOf('blocks', choices.blocks),
    hosterPay: amountOf('--price', choices.price),
    encoderPay: amountOf('--encoder-price', choices.encoderPrice),
    performanceEvery: countOf('performance-every', choices.performanceEvery),
    reencodeEvery: countOf('reencode-every', choices.reencodeEvery),
    targets: targetsOf(choices),
  }
  const fault = checkPlan(terms, block)
  if (fault !== undefined) throw new UsageError('BAD_PLAN', `expected a plan that the chain takes, got ${fault}`)
  return terms
}
