/**
 * The ports of feeds: how a role reads, observes and serves Hypercores.
 *
 * Owns: these interfaces, and what a hoster tells. Does not own: the ports of encoded copies (copy-ports.ts).
 */
import type { TreeNode } from '#types/domain/hosting/feed.ts'
import type { FeedBranch, FeedConflict, PromisedFeed } from '#types/domain/hosting/feed-growth.ts'
import type { KernelProgress, RoleDeps } from '#worker/kernel/ports.ts'
import type { PinnedCopies, PinningProgress } from './copy-ports.ts'
import type { ReceiptDrops } from './adapters/receipt-channel.ts'
import type { ReadTrace } from './protocol/read-habits.ts'

/** @see FeedClient.auditFeed */
export interface AuditRequest {
  /** 32 bytes, from which the single-use identity is made. */
  readonly seed: Uint8Array
  /** What the hoster promised to serve. */
  readonly feed: PromisedFeed
  /** The hoster's registered Noise key. */
  readonly hoster: Uint8Array
  /** To find the hoster and hear from it. */
  readonly timeoutMs: number
  /** Told to the hoster on coming, as by every reader: with this it gives receipts unasked. */
  readonly receiptRequest: Uint8Array
  /** A receipt that was given unasked. */
  readonly onReceipt: (receipt: Uint8Array) => void
}

/** A block as a hoster served it. */
interface ServedBlock {
  readonly bytes: Uint8Array
  readonly latencyMs: number
}

/** A connection to a hoster under a single-use identity. */
export interface AuditConnection {
  /** @throws AssayError where the block does not come in time or is not of the feed. */
  getBlock(index: number, timeoutMs: number): Promise<ServedBlock>
  /** The siblings on the way from a block that came up to its root. @throws AssayError where it did not come. */
  prove(index: number): Promise<readonly TreeNode[]>
  /** @throws AssayError where no answer comes in time. */
  requestReceipt(request: Uint8Array, timeoutMs: number): Promise<Uint8Array>
  /** Hangs up and leaves nothing behind. */
  close(): Promise<void>
}

/** @see FeedServer.serveFeed */
export interface ServeRequest {
  /** Key of the feed. */
  readonly feed: Uint8Array
  readonly onServed: (reader: Uint8Array, index: number) => void
  /** A reader came, and takes receipts unasked by that request. */
  readonly onListening: (reader: Uint8Array, request: Uint8Array) => void
  /** A reader has gone. */
  readonly onGone: (reader: Uint8Array) => void
  /** A peer has shown that the feed's key signed another tree too. The copy cannot be served from then on. */
  readonly onConflict: (conflict: FeedConflict) => void
  /** `undefined` refuses in silence. */
  readonly onReceiptRequest: (reader: Uint8Array, request: Uint8Array) => Promise<Uint8Array | undefined>
}

/** A feed that is being served. */
export interface ServedFeed {
  /** A block that is held; never asks the network. */
  readBlock(index: number): Promise<Uint8Array | undefined>
  /** The tree that is held, and its roots at a length that it has had. @throws AssayError where it is shorter */
  branchAt(length: number): Promise<FeedBranch>
  /** Gives a receipt unasked; false where the reader is not there. */
  sendReceipt(reader: Uint8Array, receipt: Uint8Array): boolean
  /** What readers sent on the receipt channel and was dropped, by reason. */
  dropped(): ReceiptDrops
  close(): Promise<void>
}

/** Readers seen in a feed's swarm. */
export interface FeedObserver {
  /** For each that has left, or has read much, what came to it. */
  traces(): readonly ReadTrace[]
  close(): Promise<void>
}

/** Feeds that other machines hold. */
export interface FeedClient {
  /** Meets a hoster as a stranger. @throws AssayError where it is not found in time or offers another feed. */
  auditFeed(request: AuditRequest): Promise<AuditConnection>
  /**
   * Looks at what readers of a feed's swarm read, under a throwaway identity, until closed. It asks a reader for a few
   * of the blocks that this reader says to have.
   * @throws AssayError where the network is not there
   */
  observeFeed(feed: PromisedFeed): Promise<FeedObserver>
}

/** Feeds that this machine holds. */
export interface FeedServer {
  /** Serves a feed to everybody until it is closed. */
  serveFeed(request: ServeRequest): Promise<ServedFeed>
}

/** What a hoster tells to those who watch it. */
export type HostingProgress =
  | PinningProgress
  | { readonly kind: 'hosting'; readonly feed: Uint8Array }
  | { readonly kind: 'receipt-given'; readonly reader: Uint8Array; readonly chunks: number }

/** What a hoster is given. */
export interface HosterDeps extends Omit<RoleDeps, 'report'> {
  readonly feeds: FeedServer
  /** The encoded copies on its disk; absent in a hoster that keeps none. */
  readonly copies?: PinnedCopies
  readonly report: (progress: HostingProgress | KernelProgress) => void
}
