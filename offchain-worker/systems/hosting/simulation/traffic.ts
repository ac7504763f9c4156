/**
 * Ordinary readers that keep coming to simulated hosters.
 *
 * Owns: when they come, and how many got all that they asked for. Does not own: one reader's session.
 */
import type { FeedHead } from '#types/domain/hosting/feed.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import type { SimulatedNetwork } from '#worker/simulation/network.ts'
import type { Chance } from '#worker/simulation/random.ts'
import type { Scheduler } from '#worker/simulation/scheduler.ts'
import type { Hosting } from './hosting.ts'
import { readOnce } from './readers.ts'

/** Number of finished sessions, and of those among them that did not get all. */
export interface TrafficCounts {
  readonly sessions: number
  readonly refused: number
}

/** @see createTraffic */
export interface TrafficDeps {
  readonly scheduler: Scheduler
  readonly network: SimulatedNetwork
  readonly hosting: Hosting
  readonly chance: Chance
}

/** @see createTraffic */
export interface Traffic {
  readonly counts: TrafficCounts
  /** Lets readers come to that hoster, on average one every `everyMs` milliseconds. */
  begin(target: { readonly feed: FeedHead; readonly hoster: Uint8Array }, everyMs: number): void
}

/** Traffic without readers yet. They come from the network's place `peer`. */
export function createTraffic(peer: number, { scheduler, network, hosting, chance }: TrafficDeps): Traffic {
  const counts = { sessions: 0, refused: 0 }
  const streams = chance.streams('readers')
  let number = 0
  return {
    counts,
    begin(target, everyMs) {
      const random = streams.at(number++)
      const come = (): void => {
        const session = number++
        const identity = identityOf(`reader/${session}`)
        const clock = network.clockOf(peer)
        void readOnce(hosting, { ...target, peer, clock, identity, random: streams.at(session) }).then(
          ({ failure }) => {
            counts.sessions++
            if (failure !== undefined) counts.refused++
          },
          // A hoster that is down, or answers nobody, has no readers.
          () => undefined,
        )
        scheduler.after(2 * everyMs * random.unit(), come)
      }
      scheduler.after(2 * everyMs * random.unit(), come)
    },
  }
}
