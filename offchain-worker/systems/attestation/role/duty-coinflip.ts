/**
 * The coinflip of one attempt, as an attestor takes part in it.
 *
 * Owns: starting our session while there is time for it, and noting how it ended. Does not own: the session itself.
 */
import { accusedBy, sessionId } from '#types/domain/coinflip/coinflip.ts'
import type { AttestorMetrics } from '#types/domain/attestation/metrics.ts'
import { hideAuditKeys } from '#types/domain/attestation/challenge.ts'
import { sessionOf } from '#types/domain/attestation/report.ts'
import type { AttestationParameters, RoundRecord } from '#types/domain/attestation/round.ts'
import { createCoinflipBenchmark } from '#worker/systems/coinflip/protocol/benchmark.ts'
import type {
  Coinflip,
  CoinflipExit,
  CoinflipOptions,
  CoinflipTimeouts,
} from '#worker/systems/coinflip/protocol/terms.ts'
import { runCoinflip, type CoinflipRun } from '#worker/systems/coinflip/session/run.ts'
import { coinflipTime } from '#worker/systems/coinflip/session/timing.ts'
import type { AttestorDeps } from '../ports.ts'
import { auditSecretsOf } from './audit-secrets.ts'
import type { Notebook } from './notebook.ts'
import type { AttemptNotes } from './notes.ts'
import { flipNotes } from './statements.ts'

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
  /** Takes care of work that no block waits for: when it fails, the duty is given up. */
  readonly inBackground: (work: Promise<void>) => void
  /** Called when the session's end is kept, with the round's record of when the session began. */
  readonly onNoted: (record: RoundRecord) => void
}

/** @see the module's header */
export class DutyCoinflip {
  readonly #options: DutyCoinflipOptions
  readonly #notebook: Notebook
  readonly #deps: DutyCoinflipDeps
  #run: CoinflipRun | undefined

  constructor(options: DutyCoinflipOptions, notebook: Notebook, deps: DutyCoinflipDeps) {
    this.#options = options
    this.#notebook = notebook
    this.#deps = deps
  }

  /** Starts our session, unless it runs or the time for it is over. */
  async begin(record: RoundRecord, parameters: AttestationParameters, now: number): Promise<void> {
    const until = record.openedAt + parameters.coinflipWindow
    if (this.#run || now > until) return
    const { chain, randomBytes } = this.#deps
    // Kept before the first word is said: a second commitment to another number would convict us.
    const notes = await this.#notebook.begin(randomBytes)
    const fitting = await coinflipTime(chain, now, until - now)
    if (this.#notebook.isClosed) return
    this.#start(record, notes, { ...fitting, ...this.#options.coinflip }, now)
  }

  /** Leaves the session, also while it still answers those who are not done. */
  leave(): void {
    this.#run?.close()
    this.#run = undefined
  }

  #start(record: RoundRecord, { auditSeed, value }: AttemptNotes, timeouts: CoinflipTimeouts, now: number): void {
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
      sign: (digest) => identity.sign(digest),
    })
    log.info({ round, attempt, members: session.members.length, block: now }, 'coinflip started')
    report({ kind: 'coinflip-started', round, attempt, members: session.members.length })
    const watch = createCoinflipBenchmark(session.members, identity.publicKey)
    this.#run = runCoinflip({ machine, session, watch }, this.#deps, (exit) =>
      this.#deps.inBackground(this.#noteExit(exit, record, watch.metrics())),
    )
  }

  /** Notes how the session ended. The end of a session that we began again after a restart does not replace an earlier end. */
  async #noteExit(exit: CoinflipExit, record: RoundRecord, peers: AttestorMetrics): Promise<void> {
    const { round } = this.#options
    const named = exit.kind === 'offline' ? exit.absent : exit.kind === 'malicious' ? [exit.offender] : []
    const liars = exit.lies.map(accusedBy)
    const ended = { round, attempt: this.#notebook.attempt, exit: exit.kind }
    this.#deps.log.info({ ...ended, lies: liars.length, dropped: this.#run?.dropped() }, 'coinflip ended')
    this.#deps.report({ kind: 'coinflip-exit', ...ended, named, liars })
    if (this.#notebook.notes?.flip) return
    if (await this.#notebook.keep({ ...flipNotes(exit), peers })) this.#deps.onNoted(record)
  }
}
