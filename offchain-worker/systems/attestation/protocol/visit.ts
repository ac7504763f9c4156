/**
 * One visit of an audit: ask for the chunks of its plan, check the drawn ones against the feed, ask for a receipt, check that too.
 *
 * Owns: a visit's state machine and what it came to. Does not own: how many visits there are and what they come to together
 * (audit.ts), what is asked in which order (audit-plan.ts), connections and clocks (roles/audit-run.ts). No I/O.
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

/** What a visit came to, so far. */
export interface VisitOutcome {
  /** What there was short of, and more about it; absent where nothing was, or nothing yet. */
  readonly shortfall?: { readonly kind: AuditShortfall; readonly why: string }
  readonly receipts: readonly SignedReceipt[]
  readonly receiptFaults: ReceiptFaults
  /** Of drawn chunks that a good receipt names. */
  readonly proofs: readonly BlockProof[]
  /** Whether a chunk was lost that was not drawn. */
  readonly lostCover: boolean
  /** Of each chunk that came. */
  readonly latenciesMs: readonly number[]
  readonly bytes: number
  /** From meeting the hoster to the last chunk, pauses left out. */
  readonly elapsedMs: number
  /** Chunks that were asked for, or still to be, and did not come. */
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

  /** Whether nothing is left to do. */
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

  /** Leaves out cover and pauses from now on, but for a pause under way: they are not worth being late for the slot. */
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
      // A reader that thinks has seen what it asked for.
      if (this.#pending.size > 0) return out
      this.#state = 'pausing'
      return [{ kind: 'pause', ms: pauseMs }]
    }
    if (this.#pending.size > 0) return out
    if (this.#received.size === 0) return this.#end('nothing-served', this.#firstLoss())
    this.#state = 'proving'
    return [{ kind: 'prove', indices: [...this.#drawn].filter((index) => this.#received.has(index)) }]
  }

  /** A drawn chunk counts when it hashes into the registered feed; anything else is a chunk lost. */
  #prove(siblings: ReadonlyMap<number, readonly TreeNode[]>): readonly VisitOutput[] {
    if (this.#state !== 'proving') return []
    for (const index of this.#drawn) {
      const received = this.#received.get(index)
      if (!received) continue
      const path = siblings.get(index)
      const { bytes } = received
      const proof = path && { index, leaf: leafHash(bytes), size: bytes.length, siblings: path }
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

  /** Asks for the next chunk, whether or not there is a pause before it. */
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

  /** What came unasked before keeps its worth, if it is still good. */
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
