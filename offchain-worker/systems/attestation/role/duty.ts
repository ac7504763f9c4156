/**
 * One attestor's part in one round: coinflip, audit in its slot, report after END.
 *
 * Owns: what is due when. It looks at the round as the chain has it, again with every finalized block, and does what is
 * missing; so a killed process, a missed event and a restarted coinflip are all the same case. Does not own: which rounds
 * are ours (attestor.ts), the protocols (protocols/), the rules of time (runtime-types/domain/round.ts).
 */
import { encodeCall, read } from '#chain/api/descriptors.ts'
import { equalBytes } from '#types/bytes.ts'
import { messageOf } from '#types/errors.ts'
import { accusedBy, hideMagic } from '#types/domain/coinflip/coinflip.ts'
import type { FeedHead } from '#types/domain/hosting/feed.ts'
import type { AttestorMetrics } from '#types/domain/attestation/metrics.ts'
import { hideAuditKeys, sessionOf, type Report } from '#types/domain/attestation/report.ts'
import type { AttestationParameters, RoundRecord } from '#types/domain/attestation/round.ts'
import type { AuditResult } from '../protocol/terms.ts'
import { createCoinflipBenchmark } from '#worker/systems/coinflip/protocol/benchmark.ts'
import type {
  Coinflip,
  CoinflipExit,
  CoinflipOptions,
  CoinflipTimeouts,
} from '#worker/systems/coinflip/protocol/coinflip.ts'
import { forgetNotes, loadNotes, loadPast, openNotes, saveNotes, type Attempt, type AttemptNotes } from './notes.ts'
import { runAudit, type AuditRun } from './audit-run.ts'
import type { Assignment } from '#worker/kernel/assignments.ts'
import type { BlockWindow } from '#worker/kernel/block-window.ts'
import { submitReport } from './chain-items.ts'
import { feedHeads } from '#worker/systems/hosting/role/chain-items.ts'
import { auditTime, createSlotOf } from './audit-time.ts'
import { coinflipTime } from '#worker/systems/coinflip/session/timing.ts'
import { runCoinflip, type CoinflipRun } from '#worker/systems/coinflip/session/run.ts'
import { ensureFlips, evidenceIn, flipNotes, openingOf } from './statements.ts'
import type { NoiseIdentity } from '#worker/kernel/ports.ts'
import type { AttestorDeps } from '../ports.ts'
import { createReaderWatch, type ReaderWatch } from '#worker/systems/hosting/role/reader-watch.ts'
import { prepareAudit, visitSeeds, type AuditLimits, type SlotAuditOptions } from './slot-audit.ts'
import type { Duties } from '#worker/kernel/duties.ts'

/** @see Duty */
export interface DutyOptions {
  readonly round: number
  readonly account: Uint8Array
  /** In place of what fits the chain's pace. */
  readonly coinflip: Partial<CoinflipTimeouts>
  readonly audit: AuditLimits
  /** Makes our member of a session. */
  readonly createMember: (options: CoinflipOptions) => Coinflip
}

/** @see Duty */
export interface DutyDeps extends AttestorDeps {
  readonly duties: Duties
  readonly blocks: BlockWindow
}

/** A round in which we are an attestor. */
export class Duty implements Assignment<RoundRecord, AttestationParameters> {
  readonly #options: DutyOptions
  readonly #deps: DutyDeps
  #attempt = -1
  #notes: AttemptNotes | undefined
  #past: readonly Attempt[] = []
  #flip: CoinflipRun | undefined
  #feed: FeedHead | undefined
  readonly #readers: ReaderWatch
  #audit: AuditRun | undefined
  readonly #slotOf = createSlotOf()
  #over: string | undefined

  constructor(options: DutyOptions, deps: DutyDeps) {
    this.#options = options
    this.#deps = deps
    this.#readers = createReaderWatch(deps)
  }

  get over(): string | undefined {
    return this.#over
  }

