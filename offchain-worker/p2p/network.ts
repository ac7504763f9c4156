/**
 * One Noise identity on Hyperswarm: one connection per remote key, shared by every mesh and feed of this process.
 *
 * Owns: the swarm, announcing, topics, and closing all of it. Does not own: which connections to keep.
 */
import { AssayError, messageOf } from '#types/errors.ts'
import HyperDHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import type { PeerDiscoverySession } from 'hyperswarm'
import { withDeadline } from '#types/clock.ts'
import { settled } from './waiting.ts'
import type { Clock } from '#types/clock.ts'
import { ConnectionTable, MAX_CONNECTIONS } from './connections.ts'
import type { Attachment } from './connections.ts'
import type { DhtAddress } from './dht.ts'
import { asBuffer, asBufferKeyPair, copyOf } from './identity.ts'
import type { NoiseKeyPair } from './identity.ts'
import type { Log } from '#types/log.ts'
import { Redialer } from './redialer.ts'
import type { Patience } from './redialer.ts'
import { retried } from './retry.ts'

/** Dials at the same time. A dead peer holds a place for up to 8 s, so this must exceed the peers of a round. */
const MAX_PARALLEL_DIALS = 32
/**
 * The DHT keeps records in memory only. After it restarts, nobody finds us until we announce again; Hyperswarm does so
 * only minutes later.
 */
const REANNOUNCE_MS = 20_000
/** How long the DHT may take to answer. On a busy machine a DHT that is there misses a try. */
const START_DEADLINE_MS = 20_000
/** The least time for a try; longer ones get half of what is left, because a busy machine may need it. */
const TRY_MS = 10_000
const CLOSE_DEADLINE_MS = 1_000
const UNREACHABLE = 'DHT_UNREACHABLE'

/** @see createPeerNetwork */
export interface PeerNetworkOptions {
  readonly bootstrap: readonly DhtAddress[]
  /** IPv4 address to bind. Default loopback. */
  readonly host?: string
  readonly keyPair: NoiseKeyPair
  /** Whether others can dial this identity. Default true. An auditor only dials. */
  readonly listen?: boolean
  /**
   * Whether peers must punch holes to reach us. Default false: right on loopback and in one network, wrong behind a
   * NAT.
   */
  readonly firewalled?: boolean
  /** How long the DHT may take to answer, all tries together, in milliseconds. Default 20 s. */
  readonly deadlineMs?: number
}

/** @see createPeerNetwork */
export interface PeerNetworkDeps {
  readonly clock: Clock
  readonly log: Log
  /** Whether the caller gave up meanwhile; then no other try begins. */
  readonly isStopped?: () => boolean
}

/** A joined topic. */
export interface JoinedTopic {
  /** Resolves once the first announcement or search is finished. */
  flushed(): Promise<void>
  leave(): Promise<void>
}

/** An identity on the network. createPeerNetwork makes it. */
export class PeerNetwork {
  readonly publicKey: Uint8Array
  readonly #bootstrap: readonly DhtAddress[]
  readonly #swarm: Hyperswarm
  readonly #clock: Clock
  readonly #log: Log
  readonly #redialer: Redialer
  readonly #connections: ConnectionTable
  readonly #names = new Set<string>()
  readonly #topics = new Set<PeerDiscoverySession>()
  readonly #closers = new Set<() => Promise<void>>()
  #cancelReannounce: (() => void) | undefined
  #closing: Promise<void> | undefined

