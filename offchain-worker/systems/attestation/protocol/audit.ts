/**
 * The audit of a hoster: some visits, each under its own key and after the end of the one before, and the parts of a
 * report that follow from them.
 *
 * Owns: the sequence of visits, and their joint result. No I/O. Does not own: a visit.
 *
 * A report can carry proofs only for chunks that the hoster signed for, so without a good receipt it carries none. A
 * visit in which the hoster falls short is the last: it decides the joint result.
 */
import { MAX_RECEIPT_CHUNKS } from '#types/domain/hosting/receipt.ts'
import { MAX_RECEIPTS, MAX_VISITS } from '#types/domain/attestation/report.ts'
import { AssayError } from '#types/errors.ts'
import { measure } from './metrics.ts'
import { planVisits, type VisitPlan } from './plan.ts'
import { Visit, type VisitOutcome } from './visit.ts'
import type { Audit, AuditInput, AuditOptions, AuditOutput, AuditResult, AuditShortfall } from './terms.ts'
import type { ReceiptFaults } from '#worker/systems/hosting/protocol/receipt-check.ts'

class Auditor implements Audit {
  readonly #options: AuditOptions
  #plans: readonly VisitPlan[] = []
  /** The finished visits, in order, and the one under way. */
  readonly #visits: Visit[] = []
  #done = false

  constructor(options: AuditOptions) {
    this.#options = options
  }

  step(input: AuditInput): readonly AuditOutput[] {
    if (this.#done) return []
    if (input.kind === 'start') return this.#start(input)
    if (input.kind === 'deadline')
      return this.#exit({ kind: 'deadline', why: `not over within ${Math.round(this.#options.deadlineMs)} ms` })
    if (input.kind === 'hurry') return this.#hurry()
    const visit = this.#visits.at(-1)
    const outputs = visit?.step(input) ?? []
    return visit?.over ? this.#next(visit.outcome) : outputs
  }

  /** The requests of later visits. The next visit makes them at once. */
  #hurry(): readonly AuditOutput[] {
    this.#visits.at(-1)?.hurry()
    const begun = this.#visits.length
    const drawn = this.#plans.slice(begun).flatMap((plan) => plan.drawn)
    if (drawn.length > 0) this.#plans = [...this.#plans.slice(0, begun), this.#plainly(drawn)]
    return []
  }

  #plainly(drawn: readonly number[]): VisitPlan {
    return { drawn, order: drawn, pausesMs: new Map(), depth: this.#options.concurrency }
  }

  #start({ seed, seen = [] }: Extract<AuditInput, { kind: 'start' }>): readonly AuditOutput[] {
    if (this.#plans.length > 0) return []
    const { chunks, visits, concurrency, feed, deadlineMs, hurryMs, thinkMs } = this.#options
    this.#plans = seed
      ? planVisits({ seed, chunks, visits: visits.length, concurrency, length: feed.length, seen, thinkMs })
      : [this.#plainly(chunks)]
    return [
      { kind: 'timer', ms: deadlineMs, input: { kind: 'deadline' } },
      { kind: 'timer', ms: hurryMs, input: { kind: 'hurry' } },
      this.#come(),
    ]
  }

  #next({ shortfall }: VisitOutcome): readonly AuditOutput[] {
    return shortfall || this.#visits.length === this.#plans.length ? this.#exit(shortfall) : [this.#come()]
  }

  #come(): AuditOutput {
    const place = this.#visits.length
    const kept = this.#outcomes().reduce((sum, { receipts }) => sum + receipts.length, 0)
    const visit = new Visit({
      ...this.#options,
      ...this.#options.visits[place]!,
      plan: this.#plans[place]!,
      maxReceipts: MAX_RECEIPTS - kept,
    })
    this.#visits.push(visit)
    return { kind: 'connect', visit: place, receiptRequest: visit.receiptRequest }
  }

  #outcomes(): readonly VisitOutcome[] {
    return this.#visits.map(({ outcome }) => outcome)
  }

  #exit(shortfall?: { readonly kind: AuditShortfall; readonly why: string }): readonly AuditOutput[] {
    this.#done = true
    const visits = this.#outcomes()
    const sum = (of: (visit: VisitOutcome) => number): number => visits.reduce((total, visit) => total + of(visit), 0)
    const receipts = visits.flatMap((visit) => visit.receipts)
    const proofs = visits.flatMap((visit) => visit.proofs)
    const isRefused = visits.some(({ lostCover }) => lostCover)
    const result: AuditResult = {
      kind: shortfall === undefined ? 'served' : receipts.length > 0 ? 'partial' : 'unserved',
      ...(shortfall && { shortfall: shortfall.kind, why: shortfall.why }),
      receipts,
      // Proofs of all drawn chunks make a report say "served". A hoster that refuses readers who read on has refused an
      // audit, so one proof is missing then. The others still earn the pay for the work.
      proofs: proofs.length === this.#options.chunks.length && isRefused ? proofs.slice(1) : proofs,
      metrics: measure({
        latenciesMs: visits.flatMap(({ latenciesMs }) => latenciesMs),
        bytes: sum(({ bytes }) => bytes),
        elapsedMs: sum(({ elapsedMs }) => elapsedMs),
        lost: sum(({ lost }) => lost),
      }),
      planned: this.#plans.reduce((total, { order }) => total + order.length, 0),
      visits: visits.length,
      receiptFaults: added(visits.map(({ receiptFaults }) => receiptFaults)),
    }
    return [{ kind: 'exit', result }]
  }
}

function added(faults: readonly ReceiptFaults[]): ReceiptFaults {
  const sums: Record<string, number> = {}
  for (const [name, count] of faults.flatMap((some) => Object.entries(some))) sums[name] = (sums[name] ?? 0) + count
  return sums
}

/**
 * An audit that has not begun.
 * @throws AssayError `BAD_AUDIT` if the options do not make an audit
 */
export function createAudit(options: AuditOptions): Audit {
  const { chunks, concurrency, visits } = options
  const isIn = (value: number, most: number): boolean => value >= 1 && value <= most
  if (!isIn(chunks.length, MAX_RECEIPT_CHUNKS) || !isIn(visits.length, MAX_VISITS) || concurrency < 1) {
    const expected = `1 to ${MAX_RECEIPT_CHUNKS} chunks, 1 or more at a time, in 1 to ${MAX_VISITS} visits`
    const got = `${chunks.length} chunks, ${concurrency} at a time, in ${visits.length} visits`
    throw new AssayError('BAD_AUDIT', `audit: expected ${expected}, got ${got}`)
  }
  return new Auditor(options)
}