  /**
   * Does what is due. `record` is the round as it is in the latest finalized block, whose number is `now`. Must not be called
   * again before it has resolved.
   */
  async update(record: RoundRecord | undefined, parameters: AttestationParameters, now: number): Promise<void> {
    if (this.#over !== undefined) return
    if (!record || record.phase === 'Closed') return this.#forget('the round is closed')
    if (record.attempt !== this.#attempt) await this.#beginAttempt(record.attempt)
    this.#submitFlips(record, now)
    const rank = record.members.findIndex(({ account }) => equalBytes(account, this.#options.account))
    if (rank < 0) return this.#end('the round goes on without us')
    if (!record.agreement) return this.#flipCoin(record, parameters, now)
    this.#leaveSession()
    return now > record.endsAt
      ? this.#submitReport(record, parameters, rank, now)
      : this.#auditInSlot(record, parameters, rank, now)
  }

  /** Stops what is running; the notes stay, so that another process can go on. */
  close(why = 'stopped'): void {
    this.#over = why
    this.#leaveSession()
    this.#readers.close()
    this.#audit?.close()
  }

  async #beginAttempt(attempt: number): Promise<void> {
    this.#leaveSession()
    this.#audit?.close()
    this.#audit = undefined
    this.#attempt = attempt
    this.#notes = await loadNotes(this.#deps.journal, this.#options.round, attempt)
    this.#past = await loadPast(this.#deps.journal, this.#options.round, attempt)
  }

  /** A journal that cannot be written ends the duty: what is not kept must not be acted on. */
  #keep(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#deps.log.warn({ round: this.#options.round, error: messageOf(error) }, 'a duty is given up')
      this.close('what must be kept cannot be kept')
    })
  }

  /** Ends the duty, unless there is evidence, which is not forgotten before the round is closed. */
  async #end(why: string): Promise<void> {
    if (!this.#attempts().some((each) => evidenceIn(each).length > 0)) return this.#forget(why)
    this.#readers.close()
  }

  async #forget(why: string): Promise<void> {
    const { round } = this.#options
    this.close(why)
    await forgetNotes(this.#deps.journal, round, this.#attempt)
  }

