/**
 * The network between simulated peers: the fate of frames, and of each peer's clock and process.
 *
 * Owns: latency, bandwidth, loss, duplication, reordering, partitions, clock skew, all drawn from one chance. Does not own: the
 * conditions. Peers have numbers.
 */
import type { Clock } from '#types/clock.ts'
import type { Conditions, Distribution, Link } from './conditions.ts'
import type { Chance, Random, Streams } from './random.ts'
import type { Scheduler } from './scheduler.ts'

/** Counts of frames so far. */
export interface FrameCounts {
  sent: number
  delivered: number
  lost: number
  doubled: number
}

/** A number of this distribution; below 0 only where `signed`. */
export function drawFrom(distribution: Distribution, random: Random, signed = false): number {
  const drawn = rawDraw(distribution, random)
  return signed ? drawn : Math.max(0, drawn)
}

function rawDraw(distribution: Distribution, random: Random): number {
  switch (distribution.kind) {
    case 'fixed':
      return distribution.value
    case 'uniform':
      return distribution.low + (distribution.high - distribution.low) * random.unit()
    case 'exponential':
      return distribution.least - distribution.mean * Math.log(1 - random.unit())
    default: {
      // Method of Box and Muller.
      const radius = Math.sqrt(-2 * Math.log(1 - random.unit()))
      return distribution.mean + distribution.deviation * radius * Math.cos(2 * Math.PI * random.unit())
    }
  }
}

/** One direction between two peers. */
interface Way {
  readonly link: Link
  readonly random: Random
  /** When the link has sent all frames that it got. */
  freeAt: number
}

/** @see createNetwork */
export interface SimulatedNetwork {
  readonly counts: Readonly<FrameCounts>
  /** Sends a frame, `laterMs` from now; `deliver` is called as often as it arrives. */
  send(from: number, to: number, bytes: number, deliver: () => void, laterMs?: number): void
  /** A peer's clock: its skew, over virtual time. */
  clockOf(peer: number): Clock
}

class Network implements SimulatedNetwork {
  readonly counts: FrameCounts = { sent: 0, delivered: 0, lost: 0, doubled: 0 }
  readonly #conditions: Conditions
  readonly #scheduler: Scheduler
  readonly #links: Streams
  readonly #clocks: Streams
  readonly #ways: (Way[] | undefined)[] = []
  /** For each partition, the group of each peer. */
  readonly #groups: readonly { readonly fromMs: number; readonly toMs: number; readonly of: Map<number, number> }[]

  constructor(conditions: Conditions, scheduler: Scheduler, chance: Chance) {
    this.#conditions = conditions
    this.#scheduler = scheduler
    this.#links = chance.streams('links')
    this.#clocks = chance.streams('clocks')
    this.#groups = conditions.partitions.map(({ fromMs, toMs, groups }) => ({
      fromMs,
      toMs,
      of: new Map(groups.flatMap((group, number) => group.map((peer) => [peer, number]))),
    }))
  }

  send(from: number, to: number, bytes: number, deliver: () => void, laterMs = 0): void {
    const way = this.#way(from, to)
    const { link, random } = way
    this.counts.sent++
    if (this.#isParted(from, to) || random.chance(link.loss)) {
      this.counts.lost++
      return
    }
    if (random.chance(link.duplication)) {
      this.counts.doubled++
      this.#carry(way, bytes, deliver, laterMs)
    }
    this.#carry(way, bytes, deliver, laterMs)
  }

  #carry(way: Way, bytes: number, deliver: () => void, laterMs: number): void {
    const { link, random } = way
    const { now } = this.#scheduler
    let delay = laterMs + drawFrom(link.latencyMs, random)
    if (link.bandwidth !== Infinity) {
      way.freeAt = Math.max(way.freeAt, now) + (bytes * 1000) / link.bandwidth
      delay += way.freeAt - now
    }
    if (random.chance(link.reordering.share)) delay += drawFrom(link.reordering.extraMs, random)
    this.#scheduler.post(delay, () => {
      this.counts.delivered++
      deliver()
    })
  }

  #way(from: number, to: number): Way {
    const ways = (this.#ways[from] ??= [])
    return (ways[to] ??= { link: this.#linkBetween(from, to), random: this.#links.at(from, to), freeAt: 0 })
  }

  #linkBetween(from: number, to: number): Link {
    let link: Link = this.#conditions
    for (const rule of this.#conditions.links) {
      if (rule.from && !rule.from.includes(from)) continue
      if (rule.to && !rule.to.includes(to)) continue
      link = { ...link, ...rule.link }
    }
    return link
  }

  #isParted(from: number, to: number): boolean {
    const { now } = this.#scheduler
    return this.#groups.some(({ fromMs, toMs, of }) => {
      if (now < fromMs || now >= toMs) return false
      const group = of.get(from)
      return group === undefined || group !== of.get(to)
    })
  }

  clockOf(peer: number): Clock {
    const random = this.#clocks.at(peer)
    const offsetMs = drawFrom(this.#conditions.clock.offsetMs, random, true)
    const pace = 1 + drawFrom(this.#conditions.clock.drift, random, true)
    return new PeerClock(this.#scheduler, offsetMs, pace)
  }
}

/** A class, for each simulated peer has one. */
class PeerClock implements Clock {
  readonly #scheduler: Scheduler
  readonly #offsetMs: number
  readonly #pace: number

  constructor(scheduler: Scheduler, offsetMs: number, pace: number) {
    this.#scheduler = scheduler
    this.#offsetMs = offsetMs
    this.#pace = pace
  }

  now(): number {
    return this.#offsetMs + this.#scheduler.now * this.#pace
  }

  setTimer(ms: number, callback: () => void): () => void {
    return this.#scheduler.after(ms / this.#pace, callback)
  }
}

/** A network. It makes a peer at its first frame. */
export const createNetwork = (conditions: Conditions, scheduler: Scheduler, chance: Chance): SimulatedNetwork =>
  new Network(conditions, scheduler, chance)

/** A time when a peer's process dies, and when it comes back. */
export interface PlannedCrash {
  readonly peer: number
  readonly atMs: number
  readonly backAtMs: number | undefined
}

/** Draws which peers crash, and when. */
export function planCrashes({ crashes }: Conditions, peers: number, chance: Chance): PlannedCrash[] {
  const streams = chance.streams('crashes')
  return crashes.flatMap(({ peer, atMs, downMs }, number) => {
    const planned: PlannedCrash[] = []
    for (let each = 0; each < peers; each++) {
      const random = streams.at(number, each)
      if (typeof peer === 'number' ? peer !== each : !random.chance(peer.share)) continue
      const at = drawFrom(atMs, random)
      planned.push({ peer: each, atMs: at, backAtMs: downMs && at + drawFrom(downMs, random) })
    }
    return planned
  })
}
