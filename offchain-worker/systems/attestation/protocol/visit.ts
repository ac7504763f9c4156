/**
 * One visit of an audit: request the chunks of its plan, check the drawn ones against the feed, request a receipt,
 * check the receipt.
 *
 * Owns: a visit's state machine and its outcome. No I/O. Does not own: the sequence of visits.
 */
import { checkBlockProof, leafHash, type BlockProof, type TreeNode } from '#types/domain/hosting/feed.ts'
import { ReceiptRequest, type SignedReceipt } from '#types/domain/hosting/receipt.ts'
import { encode } from '#types/scale/codec.ts'
import type { VisitPlan } from './plan.ts'
import type { AuditOptions, AuditShortfall, VisitIdentity, VisitInput, VisitOutput } from './terms.ts'
import { ReceiptBook, type ReceiptFaults } from '#worker/systems/hosting/protocol/receipt-check.ts'

/** @see Visit */
export interface VisitOptions
  extends Pick<AuditOptions, 'genesisHash' | 'feed' | 'hosterKey' | 'isRecentBlock' | 'isResumed'>, VisitIdentity {
  readonly plan: VisitPlan
  readonly maxReceipts: number
}

/** The outcome of a visit so far. */
export interface VisitOutcome {
  /** The shortfall and its details; absent if there is none, or none yet. */
  readonly shortfall?: { readonly kind: AuditShortfall; readonly why: string }
  readonly receipts: readonly SignedReceipt[]
  readonly receiptFaults: ReceiptFaults
  /** For drawn chunks that a good receipt names. */
  readonly proofs: readonly BlockProof[]
  /** Whether a cover chunk was lost. */
  readonly lostCover: boolean
  /** For each chunk that arrived. */
  readonly latenciesMs: readonly number[]
  readonly bytes: number
  /** From meeting the hoster to the last chunk, without pauses. */
  readonly elapsedMs: number
  /** Chunks that were requested, or still to be, and did not arrive. */
  readonly lost: number
}

interface Received {
  readonly bytes: Uint8Array
  readonly latencyMs: number
}

/** See the module's header. */
export class Visit {
  /** An encoded ReceiptRequest. */
  readonly receiptRequest: Uint8Array
  readonly #feed: VisitOptions['feed']
  readonly #drawn: ReadonlySet<number>
  readonly #depth: number
  readonly #received = new Map<number, Received>()
  readonly #pending = new Set<number>()
  readonly #asked = new Set<number>()
  readonly #receipts: ReceiptBook
  readonly #proofs = new Map<number, BlockProof>()
  readonly #lost = new Map<number, string>()
  #waiting: readonly number[]
  #pausesMs: ReadonlyMap<number, number>
  #state: 'connecting' | 'fetching' | 'pausing' | 'proving' | 'receipt' | 'over' = 'connecting'
  #shortfall: VisitOutcome['shortfall']
  #beganAt = 0
  #lastAt = 0
  #pausedMs = 0

  constructor({ plan, maxReceipts, ...options }: VisitOptions) {
    const { feed, nonce, auditKey, isResumed } = options
    this.#feed = feed
    this.#drawn = new Set(plan.drawn)
    this.#depth = plan.depth
    this.#waiting = plan.order
    this.#pausesMs = plan.pausesMs
    this.receiptRequest = encode(ReceiptRequest, { feed: feed.key, nonce })
    const terms = {
      ...options,
      feed: feed.key,
      peer: auditKey,
      wasAsked: (index: number) => isResumed || this.#asked.has(index),
      received: (index: number) => this.#received.get(index)?.bytes,
    }
    this.#receipts = new ReceiptBook(terms, maxReceipts)
  }

  /** Whether the visit has ended. */
  get over(): boolean {
    return this.#state === 'over'
  }

