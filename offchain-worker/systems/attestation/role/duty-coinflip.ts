/**
 * The coinflip of one attempt, as an attestor takes part in it.
 *
 * Owns: our session with the other members, and our part before the chain, which ends the attempt. Does not own: the session itself.
 */
import { read } from '#chain/api/descriptors.ts'
import { equalBytes } from '#types/bytes.ts'
import {
  accusedBy,
  hideMagic,
  NO_ARBITRATION,
  sessionId,
  type ArbitratedAttempt,
  type Evidence,
} from '#types/domain/coinflip/coinflip.ts'
import type { AttestorMetrics } from '#types/domain/attestation/metrics.ts'
import { hideAuditKeys } from '#types/domain/attestation/challenge.ts'
import { sessionOf } from '#types/domain/attestation/report.ts'
import type { AttestationParameters, RoundRecord } from '#types/domain/attestation/round.ts'
import type { Duties } from '#worker/kernel/duties.ts'
import { appealOf, factsOf } from '#worker/systems/coinflip/protocol/appeals.ts'
import { createCoinflipBenchmark } from '#worker/systems/coinflip/protocol/benchmark.ts'
import type {
  Coinflip,
  CoinflipExit,
  CoinflipNote,
  CoinflipOptions,
  CoinflipTimeouts,
} from '#worker/systems/coinflip/protocol/terms.ts'
import { runCoinflip, type CoinflipRun } from '#worker/systems/coinflip/session/run.ts'
import { coinflipTime } from '#worker/systems/coinflip/session/timing.ts'
import type { AttestorDeps } from '../ports.ts'
import { auditSecretsOf } from './audit-secrets.ts'
import { arbitrations } from './chain-items.ts'
import type { Notebook } from './notebook.ts'
import type { AttemptNotes } from './notes.ts'
import { withLies } from './lies.ts'
import { sessionSecrets } from './session-secrets.ts'
import { ensureAppeal, outcomeNotes } from './statements.ts'

/** @see DutyCoinflip */
export interface DutyCoinflipOptions {
  readonly round: number
  /** In place of what fits the chain's pace. */
  readonly coinflip: Partial<CoinflipTimeouts>
  /** Makes our member of a session. */
  readonly createMember: (options: CoinflipOptions) => Coinflip
}

/** @see DutyCoinflip */
export interface DutyCoinflipDeps extends Omit<AttestorDeps, 'feeds'> {
  readonly duties: Duties
  /** Takes care of work that no block waits for: when it fails, the duty is given up. */
  readonly inBackground: (work: Promise<void>) => void
  /** Called when the session's end or a lie is kept, with a record of the round that may be old. */
  readonly onNoted: (record: RoundRecord) => void
}

/** Our member of a session under way. */
interface Playing {
  readonly machine: Coinflip
  readonly run: CoinflipRun
}

/** @see the module's header */
export class DutyCoinflip {
  readonly #options: DutyCoinflipOptions
  readonly #notebook: Notebook
  readonly #deps: DutyCoinflipDeps
  #playing: Playing | undefined

  constructor(options: DutyCoinflipOptions, notebook: Notebook, deps: DutyCoinflipDeps) {
    this.#options = options
    this.#notebook = notebook
    this.#deps = deps
  }

