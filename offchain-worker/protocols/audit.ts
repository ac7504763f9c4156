/**
 * The audit of a hoster: ask for the drawn chunks, check each against the feed, ask for a receipt, check that too.
 *
 * Owns: one audit's state machine and the parts of a report that follow from it. Does not own: connections and clocks
 * (roles/audit-run.ts), the slot (the role), or what the chain makes of a report (runtime-types/domain/report.ts). No I/O.
 *
 * A report can carry a proof only for chunks that the hoster signed for, so without a good receipt it carries none.
 */
import { AssayError } from '#types/errors.ts'
import { equalBytes } from '#types/bytes.ts'
import { checkBlockProof, leafHash, type BlockProof, type FeedHead, type TreeNode } from '#types/domain/feed.ts'
import {
  checkReceiptSignature,
  MAX_RECEIPT_CHUNKS,
  possessionDigest,
  ReceiptRequest,
  SignedReceipt,
  type Receipt,
} from '#types/domain/receipt.ts'
import type { HosterMetrics } from '#types/domain/metrics.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { measure } from './audit-metrics.ts'
import { planReads } from './audit-plan.ts'

/** @see createAudit */
export interface AuditOptions {
  readonly genesisHash: Uint8Array
  readonly feed: Pick<FeedHead, 'key' | 'length' | 'roots'>
  /** The hoster's registered Noise key. */
  readonly hosterKey: Uint8Array
  /** The single-use key with which we ask: receipts are made out to it. */
  readonly auditKey: Uint8Array
  /** Indices to ask for, at most {@link MAX_RECEIPT_CHUNKS}. */
  readonly chunks: readonly number[]
  /** 32 fresh random bytes for the receipt. */
  readonly nonce: Uint8Array
  /** Whether a block is one that an honest hoster could have signed with just now. */
  readonly isRecentBlock: (number: number, hash: Uint8Array) => boolean
  /** Chunks asked for at the same time. */
  readonly concurrency: number
  /** For all of the audit, in milliseconds. */
  readonly deadlineMs: number
}

/** Times are in milliseconds of one clock. */
export type AuditInput =
  /** With 32 secret bytes the drawn chunks are asked for as a reader would; without, as they are given. */
  | { readonly kind: 'start'; readonly seed?: Uint8Array }
  /** The hoster was met, by its registered key. */
  | { readonly kind: 'connected'; readonly at: number }
  | { readonly kind: 'unreachable'; readonly why: string }
  | {
      readonly kind: 'chunk'
      readonly index: number
      readonly bytes: Uint8Array
      readonly siblings: readonly TreeNode[]
      readonly latencyMs: number
      readonly at: number
    }
  | { readonly kind: 'lost'; readonly index: number; readonly why: string }
  | { readonly kind: 'receipt'; readonly bytes: Uint8Array }
  | { readonly kind: 'no-receipt'; readonly why: string }
  | { readonly kind: 'deadline' }

/** Why an audit did not come out as "served". */
type AuditShortfall =
  | 'hoster-unreachable'
  | 'nothing-served'
  | 'chunks-lost'
  | 'no-receipt'
  | 'bad-receipt'
  | 'deadline'

/** The parts of a report that an audit gives, and what it comes to. */
export interface AuditResult {
  readonly kind: 'served' | 'partial' | 'unserved'
  /** Absent where served. */
  readonly shortfall?: AuditShortfall
  /** More about it, for people. */
  readonly why?: string
  readonly receipts: readonly SignedReceipt[]
  readonly proofs: readonly BlockProof[]
  readonly metrics: HosterMetrics
}

export type AuditOutput =
  | { readonly kind: 'connect' }
  | { readonly kind: 'request'; readonly index: number }
  | { readonly kind: 'ask-receipt'; readonly bytes: Uint8Array }
  /** Call back with `deadline`. */
  | { readonly kind: 'timer'; readonly ms: number }
  | { readonly kind: 'exit'; readonly result: AuditResult }

/** One audit. */
export interface Audit {
  step(input: AuditInput): readonly AuditOutput[]
}

interface Received {
  readonly bytes: Uint8Array
  readonly proof: BlockProof
  readonly latencyMs: number
}

