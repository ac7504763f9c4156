/**
 * Hosting and auditing over the simulated network: what a hoster holds and how it answers, and what an auditor gets of it.
 *
 * Owns: behaviours of hosters and auditors, requests and answers on their way. Does not own: the ports that a worker has of it
 * (ports.ts).
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
  /** Blocks that it does not hold any more. */
  readonly lost: ReadonlySet<number>
  /** Answers nobody. */
  readonly silent: boolean
  /** By so much each answer is late, milliseconds. */
  readonly extraMs: number
  /** Whether it refuses the last of a reader's requests, by all of them. Without, it refuses nobody and keeps no log. */
  readonly refuses?: (requests: RequestLog) => boolean
}

/** What a reader asked for, in that order: chunk, its length in bytes, milliseconds of the hoster's clock. */
export type RequestLog = readonly { readonly index: number; readonly bytes: number; readonly at: number }[]

/** What an attestor does in place of an audit. Lazy: nothing. Colluding: lends the hoster the blocks it has lost. */
export type AuditConduct = 'honest' | 'lazy' | 'colluding'

interface Host {
  readonly peer: number
  readonly clock: Clock
  readonly request: ServeRequest
  readonly feed: SimulatedFeed
  readonly conduct: HosterConduct
  /** Blocks that a colluding attestor has lent, until the receipt for them is given. */
  readonly lent: Set<number>
  /** Readers that are there, by key in hex. */
  readonly readers: Map<string, { readonly peer: number; readonly onReceipt: (receipt: Uint8Array) => void }>
  /** What each reader asked for, by key in hex, of a hoster that refuses some. */
  readonly log: Map<string, RequestLog[number][]>
}

/** One who looks at readers of a feed. */
interface Watcher {
  readonly peer: number
  readonly clock: Clock
  readonly traces: Map<string, { readonly index: number; readonly at: number }[]>
}

/** Bytes of a request, and of a proof beside its block. */
const REQUEST_BYTES = 64
const PROOF_BYTES = 640

const hostName = (key: Uint8Array, feed: Uint8Array): string => `${toHex(key)} ${toHex(feed)}`

const holds = ({ conduct, lent }: Host, index: number): boolean => !conduct.lost.has(index) || lent.has(index)

/** Whether the hoster refuses this request, which it notes first. */
function refuses({ conduct, clock, feed, log }: Host, reader: Uint8Array, index: number): boolean {
  if (!conduct.refuses) return false
  const name = toHex(reader)
  const requests = log.get(name) ?? []
  log.set(name, requests)
  requests.push({ index, bytes: feed.blocks[index]!.length, at: clock.now() })
  return conduct.refuses(requests)
}

/** Who reads, and how. */
export interface ReaderTerms {
  readonly peer: number
  readonly clock: Clock
  readonly conduct: AuditConduct
  /** Whether others in the feed's swarm see what it reads. An auditor meets its hoster only. */
  readonly isSeen: boolean
  readonly publicKey: Uint8Array
}

/** @see createHosting */
export interface Hosting {
  serve(peer: number, key: Uint8Array, conduct: HosterConduct, request: ServeRequest): ServedFeed
  /** Meets a hoster as a reader. */
  read(terms: ReaderTerms, request: Omit<AuditRequest, 'seed'>): Promise<AuditConnection>
  observe(peer: number, feed: Uint8Array): FeedObserver
  /** What readers asked of a hoster that refuses some, by the reader's key in hex. Readers that are gone are in it too. */
  logOf(key: Uint8Array, feed: Uint8Array): ReadonlyMap<string, RequestLog>
}

/** `work`'s answer, or an error after `ms` of the asker's time. */
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
        }),
    }
  }

  observe(peer: number, feed: Uint8Array): FeedObserver {
    const name = toHex(feed)
    const watcher: Watcher = { peer, clock: this.#network.clockOf(peer), traces: new Map() }
    const watchers = this.#watchers.get(name) ?? new Set()
    this.#watchers.set(name, watchers.add(watcher))
    return {
      traces: () => [...watcher.traces.values()],
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
          // A request that the hoster refuses is one it does not answer.
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

  /** Whoever looks at the feed's swarm hears that a block has come to a reader. */
  #tell(peer: number, feed: Uint8Array, reader: string, index: number): void {
    for (const watcher of this.#watchers.get(toHex(feed)) ?? [])
      this.#network.send(peer, watcher.peer, REQUEST_BYTES, () => {
        const trace = watcher.traces.get(reader) ?? []
        watcher.traces.set(reader, trace)
        trace.push({ index, at: watcher.clock.now() })
      })
  }

  #ask(peer: number, host: Host, bytes: number, answerBytes: number, answered: () => void): void {
    this.#network.send(peer, host.peer, bytes, () => this.#answer(peer, host, answerBytes, answered))
  }

  #answer(peer: number, host: Host, bytes: number, answered: () => void): void {
    this.#network.send(host.peer, peer, bytes, answered, host.conduct.extraMs)
  }
}

/** Hosting of these feeds, by key in hex. */
export const createHosting = (network: SimulatedNetwork, feeds: ReadonlyMap<string, SimulatedFeed>): Hosting =>
  new SimulatedHosting(network, feeds)
