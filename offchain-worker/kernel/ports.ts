/**
 * Everything a role may touch of the world: chain, network, journal, time, chance, and somebody to tell.
 *
 * Owns: these interfaces. Does not own: what is behind them: Hyperswarm (hyper-network.ts), `level` (journal.ts), the machine's
 * clock, or virtual time and an in-process chain in tests and the simulation.
 */
import type { ChainPort } from '#chain/api/chain-port.ts'
import type { FeedHead, TreeNode } from '#types/domain/hosting/feed.ts'
import type { Clock } from '#types/clock.ts'
import type { Log } from '#types/log.ts'
import type { Mesh, MeshOptions } from '../p2p/mesh-interface.ts'
import type { ReceiptDrops } from '../systems/hosting/adapters/receipt-channel.ts'
import type { ReadTrace } from '../systems/hosting/protocol/read-habits.ts'

/** A Noise key that signs: ed25519, 64 bytes. */
export interface NoiseIdentity {
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Uint8Array
}

/** @see NetworkPort.auditFeed */
export interface AuditRequest {
  /** 32 bytes, from which the single-use identity is made. */
  readonly seed: Uint8Array
  readonly feed: FeedHead
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

/** @see NetworkPort.serveFeed */
export interface ServeRequest {
  /** Key of the feed. */
  readonly feed: Uint8Array
  readonly onServed: (reader: Uint8Array, index: number) => void
  /** A reader came, and takes receipts unasked by that request. */
  readonly onListening: (reader: Uint8Array, request: Uint8Array) => void
  /** A reader has gone. */
  readonly onGone: (reader: Uint8Array) => void
  /** `undefined` refuses in silence. */
  readonly onReceiptRequest: (reader: Uint8Array, request: Uint8Array) => Promise<Uint8Array | undefined>
}

/** A feed that is being served. */
export interface ServedFeed {
  /** A block that is held; never asks the network. */
  readBlock(index: number): Promise<Uint8Array | undefined>
  /** Gives a receipt unasked; false where the reader is not there. */
  sendReceipt(reader: Uint8Array, receipt: Uint8Array): boolean
  /** What readers sent on the receipt channel and was dropped, by reason. */
  dropped(): ReceiptDrops
  close(): Promise<void>
}

/** Readers seen in a feed's swarm. */
export interface FeedObserver {
  /** For each, what came to it. */
  traces(): readonly ReadTrace[]
  close(): Promise<void>
}

/** The peer-to-peer network under the worker's registered Noise key. */
export interface NetworkPort {
  readonly identity: NoiseIdentity
  /** The identity that a seed of 32 bytes makes, for one use. */
  singleUse(seed: Uint8Array): NoiseIdentity
  /** Joins the mesh of a session. */
  openMesh(options: MeshOptions): Pick<Mesh, 'send' | 'broadcast' | 'dropped' | 'close'>
  /** Meets a hoster as a stranger. @throws AssayError where it is not found in time or offers another feed. */
  auditFeed(request: AuditRequest): Promise<AuditConnection>
  /**
   * Looks at what readers of a feed's swarm read, under a throwaway identity and without reading anything, until closed.
   * @throws AssayError where the network is not there
   */
  observeFeed(feed: Pick<FeedHead, 'key' | 'length'>): Promise<FeedObserver>
  /** Serves a feed that this machine holds. */
  serveFeed(request: ServeRequest): Promise<ServedFeed>
}

/** What a worker must not forget when it is killed. A write that has resolved survives. */
export interface Journal {
  get(key: string): Promise<Uint8Array | undefined>
  put(key: string, value: Uint8Array): Promise<void>
  delete(key: string): Promise<void>
}

/** What people who watch a worker may want to know. Byte strings are keys or hashes, never secrets. */
export type Progress =
  | { readonly kind: 'registered' }
  | { readonly kind: 'status'; readonly status: 'Active' | 'Paused' | 'Unregistered' }
  | { readonly kind: 'hosting'; readonly feed: Uint8Array }
  | { readonly kind: 'duty-taken'; readonly round: number }
  | { readonly kind: 'duty-declined'; readonly round: number; readonly why: string }
  | { readonly kind: 'duty-ended'; readonly round: number; readonly why: string }
  | { readonly kind: 'coinflip-started'; readonly round: number; readonly attempt: number; readonly members: number }
  | {
      readonly kind: 'coinflip-exit'
      readonly round: number
      readonly attempt: number
      readonly exit: 'success' | 'offline' | 'malicious'
      /** Noise keys of the absent or the offender. */
      readonly named: readonly Uint8Array[]
      /** Noise keys of those whose lies did not end the session. */
      readonly liars: readonly Uint8Array[]
    }
  | {
      readonly kind: 'audit-started'
      readonly round: number
      readonly chunks: number
      readonly slot: string
      /** Readers of the feed that were observed before. */
      readonly readersSeen: number
    }
  | {
      readonly kind: 'audit-done'
      readonly round: number
      readonly result: 'served' | 'partial' | 'unserved'
      /** How often the hoster was visited. */
      readonly visits: number
      readonly received: number
      readonly lost: number
      /** Chunks to ask for, when nothing is lost. */
      readonly planned: number
      readonly why: string
    }
  | {
      readonly kind: 'submitted'
      readonly duty: string
      readonly outcome: 'included' | 'failed' | 'refused'
      readonly why: string
    }
  | { readonly kind: 'receipt-given'; readonly reader: Uint8Array; readonly chunks: number }

/** What every role is given. */
export interface RoleDeps {
  readonly chain: ChainPort
  readonly network: NetworkPort
  readonly journal: Journal
  readonly clock: Clock
  /** Cryptographically random bytes. */
  readonly randomBytes: (count: number) => Uint8Array
  readonly log: Log
  readonly report: (progress: Progress) => void
}
