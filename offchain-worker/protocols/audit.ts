/**
 * The audit of a hoster: ask for the drawn chunks, check them against the feed, ask for a receipt, check that too.
 *
 * Owns: one audit's state machine and the parts of a report that follow from it. Does not own: connections and clocks
 * (roles/audit-run.ts), the slot (the role), or what the chain makes of a report (runtime-types/domain/report.ts). No I/O.
 *
 * A report can carry a proof only for chunks that the hoster signed for, so without a good receipt it carries none.
 */
import { checkBlockProof, leafHash, type BlockProof, type TreeNode } from '#types/domain/feed.ts'
import { MAX_RECEIPT_CHUNKS, ReceiptRequest } from '#types/domain/receipt.ts'
import { AssayError } from '#types/errors.ts'
import { encode } from '#types/scale/codec.ts'
import { measure } from './audit-metrics.ts'
import { planReads } from './audit-plan.ts'
import type { Audit, AuditInput, AuditOptions, AuditOutput, AuditResult, AuditShortfall } from './audit-words.ts'
import { ReceiptBook } from './receipt-check.ts'

interface Received {
  readonly bytes: Uint8Array
  readonly latencyMs: number
}

class Auditor implements Audit {
  readonly receiptRequest: Uint8Array
  readonly #options: AuditOptions
  readonly #received = new Map<number, Received>()
  readonly #pending = new Set<number>()
  readonly #asked = new Set<number>()
  readonly #drawn: ReadonlySet<number>
  readonly #receipts: ReceiptBook
  readonly #proofs = new Map<number, BlockProof>()
  readonly #lost = new Map<number, string>()
  #waiting: readonly number[]
  #planned: number
  #pausesMs: ReadonlyMap<number, number> = new Map()
  #depth: number
  #state: 'idle' | 'connecting' | 'fetching' | 'pausing' | 'proving' | 'receipt' | 'done' = 'idle'
  #beganAt = 0
  #lastAt = 0
  #pausedMs = 0

