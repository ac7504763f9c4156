/**
 * The channel beside replication on which a hoster gives its readers signed receipts.
 *
 * Owns: matching answers to requests, deadlines, bounds. Does not own: a receipt's content, which is opaque bytes here.
 *
 * Every reader says on arrival that it accepts receipts (3), reads, and requests the last receipt (0). A reader that
 * keeps to this form looks like all others.
 *
 * Wire: kind u8 (0 request, 1 receipt, 2 receipt without a request, 3 accepts receipts without requests) | request
 * number u32 LE | bytes. Channel id: the feed's discovery key.
 */
import { concatBytes } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import type { NoiseConnection } from 'hyperdht'
import { auditClosed, receiptTimeout } from './feed-errors.ts'
import { attachChannel } from '#worker/p2p/channel.ts'
import type { FrameChannel } from '#worker/p2p/channel.ts'
import { withDeadline } from '#types/clock.ts'
import type { Clock } from '#types/clock.ts'
import type { Log } from '#types/log.ts'
import { createRateLimit } from '#worker/p2p/rate-limit.ts'

const RECEIPT_PROTOCOL = 'assay/receipt/1'
/** Longest request or receipt, in bytes. */
const MAX_RECEIPT_BYTES = 65_536
const HEADER_BYTES = 5
const REQUEST = 0
const ANSWER = 1
const UNASKED = 2
const LISTENING = 3
/**
 * The hoster works on at most this many requests of one reader at a time, and accepts them at this rate. It drops more:
 * the reader times out.
 */
const MAX_PARALLEL_REQUESTS = 4
const REQUESTS_PER_SECOND = 20
const REQUEST_BURST = 100

/** @see attachReceiptServer, ReceiptClient */
export interface ReceiptDeps {
  readonly clock: Clock
  readonly log: Log
}

const encode = (kind: number, request: number, bytes: Uint8Array): Uint8Array => {
  const header = new Uint8Array(HEADER_BYTES)
  header[0] = kind
  new DataView(header.buffer).setUint32(1, request, true)
  return concatBytes(header, bytes)
}

function decode(frame: Uint8Array): { kind: number; request: number; bytes: Uint8Array } | undefined {
  const kind = frame[0]
  if (kind === undefined || kind > LISTENING || frame.length < HEADER_BYTES) return undefined
  const request = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(1, true)
  return { kind, request, bytes: frame.subarray(HEADER_BYTES) }
}

function assertLength(bytes: Uint8Array): void {
  if (bytes.length <= MAX_RECEIPT_BYTES) return
  const message = `expected a receipt or request of at most ${MAX_RECEIPT_BYTES} bytes, got ${bytes.length}`
  throw new AssayError('FRAME_TOO_LARGE', message)
}

/** Why a reader's frame was dropped. unexpected: a frame that only a hoster sends; busy: too many requests in work. */
export type ReceiptDropReason = 'oversized' | 'malformed' | 'unexpected' | 'too-fast' | 'busy' | 'failed'

/** How often each reason occurred. Reasons that never occurred are left out. */
export type ReceiptDrops = Readonly<Partial<Record<ReceiptDropReason, number>>>

/** @see attachReceiptServer */
export interface ReceiptServerOptions {
  /** Errors are logged; the reader gets no answer. */
  readonly answer: AnswerReceiptRequest
  /** The reader accepts receipts by that request without asking for each. */
  readonly onListening: (request: Uint8Array) => void
  readonly onDropped: (reason: ReceiptDropReason) => void
}

/** The hoster's end on one connection. */
export interface ReceiptServer {
  /** Sends a receipt that the reader has not requested. False if the reader does not listen. */
  send(receipt: Uint8Array): boolean
}

/** Answers one request. Undefined gives no answer, and the reader's deadline passes. */
export type AnswerReceiptRequest = (request: Uint8Array) => Promise<Uint8Array | undefined> | Uint8Array | undefined