class Auditor implements Audit {
  readonly #options: AuditOptions
  readonly #received = new Map<number, Received>()
  readonly #pending = new Set<number>()
  readonly #asked = new Set<number>()
  readonly #drawn: ReadonlySet<number>
  #waiting: readonly number[]
  #depth: number
  readonly #lost = new Map<number, string>()
  #state: 'idle' | 'connecting' | 'fetching' | 'receipt' | 'done' = 'idle'
  #beganAt = 0
  #lastAt = 0

  constructor(options: AuditOptions) {
    this.#options = options
    this.#drawn = new Set(options.chunks)
    this.#waiting = options.chunks
    this.#depth = options.concurrency
  }

  step(input: AuditInput): readonly AuditOutput[] {
    switch (input.kind) {
      case 'start':
        return this.#start(input.seed)
      case 'connected':
        return this.#connected(input.at)
      case 'unreachable':
        return this.#state === 'connecting' ? this.#exit('hoster-unreachable', input.why) : []
      case 'chunk':
        return this.#take(input)
      case 'lost':
        return this.#lose(input.index, input.why)
      case 'receipt':
        return this.#state === 'receipt' ? this.#judgeReceipt(input.bytes) : []
      case 'no-receipt':
        return this.#state === 'receipt' ? this.#exit('no-receipt', input.why) : []
      default:
        return this.#state === 'done' ? [] : this.#exit('deadline', `not over within ${this.#options.deadlineMs} ms`)
    }
  }

