/**
 * The hoster: serves its feeds to everybody and signs for what it served, to everybody in the same way.
 *
 * Owns: registering feeds and hosting, and receipts. Does not own: replication and the receipt channel (p2p/), what a receipt is
 * (runtime-types/domain/receipt.ts), or what it is worth (the chain). It does not know what an audit is.
 */
import type { FinalizedBlock } from '#chain/api/chain-port.ts'
import { encodeCall, read } from '#chain/api/descriptors.ts'
import { equalBytes, toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { leafHash, type FeedHead } from '#types/domain/feed.ts'
import { possessionDigest, receiptMessage, ReceiptRequest, SignedReceipt, type Receipt } from '#types/domain/receipt.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { createBlockWindow, type BlockWindow } from './block-window.ts'
import { feedHeads, hostFeed, hosting, publishFeed } from './chain-terms.ts'
import type { RoleDeps, ServedFeed } from './ports.ts'
import type { Role } from './role.ts'
import { createServedLog, type ServedLog } from './served-log.ts'
import { createSubmitter, type Submitter } from './submitter.ts'

/** A feed to host. */
interface HostedFeed {
  readonly key: Uint8Array
  /** Where the hoster is the one who registers it: its head. */
  readonly head?: FeedHead
}

/** @see createHoster */
export interface HosterOptions {
  readonly account: Uint8Array
  readonly feeds: readonly HostedFeed[]
}

/** The last receipt of each reader is kept for one who asks again with the same nonce: an answer may have been lost. */
interface Given {
  readonly nonce: Uint8Array
  readonly answer: Promise<Uint8Array | undefined>
}
const MAX_GIVEN = 1_024

class Hoster implements Role {
  readonly #options: HosterOptions
  readonly #deps: RoleDeps
  readonly #submitter: Submitter
  readonly #blocks: BlockWindow = createBlockWindow()
  readonly #served: ServedFeed[] = []
  readonly #told = new Set<string>()

  constructor(options: HosterOptions, deps: RoleDeps) {
    this.#options = options
    this.#deps = deps
    this.#submitter = createSubmitter(deps)
  }

  async start(): Promise<void> {
    for (const { key } of this.#options.feeds) this.#served.push(await this.#serve(key))
  }

  async onBlock(block: FinalizedBlock): Promise<void> {
    this.#blocks.note(block.number, block.hash)
    for (const feed of this.#options.feeds) if (!this.#told.has(toHex(feed.key))) await this.#register(feed)
  }

  async drain(): Promise<void> {
    await this.#submitter.idle()
  }

  async close(): Promise<void> {
    await Promise.all(this.#served.splice(0).map((served) => served.close()))
  }

  /**
   * Sees to it that the chain knows the feed, and us as its hoster. Each once: a feed that the operator stops hosting by an
   * extrinsic is not hosted again.
   */
  async #register({ key, head }: HostedFeed): Promise<void> {
    const { chain, report, log } = this.#deps
    const name = toHex(key)
    const known = await read(chain, feedHeads, key)
    if (!known) {
      if (head) this.#submitter.ensure(`feeds.publish/${name}`, () => encodeCall(publishFeed, { head }))
      return
    }
    // The chain knows a feed at one length, and auditors ask for exactly that.
    if (head && known.length !== head.length) {
      log.warn({ feed: name, registered: known.length, held: head.length }, 'the feed is registered at another length')
    }
    const since = await read(chain, hosting, key, this.#options.account)
    if (since === undefined) {
      return this.#submitter.ensure(`feeds.host/${name}`, () => encodeCall(hostFeed, { feed: key }))
    }
    this.#told.add(name)
    log.info({ feed: name, since }, 'hosting')
    report({ kind: 'hosting', feed: key })
  }

  async #serve(feed: Uint8Array): Promise<ServedFeed> {
    const log = createServedLog()
    const given = new Map<string, Given>()
    const served = await this.#deps.network.serveFeed({
      feed,
      onServed: (reader, index) => log.note(reader, index),
      onReceiptRequest: async (reader, bytes) => {
        const request = decode(ReceiptRequest, bytes)
        if (!equalBytes(request.feed, feed)) throw otherFeed(feed, request.feed)
        const name = toHex(reader)
        const last = given.get(name)
        if (last && equalBytes(last.nonce, request.nonce)) return last.answer
        const answer = this.#giveReceipt(served, log, reader, request)
        given.delete(name)
        given.set(name, { nonce: request.nonce, answer })
        const [oldest] = given.keys()
        if (given.size > MAX_GIVEN && oldest !== undefined) given.delete(oldest)
        return answer
      },
    })
    return served
  }

  /** Signs for the blocks served since the last receipt, after reading them again: a receipt shows that they are at hand. */
  async #giveReceipt(
    served: ServedFeed,
    log: ServedLog,
    reader: Uint8Array,
    { feed, nonce }: ReceiptRequest,
  ): Promise<Uint8Array | undefined> {
    const { chain, network, report } = this.#deps
    const block = this.#blocks.latest()
    if (!block) return undefined
    const held: { index: number; bytes: Uint8Array }[] = []
    for (const index of log.take(reader)) {
      const bytes = await served.readBlock(index)
      if (bytes) held.push({ index, bytes })
    }
    const receipt: Receipt = {
      feed,
      peer: reader,
      nonce,
      chunks: held.map(({ index, bytes }) => ({ index, leaf: leafHash(bytes) })),
      possession: possessionDigest(
        nonce,
        held.map(({ bytes }) => bytes),
      ),
      blockNumber: block.number,
      blockHash: block.hash,
    }
    const signature = network.identity.sign(receiptMessage(chain.genesisHash, receipt))
    report({ kind: 'receipt-given', reader, chunks: held.length })
    return encode(SignedReceipt, { receipt, signature })
  }
}

const otherFeed = (expected: Uint8Array, got: Uint8Array): AssayError =>
  new AssayError('OTHER_FEED', `expected a receipt request for feed ${toHex(expected)}, got one for ${toHex(got)}`)

/** The role of a hoster. */
export const createHoster = (options: HosterOptions, deps: RoleDeps): Role => new Hoster(options, deps)