  #leaveSession(): void {
    this.#flip?.close()
    this.#flip = undefined
  }

  async #flipCoin(record: RoundRecord, parameters: AttestationParameters, now: number): Promise<void> {
    if (this.#flip || now > record.openedAt + parameters.coinflipWindow) return
    const { round, createMember, coinflip } = this.#options
    const { chain, journal, randomBytes, network, report, log } = this.#deps
    // Kept before the first word is said: a second commitment to another number would convict us.
    this.#notes = await openNotes(journal, round, this.#attempt, randomBytes)
    const fitting = await coinflipTime(chain, now, record.openedAt + parameters.coinflipWindow - now)
    const session = sessionOf(chain.genesisHash, round, record)
    const { identity } = network
    const machine = createMember({
      session,
      self: identity.publicKey,
      value: this.#notes.value,
      auditKeyHash: hideAuditKeys(
        this.#auditKeys(this.#notes).map(({ publicKey }) => publicKey),
        this.#notes.value,
      ),
      timeouts: { ...fitting, ...coinflip },
      sign: (digest) => identity.sign(digest),
    })
    const attempt = this.#attempt
    log.info({ round, attempt, members: session.members.length, block: now }, 'coinflip started')
    report({ kind: 'coinflip-started', round, attempt, members: session.members.length })
    const watch = createCoinflipBenchmark(session.members, identity.publicKey)
    this.#flip = runCoinflip({ machine, session, watch }, this.#deps, (exit) =>
      this.#keep(this.#noteExit(attempt, exit, record, watch.metrics())),
    )
  }

  /** What a session ended in is kept first, then submitted. A later exit after a restart does not replace it. */
  async #noteExit(attempt: number, exit: CoinflipExit, record: RoundRecord, peers: AttestorMetrics): Promise<void> {
    const { round } = this.#options
    const named = exit.kind === 'offline' ? exit.absent : exit.kind === 'malicious' ? [exit.offender] : []
    const liars = exit.lies.map(accusedBy)
    const ended = { round, attempt, exit: exit.kind }
    this.#deps.log.info({ ...ended, lies: liars.length, dropped: this.#flip?.dropped() }, 'coinflip ended')
    this.#deps.report({ kind: 'coinflip-exit', ...ended, named, liars })
    const notes = this.#notes
    if (this.#over !== undefined || attempt !== this.#attempt || !notes || notes.flip) return
    this.#notes = { ...notes, ...flipNotes(exit), peers }
    await saveNotes(this.#deps.journal, round, attempt, this.#notes)
    if (this.#over !== undefined || attempt !== this.#attempt) return
    // The record is as old as the session: what tells the number waits for the next one.
    this.#submitFlips(record, undefined)
  }

  /** An outcome counts until there is an agreement; evidence counts after it too. */
  #submitFlips(record: RoundRecord, now: number | undefined): void {
    ensureFlips(this.#deps.duties, this.#options.round, record, this.#attempts(), now)
  }

  #attempts(): readonly Attempt[] {
    return this.#notes ? [...this.#past, { attempt: this.#attempt, notes: this.#notes }] : this.#past
  }

  async #auditInSlot(record: RoundRecord, parameters: AttestationParameters, rank: number, now: number): Promise<void> {
    const notes = this.#notes
    if (this.#audit || notes?.audit) return
    if (!notes?.magic || !record.agreement) return this.#end('the coinflip was agreed on without us')
    if (!equalBytes(hideMagic(notes.magic), record.agreement.hiddenMagic))
      return this.#end('another number was agreed on')
    const slot = this.#slotOf(notes.magic, rank, record, parameters)
    // A report would say "unserved" of a hoster that was never asked.
    if (now > slot.to) return this.#end('our slot has passed')
    const feed = (this.#feed ??= await read(this.#deps.chain, feedHeads, record.feed))
    if (!feed) return this.#end('the feed is not registered')
    if (now < slot.from) return this.#readers.begin(feed)
    const { audit: timings } = this.#options
    const { reportWindow, slotTolerance } = parameters
    const blocks = { report: record.endsAt + reportWindow - now, slot: slot.to + slotTolerance - now }
    const time = await auditTime(this.#deps.chain, now, blocks, timings.deadlineMs)
    const { magic, auditSeed, auditBegun: isResumed } = notes
    this.#notes = { ...notes, auditBegun: true }
    await saveNotes(this.#deps.journal, this.#options.round, this.#attempt, this.#notes)
    if (this.#over !== undefined) return
    const limits = { ...timings, ...time }
    this.#startAudit({ record, parameters, rank, feed, magic, auditSeed, slot, isResumed, limits })
  }

  #auditKeys({ auditSeed }: AttemptNotes): readonly NoiseIdentity[] {
    return visitSeeds(auditSeed).map((seed) => this.#deps.network.singleUse(seed))
  }

  #startAudit(options: SlotAuditOptions): void {
    const { log, report } = this.#deps
    const { round } = this.#options
    const { chunks, ...audit } = prepareAudit(options, this.#deps)
    const seen = this.#readers.seen()
    this.#readers.close()
    const slot = `${options.slot.from}-${options.slot.to}`
    const started = { round, chunks: chunks.length, slot, readersSeen: seen.length }
    log.info(started, 'audit started')
    report({ kind: 'audit-started', ...started })
    const attempt = this.#attempt
    this.#audit = runAudit({ ...audit, seen }, this.#deps, (result) => this.#keep(this.#noteAudit(attempt, result)))
  }

  async #noteAudit(attempt: number, result: AuditResult): Promise<void> {
    const { round } = this.#options
    const { visits, receipts, proofs, metrics, receiptFaults, planned, kind, why = '' } = result
    const { samples: received, lost } = metrics
    this.#deps.log.info({ round, result: kind, visits, received, lost, why, receiptFaults }, 'audit done')
    this.#deps.report({ kind: 'audit-done', round, result: kind, visits, received, lost, planned, why })
    const notes = this.#notes
    if (this.#over !== undefined || attempt !== this.#attempt || !notes) return
    this.#notes = { ...notes, audit: { visits, receipts, proofs, metrics } }
    await saveNotes(this.#deps.journal, round, attempt, this.#notes)
  }

  /** Only now is the number said: before END it would tell the hoster who audits when. */
  async #submitReport(
    record: RoundRecord,
    parameters: AttestationParameters,
    rank: number,
    now: number,
  ): Promise<void> {
    const notes = this.#notes
    if (now > record.endsAt + parameters.reportWindow) return this.#end('the time for reports has passed')
    if (!notes?.magic || !notes.audit) return this.#audit ? undefined : this.#end('there is no audit to report')
    const { round } = this.#options
    const { chain, duties } = this.#deps
    const session = sessionOf(chain.genesisHash, round, record)
    const { visits, receipts, proofs, metrics: hosterMetrics } = notes.audit
    const { magic, value } = notes
    const opening = openingOf(session, rank, { magic, value, auditKeys: this.#auditKeys(notes), visits })
    const report: Report = { ...opening, receipts, proofs, hosterMetrics, attestorMetrics: notes.peers }
    duties.ensure(`attestation.report/${round}/${this.#attempt}`, () => encodeCall(submitReport, { round, report }))
  }
}
