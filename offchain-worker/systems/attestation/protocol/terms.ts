/**
 * The inputs and outputs of an audit.
 *
 * Owns: these types. Does not own: the audit.
 */
import type { BlockProof, FeedHead, TreeNode } from '#types/domain/hosting/feed.ts'
import type { HosterMetrics } from '#types/domain/attestation/metrics.ts'
import type { SignedReceipt } from '#types/domain/hosting/receipt.ts'
import type { ReadTrace } from '#worker/systems/hosting/protocol/read-habits.ts'
import type { ReceiptFaults } from '#worker/systems/hosting/protocol/receipt-check.ts'

/** The identity for one visit. */
export interface VisitIdentity {
  /** The single-use key of the requests. The receipts name it. */
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
  /** For each possible visit, 1 to `MAX_VISITS`. */
  readonly visits: readonly VisitIdentity[]
  /** Indices of the drawn chunks, at most `MAX_RECEIPT_CHUNKS`. */
  readonly chunks: readonly number[]
  /** Whether an honest hoster could just have signed with this block. */
  readonly isRecentBlock: (number: number, hash: Uint8Array) => boolean
  /**
   * Whether an earlier process began the audit. Then receipts may name chunks that it requested under the same keys.
   */
  readonly isResumed: boolean
  /** Chunks requested at the same time. */
  readonly concurrency: number
  /** For the whole audit, in milliseconds. */
  readonly deadlineMs: number
  /** After this many milliseconds the audit requests the remaining chunks without cover and pauses. */
  readonly hurryMs: number
  /** A reader's pauses may take at most this many of these milliseconds in total. */
  readonly thinkMs: number
}

/** The events of a visit. Times are in milliseconds of one clock. */
export type VisitInput =
  /** The auditor met the hoster, by its registered key. */
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
  /**
   * The answer to `prove`: the siblings from each chunk up to its root. A chunk that is missing here cannot be proven.
   */
  | { readonly kind: 'proofs'; readonly siblings: ReadonlyMap<number, readonly TreeNode[]> }
  /** A pause is over. */
  | { readonly kind: 'resume'; readonly at: number }
  /** A receipt that the hoster gave without a request, as to every reader. */
  | { readonly kind: 'given'; readonly bytes: Uint8Array }
  /** The answer to `ask-receipt`. */
  | { readonly kind: 'receipt'; readonly bytes: Uint8Array }
  | { readonly kind: 'no-receipt'; readonly why: string }

export type AuditInput =
  /**
   * With the 32 secret bytes `seed`, the audit requests the drawn chunks like the readers `seen` in the feed's swarm.
   * Without, it requests them in the given order.
   */
  | { readonly kind: 'start'; readonly seed?: Uint8Array; readonly seen?: readonly ReadTrace[] }
  /** For the visit under way. The caller must not pass on events of an earlier one. */
  | VisitInput
  | { readonly kind: 'hurry' }
  | { readonly kind: 'deadline' }

/** Why an audit did not result in "served". */
export type AuditShortfall =
  | 'hoster-unreachable'
  | 'nothing-served'
  | 'chunks-lost'
  | 'no-receipt'
  | 'bad-receipt'
  | 'deadline'

/** The parts of a report that an audit gives, and its result. */
export interface AuditResult {
  readonly kind: 'served' | 'partial' | 'unserved'
  /** Absent if served. */
  readonly shortfall?: AuditShortfall
  /** Details of the shortfall, for people. */
  readonly why?: string
  readonly receipts: readonly SignedReceipt[]
  /** For drawn chunks that a receipt names; not for all of them if cover was lost. */
  readonly proofs: readonly BlockProof[]
  /** Over all requested chunks of all visits, including cover. */
  readonly metrics: HosterMetrics
  /** Chunks to request, including cover. A loss or a hurry removes cover; a loss also removes later visits. */
  readonly planned: number
  /** The number of visits made. */
  readonly visits: number
  /** Receipts that do not count, by reason. */
  readonly receiptFaults: ReceiptFaults
}

export type VisitOutput =
  | { readonly kind: 'request'; readonly index: number }
  /** Give the siblings of these chunks, which have all arrived. */
  | { readonly kind: 'prove'; readonly indices: readonly number[] }
  | { readonly kind: 'ask-receipt'; readonly bytes: Uint8Array }
  /** Step on with `resume` after this many milliseconds. */
  | { readonly kind: 'pause'; readonly ms: number }

export type AuditOutput =
  /**
   * The next visit, by its index: close the connection, and connect again under its key. `receiptRequest`, an encoded
   * ReceiptRequest, tells the hoster on arrival that the visitor accepts receipts.
   */
  | { readonly kind: 'connect'; readonly visit: number; readonly receiptRequest: Uint8Array }
  | VisitOutput
  /** Call back with `input` after this many milliseconds. */
  | { readonly kind: 'timer'; readonly ms: number; readonly input: { readonly kind: 'hurry' | 'deadline' } }
  | { readonly kind: 'exit'; readonly result: AuditResult }

/** One audit. */
export interface Audit {
  step(input: AuditInput): readonly AuditOutput[]
}
