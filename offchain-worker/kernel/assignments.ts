/**
 * Assignments: the records on chain that a worker has work to do on, such as a round that it was drawn into.
 *
 * Owns: finding the records that are ours, taking them or declining them, and updating the work with every block until it is over. Does
 * not own: submitting calls (duties.ts). An assignment lasts as long as there is work on its record; a duty is one call on the way, which
 * is submitted once.
 */
import type { FinalizedBlock } from '#chain/api/chain-port.ts'
import { read } from '#chain/api/descriptors.ts'
import { blockNumber } from './chain-items.ts'
import { isPaused } from './membership.ts'
import type { RoleDeps } from './ports.ts'

/** What names a record where it is told of or logged, such as `{ round: 5 }`. */
type RecordNames = Readonly<Record<string, unknown>>

/** The work on one record. */
export interface Assignment<Entry, Shared> {
  /** Why nothing is left to do; `undefined` while something is. */
  readonly over: string | undefined
  /**
   * Does what is due and not done yet, so that a killed process and a missed event need no case of their own.
   * @param entry the record at the latest finalized block; `undefined` where the chain does not have it any more
   * @param now number of the latest finalized block
   */
  update(entry: Entry | undefined, shared: Shared, now: number): Promise<void>
  /** Stops at once. What is unfinished is in the journal. */
  close(): void
}

/** The records of one kind, and how a role works on them. `Key` names a record, `Shared` is what all work needs beside its record. */
export interface AssignmentKind<Key extends string | number, Entry, Shared, Names extends RecordNames> {
  /** The records that may need work, as the latest finalized block has them. */
  underWay(): Promise<readonly Key[]>
  /** The records that may need work from this block on, as its events tell. A role leaves out those of which an event says that they are not ours. */
  begunIn(block: FinalizedBlock): readonly Key[]
  /** A record at the latest finalized block. */
  read(key: Key): Promise<Entry | undefined>
  /** Whether the record needs work of ours. */
  isOurs(entry: Entry): boolean
  /** Whether the journal shows that we have begun to work on it. Then we go on, also while the operator has paused the worker. */
  isBegun(key: Key, entry: Entry): Promise<boolean>
  /** Read once for each block; `undefined` where the chain does not have it, and then no work is updated. */
  readShared(): Promise<Shared | undefined>
  /** The work on a record. It does nothing before its first update. */
  begin(key: Key): Assignment<Entry, Shared>
  names(key: Key): Names
}

/** What a worker tells of its assignments, with what names the record. */
export type AssignmentProgress<Names extends RecordNames> =
  | ({ readonly kind: 'duty-taken' } & Names)
  | ({ readonly kind: 'duty-declined'; readonly why: string } & Names)
  | ({ readonly kind: 'duty-ended'; readonly why: string } & Names)

/** @see createAssignments */
export interface Assignments {
  /**
   * Takes what has become ours, and updates all work at the latest finalized block. One block at a time. A block that was skipped, or in
   * which this failed, loses nothing: with the next one all records under way are looked at.
   * @throws what a read of the chain or of the journal throws
   */
  onBlock(block: FinalizedBlock): Promise<void>
  /** Takes nothing more from here on; resolves when no work is left. */
  drain(): Promise<void>
  /** Stops all work at once, and takes nothing more. */
  close(): void
}

/** @see createAssignments */
export interface AssignmentsDeps<Names extends RecordNames> extends Pick<RoleDeps, 'chain' | 'log'> {
  readonly report: (progress: AssignmentProgress<Names>) => void
}

class AssignmentList<Key extends string | number, Entry, Shared, Names extends RecordNames> implements Assignments {
  readonly #account: Uint8Array
  readonly #kind: AssignmentKind<Key, Entry, Shared, Names>
  readonly #deps: AssignmentsDeps<Names>
  readonly #taken = new Map<Key, Assignment<Entry, Shared>>()
  /** Number of the last block in which everything was done; without it, events may have been missed. */
  #heeded: number | undefined
  #draining = false
  /** Called when no work is left, once `drain` waits for it. */
  readonly #waiting: (() => void)[] = []

  constructor(account: Uint8Array, kind: AssignmentKind<Key, Entry, Shared, Names>, deps: AssignmentsDeps<Names>) {
    this.#account = account
    this.#kind = kind
    this.#deps = deps
  }

  async onBlock(block: FinalizedBlock): Promise<void> {
    const missesNone = this.#heeded === block.number - 1
    for (const key of missesNone ? this.#kind.begunIn(block) : await this.#kind.underWay()) await this.#consider(key)
    await this.#updateAll(block.number)
    this.#heeded = block.number
  }

  async drain(): Promise<void> {
    this.#draining = true
    if (this.#taken.size > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  close(): void {
    this.#draining = true
    for (const assignment of this.#taken.values()) assignment.close()
    this.#taken.clear()
    this.#tellIdle()
  }

  #tellIdle(): void {
    for (const tell of this.#waiting.splice(0)) tell()
  }

  async #consider(key: Key): Promise<void> {
    if (this.#taken.has(key)) return
    const { chain, log, report } = this.#deps
    const entry = await this.#kind.read(key)
    if (!entry || !this.#kind.isOurs(entry)) return
    const isBegun = await this.#kind.isBegun(key, entry)
    const declined = !isBegun && (await isPaused(chain, this.#account))
    // Asked last: the worker may have been told to end while it read.
    if (this.#draining) return
    const names = this.#kind.names(key)
    if (declined) {
      log.info(names, 'paused: the duty is declined')
      return report({ kind: 'duty-declined', ...names, why: 'the worker is paused' })
    }
    log.info(names, isBegun ? 'a duty is taken up again' : 'a duty is taken')
    report({ kind: 'duty-taken', ...names })
    this.#taken.set(key, this.#kind.begin(key))
  }

  /** All work at the latest finalized block: after an absence of the worker, that is later than the block that is handed out. */
  async #updateAll(atLeast: number): Promise<void> {
    if (this.#taken.size === 0) return
    const [shared, latest] = [await this.#kind.readShared(), await read(this.#deps.chain, blockNumber)]
    if (shared === undefined) return
    const now = Math.max(latest ?? 0, atLeast)
    for (const [key, assignment] of this.#taken) {
      await assignment.update(await this.#kind.read(key), shared, now)
      this.#dropIfOver(key, assignment)
    }
    if (this.#draining && this.#taken.size === 0) this.#tellIdle()
  }

  #dropIfOver(key: Key, { over: why }: Assignment<Entry, Shared>): void {
    if (why === undefined || !this.#taken.delete(key)) return
    const names = this.#kind.names(key)
    this.#deps.log.info({ ...names, why }, 'a duty has ended')
    this.#deps.report({ kind: 'duty-ended', ...names, why })
  }
}

/** The assignments of the worker with that account. The first block looks at all records under way. */
export const createAssignments = <Key extends string | number, Entry, Shared, Names extends RecordNames>(
  account: Uint8Array,
  kind: AssignmentKind<Key, Entry, Shared, Names>,
  deps: AssignmentsDeps<Names>,
): Assignments => new AssignmentList(account, kind, deps)
