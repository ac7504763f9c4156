/**
 * Hosting and auditing over the simulated network: what a hoster holds and how it answers, and what an auditor gets of it.
 *
 * Owns: behaviours of hosters and auditors, requests and answers on their way. Does not own: links (network.ts), receipts and what is
 * believed of them (roles/hoster.ts, protocols/audit.ts).
 */
import { toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import type { Clock } from '#types/clock.ts'
import { blockTimeout, receiptTimeout, unreachable } from '../p2p/audit-errors.ts'
import type { AuditConnection, AuditRequest, NoiseIdentity, ServedFeed, ServeRequest } from '../roles/ports.ts'
import type { SimulatedNetwork } from './network.ts'
import type { SimulatedFeed } from './simulated-feed.ts'

/** How a hoster differs from an honest one. */
export interface HosterConduct {
  /** Blocks that it does not hold any more. */
  readonly lost: ReadonlySet<number>
  /** Answers nobody. */
  readonly silent: boolean
  /** By so much each answer is late, milliseconds. */
  readonly extraMs: number
}

/** What an attestor does in place of an audit. Lazy: nothing. Colluding: lends the hoster the blocks it has lost. */
export type AuditConduct = 'honest' | 'lazy' | 'colluding'

interface Host {
  readonly peer: number
  readonly request: ServeRequest
  readonly feed: SimulatedFeed
  readonly conduct: HosterConduct
  /** Blocks that a colluding attestor has lent, until the receipt for them is given. */
  readonly lent: Set<number>
}

/** Bytes of a request, and of a proof beside its block. */
const REQUEST_BYTES = 64
const PROOF_BYTES = 640

const holds = ({ conduct, lent }: Host, index: number): boolean => !conduct.lost.has(index) || lent.has(index)

/** @see createHosting */
export interface Hosting {
  serve(peer: number, key: Uint8Array, conduct: HosterConduct, request: ServeRequest): ServedFeed
  audit(
    peer: number,
    clock: Clock,
    conduct: AuditConduct,
    reader: NoiseIdentity,
    request: AuditRequest,
  ): Promise<AuditConnection>
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

  constructor(network: SimulatedNetwork, feeds: ReadonlyMap<string, SimulatedFeed>) {
    this.#network = network
    this.#feeds = feeds
  }

  serve(peer: number, key: Uint8Array, conduct: HosterConduct, request: ServeRequest): ServedFeed {
    const feed = this.#feeds.get(toHex(request.feed))
    if (!feed) throw new AssayError('UNKNOWN_FEED', `expected a feed of this simulation, got ${toHex(request.feed)}`)
    const host: Host = { peer, request, feed, conduct, lent: new Set() }
    const name = `${toHex(key)} ${toHex(request.feed)}`
    this.#hosts.set(name, host)
    return {
      readBlock: async (index) => (holds(host, index) ? feed.blocks[index] : undefined),
      close: async () => void (this.#hosts.get(name) === host && this.#hosts.delete(name)),
    }
  }

  async audit(
    peer: number,
    clock: Clock,
    conduct: AuditConduct,
    { publicKey: reader }: NoiseIdentity,
    { feed, hoster, timeoutMs }: AuditRequest,
  ): Promise<AuditConnection> {
    const late = (): AssayError => unreachable(hoster, timeoutMs)
    if (conduct === 'lazy') throw late()
    const name = `${toHex(hoster)} ${toHex(feed.key)}`
    const host = await within<Host>(clock, timeoutMs, late, (answer) => {
      const found = this.#hosts.get(name)
      if (!found || found.conduct.silent) return
      this.#ask(peer, found, REQUEST_BYTES, REQUEST_BYTES, () => answer(found))
    })
    return {
      getBlock: (index, ms) => this.#getBlock({ peer, clock, conduct, reader }, host, index, ms),
      requestReceipt: (bytes, ms) =>
        within(
          clock,
          ms,
          () => receiptTimeout(ms),
          (answer) =>
            this.#network.send(peer, host.peer, bytes.length, () => {
              void host.request.onReceiptRequest(reader, bytes).then(
                (receipt) => {
                  host.lent.clear()
                  if (receipt) this.#answer(peer, host, receipt.length, () => answer(receipt))
                },
                // A request that the hoster refuses is one it does not answer.
                () => undefined,
              )
            }),
        ),
      close: async () => undefined,
    }
  }

  #getBlock(
    {
      peer,
      clock,
      conduct,
      reader,
    }: { readonly peer: number; readonly clock: Clock; readonly conduct: AuditConduct; readonly reader: Uint8Array },
    host: Host,
    index: number,
    ms: number,
  ): ReturnType<AuditConnection['getBlock']> {
    const asked = clock.now()
    return within(
      clock,
      ms,
      () => blockTimeout(index, ms, true),
      (answer) => {
        const bytes = host.feed.blocks[index]
        if (!bytes) return
        this.#network.send(peer, host.peer, REQUEST_BYTES, () => {
          if (conduct === 'colluding') host.lent.add(index)
          if (!holds(host, index)) return
          host.request.onServed(reader, index)
          this.#answer(peer, host, bytes.length + PROOF_BYTES, () =>
            answer({ bytes, siblings: host.feed.siblings(index), latencyMs: clock.now() - asked }),
          )
        })
      },
    )
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
