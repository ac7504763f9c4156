/**
 * A development chain's powers over the parts of the node.
 *
 * Owns: what each power means in terms of the parts, and the snapshots. Does not own: the interface (dev-powers.ts), ordinary
 * building and finalizing.
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
import { atTime, checkTime, timestampOf } from './slots.ts'
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
  readonly slotDurationMs: bigint
  /** Seals another way from now on. @throws AssayError `BAD_BLOCK_TIME`. */
  readonly setSealing: (sealing: Sealing) => void
  /** @throws AssayError `NODE_CLOSED`. */
  readonly checkOpen: () => void
}

/** All that goes back. The tries and blocks are those of the store: nothing is copied but the pool's list. */
interface Snapshot {
  readonly place: Place
  readonly pooled: readonly PoolTransaction[]
  readonly moment: Moment
  readonly impersonated: Impersonated
  /** How many states had been set by hand. */
  readonly statesSet: number
}

const nothing = (): void => undefined

/** Snapshots of one process: they are cheap, but not free. */
const MAX_SNAPSHOTS = 10_000

/** See the module's header. */
export class DevNode implements DevPowers {
  readonly #parts: DevParts
  readonly #snapshots = new Map<SnapshotId, Snapshot>()
  /** States set by hand since the first snapshot, with what they were before. */
  readonly #statesSet: SetState[] = []
  /** The blocks of those since the last snapshot. */
  readonly #blocksSet = new Set<string>()
  #lastSnapshot = 0

  constructor(parts: DevParts) {
    this.#parts = parts
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

  /** Reverting needs the first state before, for each block since each snapshot: a change after another one need not be kept. */
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
    // Who reads the time on chain finds it at once, as with Chopsticks.
    await this.setStorage(
      undefined,
      () => atTime(unixMs, slotDurationMs),
      () => time.travel(unixMs),
    )
  }

  setNextTimestamp(unixMs: number): void {
    const { store, time, checkOpen } = this.#parts
    checkOpen()
    checkTime(store.state(store.best.hash), unixMs)
    time.setNext(unixMs)
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
    // Looked up when it is its turn: another revert may have ended the snapshot.
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

  /** The states set by hand since a snapshot as they were before the first change of each. */
  #statesBefore({ statesSet }: Snapshot): readonly SetState[] {
    const since = this.#statesSet.slice(statesSet)
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
    // Not by their numbers, which may leave some out (unsafeBlockHeight).
    const unfinalized = store.unfinalizedUpTo(store.best.hash).length
    if (!Number.isInteger(depth) || depth < 1 || depth > unfinalized || transactions.length > depth)
      throw new AssayError(
        'REORG_TOO_DEEP',
        `expected a depth from 1 to ${unfinalized}, the blocks above the finalized one, and transactions for at most so many ` +
          `blocks; got ${depth} and ${transactions.length}`,
      )
    let parent = store.best
    for (let i = 0; i < depth; i++) parent = store.known(parent.header.parentHash)
    // Blocks of the same time and content would be the same blocks.
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
