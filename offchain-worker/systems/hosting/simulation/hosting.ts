/**
 * Hosting and auditing over the simulated network: a hoster's blocks and answers, as a reader or an auditor gets them.
 *
 * Owns: behaviours of hosters and auditors, requests and answers on their way. Does not own: the worker's ports to it.
 */
import { toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import type { Clock } from '#types/clock.ts'
import { blockTimeout, receiptTimeout, unreachable } from '../adapters/feed-errors.ts'
import type { AuditConnection, AuditRequest, FeedObserver, ServedFeed, ServeRequest } from '../ports.ts'
import type { SimulatedNetwork } from '#worker/simulation/network.ts'
import type { SimulatedFeed } from './feed.ts'

/** How a hoster differs from an honest one. */
export interface HosterConduct {
  /** Blocks that it lost. */
  readonly lost: ReadonlySet<number>
  /** Answers nobody. */
  readonly silent: boolean
  /** Delay of each answer, milliseconds. */
  readonly extraMs: number
  /**
   * Whether it refuses the last of a reader's requests, given all of them and the reader's key. Without it, the hoster refuses nobody
   * and keeps no log.
   */
  readonly refuses?: (requests: RequestLog, reader: Uint8Array) => boolean
}

/** A reader's requests, in their order: chunk, its length in bytes, milliseconds of the hoster's clock. */
export type RequestLog = readonly { readonly index: number; readonly bytes: number; readonly at: number }[]

/** An attestor's behaviour in an audit. Lazy: it does nothing. Colluding: it lends the hoster the lost blocks. */
export type AuditConduct = 'honest' | 'lazy' | 'colluding'

interface Host {
  readonly peer: number
  readonly clock: Clock
  readonly request: ServeRequest
  readonly feed: SimulatedFeed
  readonly conduct: HosterConduct
  /** Blocks that a colluding attestor lent, until the hoster gives the receipt for them. */
  readonly lent: Set<number>
  /** Connected readers, by key in hex. */
  readonly readers: Map<string, { readonly peer: number; readonly onReceipt: (receipt: Uint8Array) => void }>
  /** Each reader's requests, by key in hex; only kept by a hoster that refuses some. */
  readonly log: Map<string, RequestLog[number][]>
}

/** A peer that watches the readers of a feed. */
interface Watcher {
  readonly peer: number
  readonly clock: Clock
  readonly traces: Map<string, { readonly index: number; readonly at: number }[]>
  /** Those of readers that have left. */
  readonly ended: Set<string>
}

/** Bytes of a request, and of a proof beside its block. */
const REQUEST_BYTES = 64
const PROOF_BYTES = 640

const hostName = (key: Uint8Array, feed: Uint8Array): string => `${toHex(key)} ${toHex(feed)}`

const holds = ({ conduct, lent }: Host, index: number): boolean => !conduct.lost.has(index) || lent.has(index)

/** Notes this request, and decides whether the hoster refuses it. */
function refuses({ conduct, clock, feed, log }: Host, reader: Uint8Array, index: number): boolean {
  if (!conduct.refuses) return false
  const name = toHex(reader)
  const requests = log.get(name) ?? []
  log.set(name, requests)
  requests.push({ index, bytes: feed.blocks[index]!.length, at: clock.now() })
  return conduct.refuses(requests, reader)
}

/** The identity and behaviour of a reader. */
export interface ReaderTerms {
  readonly peer: number
  readonly clock: Clock
  readonly conduct: AuditConduct
  /** Whether others in the feed's swarm see what it reads. An auditor connects to its hoster only. */
  readonly isSeen: boolean
  readonly publicKey: Uint8Array
}

/** @see createHosting */
export interface Hosting {
  serve(peer: number, key: Uint8Array, conduct: HosterConduct, request: ServeRequest): ServedFeed
  /** Connects to a hoster as a reader. */
  read(terms: ReaderTerms, request: Omit<AuditRequest, 'seed'>): Promise<AuditConnection>
  observe(peer: number, feed: Uint8Array): FeedObserver
  /** All readers' requests to a hoster that refuses some, by the reader's key in hex. Readers that left are in it too. */
  logOf(key: Uint8Array, feed: Uint8Array): ReadonlyMap<string, RequestLog>
}

/** The result of `work`, or an error after `ms` of the asker's clock. */
function within<T>(
  clock: Clock,
  ms: number,
  late: () => AssayError,
  work: (answer: (value: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimer(ms, () => reject(late()))
    work((value) => {
      cancel()
      resolve(value)
    })
  })
}

class SimulatedHosting implements Hosting {
  readonly #network: SimulatedNetwork
  readonly #feeds: ReadonlyMap<string, SimulatedFeed>
  readonly #hosts = new Map<string, Host>()
  readonly #watchers = new Map<string, Set<Watcher>>()

  constructor(network: SimulatedNetwork, feeds: ReadonlyMap<string, SimulatedFeed>) {
    this.#network = network
    this.#feeds = feeds
  }

  serve(peer: number, key: Uint8Array, conduct: HosterConduct, request: ServeRequest): ServedFeed {
    const feed = this.#feeds.get(toHex(request.feed))
    if (!feed) throw new AssayError('UNKNOWN_FEED', `expected a feed of this simulation, got ${toHex(request.feed)}`)
    const clock = this.#network.clockOf(peer)
    const host: Host = { peer, clock, request, feed, conduct, lent: new Set(), readers: new Map(), log: new Map() }
    const name = hostName(key, request.feed)
    this.#hosts.set(name, host)
    return {
      readBlock: async (index) => (holds(host, index) ? feed.blocks[index] : undefined),
      sendReceipt: (publicKey, receipt) => {
        const reader = host.readers.get(toHex(publicKey))
        if (reader) this.#answer(reader.peer, host, receipt.length, () => reader.onReceipt(receipt))
        return reader !== undefined
      },
      branchAt: async (length) => feed.branchAt(length),
      dropped: () => ({}),
      close: async () => void (this.#hosts.get(name) === host && this.#hosts.delete(name)),
    }
  }

  async read(terms: ReaderTerms, request: Omit<AuditRequest, 'seed'>): Promise<AuditConnection> {
    const { peer, clock, conduct, publicKey } = terms
    const { feed, hoster, timeoutMs, receiptRequest, onReceipt } = request
    const late = (): AssayError => unreachable(hoster, timeoutMs)
    if (conduct === 'lazy') throw late()
    const host = await within<Host>(clock, timeoutMs, late, (answer) => {
      const found = this.#hosts.get(hostName(hoster, feed.key))
      if (!found || found.conduct.silent) return
      this.#ask(peer, found, REQUEST_BYTES, REQUEST_BYTES, () => answer(found))
    })
    this.#network.send(peer, host.peer, REQUEST_BYTES, () => {
      host.readers.set(toHex(publicKey), { peer, onReceipt })
      host.request.onListening(publicKey, receiptRequest)
    })
    return {
      getBlock: (index, ms) => this.#getBlock(terms, host, index, ms),
      prove: async (index) => host.feed.siblings(index),
      requestReceipt: (bytes, ms) => this.#requestReceipt(terms, host, bytes, ms),
      close: async () =>
        this.#network.send(peer, host.peer, REQUEST_BYTES, () => {
          host.readers.delete(toHex(publicKey))
          host.request.onGone(publicKey)
          if (terms.isSeen) this.#tellEnd(peer, feed.key, toHex(publicKey))
        }),
    }
  }

  observe(peer: number, feed: Uint8Array): FeedObserver {
    const name = toHex(feed)
    const watcher: Watcher = { peer, clock: this.#network.clockOf(peer), traces: new Map(), ended: new Set() }
    const watchers = this.#watchers.get(name) ?? new Set()
    this.#watchers.set(name, watchers.add(watcher))
    return {
      traces: () => [...watcher.traces].flatMap(([reader, trace]) => (watcher.ended.has(reader) ? [trace] : [])),
      close: async () => void watchers.delete(watcher),
    }
  }

  logOf(key: Uint8Array, feed: Uint8Array): ReadonlyMap<string, RequestLog> {
    return this.#hosts.get(hostName(key, feed))?.log ?? new Map()
  }

  #requestReceipt(
    { peer, clock, publicKey }: ReaderTerms,
    host: Host,
    bytes: Uint8Array,
    ms: number,
  ): Promise<Uint8Array> {
    const late = (): AssayError => receiptTimeout(ms)
    return within(clock, ms, late, (answer) =>
      this.#network.send(peer, host.peer, bytes.length, () => {
        void host.request.onReceiptRequest(publicKey, bytes).then(
          (receipt) => {
            host.lent.clear()
            if (receipt) this.#answer(peer, host, receipt.length, () => answer(receipt))
          },
          // A hoster refuses a request by silence.
          () => undefined,
        )
      }),
    )
  }

  #getBlock(
    { peer, clock, conduct, isSeen, publicKey }: ReaderTerms,
    host: Host,
    index: number,
    ms: number,
  ): ReturnType<AuditConnection['getBlock']> {
    const asked = clock.now()
    const late = (): AssayError => blockTimeout(index, ms, true)
    return within(clock, ms, late, (answer) => {
      const bytes = host.feed.blocks[index]
      if (!bytes) return
      this.#network.send(peer, host.peer, REQUEST_BYTES, () => {
        if (conduct === 'colluding') host.lent.add(index)
        if (!holds(host, index) || refuses(host, publicKey, index)) return
        host.request.onServed(publicKey, index)
        this.#answer(peer, host, bytes.length + PROOF_BYTES, () => {
          if (isSeen) this.#tell(peer, host.feed.head.key, toHex(publicKey), index)
          answer({ bytes, latencyMs: clock.now() - asked })
        })
      })
    })
  }

  /** Tells the watchers of the feed's swarm that a reader got a block. */
  #tell(peer: number, feed: Uint8Array, reader: string, index: number): void {
    for (const watcher of this.#watchers.get(toHex(feed)) ?? [])
      this.#network.send(peer, watcher.peer, REQUEST_BYTES, () => {
        const trace = watcher.traces.get(reader) ?? []
        watcher.traces.set(reader, trace)
        trace.push({ index, at: watcher.clock.now() })
      })
  }

  #tellEnd(peer: number, feed: Uint8Array, reader: string): void {
    for (const watcher of this.#watchers.get(toHex(feed)) ?? [])
      this.#network.send(peer, watcher.peer, REQUEST_BYTES, () => void watcher.ended.add(reader))
  }

  #ask(peer: number, host: Host, bytes: number, answerBytes: number, answered: () => void): void {
    this.#network.send(peer, host.peer, bytes, () => this.#answer(peer, host, answerBytes, answered))
  }

  #answer(peer: number, host: Host, bytes: number, answered: () => void): void {
    this.#network.send(host.peer, peer, bytes, answered, host.conduct.extraMs)
  }
}

/** Hosting of the given feeds, which are keyed by hex. */
export const createHosting = (network: SimulatedNetwork, feeds: ReadonlyMap<string, SimulatedFeed>): Hosting =>
  new SimulatedHosting(network, feeds)
