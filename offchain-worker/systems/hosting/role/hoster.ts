/**
 * The hoster serves its feeds to everybody, and gives everybody receipts for it in the same way. They are feeds that it publishes, and
 * feeds of which it keeps an encoded copy.
 *
 * Owns: registering feeds and their growth on chain, serving them, and evidence that an author signed two trees. Does not own:
 * receipts. The hoster does not know what an audit is.
 */
import type { FinalizedBlock } from '#chain/api/chain-port.ts'
import { encodeCall, read, readEntries } from '#chain/api/descriptors.ts'
import { equalBytes, toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { treeHash, type FeedHead } from '#types/domain/hosting/feed.ts'
import type { FeedBranch, FeedConflict, FeedTree } from '#types/domain/hosting/feed-growth.ts'
import { createBlockWindow, type BlockWindow } from '#worker/kernel/block-window.ts'
import {
  feedConflicts,
  feedHeads,
  hostFeed,
  hosting,
  publishFeed,
  reportConflict,
  stopHosting,
  updateFeed,
} from './chain-items.ts'
import type { HosterDeps, ServedFeed } from '../ports.ts'
import type { BlockRange } from '../copies/block-terms.ts'
import { CopiedFeeds } from './copied-feeds.ts'
import { createReceiptGiver, type ReceiptGiver } from './receipt-giver.ts'
import { createPinning, type Pinning, type PinningOptions } from './pinning.ts'
import type { Role } from '#worker/kernel/role.ts'
import { createDuties, type Duties } from '#worker/kernel/duties.ts'

/** A feed to host. */
interface HostedFeed {
  readonly key: Uint8Array
  /** The feed's head, where it is this hoster that registers the feed. */
  readonly head?: FeedHead
  /** So many of its first blocks are held; `undefined` for all. */
  readonly covered?: number
}

/** @see createHoster */
export interface HosterOptions {
  readonly account: Uint8Array
  readonly feeds: readonly HostedFeed[]
  /** Whether these feeds take the place of all that the account hosts on chain; then it stops hosting the others. */
  readonly isAll?: boolean
  /** What it does with encoded copies; it needs `copies` in its ports for it. */
  readonly pinning?: PinningOptions | undefined
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
  /** Feeds of which nothing is left to do on chain. */
  readonly #told = new Set<string>()
  readonly #conflicts = new Map<string, FeedConflict>()
  readonly #copied = new CopiedFeeds()
  readonly #pinning: Pinning | undefined

  constructor(options: HosterOptions, deps: HosterDeps) {
    this.#options = options
    this.#deps = deps
    this.#duties = createDuties(deps)
    const { account, pinning } = options
    const { copies } = deps
    const host = {
      serve: (feed: Uint8Array, copy: bigint, range: BlockRange) => this.#serveCopy(feed, copy, range),
      release: (feed: Uint8Array, copy: bigint) => this.#releaseCopy(feed, copy),
    }
    this.#pinning =
      pinning && copies && createPinning(account, pinning, { ...deps, copies, duties: this.#duties, host })
  }

  /** @throws AssayError `FEED_DIFFERS` */
  async start(): Promise<void> {
    const { feeds, isAll = false } = this.#options
    for (const { key } of feeds) await this.#serve(key)
    try {
      for (const { key, head } of feeds) if (head) await this.#assertOurs(key)
    } catch (thrown) {
      await this.close()
      throw thrown
    }
    if (isAll) await this.#stopOthers()
  }

  async onBlock(block: FinalizedBlock): Promise<void> {
    this.#blocks.note(block.number, block.hash)
    for (const [name, conflict] of this.#conflicts) this.#accuse(name, conflict)
    for (const feed of this.#options.feeds) if (!this.#told.has(toHex(feed.key))) await this.#register(feed)
    await this.#pinning?.onBlock(block)
    for (const key of this.#copied.keys) {
      const covered = this.#copied.covered(key)
      if (covered > 0 && !this.#told.has(toHex(key))) await this.#register({ key, covered })
    }
  }

  async drain(): Promise<void> {
    this.#pinning?.drain()
    await this.#duties.idle()
  }

  async close(): Promise<void> {
    await this.#pinning?.close()
    await Promise.all(this.#served.splice(0).map((serving) => this.#stop(serving)))
  }

  /**
   * Sees to it that the chain knows the feed at the length that we hold, and us as its hoster. Each is done once: where the operator has
   * stopped hosting by an extrinsic, the role does not begin again at that length.
   */
  async #register({ key, head, covered = Infinity }: HostedFeed): Promise<void> {
    const { chain, report, log } = this.#deps
    const name = toHex(key)
    const known = await read(chain, feedHeads, key)
    if (!known) {
      if (head) this.#duties.ensure(`feeds.publish/${name}`, () => encodeCall(publishFeed, { head }))
      return
    }
    const hasEnded = (await read(chain, feedConflicts, key)) !== undefined
    const held = hasEnded || covered < known.length ? undefined : await this.#heldAt(key, known)
    if (head && held && head.length > known.length) {
      const update = { head, nodes: held.nodes }
      return this.#duties.ensure(`feeds.update/${name}/${head.length}`, () => encodeCall(updateFeed, update))
    }
    const promise = await read(chain, hosting, this.#options.account, key)
    if (held && promise?.tree.length !== known.length) {
      const { length } = known
      return this.#duties.ensure(`feeds.host/${name}/${length}`, () => encodeCall(hostFeed, { feed: key, length }))
    }
    this.#told.add(name)
    if (hasEnded || !promise) {
      const why = hasEnded
        ? 'its key signed two trees that contradict each other'
        : 'we do not hold all registered blocks'
      return log.warn({ feed: name, registered: known.length, why }, 'not hosting')
    }
    log.info({ feed: name, since: promise.since, length: promise.tree.length }, 'hosting')
    report({ kind: 'hosting', feed: key })
  }

  /**
   * Refuses to publish under a key under which the chain has other content, such as that of a folder that was edited and published anew
   * without its data: every round would fail.
   */
  async #assertOurs(key: Uint8Array): Promise<void> {
    const { chain } = this.#deps
    const known = (await read(chain, hosting, this.#options.account, key))?.tree ?? (await read(chain, feedHeads, key))
    if (!known || (await read(chain, feedConflicts, key)) !== undefined || (await this.#heldAt(key, known))) return
    throw new AssayError(
      'FEED_DIFFERS',
      `expected the folder to begin with the ${known.length} blocks that the chain knows of feed ${toHex(key)}, got others or fewer: ` +
        `start with --republish, which makes a new feed of the folder and registers it`,
    )
  }

  async #stopOthers(): Promise<void> {
    const { feeds, account } = this.#options
    const isOurs = (key: Uint8Array): boolean => feeds.some((feed) => equalBytes(feed.key, key))
    for (const [[hoster, feed], { since }] of await readEntries(this.#deps.chain, hosting))
      if (equalBytes(hoster, account) && !isOurs(feed)) this.#stopHosting(feed, since)
  }

  /** Our tree, if its first blocks are the registered ones. */
  async #heldAt(feed: Uint8Array, { length, roots }: FeedTree): Promise<FeedBranch | undefined> {
    const served = this.#served.find((serving) => equalBytes(serving.feed, feed))?.served
    try {
      const branch = await served?.branchAt(length)
      return branch && equalBytes(treeHash(length, branch.roots), treeHash(length, roots)) ? branch : undefined
    } catch {
      return undefined
    }
  }

  /** Without the evidence on chain, its author could make us fail rounds: our copy cannot be served any more. */
  #accuse(name: string, conflict: FeedConflict): void {
    this.#duties.ensure(`feeds.reportConflict/${name}`, () => encodeCall(reportConflict, { conflict }), ['Conflicted'])
  }

  /** Gives readers the receipts that they do not have yet, and hangs up. */
  async #stop({ feed, served, giver }: Serving): Promise<void> {
    await giver.giveAll()
    await served.close()
    this.#deps.log.info({ feed: toHex(feed), dropped: served.dropped() }, 'serving has ended')
  }

  async #serveCopy(key: Uint8Array, copy: bigint, range: BlockRange): Promise<void> {
    if (!this.#served.some(({ feed }) => equalBytes(feed, key))) await this.#serve(key)
    this.#copied.add(key, copy, range)
    this.#told.delete(toHex(key))
  }

  /** A promise is of all blocks of a length: it ends with the first copy without which they are not all there. */
  async #releaseCopy(key: Uint8Array, copy: bigint): Promise<void> {
    const { chain } = this.#deps
    const { account, feeds } = this.#options
    const isLast = this.#copied.remove(key, copy)
    if (feeds.some((feed) => equalBytes(feed.key, key))) return
    this.#told.delete(toHex(key))
    const at = isLast ? this.#served.findIndex(({ feed }) => equalBytes(feed, key)) : -1
    for (const serving of at === -1 ? [] : this.#served.splice(at, 1)) await this.#stop(serving)
    const promise = await read(chain, hosting, account, key)
    if (promise && promise.tree.length > this.#copied.covered(key)) this.#stopHosting(key, promise.since)
  }

  #stopHosting(feed: Uint8Array, since: number): void {
    this.#duties.ensure(`feeds.stopHosting/${toHex(feed)}/${since}`, () => encodeCall(stopHosting, { feed }))
  }

  async #serve(feed: Uint8Array): Promise<void> {
    const onConflict = (conflict: FeedConflict): void => {
      this.#conflicts.set(toHex(feed), conflict)
      this.#accuse(toHex(feed), conflict)
    }
    const giver = createReceiptGiver(feed, this.#blocks, this.#deps)
    const served = await this.#deps.feeds.serveFeed({ feed, ...giver.calls, onConflict })
    giver.open(served)
    this.#served.push({ feed, served, giver })
  }
}

/** The role of a hoster. */
export const createHoster = (options: HosterOptions, deps: HosterDeps): Role => new Hoster(options, deps)
