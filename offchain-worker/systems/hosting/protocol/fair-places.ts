/**
 * A bounded number of places, for which everybody who ever comes has the same chance (reservoir sampling).
 *
 * Owns: the names that have a place, and those that have lost. Does not own: what a place is for.
 *
 * The first that come do not keep the places: one that stays for ever loses its place sooner or later. A name that has lost stays out, so
 * coming again under the same name gives no second chance.
 * Source: Vitter 1985, "Random sampling with a reservoir", algorithm R.
 */
import type { Prng } from '#types/domain/prng.ts'

/** Most names that are remembered as losers. The oldest is forgotten first. */
const MAX_LOSERS = 4_096

/** What a newcomer gets. */
export interface Arrival {
  readonly hasPlace: boolean
  /** The name that had this place before, and has lost it. */
  readonly loser?: string
}

/** Places, by the names of those that have them. */
export class FairPlaces {
  readonly #most: number
  readonly #random: Pick<Prng, 'below'>
  readonly #names: string[] = []
  readonly #losers = new Set<string>()
  #arrivals = 0

  /** @param most places, 1 or more */
  constructor(most: number, random: Pick<Prng, 'below'>) {
    this.#most = most
    this.#random = random
  }

  /** Whether this name has come and has no place. */
  hasLost(name: string): boolean {
    return this.#losers.has(name)
  }

  /** Somebody comes. A name that has a place keeps it, and a loser stays out. */
  arrive(name: string): Arrival {
    if (this.#names.includes(name)) return { hasPlace: true }
    if (this.hasLost(name)) return { hasPlace: false }
    this.#arrivals++
    if (this.#names.length < this.#most) {
      this.#names.push(name)
      return { hasPlace: true }
    }
    const place = this.#random.below(this.#arrivals)
    const loser = this.#names[place]
    this.#lose(loser ?? name)
    if (loser === undefined) return { hasPlace: false }
    this.#names[place] = name
    return { hasPlace: true, loser }
  }

  #lose(name: string): void {
    this.#losers.add(name)
    const [oldest] = this.#losers
    if (this.#losers.size > MAX_LOSERS) this.#losers.delete(oldest!)
  }
}
