/**
 * A development chain's powers over the parts of the node.
 *
 * Owns: what each power means in terms of the parts, and the snapshots. Does not own: the interface (dev-powers.ts), ordinary
 * building and finalizing.
 */
import { u64le } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import type { Change, Trie } from '#chain/trie/trie.ts'
import type { Authorship } from './authorship.ts'
import type { BlockStore, Place } from './block-store.ts'
import type { Chain } from './chain.ts'
import type { DevTime, Moment } from './clock.ts'
import type { DevPowers, SnapshotId } from './dev-powers.ts'
import type { Impersonated, Impersonation } from './impersonation.ts'
import type { Block } from './node-interface.ts'
import type { PoolUpkeep } from './pool-upkeep.ts'
import type { Sealing } from './sealing.ts'
import { checkTime, timestampOf, TIMESTAMP_NOW } from './slots.ts'
import type { TransactionPool } from './tx-pool/pool.ts'

interface DevParts {
  readonly store: BlockStore
  readonly chain: Chain
  readonly pool: TransactionPool
  readonly upkeep: PoolUpkeep
  readonly authorship: Authorship
  readonly time: DevTime
  readonly impersonation: Impersonation
  /** Seals another way from now on. @throws AssayError `BAD_BLOCK_TIME`. */
  readonly setSealing: (sealing: Sealing) => void
  /** @throws AssayError `NODE_CLOSED`. */
  readonly checkOpen: () => void
}

/** All that goes back. The tries and blocks are those of the store: nothing is copied but the pool's list. */
interface Snapshot {
  readonly place: Place
  readonly pooled: readonly Uint8Array[]
  readonly moment: Moment
  readonly impersonated: Impersonated
  /** How many states had been set by hand. */
  readonly statesSet: number
}

/** Snapshots of one process: they are cheap, but not free. */
const MAX_SNAPSHOTS = 10_000

/** See the module's header. */
export class DevNode implements DevPowers {
  readonly #parts: DevParts
  readonly #snapshots = new Map<SnapshotId, Snapshot>()
  /** States set by hand since the first snapshot, with what they were before. */
  readonly #statesSet: { readonly block: Uint8Array; readonly before: Trie }[] = []
  #lastSnapshot = 0

  constructor(parts: DevParts) {
    this.#parts = parts
  }

  async setHead(hash: Uint8Array): Promise<void> {
    const { store, chain, upkeep, checkOpen } = this.#parts
    checkOpen()
    const head = store.known(hash)
    await chain.move(
      () => store.placeAt(head),
      () => upkeep.moved(),
    )
  }

  async setStorage(hash: Uint8Array, changes: readonly Change[]): Promise<void> {
    const { chain, upkeep, checkOpen } = this.#parts
    checkOpen()
    const before = await chain.setState(hash, changes)
    if (this.#snapshots.size > 0) this.#statesSet.push({ block: hash, before })
    upkeep.moved()
  }

  async timeTravel(unixMs: number): Promise<void> {
    const { store, time, checkOpen } = this.#parts
    checkOpen()
    if (!Number.isSafeInteger(unixMs) || unixMs < 0)
      throw new AssayError('BAD_TIME', `expected a time in Unix milliseconds, got ${unixMs}`)
    time.travel(unixMs)
    // Who reads the time on chain finds it at once, as with Chopsticks.
    await this.setStorage(store.best.hash, [[TIMESTAMP_NOW, u64le(BigInt(unixMs))]])
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
    const { store, chain, pool, time, impersonation, checkOpen } = this.#parts
    checkOpen()
    await chain.idle()
    if (this.#snapshots.size >= MAX_SNAPSHOTS)
      throw new AssayError(
        'TOO_MANY_SNAPSHOTS',
        `expected at most ${MAX_SNAPSHOTS} snapshots, got another: revert to an early one`,
      )
    const id = ++this.#lastSnapshot
    this.#snapshots.set(id, {
      place: store.place(),
      pooled: Array.from(pool.pending(), ({ wire }) => wire),
      moment: time.moment(),
      impersonated: impersonation.current(),
      statesSet: this.#statesSet.length,
    })
    return id
  }

  async revert(id: SnapshotId): Promise<boolean> {
    const { chain, time, impersonation, upkeep, checkOpen } = this.#parts
    checkOpen()
    const snapshot = this.#snapshots.get(id)
    if (snapshot === undefined) return false
    for (const later of this.#snapshots.keys()) if (later > id) this.#snapshots.delete(later)
    const place = async (): Promise<Place> => {
      await this.#restoreStates(snapshot.statesSet)
      return snapshot.place
    }
    await chain.move(place, () => {
      time.restore(snapshot.moment)
      impersonation.restore(snapshot.impersonated)
      upkeep.reset(snapshot.pooled)
    })
    return true
  }

  /** Undoes states set by hand, the last first, until so many are left. */
  async #restoreStates(left: number): Promise<void> {
    while (this.#statesSet.length > left) {
      const { block, before } = this.#statesSet.pop()!
      await this.#parts.store.putState(block, before)
    }
  }

  impersonate(account: Uint8Array | 'all', on: boolean): void {
    this.#parts.checkOpen()
    this.#parts.impersonation.set(account, on)
  }

  async reorg(depth: number, transactions: readonly (readonly Uint8Array[])[] = []): Promise<Block> {
    const { store, authorship, checkOpen } = this.#parts
    checkOpen()
    const unfinalized = store.best.header.number - store.finalized.header.number
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