  /**
   * Sees to our part with a block: begins our session, tells it what the chain knows, keeps what it proved, and says what is due before
   * the chain. It goes on after an agreement, for members that lack a part, until we leave.
   * @param rank our place among the members
   */
  async update(record: RoundRecord, parameters: AttestationParameters, rank: number, now: number): Promise<void> {
    await this.#takePublicNumber(record)
    const { notes } = this.#notebook
    if (!this.#playing && (!record.agreement || (notes && !notes.magic))) await this.#begin(record, parameters, now)
    if (!this.#playing) return
    const { machine, run } = this.#playing
    const attempt = await this.#attemptOf(record, parameters, now)
    for (const fact of factsOf(attempt)) run.tell(fact)
    const { held } = machine
    if (!(await this.#keepLies(held.lies, record))) return
    const hasNumber = this.#notebook.notes?.magic !== undefined
    const appeal = appealOf({ attempt, self: rank, held, hasNumber, agreedAt: record.agreedAt || undefined })
    if (appeal) ensureAppeal(this.#deps.duties, this.#options.round, record.attempt, appeal)
  }

  /** Leaves the session. Tells the others what we hold, so that they ask those that stay. */
  leave(): void {
    this.#playing?.run.tell({ kind: 'leaving' })
    this.#playing?.run.close()
    this.#playing = undefined
  }

  /** The number that the chain knows is ours too, where members asked the chain for it. */
  async #takePublicNumber({ magic, agreement }: RoundRecord): Promise<void> {
    const { notes } = this.#notebook
    if (!magic || !agreement || !notes || notes.magic || !equalBytes(hideMagic(magic), agreement.hiddenMagic)) return
    await this.#notebook.keep({ magic })
  }

  async #begin(record: RoundRecord, parameters: AttestationParameters, now: number): Promise<void> {
    const { chain, network } = this.#deps
    const session = sessionId(sessionOf(chain.genesisHash, this.#options.round, record))
    // Kept before the first word is said: a second commitment to another number would convict us.
    const notes = await this.#notebook.begin(sessionSecrets(session, network.identity))
    const fitting = await coinflipTime(chain, now, parameters.coinflipWindow)
    if (this.#notebook.isClosed) return
    this.#start(record, notes, { ...fitting, ...this.#options.coinflip }, now)
  }

  #start(record: RoundRecord, { auditSeed, value, row }: AttemptNotes, timeouts: CoinflipTimeouts, now: number): void {
    const { round, createMember } = this.#options
    const { chain, network, report, log } = this.#deps
    const { identity } = network
    const { attempt } = this.#notebook
    const session = sessionOf(chain.genesisHash, round, record)
    const machine = createMember({
      session,
      self: identity.publicKey,
      value,
      auditKeyHash: hideAuditKeys(sessionId(session), identity.publicKey, auditSecretsOf(auditSeed, network)),
      timeouts,
      row,
      sign: (digest) => identity.sign(digest),
    })
    log.info({ round, attempt, members: session.members.length, block: now }, 'coinflip started')
    report({ kind: 'coinflip-started', round, attempt, members: session.members.length })
    const watch = createCoinflipBenchmark(session.members, identity.publicKey)
    const keep = (note: CoinflipNote, kept: () => void): void => this.#deps.inBackground(this.#keepRow(note, kept))
    const run = runCoinflip({ machine, session, watch, keep }, this.#deps, (exit) =>
      this.#deps.inBackground(this.#noteExit(exit, record, watch.metrics())),
    )
    this.#playing = { machine, run }
  }

  async #attemptOf(record: RoundRecord, parameters: AttestationParameters, now: number): Promise<ArbitratedAttempt> {
    const { round } = this.#options
    const { chain } = this.#deps
    return {
      session: sessionOf(chain.genesisHash, round, record),
      state: (await read(chain, arbitrations, round)) ?? NO_ARBITRATION,
      block: now,
      congestion: 0,
      openedAt: record.openedAt,
      agreement: record.agreement,
      isPublic: record.magic !== undefined,
      auditFrom: record.auditFrom,
      parameters,
    }
  }

  async #keepRow(row: CoinflipNote, kept: () => void): Promise<void> {
    if (await this.#notebook.keep({ row })) kept()
  }

  /** Keeps and tells what is new of proven lies: the time for objections is short. Returns whether we are still in the attempt. */
  async #keepLies(proven: readonly Evidence[], record: RoundRecord): Promise<boolean> {
    const { round } = this.#options
    const { attempt, notes, isClosed } = this.#notebook
    const lies = withLies(notes?.lies ?? [], proven)
    if (!lies) return !isClosed
    this.#deps.log.info({ round, attempt, lies: lies.length }, 'a lie was proven')
    const isHere = await this.#notebook.keep({ lies })
    if (isHere) this.#deps.onNoted(record)
    return isHere
  }

  /** Notes how the session ended. The end of a session that we began again after a restart does not replace an earlier end. */
  async #noteExit(exit: CoinflipExit, record: RoundRecord, peers: AttestorMetrics): Promise<void> {
    const { round } = this.#options
    const { notes } = this.#notebook
    const kept = notes?.lies ?? []
    const lies = withLies(kept, this.#playing?.machine.held.lies ?? []) ?? kept
    const ended = { round, attempt: this.#notebook.attempt }
    this.#deps.log.info({ ...ended, lies: lies.length, dropped: this.#playing?.run.dropped() }, 'coinflip ended')
    this.#deps.report({ kind: 'coinflip-exit', ...ended, liars: lies.map(accusedBy) })
    if (notes?.outcome) return
    if (await this.#notebook.keep({ ...outcomeNotes(exit), lies, peers })) this.#deps.onNoted(record)
  }
}
