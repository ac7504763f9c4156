/**
 * The attestor: takes part in every round whose members the chain has drawn it into.
 *
 * Owns: which rounds are ours, and declining them while the operator has paused the worker. Does not own: what is done in a
 * round (attestor-duty.ts), or telling of those who did nothing (absence-watch.ts).
 */
import type { ChainEventRecord, FinalizedBlock } from '#chain/api/chain-port.ts'
import { decodeEvent, read, readEntries } from '#chain/api/descriptors.ts'
import { equalBytes } from '#types/bytes.ts'
import type { Member } from '#types/domain/attestation/round.ts'
import {
  createCoinflip,
  type Coinflip,
  type CoinflipOptions,
  type CoinflipTimeouts,
} from '#worker/systems/coinflip/protocol/coinflip.ts'
import { createAbsenceWatch, type AbsenceWatch } from './absence-watch.ts'
import { loadNotes } from './notes.ts'
import { Duty, type DutyOptions } from './duty.ts'
import { createBlockWindow, type BlockWindow } from '#worker/kernel/block-window.ts'
import {
  activeRounds,
  blockNumber,
  coinflipRestarted,
  parameters,
  roundOpened,
  rounds,
  workers,
} from '#worker/kernel/chain-items.ts'
import type { RoleDeps } from '#worker/kernel/ports.ts'
import type { Role } from '#worker/kernel/role.ts'
import { createSubmitter, type Submitter } from '#worker/kernel/duties.ts'

/** How an audit goes, unless the options say otherwise. */
export const DEFAULT_AUDIT: DutyOptions['audit'] = {
  connectMs: 8_000,
  chunkMs: 4_000,
  receiptMs: 4_000,
  concurrency: 16,
  deadlineMs: 30_000,
  thinkMs: 3_000,
}

/** @see createAttestor */
export interface AttestorOptions {
  /** The worker's account, by which the chain names it. */
  readonly account: Uint8Array
  /** In place of timeouts that fit the chain's pace. */
  readonly coinflip?: Partial<CoinflipTimeouts>
  readonly audit?: Partial<DutyOptions['audit']>
  /** Makes our members of coinflip sessions. The default is honest. */
  readonly createMember?: (options: CoinflipOptions) => Coinflip
}

class Attestor implements Role {
  readonly #options: AttestorOptions
  readonly #deps: RoleDeps
  readonly #submitter: Submitter
  readonly #blocks: BlockWindow = createBlockWindow()
  readonly #duties = new Map<number, Duty>()
  readonly #absences: AbsenceWatch
  #resumed = false
  #draining = false
  #wakeDrain = (): void => {}

  constructor(options: AttestorOptions, deps: RoleDeps) {
    this.#options = options
    this.#deps = deps
    this.#submitter = createSubmitter(deps)
    const isPaused = (): Promise<boolean> => this.#isPaused()
    this.#absences = createAbsenceWatch(options.account, { chain: deps.chain, submitter: this.#submitter, isPaused })
  }

  async start(): Promise<void> {}

  async onBlock(block: FinalizedBlock): Promise<void> {
    this.#blocks.note(block.number, block.hash)
    try {
      for (const round of await this.#roundsToLookAt(block)) await this.#consider(round)
      await this.#updateDuties(block.number)
      if (!this.#draining) await this.#absences.onBlock(block)
    } catch (error) {
      // What this block's events said has not been heeded: with the next block everything under way is looked at.
      this.#resumed = false
      throw error
    }
  }

  async drain(): Promise<void> {
    this.#draining = true
    if (this.#duties.size > 0) await new Promise<void>((resolve) => (this.#wakeDrain = resolve))
    await this.#submitter.idle()
  }

  async close(): Promise<void> {
    this.#draining = true
    for (const duty of this.#duties.values()) duty.close()
    this.#duties.clear()
    this.#wakeDrain()
  }

  /** Rounds that may have become ours: those of this block's events, and at first all that are under way. */
  async #roundsToLookAt(block: FinalizedBlock): Promise<readonly number[]> {
    if (!this.#resumed) {
      const active = await readEntries(this.#deps.chain, activeRounds)
      this.#resumed = true
      return active.map(([[round]]) => round).toSorted((a, b) => a - b)
    }
    return begunIn(block).flatMap(({ round, members }) => (members && !this.#isAmong(members) ? [] : [round]))
  }

  async #consider(round: number): Promise<void> {
    if (this.#duties.has(round) || this.#draining) return
    const { chain, journal, log, report } = this.#deps
    const record = await read(chain, rounds, round)
    if (!record || record.phase === 'Closed' || !this.#isAmong(record.members)) return
    const begun = await loadNotes(journal, round, record.attempt)
    if (!begun && (await this.#isPaused())) {
      log.info({ round }, 'paused: the duty is declined')
      return report({ kind: 'duty-declined', round, why: 'the worker is paused' })
    }
    log.info({ round, attempt: record.attempt }, begun ? 'a duty is taken up again' : 'a duty is taken')
    report({ kind: 'duty-taken', round })
    this.#duties.set(round, this.#createDuty(round))
  }

  #createDuty(round: number): Duty {
    const { account, coinflip = {}, audit, createMember = createCoinflip } = this.#options
    const options: DutyOptions = {
      round,
      account,
      coinflip,
      audit: { ...DEFAULT_AUDIT, ...audit },
      createMember,
    }
    return new Duty(options, { ...this.#deps, submitter: this.#submitter, blocks: this.#blocks })
  }

  /** All of it at the latest finalized block, which may be later than the one being handed out after an absence. */
  async #updateDuties(atLeast: number): Promise<void> {
    if (this.#duties.size === 0) return
    const { chain } = this.#deps
    const [limits, number] = [await read(chain, parameters), await read(chain, blockNumber)]
    if (!limits) return
    const now = Math.max(number ?? 0, atLeast)
    for (const [round, duty] of this.#duties) {
      await duty.update(await read(chain, rounds, round), limits, now)
      if (duty.over) this.#duties.delete(round)
    }
    if (this.#duties.size === 0) this.#wakeDrain()
  }

  #isAmong(members: readonly Member[]): boolean {
    return members.some(({ account }) => equalBytes(account, this.#options.account))
  }

  async #isPaused(): Promise<boolean> {
    const worker = await read(this.#deps.chain, workers, this.#options.account)
    return worker?.status === 'Paused'
  }
}

/** A round that an event opens, with its members, or begins anew, with fewer: also who declined it then may take it up. */
interface Begun {
  readonly round: number
  readonly members: readonly Member[] | undefined
}

const begunBy = (event: ChainEventRecord): Begun | undefined => {
  const opened = decodeEvent(roundOpened, event)
  const restarted = opened ?? decodeEvent(coinflipRestarted, event)
  return restarted && { round: restarted.round, members: opened?.members }
}

/** Of blocks that are still around: workers of one process are handed the same, and most blocks begin nothing. */
const begun = new WeakMap<FinalizedBlock, readonly Begun[]>()

function begunIn(block: FinalizedBlock): readonly Begun[] {
  const known = begun.get(block) ?? block.events.flatMap((event) => begunBy(event) ?? [])
  begun.set(block, known)
  return known
}

/** The role of an attestor. */
export const createAttestor = (options: AttestorOptions, deps: RoleDeps): Role => new Attestor(options, deps)
