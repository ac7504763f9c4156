/**
 * One attestor's part in one round: coinflip, audit in its slot, report after END.
 *
 * Owns: what is due when. It looks at the round as the chain has it, again with every finalized block, and sees to what is missing; so a
 * killed process, a missed event and a restarted coinflip are all the same case. Does not own: which rounds are ours.
 */
import { equalBytes } from '#types/bytes.ts'
import { messageOf } from '#types/errors.ts'
import { sessionOf } from '#types/domain/attestation/report.ts'
import type { AttestationParameters, RoundRecord } from '#types/domain/attestation/round.ts'
import { sessionId } from '#types/domain/coinflip/coinflip.ts'
import type { Assignment } from '#worker/kernel/assignments.ts'
import type { BlockWindow } from '#worker/kernel/block-window.ts'
import type { Duties } from '#worker/kernel/duties.ts'
import type { AttestorDeps } from '../ports.ts'
import { DutyAudit, type DutyAuditOptions } from './duty-audit.ts'
import { DutyCoinflip, type DutyCoinflipOptions } from './duty-coinflip.ts'
import { openNotebook, type Notebook } from './notebook.ts'
import { forgetNotes, loadPast, newNotes, type Attempt, type AttemptNotes } from './notes.ts'
import { sessionSecrets } from './session-secrets.ts'
import { ensureFlips, ensureReport, isReportable } from './statements.ts'

/** @see Duty */
export interface DutyOptions extends DutyCoinflipOptions, DutyAuditOptions {
  readonly account: Uint8Array
}

/** @see Duty */
export interface DutyDeps extends AttestorDeps {
  readonly duties: Duties
  readonly blocks: BlockWindow
}

/** What we do in the attempt that the round is in. */
interface Present {
  readonly notebook: Notebook
  readonly coinflip: DutyCoinflip
  readonly audit: DutyAudit
}

/** A round in which we are an attestor. */
export class Duty implements Assignment<RoundRecord, AttestationParameters> {
  readonly #options: DutyOptions
  readonly #deps: DutyDeps
  #present: Present | undefined
  #past: readonly Attempt[] = []
  readonly #background = new Set<Promise<void>>()
  #over: string | undefined

  constructor(options: DutyOptions, deps: DutyDeps) {
    this.#options = options
    this.#deps = deps
  }

  get over(): string | undefined {
    return this.#over
  }

  /** @see Assignment.update. Must not be called again before it has resolved. */
  async update(record: RoundRecord | undefined, parameters: AttestationParameters, now: number): Promise<void> {
    // What is being noted decides what is due.
    while (this.#background.size > 0) await Promise.all(this.#background)
    if (this.over !== undefined) return
    if (!record || record.phase === 'Closed') return this.#forget('the round is closed')
    const present = await this.#turnTo(record)
    if (this.over !== undefined) return
    const why = await this.#seeTo(present, record, parameters, now)
    if (why === undefined) return
    // Evidence is not forgotten before the round is closed.
    if (this.#attempts().some(({ notes }) => notes.lies.length > 0)) present.audit.close()
    else await this.#forget(why)
  }

  /** Stops what is running. The notes stay, so that another process can go on. */
  close(): void {
    this.#end('stopped')
  }

  /** Sees to what is due in the round. Returns why nothing is left for us to do; `undefined` while something is. */
  async #seeTo(
    { notebook, coinflip, audit }: Present,
    record: RoundRecord,
    parameters: AttestationParameters,
    now: number,
  ): Promise<string | undefined> {
    this.#tellFlips(record, now)
    const rank = record.members.findIndex(({ account }) => equalBytes(account, this.#options.account))
    if (rank < 0) return 'the round goes on without us'
    if (!record.agreement || now <= record.endsAt) await coinflip.update(record, parameters, rank, now)
    if (this.over !== undefined || !record.agreement) return undefined
    if (now <= record.endsAt) return audit.update(record, parameters, rank, now)
    coinflip.leave()
    const { notes } = notebook
    // The number is told after END only: before it, the number would tell the hoster who audits when.
    if (now > record.endsAt + parameters.reportWindow) return 'the time for reports has passed'
    if (!notes || !isReportable(notes)) return audit.isBegun ? undefined : 'there is no audit to report'
    ensureReport(this.#deps, { round: this.#options.round, record, rank, notes })
    return undefined
  }

  /** An outcome counts until there is an agreement; evidence counts after it too. */
  #tellFlips(record: RoundRecord, now: number | undefined): void {
    ensureFlips(this.#deps.duties, this.#options.round, record, this.#attempts(), now)
  }

  #attempts(): readonly Attempt[] {
    const notebook = this.#present?.notebook
    return notebook?.notes ? [...this.#past, { attempt: notebook.attempt, notes: notebook.notes }] : this.#past
  }

  /** Leaves the attempt that we took part in, and opens the notes of this one. */
  async #turnTo(record: RoundRecord): Promise<Present> {
    const { attempt } = record
    if (this.#present?.notebook.attempt === attempt) return this.#present
    this.#leave()
    const { journal, chain, network } = this.#deps
    const { round } = this.#options
    const session = sessionId(sessionOf(chain.genesisHash, round, record))
    const isOurs = ({ value }: AttemptNotes): boolean =>
      equalBytes(value, newNotes(sessionSecrets(session, network.identity)).value)
    const notebook = await openNotebook(journal, round, attempt, isOurs)
    this.#past = await loadPast(journal, round, attempt)
    const deps = {
      ...this.#deps,
      inBackground: (work: Promise<void>) => this.#inBackground(work),
      // The record is as old as the session: what opens the number waits for the next one.
      onNoted: (record: RoundRecord) => this.#tellFlips(record, undefined),
    }
    const coinflip = new DutyCoinflip(this.#options, notebook, deps)
    const audit = new DutyAudit(this.#options, notebook, deps)
    return (this.#present = { notebook, coinflip, audit })
  }

  /** A journal that cannot be written ends the duty: what is not kept must not be acted on. */
  #inBackground(work: Promise<void>): void {
    const guarded = work.catch((error: unknown) => {
      this.#deps.log.warn({ round: this.#options.round, error: messageOf(error) }, 'a duty is given up')
      this.#end('what must be kept could not be kept')
    })
    const noted = guarded.finally(() => this.#background.delete(noted))
    this.#background.add(noted)
  }

  async #forget(why: string): Promise<void> {
    const last = this.#present?.notebook.attempt ?? -1
    this.#end(why)
    await forgetNotes(this.#deps.journal, this.#options.round, last)
  }

  #end(why: string): void {
    this.#over = why
    this.#leave()
  }

  #leave(): void {
    this.#present?.notebook.close()
    this.#present?.coinflip.leave()
    this.#present?.audit.close()
    this.#present = undefined
  }
}