  #start(seed: Uint8Array | undefined): AuditOutput[] {
    if (this.#state !== 'idle') return []
    if (seed) {
      const { chunks, concurrency, feed } = this.#options
      const { order, depth } = planReads({ seed, chunks, concurrency, length: feed.length })
      this.#waiting = order
      this.#depth = depth
    }
    this.#state = 'connecting'
    return [{ kind: 'timer', ms: this.#options.deadlineMs }, { kind: 'connect' }]
  }

  #connected(at: number): readonly AuditOutput[] {
    if (this.#state !== 'connecting') return []
    this.#state = 'fetching'
    this.#beganAt = at
    this.#lastAt = at
    return this.#proceed()
  }

  /** A chunk counts when it hashes into the registered feed; anything else is a chunk lost. */
  #take({ index, bytes, siblings, latencyMs, at }: Extract<AuditInput, { kind: 'chunk' }>): readonly AuditOutput[] {
    if (this.#state !== 'fetching' || !this.#pending.has(index)) return []
    const proof: BlockProof = { index, leaf: leafHash(bytes), size: bytes.length, siblings }
    if (!checkBlockProof(this.#options.feed, proof)) return this.#lose(index, 'does not hash into the feed')
    this.#pending.delete(index)
    this.#received.set(index, { bytes, proof, latencyMs })
    this.#lastAt = at
    return this.#proceed()
  }

  #lose(index: number, why: string): readonly AuditOutput[] {
    if (this.#state !== 'fetching' || !this.#pending.delete(index)) return []
    if (this.#drawn.has(index)) this.#lost.set(index, why)
    // Each loss costs its whole deadline: cover is not worth being late for the slot.
    this.#waiting = this.#waiting.filter((waiting) => this.#drawn.has(waiting))
    return this.#proceed()
  }

  #proceed(): readonly AuditOutput[] {
    const out: AuditOutput[] = []
    const asked = this.#waiting.slice(0, Math.max(0, this.#depth - this.#pending.size))
    this.#waiting = this.#waiting.slice(asked.length)
    for (const index of asked) {
      this.#pending.add(index)
      this.#asked.add(index)
      out.push({ kind: 'request', index })
    }
    if (this.#pending.size > 0) return out
    if (this.#lost.size === this.#drawn.size) return this.#exit('nothing-served', this.#firstLoss())
    this.#state = 'receipt'
    const { feed, nonce } = this.#options
    return [{ kind: 'ask-receipt', bytes: encode(ReceiptRequest, { feed: feed.key, nonce }) }]
  }

  #judgeReceipt(bytes: Uint8Array): readonly AuditOutput[] {
    let signed: SignedReceipt
    try {
      signed = decode(SignedReceipt, bytes)
    } catch (error) {
      return this.#exit('bad-receipt', error instanceof AssayError ? error.message : 'not a receipt')
    }
    const fault = this.#receiptFault(signed)
    if (fault) return this.#exit('bad-receipt', fault)
    return this.#lost.size > 0
      ? this.#exit('chunks-lost', this.#firstLoss(), signed)
      : this.#exit(undefined, '', signed)
  }

  /** What is wrong with a receipt, or `undefined`. */
  #receiptFault(signed: SignedReceipt): string | undefined {
    const { genesisHash, hosterKey, feed, auditKey, nonce, isRecentBlock } = this.#options
    const { receipt } = signed
    if (!equalBytes(receipt.feed, feed.key)) return 'it is for another feed'
    if (!equalBytes(receipt.peer, auditKey)) return 'it is made out to another peer'
    if (!equalBytes(receipt.nonce, nonce)) return 'it answers another nonce'
    if (!checkReceiptSignature(genesisHash, signed, hosterKey)) return 'the hoster did not sign it'
    if (!isRecentBlock(receipt.blockNumber, receipt.blockHash))
      return `block ${receipt.blockNumber} is not a recent one`
    return this.#chunksFault(receipt)
  }

  /** The chunks must be those that came, and the hoster must have had their bytes when it signed. */
  #chunksFault({ chunks, nonce, possession }: Receipt): string | undefined {
    const leaves = new Map(chunks.map(({ index, leaf }) => [index, leaf]))
    for (const [index, { proof }] of this.#received) {
      const leaf = leaves.get(index)
      if (!leaf || !equalBytes(leaf, proof.leaf)) return `it does not name chunk ${index} as it came`
    }
    const other = chunks.find(({ index }) => !this.#asked.has(index))
    if (other) return `it names chunk ${other.index}, which was not asked for`
    const blocks = chunks.map(({ index }) => this.#received.get(index)?.bytes)
    // A chunk that was sent but came too late leaves us without its bytes, and so without a way to check the digest.
    if (blocks.some((block) => block === undefined)) return undefined
    const digest = possessionDigest(nonce, blocks as Uint8Array[])
    return equalBytes(digest, possession) ? undefined : 'its digest is not that of the chunks: it did not have them'
  }

  #firstLoss(): string {
    const [first] = this.#lost
    return first ? `${this.#lost.size} of ${this.#options.chunks.length} chunks; chunk ${first[0]}: ${first[1]}` : ''
  }

  #exit(shortfall: AuditShortfall | undefined, why: string, receipt?: SignedReceipt): readonly AuditOutput[] {
    this.#state = 'done'
    // Cover has its share in the throughput; what is counted and proven is what was drawn.
    const all = [...this.#received.values()]
    const received = all.filter(({ proof }) => this.#drawn.has(proof.index))
    const metrics = measure({
      latenciesMs: received.map(({ latencyMs }) => latencyMs),
      bytes: all.reduce((sum, { bytes }) => sum + bytes.length, 0),
      elapsedMs: this.#lastAt - this.#beganAt,
      lost: this.#options.chunks.length - received.length,
    })
    const result: AuditResult = {
      kind: shortfall === undefined ? 'served' : receipt ? 'partial' : 'unserved',
      ...(shortfall && { shortfall, why }),
      receipts: receipt ? [receipt] : [],
      proofs: receipt ? received.map(({ proof }) => proof) : [],
      metrics,
    }
    return [{ kind: 'exit', result }]
  }
}

/**
 * An audit that has not begun.
 * @throws AssayError `BAD_AUDIT` where the options cannot make one
 */
export function createAudit(options: AuditOptions): Audit {
  const { chunks, concurrency } = options
  if (chunks.length === 0 || chunks.length > MAX_RECEIPT_CHUNKS || concurrency < 1) {
    const got = `${chunks.length} chunks, ${concurrency} at a time`
    throw new AssayError(
      'BAD_AUDIT',
      `audit: expected 1 to ${MAX_RECEIPT_CHUNKS} chunks, 1 or more at a time, got ${got}`,
    )
  }
  return new Auditor(options)
}
