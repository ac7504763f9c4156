/**
 * Makes the audit ready that a round asks of us.
 *
 * Owns: what of record, parameters and notes goes into the audit. Does not own: when the audit is due.
 */
import { auditChunks } from '#types/domain/attestation/challenge.ts'
import type { AttestationParameters, RoundRecord, Slot } from '#types/domain/attestation/round.ts'
import type { PromisedFeed } from '#types/domain/hosting/feed-growth.ts'
import { createAudit } from '../protocol/audit.ts'
import type { AuditRunOptions, AuditTimings } from './audit-run.ts'
import { auditKeysOf, visitSeeds } from './audit-secrets.ts'
import type { AuditTime } from './audit-time.ts'
import type { BlockWindow } from '#worker/kernel/block-window.ts'
import type { RoleDeps } from '#worker/kernel/ports.ts'

/** The limits of an audit. */
export interface AuditLimits extends AuditTimings {
  readonly concurrency: number
  /** For the whole audit, in milliseconds. */
  readonly deadlineMs: number
  /** At most so much of it may go into pauses, in milliseconds. */
  readonly thinkMs: number
}

/** @see prepareAudit */
export interface SlotAuditOptions {
  readonly record: Pick<RoundRecord, 'hosterKey'>
  readonly parameters: Pick<AttestationParameters, 'challenges' | 'slotTolerance'>
  readonly feed: PromisedFeed
  /** The seed of our challenge, 32 bytes. */
  readonly challenge: Uint8Array
  /** The seed of the single-use keys, 32 bytes. */
  readonly auditSeed: Uint8Array
  readonly slot: Slot
  /** Whether an earlier process has begun the audit. */
  readonly isResumed: boolean
  readonly limits: AuditLimits & AuditTime
}

const NONCE_BYTES = 32
/** The part of the slot's time that pauses like a reader's may take. */
const THINK_SHARE = 1 / 8
/** After this part of the slot's time, the audit asks for no more cover. */
const COVER_SHARE = 1 / 2

/** The audit, ready to run, and the chunks that it is about. */
export function prepareAudit(
  { record, parameters, feed, challenge, auditSeed, slot, isResumed, limits }: SlotAuditOptions,
  {
    network,
    chain,
    randomBytes,
    blocks,
  }: Pick<RoleDeps, 'network' | 'chain' | 'randomBytes'> & {
    readonly blocks: Pick<BlockWindow, 'agrees'>
  },
): Omit<AuditRunOptions, 'seen'> & { readonly chunks: readonly number[] } {
  const { hosterKey } = record
  const { challenges, slotTolerance } = parameters
  const chunks = auditChunks(challenge, challenges, feed.length)
  const machine = createAudit({
    genesisHash: chain.genesisHash,
    feed,
    hosterKey,
    visits: auditKeysOf(auditSeed, network).map(({ publicKey }) => ({
      auditKey: publicKey,
      nonce: randomBytes(NONCE_BYTES),
    })),
    chunks,
    isRecentBlock: (number, hash) =>
      number >= slot.from - slotTolerance && number <= slot.to + slotTolerance && blocks.agrees(number, hash),
    isResumed,
    concurrency: limits.concurrency,
    deadlineMs: limits.deadlineMs,
    hurryMs: limits.slotMs * COVER_SHARE,
    thinkMs: Math.min(limits.thinkMs, limits.slotMs * THINK_SHARE),
  })
  const request = { feed, hoster: hosterKey, timeoutMs: limits.connectMs }
  return { machine, request, seeds: visitSeeds(auditSeed), timings: limits, chunks }
}
