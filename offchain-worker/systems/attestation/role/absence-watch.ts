/**
 * Tells the chain of fellow attestors that did not report.
 *
 * Owns: which closed rounds may have absences to tell of, and waiting for our turns. Does not own: whose turn is when. It keeps no
 * notes: the chain lists what is untold, and no duty is submitted twice.
 */
import type { FinalizedBlock } from '#chain/api/chain-port.ts'
import { decodeEvent, encodeCall, read, readEntries } from '#chain/api/descriptors.ts'
import { equalBytes, toHex } from '#types/bytes.ts'
import { turnAt, type AbsenceRecord } from '#types/domain/attestation/absence.ts'
import { absences, reportAbsent, roundClosed } from './chain-items.ts'
import { blockReader } from '#worker/kernel/block-events.ts'
import { isPaused } from '#worker/kernel/membership.ts'
import type { RoleDeps } from '#worker/kernel/ports.ts'
import type { Duties } from '#worker/kernel/duties.ts'

/** @see createAbsenceWatch */
export interface AbsenceWatch {
  /**
   * Watches the rounds that this block closed, and tells of absences in our turns. A paused worker tells of none. After a block
   * that was skipped, the chain's list of absences says what was missed.
   * @throws what a read of the chain throws
   */
  onBlock(block: FinalizedBlock): Promise<void>
}

/** @see createAbsenceWatch */
export interface AbsenceWatchDeps extends Pick<RoleDeps, 'chain'> {
  readonly duties: Duties
}

const closedIn = blockReader((event) => decodeEvent(roundClosed, event)?.round)

/** Errors which say that another attestor was faster, or that the window has ended meanwhile. */
const MOOT = ['AbsenceKnown', 'NoAbsences']

class Watch implements AbsenceWatch {
  readonly #account: Uint8Array
  readonly #deps: AbsenceWatchDeps
  readonly #watched = new Set<number>()
  /** Number of the last block whose events were heeded; after a gap, the chain's own list says what they said. */
  #heeded: number | undefined

  constructor(account: Uint8Array, deps: AbsenceWatchDeps) {
    this.#account = account
    this.#deps = deps
  }

  async onBlock(block: FinalizedBlock): Promise<void> {
    await this.#noteClosed(block)
    for (const round of this.#watched) await this.#look(round, block.number)
  }

  async #noteClosed(block: FinalizedBlock): Promise<void> {
    for (const round of closedIn(block)) this.#watched.add(round)
    if (this.#heeded !== block.number - 1)
      for (const [[round]] of await readEntries(this.#deps.chain, absences)) this.#watched.add(round)
    this.#heeded = block.number
  }

  async #look(round: number, now: number): Promise<void> {
    const { chain } = this.#deps
    const record = await read(chain, absences, round)
    const isOurs = (account: Uint8Array | undefined): boolean =>
      account !== undefined && equalBytes(account, this.#account)
    if (!record?.turns.some(isOurs) || record.absentees.every(({ reported }) => reported)) this.#watched.delete(round)
    // The next block is the first that can have our call.
    else if (isOurs(turnAt(record, now + 1)) && !(await isPaused(chain, this.#account))) this.#tell(round, record)
  }

  #tell(round: number, { absentees }: AbsenceRecord): void {
    for (const { account: attestor, reported } of absentees) {
      if (reported) continue
      const call = () => encodeCall(reportAbsent, { round, attestor })
      this.#deps.duties.ensure(`attestation.absence/${round}/${toHex(attestor)}`, call, MOOT)
    }
  }
}

/** Watches for the worker with that account. It has no turn in rounds in which it did not report itself. */
export const createAbsenceWatch = (account: Uint8Array, deps: AbsenceWatchDeps): AbsenceWatch =>
  new Watch(account, deps)
