/**
 * The ports of feeds on Hyperswarm and Hypercore.
 *
 * Owns: adapting Hypercore to the ports. Does not own: any wire format.
 */
import { createPrng } from '#types/domain/prng.ts'
import { auditFeed } from './feed-client.ts'
import type { Clock } from '#types/clock.ts'
import type { DhtAddress } from '#worker/p2p/dht.ts'
import type { FeedStore } from './feed-store.ts'
import { serveFeed } from './feed-server.ts'
import { noiseKeyPair } from '#worker/p2p/identity.ts'
import { observeFeed } from './observer.ts'
import type { PeerNetwork } from '#worker/p2p/network.ts'
import type { AuditConnection, AuditRequest, FeedClient, FeedServer } from '../ports.ts'
import type { Log } from '#types/log.ts'

/** @see createHyperFeedClient */
export interface HyperFeedClientOptions {
  /** For the swarms of single-use identities. */
  readonly bootstrap: readonly DhtAddress[]
  readonly host: string
  /** Folder for an audit's replica until the audit ends. */
  readonly auditDir: string
}

/** @see createHyperFeedClient */
export interface HyperFeedClientDeps {
  readonly clock: Clock
  readonly log: Log
  readonly randomBytes: (count: number) => Uint8Array
}

/** Bytes of the seeds of the throwaway identity that observes readers, and of its draws. */
const SEED_BYTES = 32

/** The feeds of other machines, read under single-use identities. */
export function createHyperFeedClient(options: HyperFeedClientOptions, deps: HyperFeedClientDeps): FeedClient {
  const { bootstrap, host } = options
  return {
    auditFeed: (request) => connectAudit(options, deps, request),
    observeFeed: (feed) =>
      observeFeed(
        { bootstrap, host, keyPair: noiseKeyPair(deps.randomBytes(SEED_BYTES)), feed },
        { ...deps, random: createPrng([deps.randomBytes(SEED_BYTES)]) },
      ),
  }
}

/** The feeds of a store, served under the registered identity. The openers of network and store close them. */
export const createHyperFeedServer = (
  { network, store }: { readonly network: PeerNetwork; readonly store: Pick<FeedStore, 'open'> },
  deps: Pick<HyperFeedClientDeps, 'clock' | 'log'>,
): FeedServer => ({
  serveFeed: async ({ feed: key, ...calls }) => serveFeed({ network, feed: await store.open(key), ...calls }, deps),
})

async function connectAudit(
  { bootstrap, host, auditDir }: HyperFeedClientOptions,
  deps: HyperFeedClientDeps,
  { seed, feed, ...request }: AuditRequest,
): Promise<AuditConnection> {
  const keyPair = noiseKeyPair(seed)
  const session = await auditFeed({ ...request, bootstrap, host, keyPair, feed, dir: auditDir }, deps)
  return {
    getBlock: async (index, blockTimeoutMs) => {
      const { block, latencyMs } = await session.getBlock(index, blockTimeoutMs)
      return { bytes: block, latencyMs }
    },
    prove: async (index) => (await session.prove(index)).siblings,
    requestReceipt: (request, receiptTimeoutMs) => session.requestReceipt(request, receiptTimeoutMs),
    close: () => session.close(),
  }
}
