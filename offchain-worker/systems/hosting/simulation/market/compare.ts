/**
 * Strategies against honesty: the same market is played twice for each session, once with the cheat and once where it behaves.
 *
 * Owns: the sessions, and the figures of both. Does not own: one play.
 */
import { GOOD_CONDITIONS, type Conditions } from '#worker/simulation/conditions.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { mean, type Mean } from '#worker/simulation/statistics.ts'
import type { Breach } from '#worker/simulation/invariants.ts'
import { runMarket } from './play.ts'
import { castOf, CHEAT, type Cast, type Strategy } from './strategies.ts'
import { TOKEN, type MarketResult } from './terms.ts'

/** @see compare */
export interface CompareOptions {
  readonly seed: string
  readonly sessions: number
  readonly blocks: number
  readonly conditions?: Conditions
  /** Called after each session of each strategy. */
  readonly onPlayed?: () => void
}

/** What a strategy brought, over all sessions. Money is in tokens. */
export interface Comparison {
  readonly strategy: string
  /** What the cheat has more at the end than at the beginning, less what it spent off the chain. */
  readonly cheating: Mean
  /** The same of the same accounts where they behave. */
  readonly behaving: Mean
  /** The difference in the same session, and the part of it that the cheat only did not spend. */
  readonly gain: Mean
  readonly saved: Mean
  /** What the honest providers together get more or less by the cheat. */
  readonly others: Mean
  /** The least that an honest provider has in any session with the cheat. */
  readonly leastHonest: number
  /** Burned for each copy that is really kept for 1,000 blocks: with the cheat, and where it behaves. */
  readonly priceCheating: Mean
  readonly priceBehaving: Mean
  /** Of the cheat, on average: copies lost by its fault, challenges missed, calls refused, bonds lost. */
  readonly lostCopies: number
  readonly misses: number
  readonly refusals: number
  readonly bondsLost: number
  readonly breaches: readonly SessionBreach[]
}

/** A breach in one of the sessions. */
type SessionBreach = Breach & { readonly session: number }

const PRICED_BLOCKS = 1_000

const tokens = (amount: bigint): number => Number(amount) / Number(TOKEN)
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

/** What an owner has. A supporter that buys less has more money left: where that is the cheat, the hosting that it gets counts too. */
const netOf = ({ standings }: MarketResult, owner: string, countsHosting: boolean): number => {
  const { money, spent, hosting } = standings[owner]!
  return tokens(money - spent + (countsHosting ? hosting : 0n))
}
const spentOf = ({ standings }: MarketResult): number => tokens(standings[CHEAT]!.spent)
const isProvider = (owner: string): boolean => owner.startsWith('hoster/') || owner.startsWith('encoder/')
const honestOf = (result: MarketResult): readonly number[] =>
  Object.keys(result.standings)
    .filter(isProvider)
    .map((owner) => netOf(result, owner, false))
const priceOf = ({ burned, keptBlocks }: MarketResult): number =>
  keptBlocks === 0 ? 0 : (tokens(burned) * PRICED_BLOCKS) / keptBlocks

/** One session of a market. Markets in which the same accounts behave are the same, whatever these accounts could do. */
class Sessions {
  readonly #options: CompareOptions
  readonly #behaving = new Map<string, Promise<MarketResult>>()

  constructor(options: CompareOptions) {
    this.#options = options
  }

  play(cast: Cast, session: number): Promise<MarketResult> {
    const { seed, blocks, conditions = GOOD_CONDITIONS } = this.#options
    return runMarket({ ...cast, chance: chanceFrom(seed).part('session', session), conditions, blocks })
  }

  behaving(cast: Cast, session: number): Promise<MarketResult> {
    const key = JSON.stringify([cast, session])
    const played = this.#behaving.get(key) ?? this.play(cast, session)
    this.#behaving.set(key, played)
    return played
  }
}

const figures = (
  strategy: string,
  { countsHosting = false }: Strategy,
  pairs: readonly Pair[],
): Omit<Comparison, 'breaches'> => {
  const over = (find: (cheating: MarketResult, behaving: MarketResult) => number): Mean =>
    mean(pairs.map(([cheating, behaving]) => find(cheating, behaving)))
  const net = (result: MarketResult): number => netOf(result, CHEAT, countsHosting)
  const deeds = (find: (of: MarketResult['deeds'][string]) => number): number =>
    over(({ deeds: all }) => find(all[CHEAT]!)).mean
  return {
    strategy,
    cheating: over(net),
    behaving: over((_, behaving) => net(behaving)),
    gain: over((cheating, behaving) => net(cheating) - net(behaving)),
    saved: over((cheating, behaving) => spentOf(behaving) - spentOf(cheating)),
    others: over((cheating, behaving) => sum(honestOf(cheating)) - sum(honestOf(behaving))),
    leastHonest: Math.min(...pairs.flatMap(([cheating]) => honestOf(cheating))),
    priceCheating: over(priceOf),
    priceBehaving: over((_, behaving) => priceOf(behaving)),
    lostCopies: deeds(({ faults }) => sum(Object.values(faults))),
    misses: deeds(({ misses }) => misses),
    refusals: deeds(({ failures }) => sum(Object.values(failures))),
    bondsLost: deeds(({ charged }) => tokens(charged)),
  }
}

type Pair = readonly [cheating: MarketResult, behaving: MarketResult]

/** Plays all sessions of all strategies. The same options give the same figures. */
export async function compare(
  strategies: Readonly<Record<string, Strategy>>,
  options: CompareOptions,
): Promise<readonly Comparison[]> {
  const sessions = new Sessions(options)
  const all: Comparison[] = []
  for (const [name, strategy] of Object.entries(strategies)) {
    const pairs: Pair[] = []
    for (let session = 0; session < options.sessions; session++) {
      const cheating = await sessions.play(castOf(strategy, false), session)
      pairs.push([cheating, await sessions.behaving(castOf(strategy, true), session)])
      options.onPlayed?.()
    }
    const breaches = pairs.flatMap((pair, session) =>
      pair.flatMap((result) => result.breaches.map((breach): SessionBreach => ({ session, ...breach }))),
    )
    all.push({ ...figures(name, strategy, pairs), breaches })
  }
  return all
}

const shown = ({ mean, give }: Mean): string => `${mean.toFixed(2)} ± ${give.toFixed(2)}`

/** The rows of a table, the first with the names of its columns. */
export const comparisonRows = (all: readonly Comparison[]): readonly (readonly string[])[] => [
  [
    'strategy',
    'it has',
    'where it behaves',
    'gain',
    'of it saved',
    'honest providers',
    'price of a kept copy',
    'copies lost',
    'bonds lost',
  ],
  ...all.map(
    ({ strategy, cheating, behaving, gain, saved, others, priceCheating, priceBehaving, lostCopies, bondsLost }) => [
      strategy,
      shown(cheating),
      shown(behaving),
      shown(gain),
      saved.mean.toFixed(2),
      shown(others),
      `${priceCheating.mean.toFixed(1)} (${priceBehaving.mean.toFixed(1)})`,
      lostCopies.toFixed(1),
      bondsLost.toFixed(1),
    ],
  ),
]
