/**
 * A strategy against honesty: the same market is played twice for each session, once with the cheat and once where it behaves.
 *
 * Owns: the sessions, and the figures of both. Does not own: one play.
 */
import { GOOD_CONDITIONS, type Conditions } from '#worker/simulation/conditions.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { mean, type Mean } from '#worker/simulation/statistics.ts'
import type { Breach } from '#worker/simulation/invariants.ts'
import { runMarket } from './play.ts'
import { castOf, CHEAT, type Strategy } from './strategies.ts'
import { TOKEN, type MarketResult } from './terms.ts'

/** @see compare */
export interface CompareOptions {
  readonly seed: string
  readonly sessions: number
  readonly blocks: number
  readonly conditions?: Conditions
  /** Called after each play. */
  readonly onPlayed?: () => void
}

/** What a strategy brought, over all sessions. Money is in tokens. */
export interface Comparison {
  readonly strategy: string
  /** What the cheat has more at the end than at the beginning, less what it spent off the chain. */
  readonly cheating: Mean
  /** The same of the same accounts where they behave. */
  readonly behaving: Mean
  /** The difference in the same session. */
  readonly gain: Mean
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
  readonly breaches: readonly (Breach & { readonly session: number })[]
}

/** The way from smallest units to tokens. */
const tokens = (amount: bigint): number => Number(amount) / Number(TOKEN)
const PRICED_BLOCKS = 1_000

const netOf = ({ standings }: MarketResult, owner: string): number => {
  const { money, spent } = standings[owner]!
  return tokens(money - spent)
}
const isProvider = (owner: string): boolean => owner.startsWith('hoster/') || owner.startsWith('encoder/')
const honestOf = (result: MarketResult): readonly number[] =>
  Object.keys(result.standings)
    .filter(isProvider)
    .map((owner) => netOf(result, owner))
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
const priceOf = ({ burned, keptBlocks }: MarketResult): number =>
  keptBlocks === 0 ? 0 : (tokens(burned) * PRICED_BLOCKS) / keptBlocks

/** Plays all sessions. The same options give the same figures. */
export async function compare(strategy: string, terms: Strategy, options: CompareOptions): Promise<Comparison> {
  const { seed, sessions, blocks, conditions = GOOD_CONDITIONS, onPlayed } = options
  const pairs: (readonly [cheating: MarketResult, behaving: MarketResult])[] = []
  const breaches: (Breach & { readonly session: number })[] = []
  for (let session = 0; session < sessions; session++) {
    const play = async (isHonest: boolean): Promise<MarketResult> => {
      const chance = chanceFrom(seed).part(strategy, session)
      const result = await runMarket({ ...castOf(terms, isHonest), chance, conditions, blocks })
      breaches.push(...result.breaches.map((breach) => ({ session, ...breach })))
      onPlayed?.()
      return result
    }
    pairs.push([await play(false), await play(true)])
  }
  const over = (find: (cheating: MarketResult, behaving: MarketResult) => number): Mean =>
    mean(pairs.map(([cheating, behaving]) => find(cheating, behaving)))
  const deeds = (find: (of: MarketResult['deeds'][string]) => number): number =>
    over(({ deeds: all }) => find(all[CHEAT]!)).mean
  return {
    strategy,
    cheating: over((cheating) => netOf(cheating, CHEAT)),
    behaving: over((_, behaving) => netOf(behaving, CHEAT)),
    gain: over((cheating, behaving) => netOf(cheating, CHEAT) - netOf(behaving, CHEAT)),
    others: over((cheating, behaving) => sum(honestOf(cheating)) - sum(honestOf(behaving))),
    leastHonest: Math.min(...pairs.flatMap(([cheating]) => honestOf(cheating))),
    priceCheating: over((cheating) => priceOf(cheating)),
    priceBehaving: over((_, behaving) => priceOf(behaving)),
    lostCopies: deeds(({ faults }) => sum(Object.values(faults))),
    misses: deeds(({ misses }) => misses),
    refusals: deeds(({ failures }) => sum(Object.values(failures))),
    bondsLost: deeds(({ charged }) => tokens(charged)),
    breaches,
  }
}
