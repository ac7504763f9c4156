/**
 * What an attestor must remember of a round when it is killed.
 *
 * Owns: the notes on one attempt of a round's coinflip and on the audit that followed, their encoding and their keys in the journal. Does
 * not own: when they are written (notebook.ts). The notes hold secrets, the number and the audit seed, so they stay in the
 * journal.
 */
import { CoinflipOutcome, Evidence, MAX_MEMBERS, SignedCommitment } from '#types/domain/coinflip/coinflip.ts'
import { BlockProof } from '#types/domain/hosting/feed.ts'
import { SignedReceipt } from '#types/domain/hosting/receipt.ts'
import { AttestorMetrics, HosterMetrics } from '#types/domain/attestation/metrics.ts'
import { MAX_PROOFS, MAX_RECEIPTS } from '#types/domain/attestation/report.ts'
import { H256 } from '#types/scale/account.ts'
import { decode, encode, type ValueOf } from '#types/scale/codec.ts'
import { bool, u32 } from '#types/scale/primitives.ts'
import { option, struct, vec } from '#types/scale/compound.ts'
import type { Journal } from '#worker/kernel/ports.ts'

const AuditNote = struct({
  /** Visits that were made. */
  visits: u32,
  receipts: vec(SignedReceipt, MAX_RECEIPTS),
  proofs: vec(BlockProof, MAX_PROOFS),
  metrics: HosterMetrics,
})

/** Notes on one (round, attempt). */
const AttemptNotes = struct({
  /** x, our part of the number. One for each session, since commitments to two numbers would convict us. */
  value: H256,
  /** Seed of the single-use audit keys and the salt, whose hash is part of the commitment. One for each session, as x is. */
  auditSeed: H256,
  /** All commitments, kept before we told x: they convict the author of another one. */
  row: option(vec(SignedCommitment, MAX_MEMBERS)),
  /** How the session ended for us, as it goes to the chain. */
  outcome: option(CoinflipOutcome),
  /** m, the number that all members share, once we know it. */
  magic: option(H256),
  /** Lies that the session proved. They go to the chain as evidence. */
  lies: vec(Evidence, MAX_MEMBERS),
  /** What we measured of the other members in the session. */
  peers: AttestorMetrics,
  /** Whether the audit has begun. Then the hoster may have served something under the audit's keys. */
  auditBegun: bool,
  /** The last block that we knew when the audit began. */
  auditAt: option(struct({ number: u32, hash: H256 })),
  audit: option(AuditNote),
})
export type AttemptNotes = ValueOf<typeof AttemptNotes>

const SECRET_BYTES = 32
const keyOf = (round: number, attempt: number): string => `attestor/${round}/${attempt}`

/** The notes on an attempt, if there are any. */
export async function loadNotes(journal: Journal, round: number, attempt: number): Promise<AttemptNotes | undefined> {
  const bytes = await journal.get(keyOf(round, attempt))
  return bytes && decode(AttemptNotes, bytes)
}

/** An attempt of which there are notes. */
export interface Attempt {
  readonly attempt: number
  readonly notes: AttemptNotes
}

/** The attempts before this one of which there are notes. */
export async function loadPast(journal: Journal, round: number, present: number): Promise<Attempt[]> {
  const past: Attempt[] = []
  for (let attempt = 0; attempt < present; attempt++) {
    const notes = await loadNotes(journal, round, attempt)
    if (notes) past.push({ attempt, notes })
  }
  return past
}

/** Keeps notes; safe once it resolves. */
export const saveNotes = (journal: Journal, round: number, attempt: number, notes: AttemptNotes): Promise<void> =>
  journal.put(keyOf(round, attempt), encode(AttemptNotes, notes))

/** The notes that an attempt begins with: secrets just drawn. */
export const newNotes = (draw: (count: number) => Uint8Array): AttemptNotes => ({
  value: draw(SECRET_BYTES),
  auditSeed: draw(SECRET_BYTES),
  row: undefined,
  outcome: undefined,
  magic: undefined,
  lies: [],
  peers: [],
  auditBegun: false,
  auditAt: undefined,
  audit: undefined,
})

/** Forgets a round that is over. */
export async function forgetNotes(journal: Journal, round: number, lastAttempt: number): Promise<void> {
  for (let attempt = 0; attempt <= lastAttempt; attempt++) await journal.delete(keyOf(round, attempt))
}