  constructor(options: AuditOptions) {
    this.#options = options
    this.#drawn = new Set(options.chunks)
    this.#waiting = options.chunks
    this.#planned = options.chunks.length
    this.#depth = options.concurrency
    const { feed, nonce, auditKey } = options
    this.receiptRequest = encode(ReceiptRequest, { feed: feed.key, nonce })
    this.#receipts = new ReceiptBook({
      ...options,
      feed: feed.key,
      peer: auditKey,
      wasAsked: (index) => this.#asked.has(index),
      received: (index) => {
        const got = this.#received.get(index)
        return got && { bytes: got.bytes, leaf: this.#proofs.get(index)?.leaf ?? leafHash(got.bytes) }
      },
    })
  }

  step(input: AuditInput): readonly AuditOutput[] {
    switch (input.kind) {
      case 'start':
        return this.#start(input)
      case 'connected':
        return this.#connected(input.at)
      case 'unreachable':
        return this.#state === 'connecting' ? this.#exit('hoster-unreachable', input.why) : []
      case 'chunk':
        return this.#take(input)
      case 'lost':
        return this.#lose(input.index, input.why)
      case 'proofs':
        return this.#prove(input.siblings)
      case 'resume':
        return this.#resume(input.at)
      case 'given':
        if (this.#state !== 'done') this.#receipts.judge(input.bytes)
        return []
      case 'receipt':
        return this.#state === 'receipt' ? this.#conclude(input.bytes) : []
      case 'no-receipt':
        return this.#state === 'receipt' ? this.#exit('no-receipt', input.why) : []
      default:
        return this.#state === 'done' ? [] : this.#exit('deadline', `not over within ${this.#options.deadlineMs} ms`)
    }
  }

  #start({ seed, seen = [] }: Extract<AuditInput, { kind: 'start' }>): AuditOutput[] {
    if (this.#state !== 'idle') return []
    const { chunks, concurrency, feed, deadlineMs, thinkMs } = this.#options
    if (seed) {
      const { length } = feed
      const plan = planReads({ seed, chunks, concurrency, length, seen, thinkMs })
      this.#waiting = plan.order
      this.#planned = plan.order.length
      this.#depth = plan.depth
      this.#pausesMs = plan.pausesMs
    }
    this.#state = 'connecting'
    return [{ kind: 'timer', ms: deadlineMs }, { kind: 'connect' }]
  }

  #connected(at: number): readonly AuditOutput[] {
    if (this.#state !== 'connecting') return []
    this.#state = 'fetching'
    this.#beganAt = at
    this.#lastAt = at
    return this.#proceed()
  }

  #take({ index, bytes, latencyMs, at }: Extract<AuditInput, { kind: 'chunk' }>): readonly AuditOutput[] {
    if (this.#state === 'done' || !this.#pending.has(index)) return []
    this.#pending.delete(index)
    this.#received.set(index, { bytes, latencyMs })
    this.#lastAt = at
    return this.#proceed()
  }

  #lose(index: number, why: string): readonly AuditOutput[] {
    if (this.#state === 'done' || !this.#pending.delete(index)) return []
    this.#lost.set(index, why)
    // Each loss costs its whole deadline: cover and pauses are not worth being late for the slot.
    this.#waiting = this.#waiting.filter((waiting) => this.#drawn.has(waiting))
    this.#pausesMs = new Map()
    return this.#proceed()
  }

  #resume(at: number): readonly AuditOutput[] {
    if (this.#state !== 'pausing') return []
    this.#state = 'fetching'
    this.#pausedMs += at - this.#lastAt
    return [...this.#ask([]), ...this.#proceed()]
  }

  #proceed(): readonly AuditOutput[] {
    const out: AuditOutput[] = []
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
    if (this.#received.size === 0) return this.#exit('nothing-served', this.#firstLoss())
    this.#state = 'proving'
    return [{ kind: 'prove', indices: this.#options.chunks.filter((index) => this.#received.has(index)) }]
  }

  /** A drawn chunk counts when it hashes into the registered feed; anything else is a chunk lost. */
  #prove(siblings: ReadonlyMap<number, readonly TreeNode[]>): readonly AuditOutput[] {
    if (this.#state !== 'proving') return []
    for (const index of this.#options.chunks) {
      const received = this.#received.get(index)
      if (!received) continue
      const path = siblings.get(index)
      const { bytes } = received
      const proof = path && { index, leaf: leafHash(bytes), size: bytes.length, siblings: path }
      if (proof && checkBlockProof(this.#options.feed, proof)) this.#proofs.set(index, proof)
      else {
        this.#received.delete(index)
        this.#lost.set(index, 'does not hash into the feed')
      }
    }
    if (this.#received.size === 0) return this.#exit('nothing-served', this.#firstLoss())
    this.#state = 'receipt'
    return [{ kind: 'ask-receipt', bytes: this.receiptRequest }]
  }

  /** Asks for the next chunk, whether or not there is a pause before it. */
  #ask(out: AuditOutput[]): readonly AuditOutput[] {
    const [index, ...waiting] = this.#waiting
    if (index === undefined) return out
    this.#waiting = waiting
    this.#pending.add(index)
    this.#asked.add(index)
    out.push({ kind: 'request', index })
    return out
  }

  #conclude(bytes: Uint8Array): readonly AuditOutput[] {
    const fault = this.#receipts.judge(bytes) ?? this.#receipts.missing(this.#received.keys())
    if (fault !== undefined) return this.#exit('bad-receipt', fault)
    return this.#lost.size > 0 ? this.#exit('chunks-lost', this.#firstLoss()) : this.#exit(undefined, '')
  }

  #firstLoss(): string {
    const [first] = this.#lost
    return first ? `${this.#lost.size} of ${this.#asked.size} chunks; chunk ${first[0]}: ${first[1]}` : ''
  }

  /**
   * Proofs of the drawn chunks, which make a report say "served". Where cover was lost none is given: a hoster that refuses those who
   * read on has refused an audit.
   */
  #provable(): readonly BlockProof[] {
    if ([...this.#lost.keys()].some((index) => !this.#drawn.has(index))) return []
    return [...this.#proofs.values()].filter(({ index }) => this.#receipts.names(index))
  }

  #exit(shortfall: AuditShortfall | undefined, why: string): readonly AuditOutput[] {
    this.#state = 'done'
    const received = [...this.#received.values()]
    const metrics = measure({
      latenciesMs: received.map(({ latencyMs }) => latencyMs),
      bytes: received.reduce((sum, { bytes }) => sum + bytes.length, 0),
      elapsedMs: this.#lastAt - this.#beganAt - this.#pausedMs,
      lost: this.#lost.size + this.#pending.size + this.#waiting.length,
    })
    const result: AuditResult = {
      kind: shortfall === undefined ? 'served' : this.#receipts.good.length > 0 ? 'partial' : 'unserved',
      ...(shortfall && { shortfall, why }),
      receipts: this.#receipts.good,
      proofs: this.#provable(),
      metrics,
      planned: this.#planned,
      receiptFaults: this.#receipts.faults,
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
