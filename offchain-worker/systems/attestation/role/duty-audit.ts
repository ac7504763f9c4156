/**
 * The audit of one attempt, as an attestor owes it.
 *
 * Owns: looking at the feed's readers until our slot, auditing once in it, and noting what came of it. Does not own: making an audit
 * ready.
 */
import { read } from '#chain/api/descriptors.ts'
import { equalBytes } from '#types/bytes.ts'
import type { AttestationParameters, RoundRecord, Slot } from '#types/domain/attestation/round.ts'
import { hideMagic } from '#types/domain/coinflip/coinflip.ts'
import type { FeedTree } from '#types/domain/hosting/feed-growth.ts'
import type { BlockWindow } from '#worker/kernel/block-window.ts'
import { promises } from './chain-items.ts'
import { createReaderWatch, type ReaderWatch } from './reader-watch.ts'
import type { AttestorDeps } from '../ports.ts'
import type { AuditResult } from '../protocol/terms.ts'
import { runAudit, type AuditRun } from './audit-run.ts'
import { ownChallenge } from './audit-secrets.ts'
import { auditTime, createSlotOf } from './audit-time.ts'
import type { Notebook } from './notebook.ts'
import type { AttemptNotes } from './notes.ts'
import { prepareAudit, type AuditLimits, type SlotAuditOptions } from './slot-audit.ts'

/** @see DutyAudit */
export interface DutyAuditOptions {
  readonly round: number
  readonly audit: AuditLimits
}

/** @see DutyAudit */
export interface DutyAuditDeps extends AttestorDeps {
  readonly blocks: BlockWindow
  /** Takes care of work that no block waits for: when it fails, the duty is given up. */
  readonly inBackground: (work: Promise<void>) => void
}

/** What an audit is made of, as the round has it. */
interface AuditDue extends Omit<SlotAuditOptions, 'limits'> {
  readonly record: RoundRecord
  readonly parameters: AttestationParameters
}

/** @see the module's header */
export class DutyAudit {
  readonly #options: DutyAuditOptions
  readonly #notebook: Notebook
  readonly #deps: DutyAuditDeps
  readonly #slotOf = createSlotOf()
  readonly #readers: ReaderWatch
  #promise: FeedTree | undefined
  /** The seed of our challenge, once there is a number. */
  #challenge: Uint8Array | undefined
  #run: AuditRun | undefined

  constructor(options: DutyAuditOptions, notebook: Notebook, deps: DutyAuditDeps) {
    this.#options = options
    this.#notebook = notebook
    this.#deps = deps
    this.#readers = createReaderWatch(deps)
  }

  /** Whether this process has begun the audit. What came of it may not be noted yet. */
  get isBegun(): boolean {
    return this.#run !== undefined
  }

  /** Does what is due between the agreement and END. Returns why we cannot audit; `undefined` where we can or have done so. */
  async update(
    record: RoundRecord,
    parameters: AttestationParameters,
    rank: number,
    now: number,
  ): Promise<string | undefined> {
    const { notes } = this.#notebook
    if (this.#run) return undefined
    if (!notes || !record.agreement) return 'the coinflip was agreed on without us'
    // While there is time, the coinflip asks the others for the number, and then the chain.
    if (!notes.magic) return now < record.auditFrom ? undefined : 'nobody told us the number'
    if (!equalBytes(hideMagic(notes.magic), record.agreement.hiddenMagic)) return 'another number was agreed on'
    const { magic } = notes
    const challenge = (this.#challenge ??= this.#draw(record, rank, magic, notes))
    const slot = this.#slotOf({ magic, seed: challenge, rank }, record)
    const { audit, auditSeed, auditBegun: isResumed } = await this.#ofThisChain(notes, slot, now)
    if (audit) return undefined
    // A report would say "unserved" of a hoster that was never asked.
    if (now > slot.to) return 'our slot has passed'
    const promise = (this.#promise ??= await read(this.#deps.chain, promises, this.#options.round))
    if (!promise) return 'the round has no promise of its hoster'
    const feed = { key: record.feed, ...promise }
    if (now < slot.from) this.#readers.begin(feed)
    else await this.#begin({ record, parameters, feed, challenge, auditSeed, slot, isResumed }, now)
    return undefined
  }

  /**
   * The notes without an audit that we made on blocks that the chain has left: it takes no receipt of such an audit, and a hoster that
   * went back too may have served nothing.
   */
  async #ofThisChain(notes: AttemptNotes, slot: Slot, now: number): Promise<AttemptNotes> {
    const { auditBegun, auditAt } = notes
    if (!auditBegun) return notes
    const isLeft = auditAt && (auditAt.number > now || !this.#deps.blocks.agrees(auditAt.number, auditAt.hash))
    if (now >= slot.from && !isLeft) return notes
    this.#deps.log.warn({ round: this.#options.round, block: now }, 'the chain went back: the audit begins anew')
    await this.#notebook.keep({ auditBegun: false, auditAt: undefined, audit: undefined })
    return this.#notebook.notes ?? notes
  }

  /** Stops looking at readers, and the audit if it runs. */
  close(): void {
    this.#readers.close()
    this.#run?.close()
  }

  /** Draws our challenge. It stays the same in this attempt, and its keys take time, so it is drawn once. */
  #draw(record: RoundRecord, rank: number, magic: Uint8Array, { auditSeed }: AttemptNotes): Uint8Array {
    const { chain, network } = this.#deps
    const { round } = this.#options
    return ownChallenge({ genesisHash: chain.genesisHash, round, record, rank, magic, auditSeed }, network)
  }

  async #begin(options: AuditDue, now: number): Promise<void> {
    const { record, parameters, slot } = options
    const { audit: timings } = this.#options
    const { reportWindow, slotTolerance } = parameters
    const blocks = { report: record.endsAt + reportWindow - now, slot: slot.to + slotTolerance - now }
    const time = await auditTime(this.#deps.chain, now, blocks, timings.deadlineMs)
    // Kept before the hoster is asked: what it serves from here on, a resumed audit cannot ask for again.
    const begun = { auditBegun: true, auditAt: this.#deps.blocks.latest() }
    if (await this.#notebook.keep(begun)) this.#start({ ...options, limits: { ...timings, ...time } })
  }

  #start(options: SlotAuditOptions): void {
    const { log, report } = this.#deps
    const { chunks, ...audit } = prepareAudit(options, this.#deps)
    const seen = this.#readers.seen()
    this.#readers.close()
    const slot = `${options.slot.from}-${options.slot.to}`
    const started = { round: this.#options.round, chunks: chunks.length, slot, readersSeen: seen.length }
    log.info(started, 'audit started')
    report({ kind: 'audit-started', ...started })
    this.#run = runAudit({ ...audit, seen }, this.#deps, (result) => this.#deps.inBackground(this.#noteResult(result)))
  }

  async #noteResult(result: AuditResult): Promise<void> {
    const { round } = this.#options
    const { visits, receipts, proofs, metrics, receiptFaults, planned, kind, why = '' } = result
    const { samples: received, lost } = metrics
    this.#deps.log.info({ round, result: kind, visits, received, lost, why, receiptFaults }, 'audit done')
    this.#deps.report({ kind: 'audit-done', round, result: kind, visits, received, lost, planned, why })
    await this.#notebook.keep({ audit: { visits, receipts, proofs, metrics } })
  }
}
