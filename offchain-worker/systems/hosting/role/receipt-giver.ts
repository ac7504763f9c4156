/**
 * A hoster's receipts for one feed. Every reader gets them alike: after each hundred chunks, on request, and before the hoster stops.
 *
 * Owns: when the hoster gives a receipt, and what goes into it. Does not own: carrying it to the reader.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import {
  receiptMessage,
  ReceiptRequest,
  RECEIPT_PACE_CHUNKS,
  servedWith,
  SignedReceipt,
  type Receipt,
} from '#types/domain/hosting/receipt.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { decode, encode } from '#types/scale/codec.ts'
import type { BlockWindow } from '#worker/kernel/block-window.ts'
import type { RoleDeps } from '#worker/kernel/ports.ts'
import type { HosterDeps, ServedFeed, ServeRequest } from '../ports.ts'
import { createServedLog } from './served-log.ts'

/** @see createReceiptGiver */
export interface ReceiptGiver {
  /** What the feed server calls. */
  readonly calls: Omit<ServeRequest, 'feed' | 'onConflict'>
  /** The feed is being served: from now on receipts can be given. */
  open(served: Pick<ServedFeed, 'readBlock' | 'sendReceipt'>): void
  /** Gives every reader that is connected a receipt for the chunks that it has none for. */
  giveAll(): Promise<void>
}

/** @see createReceiptGiver */
export interface ReceiptGiverDeps extends Pick<HosterDeps, 'report' | 'log'> {
  readonly chain: Pick<RoleDeps['chain'], 'genesisHash'>
  readonly network: Pick<RoleDeps['network'], 'identity'>
}

/** One receipt to be signed. */
interface Signing {
  readonly served: Pick<ServedFeed, 'readBlock'>
  readonly reader: Uint8Array
  readonly request: ReceiptRequest
  readonly indices: readonly number[]
  readonly block: { readonly number: number; readonly hash: Uint8Array }
}

/** The last answer to a reader. A reader whose answer was lost asks again with the same nonce, and gets the same answer. */
interface Answered {
  readonly nonce: Uint8Array
  readonly answer: Promise<Uint8Array | undefined>
}
const MAX_ANSWERED = 1_024
/** So many readers at a time are given receipts unasked. */
const MAX_LISTENING = 1_024

class Giver implements ReceiptGiver {
  readonly calls: ReceiptGiver['calls']
  readonly #feed: Uint8Array
  readonly #blocks: Pick<BlockWindow, 'latest'>
  readonly #deps: ReceiptGiverDeps
  readonly #log = createServedLog()
  readonly #answered = new Map<string, Answered>()
  /** Receipts being signed, by reader. One after the other: a small receipt must not overtake a large one that was begun before it. */
  readonly #signing = new Map<string, Promise<unknown>>()
  readonly #listening = new Map<string, { readonly reader: Uint8Array; readonly request: ReceiptRequest }>()
  #served: Pick<ServedFeed, 'readBlock' | 'sendReceipt'> | undefined

  constructor(feed: Uint8Array, blocks: Pick<BlockWindow, 'latest'>, deps: ReceiptGiverDeps) {
    this.#feed = feed
    this.#blocks = blocks
    this.#deps = deps
    this.calls = {
      onServed: (reader, index) => this.#note(reader, index),
      onListening: (reader, request) => this.#listen(reader, request),
      onGone: (reader) => void this.#listening.delete(toHex(reader)),
      onReceiptRequest: async (reader, request) => this.#answer(reader, this.#decode(request)),
    }
  }

  open(served: Pick<ServedFeed, 'readBlock' | 'sendReceipt'>): void {
    this.#served = served
  }

  async giveAll(): Promise<void> {
    await Promise.all([...this.#listening.values()].map(({ reader, request }) => this.#send(reader, request)))
  }

  #note(reader: Uint8Array, index: number): void {
    const unsigned = this.#log.note(reader, index)
    const listener = unsigned >= RECEIPT_PACE_CHUNKS ? this.#listening.get(toHex(reader)) : undefined
    if (listener) void this.#send(reader, listener.request)
  }

  #listen(reader: Uint8Array, encoded: Uint8Array): void {
    const request = this.#decode(encoded)
    if (this.#listening.size < MAX_LISTENING) this.#listening.set(toHex(reader), { reader, request })
  }

  #decode(encoded: Uint8Array): ReceiptRequest {
    const request = decode(ReceiptRequest, encoded)
    if (!equalBytes(request.feed, this.#feed)) throw otherFeed(this.#feed, request.feed)
    return request
  }

  #answer(reader: Uint8Array, request: ReceiptRequest): Promise<Uint8Array | undefined> {
    const name = toHex(reader)
    const last = this.#answered.get(name)
    if (last && equalBytes(last.nonce, request.nonce)) return last.answer
    const answer = this.#give(reader, request)
    this.#answered.delete(name)
    this.#answered.set(name, { nonce: request.nonce, answer })
    const [oldest] = this.#answered.keys()
    if (this.#answered.size > MAX_ANSWERED && oldest !== undefined) this.#answered.delete(oldest)
    return answer
  }

  /** Gives a receipt unasked. A receipt that cannot be given is the reader's loss, and no reason to stop serving. */
  async #send(reader: Uint8Array, request: ReceiptRequest): Promise<void> {
    try {
      const receipt = await this.#give(reader, request)
      if (receipt) this.#served?.sendReceipt(reader, receipt)
    } catch (error) {
      this.#deps.log.warn({ reader: toHex(reader), error: messageOf(error) }, 'a receipt could not be given')
    }
  }

  async #give(reader: Uint8Array, request: ReceiptRequest): Promise<Uint8Array | undefined> {
    const name = toHex(reader)
    const block = this.#blocks.latest()
    const served = this.#served
    if (!block || !served) return undefined
    const indices = this.#log.take(reader)
    const signed = Promise.resolve(this.#signing.get(name)).then(() =>
      this.#sign({ reader, request, indices, block, served }),
    )
    const turn = signed.catch(() => undefined)
    this.#signing.set(name, turn)
    try {
      return await signed
    } finally {
      if (this.#signing.get(name) === turn) this.#signing.delete(name)
    }
  }

  /** Signs for these blocks after it has read them again, since a receipt shows that the hoster holds them. */
  async #sign({ reader, request, indices, block, served }: Signing): Promise<Uint8Array> {
    const { chain, network, report } = this.#deps
    const held: { index: number; bytes: Uint8Array }[] = []
    for (const index of indices) {
      const bytes = await served.readBlock(index)
      if (bytes) held.push({ index, bytes })
    }
    const receipt: Receipt = {
      ...request,
      peer: reader,
      ...servedWith(request.nonce, held),
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

/** Gives receipts for the feed with that key. A receipt names the latest of `blocks`. */
export const createReceiptGiver = (
  feed: Uint8Array,
  blocks: Pick<BlockWindow, 'latest'>,
  deps: ReceiptGiverDeps,
): ReceiptGiver => new Giver(feed, blocks, deps)
