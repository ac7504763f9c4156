/**
 * The attestor: takes part in every round whose members the chain has drawn it into.
 *
 * Owns: which rounds are ours. Does not own: what an attestor does in a round.
 */
import type { ChainEventRecord, FinalizedBlock } from '#chain/api/chain-port.ts'
import { decodeEvent, read, readEntries } from '#chain/api/descriptors.ts'
import { equalBytes } from '#types/bytes.ts'
import type { AttestationParameters, Member, RoundRecord } from '#types/domain/attestation/round.ts'
import { createAssignments, type AssignmentKind, type Assignments } from '#worker/kernel/assignments.ts'
import { blockReader } from '#worker/kernel/block-events.ts'
import { createBlockWindow, type BlockWindow } from '#worker/kernel/block-window.ts'
import { createDuties, type Duties } from '#worker/kernel/duties.ts'
import type { Role } from '#worker/kernel/role.ts'
import { createCoinflip } from '#worker/systems/coinflip/protocol/coinflip.ts'
import type { Coinflip, CoinflipOptions, CoinflipTimeouts } from '#worker/systems/coinflip/protocol/terms.ts'
import type { AttestorDeps, NamesRound } from '../ports.ts'
import { createAbsenceWatch, type AbsenceWatch } from './absence-watch.ts'
import { activeRounds, coinflipRestarted, parameters, roundOpened, rounds } from './chain-items.ts'
import { Duty, type DutyDeps, type DutyOptions } from './duty.ts'
import { loadPast } from './notes.ts'

/** The limits of an audit where the options set no others; times in milliseconds. */
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
  /** Timeouts in place of those that fit the chain's pace. */
  readonly coinflip?: Partial<CoinflipTimeouts>
  /** Limits in place of DEFAULT_AUDIT's. */
  readonly audit?: Partial<DutyOptions['audit']>
  /** Makes our members of coinflip sessions. The default is honest. */
  readonly createMember?: (options: CoinflipOptions) => Coinflip
}

/** A round that an event opens, with its members; or a round whose coinflip it begins anew, which an attestor that declined may then take. */
interface Begun {
  readonly round: number
  readonly members: readonly Member[] | undefined
}

const begunBy = (event: ChainEventRecord): Begun | undefined => {
  const opened = decodeEvent(roundOpened, event)
  const restarted = opened ?? decodeEvent(coinflipRestarted, event)
  return restarted && { round: restarted.round, members: opened?.members }
}
const begunIn = blockReader(begunBy)

/** The rounds that the worker with that account is an attestor in. A class, for a simulation has thousands of them. */
class AttestorRounds implements AssignmentKind<number, RoundRecord, AttestationParameters, NamesRound> {
  readonly #options: AttestorOptions
  readonly #deps: AttestorDeps
  readonly #shared: Pick<DutyDeps, 'duties' | 'blocks'>

  constructor(options: AttestorOptions, deps: AttestorDeps, shared: Pick<DutyDeps, 'duties' | 'blocks'>) {
    this.#options = options
    this.#deps = deps
    this.#shared = shared
  }

  async underWay(): Promise<readonly number[]> {
    return (await readEntries(this.#deps.chain, activeRounds)).map(([[round]]) => round)
  }

  begunIn(block: FinalizedBlock): readonly number[] {
    return begunIn(block).flatMap(({ round, members }) => (members && !this.#isAmong(members) ? [] : [round]))
  }

  read(round: number): Promise<RoundRecord | undefined> {
    return read(this.#deps.chain, rounds, round)
  }

  isOurs({ phase, members }: RoundRecord): boolean {
    return phase !== 'Closed' && this.#isAmong(members)
  }

  /** Also where the coinflip has begun again since: earlier attempts are part of the duty, and so is the evidence of them. */
  async isBegun(round: number, { attempt }: RoundRecord): Promise<boolean> {
    return (await loadPast(this.#deps.journal, round, attempt + 1)).length > 0
  }

  readShared(): Promise<AttestationParameters | undefined> {
    return read(this.#deps.chain, parameters)
  }

  begin(round: number): Duty {
    const { account, coinflip = {}, audit, createMember = createCoinflip } = this.#options
    const options = { round, account, coinflip, audit: { ...DEFAULT_AUDIT, ...audit }, createMember }
    return new Duty(options, { ...this.#deps, ...this.#shared })
  }

  names(round: number): NamesRound {
    return { round }
  }

  #isAmong(members: readonly Member[]): boolean {
    return members.some(({ account }) => equalBytes(account, this.#options.account))
  }
}

class Attestor implements Role {
  readonly #duties: Duties
  readonly #blocks: BlockWindow = createBlockWindow()
  readonly #assignments: Assignments
  readonly #absences: AbsenceWatch
  #isEnding = false

  constructor(options: AttestorOptions, deps: AttestorDeps) {
    const { account } = options
    this.#duties = createDuties(deps)
    const shared = { duties: this.#duties, blocks: this.#blocks }
    this.#assignments = createAssignments(account, new AttestorRounds(options, deps, shared), deps)
    this.#absences = createAbsenceWatch(account, { chain: deps.chain, duties: this.#duties })
  }

  async start(): Promise<void> {}

  async onBlock(block: FinalizedBlock): Promise<void> {
    this.#blocks.note(block.number, block.hash)
    await this.#assignments.onBlock(block)
    if (!this.#isEnding) await this.#absences.onBlock(block)
  }

  async drain(): Promise<void> {
    this.#isEnding = true
    await this.#assignments.drain()
    await this.#duties.idle()
  }

  async close(): Promise<void> {
    this.#isEnding = true
    this.#assignments.close()
  }
}

/** The role of an attestor. */
export const createAttestor = (options: AttestorOptions, deps: AttestorDeps): Role => new Attestor(options, deps)
