/**
 * The ports of feeds for a worker in a simulated world.
 *
 * Owns: these ports, over simulated hosting. Does not own: requests and answers on their way.
 */
import { identityFrom } from '#worker/simulation/identities.ts'
import type { Place } from '#worker/simulation/play.ts'
import type { FeedClient, FeedServer } from '../ports.ts'
import type { AuditConduct, HosterConduct, Hosting } from './hosting.ts'

/** The feeds that a worker serves from its place, and how it behaves as a hoster. */
export const simulatedFeedServer = (
  { peer, identity }: Place,
  conduct: HosterConduct,
  hosting: Hosting,
): FeedServer => ({
  serveFeed: async (request) => hosting.serve(peer, identity.publicKey, conduct, request),
})

/** The feeds that a worker reads from its place, and how it behaves as an auditor. */
export const simulatedFeedClient = ({ peer, clock }: Place, conduct: AuditConduct, hosting: Hosting): FeedClient => ({
  auditFeed: (request) => {
    const { publicKey } = identityFrom(request.seed)
    return hosting.read({ peer, clock, conduct, isSeen: false, publicKey }, request)
  },
  observeFeed: async ({ key }) => hosting.observe(peer, key),
})
