/**
 * A development chain's powers over the parts of the node.
 *
 * Owns: how each power works on the parts, and the snapshots. Does not own: the interface of the powers.
 */
import { AssayError } from '#types/errors.ts'
import type { Runtime } from '#chain/runtime/runtime-interface.ts'
import type { Change, Trie } from '#chain/trie/trie.ts'
import type { Authorship } from './authorship.ts'
import type { BlockStore } from './block-store.ts'
import type { BestChange, Place, SetState } from './branches.ts'
import type { Chain } from './chain.ts'
import type { DevTime, Moment } from './clock.ts'
import { latin1 } from './db.ts'
import type { DevPowers, SnapshotId } from './dev-powers.ts'
import { makeDump } from './dump.ts'
import type { ChainDump } from './dump-format.ts'
import { checkDump } from './dump-loading.ts'
import type { Impersonated, Impersonation } from './impersonation.ts'
import type { Block } from './node-interface.ts'
import type { PoolUpkeep } from './pool-upkeep.ts'
import type { Sealing } from './sealing.ts'
import { atTime, checkInterval, checkTime, timestampOf } from './slots.ts'
import type { TransactionPool } from './tx-pool/pool.ts'
import type { PoolTransaction } from './tx-pool/transaction.ts'

interface DevParts {
  readonly runtime: Runtime
  readonly store: BlockStore
  readonly chain: Chain
  readonly pool: TransactionPool
  readonly upkeep: PoolUpkeep
  readonly authorship: Authorship
  readonly time: DevTime
  readonly impersonation: Impersonation
  readonly snapshots: Snapshots
  readonly slotDurationMs: bigint
  /** Changes the way of sealing. @throws AssayError `BAD_BLOCK_TIME`. */
  readonly setSealing: (sealing: Sealing) => void
  /** @throws AssayError `NODE_CLOSED`. */
  readonly checkOpen: () => void
}

/** Everything that a revert restores. Tries and blocks are shared with the store; only the pool's list is a copy. */
export interface Snapshot {
  readonly place: Place
  readonly pooled: readonly PoolTransaction[]
  readonly moment: Moment
  readonly impersonated: Impersonated
  /** Number of states set by hand before it. */
  readonly statesSet: number
}

/** The snapshots of a process. The blocks that they hold are not pruned. */
export type Snapshots = Map<SnapshotId, Snapshot>

const nothing = (): void => undefined

/** Snapshots of one process: they are cheap, but not free. */
const MAX_SNAPSHOTS = 10_000

/** See the module's header. */
export class DevNode implements DevPowers {
  readonly #parts: DevParts
  readonly #snapshots: Snapshots
  /** The former states of blocks whose state was set by hand since the first snapshot. */
  readonly #statesSet: SetState[] = []
  /** The blocks whose state was set by hand since the last snapshot. */
  readonly #blocksSet = new Set<string>()
  #lastSnapshot = 0

  constructor(parts: DevParts) {
    this.#parts = parts
    this.#snapshots = parts.snapshots
  }

  async setHead(hash: Uint8Array): Promise<void> {
    const { store, chain, upkeep, checkOpen } = this.#parts
    checkOpen()
    const head = store.known(hash)
    await chain.move(
      () => ({ place: store.placeAt(head) }),
      (change) => upkeep.moved(change, store.finalized.header.number),
    )
  }

  async setStorage(
    at: Uint8Array | undefined,
    changesOf: (state: Trie) => readonly Change[],
    set = nothing,
  ): Promise<Uint8Array> {
    const { store, chain, upkeep, checkOpen } = this.#parts
    checkOpen()
    return chain.setState(
      () => at ?? store.best.hash,
      changesOf,
      (block, before) => {
        this.#keepBefore({ block: block.hash, state: before })
        set()
        upkeep.stateSet()
      },
    )
  }

