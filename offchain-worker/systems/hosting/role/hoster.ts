/**
 * The hoster serves its feeds to everybody, and gives everybody receipts for it in the same way.
 *
 * Owns: registering feeds on chain, and serving them. Does not own: receipts. The hoster does not know what an audit is.
 */
import type { FinalizedBlock } from '#chain/api/chain-port.ts'
import { encodeCall, read } from '#chain/api/descriptors.ts'
import { toHex } from '#types/bytes.ts'
import type { FeedHead } from '#types/domain/hosting/feed.ts'
import { createBlockWindow, type BlockWindow } from '#worker/kernel/block-window.ts'
import { feedHeads, hostFeed, hosting, publishFeed } from './chain-items.ts'
import type { HosterDeps, ServedFeed } from '../ports.ts'
import { createReceiptGiver, type ReceiptGiver } from './receipt-giver.ts'
import type { Role } from '#worker/kernel/role.ts'
import { createDuties, type Duties } from '#worker/kernel/duties.ts'

/** A feed to host. */
interface HostedFeed {
  readonly key: Uint8Array
  /** The feed's head, where it is this hoster that registers the feed. */
  readonly head?: FeedHead
}

/** @see createHoster */
export interface HosterOptions {
  readonly account: Uint8Array
  readonly feeds: readonly HostedFeed[]
}

interface Serving {
  readonly feed: Uint8Array
  readonly served: ServedFeed
  readonly giver: ReceiptGiver
}

class Hoster implements Role {
  readonly #options: HosterOptions
  readonly #deps: HosterDeps
  readonly #duties: Duties
  readonly #blocks: BlockWindow = createBlockWindow()
  readonly #served: Serving[] = []
  readonly #told = new Set<string>()

  constructor(options: HosterOptions, deps: HosterDeps) {
    this.#options = options
    this.#deps = deps
    this.#duties = createDuties(deps)
  }

  async start(): Promise<void> {
    for (const { key } of this.#options.feeds) await this.#serve(key)
  }

  async onBlock(block: FinalizedBlock): Promise<void> {
    this.#blocks.note(block.number, block.hash)
    for (const feed of this.#options.feeds) if (!this.#told.has(toHex(feed.key))) await this.#register(feed)
  }

  async drain(): Promise<void> {
    await this.#duties.idle()
  }

  async close(): Promise<void> {
    await Promise.all(this.#served.splice(0).map((serving) => this.#stop(serving)))
  }

  /**
   * Sees to it that the chain knows the feed, and us as its hoster. Each is done once: where the operator has stopped hosting by an
   * extrinsic, the role does not begin again.
   */
  async #register({ key, head }: HostedFeed): Promise<void> {
    const { chain, report, log } = this.#deps
    const name = toHex(key)
    const known = await read(chain, feedHeads, key)
    if (!known) {
      if (head) this.#duties.ensure(`feeds.publish/${name}`, () => encodeCall(publishFeed, { head }))
      return
    }
    // The chain knows a feed at one length, and auditors ask for exactly that.
    if (head && known.length !== head.length) {
      log.warn({ feed: name, registered: known.length, held: head.length }, 'the feed is registered at another length')
    }
    const since = await read(chain, hosting, key, this.#options.account)
    if (since === undefined) {
      return this.#duties.ensure(`feeds.host/${name}`, () => encodeCall(hostFeed, { feed: key }))
    }
    this.#told.add(name)
    log.info({ feed: name, since }, 'hosting')
    report({ kind: 'hosting', feed: key })
  }

  /** Gives readers the receipts that they do not have yet, and hangs up. */
  async #stop({ feed, served, giver }: Serving): Promise<void> {
    await giver.giveAll()
    await served.close()
    this.#deps.log.info({ feed: toHex(feed), dropped: served.dropped() }, 'serving has ended')
  }

  async #serve(feed: Uint8Array): Promise<void> {
    const giver = createReceiptGiver(feed, this.#blocks, this.#deps)
    const served = await this.#deps.feeds.serveFeed({ feed, ...giver.calls })
    giver.open(served)
    this.#served.push({ feed, served, giver })
  }
}

/** The role of a hoster. */
export const createHoster = (options: HosterOptions, deps: HosterDeps): Role => new Hoster(options, deps)
