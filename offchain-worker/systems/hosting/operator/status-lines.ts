/**
 * How feeds stand, as lines on one screen.
 *
 * Owns: their order and words. Does not own: reading the chain.
 */
import { formatAmount } from '#types/domain/amount.ts'
import type { MeasuredPerformance } from '#types/domain/attestation/metrics.ts'
import type { ContractStateName, CopyStateName } from '#types/domain/hosting/contract.ts'
import type { HostingNeed, PoolStatus } from '#types/domain/hosting/market-views.ts'
import { counted, sizeText } from '#worker/terminal/quantities.ts'
import { shortHex } from '#worker/terminal/shown.ts'
import { tableLines } from '#worker/terminal/table.ts'

const US_PER_MS = 1_000

/** A copy. */
export interface CopyStanding {
  readonly copy: bigint
  readonly state: CopyStateName
  readonly hoster: Uint8Array | undefined
  readonly encoder: Uint8Array | undefined
  /** The block after the last one that is encoded and confirmed. */
  readonly encodedTo: number | undefined
  readonly passes: number
  readonly misses: number
  /** Of the last challenges, the oldest first. */
  readonly results: readonly boolean[]
  /** Of its hoster, where attestors have measured it. */
  readonly performance: MeasuredPerformance['speed'] | undefined
}

/** A contract. */
interface ContractStanding {
  readonly contract: number
  readonly wanted: number
  readonly state: ContractStateName
  readonly from: number
  /** The block after its last one. */
  readonly to: number
  readonly starvingSince: number
  readonly copies: readonly CopyStanding[]
}

/** A feed. */
export interface FeedStanding {
  readonly feed: Uint8Array
  readonly blocks: number
  readonly bytes: bigint
  readonly pool: PoolStatus
  /** What the supporter gave and has; undefined where it gave nothing. */
  readonly own: { readonly given: bigint; readonly withdrawn: bigint; readonly worth: bigint } | undefined
  readonly plans: readonly {
    readonly plan: number
    readonly copies: number
    readonly until: number
    readonly hosterPay: bigint
  }[]
  readonly contracts: readonly ContractStanding[]
}

/** @see statusLines */
export interface Standing {
  /** The present one. */
  readonly block: number
  readonly feeds: readonly FeedStanding[]
  /** Of the supporter's account. */
  readonly needs: readonly HostingNeed[]
}

type NameOf = (account: Uint8Array) => string

/** A copy that can be read. */
const isLive = ({ state }: Pick<CopyStanding, 'state'>): boolean => state === 'Live' || state === 'Suspect'

/** The last challenges as a strip: `+` passed, `x` missed. */
const stripOf = (results: readonly boolean[]): string => results.map((passed) => (passed ? '+' : 'x')).join('')

const speedText = (speed: CopyStanding['performance']): string =>
  speed
    ? `${(speed.latencyP95Us / US_PER_MS).toFixed(1)} ms (p95), ${sizeText(Number(speed.throughputBytesPerSecond))}/s`
    : ''

function copyRow(copy: CopyStanding, nameOf: NameOf): readonly string[] {
  const { hoster, encoder } = copy
  return [
    `copy ${copy.copy}`,
    copy.state.toLowerCase(),
    hoster ? nameOf(hoster) : '-',
    encoder ? `encodes: ${nameOf(encoder)}` : stripOf(copy.results),
    encoder ? '' : speedText(copy.performance),
  ]
}

function poolLine({ pool }: FeedStanding, block: number): string {
  const { donated, burned, committed, free, lastsUntil } = pool
  const lasts =
    lastsUntil === undefined
      ? 'nothing is hosted yet'
      : `lasts until block ${lastsUntil}, ${counted(Math.max(lastsUntil - block, 0), 'block')} from now`
  const amounts = [
    `${formatAmount(donated)} donated`,
    `${formatAmount(burned)} burned or paid for rounds`,
    `${formatAmount(committed)} committed`,
  ]
  return `  pool: ${amounts.join(', ')}, ${formatAmount(free)} free; ${lasts}`
}

const ownLine = ({ own }: FeedStanding): readonly string[] =>
  own === undefined
    ? []
    : [
        `  yours: ${formatAmount(own.given)} given, ${formatAmount(own.withdrawn)} taken back, ${formatAmount(own.worth)} left`,
      ]

/** What a supporter should do about a feed, beside what the chain asks of its account. */
function advice(feed: FeedStanding, block: number): readonly string[] {
  const { lastsUntil } = feed.pool
  const until = Math.max(0, ...feed.plans.map((plan) => plan.until))
  const waiting = feed.contracts.filter(({ copies }) => copies.some(({ state }) => state === 'Vacant'))
  const ended = feed.contracts.filter(({ state }) => state === 'Lost' || state === 'Starved')
  return [
    ...(feed.plans.length === 0 ? ['have it hosted: `assay hosting plan`'] : []),
    ...(lastsUntil !== undefined && lastsUntil < until
      ? [`give more: the pool ends ${counted(until - Math.max(lastsUntil, block), 'block')} before the plan`]
      : []),
    ...ended.map(
      ({ contract, state }) =>
        `contract ${contract} is ${state.toLowerCase()}, and its money is free: end its plan with \`assay hosting cancel\`, and make another one`,
    ),
    ...waiting.map(({ contract }) => `wait: contract ${contract} lacks hosters or encoders that are free, or money`),
  ]
}

function feedLines(feed: FeedStanding, block: number, nameOf: NameOf): readonly string[] {
  const contracts = feed.contracts.flatMap(({ contract, wanted, state, from, to, copies }) => {
    const live = copies.filter(isLive).length
    const rows = copies.map((copy) => copyRow(copy, nameOf))
    return [
      `  contract ${contract}: blocks ${from} to ${to - 1}, ${state.toLowerCase()}, copies live: ${live} of ${wanted}`,
      ...tableLines(rows).map((line) => `    ${line}`),
    ]
  })
  return [
    `feed ${shortHex(feed.feed)}: ${counted(feed.blocks, 'block')}, ${sizeText(Number(feed.bytes))}`,
    poolLine(feed, block),
    ...ownLine(feed),
    ...feed.plans.map(
      ({ plan, copies, until, hosterPay }) =>
        `  plan ${plan}: copies ${copies}, until block ${until}, ${formatAmount(hosterPay)} to a hoster for 1,024 leaves and a challenge`,
    ),
    ...contracts,
    ...advice(feed, block).map((what) => `  to do: ${what}`),
  ]
}

const NEEDS: Readonly<Record<HostingNeed['kind'], (subject: bigint) => string>> = {
  AcceptCopy: (copy) => `accept copy ${copy} with a key`,
  CommitSegment: (copy) => `encode copy ${copy} and commit to it`,
  ConfirmSegment: (copy) => `confirm copy ${copy}`,
  SubmitCheckpoint: (copy) => `submit the last checkpoint of copy ${copy}`,
  AnswerStorage: (copy) => `answer the challenge of copy ${copy}`,
  FundContract: (contract) => `give more for contract ${contract}: its pool is too poor`,
}

/** How feeds stand in words, and what the account must do. @param nameOf names of accounts */
export function statusLines({ block, feeds, needs }: Standing, nameOf: NameOf): readonly string[] {
  const must = needs.map(({ kind, subject, deadline }) => `to do until block ${deadline}: ${NEEDS[kind](subject)}`)
  const none = 'the account supports no feed: give to one with `assay hosting donate`'
  return [
    `block ${block}`,
    ...(feeds.length === 0 ? [none] : feeds.flatMap((feed) => feedLines(feed, block, nameOf))),
    ...must,
  ]
}
