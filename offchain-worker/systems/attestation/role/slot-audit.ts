/**
 * The audit that a round's record asks of us, made ready.
 *
 * Owns: what of record, parameters and notes goes into it. Does not own: when it begins (attestor-duty.ts), how it goes
 * (protocols/audit.ts, audit-run.ts).
 */
import { utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import type { FeedHead } from '#types/domain/hosting/feed.ts'
import {
  auditChunks,
  type AttestationParameters,
  type RoundRecord,
  type Slot,
} from '#types/domain/attestation/round.ts'
import { MAX_VISITS } from '#types/domain/attestation/report.ts'
import { createAudit } from '../protocol/audit.ts'
import type { AuditRunOptions, AuditTimings } from './audit-run.ts'
import type { AuditTime } from './audit-time.ts'
import type { BlockWindow } from '#worker/kernel/block-window.ts'
import type { NoiseIdentity, RoleDeps } from '#worker/kernel/ports.ts'

/** How an audit may go. */
export interface AuditLimits extends AuditTimings {
  readonly concurrency: number
  /** Of the whole audit, in milliseconds. */
  readonly deadlineMs: number
  /** Most of it for pauses, in milliseconds. */
  readonly thinkMs: number
}

/** @see prepareAudit */
export interface SlotAuditOptions {
  readonly record: Pick<RoundRecord, 'hosterKey'>
  readonly parameters: Pick<AttestationParameters, 'challenges' | 'slotTolerance'>
  /** Our place among the members. */
  readonly rank: number
  readonly feed: FeedHead
  readonly magic: Uint8Array
  /** Of the single-use keys, 32 bytes. */
  readonly auditSeed: Uint8Array
  readonly slot: Slot
  /** Whether a process before this one had begun it. */
  readonly isResumed: boolean
  readonly limits: AuditLimits & AuditTime
}

const NONCE_BYTES = 32
/** Of the time for it, the part that readers' pauses may take. */
const THINK_SHARE = 1 / 8
/** The part of it after which cover is left out. */
const COVER_SHARE = 1 / 2

const SEED_LABEL = utf8('assay/audit/visit/1')

/** The seed of each visit's single-use identity. */
export const visitSeeds = (auditSeed: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: MAX_VISITS }, (_, visit) => blake2b256Of(SEED_LABEL, auditSeed, Uint8Array.of(visit)))

/** The single-use identities of an audit's visits, whose hash is part of our commitment in the coinflip. */
export const auditKeysOf = (
  auditSeed: Uint8Array,
  network: Pick<RoleDeps['network'], 'singleUse'>,
): readonly NoiseIdentity[] => visitSeeds(auditSeed).map((seed) => network.singleUse(seed))

/** The audit, and the chunks that it is about. */
export function prepareAudit(
  { record, parameters, rank, feed, magic, auditSeed, slot, isResumed, limits }: SlotAuditOptions,
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
  const chunks = auditChunks(magic, rank, challenges, feed.length)
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