  get outcome(): VisitOutcome {
    const received = [...this.#received.values()]
    return {
      ...(this.#shortfall && { shortfall: this.#shortfall }),
      receipts: this.#receipts.good,
      receiptFaults: this.#receipts.faults,
      proofs: [...this.#proofs.values()].filter(({ index }) => this.#receipts.names(index)),
      lostCover: [...this.#lost.keys()].some((index) => !this.#drawn.has(index)),
      latenciesMs: received.map(({ latencyMs }) => latencyMs),
      bytes: received.reduce((sum, { bytes }) => sum + bytes.length, 0),
      elapsedMs: this.#lastAt - this.#beganAt - this.#pausedMs,
      lost: this.#lost.size + this.#pending.size + this.#waiting.length,
    }
  }

  /** Drops cover and pauses from here on, except a pause under way: they are not worth missing the slot. */
  hurry(): void {
    this.#waiting = this.#waiting.filter((waiting) => this.#drawn.has(waiting))
    this.#pausesMs = new Map()
  }

  step(input: VisitInput): readonly VisitOutput[] {
    if (this.over) return []
    switch (input.kind) {
      case 'connected':
        return this.#connected(input.at)
      case 'unreachable':
        return this.#state === 'connecting' ? this.#end('hoster-unreachable', input.why) : []
      case 'chunk':
        return this.#take(input)
      case 'lost':
        return this.#lose(input.index, input.why)
      case 'proofs':
        return this.#prove(input.siblings)
      case 'resume':
        return this.#resume(input.at)
      case 'given':
        this.#receipts.judge(input.bytes)
        return []
      case 'receipt':
        return this.#state === 'receipt' ? this.#conclude(input.bytes) : []
      default:
        return this.#state === 'receipt' ? this.#concludeWithout(input.why) : []
    }
  }

  #connected(at: number): readonly VisitOutput[] {
    if (this.#state !== 'connecting') return []
    this.#state = 'fetching'
    this.#beganAt = at
    this.#lastAt = at
    return this.#proceed()
  }

  #take({ index, bytes, latencyMs, at }: Extract<VisitInput, { kind: 'chunk' }>): readonly VisitOutput[] {
    if (!this.#pending.delete(index)) return []
    this.#received.set(index, { bytes, latencyMs })
    this.#lastAt = at
    return this.#proceed()
  }

  #lose(index: number, why: string): readonly VisitOutput[] {
    if (!this.#pending.delete(index)) return []
    this.#lost.set(index, why)
    // Each loss costs its whole deadline.
    this.hurry()
    return this.#proceed()
  }

  #resume(at: number): readonly VisitOutput[] {
    if (this.#state !== 'pausing') return []
    this.#state = 'fetching'
    this.#pausedMs += at - this.#lastAt
    return [...this.#ask([]), ...this.#proceed()]
  }

  #proceed(): readonly VisitOutput[] {
    const out: VisitOutput[] = []
    while (this.#waiting.length > 0 && this.#pending.size < this.#depth) {
      const pauseMs = this.#pausesMs.get(this.#waiting[0]!)
      if (pauseMs === undefined) {
        this.#ask(out)
        continue
      }
      // A reader that pauses to think has received everything it requested.
      if (this.#pending.size > 0) return out
      this.#state = 'pausing'
      return [{ kind: 'pause', ms: pauseMs }]
    }
    if (this.#pending.size > 0) return out
    if (this.#received.size === 0) return this.#end('nothing-served', this.#firstLoss())
    this.#state = 'proving'
    return [{ kind: 'prove', indices: [...this.#drawn].filter((index) => this.#received.has(index)) }]
  }

  /** A drawn chunk counts if it hashes into the registered feed. Otherwise it is lost. */
  #prove(siblings: ReadonlyMap<number, readonly TreeNode[]>): readonly VisitOutput[] {
    if (this.#state !== 'proving') return []
    for (const index of this.#drawn) {
      const received = this.#received.get(index)
      if (!received) continue
      const path = siblings.get(index)
      const { bytes } = received
      const proof = path && { index, leaf: leafHash(bytes), bytes: bytes.length, siblings: path }
      if (proof && checkBlockProof(this.#feed, proof)) this.#proofs.set(index, proof)
      else {
        this.#received.delete(index)
        this.#lost.set(index, 'does not hash into the feed')
      }
    }
    if (this.#received.size === 0) return this.#end('nothing-served', this.#firstLoss())
    this.#state = 'receipt'
    return [{ kind: 'ask-receipt', bytes: this.receiptRequest }]
  }

  /** Requests the next chunk, even if a pause was planned before it. */
  #ask(out: VisitOutput[]): readonly VisitOutput[] {
    const [index, ...waiting] = this.#waiting
    if (index === undefined) return out
    this.#waiting = waiting
    this.#pending.add(index)
    this.#asked.add(index)
    out.push({ kind: 'request', index })
    return out
  }

  #conclude(bytes: Uint8Array): readonly VisitOutput[] {
    const last = this.#receipts.judge(bytes)
    const early = this.#receipts.review()
    const fault = last ?? early ?? this.#receipts.missing(this.#received.keys())
    if (fault !== undefined) return this.#end('bad-receipt', fault)
    if (this.#lost.size > 0) return this.#end('chunks-lost', this.#firstLoss())
    this.#state = 'over'
    return []
  }

  /** Ends without the requested receipt. Receipts that came without a request still count if they are good. */
  #concludeWithout(why: string): readonly VisitOutput[] {
    this.#receipts.review()
    return this.#end('no-receipt', why)
  }

  #firstLoss(): string {
    const [first] = this.#lost
    return first ? `${this.#lost.size} of ${this.#asked.size} chunks; chunk ${first[0]}: ${first[1]}` : ''
  }

  #end(kind: AuditShortfall, why: string): readonly VisitOutput[] {
    this.#shortfall = { kind, why }
    this.#state = 'over'
    return []
  }
}