  /** A revert needs, for each snapshot, a block's state before the first change. Later changes need not be kept. */
  #keepBefore(set: SetState): void {
    if (this.#snapshots.size === 0) return
    const block = latin1(set.block)
    if (this.#blocksSet.has(block)) return
    this.#blocksSet.add(block)
    this.#statesSet.push(set)
  }

  async timeTravel(unixMs: number): Promise<void> {
    const { time, slotDurationMs } = this.#parts
    if (!Number.isSafeInteger(unixMs) || unixMs < 0)
      throw new AssayError('BAD_TIME', `expected a time in Unix milliseconds, got ${unixMs}`)
    // A reader of the time on chain sees it at once, as with Chopsticks.
    await this.setStorage(
      undefined,
      () => atTime(unixMs, slotDurationMs),
      () => time.travel(unixMs, Number(slotDurationMs)),
    )
  }

  setNextTimestamp(unixMs: number): void {
    const { runtime, store, time, checkOpen } = this.#parts
    checkOpen()
    checkTime(store.state(store.best.hash), unixMs, runtime.minimumPeriodMs)
    time.setNext(unixMs)
  }

  setTimestampInterval(intervalMs: number | undefined): void {
    const { runtime, time, checkOpen } = this.#parts
    checkOpen()
    if (intervalMs !== undefined) checkInterval(intervalMs, runtime.minimumPeriodMs)
    time.setInterval(intervalMs)
  }

  setSealing(sealing: Sealing): void {
    this.#parts.checkOpen()
    this.#parts.setSealing(sealing)
  }

  async snapshot(): Promise<SnapshotId> {
    const { chain, checkOpen } = this.#parts
    checkOpen()
    return chain.inTurn(() => {
      if (this.#snapshots.size >= MAX_SNAPSHOTS)
        throw new AssayError(
          'TOO_MANY_SNAPSHOTS',
          `expected at most ${MAX_SNAPSHOTS} snapshots, got another: revert to an early one`,
        )
      const id = ++this.#lastSnapshot
      this.#blocksSet.clear()
      this.#snapshots.set(id, this.#now())
      return id
    })
  }

  #now(): Snapshot {
    const { store, pool, time, impersonation } = this.#parts
    return {
      place: store.place(),
      pooled: [...pool.pending()],
      moment: time.moment(),
      impersonated: impersonation.current(),
      statesSet: this.#statesSet.length,
    }
  }

  async revert(id: SnapshotId): Promise<boolean> {
    const { chain, checkOpen } = this.#parts
    checkOpen()
    // The lookup waits for its turn, because another revert may end the snapshot before.
    return chain.move(
      () => {
        const snapshot = this.#snapshots.get(id)
        return snapshot && { place: snapshot.place, states: this.#statesBefore(snapshot) }
      },
      (change) => this.#reverted(id, change),
    )
  }

  #reverted(id: SnapshotId, change: BestChange): void {
    const { time, impersonation, upkeep } = this.#parts
    const snapshot = this.#snapshots.get(id)!
    for (const later of this.#snapshots.keys()) if (later > id) this.#snapshots.delete(later)
    this.#statesSet.length = snapshot.statesSet
    this.#blocksSet.clear()
    time.restore(snapshot.moment)
    impersonation.restore(snapshot.impersonated)
    upkeep.moved(change, snapshot.place.finalized.header.number, snapshot.pooled)
  }

  /** The states that were set by hand since a snapshot, each as before its first change. Those that are pruned since stay so. */
  #statesBefore({ statesSet }: Snapshot): readonly SetState[] {
    const { store } = this.#parts
    const since = this.#statesSet.slice(statesSet).filter(({ block }) => store.block(block) && store.states.find(block))
    return [...new Map(since.toReversed().map((set) => [latin1(set.block), set])).values()]
  }

  async dumpState(): Promise<ChainDump> {
    const { store, chain, runtime, checkOpen } = this.#parts
    checkOpen()
    return chain.inTurn(() => makeDump(store, runtime.version.specVersion))
  }

  async loadState(dump: unknown): Promise<void> {
    const { store, chain, runtime, checkOpen } = this.#parts
    checkOpen()
    let before: readonly SetState[] = []
    await chain.move(
      () => {
        const checked = checkDump(dump, store, runtime)
        before = checked.before
        return checked
      },
      (change) => this.#loaded(change, before),
    )
  }

  #loaded(change: BestChange, before: readonly SetState[]): void {
    const { store, upkeep, time } = this.#parts
    for (const set of before) this.#keepBefore(set)
    const { header, hash } = store.best
    if (header.number > 0) time.afterBlock(Number(timestampOf(store.state(hash))))
    upkeep.moved(change, store.finalized.header.number)
  }

  impersonate(account: Uint8Array | 'all', on: boolean): void {
    this.#parts.checkOpen()
    this.#parts.impersonation.set(account, on)
  }

  async reorg(depth: number, transactions: readonly (readonly Uint8Array[])[] = []): Promise<Block> {
    const { store, authorship, checkOpen } = this.#parts
    checkOpen()
    // A difference of block numbers would be wrong: unsafeBlockHeight skips numbers.
    const unfinalized = store.unfinalizedUpTo(store.best.hash).length
    if (!Number.isInteger(depth) || depth < 1 || depth > unfinalized || transactions.length > depth)
      throw new AssayError(
        'REORG_TOO_DEEP',
        `expected a depth from 1 to ${unfinalized}, the blocks above the finalized one, and transactions for at most so many ` +
          `blocks; got ${depth} and ${transactions.length}`,
      )
    let parent = store.best
    for (let i = 0; i < depth; i++) parent = store.known(parent.header.parentHash)
    // Each new block gets a new time. Otherwise a block of the same content would be the replaced one.
    let time = Number(timestampOf(store.state(store.best.hash)))
    for (let i = 0; i < depth; i++) {
      time++
      const request = { parent: parent.hash, transactions: transactions[i] ?? [], timestampMs: time, best: false }
      parent = (await authorship.author(request))!
    }
    await authorship.setBest(parent.hash)
    return parent
  }
}