  constructor(options: PeerNetworkOptions, { clock, log }: PeerNetworkDeps) {
    this.publicKey = copyOf(options.keyPair.publicKey)
    this.#bootstrap = options.bootstrap
    this.#clock = clock
    this.#log = log
    const { bootstrap, host = '127.0.0.1', firewalled = false } = options
    this.#swarm = new Hyperswarm({
      dht: new HyperDHT({ bootstrap, host, firewalled, ephemeral: true }),
      keyPair: asBufferKeyPair(options.keyPair),
      maxPeers: MAX_CONNECTIONS,
      maxParallel: MAX_PARALLEL_DIALS,
    })
    const dialler = {
      isConnected: (name: string) => this.#connections.has(name),
      // A second call overrides Hyperswarm's back-off. It does not disturb a dial under way.
      dial: (publicKey: Uint8Array) => this.#swarm.joinPeer(asBuffer(publicKey)),
      giveUp: (publicKey: Uint8Array) => this.#swarm.leavePeer(asBuffer(publicKey)),
    }
    this.#redialer = new Redialer(dialler, clock)
    const onLost = (name: string): void => this.#redialer.lost(name)
    this.#connections = new ConnectionTable({ isDialled: (name) => this.#redialer.wants(name), onLost }, { clock, log })
    this.#swarm.on('connection', (connection) => this.#connections.admit(connection))
  }

  /** Finds the DHT and, with `listen`, announces the identity there. */
  async start(listen: boolean): Promise<void> {
    await this.#swarm.dht.fullyBootstrapped()
    // It also resolves, after some seconds, if nobody answered.
    if (this.#swarm.dht.toArray({ limit: 1 }).length === 0) throw unreachable(this.#bootstrap)
    if (listen) await this.#swarm.listen()
    this.#reannounceLater()
  }

  /** Keys of the open connections. */
  connected(): Uint8Array[] {
    return this.#connections.publicKeys()
  }

  /** Gives an attachment the connections that it wants, the open ones and the later ones, until detached. */
  attach(attachment: Attachment): () => void {
    this.#assertOpen()
    return this.#connections.attach(attachment)
  }

  /** Dials a key again and again until released. To keep the connection, an attachment must want it. */
  dial(publicKey: Uint8Array, patience: Patience = 'at once'): () => void {
    this.#assertOpen()
    return this.#redialer.want(publicKey, patience)
  }

  /** Joins a topic. `server`: others find us under it. `client`: we look for its servers. */
  joinTopic(topic: Uint8Array, mode: { client: boolean; server: boolean }): JoinedTopic {
    this.#assertOpen()
    const session = this.#swarm.join(asBuffer(topic), mode)
    this.#topics.add(session)
    return {
      flushed: async () => void (await session.flushed()),
      leave: async () => {
        this.#topics.delete(session)
        await session.destroy()
      },
    }
  }

  /**
   * Reserves a name that only one user of this identity may hold at a time.
   * @throws AssayError `CHANNEL_IN_USE`, `NETWORK_CLOSED`
   */
  reserve(name: string): () => void {
    this.#assertOpen()
    if (this.#names.has(name)) {
      throw new AssayError(
        'CHANNEL_IN_USE',
        `expected ${name} to be closed on this identity, got it open: close it first`,
      )
    }
    this.#names.add(name)
    return () => this.#names.delete(name)
  }

  /** Runs `closer` when the network closes. The returned function cancels that. */
  onClose(closer: () => Promise<void>): () => void {
    this.#closers.add(closer)
    return () => this.#closers.delete(closer)
  }

  /**
   * Flushes, closes connections, unannounces and leaves no handle behind. Takes about a second at most, also with a
   * dead DHT.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await Promise.allSettled([...this.#closers].map((closer) => closer()))
    this.#redialer.stop()
    this.#cancelReannounce?.()
    await this.#connections.close()
    // A graceful destroy unannounces over the DHT. That takes 5 s if the DHT is gone.
    if (await settled(this.#clock, CLOSE_DEADLINE_MS, this.#swarm.destroy())) return
    await settled(this.#clock, CLOSE_DEADLINE_MS, this.#swarm.dht.destroy({ force: true }))
  }

  #assertOpen(): void {
    if (this.#closing !== undefined)
      throw new AssayError('NETWORK_CLOSED', 'expected an open network, got a closed one')
  }

  #reannounceLater(): void {
    if (this.#closing !== undefined) return
    this.#cancelReannounce = this.#clock.setTimer(REANNOUNCE_MS, () => {
      this.#swarm.server.refresh()
      for (const topic of this.#topics) topic.refresh().catch((error: unknown) => this.#logError(error))
      this.#reannounceLater()
    })
  }

  #logError(error: unknown): void {
    this.#log.debug({ error: messageOf(error) }, 'announcing again failed')
  }
}

function unreachable(bootstrap: readonly DhtAddress[]): AssayError {
  const addresses = bootstrap.map(({ host, port }) => `${host}:${port}`).join(', ')
  const message = `expected an answer of the DHT at ${addresses}, got none: is it running?`
  return new AssayError(UNREACHABLE, message, { addresses })
}

/** One try to find the DHT. If it fails, it leaves nothing open. */
async function joinOnce(options: PeerNetworkOptions, deps: PeerNetworkDeps, deadlineMs: number): Promise<PeerNetwork> {
  const network = new PeerNetwork(options, deps)
  const late = (): AssayError => unreachable(options.bootstrap)
  try {
    await withDeadline(deps.clock, deadlineMs, network.start(options.listen ?? true), late)
    return network
  } catch (error) {
    await network.close()
    throw error
  }
}

/**
 * Puts an identity on the network of a DHT. Resolves once others can dial it (with `listen`) or it has found the DHT. It tries again
 * until the deadline, because a busy DHT loses packets.
 * @throws AssayError `DHT_UNREACHABLE` if the DHT does not answer in time
 */
export function createPeerNetwork(options: PeerNetworkOptions, deps: PeerNetworkDeps): Promise<PeerNetwork> {
  return retried((leftMs) => joinOnce(options, deps, Math.min(leftMs, Math.max(TRY_MS, leftMs / 2))), {
    clock: deps.clock,
    random: Math.random,
    withinMs: options.deadlineMs ?? START_DEADLINE_MS,
    isPassing: (error) => deps.isStopped?.() !== true && error instanceof AssayError && error.code === UNREACHABLE,
  })
}