/** Opens the hoster's end. */
export function attachReceiptServer(
  connection: NoiseConnection,
  id: Uint8Array,
  { answer, onListening, onDropped }: ReceiptServerOptions,
  { clock, log }: ReceiptDeps,
): ReceiptServer {
  const withinRate = createRateLimit({ perSecond: REQUESTS_PER_SECOND, burst: REQUEST_BURST })
  let inWork = 0
  const serve = async (request: number, bytes: Uint8Array): Promise<void> => {
    inWork++
    try {
      const receipt = await answer(bytes)
      if (receipt === undefined) return
      assertLength(receipt)
      channel.send(encode(ANSWER, request, receipt))
    } catch (error) {
      onDropped('failed')
      log.warn({ error: messageOf(error) }, 'a receipt request could not be answered')
    } finally {
      inWork--
    }
  }
  const channel = attachChannel(connection, {
    protocol: RECEIPT_PROTOCOL,
    id,
    maxFrameBytes: MAX_RECEIPT_BYTES + HEADER_BYTES,
    log,
    onOversized: () => onDropped('oversized'),
    onFrame: (bytes) => {
      const frame = decode(bytes)
      if (!frame) return onDropped('malformed')
      if (frame.kind !== REQUEST && frame.kind !== LISTENING) return onDropped('unexpected')
      if (!withinRate(clock.now())) return onDropped('too-fast')
      if (frame.kind === LISTENING) return onListening(frame.bytes)
      if (inWork >= MAX_PARALLEL_REQUESTS) return onDropped('busy')
      void serve(frame.request, frame.bytes)
    },
  })
  return {
    send: (receipt) => {
      assertLength(receipt)
      return channel.send(encode(UNASKED, 0, receipt))
    },
  }
}

interface Pending {
  readonly frame: Uint8Array
  readonly resolve: (receipt: Uint8Array) => void
  readonly reject: (error: AssayError) => void
}

/** @see ReceiptClient */
export interface ReceiptClientOptions {
  /** Sent on every connection as soon as it opens. */
  readonly request: Uint8Array
  /** A receipt that the hoster gives without a request. */
  readonly onReceipt: (receipt: Uint8Array) => void
}

/** The reader's end over the connections to one hoster. */
export class ReceiptClient {
  readonly #id: Uint8Array
  readonly #options: ReceiptClientOptions
  readonly #deps: ReceiptDeps
  readonly #pending = new Map<number, Pending>()
  #channel: FrameChannel | undefined
  #lastRequest = 0
  #closed = false

  constructor(id: Uint8Array, options: ReceiptClientOptions, deps: ReceiptDeps) {
    assertLength(options.request)
    this.#id = id
    this.#options = options
    this.#deps = deps
  }

  /** Uses this connection from here on. */
  attach(connection: NoiseConnection): void {
    const channel = attachChannel(connection, {
      protocol: RECEIPT_PROTOCOL,
      id: this.#id,
      maxFrameBytes: MAX_RECEIPT_BYTES + HEADER_BYTES,
      log: this.#deps.log,
      onFrame: (bytes) => this.#take(bytes),
      onOpen: () => {
        this.#channel = channel
        channel.send(encode(LISTENING, 0, this.#options.request))
        for (const { frame } of this.#pending.values()) channel.send(frame)
      },
      onClose: () => {
        if (this.#channel === channel) this.#channel = undefined
      },
    })
  }

  /**
   * Requests a receipt and waits for the answer, also over a reconnection: it sends an unanswered request again on the
   * next connection.
   * @throws AssayError `RECEIPT_TIMEOUT`, `FRAME_TOO_LARGE`, `AUDIT_CLOSED`
   */
  async request(bytes: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    assertLength(bytes)
    if (this.#closed) throw auditClosed()
    const number = ++this.#lastRequest
    const frame = encode(REQUEST, number, bytes)
    const answer = new Promise<Uint8Array>((resolve, reject) => this.#pending.set(number, { frame, resolve, reject }))
    this.#channel?.send(frame)
    try {
      return await withDeadline(this.#deps.clock, timeoutMs, answer, () => receiptTimeout(timeoutMs))
    } finally {
      this.#pending.delete(number)
    }
  }

  /** Rejects all pending requests. */
  close(): void {
    this.#closed = true
    for (const { reject } of this.#pending.values()) reject(auditClosed())
  }

  #take(bytes: Uint8Array): void {
    const frame = decode(bytes)
    if (frame?.kind === UNASKED) this.#options.onReceipt(frame.bytes)
    if (frame?.kind === ANSWER) this.#pending.get(frame.request)?.resolve(frame.bytes)
  }
}
