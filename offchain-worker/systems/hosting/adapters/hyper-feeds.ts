/**
 * The ports of feeds on Hyperswarm and Hypercore.
 *
 * Owns: adapting Hypercore to the ports, and a feed's head in the chain's form. Does not own: any wire format.
 */
import { AssayError } from '#types/errors.ts'
import { toHex } from '#types/bytes.ts'
import { checkFeedHead, treeHash, type FeedHead } from '#types/domain/hosting/feed.ts'
import { auditFeed } from './feed-client.ts'
import type { Clock } from '#types/clock.ts'
import type { DhtAddress } from '#worker/p2p/dht.ts'
import { proveBlock, readFeedHead } from './feed-proof.ts'
import type { Feed, FeedStore } from './feed-store.ts'
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

/** Bytes of the seed of the throwaway identity that observes readers. */
const SEED_BYTES = 32

const treeNodes = (
  nodes: readonly { readonly hash: Uint8Array; readonly size: number }[],
): { hash: Uint8Array; size: bigint }[] => nodes.map(({ hash, size }) => ({ hash, size: BigInt(size) }))

/** The feeds of other machines, read under single-use identities. */
export function createHyperFeedClient(options: HyperFeedClientOptions, deps: HyperFeedClientDeps): FeedClient {
  const { bootstrap, host } = options
  return {
    auditFeed: (request) => connectAudit(options, deps, request),
    observeFeed: (feed) =>
      observeFeed({ bootstrap, host, keyPair: noiseKeyPair(deps.randomBytes(SEED_BYTES)), feed }, deps),
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
  const { key, length, fork, roots } = feed
  const registered = { key, length, fork, treeHash: treeHash(length, roots) }
  const keyPair = noiseKeyPair(seed)
  const session = await auditFeed({ ...request, bootstrap, host, keyPair, feed: registered, dir: auditDir }, deps)
  return {
    getBlock: async (index, blockTimeoutMs) => {
      const { block, latencyMs } = await session.getBlock(index, blockTimeoutMs)
      return { bytes: block, latencyMs }
    },
    prove: async (index) => treeNodes((await session.prove(index)).siblings),
    requestReceipt: (request, receiptTimeoutMs) => session.requestReceipt(request, receiptTimeoutMs),
    close: () => session.close(),
  }
}

/**
 * Length of the fixed head in Hypercore's encoding of the default manifest: version, flags, hash, quorum, and the head
 * of the only signer.
 */
const MANIFEST_HEAD_BYTES = 6
const KEY_BYTES = 32

/**
 * A feed's head in the form that the chain registers. The feed's first block must be stored.
 * @throws AssayError `UNSUPPORTED_FEED` unless the feed has one ed25519 signer and the default manifest
 */
export async function chainFeedHead({ core, key }: Feed): Promise<FeedHead> {
  const { manifest, length, fork, signature } = await readFeedHead(core)
  const { roots } = await proveBlock(core, 0)
  const namespaceEnd = MANIFEST_HEAD_BYTES + KEY_BYTES
  const head: FeedHead = {
    key,
    namespace: manifest.slice(MANIFEST_HEAD_BYTES, namespaceEnd),
    publicKey: manifest.slice(namespaceEnd, namespaceEnd + KEY_BYTES),
    length,
    fork,
    roots: treeNodes(roots),
    signature,
  }
  const fault = checkFeedHead(head)
  if (!fault) return head
  throw new AssayError(
    'UNSUPPORTED_FEED',
    `expected feed ${toHex(key)} to have one ed25519 signer and the default manifest, got another ${fault}`,
  )
}
