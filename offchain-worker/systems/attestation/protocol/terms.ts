/**
 * What goes into an audit and what comes out of it.
 *
 * Owns: these types. Does not own: what happens in between (audit.ts, audit-visit.ts).
 */
import type { BlockProof, FeedHead, TreeNode } from '#types/domain/hosting/feed.ts'
import type { HosterMetrics } from '#types/domain/attestation/metrics.ts'
import type { SignedReceipt } from '#types/domain/hosting/receipt.ts'
import type { ReadTrace } from '#worker/systems/hosting/protocol/read-habits.ts'
import type { ReceiptFaults } from '#worker/systems/hosting/protocol/receipt-check.ts'

/** Who comes, in one visit. */
export interface VisitIdentity {
  /** The single-use key with which we ask: receipts are made out to it. */
  readonly auditKey: Uint8Array
  /** 32 fresh random bytes for the receipts. */
  readonly nonce: Uint8Array
}

/** @see ./audit.ts */
export interface AuditOptions {
  readonly genesisHash: Uint8Array
  readonly feed: Pick<FeedHead, 'key' | 'length' | 'roots'>
  /** The hoster's registered Noise key. */
  readonly hosterKey: Uint8Array
  /** For each visit that there may be, 1 to `MAX_VISITS`. */
  readonly visits: readonly VisitIdentity[]
  /** Indices to ask for, at most `MAX_RECEIPT_CHUNKS`. */
  readonly chunks: readonly number[]
  /** Whether a block is one that an honest hoster could have signed with just now. */
  readonly isRecentBlock: (number: number, hash: Uint8Array) => boolean
  /** Whether a process before this one had begun the audit: then receipts may name what that one asked for under the same keys. */
  readonly isResumed: boolean
  /** Chunks asked for at the same time. */
  readonly concurrency: number
  /** For all of the audit, in milliseconds. */
  readonly deadlineMs: number
  /** When that is over, what was not yet asked for is asked for without cover and pauses. */
  readonly hurryMs: number
  /** Most of it that a reader's pauses may take, all together. */
  readonly thinkMs: number
}

/** What happens in a visit. Times are in milliseconds of one clock. */
export type VisitInput =
  /** The hoster was met, by its registered key. */
  | { readonly kind: 'connected'; readonly at: number }
  | { readonly kind: 'unreachable'; readonly why: string }
  | {
      readonly kind: 'chunk'
      readonly index: number
      readonly bytes: Uint8Array
      readonly latencyMs: number
      readonly at: number
    }
  | { readonly kind: 'lost'; readonly index: number; readonly why: string }
  /** The answer to `prove`: the siblings on the way from each chunk to its root. A chunk left out cannot be proven. */
  | { readonly kind: 'proofs'; readonly siblings: ReadonlyMap<number, readonly TreeNode[]> }
  /** A pause is over. */
  | { readonly kind: 'resume'; readonly at: number }
  /** What the hoster gave unasked, as to every reader. */
  | { readonly kind: 'given'; readonly bytes: Uint8Array }
  /** The answer to `ask-receipt`. */
  | { readonly kind: 'receipt'; readonly bytes: Uint8Array }
  | { readonly kind: 'no-receipt'; readonly why: string }

export type AuditInput =
  /**
   * With 32 secret bytes the drawn chunks are asked for as readers would, such as those `seen` in the feed's swarm; without, as
   * they are given.
   */
  | { readonly kind: 'start'; readonly seed?: Uint8Array; readonly seen?: readonly ReadTrace[] }
  /** Of the visit that is under way; what comes of an earlier one must not be told. */
  | VisitInput
  | { readonly kind: 'hurry' }
  | { readonly kind: 'deadline' }

/** Why an audit did not come out as "served". */
export type AuditShortfall =
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
  /** Of drawn chunks that a receipt names; none where cover was lost. */
  readonly proofs: readonly BlockProof[]
  /** Over all that was asked for in all visits, cover included. */
  readonly metrics: HosterMetrics
  /** Chunks to ask for, cover included. After a loss, or in a hurry, cover is left out; after a loss later visits too. */
  readonly planned: number
  /** Visits that were made. */
  readonly visits: number
  /** Receipts that counted for nothing, by reason. */
  readonly receiptFaults: ReceiptFaults
}

export type VisitOutput =
  | { readonly kind: 'request'; readonly index: number }
  /** Siblings are wanted of these chunks, which all have come. */
  | { readonly kind: 'prove'; readonly indices: readonly number[] }
  | { readonly kind: 'ask-receipt'; readonly bytes: Uint8Array }
  /** Step on with `resume` after so many milliseconds. */
  | { readonly kind: 'pause'; readonly ms: number }

export type AuditOutput =
  /**
   * The next visit, by its place: hang up, and come again under its key. With `receiptRequest`, an encoded ReceiptRequest, the hoster
   * is told on coming that receipts are taken.
   */
  | { readonly kind: 'connect'; readonly visit: number; readonly receiptRequest: Uint8Array }
  | VisitOutput
  /** Call back with that. */
  | { readonly kind: 'timer'; readonly ms: number; readonly input: { readonly kind: 'hurry' | 'deadline' } }
  | { readonly kind: 'exit'; readonly result: AuditResult }

/** One audit. */
export interface Audit {
  step(input: AuditInput): readonly AuditOutput[]
}
