/**
 * The powers that only a development chain has.
 *
 * Owns: the interface of these powers, as rpc/ and test code see them.
 */
import type { Change, Trie } from '#chain/trie/trie.ts'
import type { Block } from './block.ts'
import type { ChainDump } from './dump-format.ts'
import type { Sealing } from './sealing.ts'

/** Number of a snapshot of this process. */
export type SnapshotId = number

/** See the module's header. All of it is refused (`NODE_CLOSED`) on a closed node. */
export interface DevPowers {
  /**
   * Makes any stored block the best one. It becomes finalized too where it does not descend from the finalized block (a revert).
   * Blocks above it stay stored and may be the head again. @throws AssayError `UNKNOWN_BLOCK`.
   */
  setHead(hash: Uint8Array): Promise<void>
  /**
   * Changes the state after a stored block. Its header keeps its state root, which then differs from the state that clients read.
   * Its children are built on the new state.
   * @param at undefined for the block that is best at this change's turn.
   * @param changesOf makes the changes, given the state to which they apply; no other change comes between. An error of it is
   *   passed on, and nothing changes. @returns the block's hash. @throws AssayError `UNKNOWN_BLOCK`.
   */
  setStorage(at: Uint8Array | undefined, changesOf: (state: Trie) => readonly Change[]): Promise<Uint8Array>
  /**
   * Sets the time of the best block, and the clock, which goes on from there. The next block comes a slot later, as with Chopsticks, or a
   * step of a virtual clock later; on the machine's clock, blocks are at least a slot apart from there on.
   */
  timeTravel(unixMs: number): Promise<void>
  /** Time of the next block only. @throws AssayError `TIME_GOES_BACK` where it is not after the best block's. */
  setNextTimestamp(unixMs: number): void
  /**
   * Gives each block its parent's time and this many milliseconds, whatever the clock says; the clock's time again for undefined.
   * @throws AssayError `BAD_TIMESTAMP_INTERVAL`, also for 0 where the runtime refuses equal times.
   */
  setTimestampInterval(intervalMs: number | undefined): void
  /** Changes the way in which blocks are made. */
  setSealing(sealing: Sealing): void
  /** Remembers chain, pool, clock and impersonations. It copies no state. Snapshots nest; they end with the process. */
  snapshot(): Promise<SnapshotId>
  /** Goes back to a snapshot. That one and earlier ones stay usable; later ones are gone. False where there is no such snapshot. */
  revert(id: SnapshotId): Promise<boolean>
  /** The best branch and all live blocks, with every state, as JSON. @throws AssayError `DUMP_TOO_LARGE` or `DUMP_PRUNED`. */
  dumpState(): Promise<ChainDump>
  /**
   * Puts the chain where a dump's chain stands; a chain on disk keeps that. Snapshots stay, and a revert to one undoes the load.
   * @param dump JSON that `dumpState` made. The node checks all of it. A refused dump changes nothing.
   * @throws AssayError `DUMP_MALFORMED`, `DUMP_VERSION`, `DUMP_GENESIS`, `DUMP_RUNTIME` or `DUMP_BAD_BLOCK`.
   */
  loadState(dump: unknown): Promise<void>
  /** Whether transactions that claim this account need no valid signature. `'all'` is any account with the mock signature. */
  impersonate(account: Uint8Array | 'all', on: boolean): void
  /**
   * Replaces the last `depth` blocks of the best branch by as many new ones, each with the transactions given for it (by position,
   * oldest first); the replaced ones' transactions return to the pool unless included. @returns the new best block.
   * @throws AssayError `REORG_TOO_DEEP` where that would touch the finalized block.
   */
  reorg(depth: number, transactions?: readonly (readonly Uint8Array[])[]): Promise<Block>
}
